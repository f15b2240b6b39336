"""Which language the page speaks with whoever reads it.

It is settled as a run of the page begins, before anything is drawn, and stays what it is until the
next one: callbacks and fragments in between speak it as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import streamlit as st

from livechat.page import words
from livechat.settings import LANGUAGES
from livechat.visit import Visit

PARAMETER = "language"  # of the page's address, where the tab remembers what was chosen

# One of a language's ways of being written for all of them, as CLDR's matching has it: who reads
# Portuguese of Portugal or traditional Chinese is served better by the page's than by English.
_BY_BASE = {language.partition("-")[0]: language for language in LANGUAGES}
_FORMERLY = {"iw": "he"}  # which some browsers still say

_TAG = re.compile(r"\s*([a-z]{2,3})(?![a-z0-9])", re.ASCII | re.IGNORECASE)
_WEIGHED = re.compile(r"([^;]+)(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?", re.ASCII)
_MOST = 20  # languages of a browser


def settle(visit: Visit | None = None) -> None:
    """Settles it for this run of the page; without a visit, of one that cannot start."""
    wanted = (spoken(tag) for tag in _wanted(visit))
    st.session_state["language"] = next(filter(None, wanted), words.ENGLISH)


def spoken(tag: str) -> str | None:
    """The language of the page's for one that a browser names, such as "pt-PT"; None if none is."""
    found = _TAG.match(tag)
    base = found[1].lower() if found else ""
    return _BY_BASE.get(_FORMERLY.get(base, base))


def _wanted(visit: Visit | None) -> Iterator[str]:
    """What it may be, beginning with what counts most."""
    yield st.query_params.get(PARAMETER, "")
    if visit and visit.settings.language:
        yield visit.settings.language
    yield st.context.locale or ""
    yield from accepted(st.context.headers.get("Accept-Language", ""))
    if visit and visit.company:
        yield visit.company.language


def accepted(header: str) -> list[str]:
    """The languages of an `Accept-Language`, the dearest one first; what is odd is left out."""
    parts = [_WEIGHED.fullmatch(part.strip()) for part in header.split(",", _MOST)[:_MOST]]
    weighed = [(float(part[2] or 1), part[1].strip()) for part in parts if part]
    return [tag for weight, tag in sorted(weighed, key=lambda one: -one[0]) if weight]
