"""Errands hold up nothing, and are given up in the end."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.api.errors import Refused
from livechat.api.structures.forms import Rating
from livechat.chat.outgoing import Delivery
from livechat.sandbox import Sandbox
from livechat.visit import Customer, Errand
from livechat.visit.patience import TRY_SECONDS
from tests.driver import Page
from tests.visit.scenes import ALWAYS, UNREACHABLE, Alone


def test_refused_details_and_transcripts_are_not_shown_as_taken(chatting: Page) -> None:
    chatting.visit.introduce("Ada", None)
    chatting.run()
    chatting.sandbox.faults.add("customer/update_customer", error="validation")
    chatting.visit.introduce("Bob", "x")
    chatting.run()
    assert chatting.visit.glance().customer == Customer("Ada")
    assert chatting.visit.glance().refused is Errand.INTRODUCE
    chatting.sandbox.faults.add("customer/update_thread_properties", error="validation")
    chatting.visit.send_transcript("x")
    chatting.run()
    assert chatting.visit.conversation.transcript_email is None
    assert chatting.visit.glance().refused is Errand.SEND_TRANSCRIPT


@pytest.mark.parametrize("fault", [{"status": 500}, {"body": "<html>"}, {"lose_answer": True}])
def test_what_cannot_be_done_besides_messages_holds_up_nothing(
    chatting: Page, fault: dict[str, Any]
) -> None:
    chatting.sandbox.faults.add("customer/update_customer", times=1000, **fault)
    chatting.visit.introduce("Ada", None)
    chatting.say("Do you hear me?")
    assert chatting.undelivered == [("Do you hear me?", Delivery.SENT, None)]
    chatting.hear("Yes")
    for _ in range(3):
        chatting.poll(30)
    assert chatting.texts[-2:] == ["Do you hear me?", "Yes"]
    assert chatting.visit.glance().refused is Errand.INTRODUCE
    since = len(chatting.sandbox.requests)
    chatting.poll(30)
    assert "update_customer" not in chatting.asked(since)


@pytest.mark.parametrize("error", ["authentication", "group_not_found", "unsupported_version"])
def test_no_kind_of_failing_errand_holds_up_a_message(chatting: Page, error: str) -> None:
    chatting.sandbox.faults.add("customer/update_customer", times=ALWAYS, error=error)
    chatting.visit.introduce("Ada", None)
    chatting.say("Do you hear me?")
    assert chatting.undelivered == [("Do you hear me?", Delivery.SENT, None)]
    for _ in range(5):
        chatting.poll(30)
    assert chatting.visit.glance().refused is Errand.INTRODUCE


def test_an_errand_that_is_to_wait_does_not_silence_the_agent(chatting: Page) -> None:
    chatting.sandbox.faults.add(
        "customer/update_customer", status=429, headers={"Retry-After": "600"}
    )
    chatting.visit.introduce("Ada", None)
    chatting.run()
    chatting.hear("Are you there?")
    for _ in range(10):
        chatting.poll(3)
    assert chatting.texts[-1] == "Are you there?"


@pytest.mark.parametrize("wait", ["3600", "Fri, 31 Dec 2100 23:59:59 GMT"])
@pytest.mark.parametrize("polls_fail", [False, True])
def test_whatever_livechat_asks_for_an_errand_is_given_up_after_a_minute(
    chatting: Page, wait: str, polls_fail: bool
) -> None:
    faults = chatting.sandbox.faults
    for action in ["*"] if polls_fail else ["update_thread_properties"]:
        faults.add(action, times=ALWAYS, status=429, headers={"Retry-After": wait})
    chatting.visit.rate(Rating(1), chatting.visit.thread_id)
    chatting.run()
    chatting.poll(TRY_SECONDS - 1)
    assert chatting.visit.conversation.rating == Rating(1)
    assert chatting.visit.glance().refused is None
    chatting.poll(1)
    assert chatting.visit.conversation.rating is None
    assert chatting.visit.glance().refused is Errand.RATE


def test_an_errand_that_waited_for_a_minute_is_tried_once_more(chatting: Page) -> None:
    chatting.sandbox.faults.add(
        "update_thread_properties", status=429, headers={"Retry-After": "3600"}
    )
    chatting.visit.rate(Rating(1), chatting.visit.thread_id)
    chatting.run()
    chatting.poll(TRY_SECONDS)
    assert chatting.visit.glance().refused is None
    reloaded = Page(chatting.sandbox, chatting.visit.identity)
    assert reloaded.visit.conversation.rating == Rating(1)


def test_an_errand_that_fails_does_not_hold_up_the_others(sandbox: Sandbox) -> None:
    sandbox.faults.add("customer/set_customer_session_fields", times=ALWAYS, status=500)
    page = Page(sandbox, session_fields={"plan": "gold"})
    page.visit.look_up_customer()
    page.run()
    page.poll(3)
    assert page.visit.glance().customer == Customer()


def test_what_could_not_be_asked_before_a_ban_is_given_up(chatting: Page) -> None:
    chatting.sandbox.faults.add("customer/update_customer", times=ALWAYS, status=503)
    chatting.visit.introduce("Ada", None)
    chatting.run()
    chatting.sandbox.faults.add("customer/list_chats", error="customer_banned")
    chatting.poll()
    assert chatting.visit.glance().customer is None
    assert chatting.visit.glance().refused is Errand.INTRODUCE


# By itself


def test_one_that_fails_holds_up_those_of_its_own_kind_only(alone: Alone) -> None:
    asked = []

    def fail() -> None:
        asked.append("fails")
        raise UNREACHABLE

    alone.errands.add(Errand.RATE, fail)
    alone.errands.add(Errand.RATE, lambda: asked.append("waits"))
    alone.errands.add(Errand.PRESS, lambda: asked.append("goes"))
    assert alone.hurry.is_set()
    alone.errands.run()
    assert asked == ["fails", "goes"]
    assert alone.errands.failing
    alone.clock.now += TRY_SECONDS + 1
    alone.errands.run()
    assert asked == ["fails", "goes", "fails", "waits"]
    assert alone.errands.refused is Errand.RATE
    assert not alone.errands.failing


def test_who_waits_for_one_is_told_what_became_of_it(alone: Alone) -> None:
    became = []

    def refuse() -> None:
        raise Refused("no")

    for ask in (lambda: None, refuse):
        alone.errands.add(
            Errand.PRESS,
            ask,
            done=lambda: became.append("done"),
            refused=lambda: became.append("refused"),
        )
    alone.errands.run()
    assert became == ["done", "refused"]
    alone.errands.add(Errand.PRESS, lambda: None, refused=lambda: became.append("given up"))
    alone.errands.give_up(UNREACHABLE)
    assert became[-1] == "given up"
