"""Logging in over RTM, and its methods: sections 6.2 and 6.3."""

from __future__ import annotations

import pytest
import requests

from livechat.sandbox.actions.customer_rtm import find
from tests.sandbox.actors import HELLO, JSON, Agent, Customer
from tests.sandbox.rtm_socket import Open, Socket


def test_login(customer: Customer, open_socket: Open) -> None:
    answer = open_socket().login()
    own = answer["customer"]
    assert own["id"] == customer.id
    assert own["statistics"]["visits_count"] == 1
    assert (answer["has_active_thread"], answer["chats"]) == (False, [])
    assert "greeting" not in answer
    config = answer["__priv_dynamic_config"]
    assert config["online_groups_ids"] == [0, 1, 2]
    monitoring = config["customer_groups"]["monitoring"]
    assert monitoring["id"] == 0
    assert "buttons" in requests.get(monitoring["static_config_url"]).json()
    assert "welcome" in requests.get(monitoring["language_config_url"]).json()


def test_login_tells_of_the_chat(customer: Customer, agent: Agent, open_socket: Open) -> None:
    chat_id = customer.start("hello")
    state = {"chat_id": chat_id, "has_unread_events": False, "has_active_thread": True}
    assert open_socket().login()["chats"] == [state]
    agent.say(chat_id, "secret", visibility="agents")
    assert open_socket().login()["chats"] == [state]
    agent.say(chat_id, "hi")
    agent.ok("set_routing_status", status="not_accepting_chats")
    answer = open_socket().login()
    assert answer["chats"] == [{**state, "has_unread_events": True}]
    assert answer["has_active_thread"] is True
    assert "online_groups_ids" not in answer["__priv_dynamic_config"]


def test_login_tells_of_the_greeting(customer: Customer, socket: Socket, open_socket: Open) -> None:
    greeting_id, unique_id = customer.sandbox.greet(customer.organization, customer.id)
    (shown,) = socket.heard()
    assert (shown["action"], shown["payload"]["id"]) == ("incoming_greeting", greeting_id)
    again = {**shown["payload"], "displayed_first_time": False, "accepted": False}
    assert open_socket().login()["greeting"] == again
    socket.ok("accept_greeting", greeting_id=greeting_id, unique_id=unique_id)
    assert open_socket().login()["greeting"]["accepted"] is True
    socket.ok("cancel_greeting", unique_id=unique_id)
    assert socket.names() == ["greeting_accepted", "greeting_canceled"]


def test_login_with_everything(customer: Customer, open_socket: Open) -> None:
    other = open_socket()
    other.login()
    answer = open_socket().login(
        customer={"name": "Ann", "email": "ann@example.com", "session_fields": [{"plan": "pro"}]},
        customer_page={"url": "https://example.com", "title": "Shop"},
        customer_side_storage={"key": "value"},
        is_mobile=True,
        group_id=1,
        referrer="https://example.org",
        application={"name": "page", "version": "1", "channel_type": "code"},
        pushes={"3.5": ["incoming_chat"]},
    )
    assert (answer["customer"]["name"], answer["customer"]["email"]) == ("Ann", "ann@example.com")
    assert answer["customer"]["session_fields"] == [{"plan": "pro"}]
    assert answer["__priv_dynamic_config"]["customer_groups"]["monitoring"]["id"] == 1
    assert other.names() == ["customer_updated"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"token": "Bearer wrong"}, "authentication"),
        ({"token": ""}, "validation"),
        ({"token": None}, "validation"),
        ({"unknown": 1}, "validation"),
        ({"pushes": {"3.5": ["no_such_push"]}}, "validation"),
        ({"pushes": {"3.7": ["all"]}}, "validation"),
        ({"customer": {"email": "no address"}}, "validation"),
        ({"group_id": 99}, "group_not_found"),
        ({"group_id": "0"}, "validation"),
    ],
)
def test_refused_logins(customer: Customer, open_socket: Open, change: JSON, error: str) -> None:
    socket = open_socket()
    assert socket.error("login", {"token": f"Bearer {customer.token}", **change}) == error
    assert socket.error("list_chats", {}) == "authentication"
    socket.login()


def test_the_token_needs_its_scheme(customer: Customer, open_socket: Open) -> None:
    assert open_socket().error("login", {"token": customer.token}) == "authentication"


def test_a_token_of_another_organization(customer: Customer, open_socket: Open) -> None:
    other = customer.sandbox.lodge()
    socket = open_socket(organization=other.organization_id)
    assert socket.error("login", {"token": f"Bearer {customer.token}"}) == "authentication"


def test_a_banned_customer_cannot_log_in(
    customer: Customer, agent: Agent, open_socket: Open
) -> None:
    agent.ok("ban_customer", id=customer.id, ban={"days": 1})
    token = {"token": f"Bearer {customer.token}"}
    assert open_socket().error("login", token) == "customer_banned"


def test_every_method_is_there() -> None:
    methods = """login ping update_customer_page list_chats list_threads get_chat start_chat
        resume_chat deactivate_chat send_event send_rich_message_postback send_sneak_peek
        update_chat_properties delete_chat_properties update_thread_properties
        delete_thread_properties update_event_properties delete_event_properties update_customer
        set_customer_session_fields get_customer list_group_statuses get_form get_predicted_agent
        get_url_info mark_events_as_seen accept_greeting cancel_greeting"""
    assert [name for name in methods.split() if find(name, "3.5") is None] == []
    later = ["activate_customer_page", "deactivate_customer_page", "delete_event"]
    assert [name for name in later if find(name, "3.5") is not None] == []
    assert [name for name in (*later, *methods.split()) if find(name, "3.6") is None] == []


def test_a_chat_from_start_to_end(socket: Socket, customer: Customer) -> None:
    started = socket.ok("start_chat", chat={"thread": {"events": [HELLO]}})
    chat_id, thread_id = started["chat_id"], started["thread_id"]
    names = {"chat_id": chat_id, "thread_id": thread_id}
    event_id = socket.ok("send_event", chat_id=chat_id, event={**HELLO, "text": "more"})["event_id"]
    socket.ok("send_sneak_peek", chat_id=chat_id, sneak_peek_text="wai")
    socket.ok("mark_events_as_seen", chat_id=chat_id, seen_up_to="2100-01-01T00:00:00Z")
    values, listed = {"test": {"int_property": 1}}, {"test": ["int_property"]}
    socket.ok("update_chat_properties", id=chat_id, properties=values)
    socket.ok("delete_chat_properties", id=chat_id, properties=listed)
    socket.ok("update_thread_properties", **names, properties=values)
    socket.ok("delete_thread_properties", **names, properties=listed)
    socket.ok("update_event_properties", **names, event_id=event_id, properties=values)
    socket.ok("delete_event_properties", **names, event_id=event_id, properties=listed)
    socket.ok("update_customer", name="Ann")
    socket.ok("set_customer_session_fields", session_fields=[{"plan": "pro"}])
    socket.ok("deactivate_chat", id=chat_id)
    socket.ok("resume_chat", chat={"id": chat_id})
    assert socket.names() == [
        "incoming_chat",
        "incoming_event",
        "events_marked_as_seen",
        "chat_properties_updated",
        "chat_properties_deleted",
        "thread_properties_updated",
        "thread_properties_deleted",
        "event_properties_updated",
        "event_properties_deleted",
        "customer_updated",
        "incoming_event",
        "chat_deactivated",
        "incoming_chat",
    ]
    customer.chat_id = chat_id
    assert customer.texts() == ["hello", "more", "manual_archived_customer"]
    assert len(socket.ok("list_threads", chat_id=chat_id)["threads"]) == 2
    assert socket.ok("get_chat", chat_id=chat_id)["id"] == chat_id


def test_the_rest_of_the_methods(socket: Socket, customer: Customer) -> None:
    assert socket.ok("list_group_statuses", all=True)["groups_status"]["0"] == "online"
    assert socket.ok("get_form", group_id=0, type="prechat") == {"enabled": False}
    assert socket.ok("get_predicted_agent")["agent"]["name"] == "Kate Novak"
    assert socket.ok("get_url_info", url="https://example.com/a")["title"] == "example.com"
    views = socket.ok("get_customer")["statistics"]["page_views_count"]
    assert socket.ok("update_customer_page", url="https://example.com", title="Home") == {}
    assert socket.ok("get_customer")["statistics"]["page_views_count"] == views + 1
    assert socket.error("update_customer_page", {"title": "no address"}) == "validation"


def test_start_chat_may_name_the_customer(socket: Socket, customer: Customer) -> None:
    other = {"users": [{"id": "somebody else", "type": "customer"}]}
    assert socket.error("start_chat", {"chat": other}) == "validation"
    own = {"users": [{"id": customer.id, "type": "customer"}]}
    assert socket.ok("start_chat", chat=own)["chat_id"]
