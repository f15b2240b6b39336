"""What a visitor can do besides writing, against the sandbox: buttons, files, forms, ratings."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from livechat.api.structures.events import Event, File
from livechat.api.structures.forms import FilledForm, Form, Option, Rating
from livechat.api.structures.rich_messages import RichMessage
from livechat.chat.attachment import MAX_BYTES, Attachment
from livechat.chat.conversation import State
from livechat.chat.outgoing import Delivery, Problem
from livechat.sandbox import Sandbox
from livechat.visit import company as configuration
from livechat.visit.errands import Errand
from livechat.visit.visit import Customer
from tests.driver import CONFIGURATION, Page, ask_as_agent

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def receive(page: Page, **event: Any) -> Event:
    """The agent sends an event, and the page shows it."""
    sent = {"chat_id": page.visit.chat_id, "event": event}
    ask_as_agent(page.sandbox, "send_event", json=sent)
    page.poll()
    return page.visit.conversation.transcript.timeline[-1]


def payloads(page: Page, action: str) -> list[dict[str, Any]]:
    return [r.payload for r in page.sandbox.requests if r.action == action and r.api != "agent"]


def bodies(page: Page) -> list[object]:
    return [e.body for e in page.visit.conversation.transcript.timeline if e.body]


# Rich messages


def buttons(*buttons: dict[str, Any], template: str = "cards") -> dict[str, Any]:
    return {
        "type": "rich_message",
        "template_id": template,
        "elements": [{"title": "Which one?", "buttons": list(buttons)}],
    }


YES = {"text": "Yes", "postback_id": "yes", "type": "message", "value": "yes!"}
LIKE = {"text": "Like", "postback_id": "like"}
SITE = {"text": "Site", "postback_id": "site", "type": "url", "value": "https://example.com"}


def pressed(page: Page, event: Event) -> list[bool]:
    """Whether each button is pressed, as another page of the same visitor sees it."""
    again = Page(page.sandbox, page.visit.identity)
    found = next(e for e in again.visit.conversation.transcript.timeline if e.id == event.id)
    assert isinstance(found.body, RichMessage)
    shown = found.body.elements[0].buttons
    return [again.visit.conversation.is_pressed(found, button) for button in shown]


def test_a_message_button_sends_a_postback_and_says_its_text(chatting: Page) -> None:
    event = receive(chatting, **buttons(YES, LIKE))
    assert chatting.visit.conversation.wants_reply(event)
    chatting.visit.press(event.id, "yes")
    assert not chatting.visit.conversation.wants_reply(event)
    chatting.run()
    (postback,) = payloads(chatting, "send_rich_message_postback")
    assert postback["postback"] == {"id": "yes", "toggled": True}
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


# Files


def a_file(name: str = "notes.txt", content: bytes = b"notes") -> Attachment:
    return Attachment(name, "text/plain", content)


@pytest.mark.parametrize("state", [State.NONE, State.ACTIVE, State.CLOSED])
def test_a_text_and_its_files_arrive_in_order(page: Page, state: State) -> None:
    if state is not State.NONE:
        page.say("Before")
    if state is State.CLOSED:
        page.visit.end()
        page.run()
    page.visit.say("Look", [a_file(), Attachment("a.png", "image/png", PNG)])
    assert [m.text for m in page.visit.conversation.outbox][-3:] == ["Look", "", ""]
    page.run()
    page.poll()
    assert page.undelivered == []
    arrived = [
        e for e in page.visit.conversation.transcript.timeline if e.type in ("message", "file")
    ][-3:]
    assert arrived[0].text == "Look"
    files = [e.body for e in arrived[1:]]
    assert all(isinstance(file, File) for file in files)
    assert [file.name for file in files] == ["notes.txt", "a.png"]  # type: ignore[union-attr]
    assert files[1].thumbnail_url  # type: ignore[union-attr]
    assert requests.get(files[0].url, timeout=5).content == b"notes"  # type: ignore[union-attr]


def test_a_file_alone_starts_a_chat(page: Page) -> None:
    page.visit.say("", [a_file()])
    page.run()
    page.poll()
    assert page.asked().count("start_chat") == 1
    assert [type(body) for body in bodies(page)] == [File]


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (a_file(content=bytes(MAX_BYTES + 1)), Problem.FILE_TOO_LARGE),
        (a_file("setup.EXE"), Problem.FILE_EXECUTABLE),
        (a_file("holiday.jpg", b"MZ\x90"), Problem.FILE_EXECUTABLE),
    ],
)
def test_a_file_that_livechat_would_not_take_is_not_even_uploaded(
    chatting: Page, file: Attachment, problem: Problem
) -> None:
    chatting.visit.say("Look", [file])
    chatting.run()
    chatting.poll()
    assert chatting.texts[-1] == "Look"
    assert chatting.undelivered == [("", Delivery.FAILED, problem)]
    chatting.visit.retry(chatting.visit.conversation.outbox[0].custom_id)
    chatting.run()
    assert chatting.undelivered == [("", Delivery.FAILED, problem)]
    assert "upload_file" not in chatting.asked()


@pytest.mark.parametrize(
    ("action", "error", "problem"),
    [
        ("customer/upload_file", "entity_too_large", Problem.FILE_TOO_LARGE),
        ("customer/upload_file", "validation", Problem.FILE_REFUSED),
        ("customer/send_event", "validation", Problem.FILE_REFUSED),
    ],
)
def test_a_refused_file_is_kept_and_uploaded_anew(
    chatting: Page, action: str, error: str, problem: Problem
) -> None:
    chatting.sandbox.faults.add(action, error=error)
    chatting.visit.say("", [a_file()])
    chatting.run()
    assert chatting.undelivered == [("", Delivery.FAILED, problem)]
    if problem is Problem.FILE_TOO_LARGE:
        return
    chatting.visit.retry(chatting.visit.conversation.outbox[0].custom_id)
    chatting.run()
    chatting.poll()
    assert chatting.undelivered == []
    assert [type(body) for body in bodies(chatting)] == [File]


@pytest.mark.parametrize("fault", [{"lose_answer": True}, {"status": 500}, {"truncate": True}])
@pytest.mark.parametrize("action", ["customer/upload_file", "customer/send_event"])
def test_a_file_is_sent_once_whatever_answer_is_lost(
    chatting: Page, action: str, fault: dict[str, Any]
) -> None:
    chatting.sandbox.faults.add(action, **fault)
    chatting.visit.say("", [a_file()])
    chatting.run()
    chatting.poll(60)
    chatting.poll()
    assert chatting.undelivered == []
    assert [type(body) for body in bodies(chatting)] == [File]
    uploads = chatting.asked().count("upload_file")
    assert uploads == (2 if action == "customer/upload_file" else 1)


# Forms

NAME_AND_EMAIL = {"167000000000000011": "Ada", "167000000000000012": "ada@example.com"}
SALES = Option("1", "Sales", 1)


def asked_first(sandbox: Sandbox) -> tuple[Page, Form]:
    sandbox.default.enabled_forms = {"prechat"}
    page = Page(sandbox)
    form = page.visit.glance().asks_first
    assert form is not None
    return page, form


def test_the_prechat_form_goes_with_the_first_message(sandbox: Sandbox) -> None:
    page, form = asked_first(sandbox)
    page.visit.fill_in_first(form, {**NAME_AND_EMAIL, "167000000000000013": SALES})
    page.run()
    assert page.visit.glance().asks_first is None
    assert "start_chat" not in page.asked()
    page.say("Hello")
    (sent,) = payloads(page, "start_chat")
    first, second = sent["chat"]["thread"]["events"]
    assert (first["type"], first["form_id"]) == ("filled_form", form.id)
    assert first["properties"] == {"lc2": {"form_type": "prechat"}}
    assert second["text"] == "Hello"
    assert sent["chat"]["access"] == {"group_ids": [1]}
    page.poll()
    filled = bodies(page)[0]
    assert isinstance(filled, FilledForm)
    assert ("Name:", "Ada") in filled.answers
    assert page.texts == ["Hello"]
    assert page.undelivered == []
    (customer,) = payloads(page, "update_customer")
    assert customer == {"name": "Ada", "email": "ada@example.com"}


def test_a_message_waits_for_the_prechat_form(sandbox: Sandbox) -> None:
    page, form = asked_first(sandbox)
    page.say("Hello")
    page.say("Anybody?")
    page.poll()
    assert [text for text, *_ in page.undelivered] == ["Hello", "Anybody?"]
    assert "start_chat" not in page.asked()
    page.visit.fill_in_first(form, NAME_AND_EMAIL)
    page.run()
    page.poll()
    assert page.texts == ["Hello", "Anybody?"]
    assert page.asked().count("start_chat") == 1


@pytest.mark.parametrize("fault", [{"lose_answer": True}, {"status": 500}])
def test_the_prechat_form_and_the_message_arrive_once(
    sandbox: Sandbox, fault: dict[str, Any]
) -> None:
    page, form = asked_first(sandbox)
    sandbox.faults.add("customer/start_chat", **fault)
    page.visit.fill_in_first(form, NAME_AND_EMAIL)
    page.say("Hello")
    page.poll(60)
    page.poll()
    assert page.texts == ["Hello"]
    assert [type(body) for body in bodies(page)] == [FilledForm]


def test_who_has_a_chat_is_not_asked_again(sandbox: Sandbox) -> None:
    page = Page(sandbox)
    page.say("Hello")
    sandbox.default.enabled_forms = {"prechat"}
    configuration.shared.cache_clear()
    again = Page(sandbox, page.visit.identity)
    assert again.visit.glance().asks_first is None


FORM = {
    "type": "form",
    "form_id": "contact",
    "fields": [
        {"type": "email", "id": "1", "label": "Your e-mail", "required": True},
        {
            "type": "checkbox",
            "id": "2",
            "label": "Colours",
            "options": [{"id": "r", "label": "red"}, {"id": "g", "label": "green"}],
        },
    ],
}


def test_a_form_in_the_chat_is_answered_once(chatting: Page) -> None:
    event = receive(chatting, **FORM)
    form = event.body
    assert isinstance(form, Form)
    assert chatting.visit.conversation.wants_filling(event)
    answers = {"1": "ada@example.com", "2": (Option("g", "green"), Option("r", "red"))}
    chatting.visit.fill_in(form, answers)
    assert not chatting.visit.conversation.wants_filling(event)
    chatting.run()
    chatting.poll()
    filled = bodies(chatting)[-1]
    assert isinstance(filled, FilledForm)
    assert filled.answers == (("Your e-mail", "ada@example.com"), ("Colours", "green, red"))
    assert not chatting.visit.conversation.wants_filling(event)
    again = receive(chatting, **FORM)
    assert chatting.visit.conversation.wants_filling(again)
    assert not chatting.visit.conversation.wants_filling(event) or again.id != event.id


def test_a_form_of_a_closed_chat_cannot_be_answered(chatting: Page) -> None:
    event = receive(chatting, **FORM)
    chatting.visit.end()
    chatting.run()
    assert not chatting.visit.conversation.wants_filling(event)


def test_the_postchat_form_comes_after_the_end_and_goes_into_that_thread(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"postchat"}
    page = Page(sandbox)
    page.say("Hello")
    assert page.visit.glance().asks_afterwards is None
    page.visit.end()
    page.run()
    form = page.visit.glance().asks_afterwards
    assert form is not None
    thread_id = page.visit.thread_id
    rating = Rating(1, "Quick")
    page.visit.fill_in_afterwards(form, {"167000000000000021": rating, "167000000000000022": "Ok"})
    assert page.visit.glance().asks_afterwards is None
    page.run()
    (sent,) = payloads(page, "send_event")
    assert sent["attach_to_last_thread"] is True
    assert sent["event"]["properties"] == {"lc2": {"form_type": "postchat"}}
    page.poll(30)
    assert page.undelivered == []
    assert page.visit.conversation.state is State.CLOSED
    assert page.visit.thread_id == thread_id
    again = Page(sandbox, page.visit.identity)
    assert again.visit.conversation.rating == rating
    assert again.visit.glance().asks_afterwards is None


def test_the_postchat_form_comes_though_nothing_can_be_marked_as_seen(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"postchat"}
    sandbox.faults.add("customer/mark_events_as_seen", times=1000, status=500)
    page = Page(sandbox)
    page.say("Hello")
    page.hear("Hi")
    page.poll()
    page.agent.end(page.visit.chat_id or "")
    page.poll(60)
    assert page.visit.glance().asks_afterwards


def test_a_skipped_postchat_form_stays_away_until_the_next_end(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"postchat"}
    page = Page(sandbox)
    for _ in range(2):
        page.say("Hello")
        page.visit.end()
        page.run()
        assert page.visit.glance().asks_afterwards
        page.visit.skip_form()
        assert page.visit.glance().asks_afterwards is None


@pytest.mark.parametrize("state", [State.NONE, State.CLOSED])
def test_a_ticket_is_left_while_nobody_is_there(sandbox: Sandbox, state: State) -> None:
    sandbox.default.enabled_forms = {"ticket"}
    page = Page(sandbox)
    if state is State.CLOSED:
        page.say("Hello")
        page.visit.end()
        page.run()
    page.agent.accept_chats(False)
    page.visit.expect_news()
    page.poll()
    page.poll()
    company = page.visit.glance().configuration
    assert company is not None
    assert company.online is False
    assert company.ticket is not None
    answers = {"2": "ada@example.com", "4": "Please write back"}
    page.visit.leave_ticket(company.ticket, answers)
    page.run()
    sent = payloads(page, "start_chat" if state is State.NONE else "resume_chat")[-1]
    assert sent["active"] is False
    assert sent["chat"]["thread"]["properties"] == {"routing": {"offline_message": True}}
    page.poll(30)
    assert page.undelivered == []
    assert page.visit.conversation.state is State.CLOSED
    assert isinstance(bodies(page)[-1], FilledForm)


# Rating, transcript, customer


def test_a_rating_is_given_changed_and_taken_back(chatting: Page) -> None:
    def known() -> Rating | None:
        return Page(chatting.sandbox, chatting.visit.identity).visit.conversation.rating

    for rating in (Rating(1), Rating(1, "Nice"), Rating(0, "Nice"), None, Rating(0, "Hm")):
        chatting.visit.rate(rating)
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
        chatting.visit.rate(Rating(1))
        chatting.run()
    assert chatting.asked().count("update_thread_properties") == 1


def test_a_refused_rating_is_not_shown_as_given(chatting: Page) -> None:
    chatting.sandbox.faults.add("customer/update_thread_properties", error="validation")
    chatting.visit.rate(Rating(1))
    chatting.run()
    assert chatting.visit.conversation.rating is None
    assert chatting.visit.glance().refused is Errand.RATE
    chatting.visit.rate(Rating(1))
    assert chatting.visit.glance().refused is None


def test_nothing_is_rated_without_a_chat(page: Page) -> None:
    page.visit.rate(Rating(1))
    page.visit.send_transcript("ada@example.com")
    page.run()
    assert not {"update_thread_properties", "delete_thread_properties"} & set(page.asked())


def test_the_transcript_is_asked_for_by_mail(chatting: Page) -> None:
    chatting.visit.send_transcript("ada@example.com")
    assert chatting.visit.conversation.transcript_email == "ada@example.com"
    chatting.run()
    again = Page(chatting.sandbox, chatting.visit.identity)
    assert again.visit.conversation.transcript_email == "ada@example.com"


def test_the_customer_is_looked_up_and_introduced(page: Page) -> None:
    page.visit.look_up_customer()
    page.run()
    assert page.visit.glance().customer == Customer()
    page.visit.introduce("Ada", "ada@example.com")
    assert page.visit.glance().customer == Customer("Ada", "ada@example.com")
    page.run()
    again = Page(page.sandbox, page.visit.identity)
    again.visit.look_up_customer()
    again.run()
    assert again.visit.glance().customer == Customer("Ada", "ada@example.com")


def test_refused_details_and_transcripts_are_not_shown_as_taken(chatting: Page) -> None:
    chatting.visit.introduce("Ada", None)
    chatting.run()
    chatting.sandbox.faults.add("customer/update_customer", error="validation")
    chatting.visit.introduce("Bob", "x")
    chatting.run()
    assert chatting.visit.glance().customer == Customer("Ada")
    assert chatting.visit.glance().refused is Errand.INTRODUCE
    chatting.sandbox.faults.add("customer/update_thread_properties", error="validation")
    chatting.visit.send_transcript("x")
    chatting.run()
    assert chatting.visit.conversation.transcript_email is None
    assert chatting.visit.glance().refused is Errand.SEND_TRANSCRIPT


@pytest.mark.parametrize("fault", [{"status": 500}, {"body": "<html>"}, {"lose_answer": True}])
def test_what_cannot_be_done_besides_messages_holds_up_nothing(
    chatting: Page, fault: dict[str, Any]
) -> None:
    chatting.sandbox.faults.add("customer/update_customer", times=1000, **fault)
    chatting.visit.introduce("Ada", None)
    chatting.say("Do you hear me?")
    assert chatting.undelivered == [("Do you hear me?", Delivery.SENT, None)]
    chatting.hear("Yes")
    for _ in range(3):
        chatting.poll(30)
    assert chatting.texts[-2:] == ["Do you hear me?", "Yes"]
    assert chatting.visit.glance().refused is Errand.INTRODUCE
    since = len(chatting.sandbox.requests)
    chatting.poll(30)
    assert "update_customer" not in chatting.asked(since)


def test_session_fields_are_told_once(sandbox: Sandbox) -> None:
    page = Page(sandbox, session_fields={"plan": "gold", "order": "7"})
    page.poll(30)
    (told,) = payloads(page, "set_customer_session_fields")
    assert told == {"session_fields": [{"plan": "gold"}, {"order": "7"}]}


def test_refused_session_fields_disturb_nobody(sandbox: Sandbox) -> None:
    sandbox.faults.add("customer/set_customer_session_fields", error="validation")
    page = Page(sandbox, session_fields={"plan": "gold"})
    page.say("Hello")
    page.poll()
    assert page.texts == ["Hello"]


# What all visitors see alike


def test_the_configuration_is_read_once_for_all_visitors(sandbox: Sandbox) -> None:
    first = Page(sandbox)
    assert set(first.asked(about_all=True)) >= CONFIGURATION
    since = len(sandbox.requests)
    second = Page(sandbox)
    assert not CONFIGURATION & set(second.asked(since, about_all=True))
    assert second.visit.glance().configuration is first.visit.glance().configuration


def test_only_what_has_changed_is_read_again(page: Page) -> None:
    page.sandbox.requests.clear()
    page.visit.expect_news()
    page.poll()
    assert page.asked(about_all=True) == ["get_dynamic_configuration", "list_chats"]
    page.sandbox.default.enabled_forms = {"ticket"}
    page.visit.expect_news()
    page.poll()
    assert set(page.asked(about_all=True)) >= CONFIGURATION
    assert page.visit.glance().configuration.ticket  # type: ignore[union-attr]


@pytest.mark.parametrize("action", sorted(CONFIGURATION))
@pytest.mark.parametrize(
    "fault",
    [
        {"error": "validation"},
        {"error": "something_new"},
        {"status": 500},
        {"body": "<html>"},
        {"body": "[]"},
        {"rewrite": lambda answer: dict.fromkeys(answer, 7)},
    ],
)
def test_a_chat_goes_on_without_its_configuration(
    sandbox: Sandbox, action: str, fault: dict[str, Any]
) -> None:
    sandbox.faults.add(action, times=20, **fault)
    page = Page(sandbox)
    page.say("Hello")
    page.hear("Hi")
    page.poll()
    assert page.texts == ["Hello", "Hi"]


@pytest.mark.parametrize(
    ("group_id", "online", "expected"),
    [
        (None, None, False),
        (None, [], False),
        (None, [2], True),
        (1, [2], False),
        (2, [1, 2], True),
        (None, "all", False),
    ],
)
def test_who_is_online(
    sandbox: Sandbox, group_id: int | None, online: object, expected: bool
) -> None:
    def answer(answer: dict[str, Any]) -> dict[str, Any]:
        answer.pop("online_group_ids")
        return answer if online is None else {**answer, "online_group_ids": online}

    sandbox.faults.add("get_dynamic_configuration", rewrite=answer)
    page = Page(sandbox, group_id=group_id)
    assert page.visit.glance().configuration.online is expected  # type: ignore[union-attr]


# On the screen or not


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
    assert chatting.visit.glance().unseen == 0
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


def after_six_threads(page: Page) -> Page:
    """The page of a visitor who comes back after 120 messages."""
    for number in range(6):
        for message in range(20):
            page.visit.say(f"{number}.{message}")
        page.run()
        page.visit.end()
        page.run()
    return Page(page.sandbox, page.visit.identity)


def test_everything_is_read_for_a_transcript(page: Page) -> None:
    again = after_six_threads(page)
    assert len(again.texts) < 120
    again.visit.read_everything()
    assert len(again.texts) == 120


def test_a_transcript_holds_what_could_be_read(page: Page) -> None:
    again = after_six_threads(page)
    before = again.texts
    again.sandbox.faults.add("customer/list_threads", times=9, status=503)
    assert again.visit.read_everything() is again.visit.conversation
    assert again.texts == before
