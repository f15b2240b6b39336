"""How busy the process is, and how much later its pages poll, and tell of pushes, for that.

A process that is asked for more than it can do does not get slower, it stops being of use: polls
that nobody waits for any more pile up, and all that somebody does wait for comes after them. So
polls are given what is left of three quarters of a core, before there is less than they need. How
often they fit into that has to be computed: a process that has far too much to do is as busy as one
that has just enough. If most of them come late all the same, the process has less than a core.

News that are pushed come before polls, and are served as long as there is a core to be had. When
they are more than that, browsers keep what is pushed for a while, so that one run of the page shows
what came meanwhile: what they cost is then how many pages there are, not how much is said.

All visitors of the process share this, and nothing of a visitor is in it: times and counts.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

FACTORS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0)
LONGEST_SECONDS = 30.0  # between polls that come later for this; those that are slower anyway stay
# Seconds for which pushes are kept. A look may find what is kept, so long before it counts as
# missed (`trust.py`).
HOLDS = (0.0, 1.0, 2.0, 4.0, 7.0, 11.0, 15.0)
DOWN_AFTER = 5.0  # seconds in which less would do
CALM_AFTER = 300.0  # seconds without either of them, after which the log says that it is over

_TARGET = 0.75  # of a core
_LEAST_ROOM = 0.25  # of it, for the polls, whatever else is going on
_NEWS_TARGET, _LEAST_NEWS_ROOM = 0.9, 0.5  # the same for the news
_TELLING_FOR = 60.0  # seconds since a page has told of a push
_A_PAGE = 3  # polls cost as much as one run of the page
_LOOKS_EVERY = 1.0  # seconds
_KEPT = 0.8  # of what was measured, for each second that has passed since then
# What a poll costs until enough have been measured: so many, at so many seconds of CPU each.
_ASSUMED_POLLS, _ASSUMED_COST = 20, 0.006

# Of this many polls half are later than that, in seconds, in a process that cannot keep up.
_JUDGED, LATE = 10, 0.5
# Browsers delay the timers of hidden tabs, whose pages poll as rarely as that.
_PUNCTUAL = 15.0
_EARLY = 0.75  # of the time between two polls: before that a page is only drawn
_LEAST_CAPACITY = 0.05  # of a core
_RECOVERS = 0.02  # of a core a second

# Seconds after its due moment after which a page that has not polled is gone, or its browser
# sleeps; while polls come late it may just be waiting.
_GONE_AFTER, _GONE_AFTER_WHILE_LATE = 10.0, 60.0

_SPREAD = 0.1  # tabs that keep in step would all come at once

_log = logging.getLogger("livechat")


@dataclass
class _Page:
    due: float  # when it polls next
    later: float  # seconds from its last poll to the next one
    often: float  # polls a second when there is room
    is_judged: bool


@dataclass
class _Sums:
    """What has happened lately; what is longer ago counts less."""

    seconds: float = 0.0
    cpu: float = 0.0
    polls: float = 0.0
    pages: float = 0.0
    news: float = 0.0
    """Runs that had something to read, each of which brings one of the page."""
    pushes: float = 0.0
    """What they had to read: one reads all that has come."""


class _Steps:
    """One of some values, which follows what is needed: at once upwards, later downwards."""

    def __init__(self, values: tuple[float, ...]) -> None:
        self.value = values[0]
        self._values = values
        self._less_since: float | None = None

    def follow(self, needed: float, now: float) -> None:
        values = self._values
        value = next((v for v in values if v >= needed), values[-1])
        if value >= self.value:
            # Not by more: a page that was told 30 s hears only then that a moment later 6 would do.
            self.value = min(value, max(2 * self.value, values[1]))
            self._less_since = None
        elif self._less_since is None:
            self._less_since = now
        elif now - self._less_since >= DOWN_AFTER:
            self.value, self._less_since = value, None


class Load:
    """What one process has to do."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        cpu: Callable[[], float] = time.process_time,
    ) -> None:
        """`clock` counts seconds, `cpu` those of the processor that the process has used."""
        self._factor = _Steps(FACTORS)
        self._hold = _Steps(HOLDS)
        self._clock = clock
        self._cpu = cpu
        self._lock = threading.Lock()
        self._pages: dict[object, _Page] = {}
        self._telling: dict[object, float] = {}  # when pages have told of pushes
        self._lateness: list[float] = []  # of polls, in seconds
        self._queued: list[float] = []  # new pages and news, for so many seconds
        self._is_late = False
        self._new = _Sums()
        self._sums = _Sums()
        self._capacity = 1.0  # cores that can be had
        self._busy_since: float | None = None
        self._busy_until = 0.0
        self._most = 1.0
        self._looked_at, self._cpu_then = clock(), cpu()

    @property
    def factor(self) -> float:
        """How many times later pages poll."""
        return self._factor.value

    @property
    def hold(self) -> float:
        """For how many seconds browsers keep what is pushed."""
        return self._hold.value

    def next_poll(self, page: object, seconds: float, spread: float) -> float:
        """Seconds to the next poll of a page that polls every `seconds` when there is room.

        `page` is any object that stands for it, `spread` between -1 and 1, always the same for it.
        It is part of the load until it has not come for too long.
        """
        now = self._clock()
        with self._lock:
            if now - self._looked_at >= _LOOKS_EVERY:
                self._look(now)
            known = self._pages.pop(page, None)
            if seconds >= LONGEST_SECONDS:
                return seconds
            if known and known.is_judged and now >= known.due - (1 - _EARLY) * known.later:
                self._lateness.append(max(0.0, now - known.due))
            later = seconds
            if self.factor > 1:
                later = min(seconds * self.factor * (1 + _SPREAD * spread), LONGEST_SECONDS)
                later = max(seconds, later)
            self._pages[page] = _Page(now + later, later, 1 / seconds, seconds < _PUNCTUAL)
            return later

    def waited(self, page: object) -> None:
        """A page has waited for something else than the process until now.

        The poll that was due meanwhile comes now.
        """
        with self._lock:
            if known := self._pages.get(page):
                known.due = max(known.due, self._clock())

    def polled(self) -> None:
        """A page has polled."""
        with self._lock:
            self._new.polls += 1

    def heard(self, page: object, pushes: int) -> None:
        """A page tells of so many pushes; `page` is any object that stands for it."""
        now = self._clock()
        with self._lock:
            if now - self._looked_at >= _LOOKS_EVERY:
                self._look(now)
            self._new.news += 1
            self._new.pushes += pushes
            self._telling[page] = now

    def drew(self) -> None:
        """A page was drawn."""
        with self._lock:
            self._new.pages += 1

    def queued(self, seconds: float) -> None:
        """A new page, or news, have waited for so long for their turn."""
        with self._lock:
            self._queued.append(seconds)

    def _look(self, now: float) -> None:
        """Decides anew."""
        seconds, cpu = now - self._looked_at, self._cpu()
        used = cpu - self._cpu_then
        self._looked_at, self._cpu_then = now, cpu
        self._add(seconds, used)
        if len(self._lateness) >= _JUDGED or len(self._queued) >= _JUDGED:
            self._is_late = any(w and median(w) > LATE for w in (self._lateness, self._queued))
            self._lateness.clear()
            self._queued.clear()
            if self._is_late:
                # What it got is all that there is to have: others use the machine as well.
                had = max(used / seconds, _LEAST_CAPACITY)
                self._capacity = min(self._capacity, (self._capacity + had) / 2)
        if not self._is_late:
            self._capacity = min(1.0, self._capacity + _RECOVERS * seconds)
        gone_after = _GONE_AFTER_WHILE_LATE if self._is_late else _GONE_AFTER
        gone = [page for page, known in self._pages.items() if now > known.due + gone_after]
        for page in gone:
            del self._pages[page]
        silent = [page for page, at in self._telling.items() if now > at + _TELLING_FOR]
        for page in silent:
            del self._telling[page]
        self._factor.follow(self._factor_needed(), now)
        self._hold.follow(self._hold_needed(), now)
        self._say(now)

    def _say(self, now: float) -> None:
        """Has the log say when it gets too much, and when it was not for a while."""
        is_busy = self.factor > 1 or self.hold > 0
        if is_busy:
            self._busy_until = now
            self._most = max(self._most, self.factor)
        if is_busy and self._busy_since is None:
            self._busy_since = now
            _log.warning("More visitors than the process serves in time: polls and news come later")
        elif self._busy_since is not None and now - self._busy_until >= CALM_AFTER:
            seconds, most = self._busy_until - self._busy_since, self._most
            self._busy_since, self._most = None, 1.0
            _log.info(
                "Polls and news come in time again: for %.0f s polls came up to %g times later",
                *(seconds, most),
            )

    def _add(self, seconds: float, used: float) -> None:
        kept, sums, new = _KEPT**seconds, self._sums, self._new
        sums.seconds = sums.seconds * kept + seconds
        sums.cpu = sums.cpu * kept + used
        sums.polls = sums.polls * kept + new.polls
        sums.pages = sums.pages * kept + new.pages
        sums.news = sums.news * kept + new.news
        sums.pushes = sums.pushes * kept + new.pushes
        self._new = _Sums()

    def _cost(self) -> float:
        """Of a poll, in seconds of CPU; one that reads news costs the same."""
        sums = self._sums
        served = sums.polls + sums.news + _A_PAGE * sums.pages
        return (sums.cpu + _ASSUMED_POLLS * _ASSUMED_COST) / (served + _ASSUMED_POLLS)

    def _factor_needed(self) -> float:
        """How many times more the polls would cost than there is room for."""
        sums, cost = self._sums, self._cost()
        others = max(0.0, sums.cpu - cost * sums.polls) / sums.seconds
        target = _TARGET * self._capacity
        room = max(target - others, _LEAST_ROOM * target)
        return sum(page.often for page in self._pages.values()) * cost / room

    def _hold_needed(self) -> float:
        """For how long pushes have to be kept, in seconds, for what there is room for.

        A page tells of the next one some time after the last, and then for so long nothing: if all
        are alike, that is once in pages / pushes seconds and those for which it is kept.
        """
        sums = self._sums
        cost = self._cost() * (1 + _A_PAGE)
        others = max(0.0, sums.cpu - cost * sums.news) / sums.seconds
        target = _NEWS_TARGET * self._capacity
        can_be_read = max(target - others, _LEAST_NEWS_ROOM * target) / cost
        pushed = sums.pushes / sums.seconds
        if pushed <= can_be_read:
            return 0.0
        return len(self._telling) * (1 / can_be_read - 1 / pushed)


def spread() -> float:
    """A page's own, for `Load.next_poll`."""
    return random.uniform(-1, 1)


PROCESS = Load()
"""This process's."""
