"""What the browser says of pushes: anything may stand in it."""

from __future__ import annotations

import pytest

from livechat.chat.pushes import Told, parse


def test_what_is_told_is_read() -> None:
    told = parse(
        {
            "open": True,
            "connection": "c",
            "looks": 2,
            "reads": 1,
            "events": ["a", "b"],
            "groups": {"0": "offline"},
            "refused": "token",
        }
    )
    assert told == Told(True, "c", 2, 1, frozenset({"a", "b"}), {"0": "offline"}, "token")


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "open",
        {},
        {
            "open": "yes",
            "connection": 1,
            "looks": -1,
            "reads": "2",
            "events": "a",
            "groups": [],
            "refused": 1,
        },
        {"events": [1, None, {}], "groups": {"0": None}},
    ],
)
def test_what_is_not_as_expected_counts_as_not_told(data: object) -> None:
    assert parse(data) == Told()
