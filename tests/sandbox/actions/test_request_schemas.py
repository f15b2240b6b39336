"""What every action refuses: the shape of each request (3.3 to 3.8, and 8.3)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.actors import Agent, Customer, error_type

TEXT = {"type": "message", "text": "x"}
CHAT: dict[str, Any] = {"chat_id": "C"}
THREAD: dict[str, Any] = {"chat_id": "C", "thread_id": "T"}
EVENT: dict[str, Any] = {"chat_id": "C", "thread_id": "T", "event_id": "E"}
PROPERTIES: dict[str, Any] = {"properties": {"rating": {"score": 1}}}
DELETED: dict[str, Any] = {"properties": {"rating": ["score"]}}

# action -> the required fields of a request that is right but for what it names
REQUIRED: dict[str, dict[str, Any]] = {
    "list_chats": {},
    "list_threads": CHAT,
    "get_chat": CHAT,
    "start_chat": {},
    "resume_chat": {"chat": {"id": "C"}},
    "deactivate_chat": {"id": "C"},
    "send_event": {"chat_id": "C", "event": TEXT},
    "send_rich_message_postback": {**EVENT, "postback": {"id": "b", "toggled": True}},
    "send_sneak_peek": {"chat_id": "C", "sneak_peek_text": "x"},
    "delete_event": EVENT,
    "update_chat_properties": {"id": "C", **PROPERTIES},
    "delete_chat_properties": {"id": "C", **DELETED},
    "update_thread_properties": {**THREAD, **PROPERTIES},
    "delete_thread_properties": {**THREAD, **DELETED},
    "update_event_properties": {**EVENT, **PROPERTIES},
    "delete_event_properties": {**EVENT, **DELETED},
    "get_customer": {},
    "update_customer": {"name": "Ann"},
    "set_customer_session_fields": {"session_fields": [{"a": "b"}]},
    "list_group_statuses": {"all": True},
    "get_form": {"group_id": 0, "type": "prechat"},
    "get_predicted_agent": {},
    "get_url_info": {"url": "https://example.com/"},
    "mark_events_as_seen": {"chat_id": "C", "seen_up_to": "2020-01-01T00:00:00Z"},
    "check_goals": {"session_fields": [], "group_id": 0, "page_url": "https://example.com/"},
    "accept_greeting": {"greeting_id": 1, "unique_id": "u"},
    "cancel_greeting": {"unique_id": "u"},
    "request_email_verification": {"callback_uri": "https://example.com/callback"},
}

GETS: dict[str, dict[str, Any]] = {
    "get_dynamic_configuration": {},
    "get_configuration": {"group_id": 0, "version": "v"},
    "get_localization": {"group_id": 0, "language": "en", "version": "v"},
    "list_license_properties": {},
    "list_group_properties": {"id": 0},
}

WRONG: list[tuple[str, dict[str, Any]]] = [
    ("list_chats", {"limit": 0}),
    ("list_chats", {"limit": 26}),
    ("list_chats", {"limit": "10"}),
    ("list_chats", {"limit": True}),
    ("list_chats", {"sort_order": "up"}),
    ("list_chats", {"page_id": "p", "limit": 10}),
    ("list_chats", {"page_id": "p", "sort_order": "asc"}),
    ("list_threads", {"limit": 101}),
    ("list_threads", {"min_events_count": 0}),
    ("list_threads", {"min_events_count": 101}),
    ("list_threads", {"min_events_count": 5, "limit": 5}),
    ("list_threads", {"page_id": "p", "limit": 3}),
    ("list_threads", {"page_id": "p", "sort_order": "asc"}),
    ("list_threads", {"page_id": "p", "min_events_count": 5}),
    ("list_threads", {"filters": {}}),
    ("get_chat", {"thread_id": 5}),
    ("start_chat", {"active": "yes"}),
    ("start_chat", {"continuous": 1}),
    ("start_chat", {"chat": {"id": "C"}}),
    ("start_chat", {"chat": {"users": []}}),
    ("start_chat", {"chat": {"access": {"group_ids": []}}}),
    ("start_chat", {"chat": {"access": {"group_ids": ["0"]}}}),
    ("start_chat", {"chat": {"thread": {"events": [{"type": "message"}]}}}),
    ("start_chat", {"chat": {"thread": {"events": [{"text": "x"}]}}}),
    ("start_chat", {"chat": {"thread": {"id": "T"}}}),
    ("start_chat", {"chat": {"properties": {"nonsense": {"x": 1}}}}),
    ("resume_chat", {"chat": {}}),
    ("resume_chat", {"id": "C"}),
    ("resume_chat", {"chat": {"id": 5}}),
    ("deactivate_chat", {"chat_id": "C"}),
    ("send_event", {"event": "x"}),
    ("send_event", {"attach_to_last_thread": "no"}),
    ("send_rich_message_postback", {"postback": {"id": "b"}}),
    ("send_rich_message_postback", {"postback": {"id": "b", "toggled": "true"}}),
    ("send_sneak_peek", {"sneak_peek_text": None}),
    ("update_chat_properties", {"properties": {}}),
    ("update_chat_properties", {"properties": {"rating": {}}}),
    ("update_chat_properties", {"properties": {"rating": ["score"]}}),
    ("delete_chat_properties", {"properties": {"rating": {"score": 1}}}),
    ("delete_thread_properties", {"properties": {"rating": []}}),
    ("get_customer", {"id": "x"}),
    ("update_customer", {"email": "nobody"}),
    ("update_customer", {"avatar": "cdn.example.com/a.png"}),
    ("update_customer", {"session_fields": [{"a": "b", "c": "d"}]}),
    ("update_customer", {"session_fields": [{"a": 1}]}),
    ("set_customer_session_fields", {"session_fields": {"a": "b"}}),
    ("list_group_statuses", {"all": True, "group_ids": [0]}),
    ("list_group_statuses", {"all": False}),
    ("get_form", {"type": "other"}),
    ("get_form", {"group_id": "0"}),
    ("get_predicted_agent", {"group_id": "0"}),
    ("get_url_info", {"url": "example"}),
    ("mark_events_as_seen", {"seen_up_to": "2020-01-01"}),
    ("accept_greeting", {"greeting_id": "1"}),
    ("request_email_verification", {"callback_uri": "ftp://example.com"}),
]


@pytest.mark.parametrize("action", REQUIRED)
def test_required_and_unknown_fields(customer: Customer, action: str) -> None:
    right, customer.version = REQUIRED[action], "3.6"
    assert customer.error(action, **right) != "validation"
    for name in right:
        rest = {field: value for field, value in right.items() if field != name}
        assert customer.error(action, **rest) == "validation", name
        assert customer.error(action, **{**right, name: 3.5}) == "validation", name
    assert customer.error(action, **right, unknown=1) == "validation"
    assert customer.error(action, **right, visibility="all") == "validation"


@pytest.mark.parametrize(("action", "fields"), WRONG)
def test_wrong_fields(customer: Customer, action: str, fields: dict[str, Any]) -> None:
    assert customer.error(action, **{**REQUIRED[action], **fields}) == "validation"


@pytest.mark.parametrize("action", GETS)
def test_gets(customer: Customer, action: str) -> None:
    right = GETS[action]
    assert error_type(customer.get(action, **right)) in (None, "not_found")
    for name in right:
        rest = {field: value for field, value in right.items() if field != name}
        assert error_type(customer.get(action, **rest)) == "validation"
    assert error_type(customer.get(action, **right, unknown="1")) == "validation"
    assert error_type(customer.call(action, {})) == "validation"


AGENT_RIGHT: dict[str, dict[str, Any]] = {
    "list_chats": {},
    "list_threads": CHAT,
    "get_chat": CHAT,
    "resume_chat": {"chat": {"id": "C"}},
    "deactivate_chat": {"id": "C"},
    "transfer_chat": {"id": "C"},
    "add_user_to_chat": {
        "chat_id": "C",
        "user_id": "U",
        "user_type": "agent",
        "visibility": "all",
    },
    "send_event": {"chat_id": "C", "event": TEXT},
    "update_thread_properties": {**THREAD, **PROPERTIES},
    "mark_events_as_seen": {"chat_id": "C", "seen_up_to": "2020-01-01T00:00:00Z"},
    "send_typing_indicator": {"chat_id": "C", "is_typing": True},
    "send_thinking_indicator": CHAT,
    "send_event_preview": {"chat_id": "C", "event": TEXT},
    "set_routing_status": {"status": "accepting_chats"},
    "ban_customer": {"id": "U", "ban": {"days": 1}},
}


@pytest.mark.parametrize("action", AGENT_RIGHT)
def test_agent_fields(agent: Agent, action: str) -> None:
    right, agent.version = AGENT_RIGHT[action], "3.6"
    assert agent.error(action, **right) in (None, "not_found")
    for name in right:
        rest = {field: value for field, value in right.items() if field != name}
        assert agent.error(action, **rest) == "validation", name
        assert agent.error(action, **{**right, name: 3.5}) == "validation", name
    assert agent.error(action, **right, unknown=1) == "validation"


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("list_chats", {"limit": 101}),
        ("list_chats", {"page_id": "p", "filters": {}}),
        ("list_chats", {"filters": {"group_ids": list(range(201))}}),
        ("list_threads", {"min_events_count": 3, "filters": {}}),
        ("send_event", {"attach_to_last_thread": True}),
        ("send_event", {"event": {**TEXT, "recipients": "all"}}),
        ("send_thinking_indicator", {"visibility": "agents"}),
        ("send_thinking_indicator", {"title": None}),
        ("send_event_preview", {"event": {"type": "custom"}}),
        ("send_event_preview", {"event": {**TEXT, "visibility": "agents"}}),
        ("send_event_preview", {"event": {**TEXT, "id": "x"}}),
        ("transfer_chat", {"target": {"type": "group", "ids": ["0"]}}),
        ("transfer_chat", {"target": {"type": "agent"}}),
        ("set_routing_status", {"status": "offline"}),
        ("ban_customer", {"ban": {"days": 0}}),
    ],
)
def test_wrong_agent_fields(
    agent: Agent, customer: Customer, action: str, fields: dict[str, Any]
) -> None:
    chat_id = customer.start("hello")
    request, agent.version = {**AGENT_RIGHT[action], **fields}, "3.6"
    if "chat_id" in request:
        request["chat_id"] = chat_id
    assert agent.error(action, **request) == "validation"
