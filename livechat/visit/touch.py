"""Whether the process is in touch with LiveChat, for who reads the log.

One visitor's trouble is the visitor's own, and on their page. What is said here is so for all who
ask, once when it begins and once when it is over: so a crowd says no more than one visitor. Where
nobody asks, nothing is known.
"""

from __future__ import annotations

import logging
import threading

from livechat.api.errors import (
    CustomerBanned,
    LiveChatError,
    Misconfigured,
    Refused,
    TooManyRequests,
)
from livechat.api.rarely import HOUR, Rarely

SILENT_FOR = 10.0  # seconds in which all that was asked has failed
ANSWERED_FOR = 60.0  # without such a silence, until it is over: a bad day comes and goes

_log = logging.getLogger("livechat")


class Touch:
    """What became of the latest requests of all visitors."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self._failing_since: float | None = None
        self._out_since: float | None = None
        self._answered_at: float | None = None  # first, since the last silence
        self._lock = threading.Lock()
        self._rarely = Rarely(HOUR)

    def well(self, now: float) -> None:
        """LiveChat has answered somebody, at `now` in seconds."""
        with self._lock:
            self._failing_since = None
            if self._out_since is None:
                return
            if self._answered_at is None:
                self._answered_at = now
            if now - self._answered_at < ANSWERED_FOR:
                return
            seconds = self._answered_at - self._out_since
            self._out_since = None
        _log.info("In touch with LiveChat again, after %.0f s", seconds)

    def failed(self, error: LiveChatError, now: float) -> None:
        """It has not, or not as it should have."""
        if isinstance(error, Misconfigured):
            if self._rarely.may_say(error.type, now):
                _log.error("LiveChat serves no visitor: %s", error)
        elif isinstance(error, TooManyRequests):
            if self._rarely.may_say(error.type, now):
                _log.warning("LiveChat limits how often it is asked: %s", error)
        elif not isinstance(error, CustomerBanned | Refused):  # these are answers (refusals.py)
            self._fail(error, now)

    def _fail(self, error: LiveChatError, now: float) -> None:
        with self._lock:
            if self._failing_since is None:
                self._failing_since = now
            seconds = now - self._failing_since
            if seconds < SILENT_FOR:
                return
            self._answered_at = None
            if self._out_since is not None:
                return
            self._out_since = self._failing_since
        _log.warning("Out of touch with LiveChat for %.0f s: %s", seconds, error)

    def was_slow(self, polls: int, now: float) -> None:
        """So many polls wait for LiveChat, and another one was left out for that."""
        if self._rarely.may_say("slow", now):
            _log.warning("LiveChat is slow: %d polls wait for it, others are left out", polls)


PROCESS = Touch()
"""This process's."""
