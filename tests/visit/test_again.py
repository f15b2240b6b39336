"""Again: what could not be read wholly is asked for later and later, and shown once it is."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.api.structures.events import ThreadPage
from livechat.visit.again import Place
from tests.visit.scenes import ALWAYS, Alone


@pytest.fixture
def place(alone: Alone) -> Place:
    """The newest thread, of which nothing is known."""
    alone.chat()
    conversation = alone.conversation
    page = ThreadPage(())
    alone.change(lambda c: type(c)(c.customer_id).looked(None).read_back(page))
    alone.change(lambda c: type(c)(c.customer_id, c.state, conversation.chat_id))
    return Place(conversation.chat_id or "", thread_id=conversation.thread_id)


def broken(answer: dict[str, Any]) -> dict[str, Any]:
    for event in answer["thread"]["events"]:
        event["type"] = None
    return answer


def test_what_is_whole_is_not_read_again(alone: Alone, place: Place) -> None:
    alone.again.was_read(place, is_sound=True)
    alone.clock.now += 100_000
    alone.again.read()
    assert alone.asked == []


def test_what_was_broken_once_is_read_again_once(alone: Alone, place: Place) -> None:
    alone.again.was_read(place, is_sound=False)
    alone.again.read()
    assert alone.asked == []
    for _ in range(3):
        alone.clock.now += 1
        alone.again.read()
    assert alone.asked == ["get_chat"]
    assert alone.texts == ["Hello"]


def test_what_is_broken_for_good_is_asked_for_ever_less(alone: Alone, place: Place) -> None:
    alone.sandbox.faults.add("customer/get_chat", times=ALWAYS, rewrite=broken)
    alone.again.was_read(place, is_sound=False)
    counts = []
    for _ in range(4):
        alone.sandbox.requests.clear()
        for _ in range(1_200):
            alone.clock.now += 3
            alone.again.read()
        counts.append(len(alone.asked))
    assert counts[0] <= 12
    assert counts[1:] == [1, 1, 1]


@pytest.mark.parametrize("error", ["internal", "not_found"])
def test_what_cannot_be_had_is_no_trouble(alone: Alone, place: Place, error: str) -> None:
    """And what LiveChat refuses is not there to be read."""
    alone.sandbox.faults.add("customer/get_chat", times=4, error=error)
    alone.again.was_read(place, is_sound=False)
    for _ in range(10):
        alone.clock.now += 10
        alone.again.read()
    assert alone.texts == ([] if error == "not_found" else ["Hello"])
    assert alone.asked.count("get_chat") == (1 if error == "not_found" else 5)


def test_what_was_another_customers_is_not_read_again(alone: Alone, place: Place) -> None:
    alone.again.was_read(place, is_sound=False)
    alone.change(lambda c: c.belongs_to("somebody else"))
    alone.clock.now += 60
    alone.again.read()
    assert alone.asked == []
