"""A gate: so many threads of the process do something at a time, the most urgent ones first."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(eq=False)
class Entry:
    """Somebody at the gate."""

    rank: Callable[[], float]
    number: int
    goes_on: threading.Event = field(default_factory=threading.Event)


class Gate:
    """A gate with so many places.

    There are `places`. One that was taken for longer than `seconds` does not count any more:
    whoever has it waits for something itself, and others need not wait for that.
    """

    def __init__(
        self, places: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """All places are free. `clock` counts seconds."""
        self.places = places
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._inside: dict[Entry, float] = {}  # since when, the oldest one first
        self._waiting: list[Entry] = []

    def come(self, rank: Callable[[], float]) -> Entry:
        """Asks for a place, which `wait` waits for and `leave` gives back.

        The lowest `rank` is the first to have one, and may change meanwhile; among the same it is
        first come, first served.
        """
        with self._lock:
            entry = Entry(rank, next(self._numbers))
            self._waiting.append(entry)
            self._admit()
            return entry

    def wait(self, entry: Entry) -> None:
        """Waits for the place."""
        while not entry.goes_on.wait(self._seconds):
            with self._lock:
                self._admit()

    def leave(self, entry: Entry) -> None:
        """Gives a place back, once more changes nothing; who still waits for it goes on without."""
        with self._lock:
            self._inside.pop(entry, None)
            if entry in self._waiting:
                self._waiting.remove(entry)
                entry.goes_on.set()
            self._admit()

    @contextmanager
    def passed(self, rank: Callable[[], float]) -> Iterator[None]:
        """Has a place for a block, and waits for it before."""
        entry = self.come(rank)
        try:
            self.wait(entry)
            yield
        finally:
            self.leave(entry)

    @contextmanager
    def tried(self) -> Iterator[bool]:
        """Has a place for a block, if there is one at once; tells whether there was."""
        with self._lock:
            is_free = self._is_free()
            entry = Entry(int, next(self._numbers))
            if is_free:
                self._inside[entry] = self._clock()
        try:
            yield is_free
        finally:
            self.leave(entry)

    def _admit(self) -> None:
        while self._waiting and self._is_free():
            entry = min(self._waiting, key=lambda entry: (entry.rank(), entry.number))
            self._waiting.remove(entry)
            self._inside[entry] = self._clock()
            entry.goes_on.set()

    def _is_free(self) -> bool:
        """Whether there is a place, or one that does not count any more."""
        if len(self._inside) < self.places:
            return True
        oldest, since = next(iter(self._inside.items()))
        if self._clock() - since < self._seconds:
            return False
        del self._inside[oldest]
        return True
