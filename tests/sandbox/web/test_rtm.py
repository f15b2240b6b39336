"""The sandbox's RTM API: login, envelopes, methods, pushes, and how connections end."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests
from sandbox_actors import Agent, Customer
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from livechat.sandbox import Sandbox
from livechat.sandbox.actions.customer_rtm import find
from livechat.sandbox.world import pushes

JSON = dict[str, Any]
HELLO = {"type": "message", "text": "hello"}


class Socket:
    """A customer's connection."""

    def __init__(self, customer: Customer, wire: ClientConnection) -> None:
        self.customer = customer
        self.wire = wire
        self.count = 0
        self.pushes: list[JSON] = []

    def send(self, action: str, payload: Any = None, **envelope: Any) -> str:
        """Send a request; return its id."""
        self.count += 1
        request = {"request_id": f"r{self.count}", "action": action, **envelope}
        self.wire.send(json.dumps(request if payload is None else {**request, "payload": payload}))
        return f"r{self.count}"

    def read(self, timeout: float = 5) -> JSON:
        frame: JSON = json.loads(self.wire.recv(timeout))
        return frame

    def answer(self, request_id: str | None) -> JSON:
        """The response to a request; what is pushed before it is kept."""
        while True:
            frame = self.read()
            if frame["type"] == "response" and frame.get("request_id") == request_id:
                return frame
            self.pushes.append(frame)

    def call(self, action: str, payload: Any = None, **envelope: Any) -> JSON:
        return self.answer(self.send(action, payload, **envelope))

    def ok(self, action: str, **payload: Any) -> JSON:
        answer = self.call(action, payload)
        assert answer["success"], answer
        result: JSON = answer["payload"]
        return result

    def error(self, action: str, payload: Any = None, **envelope: Any) -> str:
        answer = self.call(action, payload, **envelope)
        assert answer["success"] is False
        return str(answer["payload"]["error"]["type"])

    def login(self, **payload: Any) -> JSON:
        return self.ok("login", token=f"Bearer {self.customer.token}", **payload)

    def heard(self) -> list[JSON]:
        """All pushes so far."""
        self.ok("ping")
        frames, self.pushes = self.pushes, []
        assert all((frame["type"], frame["version"]) == ("push", "3.5") for frame in frames)
        return frames

    def names(self) -> list[str]:
        return [frame["action"] for frame in self.heard()]

    def end(self) -> JSON:
        """The payload of the `customer_disconnected` that comes next; then it is closed."""
        frame = self.read()
        assert (frame["type"], frame["action"]) == ("push", "customer_disconnected")
        with pytest.raises(ConnectionClosed):
            self.wire.recv(5)
        payload: JSON = frame["payload"]
        return payload


Open = Callable[..., Socket]


@pytest.fixture
def open_socket(customer: Customer) -> Iterator[Open]:
    with ExitStack() as opened:

        def open_(
            who: Customer = customer, version: str = "3.5", organization: str | None = None
        ) -> Socket:
            address = who.sandbox.url.replace("http", "ws", 1)
            organization = organization or who.organization.organization_id
            url = f"{address}/v{version}/customer/rtm/ws?organization_id={organization}"
            return Socket(who, opened.enter_context(connect(url, ping_interval=None)))

        yield open_


@pytest.fixture
def socket(open_socket: Open) -> Socket:
    socket = open_socket()
    socket.login()
    return socket


# -- Login


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
        ({"pushes": {"3.6": ["all"]}}, "validation"),
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


# -- Envelopes


def test_envelopes(socket: Socket) -> None:
    answer = socket.call("list_chats", {"limit": 5}, version="3.5")
    assert list(answer) == ["request_id", "action", "type", "success", "payload"]
    assert (answer["action"], answer["type"], answer["success"]) == ("list_chats", "response", True)
    assert answer["payload"] == {"chats_summary": [], "total_chats": 0}
    refusal = socket.call("get_chat", {"chat_id": "X"})
    assert refusal == {
        "request_id": "r3",
        "action": "get_chat",
        "type": "response",
        "success": False,
        "payload": {"error": {"type": "not_found", "message": "Chat not found"}},
    }
    socket.wire.send(json.dumps({"action": "ping"}))
    assert socket.answer(None) == {
        "action": "ping",
        "type": "response",
        "success": True,
        "payload": {},
    }


@pytest.mark.parametrize("version", ["3.4", "3.6", "3"])
def test_other_versions(socket: Socket, version: str) -> None:
    assert socket.error("list_chats", {}, version=version) == "unsupported_version"


def test_unknown_actions(socket: Socket) -> None:
    for action in ("no_such_action", "upload_file", "check_goals", "get_localization"):
        assert socket.error(action, {}) == "not_found"


@pytest.mark.parametrize(
    "frame", ["", "no JSON", "[]", "{}", '{"action": 1}', '{"action": "ping", "more": 1}', b"\xff"]
)
def test_wrong_frames(socket: Socket, frame: str | bytes) -> None:
    socket.wire.send(frame)
    answer = socket.answer(None)
    assert answer["payload"]["error"]["type"] == "validation"
    socket.ok("ping")


def test_wrong_payloads(socket: Socket) -> None:
    assert socket.error("list_chats", {"limit": "many"}) == "validation"
    assert socket.error("list_chats", []) == "validation"
    assert socket.error("ping", {"a": 1}) == "validation"


def test_a_frame_that_is_too_long_ends_the_connection(socket: Socket) -> None:
    with pytest.raises(ConnectionClosed):
        socket.call("send_event", {"text": "x" * 600_000})


def test_ten_requests_may_be_pending(socket: Socket) -> None:
    socket.customer.sandbox.faults.add("rtm/get_customer", times=10, delay=0.5)
    asked = [socket.send("get_customer") for _ in range(10)]
    assert socket.error("list_chats", {}) == "pending_requests_limit_reached"
    assert all(socket.answer(request_id)["success"] for request_id in asked)
    socket.ok("list_chats")


# -- Methods


def test_every_method_is_there() -> None:
    methods = """login ping update_customer_page list_chats list_threads get_chat start_chat
        resume_chat deactivate_chat send_event send_rich_message_postback send_sneak_peek
        update_chat_properties delete_chat_properties update_thread_properties
        delete_thread_properties update_event_properties delete_event_properties update_customer
        set_customer_session_fields get_customer list_group_statuses get_form get_predicted_agent
        get_url_info mark_events_as_seen accept_greeting cancel_greeting"""
    assert [name for name in methods.split() if find(name) is None] == []


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


# -- Pushes


def test_only_what_answers_a_request_has_its_id(socket: Socket, open_socket: Open) -> None:
    other = open_socket()
    other.login()
    start = socket.send("start_chat", {"chat": {"thread": {"events": [HELLO]}}})
    chat_id = socket.answer(start)["payload"]["chat_id"]
    send = socket.send("send_event", {"chat_id": chat_id, "event": HELLO})
    end = socket.send("deactivate_chat", {"id": chat_id})
    resume = socket.send("resume_chat", {"chat": {"id": chat_id}})
    assert all(socket.answer(asked)["success"] for asked in (send, end, resume))
    heard = socket.heard()
    assert [(push["action"], push.get("request_id")) for push in heard] == [
        ("incoming_chat", start),
        ("incoming_event", send),
        ("incoming_event", None),
        ("chat_deactivated", end),
        ("incoming_chat", resume),
    ]
    elsewhere = other.heard()
    assert [push["action"] for push in elsewhere] == [push["action"] for push in heard]
    assert not any("request_id" in push for push in elsewhere)


def test_what_was_due_anyhow_is_no_answer(socket: Socket, customer: Customer) -> None:
    chat_id = customer.start("hello")
    customer.organization.inactivity_seconds = 10
    customer.sandbox.clock.advance(11)
    assert socket.error("send_event", {"chat_id": chat_id, "event": HELLO}) == "chat_inactive"
    heard = socket.heard()
    assert [push["action"] for push in heard][-2:] == ["incoming_event", "chat_deactivated"]
    assert not any("request_id" in push for push in heard)


def test_what_the_web_api_does_is_pushed(socket: Socket, customer: Customer) -> None:
    customer.start("hello")
    customer.say("more")
    chat, event = (push["payload"] for push in socket.heard())
    assert chat["requester_id"] == customer.id
    assert chat["chat"]["thread"]["events"][0]["text"] == "hello"
    assert event["event"]["text"] == "more"
    assert chat["chat"]["id"] == event["chat_id"] == customer.chat_id


def test_what_an_agent_does_is_pushed(socket: Socket, customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    thread_id = customer.threads()[0]["id"]
    socket.heard()
    agent.say(chat_id, "hi")
    agent.say(chat_id, "for agents only", visibility="agents")
    agent.ok("send_typing_indicator", chat_id=chat_id, is_typing=True)
    agent.ok("send_typing_indicator", chat_id=chat_id, is_typing=True, visibility="agents")
    agent.ok("mark_events_as_seen", chat_id=chat_id, seen_up_to="2100-01-01T00:00:00Z")
    properties = {"rating": {"score": 1}, "routing": {"idle": True}}
    agent.ok(
        "update_thread_properties", chat_id=chat_id, thread_id=thread_id, properties=properties
    )
    colleague = {"user_id": agent.colleague, "user_type": "agent"}
    agent.ok("add_user_to_chat", chat_id=chat_id, **colleague, visibility="all")
    agent.ok(
        "transfer_chat",
        id=chat_id,
        target={"type": "group", "ids": [1]},
        ignore_agents_availability=True,
    )
    agent.ok("deactivate_chat", id=chat_id, ignore_requester_presence=True)
    agent.ok("resume_chat", chat={"id": chat_id})
    heard = socket.heard()
    assert "for agents only" not in json.dumps(heard)
    assert agent.id not in json.dumps(heard)
    assert [push["action"] for push in heard] == [
        "incoming_event",
        "incoming_typing_indicator",
        "events_marked_as_seen",
        "thread_properties_updated",
        "user_added_to_chat",
        "incoming_event",
        "chat_transferred",
        "incoming_event",
        "user_removed_from_chat",
        "user_removed_from_chat",
        "chat_transferred",
        "user_added_to_chat",
        "incoming_event",
        "chat_deactivated",
        "incoming_chat",
    ]
    by_name = {push["action"]: push["payload"] for push in heard}
    assert by_name["thread_properties_updated"]["properties"] == {"rating": {"score": 1}}
    assert by_name["incoming_typing_indicator"]["typing_indicator"]["is_typing"] is True


def test_pressed_buttons_are_pushed(socket: Socket, customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    agent.ok(
        "send_event",
        chat_id=chat_id,
        event={
            "type": "rich_message",
            "template_id": "quick_replies",
            "elements": [{"buttons": [{"text": "Yes", "postback_id": "yes"}]}],
        },
    )
    thread = customer.threads()[0]
    request = {
        "chat_id": chat_id,
        "thread_id": thread["id"],
        "event_id": thread["events"][-1]["id"],
        "postback": {"id": "yes", "toggled": True},
    }
    socket.ok("send_rich_message_postback", **request)
    push = socket.heard()[-1]
    assert push["action"] == "incoming_rich_message_postback"
    assert push["payload"] == {"user_id": customer.id, **request}


def test_the_queue_is_pushed(
    sandbox: Sandbox, customer: Customer, agent: Agent, open_socket: Open
) -> None:
    customer.organization.chat_limit = 1
    first, second = Customer(sandbox), Customer(sandbox)
    first.start("one")
    second.start("two")
    customer.start("three")
    socket = open_socket()
    socket.login()
    agent.ok("deactivate_chat", id=first.chat_id)
    agent.ok("deactivate_chat", id=second.chat_id)
    heard = socket.heard()
    assert [push["action"] for push in heard] == [
        "queue_position_updated",
        "chat_transferred",
        "user_added_to_chat",
    ]
    assert heard[0]["payload"]["queue"] == {"position": 1, "wait_time": 60}
    assert heard[1]["payload"]["reason"] == "assigned"


def test_group_statuses_are_pushed_to_all(socket: Socket, agent: Agent, open_socket: Open) -> None:
    another = open_socket(Customer(agent.sandbox))
    another.login()
    elsewhere = open_socket(Customer(agent.sandbox, agent.sandbox.lodge()))
    elsewhere.login()
    agent.ok("set_routing_status", status="not_accepting_chats")
    changed = {"groups": [{"id": number, "status": "offline"} for number in (0, 1, 2)]}
    for one in (socket, another):
        assert [push["payload"] for push in one.heard()] == [changed]
    assert elsewhere.heard() == []


def test_timers_are_pushed(socket: Socket, customer: Customer) -> None:
    customer.start("hello")
    socket.heard()
    customer.organization.inactivity_seconds = 5
    customer.sandbox.clock.advance(6)
    said, closed = socket.read(), socket.read()
    assert said["payload"]["event"]["system_message_type"] == "routing.archived_inactive"
    assert closed["action"] == "chat_deactivated"
    assert "user_id" not in closed["payload"]


def test_a_login_chooses_its_pushes(customer: Customer, agent: Agent, open_socket: Open) -> None:
    few, none, old = open_socket(), open_socket(), open_socket()
    few.login(pushes={"3.5": ["incoming_event", "customer_page_updated"]})
    none.login(pushes={})
    old.login(pushes={"3.5": []})
    chat_id = customer.start("hello")
    agent.say(chat_id, "hi")
    assert few.names() == ["incoming_event"]
    assert none.names() == ["incoming_chat", "incoming_event"]
    assert old.names() == []


def test_others_hear_nothing(customer: Customer, open_socket: Open) -> None:
    stranger, early = open_socket(Customer(customer.sandbox)), open_socket()
    stranger.login()
    customer.start("hello")
    assert stranger.heard() == []
    assert early.heard() == []


def test_anything_can_be_pushed(socket: Socket, customer: Customer) -> None:
    kept = {"customer_side_storage": {"key": "value"}}
    sandbox = customer.sandbox
    sandbox.push(customer.organization, customer.id, "customer_side_storage_updated", kept)
    sandbox.push(customer.organization, None, "incoming_multicast", {"content": "sale"})
    assert [(push["action"], push["payload"]) for push in socket.heard()] == [
        ("customer_side_storage_updated", kept),
        ("incoming_multicast", {"content": "sale"}),
    ]


# -- How connections end


def test_a_login_that_does_not_come(customer: Customer, open_socket: Open) -> None:
    socket = open_socket()
    customer.sandbox.clock.advance(20)
    assert socket.heard() == []  # a ping is no login
    customer.sandbox.clock.advance(11)
    assert socket.end() == {"reason": "connection_timeout"}


def test_silence(socket: Socket) -> None:
    socket.customer.sandbox.clock.advance(20)
    socket.ok("ping")
    socket.customer.sandbox.clock.advance(20)
    assert socket.wire.ping().wait(5)
    socket.customer.sandbox.clock.advance(20)
    socket.ok("get_customer")
    socket.customer.sandbox.clock.advance(31)
    assert socket.end() == {"reason": "connection_timeout"}


def test_an_expired_token(customer: Customer, open_socket: Open) -> None:
    customer.authorize(expires_in=10)
    socket = open_socket()
    socket.login()
    customer.sandbox.clock.advance(11)
    assert socket.end() == {"reason": "access_token_expired"}


def test_a_revoked_token(customer: Customer, socket: Socket, open_socket: Open) -> None:
    url = customer.sandbox.url + "/v2/customer/token"
    revoked = customer.headers
    customer.authorize()
    other = open_socket()
    other.login()
    assert requests.delete(url, headers=revoked).status_code == 200
    assert socket.end() == {"reason": "access_token_revoked"}
    other.ok("ping")


def test_a_ban(customer: Customer, socket: Socket, agent: Agent) -> None:
    customer.start("hello")
    socket.heard()
    agent.ok("ban_customer", id=customer.id, ban={"days": 1})
    said, closed = socket.read(), socket.read()
    assert said["payload"]["event"]["system_message_type"] == "customer_banned"
    assert closed["action"] == "chat_deactivated"
    assert socket.end() == {"reason": "customer_banned"}


@pytest.mark.parametrize("reason", pushes.REASONS)
def test_any_reason_on_command(customer: Customer, socket: Socket, reason: str) -> None:
    customer.sandbox.disconnect(customer.organization, customer.id, reason, {"region": "fra"})
    assert socket.end() == {"reason": reason, "data": {"region": "fra"}}


def test_the_control_endpoint_disconnects(
    customer: Customer, socket: Socket, agent: Agent, open_socket: Open
) -> None:
    stranger = open_socket(Customer(customer.sandbox))
    stranger.login()
    request = {"customer_id": customer.id, "reason": "connection_evicted"}
    assert agent.control("disconnect", **request).status_code == 200
    assert socket.end() == {"reason": "connection_evicted"}
    assert agent.control("disconnect", **{**request, "reason": "whim"}).status_code == 400
    stranger.ok("ping")


def test_unknown_organizations_and_versions(open_socket: Open) -> None:
    assert open_socket(organization="nobody").end() == {"reason": "license_not_found"}
    assert open_socket(version="3.4").end() == {"reason": "unsupported_version"}


def test_a_reset_closes_all(socket: Socket) -> None:
    socket.customer.sandbox.reset()
    with pytest.raises(ConnectionClosed):
        socket.wire.recv(5)


def test_a_client_that_reads_nothing_is_let_go(
    customer: Customer, socket: Socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livechat.sandbox.web.rtm.MAX_WAITING_FRAMES", 5)
    sandbox = customer.sandbox

    def flood() -> None:
        for _ in range(10):
            customer.organization.push("incoming_multicast", {"content": 1}, customer.id)

    sandbox._in_loop(flood)
    with pytest.raises(ConnectionClosed):
        socket.wire.recv(5)


# -- Faults and records


def test_faults(customer: Customer, open_socket: Open) -> None:
    faults = customer.sandbox.faults
    token = {"token": f"Bearer {customer.token}"}
    faults.add("rtm/login", error="users_limit_reached")
    faults.add("rtm/login", error="misdirected_request", data={"region": "fra"})
    socket = open_socket()
    assert socket.error("login", token) == "users_limit_reached"
    assert socket.call("login", token)["payload"]["error"]["data"] == {"region": "fra"}
    socket.login()
    faults.add("list_chats", rewrite=lambda answer: {**answer, "new": 1})
    assert socket.ok("list_chats")["new"] == 1
    faults.add("rtm/start_chat", lose_answer=True)
    socket.send("start_chat", {})
    with pytest.raises(ConnectionClosed):
        socket.wire.recv(5)
    assert customer.ok("list_chats")["total_chats"] == 1


def test_faults_of_the_connection(customer: Customer, open_socket: Open) -> None:
    faults = customer.sandbox.faults
    faults.add("rtm/connect", error="service_temporarily_unavailable")
    assert open_socket().end() == {"reason": "service_temporarily_unavailable"}
    faults.add("rtm/connect", error="misdirected_connection", data={"region": "fra"})
    assert open_socket().end()["data"] == {"region": "fra"}
    faults.add("rtm/connect", status=503)
    with pytest.raises(InvalidStatus):
        open_socket()
    open_socket().login()


def test_an_internal_error_is_answered(
    socket: Socket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(answer: JSON) -> JSON:
        raise RuntimeError("broken")

    monkeypatch.setattr("livechat.sandbox.actions.customer_chats.sort_chats", fail)
    assert socket.error("list_chats", {}) == "internal"
    assert "rtm list_chats failed" in caplog.text


def test_records_and_logs_hold_no_secrets(
    customer: Customer, open_socket: Open, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    customer.sandbox.requests.clear()
    socket = open_socket()
    socket.login(is_mobile=True)
    socket.ok("start_chat", chat={"thread": {"events": [{**HELLO, "text": "a private word"}]}})
    assert socket.error("get_chat", {"chat_id": "X"}) == "not_found"
    records = list(customer.sandbox.requests)
    assert [(record.api, record.action, record.status, record.error) for record in records] == [
        ("rtm", "login", 200, None),
        ("rtm", "start_chat", 200, None),
        ("rtm", "get_chat", 404, "not_found"),
    ]
    assert records[0].payload == {"is_mobile": True}
    assert {record.organization_id for record in records} == {customer.organization.organization_id}
    assert all(record.bytes_in and record.bytes_out for record in records)
    assert customer.token not in repr(records)
    ours = [record.getMessage() for record in caplog.records if record.name != "websockets.client"]
    assert customer.token not in " ".join(ours)
    assert "a private word" not in " ".join(ours)


def test_a_push_costs_nothing_when_nobody_listens(customer: Customer) -> None:
    organization = customer.organization

    def flood() -> float:
        begin = time.perf_counter()
        for _ in range(10_000):
            organization.push("incoming_multicast", {}, customer.id)
        return time.perf_counter() - begin

    assert customer.sandbox._in_loop(flood) < 0.5
