"""LiveChat's structures with odd values in them."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from livechat.api.structures import parsing
from livechat.api.structures.events import File, parse_chat, parse_event
from livechat.api.structures.forms import parse_form


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


def test_no_two_fields_of_a_form_have_the_same_id() -> None:
    fields = [{"type": "name", "id": "1"}, {"type": "email"}, {"type": "subject", "id": "1"}]
    ids = [field.id for field in parse_form({"fields": fields}).fields]
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z"]
)
def test_every_time_can_be_expressed_in_every_zone(time: str) -> None:
    for hours in (-14, 14):
        parsing.a_time(time).astimezone(timezone(timedelta(hours=hours)))
