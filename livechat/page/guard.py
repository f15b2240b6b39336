"""A guard around each thing that is drawn of what others sent: it takes nothing down but itself."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import streamlit as st

from livechat.page import safe_text, words

_log = logging.getLogger("livechat")


@contextmanager
def guarded(kind: str) -> Iterator[None]:
    """What cannot be drawn in this block is one line that says so; everything after it is drawn.

    `kind` is what the log calls it, once for each way in which it fails. How a run ends before its
    time (`st.rerun`, another run) is no failure: Streamlit does not raise an `Exception` for that.
    """
    try:
        yield
    except Exception as error:
        *_, place = traceback.extract_tb(error.__traceback__)
        # Not what the error says: there may be words of the visitor's in it.
        _note(kind, type(error).__name__, f"{place.name}, line {place.lineno}")
        cannot_be_shown()


def cannot_be_shown() -> None:
    """Draws the line that stands in for something of a known type that cannot be drawn."""
    st.html(safe_text.status_line(words.say("unsupported")))


@lru_cache(maxsize=100)
def _note(kind: str, error: str, place: str) -> None:
    _log.error("Something of type %.40r cannot be drawn: %s in %s", kind, error, place)
