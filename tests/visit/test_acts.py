"""Buttons, ratings, the transcript: what the visitor does besides writing."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.api.structures.ecommerce import Picked
from livechat.api.structures.events import Event
from livechat.api.structures.forms import Rating
from livechat.api.structures.rich_messages import RichMessage, postback_of
from livechat.chat.conversation import State
from livechat.chat.transcript import PAGE
from livechat.settings import VERSIONS, Version
from livechat.visit import Errand
from livechat.visit.pushed import LATE_AFTER
from tests.driver import Page
from tests.visit.scenes import Alone, payloads, receive


def buttons(*buttons: dict[str, Any], template: str = "cards") -> dict[str, Any]:
    return {
        "type": "rich_message",
        "template_id": template,
        "elements": [{"title": "Which one?", "buttons": list(buttons)}],
    }


YES = {"text": "Yes", "postback_id": "yes", "type": "message", "value": "yes!"}


LIKE = {"text": "Like", "postback_id": "like"}


def pressed(page: Page, event: Event) -> list[bool]:
    """Whether each button is pressed, as another page of the same visitor sees it."""
    again = Page(page.sandbox, page.visit.identity)
    found = next(e for e in again.visit.conversation.transcript.timeline if e.id == event.id)
    assert isinstance(found.body, RichMessage)
    shown = found.body.elements[0].buttons
    return [again.visit.conversation.is_pressed(found, button) for button in shown]


def since_newest(version: Version, **fields: Any) -> dict[str, Any]:
    """What older versions of LiveChat's API do not know."""
    return fields if version == VERSIONS[-1] else {}


def test_a_message_button_sends_a_postback_and_says_its_text(
    chatting: Page, version: Version
) -> None:
    event = receive(chatting, **buttons(YES, LIKE))
    assert chatting.visit.conversation.wants_reply(event)
    chatting.visit.press(event.id, "yes")
    assert not chatting.visit.conversation.wants_reply(event)
    chatting.run()
    (postback,) = payloads(chatting, "send_rich_message_postback")
    about = since_newest(version, button_type="message", button_value="yes!")
    assert postback["postback"] == {"id": "yes", "toggled": True, **about}
    assert (postback["event_id"], postback["thread_id"]) == (event.id, chatting.visit.thread_id)
    (sent,) = payloads(chatting, "send_event")
    assert sent["event"]["text"] == "Yes"
    assert sent["event"]["postback"] == {
        "id": "yes",
        "thread_id": chatting.visit.thread_id,
        "event_id": event.id,
        "type": "message",
        "value": "yes!",
    }
    chatting.poll()
    assert chatting.texts[-1] == "Yes"
    assert pressed(chatting, event) == [True, False]


def test_what_was_picked_goes_with_the_button_and_something_else_can_be(
    chatting: Page, version: Version
) -> None:
    chatting.agent.show("shop", chatting.visit.chat_id or "")
    chatting.poll()
    event = chatting.visit.conversation.transcript.timeline[-1]
    assert isinstance(event.body, RichMessage)
    button = event.body.elements[0].buttons[0]
    for picked in (Picked("mug", "glaze-1"), Picked("mug", "glaze-2")):
        chatting.visit.press(event.id, button.postback_id, picked)
        chatting.run()
        chatting.poll()
        new = since_newest(version, ecommerce=picked.json)
        about = since_newest(version, button_type="message", button_value=button.value)
        told = payloads(chatting, "send_rich_message_postback")[-1]["postback"]
        assert told == {"id": button.postback_id, "toggled": True, **about, **new}
        sent = payloads(chatting, "send_event")[-1]["event"]["postback"]
        assert sent.get("ecommerce") == new.get("ecommerce")
        newest = chatting.visit.conversation.transcript.timeline[-1]
        assert newest.text == button.text
        found = postback_of(newest.content)
        assert found
        assert found.picked == (picked if new else None)
        if not new:  # LiveChat does not know what it was for
            break


SITE = {"text": "Site", "postback_id": "site", "type": "url", "value": "https://example.com"}


def test_a_button_without_a_type_is_pressed_and_released(chatting: Page) -> None:
    event = receive(chatting, **buttons(LIKE, SITE))
    chatting.visit.press(event.id, "like")
    chatting.run()
    assert pressed(chatting, event) == [True, False]
    chatting.visit.press(event.id, "like")
    chatting.run()
    assert pressed(chatting, event) == [False, False]
    chatting.visit.press(event.id, "site")
    chatting.run()
    assert pressed(chatting, event) == [False, True]
    assert payloads(chatting, "send_event") == []


@pytest.mark.parametrize("ids", [("nonsense", "yes"), (None, "nonsense")])
def test_a_button_that_is_not_there_cannot_be_pressed(
    chatting: Page, ids: tuple[str | None, str]
) -> None:
    event = receive(chatting, **buttons(YES))
    before = chatting.visit.glance()
    chatting.visit.press(ids[0] or event.id, ids[1])
    assert chatting.visit.glance() == before


def test_a_press_is_told_once_livechat_can_be_reached_again(chatting: Page) -> None:
    event = receive(chatting, **buttons(LIKE))
    chatting.sandbox.faults.add("customer/send_rich_message_postback", times=2, status=503)
    chatting.visit.press(event.id, "like")
    chatting.run()
    chatting.poll(20)
    chatting.poll(20)
    assert pressed(chatting, event) == [True]


def test_a_refused_press_is_not_shown_as_pressed(chatting: Page) -> None:
    event = receive(chatting, **buttons(LIKE))
    chatting.sandbox.faults.add("customer/send_rich_message_postback", error="validation")
    chatting.visit.press(event.id, "like")
    chatting.run()
    assert isinstance(event.body, RichMessage)
    (button,) = event.body.elements[0].buttons
    assert not chatting.visit.conversation.is_pressed(event, button)


def test_a_reply_after_the_end_resumes_the_chat(chatting: Page) -> None:
    event = receive(chatting, **buttons(YES))
    chatting.visit.end()
    chatting.run()
    chatting.visit.press(event.id, "yes")
    chatting.run()
    chatting.poll()
    assert chatting.visit.conversation.state is State.ACTIVE
    assert chatting.texts[-1] == "Yes"


def test_a_rating_is_given_changed_and_taken_back(chatting: Page) -> None:
    def known() -> Rating | None:
        return Page(chatting.sandbox, chatting.visit.identity).visit.conversation.rating

    for rating in (Rating(1), Rating(1, "Nice"), Rating(0, "Nice"), None, Rating(0, "Hm")):
        chatting.visit.rate(rating, chatting.visit.thread_id)
        assert chatting.visit.conversation.rating == rating
        chatting.run()
        assert chatting.visit.conversation.rating == rating
        assert known() == rating
    updates = [p["properties"]["rating"] for p in payloads(chatting, "update_thread_properties")]
    assert updates == [
        {"score": 1},
        {"comment": "Nice"},
        {"score": 0},
        {"score": 0, "comment": "Hm"},
    ]


def test_the_same_rating_twice_is_one_request(chatting: Page) -> None:
    for _ in range(2):
        chatting.visit.rate(Rating(1), chatting.visit.thread_id)
        chatting.run()
    assert chatting.asked().count("update_thread_properties") == 1


def test_a_refused_rating_is_not_shown_as_given(chatting: Page) -> None:
    chatting.sandbox.faults.add("customer/update_thread_properties", error="validation")
    chatting.visit.rate(Rating(1), chatting.visit.thread_id)
    chatting.run()
    assert chatting.visit.conversation.rating is None
    assert chatting.visit.glance().refused is Errand.RATE
    chatting.visit.rate(Rating(1), chatting.visit.thread_id)
    assert chatting.visit.glance().refused is None


def test_nothing_is_rated_without_a_chat(page: Page) -> None:
    page.visit.rate(Rating(1), page.visit.thread_id)
    page.visit.send_transcript("ada@example.com")
    page.run()
    assert not {"update_thread_properties", "delete_thread_properties"} & set(page.asked())


def test_the_transcript_is_asked_for_by_mail(chatting: Page) -> None:
    chatting.visit.send_transcript("ada@example.com")
    assert chatting.visit.conversation.transcript_email == "ada@example.com"
    chatting.run()
    again = Page(chatting.sandbox, chatting.visit.identity)
    assert again.visit.conversation.transcript_email == "ada@example.com"


def test_two_refused_presses_leave_a_button_as_it_was(chatting: Page) -> None:
    event = receive(chatting, **buttons(LIKE))
    chatting.sandbox.faults.add("customer/send_rich_message_postback", times=2, error="validation")
    chatting.visit.press(event.id, "like")
    chatting.visit.press(event.id, "like")
    chatting.run()
    assert isinstance(event.body, RichMessage)
    (button,) = event.body.elements[0].buttons
    assert not chatting.visit.conversation.is_pressed(event, button)


def test_a_refused_change_of_a_rating_leaves_the_one_before(chatting: Page) -> None:
    chatting.visit.rate(Rating(1), chatting.visit.thread_id)
    chatting.run()
    chatting.sandbox.faults.add("customer/update_thread_properties", error="validation")
    chatting.visit.rate(Rating(1, "Nice"), chatting.visit.thread_id)
    chatting.run()
    assert chatting.visit.conversation.rating == Rating(1)


def test_a_rating_from_another_tab_is_shown(chatting: Page) -> None:
    chatting.visit.rate(Rating(1), chatting.visit.thread_id)
    chatting.run()
    chatting.poll()
    other = Page(chatting.sandbox, chatting.visit.identity)
    other.visit.rate(Rating(0), other.visit.thread_id)
    other.run()
    chatting.poll()
    chatting.poll()
    assert chatting.visit.conversation.rating == Rating(0)


def test_what_an_empty_answer_has_not_done_is_shown_as_a_reload_would(chatting: Page) -> None:
    thread_id = chatting.visit.thread_id
    chatting.sandbox.faults.add("customer/update_thread_properties", times=2, body=b"")
    chatting.visit.rate(Rating(1), thread_id)
    chatting.visit.send_transcript("ada@example.com")
    chatting.run()
    assert chatting.visit.conversation.rating == Rating(1)
    chatting.visit.on_screen = False  # where nothing else reads the thread
    chatting.poll(LATE_AFTER)
    assert chatting.visit.conversation.rating is None
    assert chatting.visit.conversation.transcript_email is None


def test_what_was_done_in_a_thread_that_is_yet_to_be_read_counts_until_it_is(page: Page) -> None:
    page.say("Hello")
    thread_id = page.visit.thread_id
    assert thread_id not in page.visit.conversation.transcript.threads
    page.visit.rate(Rating(1), thread_id)
    page.run()
    assert page.visit.conversation.rating == Rating(1)
    other = Page(page.sandbox, page.visit.identity)
    other.visit.rate(Rating(0), thread_id)
    other.run()
    page.poll(LATE_AFTER)
    assert page.visit.conversation.rating == Rating(0)


def test_a_thread_that_was_left_behind_unread_is_not_read_alone(chatting: Page) -> None:
    chatting.sandbox.faults.add("list_threads", error="too_many_requests")
    page = Page(chatting.sandbox, chatting.visit.identity)
    thread_id = page.visit.thread_id
    page.visit.rate(Rating(1), thread_id)
    page.run()
    for texts in (["Between"], [str(n) for n in range(PAGE + 1)]):
        page.agent.end(page.visit.chat_id or "")
        for n, text in enumerate(texts):
            page.hear(text, active=n > 0)
    page.poll()
    assert thread_id not in page.visit.conversation.transcript.threads
    page.poll(LATE_AFTER)
    assert page.texts[0] == "0"


def test_what_was_done_is_made_sure_of_once(chatting: Page) -> None:
    chatting.visit.on_screen = False
    chatting.visit.rate(Rating(1), chatting.visit.thread_id)
    chatting.run()
    for _ in range(3):
        chatting.poll(LATE_AFTER)
    assert chatting.visit.conversation.rating == Rating(1)
    assert chatting.asked().count("get_chat") == 1


# By itself


def test_what_another_tab_rates_after_the_end_is_shown_within_a_minute(chatting: Page) -> None:
    chatting.visit.end()
    chatting.run()
    thread_id = chatting.visit.thread_id
    chatting.visit.rate(Rating(1, "Nice"), thread_id)
    chatting.run()
    chatting.poll(30)
    other = Page(chatting.sandbox, chatting.visit.identity)
    other.visit.rate(Rating(1), thread_id)  # no system message tells of it
    other.run()
    for _ in range(3):
        chatting.poll(30)
    assert chatting.visit.conversation.rating == Rating(1)
    chatting.sandbox.requests.clear()
    for _ in range(4):
        chatting.poll(30)
    assert len(chatting.asked()) <= 4  # what is looked for this way adds no request


def test_it_is_shown_at_once_and_told_by_an_errand(alone: Alone) -> None:
    alone.chat()
    alone.acts.rate(Rating(1), alone.conversation.thread_id)
    alone.acts.send_transcript("ada@example.com")
    assert alone.conversation.rating == Rating(1)
    assert alone.conversation.transcript_email == "ada@example.com"
    assert alone.asked == []
    alone.errands.run()
    assert alone.asked == ["update_thread_properties"] * 2
