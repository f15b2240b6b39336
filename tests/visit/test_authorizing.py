"""Whose the visit is, and what is forgotten with that (see test_who.py, too)."""

from __future__ import annotations

import pytest

from livechat.chat.conversation import State
from livechat.chat.outgoing import Problem
from livechat.sandbox import Sandbox
from tests.driver import Page


def test_the_same_identity_is_the_same_customer_and_another_is_not(chatting: Page) -> None:
    same = Page(chatting.sandbox, chatting.visit.identity)
    other = Page(chatting.sandbox)
    assert same.visit.conversation.customer_id == chatting.visit.conversation.customer_id
    assert other.visit.conversation.customer_id != chatting.visit.conversation.customer_id
    assert other.texts == []
    assert other.visit.identity != chatting.visit.identity


@pytest.mark.parametrize("exception", ["unauthorized", "identity_lost"])
def test_an_identity_that_livechat_refuses_is_dropped(page: Page, exception: str) -> None:
    stale = page.visit.identity
    page.sandbox.faults.add("token", status=401, body=f'{{"identity_exception": "{exception}"}}')
    again = Page(page.sandbox, stale)
    assert again.visit.conversation.state is State.NONE
    assert again.visit.identity not in (None, stale)


def test_a_new_identity_that_livechat_refuses_is_not_tried_for_ever(sandbox: Sandbox) -> None:
    sandbox.faults.add("token", times=9, status=401, body='{"identity_exception": "unauthorized"}')
    page = Page(sandbox)
    assert page.asked() == ["token"]
    assert page.visit.glance().problem is Problem.UNAUTHORIZED


def test_a_customer_who_became_another_one_sees_nothing_of_the_first(chatting: Page) -> None:
    chatting.sandbox.reset()
    chatting.sandbox.faults.add("list_chats", error="authentication")
    chatting.poll()
    chatting.poll(60)
    assert chatting.texts == []
    assert chatting.visit.conversation.state is State.NONE
    chatting.say("Hello again")
    chatting.poll()
    assert chatting.texts == ["Hello again"]


def test_forgetting_revokes_the_token_and_shows_nothing_any_more(chatting: Page) -> None:
    chatting.visit.forget()
    assert chatting.asked() == ["revoke"]
    assert chatting.visit.forgotten
    assert chatting.visit.conversation.transcript.timeline == ()
    assert (chatting.visit.token, chatting.visit.identity) == (None, None)
    chatting.poll()
    assert chatting.asked() == ["revoke"]


def test_forgetting_works_without_livechat(chatting: Page) -> None:
    chatting.sandbox.faults.add("revoke", status=503, body="")
    chatting.visit.forget()
    assert chatting.visit.forgotten


def test_a_token_lives_by_the_same_clock_as_all_else(chatting: Page) -> None:
    chatting.sandbox.requests.clear()
    chatting.poll(100_000)
    for _ in range(2):
        chatting.poll(60)
    asked = [record.action for record in chatting.sandbox.requests]
    assert asked.count("token") == 1
    assert len(asked) > 3
