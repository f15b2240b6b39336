"""Chats, threads and their life: sections 1, 3.2 and 3.3."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.sandbox import Sandbox
from tests.sandbox.actors import Agent, Customer


def message(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "text": text, **more}


def test_a_new_customer_has_no_chat(customer: Customer) -> None:
    assert customer.ok("list_chats") == {"chats_summary": [], "total_chats": 0}


def test_start_chat(customer: Customer) -> None:
    answer = customer.ok(
        "start_chat",
        chat={"thread": {"events": [message("one", custom_id="c1"), message("two")]}},
    )
    assert set(answer) == {"chat_id", "thread_id", "event_ids"}
    chat = customer.ok("get_chat", chat_id=answer["chat_id"])
    assert set(chat) == {"id", "thread", "users", "access", "properties"}
    thread = chat["thread"]
    assert thread["active"] is True
    assert [event["id"] for event in thread["events"]] == answer["event_ids"]
    assert thread["events"][0]["custom_id"] == "c1"
    assert {event["author_id"] for event in thread["events"]} == {customer.id}
    kate = next(user for user in chat["users"] if user["type"] == "agent")
    assert kate["name"] == "Kate Novak"
    assert kate["present"] is True
    assert "@" not in kate["id"]
    assert kate["avatar"].startswith("data:image/svg+xml;base64,")
    assert thread["user_ids"] == [customer.id, kate["id"]]
    assert chat["properties"]["routing"]["continuous"] is False


def test_event_ids_only_with_initial_events(customer: Customer) -> None:
    assert set(customer.ok("start_chat")) == {"chat_id", "thread_id"}


def test_what_is_deleted_is_in_no_answer_for_customers(customer: Customer, agent: Agent) -> None:
    customer.version = "3.6"
    chat_id = customer.start("hello")
    event_id = customer.say("a mistake")
    thread_id = customer.threads()[0]["id"]
    place = {"chat_id": chat_id, "thread_id": thread_id, "event_id": event_id}
    assert customer.ok("delete_event", **place) == {}
    assert customer.texts() == ["hello"]
    chat = customer.ok("get_chat", chat_id=chat_id)
    assert [event["text"] for event in chat["thread"]["events"]] == ["hello"]
    (summary,) = customer.ok("list_chats")["chats_summary"]
    assert summary["last_event_per_type"]["message"]["event"]["text"] == "hello"
    assert customer.error("delete_event", **place) == "not_found"
    stub = agent.ok("get_chat", chat_id=chat_id)["thread"]["events"][-1]
    assert stub["deleted"] is True
    names = {"id", "created_at", "type", "visibility", "author_id", "deleted"}
    assert set(stub) == names


def test_only_ones_own_events_can_be_deleted(customer: Customer, agent: Agent) -> None:
    customer.version = "3.6"
    chat_id = customer.start("hello")
    place = {"chat_id": chat_id, "thread_id": customer.threads()[0]["id"]}
    theirs = agent.say(chat_id, "hi")
    hidden = agent.say(chat_id, "for agents", visibility="agents")
    assert customer.error("delete_event", **place, event_id=theirs) == "authorization"
    assert customer.error("delete_event", **place, event_id=hidden) == "not_found"
    assert customer.texts() == ["hello", "hi"]


def test_one_chat_per_customer(customer: Customer) -> None:
    chat_id = customer.start("hello")
    assert customer.error("start_chat") == "chat_limit_reached"
    customer.ok("deactivate_chat", id=chat_id)
    assert customer.error("start_chat") == "chat_limit_reached"


def test_close_and_resume(customer: Customer) -> None:
    chat_id = customer.start("hello")
    assert customer.error("resume_chat", chat={"id": chat_id}) == "chat_already_active"
    assert customer.ok("deactivate_chat", id=chat_id) == {}
    assert customer.error("deactivate_chat", id=chat_id) == "chat_inactive"
    chat = {"id": chat_id, "thread": {"events": [message("back")]}}
    answer = customer.ok("resume_chat", chat=chat)
    assert set(answer) == {"thread_id", "event_ids"}
    old, new = customer.threads()
    assert (old["active"], new["active"]) == (False, True)
    assert old["next_thread_id"] == new["id"] == answer["thread_id"]
    assert new["previous_thread_id"] == old["id"]
    assert "previous_thread_id" not in old
    assert "next_thread_id" not in new
    assert customer.texts() == ["hello", "manual_archived_customer", "back"]


def test_an_inactive_start_is_closed_from_the_first(customer: Customer) -> None:
    customer.start("hello", active=False)
    assert [thread["active"] for thread in customer.threads()] == [False]


def test_send_event_needs_an_active_thread(customer: Customer) -> None:
    chat_id = customer.start("hello")
    customer.say("more")
    customer.ok("deactivate_chat", id=chat_id)
    late = {"chat_id": chat_id, "event": message("late")}
    assert customer.error("send_event", **late) == "chat_inactive"
    assert customer.error("send_event", **late, attach_to_last_thread=False) == "chat_inactive"
    customer.ok("send_event", **late, attach_to_last_thread=True)
    assert customer.texts() == ["hello", "more", "manual_archived_customer", "late"]
    assert customer.threads()[0]["active"] is False


def test_writing_moves_ones_own_seen_mark(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")

    def seen() -> str:
        users = customer.ok("get_chat", chat_id=chat_id)["users"]
        return next(str(user["events_seen_up_to"]) for user in users if user["id"] == customer.id)

    first = seen()
    agent.say(chat_id, "hi")
    assert seen() == first
    customer.say("how are you")
    assert seen() > first


def test_mark_events_as_seen_never_goes_back(customer: Customer) -> None:
    chat_id = customer.start("hello")

    def seen() -> str:
        users = customer.ok("get_chat", chat_id=chat_id)["users"]
        return next(str(user["events_seen_up_to"]) for user in users if user["id"] == customer.id)

    before = seen()
    early = "2017-10-12T15:19:21.010200Z"
    assert customer.ok("mark_events_as_seen", chat_id=chat_id, seen_up_to=early) == {}
    assert seen() == before
    late = "2999-01-01T00:00:00+02:00"
    customer.ok("mark_events_as_seen", chat_id=chat_id, seen_up_to=late)
    assert seen() == "2998-12-31T22:00:00.000000Z"
    for wrong in ("yesterday", "2999-13-01T00:00:00Z", 5):
        assert (
            customer.error("mark_events_as_seen", chat_id=chat_id, seen_up_to=wrong) == "validation"
        )


def test_only_ones_own_chat(sandbox: Sandbox, customer: Customer) -> None:
    chat_id = customer.start("secret")
    other = Customer(sandbox)
    thread_id = customer.threads()[0]["id"]
    for action, payload in (
        ("list_threads", {"chat_id": chat_id}),
        ("get_chat", {"chat_id": chat_id}),
        ("resume_chat", {"chat": {"id": chat_id}}),
        ("deactivate_chat", {"id": chat_id}),
        ("send_event", {"chat_id": chat_id, "event": message("x")}),
        ("send_sneak_peek", {"chat_id": chat_id, "sneak_peek_text": "x"}),
        ("mark_events_as_seen", {"chat_id": chat_id, "seen_up_to": "2020-01-01T00:00:00Z"}),
        ("update_chat_properties", {"id": chat_id, "properties": {"rating": {"score": 1}}}),
        (
            "update_thread_properties",
            {"chat_id": chat_id, "thread_id": thread_id, "properties": {"rating": {"score": 1}}},
        ),
    ):
        assert other.error(action, **payload) == "not_found", action
    assert other.ok("list_chats")["chats_summary"] == []


def test_summary(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    agent.say(chat_id, "hi")
    (summary,) = customer.ok("list_chats")["chats_summary"]
    assert summary["id"] == chat_id
    assert summary["active"] is True
    assert summary["last_event_per_type"]["message"]["event"]["text"] == "hi"
    customer.ok("deactivate_chat", id=chat_id)
    (summary,) = customer.ok("list_chats")["chats_summary"]
    assert summary["active"] is False
    assert set(summary["last_event_per_type"]) == {"message", "system_message"}
    assert summary["last_thread_id"] == customer.threads()[0]["id"]


def make_threads(customer: Customer, count: int) -> list[str]:
    chat_id = customer.start("thread 1")
    for number in range(2, count + 1):
        customer.ok("deactivate_chat", id=chat_id)
        chat = {"id": chat_id, "thread": {"events": [message(f"thread {number}")]}}
        customer.ok("resume_chat", chat=chat)
    return [thread["id"] for thread in customer.threads()]


def test_list_threads_pages(customer: Customer) -> None:
    ids = make_threads(customer, 8)
    first = customer.ok("list_threads", chat_id=customer.chat_id)
    assert [thread["id"] for thread in first["threads"]] == ids[:4:-1]
    assert first["found_threads"] == 8
    assert "previous_page_id" not in first

    def page(page_id: str) -> dict[str, Any]:
        return customer.ok("list_threads", chat_id=customer.chat_id, page_id=page_id)

    second = page(first["next_page_id"])
    third = page(second["next_page_id"])
    shown = [thread["id"] for answer in (first, second, third) for thread in answer["threads"]]
    assert shown == ids[::-1]
    assert "next_page_id" not in third
    back = page(third["previous_page_id"])
    assert back["threads"] == second["threads"]


def test_a_new_thread_does_not_shift_the_pages(customer: Customer) -> None:
    ids = make_threads(customer, 5)
    first = customer.ok("list_threads", chat_id=customer.chat_id)
    customer.ok("deactivate_chat", id=customer.chat_id)
    customer.ok("resume_chat", chat={"id": customer.chat_id})
    second = customer.ok("list_threads", chat_id=customer.chat_id, page_id=first["next_page_id"])
    assert [thread["id"] for thread in second["threads"]] == ids[1::-1]


def test_list_threads_oldest_first(customer: Customer) -> None:
    ids = make_threads(customer, 4)
    answer = customer.ok("list_threads", chat_id=customer.chat_id, sort_order="asc", limit=2)
    assert [thread["id"] for thread in answer["threads"]] == ids[:2]


def test_min_events_count(customer: Customer) -> None:
    ids = make_threads(customer, 6)  # the newest has one event, the others two
    answer = customer.ok("list_threads", chat_id=customer.chat_id, min_events_count=4)
    assert [thread["id"] for thread in answer["threads"]] == ids[:2:-1]
    following = customer.ok(
        "list_threads", chat_id=customer.chat_id, page_id=answer["next_page_id"]
    )
    assert [thread["id"] for thread in following["threads"]] == ids[2:0:-1]
    everything = customer.ok("list_threads", chat_id=customer.chat_id, min_events_count=100)
    assert len(everything["threads"]) == 6
    assert "next_page_id" not in everything


def test_a_page_id_is_for_its_list_and_a_month(sandbox: Sandbox, customer: Customer) -> None:
    make_threads(customer, 4)
    other = Customer(sandbox)
    make_threads(other, 4)
    page_id = customer.ok("list_threads", chat_id=customer.chat_id)["next_page_id"]
    assert other.error("list_threads", chat_id=other.chat_id, page_id=page_id) == "validation"
    assert customer.error("list_chats", page_id=page_id) == "validation"
    assert (
        customer.error("list_threads", chat_id=customer.chat_id, page_id="made up") == "validation"
    )
    sandbox.clock.advance(31 * 86_400)
    customer.authorize()
    assert customer.error("list_threads", chat_id=customer.chat_id, page_id=page_id) == "validation"


def test_get_chat_with_a_thread(customer: Customer) -> None:
    ids = make_threads(customer, 2)
    chat = customer.ok("get_chat", chat_id=customer.chat_id, thread_id=ids[0])
    assert chat["thread"]["id"] == ids[0]
    assert customer.ok("get_chat", chat_id=customer.chat_id)["thread"]["id"] == ids[1]
    assert customer.error("get_chat", chat_id=customer.chat_id, thread_id="X") == "not_found"


def test_offline(customer: Customer, agent: Agent) -> None:
    agent.ok("set_routing_status", status="not_accepting_chats")
    assert customer.error("start_chat") == "groups_offline"
    statuses = customer.ok("list_group_statuses", all=True)["groups_status"]
    assert statuses == {"0": "offline", "1": "offline", "2": "offline"}
    chat_id = customer.start("anybody?", continuous=True)
    (thread,) = customer.threads()
    assert thread["active"] is True
    assert thread["user_ids"] == [customer.id]
    assert thread["properties"]["routing"]["continuous"] is True
    customer.ok("deactivate_chat", id=chat_id)
    # The mode stays where `continuous` is left out, and can be changed.
    assert customer.error("resume_chat", chat={"id": chat_id}, continuous=False) == "groups_offline"
    customer.ok("resume_chat", chat={"id": chat_id})
    agent.ok("set_routing_status", status="accepting_chats")
    assert len(customer.threads()[-1]["user_ids"]) == 2


def test_a_message_left_while_nobody_is_there(customer: Customer, agent: Agent) -> None:
    agent.ok("set_routing_status", status="not_accepting_chats")
    thread = {
        "events": [message("call me")],
        "properties": {"routing": {"offline_message": True}},
    }
    customer.chat_id = customer.ok("start_chat", chat={"thread": thread}, active=False)["chat_id"]
    chat = {"id": customer.chat_id, "thread": thread}
    assert customer.error("resume_chat", chat=chat) == "groups_offline"
    customer.ok("resume_chat", chat=chat, active=False)
    for shown in customer.threads():
        assert (shown["active"], shown["user_ids"]) == (False, [customer.id])
        assert shown["properties"]["routing"]["offline_message"] is True
    agent.ok("set_routing_status", status="accepting_chats")
    assert customer.texts() == ["call me", "call me"]


def test_groups(customer: Customer) -> None:
    assert customer.error("start_chat", chat={"access": {"group_ids": [9]}}) == "group_not_found"
    chat_id = customer.ok("start_chat", chat={"access": {"group_ids": [1]}})["chat_id"]
    chat = customer.ok("get_chat", chat_id=chat_id)
    assert chat["access"] == chat["thread"]["access"] == {"group_ids": [1]}


def test_queue(sandbox: Sandbox, agent: Agent) -> None:
    sandbox.default.chat_limit = 1
    first, second, third = Customer(sandbox), Customer(sandbox), Customer(sandbox)
    first.start("served")
    assert first.ok("list_group_statuses", group_ids=[0, 9])["groups_status"] == {
        "0": "online_for_queue"
    }
    second.start("waiting")
    third.start("waiting, too")
    queue = third.threads()[0]["queue"]
    assert (queue["position"], queue["wait_time"] > 0) == (2, True)
    assert queue["queued_at"].endswith("Z")
    assert "queue" not in first.threads()[0]
    first.ok("deactivate_chat", id=first.chat_id)
    (thread,) = second.threads()
    assert "queue" not in thread
    assert len(thread["user_ids"]) == 2
    assert third.threads()[0]["queue"]["position"] == 1
    agent.ok("set_routing_status", status="not_accepting_chats")
    assert third.texts() == ["waiting, too", "routing.archived_offline"]


def test_inactivity(customer: Customer) -> None:
    customer.start("hello")
    customer.sandbox.clock.advance(29 * 60)
    assert customer.threads()[0]["active"] is True
    customer.say("still here")
    customer.sandbox.clock.advance(31 * 60)
    (thread,) = customer.threads()
    assert thread["active"] is False
    last = thread["events"][-1]
    assert last["system_message_type"] == "routing.archived_inactive"
    assert last["text"] == "Chat archived due to 30 minutes of inactivity"
    assert "author_id" not in last


def test_inactivity_is_configurable(customer: Customer) -> None:
    customer.organization.inactivity_seconds = 60
    customer.start("hello")
    customer.sandbox.clock.advance(61)
    assert (
        customer.error("send_event", chat_id=customer.chat_id, event=message("late"))
        == "chat_inactive"
    )


def test_token_expiry(customer: Customer) -> None:
    customer.start("hello")
    customer.sandbox.clock.advance(28_799)
    customer.ok("list_chats")
    customer.sandbox.clock.advance(2)
    response = customer.call("list_chats", {})
    assert response.status_code == 401
    assert response.json()["error"]["type"] == "authentication"
    customer.authorize()
    assert len(customer.ok("list_chats")["chats_summary"]) == 1


def test_organizations_are_apart(sandbox: Sandbox) -> None:
    mine, yours = sandbox.lodge(None), sandbox.lodge(None)
    assert mine.organization_id != yours.organization_id
    assert sandbox.lodge(mine.organization_id) is mine
    assert sandbox.lodge("unknown").organization_id != "unknown"
    customer, other = Customer(sandbox, mine), Customer(sandbox, yours)
    chat_id = customer.start("hello")
    other.start("hello")
    agent, other_agent = Agent(sandbox, mine), Agent(sandbox, yours)
    other_agent.ok("set_routing_status", status="not_accepting_chats")
    assert customer.ok("list_group_statuses", all=True)["groups_status"]["0"] == "online"
    assert other_agent.error("get_chat", chat_id=chat_id) == "not_found"
    assert [chat["id"] for chat in agent.ok("list_chats")["chats_summary"]] == [chat_id]
    stranger = Customer(sandbox, mine)
    stranger.organization = yours
    assert stranger.error("list_chats") == "authentication"


@pytest.mark.parametrize("count", [1, 100])
def test_list_limits(customer: Customer, count: int) -> None:
    customer.start("hello")
    customer.ok("list_threads", chat_id=customer.chat_id, limit=count)
    customer.ok("list_threads", chat_id=customer.chat_id, min_events_count=count)
