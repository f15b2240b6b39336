"""Failures: how long is waited, and what the visitor is told."""

from __future__ import annotations

import pytest

from livechat.api.errors import CustomerBanned, LiveChatError, Misconfigured, Unreachable
from livechat.chat.conversation import State
from livechat.chat.outgoing import Problem
from livechat.visit.patience import (
    COMPANY_PAUSE,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    OUT_OF_TOUCH_AFTER,
    doubled,
    pause_after,
)
from tests.driver import Page
from tests.visit.scenes import UNREACHABLE, Alone


def test_g16_an_outage_is_asked_ever_less_often_and_heals(chatting: Page) -> None:
    for action in ("list_chats", "get_chat"):
        chatting.sandbox.faults.add(action, times=1000, error="too_many_requests")
    for _ in range(100):
        chatting.poll(3)
    assert len(chatting.asked()) <= 15
    assert chatting.visit.glance().out_of_touch
    chatting.sandbox.faults.clear()
    chatting.hear("Are you there?")
    chatting.poll(60)
    assert chatting.texts[-1] == "Are you there?"
    assert not chatting.visit.glance().out_of_touch


def test_a_short_hiccup_is_not_worth_a_word(chatting: Page) -> None:
    chatting.sandbox.faults.add("list_chats", error="too_many_requests")
    chatting.poll(3)
    assert not chatting.visit.glance().out_of_touch
    chatting.poll(3)
    chatting.poll(60)
    assert not chatting.visit.glance().out_of_touch


def test_retry_after_is_honoured(chatting: Page) -> None:
    chatting.sandbox.faults.add(
        "list_chats", error="too_many_requests", headers={"Retry-After": "100"}
    )
    chatting.poll(3)
    for _ in range(32):
        chatting.poll(3)
    assert chatting.asked() == ["list_chats"]
    chatting.poll(6)
    assert len(chatting.asked()) == 2


def test_retry_after_is_honoured_up_to_five_minutes(chatting: Page) -> None:
    chatting.sandbox.faults.add(
        "list_chats", error="too_many_requests", headers={"Retry-After": "3600"}
    )
    chatting.poll(3)
    chatting.poll(299)
    assert chatting.asked() == ["list_chats"]
    chatting.poll(2)
    assert len(chatting.asked()) == 2


def test_who_wants_something_tries_at_once_whatever_livechat_has_asked_for(chatting: Page) -> None:
    chatting.sandbox.faults.add(
        "list_chats", error="too_many_requests", headers={"Retry-After": "3600"}
    )
    chatting.poll(3)
    chatting.say("Do you hear me?")
    assert chatting.asked() == ["list_chats", "send_event"]


def test_a_banned_customer_is_told_and_no_longer_polled(chatting: Page) -> None:
    chatting.sandbox.faults.add("*", times=1000, error="customer_banned")
    chatting.poll()
    assert chatting.visit.glance().problem is Problem.BANNED
    for _ in range(100):
        chatting.poll()
    assert chatting.asked() == ["list_chats"]


@pytest.mark.parametrize("error", ["validation", "authorization", "not_found"])
def test_a_read_that_is_refused_heals(chatting: Page, error: str) -> None:
    chatting.sandbox.faults.add("list_chats", error=error)
    chatting.poll()
    assert chatting.visit.conversation.state is State.UNKNOWN
    chatting.hear("Hi again", active=True)
    chatting.poll(60)
    assert chatting.texts[-1] == "Hi again"


# By itself


@pytest.mark.parametrize("failures", [1, 2, 7, 100, 10_000])
def test_a_pause_grows_up_to_the_longest_however_long_it_fails(failures: int) -> None:
    whole = min(FIRST_PAUSE * 2 ** min(failures - 1, 9), LONGEST_PAUSE)
    assert whole / 2 <= pause_after(failures, UNREACHABLE) <= whole
    assert doubled(COMPANY_PAUSE, failures, 120.0) == min(COMPANY_PAUSE * failures, 120.0)


def test_livechat_says_how_long_to_wait() -> None:
    assert pause_after(1, Unreachable("busy", retry_after=100.0)) == 100.0


def test_after_a_failure_it_waits_and_says_so_after_a_while(alone: Alone) -> None:
    patience = alone.patience
    assert not patience.is_pausing
    assert patience.in_trouble(UNREACHABLE)
    assert patience.is_failing
    assert patience.is_pausing
    assert not patience.is_out_of_touch
    alone.clock.now += OUT_OF_TOUCH_AFTER
    assert not patience.is_pausing
    assert patience.is_out_of_touch
    patience.all_is_well()
    assert not patience.is_failing
    assert not patience.is_out_of_touch


@pytest.mark.parametrize("error", [CustomerBanned("banned"), Misconfigured("LIVECHAT_GROUP_ID")])
def test_what_no_waiting_mends_is_not_tried_again(alone: Alone, error: LiveChatError) -> None:
    alone.change(lambda c: c.say(alone.message()))
    assert not alone.patience.in_trouble(error)
    alone.clock.now += 1_000_000
    assert alone.patience.is_pausing
    (message,) = alone.conversation.outbox
    assert message.problem is alone.patience.problem
    assert alone.patience.advice == ("LIVECHAT_GROUP_ID" if "GROUP" in str(error) else "")
