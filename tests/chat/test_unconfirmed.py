"""Acts: what becomes of a thread once LiveChat has taken one, and which replace each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livechat.api.structures.forms import Rating
from livechat.api.structures.rich_messages import Button, Element, RichMessage
from livechat.chat.unconfirmed import Act, Press, Rate, SendTranscript
from tests.chat.samples import message, thread

YES, NO = Button("Yes", "yes", user_ids=("other",)), Button("No", "no")
ASKED = replace(
    message("e1", 1), body=RichMessage("cards", (Element(buttons=(YES, NO)),)), content={"id": "e1"}
)
THREAD = thread("t1", 0, ASKED, message("e2", 2))


def test_a_press_is_the_customers_and_of_that_button_alone() -> None:
    pressed = Press("t1", "e1", "yes", True).on(THREAD, "me")
    event, other = pressed.events
    assert isinstance(event.body, RichMessage)
    assert [b.user_ids for b in event.body.elements[0].buttons] == [("other", "me"), ()]
    assert other == THREAD.events[1]
    released = Press("t1", "e1", "yes", False).on(pressed, "me")
    assert released.events[0].body == ASKED.body


def test_whatever_is_read_after_a_press_takes_its_place() -> None:
    assert Press("t1", "e1", "yes", True).on(THREAD, "me").events[0] != ASKED


def test_a_press_of_what_is_no_rich_message_changes_nothing() -> None:
    assert Press("t1", "e2", "yes", True).on(THREAD, "me") == THREAD


def test_a_rating_and_an_address_are_the_threads() -> None:
    rated = Rate("t1", Rating(1, "Quick")).on(THREAD, "me")
    assert rated == replace(THREAD, rating=Rating(1, "Quick"))
    assert Rate("t1", None).on(rated, "me") == THREAD
    mailed = SendTranscript("t1", "ada@example.com").on(THREAD, "me")
    assert mailed == replace(THREAD, transcript_email="ada@example.com")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Press("t1", "e1", "yes", True), Press("t1", "e1", "yes", False), True),
        (Press("t1", "e1", "yes", True), Press("t1", "e1", "no", True), False),
        (Press("t1", "e1", "yes", True), Press("t1", "e2", "yes", True), False),
        (Rate("t1", Rating(1)), Rate("t1", None), True),
        (Rate("t1", Rating(1)), Rate("t2", Rating(1)), False),
        (SendTranscript("t1", "a@x.example"), SendTranscript("t1", "b@x.example"), True),
        (SendTranscript("t1", "a@x.example"), Rate("t1", None), False),
    ],
)
def test_of_one_subject_only_the_newest_act_counts(one: Act, other: Act, same: bool) -> None:
    assert (one.subject == other.subject) is same
