"""LiveChat's data structures as small immutable objects, parsed once at the edge.

Section 4 of the API reference. A server's answer is not trusted: a required field that is missing
or of the wrong type raises `Malformed`, an optional one that is wrong counts as absent, and a
list drops the items that cannot be read, so that one odd event never hides the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

Json = Mapping[str, Any]
T = TypeVar("T")

# A lone surrogate is valid in JSON ("\ud83d") and in a Python string, but not in UTF-8: Streamlit
# could not send it to the browser.
_SURROGATES = re.compile("[\ud800-\udfff]")


class Malformed(ValueError):
    """A structure without a field that the reference promises always."""


@dataclass(frozen=True, slots=True)
class Event:
    """One item of a thread (4.1, 4.2). `content` keeps the fields of its own type, as sent."""

    id: str
    type: str
    created_at: datetime
    author_id: str | None = None
    custom_id: str | None = None
    text: str = ""
    system_message_type: str | None = None
    content: Json = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Queue:
    """A queued thread's place (4.7): `wait_time` in seconds, an estimate."""

    position: int
    wait_time: int | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """One topic of a chat (4.7)."""

    id: str
    created_at: datetime
    active: bool
    events: tuple[Event, ...] = ()
    queue: Queue | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A customer or an agent, as a customer sees them (4.4)."""

    id: str
    type: str
    name: str | None = None
    avatar: str | None = None
    job_title: str | None = None
    present: bool = False
    events_seen_up_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChatSummary:
    """One chat of `list_chats` (4.6).

    `last_events` holds the newest event of each type, and is None where LiveChat left the field
    out, which it may: then a summary cannot tell whether something is new.
    """

    id: str
    active: bool
    users: tuple[User, ...] = ()
    last_thread_id: str | None = None
    last_events: tuple[Event, ...] | None = None


@dataclass(frozen=True, slots=True)
class ChatList:
    """The answer of `list_chats` (3.3)."""

    chats: tuple[ChatSummary, ...]
    next_page_id: str | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """The answer of `get_chat` (4.5)."""

    id: str
    users: tuple[User, ...] = ()
    thread: Thread | None = None


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One page of `list_threads` (3.3)."""

    threads: tuple[Thread, ...]
    next_page_id: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The answer of `start_chat`, `resume_chat` (3.3) and `send_event` (3.4).

    `chat_id` is there after a start, `thread_id` after a start or a resume.
    """

    chat_id: str | None = None
    thread_id: str | None = None
    event_ids: tuple[str, ...] = ()


def clean(text: str) -> str:
    """`text` with lone surrogates replaced by U+FFFD."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def parse_event(data: object) -> Event:
    """An event (4.1, 4.2). Raises Malformed without `id`, `type` or `created_at`."""
    json = _object(data)
    return Event(
        id=_required(json, "id"),
        type=_required(json, "type"),
        created_at=_time(json.get("created_at")),
        author_id=_text(json, "author_id"),
        custom_id=_text(json, "custom_id"),
        text=_text(json, "text") or "",
        system_message_type=_text(json, "system_message_type"),
        content=json,
    )


def parse_thread(data: object) -> Thread:
    """A thread (4.7). Raises Malformed without `id`, `created_at` or `active`."""
    json = _object(data)
    return Thread(
        id=_required(json, "id"),
        created_at=_time(json.get("created_at")),
        active=_flag(json, "active"),
        events=_each(parse_event, json.get("events")),
        queue=_queue(json.get("queue")),
    )


def parse_user(data: object) -> User:
    """A user (4.4). Raises Malformed without `id` or `type`."""
    json = _object(data)
    seen = json.get("events_seen_up_to")
    return User(
        id=_required(json, "id"),
        type=_required(json, "type"),
        name=_text(json, "name"),
        avatar=_text(json, "avatar"),
        job_title=_text(json, "job_title"),
        present=json.get("present") is True,
        events_seen_up_to=_time(seen) if seen else None,
    )


def parse_chat_list(data: object) -> ChatList:
    """The answer of `list_chats`. Raises Malformed without `chats_summary`."""
    json = _object(data)
    return ChatList(_all(_summary, json.get("chats_summary")), _text(json, "next_page_id"))


def parse_chat(data: object) -> Chat:
    """The answer of `get_chat`. Raises Malformed without `id`."""
    json = _object(data)
    thread = json.get("thread")
    return Chat(
        id=_required(json, "id"),
        users=_each(parse_user, json.get("users")),
        thread=parse_thread(thread) if thread else None,
    )


def parse_thread_page(data: object) -> ThreadPage:
    """The answer of `list_threads`. Raises Malformed without `threads`."""
    json = _object(data)
    return ThreadPage(_all(parse_thread, json.get("threads")), _text(json, "next_page_id"))


def parse_sent(data: object) -> Sent:
    """The answer of a call that sends: `event_id` and `event_ids` alike."""
    json = _object(data)
    ids = json.get("event_ids")
    ids = ids if isinstance(ids, list) else [json.get("event_id")]
    return Sent(
        chat_id=_text(json, "chat_id"),
        thread_id=_text(json, "thread_id"),
        event_ids=tuple(i for i in ids if isinstance(i, str)),
    )


def _summary(data: object) -> ChatSummary:
    json = _object(data)
    last = json.get("last_event_per_type")
    return ChatSummary(
        id=_required(json, "id"),
        active=_flag(json, "active"),
        users=_each(parse_user, json.get("users")),
        last_thread_id=_text(json, "last_thread_id"),
        last_events=(
            _each(_last_event, list(last.values())) if isinstance(last, Mapping) else None
        ),
    )


def _last_event(data: object) -> Event:
    return parse_event(_object(data).get("event"))


def _queue(data: object) -> Queue | None:
    if not isinstance(data, Mapping) or not isinstance(data.get("position"), int):
        return None
    wait = data.get("wait_time")
    return Queue(data["position"], wait if isinstance(wait, int) else None)


def _object(data: object) -> Json:
    if not isinstance(data, Mapping):
        raise Malformed(f"expected an object, got {type(data).__name__}")
    return data


def _required(json: Json, name: str) -> str:
    value = _text(json, name)
    if not value:
        raise Malformed(f"no {name}")
    return value


def _text(json: Json, name: str) -> str | None:
    value = json.get(name)
    return clean(value) if isinstance(value, str) else None


def _flag(json: Json, name: str) -> bool:
    value = json.get(name)
    if not isinstance(value, bool):
        raise Malformed(f"no {name}")
    return value


def _time(value: object) -> datetime:
    # RFC 3339; a time without a zone is taken as UTC, which the reference says all times are.
    try:
        time = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise Malformed("not a time") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _all(parse: Callable[[object], T], items: object) -> tuple[T, ...]:
    if not isinstance(items, list):
        raise Malformed("expected a list")
    return _each(parse, items)


def _each(parse: Callable[[object], T], items: object) -> tuple[T, ...]:
    parsed = []
    for item in items if isinstance(items, list) else ():
        try:
            parsed.append(parse(item))
        except Malformed:
            continue
    return tuple(parsed)
