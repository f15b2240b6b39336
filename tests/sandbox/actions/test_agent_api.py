"""The Agent API: section 8, and what the customer sees of it (8.4)."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.sandbox import Sandbox
from tests.sandbox.actors import Agent, Customer


def message(text: str) -> dict[str, Any]:
    return {"type": "message", "text": text}


def test_reading(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    answer = agent.ok("list_chats")
    assert answer["found_chats"] == 1
    (summary,) = answer["chats_summary"]
    assert summary["id"] == chat_id
    assert summary["last_thread_summary"]["active"] is True
    assert not {"active", "last_thread_id", "last_thread_created_at"} & set(summary)
    chat = agent.ok("get_chat", chat_id=chat_id)
    assert chat["is_followed"] is False
    kate = next(user for user in chat["users"] if user["type"] == "agent")
    assert (kate["id"], kate["email"], kate["visibility"]) == (agent.id, agent.id, "all")
    assert chat["thread"]["user_ids"] == [customer.id, agent.id]
    threads = agent.ok("list_threads", chat_id=chat_id)
    assert threads["found_threads"] == 1
    assert threads["threads"][0]["events"][0]["author_id"] == customer.id


def test_list_chats_filters_and_pages(sandbox: Sandbox, agent: Agent) -> None:
    customers = [Customer(sandbox) for _ in range(5)]
    for customer in customers:
        customer.start("hello")
    customers[0].ok("deactivate_chat", id=customers[0].chat_id)
    customers[1].ok(
        "update_chat_properties", id=customers[1].chat_id, properties={"rating": {"score": 1}}
    )

    def ids(**request: Any) -> list[str]:
        return [chat["id"] for chat in agent.ok("list_chats", **request)["chats_summary"]]

    newest_first = [customer.chat_id for customer in reversed(customers)]
    assert ids() == newest_first
    assert ids(sort_order="asc") == newest_first[::-1]
    assert ids(filters={"include_active": False}) == [customers[0].chat_id]
    assert ids(filters={"group_ids": [1]}) == []
    rated = {"properties": {"rating": {"score": {"exists": True, "values": [1]}}}}
    assert ids(filters=rated) == [customers[1].chat_id]
    assert len(ids(filters={"properties": {"rating": {"score": {"exists": False}}}})) == 4
    assert len(ids(filters={"properties": {"rating": {"score": {"exclude_values": [1]}}}})) == 4
    first = agent.ok("list_chats", limit=2, filters={"group_ids": [0]})
    second = agent.ok("list_chats", page_id=first["next_page_id"])
    assert [chat["id"] for chat in first["chats_summary"]] == newest_first[:2]
    assert [chat["id"] for chat in second["chats_summary"]] == newest_first[2:4]


def test_answering(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    event_id = agent.say(chat_id, "hi")
    event = customer.threads()[0]["events"][-1]
    users = customer.ok("get_chat", chat_id=chat_id)["users"]
    kate = next(user for user in users if user["type"] == "agent")
    assert (event["id"], event["author_id"]) == (event_id, kate["id"])
    assert kate["events_seen_up_to"] > event["created_at"]


def test_closing(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    agent.version = "3.6"
    assert agent.ok("deactivate_chat", id=chat_id) == {}
    assert customer.texts() == ["hello", "manual_archived_agent"]
    assert customer.threads()[0]["events"][-1]["text"] == "Kate Novak archived the chat"
    users = customer.ok("get_chat", chat_id=chat_id)["users"]
    assert [user["present"] for user in users] == [True, False]
    for action, request in (
        ("deactivate_chat", {"id": chat_id}),
        ("send_event", {"chat_id": chat_id, "event": message("x")}),
        ("send_typing_indicator", {"chat_id": chat_id, "is_typing": True}),
        ("send_thinking_indicator", {"chat_id": chat_id}),
        ("send_event_preview", {"chat_id": chat_id, "event": message("x")}),
        ("transfer_chat", {"id": chat_id}),
    ):
        assert agent.error(action, **request) == "chat_inactive"


def test_writing_first_into_a_closed_chat(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    customer.ok("deactivate_chat", id=chat_id)
    chat = {"id": chat_id, "thread": {"events": [message("one more thing")]}}
    answer = agent.ok("resume_chat", chat=chat)
    assert customer.threads()[-1]["id"] == answer["thread_id"]
    assert customer.threads()[-1]["active"] is True
    assert customer.texts()[-1] == "one more thing"
    assert agent.error("resume_chat", chat=chat) == "chat_already_active"


def test_writing_first_to_a_customer_without_a_chat(customer: Customer, agent: Agent) -> None:
    chat = {
        "users": [{"id": customer.id, "type": "customer"}],
        "thread": {"events": [message("may I help?")]},
    }
    answer = agent.ok("start_chat", chat=chat)
    assert set(answer) == {"chat_id", "thread_id", "event_ids"}
    (summary,) = customer.ok("list_chats")["chats_summary"]
    assert (summary["id"], summary["active"]) == (answer["chat_id"], True)
    assert agent.error("start_chat", chat=chat) == "chat_limit_reached"


@pytest.mark.parametrize(
    ("users", "error"),
    [
        ([], "validation"),
        ([{"id": "x", "type": "customer"}], "not_found"),
        ([{"id": "x"}], "validation"),
        ([{"id": "CUSTOMER", "type": "customer"}, {"id": "x", "type": "agent"}], "not_found"),
    ],
)
def test_users_of_a_new_chat(
    customer: Customer, agent: Agent, users: list[dict[str, str]], error: str
) -> None:
    for user in users:
        user["id"] = user["id"].replace("CUSTOMER", customer.id)
    assert agent.error("start_chat", chat={"users": users}) == error


def test_authors_of_initial_events(customer: Customer, agent: Agent) -> None:
    users = [{"id": customer.id, "type": "customer"}]
    events = [{**message("from me"), "author_id": customer.id}, message("from Kate")]
    stranger = [{**message("x"), "author_id": agent.colleague}]
    refused = {"users": users, "thread": {"events": stranger}}
    assert agent.error("start_chat", chat=refused) == "validation"
    agent.ok("start_chat", chat={"users": users, "thread": {"events": events}})
    customer.chat_id = customer.ok("list_chats")["chats_summary"][0]["id"]
    authors = [event["author_id"] for event in customer.threads()[0]["events"]]
    assert authors[0] == customer.id != authors[1]


def test_transfer_to_an_agent(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    request = {"id": chat_id, "target": {"type": "agent", "ids": [agent.colleague]}}
    assert agent.error("transfer_chat", **request) == "agent_offline"
    agent.ok("transfer_chat", **request, ignore_agents_availability=True)
    last = customer.threads()[0]["events"][-1]
    assert last["text"] == "Kate Novak transferred the chat to Tom Reyes"
    users = customer.ok("get_chat", chat_id=chat_id)["users"]
    present = {user["name"]: user["present"] for user in users if user["type"] == "agent"}
    assert present == {"Kate Novak": False, "Tom Reyes": True}
    # Kate has left: she may close it only if that is to be ignored, but may still write (D32).
    assert agent.error("deactivate_chat", id=chat_id) == "authorization"
    agent.say(chat_id, "one last thing")
    agent.ok("deactivate_chat", id=chat_id, ignore_requester_presence=True)


def test_transfer_to_a_group(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    request = {"id": chat_id, "target": {"type": "group", "ids": [2]}}
    assert agent.error("transfer_chat", **request) == "agent_offline"
    agent.ok("set_routing_status", agent_id=agent.colleague, status="accepting_chats")
    agent.ok("transfer_chat", **request)
    chat = customer.ok("get_chat", chat_id=chat_id)
    assert chat["access"] == chat["thread"]["access"] == {"group_ids": [2]}
    assert chat["thread"]["events"][-1]["text"] == "Kate Novak transferred the chat to Support"
    request = {"id": chat_id, "target": {"type": "group", "ids": [9]}}
    assert agent.error("transfer_chat", **request, ignore_requester_presence=True) == "not_found"


def test_a_transfer_can_end_in_the_queue(sandbox: Sandbox, agent: Agent) -> None:
    customer, other = Customer(sandbox), Customer(sandbox)
    sandbox.default.chat_limit = 1
    agent.ok("set_routing_status", agent_id=agent.colleague, status="accepting_chats")
    customer.start("first, with Kate")
    other.start("second, with Tom")
    target = {"type": "group", "ids": [2]}
    assert agent.error("transfer_chat", id=customer.chat_id, target=target) == "agent_offline"
    sandbox.default.chat_limit = 0
    agent.ok("transfer_chat", id=customer.chat_id, target=target, ignore_agents_availability=True)
    assert customer.threads()[0]["queue"]["position"] == 1


def test_adding_agents(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    colleague = {"chat_id": chat_id, "user_id": agent.colleague, "user_type": "agent"}
    agent.ok("add_user_to_chat", **colleague, visibility="all")
    last = customer.threads()[0]["events"][-1]
    assert last["text"] == "Kate Novak added Tom Reyes to the chat"
    assert len(customer.threads()[0]["user_ids"]) == 3
    second = {"chat_id": chat_id, "user_id": customer.id, "user_type": "customer"}
    assert agent.error("add_user_to_chat", **second, visibility="all") == "validation"


def test_a_supervisor_is_not_seen(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    request = {"chat_id": chat_id, "user_id": agent.colleague, "user_type": "agent"}
    agent.ok("add_user_to_chat", **request, visibility="agents")
    assert customer.texts() == ["hello"]
    assert len(customer.threads()[0]["user_ids"]) == 2
    assert len(customer.ok("get_chat", chat_id=chat_id)["users"]) == 2
    tom = Agent(agent.sandbox)
    tom.token = agent.organization.agents[agent.colleague].token
    event = {"chat_id": chat_id, "event": message("boo")}
    assert tom.error("send_event", **event) == "validation"
    assert len(agent.ok("get_chat", chat_id=chat_id)["users"]) == 3


def test_writing_without_joining(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    tom = Agent(agent.sandbox)
    tom.token = agent.organization.agents[agent.colleague].token
    tom.say(chat_id, "hello from Tom")
    users = customer.ok("get_chat", chat_id=chat_id)["users"]
    assert {user["name"]: user["present"] for user in users if user["type"] == "agent"} == {
        "Kate Novak": True,
        "Tom Reyes": False,
    }


def test_seen_by_the_agent(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")

    def seen() -> str | None:
        users = customer.ok("get_chat", chat_id=chat_id)["users"]
        return next(user for user in users if user["type"] == "agent").get("events_seen_up_to")

    assert seen() is None
    moment = customer.threads()[0]["events"][0]["created_at"]
    agent.ok("mark_events_as_seen", chat_id=chat_id, seen_up_to=moment)
    assert seen() == moment


def test_a_rich_message_and_a_file(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    rich = {
        "type": "rich_message",
        "template_id": "quick_replies",
        "elements": [{"title": "?", "buttons": [{"text": "A", "postback_id": "a"}]}],
    }
    agent.ok("send_event", chat_id=chat_id, event=rich)
    upload = agent.http.post(
        agent.url("upload_file"), files={"file": ("a.txt", b"x")}, headers=agent.headers
    )
    file = {"type": "file", "url": upload.json()["url"]}
    agent.ok("send_event", chat_id=chat_id, event=file)
    assert customer.texts() == ["hello", "rich_message", "file"]


def test_typing(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    assert agent.ok("send_typing_indicator", chat_id=chat_id, is_typing=True) == {}
    assert customer.texts() == ["hello"]


def test_thinking_and_what_is_being_written(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    text = message("Let me")
    assert agent.error("send_event_preview", chat_id=chat_id, event=text) == "not_found"
    agent.version = "3.6"
    assert agent.ok("send_thinking_indicator", chat_id=chat_id, title="Looking") == {}
    assert agent.ok("send_event_preview", chat_id=chat_id, event=text) == {}
    assert customer.texts() == ["hello"]
    agent.ok(
        "transfer_chat",
        id=chat_id,
        ignore_agents_availability=True,
        target={"type": "agent", "ids": [agent.colleague]},
    )
    assert agent.error("send_event_preview", chat_id=chat_id, event=text) == "authorization"


def test_ban(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    assert agent.ok("ban_customer", id=customer.id, ban={"days": 2}) == {}
    for action in ("list_chats", "get_customer"):
        assert customer.error(action) == "customer_banned"
    thread = agent.ok("get_chat", chat_id=chat_id)["thread"]
    assert thread["active"] is False
    assert thread["events"][-1]["text"] == (
        "Chat archived because customer was banned by Kate Novak for 2 day(s)"
    )
    agent.sandbox.clock.advance(2 * 86_400)
    customer.authorize()
    assert customer.ok("list_chats")["chats_summary"][0]["active"] is False
    assert agent.error("ban_customer", id="unknown", ban={"days": 1}) == "not_found"
