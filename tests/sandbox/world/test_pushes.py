"""What is pushed to whom, and with whose id: sections 6.2 and 6.4."""

from __future__ import annotations

import json
import time

from livechat.sandbox import Sandbox
from tests.sandbox.actors import HELLO, Agent, Customer
from tests.sandbox.rtm_socket import Open, Socket


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


def test_what_is_deleted_is_pushed(later_socket: Socket, customer: Customer) -> None:
    socket = later_socket
    chat_id = customer.start("hello")
    (event,) = customer.threads()[0]["events"]
    place = {"chat_id": chat_id, "thread_id": customer.threads()[0]["id"], "event_id": event["id"]}
    socket.heard()
    deleted = socket.send("delete_event", place)
    assert socket.answer(deleted)["success"]
    (push,) = socket.heard()
    assert (push["action"], push["request_id"]) == ("event_deleted", deleted)
    assert push["payload"] == place


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


def test_what_an_agent_prepares_is_pushed_to_who_asks_for_it(
    open_socket: Open, customer: Customer, agent: Agent
) -> None:
    socket, older = open_socket(), open_socket()
    socket.login(pushes={"3.5": [], "3.6": ["all"]})
    older.login(pushes={"3.5": ["all"], "3.6": ["incoming_event_preview"]})
    agent.version = "3.6"
    chat_id = customer.start("hello")
    thread_id = customer.threads()[0]["id"]
    socket.heard()
    older.heard()
    about = {"title": "Looking", "description": "in the books", "custom_id": "a1"}
    agent.ok("send_thinking_indicator", chat_id=chat_id)
    agent.ok("send_thinking_indicator", chat_id=chat_id, **about, visibility="all")
    written = {"type": "message", "text": "I ha"}
    agent.ok("send_event_preview", chat_id=chat_id, event=written)
    agent.ok("send_event_preview", chat_id=chat_id, event={**written, "custom_id": "a1"})
    bare, titled, preview, named = (push["payload"] for push in socket.heard())
    author = next(
        u["id"] for u in customer.ok("get_chat", chat_id=chat_id)["users"] if u["type"] == "agent"
    )
    where = {"chat_id": chat_id, "thread_id": thread_id}
    assert bare == {**where, "author_id": author, "sent_at": bare["sent_at"]}
    assert titled == {**bare, **about, "sent_at": titled["sent_at"]}
    event = {**written, "author_id": author, "created_at": preview["event"]["created_at"]}
    assert preview == {**where, "event": event}
    assert named["event"]["custom_id"] == "a1"
    assert "id" not in named["event"]
    assert [push["action"] for push in older.heard()] == ["incoming_event_preview"] * 2


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


def test_a_push_costs_nothing_when_nobody_listens(customer: Customer) -> None:
    organization = customer.organization

    def flood() -> float:
        begin = time.perf_counter()
        for _ in range(10_000):
            organization.push("incoming_multicast", {}, customer.id)
        return time.perf_counter() - begin

    assert customer.sandbox._in_loop(flood) < 0.5
