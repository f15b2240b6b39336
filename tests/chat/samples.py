"""What the tests of the room are made of: events, threads, summaries and typed messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from livechat.api.structures.events import ChatSummary, Event, Thread
from livechat.chat.outgoing import Outgoing

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def message(id: str, seconds: float, **fields: object) -> Event:
    said = {"text": "Hello", **fields}
    return Event(id=id, type="message", created_at=at(seconds), **said)  # type: ignore[arg-type]


def thread(
    id: str, seconds: float, *events: Event, active: bool = True, is_whole: bool = False
) -> Thread:
    return Thread(id=id, created_at=at(seconds), active=active, events=events, is_whole=is_whole)


def summary(*last_events: Event, active: bool = True, thread_id: str = "t1") -> ChatSummary:
    return ChatSummary("chat", active, (), thread_id, last_events)


def typed(custom_id: str, text: str = "Hello") -> Outgoing:
    return Outgoing(custom_id, {"type": "message", "text": text}, 0, 0)
