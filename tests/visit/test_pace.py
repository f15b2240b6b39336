"""How often LiveChat is asked while all is well."""

from __future__ import annotations

from livechat.chat.conversation import State
from livechat.chat.pushes import Told
from livechat.visit.pace import (
    HIDDEN_SECONDS,
    QUIET_SECONDS,
    UNTOUCHED_AFTER,
    UNTOUCHED_SECONDS,
    Pace,
)
from livechat.visit.trust import PUSHED_SECONDS
from tests.driver import Page
from tests.visit.scenes import Alone, idle_for


def test_without_an_active_chat_a_tab_asks_at_most_120_times_an_hour(page: Page) -> None:
    page.sandbox.requests.clear()
    for n in range(1200):
        if n % 100 == 0:
            page.visit.show_earlier()  # The visitor is at the page.
        page.poll(3)
    assert set(page.asked(about_all=True)) == {"list_chats", "get_dynamic_configuration"}
    assert 100 <= len(page.asked(about_all=True)) <= 120


def test_one_that_nobody_has_touched_for_ten_minutes_asks_every_five(page: Page) -> None:
    idle_for(page, UNTOUCHED_AFTER)
    assert page.visit.pace == UNTOUCHED_SECONDS
    page.sandbox.requests.clear()
    idle_for(page, 3_600)
    assert 8 <= len(page.asked(about_all=True)) <= 12 + 2  # and once more when the day is over
    page.hear("Still there?", active=False)
    page.visit.came_back()
    page.run()
    assert page.texts == ["Still there?"]
    assert page.visit.pace == 3.0


def test_an_active_chat_is_looked_at_however_long_nobody_has_touched_it(chatting: Page) -> None:
    idle_for(chatting, 2 * UNTOUCHED_AFTER)
    assert chatting.visit.pace == 3.0


def test_a_hidden_tab_polls_at_most_every_15_seconds(chatting: Page) -> None:
    chatting.visit.on_screen = False
    assert chatting.visit.pace == HIDDEN_SECONDS
    idle_for(chatting, 3_600)
    assert set(chatting.asked()) == {"list_chats"}
    assert len(chatting.asked()) <= 240


def test_back_on_the_screen_it_looks_at_once_unless_news_is_pushed(chatting: Page) -> None:
    chatting.visit.on_screen = False
    chatting.run()
    chatting.hear("Look here")
    chatting.visit.on_screen = True
    chatting.visit.came_back()
    chatting.visit.work()
    assert chatting.texts[-1] == "Look here"
    assert chatting.visit.pace == 3.0
    chatting.visit.told(Told(open=True, connection="first", looks=1))
    chatting.run()
    chatting.sandbox.requests.clear()
    chatting.visit.came_back()
    chatting.visit.work()
    assert chatting.asked() == []


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
    configured = Pace(alone.holder, alone.clock, 90.0, alone.pushed.trust)
    assert configured.between_polls(pushed=True) == 90.0


def test_a_look_is_due_at_every_poll_of_an_active_chat_and_else_now_and_then(alone: Alone) -> None:
    assert alone.pace.is_look_due(pushed=False)
    alone.pace.looked()
    assert not alone.pace.is_look_due(pushed=False)
    alone.clock.now += QUIET_SECONDS
    assert alone.pace.is_look_due(pushed=False)
    alone.chat()
    assert alone.conversation.state is State.ACTIVE
    assert alone.pace.is_look_due(pushed=False)
    alone.ending.want()
    alone.ending.carry_out()
    assert not alone.pace.is_look_due(pushed=False)
    alone.pace.expect_news()
    assert alone.pace.is_look_due(pushed=False)
