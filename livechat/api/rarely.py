"""What is said of all visitors is said rarely, however many of them there are."""

from __future__ import annotations

import threading
from collections.abc import Hashable

HOUR, DAY = 3_600.0, 86_400.0  # seconds

_MOST = 100  # things that are remembered, the latest ones


class Rarely:
    """Which things may be logged now: each one once in so many seconds, whoever asks."""

    def __init__(self, seconds: float) -> None:
        """Nothing was said yet."""
        self._seconds = seconds
        self._said_at: dict[Hashable, float] = {}
        self._lock = threading.Lock()

    def may_say(self, what: Hashable, now: float) -> bool:
        """Whether it is time to say that, at `now` in seconds; then it counts as said."""
        with self._lock:
            if now - self._said_at.get(what, -self._seconds) < self._seconds:
                return False
            self._said_at.pop(what, None)
            while len(self._said_at) >= _MOST:
                del self._said_at[next(iter(self._said_at))]
            self._said_at[what] = now
            return True
