"""The files with the page's sentences, one for each language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livechat.page.words.plurals import CATEGORIES

ENGLISH = "en"
FOLDER = Path(__file__).parent

_AS_IN_ENGLISH = "as_in_english"


class Unreadable(Exception):
    """A file that cannot be read, and why."""


@dataclass(frozen=True)
class Catalogue:
    """A language's sentences by key: each a text, its plural forms, or a list of texts.

    `as_in_english` names those that the language shares with English.
    """

    language: str
    sentences: Mapping[str, Any]
    as_in_english: frozenset[str] = frozenset()


def read(language: str, folder: Path | None = None) -> Catalogue:
    """What the file of that name holds. Raises Unreadable."""
    try:
        table = tomllib.loads(((folder or FOLDER) / f"{language}.toml").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Unreadable(f"{language}.toml cannot be read: {error}") from None
    shared = table.pop(_AS_IN_ENGLISH, None)
    named = map(str, shared) if isinstance(shared, list) else ()
    return Catalogue(language, dict(_flat(table)), frozenset(named))


def _flat(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping) and not value.keys() <= CATEGORIES:
            yield from ((f"{key}.{inner}", sentence) for inner, sentence in _flat(value))
        else:
            yield key, value
