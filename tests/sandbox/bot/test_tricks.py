"""What the scripted agent shows on request."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from PIL import Image

from livechat.sandbox import Sandbox
from livechat.sandbox.bot.tricks import NAMES, requested
from livechat.sandbox.world.model import Push
from tests.sandbox.actors import FIELD_TYPES, Agent, Customer


@pytest.fixture
def pushes(sandbox: Sandbox) -> Iterator[list[Push]]:
    heard: list[Push] = []
    listeners = sandbox.default.listeners
    listeners.append(heard.append)
    yield heard
    listeners.remove(heard.append)


def shown(customer: Customer, agent: Agent, what: str) -> list[dict[str, Any]]:
    """The events that showing something has added to a new chat."""
    chat_id = customer.start("hello")
    agent.show(chat_id, what)
    events: list[dict[str, Any]] = customer.threads()[0]["events"][1:]
    return events


def present(customer: Customer) -> set[str]:
    users = customer.ok("get_chat", chat_id=customer.chat_id)["users"]
    return {user["name"] for user in users if user["type"] == "agent" and user["present"]}


def status(customer: Customer) -> str:
    statuses = customer.ok("list_group_statuses", group_ids=[0])["groups_status"]
    return str(statuses["0"])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("help", "help"),
        (" HELP! ", "help"),
        ("card", "cards"),
        ("Show me the cards.", "cards"),
        ("show cards", "cards"),
        ("quick replies", "quick_replies"),
        ("Quick reply?", "quick_replies"),
        ("replies", "quick_replies"),
        ("Show me a sticker…", "sticker"),
        ("stickers", "sticker"),
        ("file", "file"),
        ("some files", "file"),
        ("a form", "form"),
        ("formatting", "formatting"),
        ("the queue", "queue"),
        ("transfer", "transfer"),
        ("away!!!", "away"),
        ("", None),
        ("...", None),
        ("help me", None),
        ("my file is broken", None),
        ("go away", None),
        ("helps", None),
        ("show me " * 1000, None),
    ],
)
def test_what_a_message_asks_for(text: str, name: str | None) -> None:
    assert requested(text) == name
    assert name is None or name in NAMES


def test_help_names_everything(customer: Customer, agent: Agent) -> None:
    (event,) = shown(customer, agent, "help")
    assert event["properties"] == {"chats": {"formatting": "commonmark"}}
    bold = [line.split("**")[1] for line in event["text"].splitlines() if line.startswith("- **")]
    assert {requested(word) for word in bold} == set(NAMES)


def test_formatted_text(customer: Customer, agent: Agent) -> None:
    (event,) = shown(customer, agent, "formatting")
    assert event["properties"] == {"chats": {"formatting": "commonmark"}}
    for markup in ("# ", "**", " *", "1. ", "](https://", "```", "![", "<script>"):
        assert markup in event["text"]


def test_cards(customer: Customer, agent: Agent) -> None:
    (event,) = shown(customer, agent, "cards")
    assert (event["type"], event["template_id"]) == ("rich_message", "cards")
    assert len(event["elements"]) == 3
    buttons = [button for element in event["elements"] for button in element["buttons"]]
    types = {button.get("type") for button in buttons}
    assert types == {"message", "url", "phone", "webview", "cancel", None}
    assert len({button["postback_id"] for button in buttons}) == len(buttons)
    bare = [element for element in event["elements"] if set(element) == {"title", "buttons"}]
    assert len(bare) == 1
    customer.sandbox.clock.advance(86_401)
    images = [element["image"] for element in event["elements"] if "image" in element]
    for image in images:
        data = requests.get(image["url"]).content
        assert len(data) == image["size"]
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.size == (image["width"], image["height"])
    assert len(images) == 2


def test_quick_replies_and_a_sticker(customer: Customer, agent: Agent) -> None:
    (event,) = shown(customer, agent, "quick_replies")
    (element,) = event["elements"]
    assert event["template_id"] == "quick_replies"
    assert {button["type"] for button in element["buttons"]} == {"message"}
    assert all(requested(button["text"]) for button in element["buttons"])
    agent.show(customer.chat_id, "sticker")
    event = customer.threads()[0]["events"][-1]
    (element,) = event["elements"]
    assert (event["template_id"], set(element)) == ("sticker", {"image"})
    assert requests.get(element["image"]["url"]).headers["content-type"] == "image/png"


def test_files(customer: Customer, agent: Agent) -> None:
    picture, document = shown(customer, agent, "file")
    assert picture["alternative_text"]
    assert requests.get(picture["thumbnail_url"]).status_code == 200
    assert (document["type"], document["content_type"]) == ("file", "text/plain")
    assert "thumbnail_url" not in document
    assert b"Monday" in requests.get(document["url"]).content


def test_a_form_with_every_kind_of_field_can_be_filled_in(customer: Customer, agent: Agent) -> None:
    (event,) = shown(customer, agent, "form")
    assert {field["type"] for field in event["fields"]} == FIELD_TYPES
    assert len({field["id"] for field in event["fields"]}) == len(FIELD_TYPES)
    fields = []
    for field in event["fields"]:
        if field["type"] == "header":
            continue
        answer: dict[str, Any] = {"answer": "something"}
        if field["type"] == "checkbox":
            answer = {"answers": field["options"]}
        elif "options" in field:
            answer = {"answer": field["options"][0]}
        elif field["type"] == "checkbox_for_email":
            answer = {"answer": True}
        fields.append({name: field[name] for name in ("type", "id", "label")} | answer)
    filled = {"type": "filled_form", "form_id": event["form_id"], "fields": fields}
    customer.ok("send_event", chat_id=customer.chat_id, event=filled)
    assert customer.threads()[0]["events"][-1]["fields"] == fields


def test_the_queue(customer: Customer, agent: Agent, pushes: list[Push]) -> None:
    events = shown(customer, agent, "queue")
    assert [event["type"] for event in events] == ["message", "system_message"]
    assert present(customer) == set()
    # Nobody has room: who comes now waits, too.
    other = Customer(customer.sandbox)
    assert status(other) == "online_for_queue"
    other.start("hello")
    waits = []
    for position in (3, 2, 1):
        queue = customer.threads()[0]["queue"]
        waits.append(queue["wait_time"])
        assert queue["position"] == position
        assert other.threads()[0]["queue"]["position"] == position + 1
        customer.sandbox.clock.advance(5)
    assert waits == sorted(waits, reverse=True)
    (thread,) = customer.threads()
    assert "queue" not in thread
    assert "Thank you for waiting" in thread["events"][-1]["text"]
    assert present(customer) == {"Kate Novak"}
    assert status(customer) == "online"
    assert len(other.texts()) == 1
    moves = [push.payload for push in pushes if push.action == "queue_position_updated"]
    own = [move["queue"]["position"] for move in moves if move["chat_id"] == customer.chat_id]
    assert own == [2, 1]


def test_the_queue_with_nobody_there(customer: Customer, agent: Agent) -> None:
    agent.ok("set_routing_status", status="not_accepting_chats")
    customer.start("anybody?", continuous=True)
    agent.show(customer.chat_id, "queue")
    customer.sandbox.clock.advance(60)
    (thread,) = customer.threads()
    assert (thread["active"], "queue" in thread) == (True, False)
    agent.ok("set_routing_status", status="accepting_chats")
    assert "Thank you for waiting" in customer.texts()[-1]


def test_the_end_of_a_chat_in_the_queue(customer: Customer, agent: Agent) -> None:
    shown(customer, agent, "queue")
    customer.ok("deactivate_chat", id=customer.chat_id)
    customer.ok("resume_chat", chat={"id": customer.chat_id})
    assert customer.threads()[-1]["queue"]["position"] == 3
    customer.sandbox.clock.advance(15)
    assert present(customer) == {"Kate Novak"}
    assert customer.threads()[-1]["events"] == []


@pytest.mark.parametrize("group_id", [0, 1, 2])
def test_a_transfer_there_and_back(customer: Customer, agent: Agent, group_id: int) -> None:
    chat = {"access": {"group_ids": [group_id]}}
    customer.chat_id = customer.ok("start_chat", chat=chat)["chat_id"]
    agent.show(customer.chat_id, "transfer")
    farewell, message, hello = customer.threads()[0]["events"]
    assert message["text"] == "Kate Novak transferred the chat to Tom Reyes"
    assert hello["text"].startswith("Hello, Tom here.")
    assert farewell["author_id"] != hello["author_id"]
    assert present(customer) == {"Tom Reyes"}
    agent.show(customer.chat_id, "transfer")
    assert customer.texts()[-1].startswith("Hello, Kate here.")
    assert present(customer) == {"Kate Novak"}


def test_away_and_back_after_a_minute(customer: Customer, agent: Agent) -> None:
    events = shown(customer, agent, "away")
    assert events[-1]["system_message_type"] == "manual_archived_agent"
    assert customer.threads()[0]["active"] is False
    assert status(customer) == "offline"
    assert customer.error("resume_chat", chat={"id": customer.chat_id}) == "groups_offline"
    customer.ok("resume_chat", chat={"id": customer.chat_id}, continuous=True)
    customer.sandbox.clock.advance(59)
    assert status(customer) == "offline"
    customer.sandbox.clock.advance(2)
    assert status(customer) == "online"
    assert "online_group_ids" in customer.get("get_dynamic_configuration").json()
    assert present(customer) == {"Kate Novak"}


def test_the_configuration_alone_sees_them_back(customer: Customer, agent: Agent) -> None:
    shown(customer, agent, "away")
    assert "online_group_ids" not in customer.get("get_dynamic_configuration").json()
    customer.sandbox.clock.advance(61)
    assert "online_group_ids" in customer.get("get_dynamic_configuration").json()


def test_away_until_somebody_decides(customer: Customer, agent: Agent) -> None:
    shown(customer, agent, "away")
    agent.ok("set_routing_status", status="accepting_chats")
    assert status(customer) == "online"
    agent.ok("set_routing_status", status="not_accepting_chats")
    customer.sandbox.clock.advance(120)
    assert status(customer) == "offline"


def test_away_while_nobody_is_there_is_for_a_minute_too(customer: Customer, agent: Agent) -> None:
    agent.ok("set_routing_status", status="not_accepting_chats")
    customer.start("anybody?", continuous=True)
    agent.show(customer.chat_id, "away")
    customer.sandbox.clock.advance(61)
    assert status(customer) == "online"
    tom = customer.organization.agents[agent.colleague]
    assert tom.routing_status == "not_accepting_chats"
