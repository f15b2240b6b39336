"""Chats, threads and events, with everything in them and nothing."""

from __future__ import annotations

import logging
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.api.structures import events
from livechat.api.structures.events import (
    File,
    Preview,
    parse_chat,
    parse_chat_list,
    parse_event,
    parse_sent,
    parse_thread,
    parse_user,
)
from livechat.api.structures.forms import Rating
from tests.api.structures.samples import AGENT, EVENT, SUMMARY, THREAD, URL, parsed


def test_an_event() -> None:
    event = parse_event(EVENT)
    assert (event.id, event.type, event.author_id, event.custom_id) == ("T1_1", "message", "a", "c")
    assert event.created_at == datetime(2020, 5, 14, 7, 22, 40, 269000, UTC)
    assert event.text == "hello"


@pytest.mark.parametrize(
    ("fields", "is_for_people"),
    [
        ({"type": "message", "text": "a"}, True),
        ({"type": "message", "text": "\u200ba\u200b"}, True),
        ({"type": "message", "text": " \u200b\n"}, False),
        ({"type": "message", "text": ""}, False),
        *(({"type": "message", **text}, True) for text in ({}, {"text": None}, {"text": 7})),
        ({"type": "system_message", "text": "a"}, True),
        ({"type": "system_message", "system_message_type": "a"}, True),
        ({"type": "system_message", "text": "\u2060"}, False),
        ({"type": "custom", "content": {"text": "a"}, "text": "a"}, False),
        ({"type": "annotation", "text": "a"}, False),
        ({"type": "system", "text": "a"}, False),
        *(({"type": kind}, True) for kind in ("file", "rich_message", "form", "filled_form")),
    ],
)
def test_what_is_for_people(fields: dict[str, Any], is_for_people: bool) -> None:
    event = parse_event({"id": "e", "created_at": "2026-01-01T00:00:00Z", **fields})
    assert event.is_for_people is is_for_people


def test_a_thread_a_user_and_a_summary() -> None:
    thread = parse_thread(THREAD)
    assert thread.active
    assert thread.queue is not None
    assert (thread.queue.position, thread.queue.wait_time) == (42, 1337)
    user = parse_user(AGENT)
    assert (user.name, user.job_title, user.present) == ("Agent Smith", "Support", True)
    (summary,) = parse_chat_list({"chats_summary": [SUMMARY]}).chats
    assert summary.last_events == (parse_event(EVENT),)
    assert summary.users == (user,)


@pytest.mark.parametrize(
    ("events", "is_whole"),
    [([EVENT], True), ([], True), ([EVENT, {}], False), (EVENT, False), (None, False)],
)
def test_a_thread_is_whole_if_all_its_events_could_be_read(events: object, is_whole: bool) -> None:
    assert parse_thread({**THREAD, "events": events}).is_whole is is_whole
    assert not parse_thread({k: v for k, v in THREAD.items() if k != "events"}).is_whole


def test_one_odd_newest_event_does_not_hide_the_chat_g4() -> None:
    odd = {**SUMMARY, "last_event_per_type": {"message": None, "file": {"event": EVENT}}}
    (summary,) = parse_chat_list({"chats_summary": [odd]}).chats
    unreadable, event = summary.last_events or ()
    assert unreadable.is_unreadable
    assert event == parse_event(EVENT)


def test_two_newest_events_that_cannot_be_read_are_told_apart() -> None:
    """Or what is said behind them would never be looked for."""
    odd = [{"message": {"event": {**EVENT, "id": 7, "text": text}}} for text in ("a", "a", "b")]
    sent = [{**SUMMARY, "last_event_per_type": last} for last in odd]
    first, same, other = parse_chat_list({"chats_summary": sent}).chats
    assert first == same
    assert first != other


def test_a_summary_without_newest_events_is_told_from_one_without_events() -> None:
    without = {k: v for k, v in SUMMARY.items() if k != "last_event_per_type"}
    (summary,) = parse_chat_list({"chats_summary": [without]}).chats
    assert summary.last_events is None
    (summary,) = parse_chat_list({"chats_summary": [{**SUMMARY, "last_event_per_type": {}}]}).chats
    assert summary.last_events == ()


@pytest.mark.parametrize("queue", [None, [], {}, {"position": "first"}])
def test_an_odd_queue_is_none(queue: object) -> None:
    assert parse_thread({**THREAD, "queue": queue}).queue is None


@pytest.mark.parametrize("wait", [math.inf, math.nan, "long", None])
def test_an_odd_waiting_time_is_unknown(wait: object) -> None:
    queue = parse_thread({**THREAD, "queue": {"position": 1, "wait_time": wait}}).queue
    assert queue is not None
    assert queue.wait_time is None


def test_event_id_and_event_ids_are_read_alike_g2() -> None:
    assert parse_sent({"event_id": "e"}).event_ids == ("e",)
    assert parse_sent({"chat_id": "c", "thread_id": "t", "event_ids": ["e", 1]}).event_ids == ("e",)
    assert parse_sent({"thread_id": "t"}).event_ids == ()


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (
            {
                "type": "file",
                "url": URL,
                "name": "a.png",
                "content_type": "image/png",
                "size": 7,
                "width": 640,
                "height": 480,
                "thumbnail_url": URL + "?1x",
                "thumbnail2x_url": URL + "?2x",
                "alternative_text": "A cat",
            },
            File(URL, "a.png", "image/png", 7, URL + "?2x", 640, 480, "A cat"),
        ),
        ({"type": "file", "url": URL, "thumbnail_url": "t"}, File(URL, "", thumbnail_url="t")),
        ({"type": "file", "url": URL, "size": -1, "width": "wide"}, File(URL, "")),
        ({"type": "file", "name": "a.png"}, None),
        ({"type": "custom", "content": {"a": 1}}, None),
        ({"type": "hologram"}, None),
        ({"type": "message", "text": "Hello"}, None),
    ],
)
def test_a_body(fields: dict[str, Any], body: events.Body | None) -> None:
    assert parsed(**fields).body == body


@pytest.mark.parametrize(
    ("details", "preview"),
    [
        (None, None),
        ({}, None),
        ({"url": URL}, None),
        ({"title": "T"}, None),
        ({"url": URL, "title": "T"}, Preview(URL, "T")),
        ({"url": URL, "title": "T", "description": "D", "image_url": URL}, Preview(URL, "T", "D")),
        ({"url": 7, "title": "T"}, None),
    ],
)
def test_the_preview_of_a_link(details: object, preview: Preview | None) -> None:
    properties = {"url_details": details}
    assert parsed(type="message", text=URL, properties=properties).preview == preview


@pytest.mark.parametrize(
    "fields", [{"type": "hologram"}, {"type": "file"}, {"type": "rich_message", "text": "secret"}]
)
def test_what_cannot_be_shown_is_logged_once_without_its_words(
    fields: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    events._note.cache_clear()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            parsed(**fields)
    assert len(caplog.records) == 1
    assert fields["type"] in caplog.text
    assert "secret" not in caplog.text


NAMES = st.sampled_from(
    [
        *("id", "type", "label", "required", "options", "answer", "answers", "elements", "buttons"),
        *("image", "url", "title", "text", "postback_id", "user_ids", "fields", "form_id"),
        *("template_id", "group_id", "checked", "properties", "rating", "score"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)


@given(
    kind=st.sampled_from(["file", "rich_message", "form", "filled_form", "message"]),
    fields=st.dictionaries(NAMES, JSON),
)
def test_no_body_is_a_reason_to_fail(kind: str, fields: dict[str, Any]) -> None:
    event = parsed(**{**fields, "type": kind, "id": "e"})
    assert event.type == kind


MESSAGE = {"id": "e", "type": "message", "created_at": "2026-05-01T12:00:00Z", "text": "Hi"}
CHAT: dict[str, Any] = {"id": "c", "active": True, "users": []}
LAST: dict[str, Any] = {"last_event_per_type": {"message": {"event": MESSAGE}}}


@pytest.mark.parametrize(
    "answer",
    [
        {"chats_summary": [{**CHAT, **LAST, "last_thread_id": "t"}]},
        {"chats_info": [{**CHAT, "last_thread_info": {**LAST, "id": "t", "created_at": "then"}}]},
        {"chats_info": [{**CHAT, **LAST, "last_thread_id": "t"}]},  # as the sample still has it
    ],
)
def test_the_chats_of_each_version_are_the_same(answer: dict[str, Any]) -> None:
    (chat,) = parse_chat_list(answer).chats
    assert (chat.id, chat.active, chat.last_thread_id) == ("c", True, "t")
    assert chat.last_events == (parse_event(MESSAGE),)


@pytest.mark.parametrize("info", [{}, {"last_thread_info": 7}, {"last_thread_info": {"id": 7}}])
def test_a_chat_whose_last_thread_is_not_told(info: dict[str, Any]) -> None:
    (chat,) = parse_chat_list({"chats_info": [CHAT | info]}).chats
    assert (chat.last_thread_id, chat.last_events) == (None, None)


@pytest.mark.parametrize(
    ("properties", "rating", "email"),
    [
        (None, None, None),
        ({}, None, None),
        ({"rating": {"score": 1, "comment": "good"}}, Rating(1, "good"), None),
        ({"rating": {"score": 0}}, Rating(0), None),
        ({"rating": {"comment": "no score"}}, None, None),
        ({"rating": {"score": 5}}, None, None),
        ({"rating": {"score": True}}, None, None),
        ({"rating": 7, "routing": {"transcript_email": "a@b.c"}}, None, "a@b.c"),
    ],
)
def test_the_properties_of_a_thread(
    properties: object, rating: Rating | None, email: str | None
) -> None:
    json = {"id": "t", "created_at": "2026-05-01T12:00:00Z", "active": True}
    thread = parse_thread({**json, "properties": properties})
    assert (thread.rating, thread.transcript_email) == (rating, email)


def test_an_agent_whose_seen_time_is_odd_keeps_their_name() -> None:
    agent = {"id": "a", "type": "agent", "name": "Bob", "events_seen_up_to": "soon"}
    assert [user.name for user in parse_chat({"id": "c", "users": [agent]}).users] == ["Bob"]


def test_a_size_beyond_all_measure_is_none() -> None:
    event = parse_event(
        {
            "id": "f",
            "type": "file",
            "created_at": "2026-01-01T00:00:00Z",
            "url": "https://example.com/f",
            "size": 10**400,
        }
    )
    assert isinstance(event.body, File)
    assert event.body.size is None
