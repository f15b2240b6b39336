"""What the sandbox's people say, in the language of the customer whom they say it to.

A customer's requests tell it, in HTTP's `Accept-Language`, as those of a browser do. LiveChat's
documentation says nothing of that header, and nothing but these sentences depends on it. The forms
that a company sets up are in one language, whoever reads them: those of `sample_organization` stay
English.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

JSON = dict[str, Any]

ENGLISH = "en"

_HERE = Path(__file__).parent

# In an event, what people read, and what the page words by itself if nobody else does.
_WORDS = ("text", "title", "subtitle", "label", "comment_label", "alternative_text", "addon_type")

_LONGEST = 1_000  # characters of a header that are read

# A language of the header, and its weight: "pt-BR", "en;q=0.8". `*` asks for none.
_WANTED = re.compile(
    r"\s*([a-z]{2,8}(?:-[a-z\d]{1,8})*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.I
)


def languages() -> list[str]:
    """The languages there are."""
    return sorted(file.stem for file in _HERE.glob("*.toml"))


def language(accepted: str) -> str:
    """The first one that an `Accept-Language` asks for of those there are, else English."""
    return _language(accepted[:_LONGEST])


@lru_cache(maxsize=1_000)
def _language(accepted: str) -> str:
    found = [match for part in accepted.split(",") if (match := _WANTED.fullmatch(part))]
    wanted = [(float(match[2] or 1), match[1].lower()) for match in found]
    for weight, tag in sorted(wanted, key=lambda one: -one[0]):
        main = tag.partition("-")[0]
        spoken = _spoken().get(tag) or _spoken().get(main)
        if spoken and weight:
            return spoken
    return ENGLISH


@cache
def _spoken() -> Mapping[str, str]:
    """By tag in lower case, that of the language alone included."""
    of_a_region = {name.partition("-")[0]: name for name in languages()}
    return {**of_a_region, **{name.lower(): name for name in languages()}}


def shown(content: JSON, language: str) -> JSON:
    """An event of the sample organization's, with its words in one of the languages."""
    known = of(language).get("shown", {})

    def translated(value: Any) -> Any:
        match value:
            case dict():
                return {
                    name: known.get(inner, inner)
                    if name in _WORDS and isinstance(inner, str)
                    else translated(inner)
                    for name, inner in value.items()
                }
            case list():
                return [translated(inner) for inner in value]
            case _:
                return value

    words: JSON = translated(content)
    return words


@cache
def of(language: str) -> Mapping[str, Any]:
    """All that is said in one of the languages, by key."""
    return tomllib.loads((_HERE / f"{language}.toml").read_text("utf-8"))
