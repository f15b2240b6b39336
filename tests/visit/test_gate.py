"""So many at a time, the most urgent ones first."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from livechat.visit.gate import Entry, Gate
from tests.driver import Clock

SECONDS = 2.0
SOON = 0.01  # seconds


class Crowd:
    """Those who want to pass a gate: all who came, and by name which of them went on."""

    def __init__(self, places: int = 1, seconds: float = SECONDS) -> None:
        self.clock = Clock()
        self.gate = Gate(places, seconds, self.clock)
        self.entries: dict[str, Entry] = {}

    def comes(self, name: str, rank: int | Callable[[], int] = 0) -> None:
        """Somebody comes, and is in or waits."""
        self.entries[name] = self.gate.come(rank if callable(rank) else lambda: rank)

    def leaves(self, name: str) -> None:
        self.gate.leave(self.entries[name])

    @property
    def went_on(self) -> str:
        return "".join(name for name, entry in self.entries.items() if entry.goes_on.is_set())


def test_so_many_are_in_at_a_time() -> None:
    crowd = Crowd(places=2)
    for name in "abc":
        crowd.comes(name)
    assert crowd.went_on == "ab"
    crowd.leaves("b")
    assert crowd.went_on == "abc"


def test_the_most_urgent_are_first_and_then_who_came_first() -> None:
    crowd = Crowd()
    crowd.comes("1")
    for name, rank in (("4", 2), ("5", 2), ("3", 1), ("2", 0)):
        crowd.comes(name, rank)
    for name in "1234":
        assert crowd.went_on.count(name) == 1
        assert str(int(name) + 1) not in crowd.went_on
        crowd.leaves(name)
    assert "5" in crowd.went_on


def test_who_waits_may_become_urgent() -> None:
    ranks = {"b": 1, "c": 1}
    crowd = Crowd()
    crowd.comes("a")
    crowd.comes("b", lambda: ranks["b"])
    crowd.comes("c", lambda: ranks["c"])
    ranks["c"] = 0
    crowd.leaves("a")
    assert crowd.went_on == "ac"


def test_a_place_is_given_back_once() -> None:
    crowd = Crowd()
    for name in "abc":
        crowd.comes(name)
    crowd.leaves("a")
    crowd.leaves("a")
    assert crowd.went_on == "ab"


def test_who_does_not_want_a_place_any_more_goes_on_without() -> None:
    crowd = Crowd()
    for name in "abc":
        crowd.comes(name)
    crowd.leaves("b")
    assert crowd.went_on == "ab"
    crowd.leaves("a")
    assert crowd.went_on == "abc"


def test_nobody_waits_for_ever_for_somebody_who_does_not_leave() -> None:
    crowd = Crowd(seconds=SOON)
    crowd.comes("a")
    crowd.comes("b")
    waiting = threading.Thread(target=crowd.gate.wait, args=(crowd.entries["b"],), daemon=True)
    waiting.start()
    assert crowd.went_on == "a"
    crowd.clock.now += 2 * SOON
    waiting.join()
    assert crowd.went_on == "ab"
    crowd.comes("c")
    crowd.leaves("a")  # whose place was given to another one
    assert crowd.went_on == "ab"


def test_a_block_has_a_place() -> None:
    crowd = Crowd()
    with crowd.gate.passed(lambda: 0):
        crowd.comes("a")
        assert not crowd.went_on
    assert crowd.went_on == "a"


def test_a_block_that_fails_gives_its_place_back() -> None:
    crowd = Crowd()
    with pytest.raises(ZeroDivisionError), crowd.gate.passed(lambda: 0):
        _ = 1 / 0
    assert not crowd.gate._inside


def test_a_block_that_does_not_wait_is_told_whether_it_has_a_place() -> None:
    crowd = Crowd()
    with crowd.gate.tried() as has_place, crowd.gate.tried() as has_another:
        assert (has_place, has_another) == (True, False)
    with crowd.gate.tried() as has_place:
        crowd.clock.now += 2 * SECONDS
        with crowd.gate.tried() as has_another:
            assert (has_place, has_another) == (True, True)
    assert not crowd.gate._inside
