"""LiveChat's data structures as small immutable objects, parsed once at the edge.

Section 4 of the API reference. The bodies of rich messages and forms have modules of their own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from livechat.api.structures.characters import is_visible
from livechat.api.structures.forms import FilledForm, Form, Rating, parse_filled_form, parse_form
from livechat.api.structures.parsing import (
    FIRST_TIME,
    Json,
    Malformed,
    a_list,
    a_time,
    a_time_if_any,
    an_id,
    an_id_if_any,
    an_object,
    each,
    flag,
    number,
    required,
    text,
    visible,
)
from livechat.api.structures.rich_messages import RichMessage, parse_rich_message
from livechat.api.structures.system_events import CartChange, Order, parse_system_event

_log = logging.getLogger("livechat")


@dataclass(frozen=True, slots=True)
class File:
    """The body of a `file` event (4.2): `size` in bytes, `width` and `height` in pixels.

    `thumbnail_url` and the three behind it are there for images only.
    """

    url: str
    name: str
    content_type: str = ""
    size: int | None = None
    thumbnail_url: str | None = None
    width: int | None = None
    height: int | None = None
    alternative_text: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What is known of a page that a message links to: its property `url_details` (4.8)."""

    url: str
    title: str
    description: str = ""


Body = File | RichMessage | Form | FilledForm | Order | CartChange

# No types of LiveChat's.
_TAKEN_BACK, _UNREADABLE = "/taken_back", "/unreadable"


@dataclass(frozen=True, slots=True)
class Event:
    """One item of a thread (4.1, 4.2).

    `content` is the event as sent, and `body` what was read out of it: None for a type without a
    body, and for one that is unknown or broken. `commonmark` tells that the text is formatted.
    `body` and `preview` are not compared, since all of them is in `content`.
    """

    id: str
    type: str
    created_at: datetime
    author_id: str | None = None
    custom_id: str | None = None
    text: str = ""
    system_message_type: str | None = None
    commonmark: bool = False
    body: Body | None = field(default=None, compare=False)
    preview: Preview | None = field(default=None, compare=False)
    content: Json = field(default_factory=dict, hash=False)

    @property
    def is_for_people(self) -> bool:
        """Whether it says something to people.

        What machines tell each other or agents (`custom`, most of `system`, types that the
        reference does not know) and a text in which nothing can be seen do not.
        """
        match self.type:
            case "message":
                return is_visible(self.text) or self.is_broken
            case "system_message":
                return is_visible(self.text) or self.system_message_type is not None
            case "system":
                return self.body is not None
            case _:
                return self.type in _BODIES

    @property
    def is_broken(self) -> bool:
        """Whether it says something to people that cannot be read: it may be right in a while."""
        if self.type == "message":
            return not self.text and not isinstance(self.content.get("text"), str)
        return self.type in _BODIES and self.type != "system" and self.body is None

    @property
    def is_by_nobody(self) -> bool:
        """Whether it is a neutral line, which LiveChat or a shop has put there."""
        return self.type in ("system_message", "system")

    @property
    def taken_back(self) -> Event:
        """What stands in its place when it is no more: when it was made, and nothing it said."""
        return Event(self.id, _TAKEN_BACK, self.created_at)

    @property
    def is_unreadable(self) -> bool:
        """Whether it only tells that there is something, of which not even an ID can be read."""
        return self.type == _UNREADABLE

    @property
    def is_taken_back(self) -> bool:
        """Whether it is only what stands in the place of one that is no more."""
        return self.type == _TAKEN_BACK


@dataclass(frozen=True, slots=True)
class Queue:
    """A queued thread's place (4.7): `wait_time` in seconds, an estimate."""

    position: int
    wait_time: int | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """One topic of a chat (4.7); `is_whole` if it came with all its events, and all were read."""

    id: str
    created_at: datetime
    active: bool
    events: tuple[Event, ...] = ()
    queue: Queue | None = None
    rating: Rating | None = None
    transcript_email: str | None = None
    is_whole: bool = field(default=False, compare=False)

    @property
    def is_sound(self) -> bool:
        """Whether it is whole, and nothing in it is broken."""
        return self.is_whole and not any(event.is_broken for event in self.events)


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

    `last_events` holds the newest event of each type, one that `is_unreadable` in place of what
    cannot be read. It is None where LiveChat left the field out, which it may: then a summary
    cannot tell whether something is new.
    """

    id: str
    active: bool
    users: tuple[User, ...] = ()
    last_thread_id: str | None = None
    last_events: tuple[Event, ...] | None = None


@dataclass(frozen=True, slots=True)
class ChatList:
    """The answer of `list_chats` (3.3); `is_whole` unless there is a chat that cannot be read."""

    chats: tuple[ChatSummary, ...]
    next_page_id: str | None = None
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Chat:
    """The answer of `get_chat` (4.5)."""

    id: str
    users: tuple[User, ...] = ()
    thread: Thread | None = None


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One page of `list_threads` (3.3); `left_out` is how much in it could not be read at all."""

    threads: tuple[Thread, ...]
    next_page_id: str | None = None
    left_out: int = 0

    @property
    def broken(self) -> int:
        """How many of its events are."""
        return sum(event.is_broken for thread in self.threads for event in thread.events)

    @property
    def is_sound(self) -> bool:
        """Whether all of it could be read, and nothing in it is broken."""
        return self.is_whole and not self.broken

    @property
    def is_whole(self) -> bool:
        """Whether all that is in it is known of."""
        return not self.left_out


@dataclass(frozen=True, slots=True)
class Sent:
    """The answer of `start_chat`, `resume_chat` (3.3) and `send_event` (3.4).

    `chat_id` is there after a start, `thread_id` after a start or a resume.
    """

    chat_id: str | None = None
    thread_id: str | None = None
    event_ids: tuple[str, ...] = ()


def parse_event(data: object, *, at: datetime | None = None) -> Event:
    """An event (4.1, 4.2). Raises Malformed without `id`, `type` or `created_at`.

    One whose time alone cannot be read was made `at` some time, if that is known.
    """
    json = an_object(data)
    kind = required(json, "type")
    made_at = a_time_if_any(json.get("created_at")) or at
    return Event(
        id=an_id(json, "id"),
        type=kind,
        created_at=made_at or a_time(json.get("created_at")),
        author_id=an_id_if_any(json, "author_id"),
        custom_id=an_id_if_any(json, "custom_id"),
        text=text(json, "text") or "",
        system_message_type=text(json, "system_message_type"),
        commonmark=text(_properties(json, "chats"), "formatting") == "commonmark",
        body=_body(kind, json),
        preview=_preview(_properties(json, "url_details")),
        content=json,
    )


def parse_thread(data: object) -> Thread:
    """A thread (4.7). Raises Malformed without `id`, `created_at` or `active`."""
    json = an_object(data)
    sent = json.get("events")
    created_at = a_time(json.get("created_at"))
    events = _events(sent, created_at)
    return Thread(
        id=an_id(json, "id"),
        created_at=created_at,
        active=flag(json, "active"),
        events=events,
        queue=_queue(json.get("queue")),
        rating=_rating(json),
        transcript_email=text(_properties(json, "routing"), "transcript_email"),
        is_whole=isinstance(sent, list) and len(events) == len(sent),
    )


def _events(sent: object, created_at: datetime) -> tuple[Event, ...]:
    """The events of a thread: one without a time comes right after the one before it (3.3)."""
    newest = created_at

    def parse(data: object) -> Event:
        nonlocal newest
        event = parse_event(data, at=newest)
        newest = event.created_at
        return event

    return each(parse, sent)


def parse_user(data: object) -> User:
    """A user (4.4). Raises Malformed without `id` or `type`."""
    json = an_object(data)
    return User(
        id=an_id(json, "id"),
        type=required(json, "type"),
        name=text(json, "name"),
        avatar=text(json, "avatar"),
        job_title=text(json, "job_title"),
        present=json.get("present") is True,
        events_seen_up_to=a_time_if_any(json.get("events_seen_up_to")),
    )


def parse_chat_list(data: object) -> ChatList:
    """The answer of `list_chats`. Raises Malformed without `chats_summary`.

    In versions to come that is `chats_info`, of chats with `last_thread_info` (v36 1.9).
    """
    json = an_object(data)
    sent = a_list(json.get("chats_summary", json.get("chats_info")))
    chats = each(_summary, sent)
    return ChatList(chats, text(json, "next_page_id"), is_whole=len(chats) == len(sent))


def parse_chat(data: object) -> Chat:
    """The answer of `get_chat`. Raises Malformed without `id`."""
    json = an_object(data)
    thread = json.get("thread")
    return Chat(
        id=an_id(json, "id"),
        users=each(parse_user, json.get("users")),
        thread=parse_thread(thread) if thread else None,
    )


def parse_thread_page(data: object) -> ThreadPage:
    """The answer of `list_threads`. Raises Malformed without `threads`."""
    json = an_object(data)
    sent, next_page_id = a_list(json.get("threads")), json.get("next_page_id")
    threads = each(parse_thread, sent)
    there = sum(_count_events(thread) for thread in sent if isinstance(thread, Mapping))
    read = sum(len(thread.events) for thread in threads)
    is_last = next_page_id is None or isinstance(next_page_id, str)
    left_out = len(sent) - len(threads) + there - read + (not is_last)
    return ThreadPage(threads, text(json, "next_page_id"), left_out)


def _count_events(thread: Json) -> int:
    events = thread.get("events")
    return len(events) if isinstance(events, list) else int(events is not None)


def parse_sent(data: object) -> Sent:
    """The answer of a call that sends: `event_id` and `event_ids` alike."""
    json = an_object(data)
    ids = json.get("event_ids")
    ids = ids if isinstance(ids, list) else [json.get("event_id")]
    return Sent(
        chat_id=an_id_if_any(json, "chat_id"),
        thread_id=an_id_if_any(json, "thread_id"),
        event_ids=each(_sent_id, ids),
    )


def _sent_id(data: object) -> str:
    return an_id({"event_id": data}, "event_id")


def _summary(data: object) -> ChatSummary:
    json = an_object(data)
    info = json.get("last_thread_info")
    info = info if isinstance(info, Mapping) else {}
    last = json.get("last_event_per_type", info.get("last_event_per_type"))
    return ChatSummary(
        id=an_id(json, "id"),
        active=flag(json, "active"),
        users=each(parse_user, json.get("users")),
        last_thread_id=an_id_if_any(json, "last_thread_id") or an_id_if_any(info, "id"),
        last_events=tuple(map(_last_event, last.values())) if isinstance(last, Mapping) else None,
    )


def _last_event(data: object) -> Event:
    try:
        return parse_event(an_object(data).get("event"))
    except Malformed:
        # What was sent, though it says nothing, tells it from the next one.
        return Event("", _UNREADABLE, FIRST_TIME, content={"": data})


def _body(kind: str, json: Json) -> Body | None:
    if kind not in _BODIES:
        if kind not in _WITHOUT_BODY:
            _note(kind, "unknown")
        return None
    try:
        return _BODIES[kind](json)
    except Malformed as error:
        if kind != "system":  # most of them are not to be shown
            _note(kind, str(error))
        return None


def _file(json: Json) -> File:
    return File(
        url=required(json, "url"),
        name=text(json, "name") or "",
        content_type=text(json, "content_type") or "",
        size=number(json, "size"),
        thumbnail_url=text(json, "thumbnail2x_url") or text(json, "thumbnail_url"),
        width=number(json, "width"),
        height=number(json, "height"),
        alternative_text=text(json, "alternative_text"),
    )


def _form(json: Json) -> Form:
    # Here `id` is the event's.
    return parse_form({"id": an_id(json, "form_id"), "fields": json.get("fields")})


_BODIES: Mapping[str, Callable[[Json], Body]] = {
    "file": _file,
    "rich_message": parse_rich_message,
    "form": _form,
    "filled_form": parse_filled_form,
    "system": parse_system_event,
}
_WITHOUT_BODY = frozenset({"message", "system_message", "custom"})


@lru_cache(maxsize=100)
def _note(kind: str, what: str) -> None:
    # Once for each kind: the same event is read again and again.
    _log.warning("An event of type %.40r cannot be shown: %s", kind, what)


def _preview(details: Json) -> Preview | None:
    url, title = text(details, "url"), visible(details, "title")
    if not url or not title:
        return None
    return Preview(url, title, visible(details, "description") or "")


def _rating(json: Json) -> Rating | None:
    given = _properties(json, "rating")
    score = number(given, "score")
    if score is None or score > 1:
        return None
    return Rating(score, text(given, "comment") or "")


def _properties(json: Json, namespace: str) -> Json:
    properties = json.get("properties")
    values = properties.get(namespace) if isinstance(properties, Mapping) else None
    return values if isinstance(values, Mapping) else {}


def _queue(data: object) -> Queue | None:
    if not isinstance(data, Mapping):
        return None
    position = number(data, "position")
    return None if position is None else Queue(position, number(data, "wait_time"))
