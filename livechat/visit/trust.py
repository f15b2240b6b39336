"""Whether LiveChat's pushes are relied on: looks that only make sure tell.

Each look that brings nothing but what was pushed makes the next one rarer. One that brings an event
of which no push has told, nor tells soon, has the page poll for a while; where that happens to
several visitors it is not the browser's fault, and all pages do.
"""

from __future__ import annotations

import logging
import math
import threading
from collections import deque
from collections.abc import Callable, Iterable

from livechat.visit.patience import doubled

PUSHED_SECONDS = 60.0  # between looks, at first
LONGEST_SECONDS = 600.0  # doubled with each look that was not needed, up to this
# A connection that has died without a word is noticed within 25 s, and then nobody relies on it.
TOLD_WITHIN = 30.0  # seconds; a push and a look can cross
DOUBT_SECONDS = 600.0  # for so long nobody relies on pushes that were missing
SEVERAL = 3  # visitors,
LATELY = 3_600.0  # within so many seconds

# The browser's clock and the line are not exact: a look that is a bit early counts.
_EARLY = 0.75

_log = logging.getLogger("livechat")


class Doubts:
    """What visitors have missed, counted for all of the process."""

    def __init__(self) -> None:
        """Nobody has missed anything."""
        self._times: deque[float] = deque(maxlen=SEVERAL)
        self._said_at: float | None = None  # when the log was told that nobody relies on pushes
        self._lock = threading.Lock()

    def add(self, now: float) -> None:
        """One more visitor has missed a push, at `now` in seconds."""
        self._times.append(now)

    def are_general(self, now: float) -> bool:
        """Whether nobody relies on pushes."""
        times = tuple(self._times)
        are_many = len(times) == SEVERAL and times[-1] - times[0] < LATELY
        return are_many and now - times[-1] < DOUBT_SECONDS

    def say(self, now: float) -> None:
        """Has the log say that nobody relies on pushes, or that all do again."""
        with self._lock:
            are_general, since = self.are_general(now), self._said_at
            if are_general == (since is not None):
                return
            self._said_at = now if are_general else None
        if since is None:
            _log.warning("LiveChat has not pushed what it has, to several visitors: all pages poll")
        else:
            _log.info("Pages rely on LiveChat's pushes again, after %.0f s", now - since)


class Trust:
    """How far one visitor's pushes are relied on."""

    def __init__(self, doubts: Doubts, clock: Callable[[], float]) -> None:
        """They are. `doubts` are all visitors', `clock` counts seconds."""
        self._doubts = doubts
        self._clock = clock
        self._looks = 0  # in a row that were not needed
        self._looked_at = clock()
        self._untold: dict[str, float] = {}  # events by ID: when a look has brought them
        self._doubted_until = -math.inf
        self._has_missed = False

    @property
    def is_given(self) -> bool:
        """Whether polls only make sure."""
        now = self._clock()
        is_doubtful = self._untold or now < self._doubted_until
        return not is_doubtful and not self._doubts.are_general(now)

    @property
    def seconds(self) -> float:
        """How long no look is needed after one."""
        return doubled(PUSHED_SECONDS, self._looks + 1, LONGEST_SECONDS)

    def begin_anew(self) -> None:
        """Another connection pushes now, or none: what was missing on the last one is explained."""
        self._looks, self._looked_at = 0, self._clock()
        self._untold.clear()

    def told(self, events: Iterable[str]) -> None:
        """Pushes have told of these events."""
        for id in events:
            self._untold.pop(id, None)

    def rang(self) -> None:
        """Pushes have told that there is something, as a thread with its events, without IDs."""
        self._untold.clear()

    def looked(self, found: Iterable[str]) -> None:
        """A look that only made sure has brought these events, of which no push has told."""
        now = self._clock()
        if new := dict.fromkeys(found, now):
            self._looks = 0
            self._untold |= new
        elif self.is_given and now - self._looked_at >= _EARLY * self.seconds:
            self._looks += 1
            self._looked_at = now

    def settle(self, *, follows: bool = False) -> None:
        """What no push tells any more has been missed, perhaps by the tab that this one follows."""
        now = self._clock()
        self._doubts.say(now)
        if not any(now - at >= TOLD_WITHIN for at in tuple(self._untold.values())):
            return
        self._untold.clear()
        self._doubted_until = now + DOUBT_SECONDS
        # One browser that hears nothing does not slow down the others.
        if not (self._has_missed or follows):
            self._has_missed = True
            self._doubts.add(now)
            self._doubts.say(now)
