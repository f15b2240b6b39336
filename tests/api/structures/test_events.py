"""LiveChat's answers, as they should be and as they should not."""

from __future__ import annotations

import contextlib
import copy
import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.api.structures.events import (
    parse_chat,
    parse_chat_list,
    parse_event,
    parse_sent,
    parse_thread,
    parse_thread_page,
    parse_user,
)
from livechat.api.structures.parsing import Malformed, clean

EVENT = {
    "id": "T1_1",
    "custom_id": "c",
    "type": "message",
    "author_id": "a",
    "created_at": "2020-05-14T07:22:40.269000Z",
    "text": "hello",
}
THREAD = {
    "id": "T1",
    "active": True,
    "user_ids": ["a"],
    "events": [EVENT],
    "created_at": "2020-05-07T07:11:28.288340Z",
    "queue": {"position": 42, "wait_time": 1337, "queued_at": "2020-05-07T07:11:28.288340Z"},
}
AGENT = {
    "id": "a",
    "type": "agent",
    "name": "Agent Smith",
    "avatar": "cdn.livechatinc.com/avatars/1.png",
    "job_title": "Support",
    "present": True,
    "events_seen_up_to": "2017-10-12T15:19:21.010200Z",
}
SUMMARY = {
    "id": "C1",
    "active": True,
    "last_thread_id": "T1",
    "users": [AGENT],
    "last_event_per_type": {"message": {"thread_id": "T1", "event": EVENT}},
}


def test_an_event() -> None:
    event = parse_event(EVENT)
    assert (event.id, event.type, event.author_id, event.custom_id) == ("T1_1", "message", "a", "c")
    assert event.created_at == datetime(2020, 5, 14, 7, 22, 40, 269000, UTC)
    assert event.text == "hello"


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
    ("parse", "data"),
    [
        (parse_event, None),
        (parse_event, []),
        (parse_event, {**EVENT, "id": 7}),
        (parse_event, {**EVENT, "id": ""}),
        (parse_event, {k: v for k, v in EVENT.items() if k != "type"}),
        (parse_event, {**EVENT, "created_at": "yesterday"}),
        (parse_event, {**EVENT, "created_at": 0}),
        (parse_thread, {**THREAD, "active": "yes"}),
        (parse_thread, {k: v for k, v in THREAD.items() if k != "active"}),
        (parse_user, {"id": "a"}),
        (parse_chat_list, {}),
        (parse_chat_list, {"chats_summary": {}}),
        (parse_thread_page, {"threads": "none"}),
        (parse_chat, {"users": []}),
    ],
)
def test_what_is_promised_always_and_missing_is_said(
    parse: Callable[[object], object], data: object
) -> None:
    with pytest.raises(Malformed):
        parse(data)


@pytest.mark.parametrize(
    ("field", "value"),
    [("text", 1), ("author_id", {}), ("custom_id", None), ("system_message_type", [])],
)
def test_an_optional_field_of_a_wrong_type_counts_as_absent(field: str, value: object) -> None:
    event = parse_event({**EVENT, field: value})
    assert getattr(event, field) in (None, "")


def test_one_odd_item_does_not_hide_the_others() -> None:
    page = parse_thread_page({"threads": [{**THREAD, "events": [{}, EVENT, None]}, {"id": "T2"}]})
    assert [[e.id for e in t.events] for t in page.threads] == [["T1_1"]]


def test_one_odd_newest_event_does_not_hide_the_chat_g4() -> None:
    odd = {**SUMMARY, "last_event_per_type": {"message": None, "file": {"event": EVENT}}}
    (summary,) = parse_chat_list({"chats_summary": [odd]}).chats
    assert summary.last_events == (parse_event(EVENT),)


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


@pytest.mark.parametrize(
    "time", ["2020-05-14T07:22:40Z", "2020-05-14T07:22:40+00:00", "2020-05-14T07:22:40"]
)
def test_times_without_fraction_or_zone_are_utc(time: str) -> None:
    assert parse_event({**EVENT, "created_at": time}).created_at == datetime(
        2020, 5, 14, 7, 22, 40, tzinfo=UTC
    )


def test_event_id_and_event_ids_are_read_alike_g2() -> None:
    assert parse_sent({"event_id": "e"}).event_ids == ("e",)
    assert parse_sent({"chat_id": "c", "thread_id": "t", "event_ids": ["e", 1]}).event_ids == ("e",)
    assert parse_sent({"thread_id": "t"}).event_ids == ()


def test_lone_surrogates_are_replaced() -> None:
    event = parse_event({**EVENT, "text": json.loads('"a\\ud83db"')})
    assert event.text == "a\N{REPLACEMENT CHARACTER}b"
    assert clean("👩") == "👩"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
PLACES = st.sampled_from(["chats_summary", "users", "last_event_per_type", "id", "active", "event"])


@given(JSON, PLACES)
def test_whatever_comes_nothing_but_malformed_is_raised(junk: Any, place: str) -> None:
    answer: dict[str, Any] = {"chats_summary": [copy.deepcopy(SUMMARY)]}
    target: dict[str, Any] = answer if place == "chats_summary" else answer["chats_summary"][0]
    if place == "event":
        target = target["last_event_per_type"]["message"]
    target[place] = junk
    for parse in (parse_chat_list, parse_thread_page, parse_chat, parse_event, parse_user):
        with contextlib.suppress(Malformed):
            parse(answer if parse is parse_chat_list else junk)
