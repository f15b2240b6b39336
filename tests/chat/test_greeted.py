"""The greeting in a conversation: where it stands, and what becomes of it."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from livechat.api.structures.events import Sent, ThreadPage, User
from livechat.api.structures.greetings import Greeting
from livechat.api.structures.rich_messages import Button, Element, RichMessage
from livechat.chat.conversation import Conversation, State
from livechat.chat.outgoing import Problem, Route
from tests.chat.samples import message, summary, thread, typed

YES, NO = Button("Yes", "yes", "message"), Button("No", "no", "message")
REPLIES = RichMessage("quick_replies", (Element("May I help?", buttons=(YES, NO)),))
EVENT = message("greeting U", 100, author_id="kate", body=REPLIES)
GREETING = Greeting(7, "U", EVENT, User("kate", "agent", "Kate"))
OTHER = replace(GREETING, unique_id="V", event=replace(EVENT, id="greeting V"))

NONE = Conversation(customer_id="me").looked(None)
ALL_OLD = ["e1", "e2", "t1/closed"]
OLD = thread("t1", 0, message("e1", 1), message("e2", 2), active=False)
BACK = Conversation(customer_id="me").looked(summary(active=False)).read_back(ThreadPage((OLD,)))


def shown(conversation: Conversation) -> list[str | None]:
    pages = conversation.transcript.pages(50, conversation.outbox, conversation.greeted)
    entries = itertools.chain.from_iterable(pages.values())
    return [entry.custom_id or getattr(entry, "id", None) for entry in entries]


@pytest.mark.parametrize(("before", "known"), [(NONE, []), (BACK, ALL_OLD)])
def test_it_stands_after_all_that_was_said_and_before_the_answer(
    before: Conversation, known: list[str]
) -> None:
    greeted = before.greet(GREETING)
    assert shown(greeted) == [*known, "greeting U"]
    assert greeted.is_greeting(EVENT)
    answered = greeted.say(typed("m1"))
    assert shown(answered) == [*known, "greeting U", "m1"]
    failed = answered.with_outbox(answered.outbox.failed(Problem.REFUSED, "m1"))
    assert shown(failed) == [*known, "greeting U", "m1"]


def test_it_stays_in_its_place_once_it_has_become_an_event() -> None:
    answered = BACK.greet(GREETING).say(typed("m1"))
    sent = answered.accepted("m1", Sent(None, "t2", ("e4",)))
    marks = {"properties": {"lc2": {"greeting_id": 7, "greeting_unique_id": "U"}}}
    said = message("e3", 200, author_id="kate", body=REPLIES, content=marks)
    own = message("e4", 201, author_id="me", custom_id="m1")
    read = sent.merged([thread("t2", 200, said, own)])
    assert shown(read) == [*ALL_OLD, "e3", "m1"]
    assert read.known_as(said) == sent.known_as(EVENT) == "greeting U"
    assert read.known_as(own) == "e4"
    assert not read.is_greeting(said)


def test_it_stays_as_it_was_where_no_event_has_come_of_it() -> None:
    sent = BACK.greet(GREETING).say(typed("m1")).accepted("m1", Sent(None, "t2", ("e4",)))
    read = sent.merged([thread("t2", 200, message("e4", 201, author_id="me", custom_id="m1"))])
    assert shown(read) == [*ALL_OLD, "greeting U", "m1"]
    assert shown(read.greet(None).looked(summary(thread_id="t2"))) == shown(read)


def test_one_that_comes_before_anything_is_read_stands_after_it() -> None:
    early = Conversation(customer_id="me").greet(GREETING)
    assert shown(early) == ["greeting U"]
    read = early.looked(summary(active=False)).read_back(ThreadPage((OLD,)))
    assert shown(read) == [*ALL_OLD, "greeting U"]


@pytest.mark.parametrize(
    "before",
    [
        Conversation(customer_id="me").looked(summary()),
        NONE.say(typed("m1")),
        Conversation(customer_id="kate").looked(None),
    ],
    ids=["in a chat", "while something is being said", "by the visitor"],
)
def test_none_is_shown(before: Conversation) -> None:
    assert before.greet(GREETING) == before


def test_a_chat_that_begins_without_an_answer_is_past_it() -> None:
    greeted = BACK.greet(GREETING)
    assert greeted.looked(summary(active=False)) == greeted
    assert greeted.looked(summary()).greeted is None


def test_livechat_takes_it_away_or_shows_another_one() -> None:
    greeted = NONE.greet(GREETING)
    assert greeted.greet(None) == NONE
    assert shown(greeted.greet(OTHER)) == ["greeting V"]
    assert greeted.ungreeted() == NONE


def test_a_ticket_is_no_answer() -> None:
    left = NONE.greet(GREETING).say(replace(typed("m1"), route=Route.CLOSED_THREAD))
    assert left.greeted
    assert not left.greeted.is_answered


def test_its_replies_are_there_to_choose_from_until_something_is_said() -> None:
    greeted = BACK.greet(GREETING)
    assert greeted.wants_reply(EVENT)
    said = greeted.say(typed("m1"))
    assert not said.wants_reply(EVENT)
    # What was not taken, and is not wanted any more, was not said.
    failed = said.with_outbox(said.outbox.failed(Problem.REFUSED, "m1").discard("m1"))
    assert failed.wants_reply(EVENT)
    sent = said.accepted("m1", Sent(None, "t2", ("e4",)))
    read = sent.merged([thread("t2", 200, message("e4", 201, author_id="me", custom_id="m1"))])
    assert not read.outbox
    assert not read.wants_reply(EVENT)


def test_a_button_is_pressed_once() -> None:
    greeted = NONE.greet(GREETING)
    assert not greeted.is_pressed(EVENT, YES)
    pressed = greeted.pressed_greeting(GREETING, "yes")
    assert pressed
    assert pressed.is_pressed(EVENT, YES)
    assert not pressed.is_pressed(EVENT, NO)
    assert pressed.pressed_greeting(GREETING, "yes") is None
    assert pressed.pressed_greeting(OTHER, "no") is None
    assert NONE.pressed_greeting(GREETING, "yes") is None


def test_it_is_the_customers_own() -> None:
    assert NONE.greet(GREETING).belongs_to("me").greeted
    assert NONE.greet(GREETING).belongs_to("another").greeted is None
    assert NONE.state is State.NONE
