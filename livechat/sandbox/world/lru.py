"""A mapping of bounded weight: what keeps the sandbox's memory flat."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Lru(Generic[K, V]):
    """Keeps the total weight of its values under a limit; the least recently used go first.

    The entry used last is never dropped, even if it alone is heavier than the limit.
    """

    def __init__(self, limit: int, on_evict: Callable[[K, V], None] | None = None) -> None:
        """Create an empty mapping; ``on_evict`` hears of every entry dropped for its age."""
        self._limit = limit
        self._on_evict = on_evict
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._weight = 0
        self._used: dict[K, None] | None = None

    def watch(self) -> None:
        """From now on `used` tells; who does not ask pays nothing."""
        self._used = {}

    def used(self) -> list[tuple[K, V | None]]:
        """Return what was used, added or dropped, which is None, since this was asked last."""
        used, self._used = self._used or {}, {}
        return [(key, self._entries[key][0] if key in self._entries else None) for key in used]

    def get(self, key: K) -> V | None:
        """Return the value and mark it as used, or None."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        self._note(key)
        return entry[0]

    def put(self, key: K, value: V, weight: int = 1) -> None:
        """Add or replace a value."""
        self.pop(key)
        self._entries[key] = (value, weight)
        self._weight += weight
        self._note(key)
        self._shrink()

    def grow(self, key: K, weight: int) -> None:
        """Add ``weight`` (possibly negative) to an entry, and mark it as used."""
        value, before = self._entries[key]
        self._entries[key] = (value, before + weight)
        self._entries.move_to_end(key)
        self._weight += weight
        self._note(key)
        self._shrink()

    def pop(self, key: K) -> V | None:
        """Remove and return a value, or None; ``on_evict`` does not hear of it."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return None
        self._weight -= entry[1]
        self._note(key)
        return entry[0]

    def values(self) -> list[V]:
        """Return the values, the least recently used first."""
        return [value for value, _ in self._entries.values()]

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[K]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def _note(self, key: K) -> None:
        if self._used is not None:
            self._used[key] = None

    def _shrink(self) -> None:
        while self._weight > self._limit and len(self._entries) > 1:
            key, (value, weight) = self._entries.popitem(last=False)
            self._weight -= weight
            self._note(key)
            if self._on_evict is not None:
                self._on_evict(key, value)
