"""Failures: how long is waited, and what the visitor is told."""

from __future__ import annotations

import pytest

from livechat.chat.conversation import State
from livechat.chat.outgoing import Problem
from tests.driver import Page


def test_g16_an_outage_is_asked_ever_less_often_and_heals(chatting: Page) -> None:
    chatting.sandbox.faults.add("list_chats", times=1000, error="too_many_requests")
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
    assert chatting.asked() == ["list_chats", "list_chats"]


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
