"""Greetings: who is shown which, where, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.sandbox.world.model import Target
from livechat.sandbox.world.sample_organization import GREETINGS
from tests.sandbox.actors import Customer
from tests.sandbox.rtm_socket import Open, Socket

SHOP = {"url": "https://example.com/shop", "title": "Our shop"}


def greetings(socket: Socket) -> list[dict[str, Any]]:
    return [push["payload"] for push in socket.heard() if push["action"] == "incoming_greeting"]


@pytest.mark.parametrize("what", GREETINGS)
def test_each_is_shown_by_command(socket: Socket, what: str) -> None:
    customer = socket.customer
    id, unique_id = customer.sandbox.greet(customer.organization, customer.id, what)
    (shown,) = greetings(socket)
    assert (shown["id"], shown["unique_id"]) == (id, unique_id)
    assert shown["displayed_first_time"] is True
    assert shown["event"]["type"] == GREETINGS[what]["type"]
    assert shown["event"]["author_id"] == shown["agent"]["id"]
    for element in shown["event"].get("elements", []):
        assert all(button["button_id"] for button in element["buttons"])


def test_one_is_shown_on_the_page_that_it_targets_once(
    customer: Customer, open_socket: Open
) -> None:
    customer.organization.targets = [
        Target("buttons", url="/shop", title="shop"),
        Target("message", url="/plans"),
    ]
    elsewhere = {"url": "https://example.com/plan", "title": "Our shop"}
    socket = open_socket()
    assert "greeting" not in socket.login(customer_page=elsewhere)
    socket.ok("update_customer_page", url=SHOP["url"])
    assert greetings(socket) == []
    socket.ok("update_customer_page", **SHOP)
    (shown,) = greetings(socket)
    assert shown["event"]["type"] == "rich_message"
    socket.ok("update_customer_page", **SHOP)
    assert greetings(socket) == []
    # At a login it is in the answer, as long as it is there.
    told = open_socket().login(customer_page=SHOP)["greeting"]
    assert (told["unique_id"], told["displayed_first_time"]) == (shown["unique_id"], False)
    told = open_socket().login(customer_page={"url": "https://example.com/plans"})["greeting"]
    assert (told["event"]["type"], told["displayed_first_time"]) == ("message", True)


def test_none_is_shown_in_an_open_chat(customer: Customer, socket: Socket) -> None:
    customer.organization.targets = [Target("message")]
    customer.start("hello")
    socket.ok("update_customer_page", **SHOP)
    assert greetings(socket) == []
    customer.ok("deactivate_chat", id=customer.chat_id)
    socket.ok("update_customer_page", **SHOP)
    assert len(greetings(socket)) == 1


@pytest.mark.parametrize("resumes", [False, True])
def test_a_thread_that_names_it_begins_with_it(customer: Customer, resumes: bool) -> None:
    if resumes:
        chat_id = customer.start("hello")
        customer.ok("deactivate_chat", id=chat_id)
    id, unique_id = customer.sandbox.greet(customer.organization, customer.id, "buttons")
    names = {"greeting_id": id, "greeting_unique_id": unique_id}
    said = [{"type": "message", "text": "Yes please"}]
    chat: dict[str, Any] = {"thread": {"events": said, "properties": {"lc2": names}}}
    if resumes:
        answer = customer.ok("resume_chat", chat={"id": chat_id, **chat})
    else:
        answer = customer.ok("start_chat", chat=chat)
        customer.chat_id = answer["chat_id"]
    thread = customer.threads()[-1]
    greeting, own = thread["events"]
    assert thread["properties"]["lc2"] == greeting["properties"]["lc2"] == names
    assert answer["event_ids"] == [own["id"]]
    users = customer.ok("get_chat", chat_id=customer.chat_id)["users"]
    assert greeting["author_id"] in [user["id"] for user in users]
    buttons = greeting["elements"][0]["buttons"]
    assert [button["user_ids"] for button in buttons] == [[], [], []]
    assert "button_id" not in buttons[0]


def test_a_thread_that_names_another_one_is_just_opened(customer: Customer) -> None:
    properties = {"lc2": {"greeting_id": 1, "greeting_unique_id": "unknown"}}
    customer.sandbox.greet(customer.organization, customer.id)
    chat = {"thread": {"properties": properties}}
    customer.chat_id = customer.ok("start_chat", chat=chat)["chat_id"]
    assert customer.threads()[0]["events"] == []


@pytest.fixture
def newest(open_socket: Open) -> Socket:
    socket = open_socket(version="3.6")
    socket.login()
    return socket


def test_a_click_is_for_a_button_of_the_greeting_from_v36_on(
    newest: Socket, socket: Socket
) -> None:
    customer = newest.customer
    _, unique_id = customer.sandbox.greet(customer.organization, customer.id, "buttons")
    click = {"greeting_unique_id": unique_id, "button_id": "2-not_now"}
    newest.ok("send_greeting_button_clicked", **click)
    assert customer.organization.customers[customer.id].greeting.clicked == ["2-not_now"]
    wrong = {**click, "button_id": "2-unknown"}
    assert newest.error("send_greeting_button_clicked", wrong) == "validation"
    wrong = {**click, "greeting_unique_id": "unknown"}
    assert newest.error("send_greeting_button_clicked", wrong) == "greeting_not_found"
    assert socket.error("send_greeting_button_clicked", click) == "not_found"


def test_a_welcome_message_is_pushed_and_said_in_the_chat_from_v36_on(
    newest: Socket, socket: Socket
) -> None:
    organization = newest.customer.organization
    organization.welcome_message = "Welcome!"
    answer = newest.ok("request_welcome_message", group_id=0)
    (push,) = newest.heard()
    assert push["action"] == "incoming_welcome_message"
    assert push["payload"]["id"] == answer["id"]
    event = push["payload"]["event"]
    assert (event["type"], event["text"]) == ("message", "Welcome!")
    assert event["author_id"] == answer["predicted_agent"]["id"]
    assert "id" not in event
    assert newest.ok("request_welcome_message", id=answer["id"])["id"] == answer["id"]
    assert len(newest.heard()) == 1
    assert newest.error("start_chat", {"welcome_message_id": "unknown"}) == "validation"
    started = newest.ok("start_chat", welcome_message_id=answer["id"])
    said = newest.ok("list_threads", chat_id=started["chat_id"])["threads"][0]["events"][0]
    assert said["text"] == "Welcome!"
    assert said["properties"]["lc2"] == {"welcome_message": True}
    assert socket.error("request_welcome_message", {}) == "not_found"


def test_where_there_is_no_welcome_message_nothing_is_pushed(newest: Socket) -> None:
    assert newest.ok("request_welcome_message")["predicted_agent"]["name"] == "Kate Novak"
    assert newest.heard() == []
    newest.customer.sandbox.default.agents["kate.novak@example.com"].routing_status = "offline"
    assert newest.error("request_welcome_message", {}) == "group_offline"
