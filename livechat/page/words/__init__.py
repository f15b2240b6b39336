"""Every sentence that the page shows, in the language of whoever reads it.

Each language is one file here, read as it is: `en.toml` has them all, and another language's that
lacks one has the English instead.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from livechat.page.words.plurals import CATEGORIES, category
from livechat.page.words.system_messages import SENTENCES
from livechat.settings import LANGUAGES

ENGLISH = "en"

_HERE = Path(__file__).parent

Words = Mapping[str, Any]  # sentences, their plural forms, or lists of sentences


def languages() -> list[str]:
    """The languages that the page speaks, as the names of their files."""
    return list(LANGUAGES)


_speaking: ContextVar[str | None] = ContextVar("speaking", default=None)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Whatever is said meanwhile is in that language: for threads that are no session's."""
    token = _speaking.set(language)
    try:
        yield
    finally:
        _speaking.reset(token)


def spoken() -> str:
    """The language of this session's page; English outside of one."""
    if language := _speaking.get():
        return language
    if get_script_run_ctx(suppress_warning=True) is None:
        return ENGLISH
    chosen: str = st.session_state.get("language", ENGLISH)
    return chosen


def say(key: str, *, of: Enum | None = None, **values: object) -> str:
    """The sentence of that key, of one member of an enumeration if each has its own.

    What stands in braces is filled in with `values`, if there are any; `count` chooses the form.
    """
    found = _words(spoken())[_key(key, of)]
    if isinstance(found, Mapping):
        found = _form(found, int(str(values["count"])))
    return str(found).format(**values) if values else str(found)


def forms(key: str) -> dict[str, str]:
    """A sentence's plural forms by category, for a script that counts itself."""
    return dict(_words(spoken())[key])


def name_of(language: str) -> str:
    """What that language calls itself."""
    return str(_words(language)["language"])


def has(key: str, of: Enum) -> bool:
    """Whether there is a sentence of that key for this member of an enumeration."""
    return _key(key, of) in _words(ENGLISH)


def of_system_message(type: str | None, values: Mapping[str, str]) -> str:
    """What LiveChat tells in a chat, by the type and the variables of its message (section 7).

    It is the first of some sentences for which there is all that they need. Blank if there is
    none, as for a type that is unknown.
    """
    key = SENTENCES.get(type or "")
    for sentence in _words(spoken())[f"system.{key}"] if key else ():
        if set(re.findall(r"{(\w+)}", sentence)) <= values.keys():
            return str(sentence).format(**values)
    return ""


def of_answer(answer: str | bool) -> str:
    """What was answered in a form, if anything was (`plain_text.is_given`)."""
    return say("yes") if isinstance(answer, bool) else answer


def _key(key: str, of: Enum | None) -> str:
    return f"{key}.{of.name.lower()}" if of else key


def _form(forms: Mapping[str, str], count: int) -> str:
    return forms.get(category(spoken(), count)) or forms["other"]


@cache
def _words(language: str) -> Words:
    english = _read(ENGLISH)
    return english if language == ENGLISH else {**english, **_read(language)}


def _read(language: str) -> dict[str, Any]:
    return dict(_flat(tomllib.loads((_HERE / f"{language}.toml").read_text("utf-8"))))


def _flat(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping) and not value.keys() <= CATEGORIES:
            yield from ((f"{key}.{inner}", sentence) for inner, sentence in _flat(value))
        else:
            yield key, value
