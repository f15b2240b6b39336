"""What is said of all visitors is said rarely."""

from __future__ import annotations

import pytest

from livechat.api.errors import ChatNotFound, Refused
from livechat.api.rarely import HOUR, Rarely
from livechat.api.refusals import Refusals


def test_each_thing_is_said_once_in_so_many_seconds() -> None:
    rarely = Rarely(10)
    said = [now for now in range(25) if rarely.may_say("a", now)]
    assert said == [0, 10, 20]
    assert rarely.may_say("b", 0)


def test_what_is_made_up_without_end_takes_no_memory() -> None:
    rarely = Rarely(10)
    assert all(rarely.may_say(n, 0) for n in range(1_000))
    assert not rarely.may_say(999, 0)
    assert len(rarely._said_at) <= 100


class Visitor:
    """Anybody."""


def test_refusals_are_counted_by_visitor_and_kind_and_within_an_hour(
    caplog: pytest.LogCaptureFixture,
) -> None:
    refusals, visitors = Refusals(), [Visitor() for _ in range(4)]

    error = Refused("send_event: validation")
    for visitor in (visitors[0], visitors[1], visitors[0]):
        refusals.note(visitor, error, 0)
    refusals.note(visitors[2], Refused("send_event: wrong"), 0)
    refusals.note(visitors[2], ChatNotFound("send_event: validation"), 0)
    refusals.note(visitors[2], error, HOUR)
    assert caplog.messages == []
    for visitor in visitors:
        refusals.note(visitor, error, HOUR + 1)
    assert len(caplog.messages) == 1
    for n in range(1_000):
        refusals.note(visitors[0], Refused(str(n)), 2 * HOUR)
    assert len(refusals._kinds) <= 100
