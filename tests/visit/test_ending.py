"""The end of the chat, when the visitor wants it."""

from __future__ import annotations

import pytest

from livechat.chat.conversation import State
from livechat.chat.outgoing import Problem
from tests.driver import Page
from tests.visit.scenes import Alone


def test_g10_after_end_and_a_new_message_answers_keep_arriving(chatting: Page) -> None:
    chatting.visit.end()
    chatting.run()
    assert chatting.visit.conversation.state is State.CLOSED
    chatting.say("Another question")
    chatting.hear("Go ahead")
    chatting.poll()
    assert chatting.texts[-2:] == ["Another question", "Go ahead"]


def test_g11_what_was_written_just_before_the_end_is_read(chatting: Page) -> None:
    chatting.hear("Last words")
    chatting.visit.end()
    chatting.run()
    assert chatting.texts[-1] == "Last words"


def test_g20_the_end_of_a_chat_that_is_closed_already(chatting: Page) -> None:
    chatting.agent.end(chatting.visit.chat_id or "")
    chatting.visit.end()
    chatting.run()
    assert chatting.visit.conversation.state is State.CLOSED
    assert not chatting.visit.glance().ending
    assert chatting.visit.glance().problem is None


@pytest.mark.parametrize("error", ["authorization", "something_new"])
def test_an_end_that_is_refused_leaves_the_chat_as_it_is(chatting: Page, error: str) -> None:
    chatting.sandbox.faults.add("deactivate_chat", error=error)
    chatting.visit.end()
    chatting.run()
    assert chatting.visit.conversation.state is State.ACTIVE
    assert not chatting.visit.glance().ending
    assert chatting.visit.glance().end_refused
    chatting.visit.end()
    chatting.run()
    assert chatting.visit.conversation.state is State.CLOSED
    assert not chatting.visit.glance().end_refused


def test_an_end_that_a_configuration_fault_prevents_is_not_waited_for(chatting: Page) -> None:
    chatting.sandbox.faults.add("deactivate_chat", error="wrong_product_version")
    chatting.visit.end()
    chatting.run()
    assert chatting.visit.glance().problem is Problem.MISCONFIGURED
    assert not chatting.visit.glance().ending


def test_an_end_that_finds_no_livechat_is_carried_out_later(chatting: Page) -> None:
    chatting.sandbox.faults.add("deactivate_chat", times=2, error="internal")
    chatting.visit.end()
    chatting.run()
    assert chatting.visit.glance().ending
    chatting.poll(60)
    assert chatting.visit.conversation.state is State.CLOSED


def test_a_message_typed_while_the_chat_ends_takes_the_end_back(chatting: Page) -> None:
    chatting.sandbox.faults.add("deactivate_chat", times=2, error="internal")
    chatting.visit.end()
    chatting.run()
    chatting.say("One more thing")
    chatting.poll(60)
    assert chatting.visit.conversation.state is State.ACTIVE
    assert chatting.texts[-1] == "One more thing"


def test_end_without_an_active_chat_asks_nothing(page: Page) -> None:
    before = len(page.sandbox.requests)
    page.visit.end()
    page.run()
    assert page.asked(before) == []


# By itself


def test_it_is_wanted_only_of_an_active_chat_and_done_once(alone: Alone) -> None:
    alone.ending.want()
    assert not alone.ending.is_wanted
    alone.chat()
    alone.ending.want()
    assert alone.ending.is_wanted
    for _ in range(2):
        alone.ending.carry_out()
    assert alone.asked.count("deactivate_chat") == 1
    assert alone.conversation.state is State.CLOSED


@pytest.mark.parametrize("change_of_mind", ["take_back", "give_up"])
def test_it_is_not_carried_out_after_a_change_of_mind(alone: Alone, change_of_mind: str) -> None:
    alone.chat()
    alone.ending.want()
    getattr(alone.ending, change_of_mind)()
    alone.ending.carry_out()
    assert alone.asked == []
