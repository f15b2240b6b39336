"""Events: what they must look like, and what becomes of them (3.4, 4.2, 4.3 and 4.9)."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.sandbox.world.sample_organization import FORMS
from tests.sandbox.actors import Agent, Customer

BUTTON = {"text": "Yes", "postback_id": "yes"}
CARDS = {
    "type": "rich_message",
    "template_id": "cards",
    "elements": [{"title": "T", "buttons": [BUTTON, {"text": "No", "postback_id": "no"}]}],
}
FIELDS: list[dict[str, Any]] = [
    {"type": "name", "id": "1", "label": "Name", "answer": "Ann"},
    {"type": "email", "id": "2", "label": "E-mail"},
    {"type": "radio", "id": "3", "label": "R", "answer": {"id": "0", "label": "a"}},
    {"type": "checkbox", "id": "4", "label": "C", "answers": [{"id": "0", "label": "a"}]},
    {
        "type": "group_chooser",
        "id": "5",
        "label": "G",
        "answer": {"id": "0", "label": "Sales", "group_id": 1},
    },
    {"type": "checkbox_for_email", "id": "6", "label": "Copy", "answer": True},
]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "text": "é" * 8192},
        {"type": "message", "text": "a", "recipients": "all", "custom_id": "c"},
        {"type": "message", "text": "a", "properties": {"chats": {"formatting": "commonmark"}}},
        {
            "type": "message",
            "text": "Yes",
            "postback": {"id": "p", "thread_id": "t", "event_id": "e", "type": "m", "value": "v"},
        },
        CARDS,
        {"type": "rich_message", "template_id": "sticker"},
        {"type": "form", "form_id": "f", "fields": [{"type": "name", "id": "1", "label": "N"}]},
        {"type": "filled_form", "form_id": "f", "fields": FIELDS, "recipients": "all"},
        {"type": "custom", "content": {"nested": {"json": [1, None]}}},
        {"type": "custom"},
        {"type": "system_message", "system_message_type": "mine", "text": "t", "text_vars": {}},
    ],
)
def test_events_that_are_right(customer: Customer, event: dict[str, Any]) -> None:
    chat_id = customer.start("hello")
    event_id = customer.ok("send_event", chat_id=chat_id, event=event)["event_id"]
    shown = customer.threads()[0]["events"][-1]
    assert shown["id"] == event_id
    assert ("author_id" in shown) == (event["type"] != "system_message")
    for name in ("type", "text", "custom_id", "postback", "properties", "content", "fields"):
        assert shown.get(name) == event.get(name)
    assert "recipients" not in shown
    assert "visibility" not in shown


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "text": "é" * 8192 + "!"},
        {"type": "message", "text": ""},
        {"type": "message", "text": "half a pair \ud800"},
        {"type": "message", "text": "a", "visibility": "all"},
        {"type": "message", "text": "a", "author_id": "x"},
        {"type": "message", "text": "a", "postback": {"id": "p"}},
        {
            "type": "message",
            "text": "Yes",
            "postback": {"id": "p", "thread_id": "t", "event_id": "e", "type": "m"},
        },
        {"type": "message", "text": "a", "properties": {"routing": {"continuous": "x"}}},
        {"type": "message", "text": "a", "properties": {"chats": {"formatting": "html"}}},
        {"type": "file", "url": "https://example.com/a.png"},
        {"type": "unknown"},
        {"type": ["message"], "text": "a"},
        {**CARDS, "template_id": "list"},
        {**CARDS, "elements": [{}] * 11},
        {**CARDS, "elements": [{"buttons": [BUTTON] * 14}]},
        {**CARDS, "elements": [{"buttons": [{**BUTTON, "type": "url"}]}]},
        {**CARDS, "elements": [{"buttons": [{**BUTTON, "value": "x"}]}]},
        {**CARDS, "elements": [{"buttons": [{**BUTTON, "type": "webview", "value": "x"}]}]},
        {**CARDS, "elements": [{"image": {"name": "x"}}]},
        {"type": "filled_form", "form_id": "f", "fields": [{"type": "name", "answer": "x"}]},
        {
            "type": "filled_form",
            "form_id": "f",
            "fields": [{"type": "radio", "id": "1", "label": "R", "answer": "x"}],
        },
        {"type": "filled_form", "fields": []},
        {"type": "custom", "content": "x"},
    ],
)
def test_events_that_are_wrong(customer: Customer, event: dict[str, Any]) -> None:
    chat_id = customer.start("hello")
    assert customer.error("send_event", chat_id=chat_id, event=event) == "validation"
    assert customer.texts() == ["hello"]


def test_an_initial_event_may_not_be_a_form(customer: Customer) -> None:
    form = {"type": "form", "form_id": "f", "fields": [{"type": "name", "id": "1", "label": "N"}]}
    assert customer.error("start_chat", chat={"thread": {"events": [form]}}) == "validation"
    assert customer.ok("list_chats")["total_chats"] == 0


def test_events_for_agents_stay_with_agents(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    form = {"type": "filled_form", "form_id": "f", "fields": FIELDS, "recipients": "agents"}
    customer.ok("send_event", chat_id=chat_id, event=form)
    agent.say(chat_id, "between us", visibility="agents")
    agent.say(chat_id, "hi")
    assert customer.texts() == ["hello", "hi"]
    events = agent.ok("get_chat", chat_id=chat_id)["thread"]["events"]
    assert [event["visibility"] for event in events] == ["all", "agents", "agents", "all"]


def filled(form_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "filled_form", "form_id": form_id, "fields": FIELDS, **more}


@pytest.mark.parametrize(
    ("event", "form_type"),
    [
        (filled(FORMS["prechat"]["id"]), "prechat"),
        (filled(FORMS["postchat"]["id"]), "postchat"),
        (filled("f", properties={"lc2": {"form_type": "prechat"}}), "prechat"),
        (filled("f"), None),
    ],
)
def test_a_filled_form_says_of_what_type_it_is(
    customer: Customer, event: dict[str, Any], form_type: str | None
) -> None:
    customer.ok("start_chat", chat={"thread": {"events": [event]}})
    customer.chat_id = customer.ok("list_chats")["chats_summary"][0]["id"]
    shown = customer.threads()[0]["events"][-1]
    assert shown.get("form_type") == form_type
    assert shown["fields"] == FIELDS
    assert shown.get("properties") == event.get("properties")


def test_the_type_of_a_form_is_one_of_two(customer: Customer) -> None:
    chat_id = customer.start("hello")
    event = filled("f", properties={"lc2": {"form_type": "ticket"}})
    assert customer.error("send_event", chat_id=chat_id, event=event) == "validation"


def test_a_form_can_be_filled_in_after_the_end(customer: Customer) -> None:
    chat_id = customer.start("hello")
    customer.ok("deactivate_chat", id=chat_id)
    late = {"chat_id": chat_id, "event": filled(FORMS["postchat"]["id"])}
    assert customer.error("send_event", **late) == "chat_inactive"
    event_id = customer.ok("send_event", **late, attach_to_last_thread=True)["event_id"]
    (thread,) = customer.threads()
    assert thread["active"] is False
    assert (thread["events"][-1]["id"], thread["events"][-1]["form_type"]) == (event_id, "postchat")


def test_buttons(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    event_id = agent.ok("send_event", chat_id=chat_id, event=CARDS)["event_id"]
    thread_id = customer.threads()[0]["id"]

    def press(postback_id: str, toggled: bool, event_id: str = event_id) -> str | None:
        return customer.error(
            "send_rich_message_postback",
            chat_id=chat_id,
            thread_id=thread_id,
            event_id=event_id,
            postback={"id": postback_id, "toggled": toggled},
        )

    def pressed() -> list[list[str]]:
        (element,) = customer.threads()[0]["events"][-1]["elements"]
        return [button["user_ids"] for button in element["buttons"]]

    assert pressed() == [[], []]
    assert press("yes", True) is None
    assert press("yes", True) is None
    assert pressed() == [[customer.id], []]
    assert press("yes", False) is None
    assert pressed() == [[], []]
    assert press("maybe", True) == "validation"
    assert press("yes", True, "unknown") == "not_found"
    assert press("yes", True, customer.threads()[0]["events"][0]["id"]) == "validation"


def test_sneak_peek(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")

    def peek() -> str | None:
        text: str | None = agent.control("peek", chat_id=chat_id).json().get("sneak_peek_text")
        return text

    for text in ("typ", "typing", ""):
        assert customer.ok("send_sneak_peek", chat_id=chat_id, sneak_peek_text=text) == {}
        assert peek() == text
    customer.ok("send_sneak_peek", chat_id=chat_id, sneak_peek_text="typ" * 10_000)
    assert len(peek() or "") == 16 * 1024
    customer.ok("deactivate_chat", id=chat_id)
    again = {"chat_id": chat_id, "sneak_peek_text": "typ"}
    assert customer.error("send_sneak_peek", **again) == "chat_inactive"
    assert peek() is None
    agent.ok("resume_chat", chat={"id": chat_id})
    assert peek() == ""
    assert Customer(agent.sandbox).error("send_sneak_peek", **again) == "not_found"
