"""Every sentence that the page shows, in the language of whoever reads it.

Each language is one file here, read as it is: `en.toml` has them all. What another one lacks, or
what cannot be said as it stands there (`checks.py`), is said in English. A file that cannot be read
is left out.
`python -m livechat.page.words` tells of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from functools import cache
from typing import Any, Literal

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from livechat.page.words import catalogues, checks, numbers
from livechat.page.words.catalogues import Catalogue, Unreadable
from livechat.page.words.locales import locale_of
from livechat.page.words.plurals import category
from livechat.page.words.system_messages import SENTENCES
from livechat.settings import LANGUAGES

ENGLISH = catalogues.ENGLISH

# By the script that they are usually written in.
_FROM_THE_RIGHT = frozenset(("ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"))

Words = Mapping[str, Any]  # sentences, their plural forms, or lists of sentences


def languages() -> list[str]:
    """The languages that the page speaks, as the names of their files."""
    return [*_read()[0]]


def unreadable() -> list[str]:
    """Which files cannot be read, and why."""
    return _read()[1]


@cache
def left_out(language: str) -> tuple[str, ...]:
    """What one of them says in English: the keys of the sentences."""
    return tuple(checks.not_to_be_said(_read()[0][language], _english()))


# A language, and its locale.
_speaking: ContextVar[tuple[str, str] | None] = ContextVar("speaking", default=None)


@contextmanager
def speaking(language: str, locale: str = "") -> Iterator[None]:
    """Whatever is said meanwhile is in that language: for threads that are no session's."""
    token = _speaking.set((language, locale or language))
    try:
        yield
    finally:
        _speaking.reset(token)


def spoken() -> str:
    """The language of this session's page; English outside of one."""
    if speaking := _speaking.get():
        return speaking[0]
    if get_script_run_ctx(suppress_warning=True) is None:
        return ENGLISH
    chosen: str = st.session_state.get("language", ENGLISH)
    return chosen


def locale() -> str:
    """That language as it is written where the visitor is, such as "de-AT" (`locale_of`)."""
    if speaking := _speaking.get():
        return speaking[1]
    is_session = get_script_run_ctx(suppress_warning=True) is not None
    return locale_of(spoken(), (st.context.locale if is_session else None) or "")


def direction() -> Literal["ltr", "rtl"]:
    """From which side that language is read."""
    return "rtl" if spoken().partition("-")[0] in _FROM_THE_RIGHT else "ltr"


def say(key: str, *, of: Enum | None = None, **values: object) -> str:
    """The sentence of that key, of one member of an enumeration if each has its own.

    What stands in braces is filled in with `values`, if there are any, numbers as the language
    writes them; `count` chooses the form.
    """
    found = _words(spoken())[_key(key, of)]
    if isinstance(found, Mapping):
        found = _form(found, int(str(values["count"])))
    if not values:
        return str(found)
    written = {k: number(v) if isinstance(v, int) else v for k, v in values.items()}
    return str(found).format(**written)


def number(value: float, decimals: int = 0) -> str:
    """A number as that language writes it where the visitor is."""
    return numbers.written(value, locale(), decimals)


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
    english, found = _english().sentences, _read()[0].get(language)
    if language == ENGLISH or found is None:
        return english
    instead = {key: _for_any_number(english[key]) for key in left_out(language)}
    return {**found.sentences, **instead}


def _for_any_number(english: Any) -> Any:
    # Another language counts otherwise: its `one` may be 21.
    return {"other": english["other"]} if isinstance(english, Mapping) else english


@cache
def _english() -> Catalogue:
    return catalogues.read(ENGLISH)


@cache
def _read() -> tuple[dict[str, Catalogue], list[str]]:
    """The files of all languages, and why some cannot be read."""
    read, unreadable = {}, []
    for language in LANGUAGES:
        try:
            read[language] = catalogues.read(language)
        except Unreadable as error:
            unreadable.append(str(error))
    return read, unreadable
