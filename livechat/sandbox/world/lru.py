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

    def get(self, key: K) -> V | None:
        """Return the value and mark it as used, or None."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: K, value: V, weight: int = 1) -> None:
        """Add or replace a value."""
        self.pop(key)
        self._entries[key] = (value, weight)
        self._weight += weight
        self._shrink()

    def grow(self, key: K, weight: int) -> None:
        """Add ``weight`` (possibly negative) to an entry, and mark it as used."""
        value, before = self._entries[key]
        self._entries[key] = (value, before + weight)
        self._entries.move_to_end(key)
        self._weight += weight
        self._shrink()

    def pop(self, key: K) -> V | None:
        """Remove and return a value, or None; ``on_evict`` does not hear of it."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return None
        self._weight -= entry[1]
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

    def _shrink(self) -> None:
        while self._weight > self._limit and len(self._entries) > 1:
            key, (value, weight) = self._entries.popitem(last=False)
            self._weight -= weight
            if self._on_evict is not None:
                self._on_evict(key, value)
