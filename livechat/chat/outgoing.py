"""One thing that the visitor sends, and how each is made: a text, a file, a filled form."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import Any

from livechat.api.structures.characters import is_visible
from livechat.api.structures.ecommerce import Picked
from livechat.api.structures.events import Event
from livechat.api.structures.forms import Answers, Form, filled_fields
from livechat.api.structures.parsing import Json, clean
from livechat.api.structures.rich_messages import Button
from livechat.chat.attachment import MAX_BYTES, Attachment, named
from livechat.chat.values import LONG_AGO

LONGEST_TEXT = 16 * 1024  # bytes of UTF-8 (4.2)


class Delivery(Enum):
    """How far a message of the visitor's has come."""

    WAITING = auto()
    UNSURE = auto()
    SENT = auto()
    FAILED = auto()


class Problem(Enum):
    """Why something could not be done, as far as it matters to the visitor."""

    UNREACHABLE = auto()
    GROUPS_OFFLINE = auto()
    BANNED = auto()
    TOO_LONG = auto()
    REFUSED = auto()
    UNAUTHORIZED = auto()
    MISCONFIGURED = auto()
    FILE_TOO_LARGE = auto()
    FILE_EXECUTABLE = auto()
    FILE_REFUSED = auto()
    FILE_NOT_UPLOADED = auto()
    FILE_NEEDS_COOKIE = auto()
    FILE_LOST = auto()
    LACKS_FILES = auto()


_HOPELESS = frozenset(
    {
        Problem.TOO_LONG,
        Problem.FILE_TOO_LARGE,
        Problem.FILE_EXECUTABLE,
        Problem.FILE_NOT_UPLOADED,
        Problem.FILE_NEEDS_COOKIE,
        Problem.FILE_LOST,
    }
)


class Route(Enum):
    """The thread that something of the visitor's belongs into."""

    OPEN_THREAD = auto()  # opened if there is none
    LAST_THREAD = auto()  # open or closed: the post-chat form
    CLOSED_THREAD = auto()  # one of its own that is never open: the ticket form


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message, file or filled form of the visitor's that is not yet in the transcript.

    `content` is the event as LiveChat is to get it, but for the `custom_id`, and for the `url` of
    a `file`, which is uploaded first. `typed_at` and `tried_since` are in seconds of whatever clock
    the caller keeps; the latter begins anew with each retry, and tells when to stop trying unasked.
    `after` is the time of the newest event that was there, or on its way, when it was typed: one
    that failed keeps its place there. `since_thread` is the chat's newest thread when it was last
    sent, None if none was known: it is in that one or in a newer one, if it has arrived.
    `accepted_at` is when LiveChat has taken it, by the same clock.
    """

    custom_id: str
    content: Json
    typed_at: float
    tried_since: float
    after: datetime = LONG_AGO
    file: Attachment | None = None
    route: Route = Route.OPEN_THREAD
    delivery: Delivery = Delivery.WAITING
    problem: Problem | None = None
    maybe_arrived: bool = False
    event_id: str | None = None
    since_thread: str | None = None
    accepted_at: float = math.inf

    @property
    def text(self) -> str:
        """What it says, if it is a message."""
        return str(self.content.get("text", ""))

    @property
    def is_hopeless(self) -> bool:
        """Whether LiveChat would refuse it however often it is tried."""
        return self.problem in _HOPELESS

    @property
    def on_its_way(self) -> bool:
        """Whether it is still to be delivered without the visitor's doing."""
        return self.delivery in (Delivery.WAITING, Delivery.UNSURE)


def uploaded(message: Outgoing, url: str) -> Outgoing:
    """A file's, once LiveChat keeps it at `url`."""
    return replace(message, file=replace(message.file, url=url)) if message.file else message


def message(text: str, now: float) -> Outgoing:
    """A message as typed; one over 16 KB of UTF-8 is kept, as not delivered."""
    problem = Problem.TOO_LONG if len(text.encode()) > LONGEST_TEXT else None
    return _outgoing({"type": "message", "text": text}, now, problem)


def said(
    text: str, attachments: Sequence[Attachment], now: float, id: str | None = None
) -> Iterator[Outgoing]:
    """A text as typed and the files that go with it, in this order.

    A text in which nothing can be seen is none. `id` is what the browser's tab knows all of it by.
    If LiveChat would not take one of the files nothing goes without it, unless the visitor wants
    to.
    """
    id = id or uuid.uuid4().hex
    attached = list(files(attachments, now))
    is_whole = not any(file.is_hopeless for file in attached)
    if is_visible(text):
        said = replace(message(clean(text), now), custom_id=id)
        yield said if is_whole else _lacking_files(said)
    for place, file in enumerate(attached):
        yield replace(file if is_whole else _lacking_files(file), custom_id=f"{id}-{place}")


def submitted_as(message: Outgoing) -> str:
    """What the browser's tab knows a message by, or the one that a file went with."""
    return message.custom_id.partition("-")[0]


def left_over(message: Outgoing) -> Outgoing:
    """What another visit has sent: it may have arrived, or the visitor may want to retry.

    Until one or the other is known it counts as not delivered.
    """
    problem = message.problem or Problem.UNREACHABLE
    return replace(message, delivery=Delivery.FAILED, problem=problem, maybe_arrived=True)


def without(
    said: Sequence[Outgoing], lost: Iterable[tuple[str, Problem]], now: float, id: str
) -> Iterator[Outgoing]:
    """What was said, without files that did not come: each one's name, and why.

    Only the visitor sends that. One that is just lost can have arrived all the same, by a visit
    before.
    """
    yield from map(_lacking_files, said)
    for place, (name, problem) in enumerate(lost, start=sum(m.file is not None for m in said)):
        yield replace(
            _outgoing({"type": "file"}, now, problem),
            custom_id=f"{id}-{place}",
            file=Attachment(named(name), "", b""),
            maybe_arrived=problem is Problem.FILE_LOST,
        )


def _lacking_files(message: Outgoing) -> Outgoing:
    problem = message.problem if message.is_hopeless else Problem.LACKS_FILES
    return replace(message, delivery=Delivery.FAILED, problem=problem)


def files(attachments: Sequence[Attachment], now: float) -> Iterator[Outgoing]:
    """Each file as a `file` event; one that LiveChat would not take is kept, as not delivered."""
    for file in attachments:
        problem = None
        if len(file.content) > MAX_BYTES:
            problem = Problem.FILE_TOO_LARGE
        elif file.is_executable:
            problem = Problem.FILE_EXECUTABLE
        # Any name can be a file's, but not every one can be sent.
        named = replace(file, name=clean(file.name))
        yield replace(_outgoing({"type": "file"}, now, problem), file=named)


def reply(
    event: Event, thread_id: str, button: Button, now: float, picked: Picked | None = None
) -> Outgoing:
    """What a button of type `message` says for the visitor (4.3), and for what of a product."""
    postback: dict[str, Any] = {
        "id": button.postback_id,
        "thread_id": thread_id,
        "event_id": event.id,
    }
    if button.type is not None and button.value is not None:
        postback |= {"type": button.type, "value": button.value}
    if picked:
        postback["ecommerce"] = picked.json
    return _outgoing({"type": "message", "text": button.text, "postback": postback}, now)


def about_press(button: Button, picked: Picked | None = None) -> dict[str, Any]:
    """What LiveChat is told of a button besides that it is pressed or released, from v3.6 on."""
    about = {"button_type": button.type, "button_value": button.value}
    return {
        **{name: said for name, said in about.items() if said},
        **({"ecommerce": picked.json} if picked else {}),
    }


def filled_form(
    form: Form, answers: Answers, now: float, *, type: str = "", route: Route = Route.OPEN_THREAD
) -> Outgoing:
    """A filled form; `type` is "prechat" or "postchat" for the forms that are (4.8)."""
    return replace(_outgoing(filled_form_event(form, answers, type), now), route=route)


def filled_form_event(form: Form, answers: Answers, type: str = "") -> dict[str, Any]:
    """A filled form as an event of a request (4.2)."""
    return {
        "type": "filled_form",
        "form_id": form.id,
        "fields": filled_fields(form, answers),
        "recipients": "all",
        **({"properties": {"lc2": {"form_type": type}}} if type else {}),
    }


def _outgoing(content: Json, now: float, problem: Problem | None = None) -> Outgoing:
    return Outgoing(
        custom_id=uuid.uuid4().hex,
        content=content,
        typed_at=now,
        tried_since=now,
        delivery=Delivery.FAILED if problem else Delivery.WAITING,
        problem=problem,
    )
