"""The conversation's transitions as tables, and its promise that what was read is never twice."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.api.structures.events import (
    Chat,
    ChatSummary,
    Event,
    Queue,
    Sent,
    Thread,
    ThreadPage,
    User,
)
from livechat.chat.conversation import (
    CLOSED_SILENTLY,
    PAGE,
    Conversation,
    State,
    chat_to_join,
)
from livechat.chat.outgoing import Delivery, Outgoing, Problem

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def message(id: str, seconds: float, **fields: object) -> Event:
    return Event(id=id, type="message", created_at=at(seconds), **fields)  # type: ignore[arg-type]


def thread(id: str, seconds: float, *events: Event, active: bool = True) -> Thread:
    return Thread(id=id, created_at=at(seconds), active=active, events=events)


def summary(*last_events: Event, active: bool = True, thread_id: str = "t1") -> ChatSummary:
    return ChatSummary("chat", active, (), thread_id, last_events)


ACTIVE = Conversation(customer_id="me").looked(summary())
CLOSED = Conversation(customer_id="me").looked(summary(active=False))


def shown(conversation: Conversation, count: int) -> list[str | None]:
    """What stands on the screen, from top to bottom."""
    entries = itertools.chain.from_iterable(conversation.pages(count).values())
    return [entry.custom_id or getattr(entry, "id", None) for entry in entries]


def typed(custom_id: str, text: str = "Hello") -> Outgoing:
    return Outgoing(custom_id, {"type": "message", "text": text}, NOW, 0)


WITH_MESSAGE = ACTIVE.say(typed("m1"))


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        (Conversation(), lambda c: c.looked(None), State.NONE),
        (Conversation(), lambda c: c.looked(summary()), State.ACTIVE),
        (Conversation(), lambda c: c.looked(summary(active=False)), State.CLOSED),
        (CLOSED, lambda c: c.looked(summary()), State.ACTIVE),
        (ACTIVE, lambda c: c.looked(summary(active=False)), State.CLOSED),
        (ACTIVE, lambda c: c.looked(None), State.NONE),
        (ACTIVE, lambda c: c.ended(), State.CLOSED),
        (ACTIVE, lambda c: c.disproved(), State.UNKNOWN),
        (Conversation(), lambda c: c.accepted("m", Sent("chat", "t1", ("e1",))), State.ACTIVE),
        (CLOSED, lambda c: c.accepted("m", Sent(None, "t2", ("e2",))), State.ACTIVE),
        (
            ACTIVE.merged([thread("t1", 0)]),
            lambda c: c.watched(Chat("chat", (), thread("t1", 0, active=False))),
            State.CLOSED,
        ),
        (ACTIVE, lambda c: c.watched(Chat("chat", (), thread("t9", 9))), State.UNKNOWN),
        (ACTIVE, lambda c: c.watched(Chat("chat")), State.ACTIVE),
        (ACTIVE, lambda c: c.belongs_to("me"), State.ACTIVE),
        (ACTIVE, lambda c: c.belongs_to("somebody else"), State.UNKNOWN),
    ],
)
def test_the_state_of_the_chat(
    before: Conversation, change: Callable[[Conversation], Conversation], after: State
) -> None:
    assert change(before).state is after


@pytest.mark.parametrize(
    ("steps", "after"),
    [
        ([], (Delivery.WAITING, None)),
        ([lambda c: c.accepted("m1", Sent())], (Delivery.SENT, None)),
        ([lambda c: c.answer_lost("m1", maybe_arrived=True)], (Delivery.UNSURE, None)),
        ([lambda c: c.answer_lost("m1", maybe_arrived=False)], (Delivery.WAITING, None)),
        (
            [lambda c: c.answer_lost("m1", maybe_arrived=True), lambda c: c.read_up_to(summary())],
            (Delivery.WAITING, None),
        ),
        (
            [lambda c: c.answer_lost("m1", maybe_arrived=True), lambda c: c.read_up_to(None)],
            (Delivery.WAITING, None),
        ),
        (
            [lambda c: c.held_up(Problem.UNREACHABLE)],
            (Delivery.WAITING, Problem.UNREACHABLE),
        ),
        (
            [lambda c: c.held_up(Problem.UNREACHABLE), lambda c: c.retry("m1", 0)],
            (Delivery.WAITING, None),
        ),
        (
            [lambda c: c.failed(Problem.REFUSED, "m1")],
            (Delivery.FAILED, Problem.REFUSED),
        ),
        ([lambda c: c.failed(Problem.REFUSED, "other")], (Delivery.WAITING, None)),
        (
            [lambda c: c.failed(Problem.UNREACHABLE, before=-1)],
            (Delivery.WAITING, None),
        ),
        (
            [lambda c: c.failed(Problem.UNREACHABLE, before=1)],
            (Delivery.FAILED, Problem.UNREACHABLE),
        ),
        (
            [lambda c: c.failed(Problem.REFUSED), lambda c: c.retry("m1", 0)],
            (Delivery.WAITING, None),
        ),
        # What may have arrived is looked for first, even after a Retry.
        (
            [
                lambda c: c.answer_lost("m1", maybe_arrived=True),
                lambda c: c.failed(Problem.UNREACHABLE),
                lambda c: c.retry("m1", 0),
            ],
            (Delivery.UNSURE, None),
        ),
        # A message that LiveChat has taken is not sent again.
        (
            [lambda c: c.accepted("m1", Sent()), lambda c: c.retry("m1", 0)],
            (Delivery.SENT, None),
        ),
        (
            [lambda c: c.accepted("m1", Sent()), lambda c: c.failed(Problem.BANNED)],
            (Delivery.SENT, None),
        ),
    ],
)
def test_the_way_of_a_message(
    steps: list[Callable[[Conversation], Conversation]],
    after: tuple[Delivery, Problem | None],
) -> None:
    conversation = WITH_MESSAGE
    for step in steps:
        conversation = step(conversation)
    (outgoing,) = conversation.outbox
    assert (outgoing.delivery, outgoing.problem) == after


def test_messages_leave_in_the_order_in_which_they_were_typed() -> None:
    conversation = WITH_MESSAGE.say(typed("m2", "there")).answer_lost("m1", maybe_arrived=True)
    assert conversation.next_outgoing == conversation.outbox[0]
    conversation = conversation.failed(Problem.REFUSED, "m1")
    assert conversation.next_outgoing == conversation.outbox[1]


def test_a_failed_message_stays_where_it_was_typed_and_others_follow_at_the_end() -> None:
    conversation = ACTIVE.merged([thread("t1", 0, message("e1", 1))])
    conversation = conversation.say(typed("m1", "failed")).failed(Problem.REFUSED, "m1")
    conversation = conversation.merged([thread("t1", 0, message("e1", 1), message("e2", 2))])
    conversation = conversation.say(typed("m2", "on its way"))
    assert shown(conversation, 9) == ["e1", "m1", "e2", "m2"]


def test_a_failed_message_from_before_what_is_shown_stands_above_it() -> None:
    events = [message(f"e{n}", n) for n in range(PAGE)]
    conversation = ACTIVE.merged([thread("t1", 0, *events)])
    conversation = conversation.say(typed("m1", "failed")).failed(Problem.REFUSED, "m1")
    newer = [message(f"e{n}", n) for n in range(PAGE, PAGE + 3)]
    conversation = conversation.merged([thread("t1", 0, *events, *newer)])
    assert shown(conversation, 3) == ["m1", "e50", "e51", "e52"]


def test_an_event_keeps_its_page_whatever_comes_before_or_after() -> None:
    events = [message(f"e{n}", n) for n in range(PAGE * 3)]
    conversation = ACTIVE.merged([thread("t2", PAGE, *events[PAGE : PAGE + 10])])
    assert set(conversation.pages(PAGE)) == {0}
    conversation = conversation.merged([thread("t2", PAGE, *events[PAGE:])])
    assert list(conversation.pages(PAGE)) == [1]
    assert conversation.pages(PAGE + 1)[0] == events[PAGE : PAGE * 2]
    conversation = conversation.merged([thread("t1", 0, *events[:PAGE])])
    assert conversation.pages(PAGE * 3) == {
        number: events[start : start + PAGE]
        for number, start in ((-1, 0), (0, PAGE), (1, 2 * PAGE))
    }


def test_a_failed_message_never_stands_above_one_that_was_typed_before() -> None:
    conversation = ACTIVE.merged([thread("t1", 0, message("e1", 1))])
    for custom_id in ("m1", "m2", "m3"):
        conversation = conversation.say(typed(custom_id, custom_id))
    conversation = conversation.accepted("m1", Sent()).failed(Problem.REFUSED, "m2")
    order = ["e1", "m1", "m2", "m3"]
    assert shown(conversation, 9) == order
    read = thread("t1", 0, message("e1", 1), message("e2", 2, custom_id="m1"))
    conversation = conversation.merged([read])
    assert shown(conversation, 9) == order


def test_only_a_failed_message_can_be_discarded() -> None:
    assert WITH_MESSAGE.discard("m1") is WITH_MESSAGE
    assert WITH_MESSAGE.failed(Problem.REFUSED).discard("m1").outbox == ()


def test_a_message_read_back_is_no_longer_outgoing_by_custom_id_and_by_event_id_g2() -> None:
    by_custom_id = message("e1", 1, custom_id="m1")
    assert WITH_MESSAGE.merged([thread("t1", 0, by_custom_id)]).outbox == ()
    sent = WITH_MESSAGE.accepted("m1", Sent(event_ids=("e1",)))
    assert sent.merged([thread("t1", 0, message("e1", 1))]).outbox == ()


def test_another_customer_sees_nothing_of_the_first_and_keeps_what_was_typed() -> None:
    conversation = WITH_MESSAGE.merged([thread("t1", 0, message("e1", 1))])
    other = conversation.belongs_to("somebody else")
    assert other.timeline == ()
    assert other.chat_id is None
    assert [m.text for m in other.outbox] == ["Hello"]


def test_a_summary_is_news_unless_it_is_the_one_that_was_read() -> None:
    first = summary(message("e1", 1))
    conversation = ACTIVE.read_up_to(first)
    seen = replace(first, users=(User("a", "agent", events_seen_up_to=NOW),))
    assert not conversation.is_news(first)
    assert not conversation.is_news(seen)
    assert conversation.is_news(summary(message("e2", 2)))
    assert conversation.is_news(summary(message("e1", 1), active=False))
    assert conversation.is_news(summary(message("e1", 1), thread_id="t2"))


E1, E2 = message("e1", 1), message("e2", 2)
READ = ACTIVE.merged([thread("t1", 0, E1)]).read_up_to(summary(E1))


def test_a_summary_completes_what_was_read_if_just_its_events_were_pushed() -> None:
    completed = READ.completed_by(summary(E2), {"e2"})
    assert completed is not None
    assert completed.timeline == (E1, E2)
    again = completed.read_up_to(summary(E2)).completed_by(summary(E1, E2), {"e1", "e2"})
    assert again is not None
    assert again.timeline == (E1, E2)


@pytest.mark.parametrize(
    ("conversation", "summary", "pushed"),
    [
        (READ, summary(E2), set()),
        (READ, summary(E2), {"e2", "e3"}),
        (READ, summary(E2, message("e3", 3)), {"e2"}),
        (READ, summary(E2, active=False), {"e2"}),
        (READ, summary(E2, thread_id="t2"), {"e2"}),
        (READ, ChatSummary("chat", True, (), "t1", None), {"e2"}),
        (READ.outdated(), summary(E2), {"e2"}),
        (ACTIVE.read_up_to(summary(E1)), summary(E2), {"e2"}),
    ],
)
def test_otherwise_the_threads_are_to_be_read(
    conversation: Conversation, summary: ChatSummary, pushed: set[str]
) -> None:
    assert conversation.completed_by(summary, pushed) is None


def test_a_summary_without_its_newest_events_tells_nothing_of_an_active_chat() -> None:
    silent = ChatSummary("chat", True, (), "t1", None)
    conversation = ACTIVE.read_up_to(silent)
    assert conversation.is_news(silent)
    assert conversation.must_be_watched
    closed = replace(silent, active=False)
    conversation = CLOSED.read_up_to(closed)
    assert not conversation.is_news(closed)
    assert conversation.is_news(silent)
    assert not conversation.must_be_watched


def test_nothing_new_is_the_same_object() -> None:
    page = [thread("t1", 0, message("e1", 1))]
    users = (User("a", "agent", "Kate"),)
    first = replace(summary(message("e1", 1)), users=users)
    conversation = Conversation("me").looked(first).merged(page).read_up_to(first)
    again = [thread("t1", 0, message("e1", 1))]
    seen = replace(first, users=(replace(users[0], events_seen_up_to=NOW),))
    assert conversation.looked(seen).merged(again).read_up_to(seen) is conversation


def test_closed_chats_count_and_the_open_one_comes_first_g28() -> None:
    closed = ChatSummary("c1", active=False)
    open_one = ChatSummary("c2", active=True)
    assert chat_to_join([]) is None
    assert chat_to_join([closed]) is closed
    assert chat_to_join([closed, open_one]) is open_one


def test_a_closed_thread_ends_with_a_closing_line_once() -> None:
    silent = Conversation("me").merged([thread("t1", 0, message("e1", 1), active=False)])
    assert [e.system_message_type for e in silent.timeline] == [None, CLOSED_SILENTLY]
    said = Event("e2", "system_message", at(2), system_message_type="manual_archived_customer")
    told = silent.merged([thread("t1", 0, message("e1", 1), said, active=False)])
    assert [e.id for e in told.timeline] == ["e1", "e2"]


def test_the_queue_shows_while_the_thread_is_open() -> None:
    queued = replace(thread("t1", 0), queue=Queue(2, 60))
    conversation = ACTIVE.merged([queued])
    assert conversation.queue == Queue(2, 60)
    assert conversation.ended().queue is None


def test_older_threads_go_before_and_their_cursor_is_kept() -> None:
    conversation = Conversation("me").read_back(
        ThreadPage((thread("t2", 10, message("e2", 11)),), "older")
    )
    assert conversation.older_page_id == "older"
    conversation = conversation.read_back(
        ThreadPage((thread("t1", 0, message("e1", 1), active=False),), None)
    )
    assert [e.id for e in conversation.timeline] == ["e1", f"t1/{CLOSED_SILENTLY}", "e2"]
    assert conversation.older_page_id is None


SNAPSHOTS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 6), st.booleans(), st.randoms()), max_size=12
)


@given(SNAPSHOTS)
def test_any_order_of_old_new_and_repeated_reads_shows_each_event_once_and_in_order(
    snapshots: list[tuple[int, int, bool, object]],
) -> None:
    """Three threads that grew over time are read as they were at any time, in any order."""
    grown = {
        number: [message(f"e{number}-{i}", number * 100 + i // 2) for i in range(6)]
        for number in range(3)
    }
    conversation = Conversation("me")
    read: dict[int, int] = {}
    for number, length, repeat, shuffle in snapshots:
        events = grown[number][:length]
        page = [thread(f"t{number}", number * 100, *(events + events if repeat else events))]
        shuffle.shuffle(page)  # type: ignore[attr-defined]
        conversation = conversation.merged(page)
        read[number] = max(read.get(number, 0), length)
    expected = [e.id for number in sorted(read) for e in grown[number][: read[number]]]
    assert [e.id for e in conversation.timeline] == expected
