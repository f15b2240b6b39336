"""The one clock the sandbox lives by, and the reference's time format."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_MICROSECOND = timedelta(microseconds=1)


class Clock:
    """Wall-clock time that a test can move forward. Thread-safe."""

    def __init__(self) -> None:
        """Start at the present."""
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Return to the present."""
        with self._lock:
            self._ahead = timedelta()
            self._last = datetime.min.replace(tzinfo=UTC)

    def advance(self, seconds: float) -> None:
        """Move all of the sandbox's timers ``seconds`` closer to their end."""
        with self._lock:
            self._ahead += timedelta(seconds=seconds)

    @property
    def ahead(self) -> float:
        """How far it was moved, in seconds."""
        return self._ahead.total_seconds()

    def passed(self, moment: datetime) -> None:
        """Never tell an earlier time than that from now on."""
        with self._lock:
            self._last = max(self._last, moment)

    def now(self) -> datetime:
        """Return the time in UTC. No two calls return the same one, so it orders events."""
        with self._lock:
            self._last = max(datetime.now(UTC) + self._ahead, self._last + _MICROSECOND)
            return self._last


def to_text(moment: datetime) -> str:
    """Write a UTC time as the reference does: RFC 3339 with microseconds and ``Z``."""
    return moment.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def from_text(text: str) -> datetime:
    """Read an RFC 3339 time. Raises ValueError."""
    if not _RFC3339.fullmatch(text):
        raise ValueError("not an RFC 3339 time")
    return datetime.fromisoformat(text).astimezone(UTC)
