"""Structures as LiveChat sends them."""

from __future__ import annotations

from typing import Any

from livechat.api.structures import events
from livechat.api.structures.events import parse_event

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
URL = "https://cdn.example.com/a.png"


def parsed(**fields: Any) -> events.Event:
    return parse_event({"id": "e", "created_at": "2026-05-01T12:00:00Z", **fields})
