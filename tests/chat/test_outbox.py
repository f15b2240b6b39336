"""The outbox: the ways of a message as a table, and the order in which messages leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from livechat.chat.attachment import Attachment
from livechat.chat.outbox import Outbox
from livechat.chat.outgoing import Delivery, Problem
from livechat.chat.values import LONG_AGO
from tests.chat.samples import at, message, thread, typed

WITH_MESSAGE = Outbox().say(typed("m1"), after=LONG_AGO)


@pytest.mark.parametrize(
    ("steps", "after"),
    [
        ([], (Delivery.WAITING, None)),
        ([lambda o: o.accepted("m1", None)], (Delivery.SENT, None)),
        ([lambda o: o.answer_lost("m1", maybe_arrived=True)], (Delivery.UNSURE, None)),
        ([lambda o: o.answer_lost("m1", maybe_arrived=False)], (Delivery.WAITING, None)),
        (
            [
                lambda o: o.answer_lost("m1", maybe_arrived=True),
                lambda o: o.not_found(lambda m: True),
            ],
            (Delivery.WAITING, None),
        ),
        (
            [
                lambda o: o.answer_lost("m1", maybe_arrived=True),
                lambda o: o.not_found(lambda m: False),
            ],
            (Delivery.UNSURE, None),
        ),
        (
            [lambda o: o.held_up(Problem.UNREACHABLE)],
            (Delivery.WAITING, Problem.UNREACHABLE),
        ),
        (
            [lambda o: o.held_up(Problem.UNREACHABLE), lambda o: o.retry("m1", 0)],
            (Delivery.WAITING, None),
        ),
        (
            [lambda o: o.failed(Problem.REFUSED, "m1")],
            (Delivery.FAILED, Problem.REFUSED),
        ),
        ([lambda o: o.failed(Problem.REFUSED, "other")], (Delivery.WAITING, None)),
        (
            [lambda o: o.failed(Problem.UNREACHABLE, before=-1)],
            (Delivery.WAITING, None),
        ),
        (
            [lambda o: o.failed(Problem.UNREACHABLE, before=1)],
            (Delivery.FAILED, Problem.UNREACHABLE),
        ),
        (
            [lambda o: o.failed(Problem.REFUSED), lambda o: o.retry("m1", 0)],
            (Delivery.WAITING, None),
        ),
        # What may have arrived is looked for first, even after a Retry.
        (
            [
                lambda o: o.answer_lost("m1", maybe_arrived=True),
                lambda o: o.failed(Problem.UNREACHABLE),
                lambda o: o.retry("m1", 0),
            ],
            (Delivery.UNSURE, None),
        ),
        # A message that LiveChat has taken is not sent again.
        (
            [lambda o: o.accepted("m1", None), lambda o: o.retry("m1", 0)],
            (Delivery.SENT, None),
        ),
        (
            [lambda o: o.accepted("m1", None), lambda o: o.failed(Problem.BANNED)],
            (Delivery.SENT, None),
        ),
    ],
)
def test_the_way_of_a_message(
    steps: list[Callable[[Outbox], Outbox]],
    after: tuple[Delivery, Problem | None],
) -> None:
    outbox = WITH_MESSAGE
    for step in steps:
        outbox = step(outbox)
    (outgoing,) = outbox
    assert (outgoing.delivery, outgoing.problem) == after


def test_messages_leave_in_the_order_in_which_they_were_typed() -> None:
    outbox = WITH_MESSAGE.say(typed("m2", "there"), after=LONG_AGO)
    outbox = outbox.answer_lost("m1", maybe_arrived=True)
    assert outbox.next == outbox[0]
    outbox = outbox.failed(Problem.REFUSED, "m1")
    assert outbox.next == outbox[1]


def test_only_a_failed_message_can_be_discarded() -> None:
    assert WITH_MESSAGE.discard("m1") == WITH_MESSAGE
    assert WITH_MESSAGE.failed(Problem.REFUSED).discard("m1") == ()
    assert len(WITH_MESSAGE.failed(Problem.REFUSED).discard("other")) == 1


def test_what_goes_first_stands_before_what_was_typed() -> None:
    outbox = WITH_MESSAGE.say_first(typed("form"), after=at(1))
    assert [(m.custom_id, m.after) for m in outbox] == [("form", at(1)), ("m1", LONG_AGO)]


def test_a_message_is_looked_for_only_while_that_is_unsure() -> None:
    assert not WITH_MESSAGE.is_unsure
    unsure = WITH_MESSAGE.answer_lost("m1", maybe_arrived=True)
    assert unsure.is_unsure
    assert not unsure.not_found(lambda m: True).is_unsure


def test_a_hopeless_message_is_not_tried_again() -> None:
    hopeless = WITH_MESSAGE.failed(Problem.TOO_LONG)
    assert hopeless.retry("m1", 0) == hopeless


def test_a_file_is_uploaded_anew_after_a_refusal() -> None:
    file = replace(typed("m1"), file=Attachment("a.png", b"", "image/png"))
    outbox = Outbox().say(file, after=LONG_AGO).uploaded("m1", "https://files.example/a")
    assert [m.file and m.file.url for m in outbox] == ["https://files.example/a"]
    assert [m.file and m.file.url for m in outbox.failed(Problem.FILE_REFUSED)] == [None]


def test_what_waited_for_the_visitor_begins_anew_and_what_failed_does_not() -> None:
    outbox = WITH_MESSAGE.say(typed("m2"), after=LONG_AGO).failed(Problem.REFUSED, "m1")
    assert [m.tried_since for m in outbox.tried_anew(7)] == [0, 7]


def test_what_is_read_back_leaves_and_what_was_typed_later_comes_after_it() -> None:
    outbox = WITH_MESSAGE.say(typed("m2"), typed("m3"), after=LONG_AGO).accepted("m2", "e2")
    read = thread("t1", 0, message("e1", 1, custom_id="m1"), message("e2", 2))
    assert [(m.custom_id, m.after) for m in outbox.read_back([read])] == [("m3", at(2))]
    assert outbox.read_back([]) == outbox


def test_a_form_is_filled_in_as_soon_as_it_is_here() -> None:
    filled = replace(typed("m1"), content={"type": "filled_form", "form_id": "f"})
    outbox = Outbox().say(filled, after=LONG_AGO)
    assert outbox.fills("f")
    assert not outbox.fills("other")


def test_what_was_accepted_is_gone_if_its_whole_thread_does_not_hold_it_though_it_must() -> None:
    sent = Outbox((typed("m1"),)).accepted("m1", "e1", "t1", 100)
    whole = thread("t1", 0, is_whole=True)
    assert sent.taken_back([whole], {"e1"}, 0) == ()
    assert sent.taken_back([whole], (), 101) == ()
    # It may not be there yet.
    assert sent.taken_back([whole], (), 100) == sent
    # Or it is elsewhere, or there.
    assert sent.taken_back([thread("t1", 0)], {"e1"}, 101) == sent
    assert sent.taken_back([thread("t2", 0, is_whole=True)], {"e1"}, 101) == sent
    for there in (message("e1", 1), message("e2", 1, custom_id="m1")):
        assert sent.taken_back([thread("t1", 0, there, is_whole=True)], {"e1"}, 101) == sent


def test_what_livechat_has_not_accepted_is_never_taken_back() -> None:
    whole = thread("t1", 0, is_whole=True)
    waiting = Outbox((typed("m1"),))
    unsure = waiting.answer_lost("m1", maybe_arrived=True, since_thread="t1")
    for outbox in (waiting, unsure, unsure.failed(Problem.UNREACHABLE)):
        assert outbox.taken_back([whole], {"m1"}, 1_000) == outbox
