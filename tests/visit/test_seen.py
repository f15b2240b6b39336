"""Seen marks: what the visitor has seen, and that the agents are told so once."""

from __future__ import annotations

from datetime import datetime

import pytest

from livechat.chat.conversation import State
from livechat.visit.seen import MARK_AFTER
from tests.driver import Page, ask_as_agent
from tests.visit.scenes import ALWAYS, Alone, payloads, requests_an_hour


def test_g31_what_was_drawn_is_marked_as_seen_once(page: Page) -> None:
    page.say("Hello")
    page.hear("Hi")
    page.poll()
    for _ in range(3):
        page.poll()
    assert page.asked().count("mark_events_as_seen") == 1
    page.hear("Are you there?")
    page.poll()
    page.poll()
    assert page.asked().count("mark_events_as_seen") == 2


def test_what_comes_within_a_second_is_marked_once(chatting: Page) -> None:
    for text in ("One", "Two", "Three"):
        chatting.hear(text)
        chatting.poll(after=MARK_AFTER / 4)
    assert "mark_events_as_seen" not in chatting.asked()
    chatting.poll()
    (mark,) = payloads(chatting, "mark_events_as_seen")
    newest = chatting.visit.conversation.newest_by_others
    assert newest == datetime.fromisoformat(mark["seen_up_to"])


def test_what_was_seen_is_marked_if_nothing_else_happens(chatting: Page) -> None:
    chatting.hear("One")
    chatting.poll()
    chatting.visit.on_screen = False  # seen is seen
    assert chatting.visit.glance().unseen == 0
    assert "mark_events_as_seen" not in chatting.asked()
    for do in chatting.later:
        do()
    assert chatting.asked().count("mark_events_as_seen") == 1


def test_what_another_tab_has_marked_meanwhile_is_not_marked_again(chatting: Page) -> None:
    other = Page(chatting.sandbox, chatting.visit.identity)
    chatting.hear("One")
    for page in (chatting, other):
        page.poll(after=MARK_AFTER / 4)
    other.poll()
    chatting.poll()
    assert chatting.asked().count("mark_events_as_seen") == 1


def test_what_was_seen_before_a_reload_is_not_marked_again(chatting: Page) -> None:
    Page(chatting.sandbox, chatting.visit.identity).poll()
    assert "mark_events_as_seen" not in chatting.asked()


def test_a_mark_that_is_refused_is_not_repeated_and_harms_nothing(page: Page) -> None:
    page.say("Hello")
    page.sandbox.faults.add("mark_events_as_seen", times=9, error="authorization")
    page.hear("Hi")
    for _ in range(3):
        page.poll()
    assert page.asked().count("mark_events_as_seen") == 1
    assert page.visit.conversation.state is State.ACTIVE
    assert not page.visit.glance().out_of_touch


def test_what_is_not_on_the_screen_is_not_seen(chatting: Page) -> None:
    chatting.visit.on_screen = False
    chatting.hear("One")
    chatting.hear("Two")
    chatting.poll()
    assert chatting.visit.glance().unseen == 2
    assert "mark_events_as_seen" not in chatting.asked()
    chatting.visit.on_screen = True
    assert chatting.visit.needs_drawing
    chatting.run()
    chatting.poll()
    chatting.poll()
    assert chatting.visit.glance().unseen == 0
    assert chatting.asked().count("mark_events_as_seen") == 1


@pytest.mark.parametrize("where", ["at_end", "is_covered"])
def test_what_is_below_the_fold_or_behind_a_dialog_is_not_seen(chatting: Page, where: str) -> None:
    before = getattr(chatting.visit, where)
    setattr(chatting.visit, where, not before)
    chatting.hear("One")
    chatting.poll()
    chatting.poll()
    assert chatting.texts[-1] == "One"
    assert "mark_events_as_seen" not in chatting.asked()
    setattr(chatting.visit, where, before)
    chatting.visit.work()
    chatting.poll()
    assert chatting.asked().count("mark_events_as_seen") == 1


def test_own_messages_are_seen_when_an_agent_has_seen_them(page: Page) -> None:
    page.say("Hello")
    page.poll()
    own = page.visit.conversation.transcript.timeline[0]
    assert page.visit.conversation.agents.seen_up_to < own.created_at
    now = page.sandbox.clock.now().isoformat()
    sent = {"chat_id": page.visit.chat_id, "seen_up_to": now}
    ask_as_agent(page.sandbox, "mark_events_as_seen", json=sent)
    page.poll()
    assert page.visit.conversation.agents.seen_up_to == own.created_at
    drawn = page.visit.glance()
    page.sandbox.clock.advance(5)
    now = page.sandbox.clock.now().isoformat()
    sent = {"chat_id": page.visit.chat_id, "seen_up_to": now}
    ask_as_agent(page.sandbox, "mark_events_as_seen", json=sent)
    page.poll()
    assert page.visit.glance().conversation is drawn.conversation


@pytest.mark.parametrize("active", [True, False])
def test_seen_marks_that_fail_are_not_told_for_ever(chatting: Page, active: bool) -> None:
    chatting.sandbox.faults.add("customer/mark_events_as_seen", times=ALWAYS, status=500)
    chatting.hear("One more thing")
    chatting.poll()
    if not active:
        chatting.visit.end()
        chatting.run()
    assert requests_an_hour(chatting) <= (1300 if active else 150)
    assert not chatting.visit.glance().out_of_touch


# By itself


def test_what_was_drawn_is_marked_once_and_what_came_later_is_unseen(alone: Alone) -> None:
    alone.chat()
    alone.hear("One")
    alone.reading.look()
    drawn = alone.conversation
    assert alone.seen.unseen == 1
    alone.hear("Two")
    alone.reading.look()
    assert alone.seen.saw(drawn)
    assert not alone.seen.saw(drawn)
    alone.seen.mark()
    assert alone.asked.count("mark_events_as_seen") == 0
    alone.clock.now += MARK_AFTER
    for _ in range(2):
        alone.seen.mark()
    assert alone.asked.count("mark_events_as_seen") == 1
    assert alone.seen.unseen == 1
    alone.seen.forget()
    assert alone.seen.unseen == 2


def test_before_anything_was_said_nothing_is_marked(alone: Alone) -> None:
    assert not alone.seen.saw(alone.conversation)
    alone.clock.now += MARK_AFTER
    alone.seen.mark()
    assert alone.asked == []


def test_what_another_customer_has_seen_is_not_marked(alone: Alone) -> None:
    alone.chat()
    alone.hear("One")
    alone.reading.look()
    alone.seen.saw(alone.conversation)
    alone.seen.forget()
    alone.seen.be_due()
    alone.seen.mark()
    assert alone.asked.count("mark_events_as_seen") == 0
