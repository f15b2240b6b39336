"""The conversation's transitions: those that concern several of the values it is made of."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest

from livechat.api.structures.ecommerce import Picked
from livechat.api.structures.events import (
    Chat,
    ChatSummary,
    Event,
    Queue,
    Sent,
    ThreadPage,
    User,
)
from livechat.api.structures.forms import Rating
from livechat.api.structures.rich_messages import Button, Element, RichMessage
from livechat.chat.conversation import Conversation, State, chat_to_join
from livechat.chat.outgoing import Delivery, Problem
from livechat.chat.pushes import Line
from livechat.chat.unconfirmed import Press, Rate, SendTranscript
from tests.chat.samples import NOW, at, message, summary, thread, typed

LINE = Line("c")
ACTIVE = Conversation(customer_id="me").looked(summary())
CLOSED = Conversation(customer_id="me").looked(summary(active=False))


def shown(conversation: Conversation, count: int) -> list[str | None]:
    """What stands on the screen, from top to bottom."""
    entries = itertools.chain.from_iterable(
        conversation.transcript.pages(count, conversation.outbox).values()
    )
    return [entry.custom_id or getattr(entry, "id", None) for entry in entries]


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


LOST = WITH_MESSAGE.answer_lost("m1", maybe_arrived=True)  # while t1 was the newest thread
T1, T2 = thread("t1", 0, message("e1", 1), active=False), thread("t2", 5, message("e2", 6))


def read_as(*pages: ThreadPage, is_whole: bool = True) -> Conversation:
    """What is known once these pages were read, the newest one first, for the lost message."""
    conversation = LOST.looked(summary(thread_id="t2"))
    for page in pages:
        conversation = conversation.read_back(page)
    return conversation.read_up_to(summary(thread_id="t2"), is_whole=is_whole)


@pytest.mark.parametrize(
    ("read", "delivery"),
    [
        (LOST.looked(None).read_up_to(None), Delivery.WAITING),
        (read_as(ThreadPage((T2, T1), "older")), Delivery.WAITING),
        (read_as(ThreadPage((T2,), "older")), Delivery.UNSURE),
        (read_as(ThreadPage((T2,), "older"), ThreadPage((T1,), "older")), Delivery.WAITING),
        (read_as(ThreadPage((T2,))), Delivery.WAITING),
        (read_as(ThreadPage((T2, T1)), is_whole=False), Delivery.UNSURE),
        (
            read_as(ThreadPage((T2,), "older"), ThreadPage((T1,), "older", left_out=1)),
            Delivery.UNSURE,
        ),
        (read_as(ThreadPage((T2,), "older"), ThreadPage((), left_out=1)), Delivery.UNSURE),
        (LOST, Delivery.UNSURE),
    ],
)
def test_a_message_is_sent_again_once_all_threads_it_could_be_in_were_read(
    read: Conversation, delivery: Delivery
) -> None:
    (outgoing,) = read.settled().outbox
    assert outgoing.delivery is delivery


def test_older_threads_are_read_for_a_message_if_it_may_be_in_them() -> None:
    lacking = read_as(ThreadPage((T2,), "older"))
    assert lacking.is_sought(Delivery.UNSURE)
    assert not lacking.is_sought(Delivery.SENT)
    assert not lacking.read_back(ThreadPage((T1,), "older")).is_sought(Delivery.UNSURE)
    assert not lacking.read_back(ThreadPage(())).is_sought(Delivery.UNSURE)
    sent = lacking.accepted("m1", Sent(None, "t3", ("e3",)))
    assert not sent.is_sought(Delivery.SENT)  # before the newest threads are read


def test_an_accepted_message_is_sent_and_tells_of_the_chat() -> None:
    conversation = WITH_MESSAGE.accepted("m1", Sent("other", "t2", ("form", "e1")), State.CLOSED)
    (outgoing,) = conversation.outbox
    assert (outgoing.delivery, outgoing.event_id) == (Delivery.SENT, "e1")
    assert (conversation.chat_id, conversation.thread_id) == ("other", "t2")
    assert conversation.state is State.CLOSED


def test_what_changes_no_message_is_the_same_object() -> None:
    assert WITH_MESSAGE.with_outbox(WITH_MESSAGE.outbox.discard("m1")) is WITH_MESSAGE
    assert WITH_MESSAGE.with_outbox(WITH_MESSAGE.outbox.held_up(None)) is WITH_MESSAGE


def test_what_is_said_names_the_newest_event_there_is() -> None:
    conversation = ACTIVE.merged([thread("t1", 0, message("e1", 1))])
    conversation = conversation.say(typed("m1")).say_first(typed("form"))
    assert [(m.custom_id, m.after) for m in conversation.outbox] == [
        ("form", at(1)),
        ("m1", at(1)),
    ]


def test_a_failed_message_never_stands_above_one_that_was_typed_before() -> None:
    conversation = ACTIVE.merged([thread("t1", 0, message("e1", 1))])
    for custom_id in ("m1", "m2", "m3"):
        conversation = conversation.say(typed(custom_id, custom_id))
    conversation = conversation.accepted("m1", Sent())
    conversation = conversation.with_outbox(conversation.outbox.failed(Problem.REFUSED, "m2"))
    order = ["e1", "m1", "m2", "m3"]
    assert shown(conversation, 9) == order
    read = thread("t1", 0, message("e1", 1), message("e2", 2, custom_id="m1"))
    conversation = conversation.merged([read])
    assert shown(conversation, 9) == order


def test_a_message_read_back_is_no_longer_outgoing_by_custom_id_and_by_event_id_g2() -> None:
    by_custom_id = message("e1", 1, custom_id="m1")
    assert WITH_MESSAGE.merged([thread("t1", 0, by_custom_id)]).outbox == ()
    sent = WITH_MESSAGE.accepted("m1", Sent(event_ids=("e1",)))
    assert sent.merged([thread("t1", 0, message("e1", 1))]).outbox == ()


def test_another_customer_sees_nothing_of_the_first_and_keeps_what_was_typed() -> None:
    conversation = WITH_MESSAGE.merged([thread("t1", 0, message("e1", 1))])
    other = conversation.belongs_to("somebody else")
    assert other.transcript.timeline == ()
    assert other.chat_id is None
    assert [m.text for m in other.outbox] == ["Hello"]


def test_a_summary_is_news_unless_it_is_the_one_that_was_read() -> None:
    first = summary(message("e1", 1))
    conversation = ACTIVE.read_up_to(first)
    seen = replace(first, users=(User("a", "agent", events_seen_up_to=NOW),))
    assert not conversation.is_news(first)
    assert not conversation.is_news(seen)
    assert conversation.is_news(first, LINE)
    assert not conversation.read_up_to(first, LINE).is_news(first, LINE)
    assert not conversation.read_up_to(first, LINE).is_news(first)
    assert conversation.read_up_to(first, LINE).is_news(first, replace(LINE, reads=1))
    assert conversation.is_news(summary(message("e2", 2)))
    assert conversation.is_news(summary(message("e1", 1), active=False))
    assert conversation.is_news(summary(message("e1", 1), thread_id="t2"))


E1, E2 = message("e1", 1), message("e2", 2)
READ = ACTIVE.merged([thread("t1", 0, E1)]).read_up_to(summary(E1), LINE)


def test_a_summary_completes_what_was_read_if_just_its_events_were_pushed() -> None:
    completed = READ.completed_by(summary(E2), {"e2"}, LINE)
    assert completed is not None
    assert completed.transcript.timeline == (E1, E2)
    again = completed.read_up_to(summary(E2), LINE)
    again = again.completed_by(summary(E1, E2), {"e1", "e2"}, LINE)
    assert again is not None
    assert again.transcript.timeline == (E1, E2)


@pytest.mark.parametrize(
    ("conversation", "summary", "pushed"),
    [
        (READ, summary(E2), set()),
        (READ, summary(E2), {"e2", "e3"}),
        (READ, summary(E2, message("e3", 3)), {"e2"}),
        (READ, summary(E2, active=False), {"e2"}),
        (READ, summary(E2, thread_id="t2"), {"e2"}),
        (READ, ChatSummary("chat", True, (), "t1", None), {"e2"}),
        (READ, replace(summary(E2), last_thread_id=None), {"e2"}),
        (READ, summary(replace(E1, text="edited")), set()),
        (READ.read_up_to(summary(E1), None), summary(E2), {"e2"}),
        (READ.read_up_to(summary(E1), Line("another")), summary(E2), {"e2"}),
        (READ.read_up_to(summary(E1), replace(LINE, reads=1)), summary(E2), {"e2"}),
        (READ.read_up_to(summary(E1), LINE, is_whole=False), summary(E2), {"e2"}),
        (ACTIVE.read_up_to(summary(E1), LINE), summary(E2), {"e2"}),
        (ACTIVE, summary(E2), {"e2"}),
    ],
)
def test_otherwise_the_threads_are_to_be_read(
    conversation: Conversation, summary: ChatSummary, pushed: set[str]
) -> None:
    assert conversation.completed_by(summary, pushed, LINE) is None
    assert conversation.completed_by(summary, pushed, None) is None


def test_what_a_summary_held_before_and_was_not_read_is_not_new() -> None:
    old = message("old", -9)
    conversation = READ.read_up_to(summary(old, E1), LINE)
    completed = conversation.completed_by(summary(old, E2), {"e2"}, LINE)
    assert completed is not None
    assert completed.transcript.timeline == (E1, E2)


def test_a_summary_without_its_newest_events_tells_nothing_of_an_active_chat() -> None:
    silent = ChatSummary("chat", True, (), "t1", None)
    conversation = ACTIVE.read_up_to(silent)
    assert conversation.is_news(silent)
    assert conversation.must_be_watched(pushed=True)
    closed = replace(silent, active=False)
    conversation = CLOSED.read_up_to(closed)
    assert not conversation.is_news(closed)
    assert conversation.is_news(silent)
    assert not conversation.must_be_watched(pushed=False)


def test_a_chat_that_nobody_has_taken_is_watched_unless_its_queue_is_pushed() -> None:
    agent = User("a", "agent", present=True)
    assert READ.must_be_watched(pushed=False)
    assert not READ.must_be_watched(pushed=True)
    taken = READ.looked(replace(summary(E1), users=(agent,)))
    assert not taken.must_be_watched(pushed=False)
    assert not READ.disproved().must_be_watched(pushed=False)
    assert not READ.accepted("m1", Sent(None, "t2")).must_be_watched(pushed=False)


def test_nothing_new_is_the_same_object() -> None:
    page = [thread("t1", 0, message("e1", 1))]
    users = (User("a", "agent", "Kate"),)
    first = replace(summary(message("e1", 1)), users=users)
    conversation = Conversation("me").looked(first).merged(page).read_up_to(first)
    again = [thread("t1", 0, message("e1", 1))]
    seen = replace(first, users=(replace(users[0], events_seen_up_to=NOW),))
    assert conversation.looked(seen).merged(again).read_up_to(seen) is conversation


def test_a_read_that_brought_nothing_is_nothing_to_draw() -> None:
    first = summary(message("e1", 1))
    conversation = Conversation("me").looked(first).merged([thread("t1", 0, message("e1", 1))])
    read = conversation.read_up_to(first, Line("first"))
    assert read.read != conversation.read
    assert read == conversation
    assert read != read.merged([thread("t1", 0, message("e1", 1), message("e2", 2))])


def test_closed_chats_count_and_the_open_one_comes_first_g28() -> None:
    closed = ChatSummary("c1", active=False)
    open_one = ChatSummary("c2", active=True)
    assert chat_to_join([]) is None
    assert chat_to_join([closed]) is closed
    assert chat_to_join([closed, open_one]) is open_one


def test_the_queue_shows_while_the_thread_is_open() -> None:
    queued = replace(thread("t1", 0), queue=Queue(2, 60))
    conversation = ACTIVE.merged([queued])
    assert conversation.queue == Queue(2, 60)
    assert conversation.ended().queue is None


RATED = Rate("t1", Rating(1))
MAILED = SendTranscript("t1", "ada@example.com")
PRESSED = Press("t1", "e1", "yes", True)
BUTTON = Button("Yes", "yes")
CARDS = RichMessage("cards", (Element(buttons=(BUTTON,)),))
WITH_BUTTON = replace(E1, body=CARDS, content={"id": "e1"})
ACTS = ACTIVE.merged([thread("t1", 0, WITH_BUTTON)])


def acts(conversation: Conversation) -> tuple[bool, Rating | None, str | None]:
    """What has been done, as the visitor sees it."""
    (event,) = conversation.transcript.timeline
    assert isinstance(event.body, RichMessage)
    (button,) = event.body.elements[0].buttons
    pressed = conversation.is_pressed(event, button)
    return pressed, conversation.rating, conversation.transcript_email


def wanting(picked: Picked | None, by: str = "me") -> Event:
    postback = {"id": "yes", "event_id": "e1", **({"ecommerce": picked.json} if picked else {})}
    return message("e9", 9, author_id=by, content={"id": "e9", "postback": postback})


@pytest.mark.parametrize(
    ("said", "pressed"),
    [
        ((), True),  # by another device, before v3.6 perhaps
        ((wanting(None),), True),
        ((wanting(Picked("mug", "red")),), True),
        ((wanting(Picked("mug", "blue")),), False),
        ((wanting(Picked("cup", "red")),), False),
        ((wanting(Picked("mug", "blue"), by="kate"),), True),
    ],
)
def test_a_button_is_pressed_for_what_was_picked(said: tuple[Event, ...], pressed: bool) -> None:
    button = replace(BUTTON, type="message", user_ids=("me",))
    conversation = ACTIVE.belongs_to("me").merged([thread("t1", 0, WITH_BUTTON, *said)])
    assert conversation.is_pressed(WITH_BUTTON, button, Picked("mug", "red")) == pressed
    assert conversation.is_pressed(WITH_BUTTON, button)
    assert conversation.is_pressed(WITH_BUTTON, replace(button, type="url"), Picked("mug", "red"))
    untouched = replace(button, user_ids=())
    assert not conversation.is_pressed(WITH_BUTTON, untouched, Picked("mug", "red"))


ALL_DONE = (True, Rating(1), "ada@example.com")
NOTHING_DONE = (False, None, None)


def test_an_act_counts_at_once_and_until_it_is_refused() -> None:
    done = ACTS.did(PRESSED).did(RATED).did(MAILED)
    assert acts(ACTS) == NOTHING_DONE
    assert acts(done) == ALL_DONE
    assert done.transcript is ACTS.transcript
    assert acts(done.refused(RATED).refused(PRESSED).refused(MAILED)) == NOTHING_DONE


def test_a_confirmed_act_counts_until_livechat_says_otherwise() -> None:
    done = ACTS.did(PRESSED).did(RATED).did(MAILED)
    for act in (PRESSED, RATED, MAILED):
        done = done.confirmed(act)
    assert done.unconfirmed == ()
    assert acts(done) == ALL_DONE
    assert acts(done.merged([thread("t1", 0, WITH_BUTTON)])) == (False, None, None)


def test_a_confirmed_release_counts_after_a_confirmed_press() -> None:
    release = replace(PRESSED, toggled=False)
    pressed = ACTS.did(PRESSED).confirmed(PRESSED)
    assert acts(pressed.did(release).confirmed(release)) == NOTHING_DONE


def test_a_newer_act_counts_whatever_becomes_of_the_older_one() -> None:
    newer = Rate("t1", None), Press("t1", "e1", "yes", False), SendTranscript("t1", "new@x.example")
    done = ACTS.did(PRESSED).did(RATED).did(MAILED)
    for act in newer:
        done = done.did(act)
    for older in (PRESSED, RATED, MAILED):
        assert acts(done.refused(older)) == (False, None, "new@x.example")
        assert acts(done.confirmed(older)) == (False, None, "new@x.example")


def test_an_act_in_a_thread_that_was_not_read_counts_even_when_confirmed() -> None:
    conversation = ACTIVE.did(RATED)
    assert conversation.confirmed(RATED) is conversation
    assert conversation.rating == Rating(1)


def test_an_act_does_not_count_for_another_thread() -> None:
    conversation = ACTS.did(RATED).did(MAILED).looked(summary(thread_id="t2"))
    assert (conversation.rating, conversation.transcript_email) == (None, None)


def test_what_agents_have_written_counts_as_unseen_if_it_is_newer() -> None:
    events = [message(f"e{n}", n, author_id=a) for n, a in enumerate(("a", "a", "me", None))]
    conversation = ACTIVE.merged([thread("t1", 0, *events)])
    assert conversation.newest_by_others == at(1)
    assert [conversation.unseen(at(n)) for n in (-1, 0, 1)] == [2, 1, 0]
    assert ACTIVE.newest_by_others is None


def test_agents_have_seen_what_the_visitor_wrote_up_to_its_newest_event() -> None:
    own = [message("e1", 1, author_id="me"), message("e2", 5, author_id="me")]
    conversation = ACTIVE.merged([thread("t1", 0, *own)])
    users = User("me", "customer"), User("a", "agent", present=True, events_seen_up_to=at(3))
    seen = conversation.looked(replace(summary(), users=users))
    assert seen.agents.seen_up_to == at(1)
    assert list(seen.agents.users) == ["a"]
    watched = conversation.watched(Chat("chat", users, thread("t1", 0, *own)))
    assert watched.agents == seen.agents
