"""LiveChat's answers as they should not be: nothing in them is trusted."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.api.structures.events import (
    parse_chat,
    parse_chat_list,
    parse_event,
    parse_thread,
    parse_thread_page,
    parse_user,
)
from livechat.api.structures.parsing import LONGEST_ID, Malformed, a_time, clean
from tests.api.structures.samples import AGENT, EVENT, SUMMARY, THREAD


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


@pytest.mark.parametrize(
    "time", ["2020-05-14T07:22:40Z", "2020-05-14T07:22:40+00:00", "2020-05-14T07:22:40"]
)
def test_times_without_fraction_or_zone_are_utc(time: str) -> None:
    assert parse_event({**EVENT, "created_at": time}).created_at == datetime(
        2020, 5, 14, 7, 22, 40, tzinfo=UTC
    )


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


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z"]
)
def test_every_time_can_be_expressed_in_every_zone(time: str) -> None:
    for hours in (-14, 14):
        a_time(time).astimezone(timezone(timedelta(hours=hours)))


@pytest.mark.parametrize(
    ("parse", "sample"),
    [(parse_event, EVENT), (parse_thread, THREAD), (parse_user, AGENT)],
)
def test_an_id_has_an_end(parse: Callable[[object], Any], sample: dict[str, Any]) -> None:
    """It becomes a part of keys, of which the browser is sent some with each run of the page."""
    longest = "x" * LONGEST_ID
    assert parse({**sample, "id": longest}).id == longest
    with pytest.raises(Malformed):
        parse({**sample, "id": longest + "x"})


def test_an_event_without_a_time_has_that_of_the_one_before_it() -> None:
    timeless = {**EVENT, "id": "T1_2", "created_at": None}
    thread = parse_thread({**THREAD, "events": [timeless, EVENT, {**timeless, "id": "T1_3"}]})
    begun, made_at = thread.created_at, parse_event(EVENT).created_at
    assert [event.created_at for event in thread.events] == [begun, made_at, made_at]
    assert thread.is_whole


@pytest.mark.parametrize(
    ("page", "left_out"),
    [
        ({"threads": [THREAD], "next_page_id": "p"}, 0),
        ({"threads": [THREAD], "next_page_id": 7}, 1),
        ({"threads": [THREAD, {}, None]}, 2),
        ({"threads": [{**THREAD, "events": [EVENT, {}, None]}]}, 2),
        ({"threads": [{**THREAD, "events": {}}]}, 1),
        ({"threads": [{**THREAD, "active": None}]}, 2),  # and its event
    ],
)
def test_a_page_tells_how_much_in_it_could_not_be_read(page: object, left_out: int) -> None:
    assert parse_thread_page(page).left_out == left_out


def test_chats_that_cannot_be_read_are_told_from_none() -> None:
    assert parse_chat_list({"chats_summary": []}).is_whole
    assert not parse_chat_list({"chats_summary": [{**SUMMARY, "active": 1}]}).is_whole
