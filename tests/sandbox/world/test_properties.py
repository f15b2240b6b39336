"""Properties: sections 3.5 and 4.8, and what a rating and a wish for the transcript bring about."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.actors import Agent, Customer


def test_rating(customer: Customer) -> None:
    chat_id = customer.start("hello")
    customer.ok("update_customer", name="Ann")
    customer.ok("deactivate_chat", id=chat_id)
    thread = {"chat_id": chat_id, "thread_id": customer.threads()[0]["id"]}
    rating = {"rating": {"score": 1, "comment": "Nice"}}
    assert customer.ok("update_thread_properties", **thread, properties=rating) == {}
    shown = customer.threads()[0]
    assert shown["properties"]["rating"] == {"score": 1, "comment": "Nice"}
    assert [event["text"] for event in shown["events"][-2:]] == [
        "Ann rated the chat as good",
        "Ann left the following comment: Nice",
    ]
    assert shown["events"][-1]["text_vars"] == {"customer": "Ann", "comment": "Nice"}
    customer.ok("update_thread_properties", **thread, properties={"rating": {"score": 0}})
    assert customer.threads()[0]["properties"]["rating"] == {"score": 0, "comment": "Nice"}
    deleted = {"rating": ["score", "comment"]}
    customer.ok("delete_thread_properties", **thread, properties=deleted)
    assert "rating" not in customer.threads()[0]["properties"]
    assert customer.texts()[-1] == "rating.chat_rating_canceled"


def test_transcript(customer: Customer) -> None:
    chat_id = customer.start("hello")
    thread = {"chat_id": chat_id, "thread_id": customer.threads()[0]["id"]}
    wish = {"routing": {"transcript_email": "ann@example.com"}}
    customer.ok("update_thread_properties", **thread, properties=wish)
    customer.ok("deactivate_chat", id=chat_id)
    assert customer.texts() == [
        "hello",
        "transcript_requested",
        "manual_archived_customer",
        "transcript_sent",
    ]


@pytest.mark.parametrize(
    ("where", "properties", "error"),
    [
        ("thread", {"rating": {"score": 2}}, "validation"),
        ("thread", {"rating": {"score": "1"}}, "validation"),
        ("thread", {"rating": {"score": True}}, "validation"),
        ("thread", {"rating": {"stars": 1}}, "validation"),
        ("thread", {"unknown": {"x": 1}}, "validation"),
        ("thread", {"routing": {"continuous": True}}, "authorization"),
        ("thread", {"routing": {"pinned": True}}, "authorization"),
        ("thread", {"routing": {"email_follow_up": True}}, "validation"),
        ("chat", {"routing": {"email_follow_up": True}}, None),
        ("chat", {"test": {"int_property": 2**31}}, "validation"),
        ("chat", {"test": {"int_property": 2**31 - 1}}, None),
        ("event", {"status": {"delivered": True}}, None),
        ("event", {"lc2": {"greeting_id": 1}}, "authorization"),
    ],
)
def test_property_rights(
    customer: Customer, where: str, properties: dict[str, Any], error: str | None
) -> None:
    chat_id = customer.start("hello")
    thread = customer.threads()[0]
    ids = {"chat_id": chat_id, "thread_id": thread["id"], "event_id": thread["events"][0]["id"]}
    if where == "thread":
        del ids["event_id"]
    if where == "chat":
        ids = {"id": chat_id}
    assert customer.error(f"update_{where}_properties", **ids, properties=properties) == error


def test_private_properties(customer: Customer) -> None:
    mine = {customer.sandbox.client_id: {"anything": "goes", "number": 1}}
    chat_id = customer.ok("start_chat", chat={"properties": mine})["chat_id"]
    chat = customer.ok("get_chat", chat_id=chat_id)
    assert chat["properties"].items() >= mine.items()
    names = {customer.sandbox.client_id: ["anything"]}
    customer.ok("delete_chat_properties", id=chat_id, properties=names)
    (namespace,) = mine
    assert customer.ok("get_chat", chat_id=chat_id)["properties"][namespace] == {"number": 1}


def test_event_properties(customer: Customer) -> None:
    customer.chat_id = customer.start("hello")
    thread = customer.threads()[0]
    ids = {
        "chat_id": customer.chat_id,
        "thread_id": thread["id"],
        "event_id": thread["events"][0]["id"],
    }
    customer.ok("update_event_properties", **ids, properties={"rating": {"score": 1}})
    assert customer.threads()[0]["events"][0]["properties"] == {"rating": {"score": 1}}
    customer.ok("delete_event_properties", **ids, properties={"rating": ["score"]})
    assert "properties" not in customer.threads()[0]["events"][0]
    ids["event_id"] = "X"
    assert (
        customer.error("update_event_properties", **ids, properties={"rating": {"score": 1}})
        == "not_found"
    )


def test_customers_do_not_see_what_is_for_agents(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    thread_id = customer.threads()[0]["id"]
    properties = {"routing": {"pinned": True}}
    agent.ok(
        "update_thread_properties", chat_id=chat_id, thread_id=thread_id, properties=properties
    )
    assert "pinned" not in customer.threads()[0]["properties"]["routing"]
    assert agent.ok("get_chat", chat_id=chat_id)["thread"]["properties"]["routing"]["pinned"]
