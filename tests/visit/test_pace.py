"""How often LiveChat is asked while all is well."""

from __future__ import annotations

from livechat.chat.conversation import State
from livechat.visit.pace import PUSHED_SECONDS, QUIET_SECONDS, Pace
from tests.driver import Page
from tests.visit.scenes import Alone


def test_without_an_active_chat_a_tab_asks_at_most_120_times_an_hour(page: Page) -> None:
    page.sandbox.requests.clear()
    for _ in range(1200):
        page.poll(3)
    assert set(page.asked(about_all=True)) == {"list_chats", "get_dynamic_configuration"}
    assert 100 <= len(page.asked(about_all=True)) <= 120


def test_an_agent_who_writes_first_is_heard_within_the_quiet_interval(chatting: Page) -> None:
    chatting.visit.end()
    chatting.run()
    chatting.hear("One more thing")
    chatting.poll(QUIET_SECONDS)
    assert chatting.texts[-1] == "One more thing"
    assert chatting.visit.conversation.state is State.ACTIVE


def test_expected_news_is_read_at_the_next_poll(chatting: Page) -> None:
    chatting.visit.end()
    chatting.run()
    chatting.hear("One more thing")
    chatting.visit.expect_news()
    chatting.poll()
    assert chatting.texts[-1] == "One more thing"


# By itself


def test_where_news_is_pushed_polls_are_slower_but_never_faster(alone: Alone) -> None:
    assert alone.pace.between_polls(pushed=False) == 3.0
    assert alone.pace.between_polls(pushed=True) == PUSHED_SECONDS
    assert Pace(alone.holder, alone.clock, 90.0).between_polls(pushed=True) == 90.0


def test_a_look_is_due_at_every_poll_of_an_active_chat_and_else_now_and_then(alone: Alone) -> None:
    assert alone.pace.is_look_due
    alone.pace.looked()
    assert not alone.pace.is_look_due
    alone.clock.now += QUIET_SECONDS
    assert alone.pace.is_look_due
    alone.chat()
    assert alone.conversation.state is State.ACTIVE
    assert alone.pace.is_look_due
    alone.ending.want()
    alone.ending.carry_out()
    assert not alone.pace.is_look_due
    alone.pace.expect_news()
    assert alone.pace.is_look_due
