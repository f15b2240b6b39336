"""Which language the page speaks with whoever reads it.

It is settled as a run of the page begins, before anything is drawn, and stays what it is until the
next one: callbacks and fragments in between speak it as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import streamlit as st

from livechat.page import words
from livechat.page.words.locales import parts
from livechat.visit import Visit

PARAMETER = "language"  # of the page's address, where the tab remembers what was chosen

# In the session's state, besides what is spoken.
_CHOSEN, _IS_OWN = "language-chosen", "language-is-own"

_FORMERLY = {"iw": "he"}  # which some browsers still say

_WEIGHED = re.compile(r"([^;]+)(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?", re.ASCII)
_MOST = 20  # languages of a browser


def settle(visit: Visit | None = None) -> None:
    """Settles it for this run of the page; without a visit, of one that cannot start."""
    state = st.session_state
    wanted = (spoken(tag) for tag in _wanted(visit))
    settled = state["language"] = next(filter(None, wanted), words.ENGLISH)
    state[_IS_OWN] = settled in (asked_for(), spoken(st.context.locale or ""))


def choose(language: object) -> None:
    """The visitor has chosen a language, which the next run of the page speaks. For a callback."""
    if language in words.languages():
        st.session_state[_CHOSEN] = language


def chosen() -> str | None:
    """What the visitor has chosen since this session began."""
    found: str | None = st.session_state.get(_CHOSEN)
    return found


def is_visitors_own() -> bool:
    """Whether the page speaks what the visitor has chosen, or what their browser prefers."""
    return bool(st.session_state.get(_IS_OWN))


def spoken(tag: str) -> str | None:
    """The language of the page's for one that a browser names; None if it is none of them.

    One way of writing a language is for all of them, as CLDR's matching has it: who reads the
    Portuguese of Portugal, or traditional Chinese, is served better by the page's than by English.
    """
    base, _ = parts(tag.strip())
    base = _FORMERLY.get(base, base)
    return next((one for one in words.languages() if one.partition("-")[0] == base), None)


def _wanted(visit: Visit | None) -> Iterator[str]:
    """What it may be, beginning with what counts most."""
    yield asked_for() or ""
    if visit and visit.settings.language:
        yield visit.settings.language
    yield st.context.locale or ""
    yield from accepted(st.context.headers.get("Accept-Language", ""))
    if visit and visit.company:
        yield visit.company.language


def asked_for() -> str | None:
    """What the visitor has chosen, or else what the page's address names."""
    return chosen() or spoken(st.query_params.get(PARAMETER, ""))


def accepted(header: str) -> list[str]:
    """The languages of an `Accept-Language`, the dearest one first; what is odd is left out."""
    found = [_WEIGHED.fullmatch(part.strip()) for part in header.split(",", _MOST)[:_MOST]]
    weighed = [(float(part[2] or 1), part[1].strip()) for part in found if part]
    return [tag for weight, tag in sorted(weighed, key=lambda one: -one[0]) if weight]
