"""What was not delivered when a visit ended, and is brought back to the next."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.chat.outgoing import Delivery, Problem
from livechat.sandbox import Sandbox
from tests.driver import Page, cut_off


def kept_by(page: Page) -> dict[str, Any]:
    """What the browser is given to keep."""
    visit = page.visit
    customer_id = visit.conversation.customer_id
    return {"visit": visit.tab.id, "customer": customer_id, "messages": visit.tab.undelivered}


@pytest.fixture
def kept(chatting: Page) -> dict[str, Any]:
    """What is kept of a visit that ends while LiveChat is out of reach."""
    cut_off(chatting.sandbox)
    chatting.say("Not yet delivered")
    found = kept_by(chatting)
    chatting.sandbox.faults.clear()
    return found


@pytest.fixture
def next_page(chatting: Page, kept: dict[str, Any]) -> Page:
    """The page after a reload."""
    return Page(chatting.sandbox, chatting.visit.identity)


FAILED = [("Not yet delivered", Delivery.FAILED, Problem.UNREACHABLE)]


def test_only_messages_that_livechat_lacks_are_kept(chatting: Page) -> None:
    assert chatting.visit.tab.undelivered == []
    cut_off(chatting.sandbox)
    chatting.say("Not yet delivered")
    (message,) = chatting.visit.tab.undelivered
    assert message["text"] == "Not yet delivered"


def test_it_is_shown_as_not_delivered_and_goes_on_demand(
    next_page: Page, kept: dict[str, Any]
) -> None:
    assert next_page.visit.tab.take_over(kept)
    next_page.run()
    assert next_page.undelivered == FAILED
    next_page.visit.retry(kept["messages"][0]["id"])
    next_page.run()
    next_page.poll()
    assert next_page.undelivered == []
    assert next_page.texts.count("Not yet delivered") == 1


def test_it_is_taken_once(next_page: Page, kept: dict[str, Any]) -> None:
    assert next_page.visit.tab.take_over(kept)
    assert not next_page.visit.tab.take_over(kept)
    assert next_page.undelivered == FAILED


def test_what_has_arrived_after_all_is_there_once(chatting: Page) -> None:
    chatting.sandbox.faults.add("send_event", lose_answer=True)
    chatting.sandbox.faults.add("list_chats", status=503, times=1_000)
    chatting.say("Arrived")
    found = kept_by(chatting)
    assert [message["text"] for message in found["messages"]] == ["Arrived"]
    chatting.sandbox.faults.clear()
    reloaded = Page(chatting.sandbox, chatting.visit.identity)
    assert reloaded.visit.tab.take_over(found)
    reloaded.poll()
    assert reloaded.undelivered == []
    assert reloaded.texts.count("Arrived") == 1


def test_what_arrives_later_is_no_longer_undelivered(chatting: Page) -> None:
    cut_off(chatting.sandbox)
    chatting.say("On its way")
    found = kept_by(chatting)
    chatting.sandbox.faults.clear()
    reloaded = Page(chatting.sandbox, chatting.visit.identity)
    assert reloaded.visit.tab.take_over(found)
    chatting.poll(10)
    reloaded.poll()
    assert reloaded.undelivered == []
    assert reloaded.texts.count("On its way") == 1


def test_another_customers_is_thrown_away(sandbox: Sandbox, kept: dict[str, Any]) -> None:
    stranger = Page(sandbox)
    assert stranger.visit.tab.take_over(kept)
    assert stranger.undelivered == []


def test_what_was_typed_before_the_customer_was_known_is_theirs(
    next_page: Page, kept: dict[str, Any]
) -> None:
    assert next_page.visit.tab.take_over({**kept, "customer": None})
    assert next_page.undelivered == FAILED


def test_it_waits_until_the_customer_is_known(sandbox: Sandbox, kept: dict[str, Any]) -> None:
    sandbox.faults.add("token", status=503)
    page = Page(sandbox)
    assert not page.visit.tab.take_over({**kept, "customer": None})
    page.poll(10)
    assert page.visit.tab.take_over({**kept, "customer": None})


def test_a_text_that_is_too_long_stays_hopeless(next_page: Page, kept: dict[str, Any]) -> None:
    long = {"id": "m", "text": "x" * 20_000}
    assert next_page.visit.tab.take_over({**kept, "messages": [long]})
    assert [problem for _, _, problem in next_page.undelivered] == [Problem.TOO_LONG]


@pytest.mark.parametrize(
    "found",
    [
        None,
        [],
        {},
        {"visit": 1, "messages": []},
        {"visit": "v", "messages": None},
        {"visit": "v", "messages": [None, {}, {"id": 1, "text": "x"}, {"id": "x", "text": ""}]},
    ],
)
def test_what_cannot_be_read_is_let_pass(page: Page, found: object) -> None:
    page.visit.tab.take_over(found)
    assert page.undelivered == []
