"""Pages and polls take turns, one at a time, and in which order.

Python runs one thread at a time anyway. A hundred pages that are drawn side by side are all ready
at the very end, and meanwhile Streamlit's own thread, which sends and receives for all of them,
waits for each of theirs.

What is less urgent comes later, but it does come: while a session's poll waits, Streamlit runs
nothing for its news. With polls that had to wait until there is no news anywhere, a process that
always had some would have stopped serving one session after the other.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from livechat.visit import load
from livechat.visit.gate import Entry, Gate


class Rank(Enum):
    """Whose turn comes first: so many seconds are taken off the time at which somebody came."""

    ACT = math.inf
    """The visitor has done something, and looks at the page."""
    BEGUN = 3600.0
    """News were read, and are drawn now."""
    AWAITED = 15.0
    """Something has changed on it, and the visitor waits for an answer."""
    NEWS = 10.0
    """Something has changed on it."""
    POLL = 8.0
    """Something may have changed."""
    NEW = 0.0
    """It is not there yet."""


class _Thread(threading.local):
    """What runs in a thread of Streamlit's."""

    entry: Entry | None = None
    is_running = False
    is_redrawn = False  # the next run


# Drawing a page takes some hundredths of a second.
_gate = Gate(places=1, seconds=2.0)
_thread = _Thread()
_waiting: dict[str, Entry] = {}  # by session: its latest run
_changes = threading.Lock()  # of that


@contextmanager
def turn(*, is_fragment: bool = False, is_awaited: bool = False) -> Iterator[None]:
    """Waits for the turn, and has it until the end or until it is given back.

    A fragment that runs in a run of the page has that one's. If it `is_awaited`, the visitor waits
    for what it may bring.
    """
    if _thread.is_running:
        yield
        return
    _thread.is_running = True
    try:
        _wait(_fragment_rank(is_awaited) if is_fragment else _page_rank())
        yield
    finally:
        _thread.is_running = False
        give_back()


def give_back() -> None:
    """The rest of this run is waiting, for an answer of LiveChat; others have their turn."""
    entry, _thread.entry = _thread.entry, None
    if entry:
        _gate.leave(entry)


def redraw() -> None:
    """Runs the page for news, not for something that the visitor did."""
    _thread.is_redrawn = True  # Streamlit does so in this thread
    st.rerun()


def _page_rank() -> Rank:
    is_redrawn, _thread.is_redrawn = _thread.is_redrawn, False
    if is_redrawn:
        return Rank.BEGUN
    return Rank.ACT if "visit" in st.session_state else Rank.NEW


def _fragment_rank(is_awaited: bool) -> Rank:
    ticks = st.session_state.get("poll") or 0
    is_tick = ticks != st.session_state.get("polled", 0)
    st.session_state.polled = ticks
    if is_tick:
        return Rank.POLL
    return Rank.AWAITED if is_awaited else Rank.NEWS


def _wait(rank: Rank) -> None:
    context = get_script_run_ctx()
    session = context.session_id if context else ""
    came = time.monotonic()
    with _changes:
        before = _waiting.get(session)
        # Whoever asks once more does not wait for longer.
        due = min(came - rank.value, before.rank() if before else math.inf)
        entry = _thread.entry = _waiting[session] = _gate.come(lambda: due)
    if before:
        # Streamlit has stopped that run, which need not wait to notice it.
        _gate.leave(before)
    _gate.wait(entry)
    with _changes:
        if _waiting.get(session) is entry:
            del _waiting[session]
    if rank in (Rank.AWAITED, Rank.NEWS, Rank.NEW):
        load.PROCESS.queued(time.monotonic() - came)
