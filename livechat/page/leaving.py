"""Who has closed the page for good gives back what was kept for them, at a defined moment.

Streamlit (1.67) keeps a session whose socket has closed, for a line that comes back, and forgets it
when somebody else's comes or goes and Python's collector passes by. A sweep looks after them: as
soon as Streamlit would take nobody back into a session, its visit ends and its files go.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import cache
from weakref import WeakValueDictionary

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from livechat.page import reconnecting
from livechat.visit import Visit

SWEEPS = 4  # while a line may still come back,
LEAST_SECONDS = 0.25  # but no more often than that


class Leaving:
    """The sessions of this process: which visit is whose, and since when a socket is gone.

    It holds none of the visits, and tells no session of another.
    """

    def __init__(
        self,
        is_connected: Callable[[str], bool],
        give_back: Callable[[str], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Both are asked by a session's ID; the second drops what Streamlit keeps for it."""
        self._is_connected = is_connected
        self._give_back = give_back
        self._clock = clock
        self._visits: WeakValueDictionary[str, Visit] = WeakValueDictionary()
        # By session: when a sweep has first missed its socket, None while it is there.
        self._gone_at: dict[str, float | None] = {}
        self._lock = threading.Lock()

    def watch(self, session_id: str, visit: Visit) -> None:
        """From now on this is the session's visit."""
        with self._lock:
            self._visits[session_id] = visit
            self._gone_at.setdefault(session_id, None)

    def sweep(self, kept_for: float) -> None:
        """Ends the visits whose sockets have been gone for so long, in seconds.

        One that is still asking LiveChat for something ends with a later sweep.
        """
        now = self._clock()
        with self._lock:
            sessions = list(self._gone_at.items())
        for session_id, gone_at in sessions:
            if self._is_connected(session_id):
                self._gone_at[session_id] = None
            elif gone_at is None:
                self._gone_at[session_id] = now
            elif now - gone_at >= kept_for:
                self._give_back(session_id)
                visit = self._visits.get(session_id)
                if visit is None or visit.leave():
                    with self._lock:
                        del self._gone_at[session_id]
                        self._visits.pop(session_id, None)


def watch(visit: Visit) -> None:
    """Has the visit of the session that runs now end when its page is closed for good."""
    context = get_script_run_ctx()
    if context and runtime.exists():
        _sweeping().watch(context.session_id, visit)


@cache
def _sweeping() -> Leaving:
    """The sweep of this process, which begins with the first visit."""
    streamlit = runtime.get_instance()

    def give_back(session_id: str) -> None:
        reconnecting.forget(session_id)
        streamlit.uploaded_file_mgr.remove_session_files(session_id)

    leaving = Leaving(streamlit.is_active_session, give_back)

    def run() -> None:
        while True:
            kept_for = st.get_option("server.disconnectedSessionTTL")
            time.sleep(max(kept_for / SWEEPS, LEAST_SECONDS))
            leaving.sweep(kept_for)

    threading.Thread(target=run, daemon=True, name="leaving").start()
    return leaving
