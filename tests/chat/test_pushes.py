"""What the browser says of pushes: anything may stand in it."""

from __future__ import annotations

import pytest

from livechat.api.structures.greetings import parse_greeting
from livechat.api.structures.parsing import LONGEST_ID
from livechat.chat.pushes import Told, Turned, parse
from tests.api.structures.test_greetings import GREETING


def test_what_is_told_is_read() -> None:
    told = parse(
        {
            "open": True,
            "customer": "ada",
            "connection": "c",
            "looks": 2,
            "reads": 1,
            "events": ["a", "b"],
            "groups": {"0": "offline"},
            "refused": "token",
            "turned": {"url": "u", "reason": "r", "region": "dal"},
            "greeting": GREETING,
            "drawn": 3,
            "threads": {"t": "mark"},
            "deleted": ["d"],
        }
    )
    assert told.drawn == 3
    assert told == Told(
        open=True,
        customer="ada",
        connection="c",
        looks=2,
        reads=1,
        events=frozenset({"a", "b"}),
        groups={"0": "offline"},
        refused="token",
        turned=Turned("u", "r", "dal"),
        greeting=parse_greeting(GREETING),
        threads={"t": "mark"},
        deleted=frozenset({"d"}),
    )


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "open",
        {},
        {
            "open": "yes",
            "customer": 7,
            "connection": 1,
            "looks": -1,
            "reads": "2",
            "events": "a",
            "groups": [],
            "refused": 1,
            "drawn": "2",
        },
        {"events": [1, None, {}], "groups": {"0": None}, "turned": "away", "greeting": {"id": 1}},
        *[{"turned": {"url": url, "reason": why}} for url, why in ((1, "r"), ("u", ""), (None, 1))],
    ],
)
def test_what_is_not_as_expected_counts_as_not_told(data: object) -> None:
    assert parse(data) == Told()
    assert parse(data).drawn is None


def test_what_is_told_has_an_end() -> None:
    """A browser may make up any number of things, which are kept for a while."""
    names = [*map(str, range(100_000)), "x" * (LONGEST_ID + 1)]
    told = parse({"events": names, "deleted": names, "threads": dict.fromkeys(names, "mark")})
    assert len(told.events) == len(told.deleted) == len(told.threads) == 1_000
    assert parse({"events": names[-1:], "groups": {"0": names[-1]}}) == Told()


def test_it_is_known_how_many_pushes_were_not_told_before() -> None:
    before = Told(looks=1, reads=2, events=frozenset({"a", "b"}))
    after = Told(looks=2, reads=4, events=frozenset({"b", "c"}))
    assert after.count_since(before) == 4
    assert after.count_since(after) == 0
    assert Told().count_since(before) == 0  # the page was loaded anew
