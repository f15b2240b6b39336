"""What the scripted agent shows on request."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from PIL import Image

from livechat.sandbox import Sandbox
from livechat.sandbox.bot import tricks
from livechat.sandbox.bot.tricks import NAMES, requested
from livechat.sandbox.world.model import Push
from tests.sandbox.actors import FIELD_TYPES, Agent, Customer, wait_for


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
        ("show me the shop", "shop"),
        ("products", "shop"),
        ("Show me a sticker…", "sticker"),
        ("stickers", "sticker"),
        ("region", "region"),
        ("file", "file"),
        ("some files", "file"),
        ("a form", "form"),
        ("formatting", "formatting"),
        ("thinking", "thinking"),
        ("the queue", "queue"),
        ("transfer", "transfer"),
        ("away!!!", "away"),
        ("edit", "edit"),
        ("Delete", "delete"),
        ("delete mine", "delete_mine"),
        ("delete my last message", "delete_mine"),
        ("show me an order", "order"),
        ("a greeting", "greeting"),
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


def test_products(customer: Customer, agent: Agent) -> None:
    (event,) = shown(customer, agent, "shop")
    assert event["template_id"] == "ecommerce"
    products = [element["ecommerce"] for element in event["elements"]]
    assert [p["view_type"] for p in products] == ["swatch", "tags", "images", "select"]
    assert any("addons" in product for product in products)
    options = [option for product in products for option in product["options"]]
    assert not all(option.get("available", True) for option in options)
    pictures = {option["image_url"] for option in options if "image_url" in option}
    for address in pictures:
        assert requests.get(address).headers["content-type"] == "image/png"
    assert len(pictures) == 3
    buttons = [button for element in event["elements"] for button in element["buttons"]]
    assert {button["type"] for button in buttons} == {"message", "copy", "webview"}


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


def test_an_answer_as_it_is_written(
    customer: Customer, agent: Agent, pushes: list[Push], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tricks, "THINKS_FOR", 0.01)
    monkeypatch.setattr(tricks, "WRITES_EVERY", 0.01)
    shown(customer, agent, "thinking")
    wait_for(lambda: len(customer.threads()[0]["events"]) == 3)
    _, event = customer.threads()[0]["events"][1:]
    (thinking,) = [p.payload for p in pushes if p.action == "incoming_thinking_indicator"]
    previews = [p.payload["event"] for p in pushes if p.action == "incoming_event_preview"]
    texts = [preview["text"] for preview in previews]
    assert len(texts) == len(event["text"].split())
    assert texts[-1] == event["text"]
    assert all(event["text"].startswith(text) for text in texts)
    assert {p["custom_id"] for p in (thinking, *previews)} == {event["custom_id"]}


def test_an_answer_that_is_written_ends_with_the_chat(
    customer: Customer, agent: Agent, pushes: list[Push], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tricks, "THINKS_FOR", 0.01)
    monkeypatch.setattr(tricks, "WRITES_EVERY", 0.05)
    shown(customer, agent, "thinking")
    wait_for(lambda: pushes[-1].action == "incoming_event_preview")
    agent.ok("deactivate_chat", id=customer.chat_id)
    agent.ok("resume_chat", chat={"id": customer.chat_id})
    agent.show(customer.chat_id, "thinking")
    wait_for(lambda: len(customer.threads()[1]["events"]) == 2)
    ended = next(place for place, push in enumerate(pushes) if push.action == "chat_deactivated")
    previews = [p.payload for p in pushes[ended:] if p.action == "incoming_event_preview"]
    assert {preview["thread_id"] for preview in previews} == {customer.threads()[1]["id"]}


def test_a_message_that_changes(customer: Customer, agent: Agent, pushes: list[Push]) -> None:
    (nothing,) = shown(customer, agent, "edit")
    agent.show(customer.chat_id, "edit")
    edited, said = customer.threads()[0]["events"][1:]
    assert edited == {**nothing, "text": f"{nothing['text']} (edited)"}
    assert said["text"] == "I have changed what I wrote before."
    (push,) = [push for push in pushes if push.action == "event_updated"]
    assert push.payload["event"] == edited


def test_messages_that_are_taken_back(customer: Customer, agent: Agent, pushes: list[Push]) -> None:
    (nothing,) = shown(customer, agent, "delete")
    agent.show(customer.chat_id, "delete")
    agent.show(customer.chat_id, "delete_mine")
    assert customer.texts() == [
        "I have taken back what I wrote before.",
        "Your last message is deleted.",
    ]
    deleted = [push.payload for push in pushes if push.action == "event_deleted"]
    assert deleted[0]["event_id"] == nothing["id"]
    assert len(deleted) == 2


def test_an_order_in_a_shop(customer: Customer, agent: Agent) -> None:
    cart, order, summary, said = shown(customer, agent, "order")
    names = {"id", "type", "source", "subtype", "version", "details", "created_at"}
    assert all(set(event) == names for event in (cart, order, summary))
    assert {(event["type"], len(event["id"])) for event in (cart, order, summary)} == {
        ("system", 36)
    }
    assert order["subtype"] == "store_order_was_created"
    assert json.loads(order["details"])["order"]["order_number"] == "1001"
    assert json.loads(cart["details"])["cart_lines"][0]["product"]["title"] == "Tulips"
    assert said["type"] == "message"


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


def test_another_region(customer: Customer, agent: Agent) -> None:
    chat_id, regions = customer.start("hello"), []
    for _ in range(3):
        agent.show(chat_id, "region")
        refusal = customer.call("list_chats", {}).json().get("error", {})
        regions.append(refusal.get("data", {}).get("region", "dal"))
    assert regions == ["fra", "us-south1", "dal"]
    said = customer.threads()[0]["events"][1:]
    assert [region in event["text"] for region, event in zip(regions, said, strict=True)] == (
        [True] * 3
    )


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


def test_a_greeting_comes_once_the_chat_is_closed(
    customer: Customer, agent: Agent, pushes: list[Push]
) -> None:
    events = shown(customer, agent, "greeting")
    assert [event["type"] for event in events] == ["message", "system_message"]
    assert customer.threads()[0]["active"] is False
    assert [push.action for push in pushes][-2:] == ["chat_deactivated", "incoming_greeting"]
    assert len(pushes[-1].payload["event"]["elements"][0]["buttons"]) == 3
