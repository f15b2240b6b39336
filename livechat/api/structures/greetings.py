"""Greetings: what LiveChat shows a visitor before they write (6.4), and welcome messages (v36 1.6).

Only pushes bring them, so they come from the visitor's own browser, as nothing else that is shown
does. That is safe: whoever can make one up there can draw into that page whatever they want without
the app, nobody else is shown it, and of what it says nothing goes to LiveChat but its IDs, which
LiveChat checks, and what the visitor presses. It is read as strictly as an answer of the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from livechat.api.structures.events import Event, User, parse_event
from livechat.api.structures.parsing import (
    Json,
    Malformed,
    an_id,
    an_object,
    number,
    text,
)
from livechat.api.structures.rich_messages import Button, RichMessage


@dataclass(frozen=True, slots=True)
class Greeting:
    """A greeting: what it says, and the agent in whose name.

    `unique_id` is this one's, shown to this customer, `id` that of all that are like it, which a
    welcome message has none of. The event's own ID is made up, since it is in no thread yet, and
    its author's is the agent's.
    """

    id: int | None
    unique_id: str
    event: Event
    agent: User

    def button(self, postback_id: str) -> Button | None:
        """One of its buttons."""
        elements = self.event.body.elements if isinstance(self.event.body, RichMessage) else ()
        buttons = (button for element in elements for button in element.buttons)
        return next((b for b in buttons if b.postback_id == postback_id), None)

    def is_said_by(self, event: Event) -> bool:
        """Whether an event of a thread is this greeting, which the thread begins with (4.8)."""
        if self.id is None:
            return _marks(event).get("welcome_message") is True and event.text == self.event.text
        return _marks(event).get("greeting_unique_id") == self.unique_id


def parse_greeting(data: object) -> Greeting:
    """The payload of `incoming_greeting`, or one like it of a welcome message without an `id`.

    Raises Malformed without `id`, `unique_id`, `agent` or an `event` that says something.
    """
    json = an_object(data)
    id, unique_id = number(json, "id"), an_id(json, "unique_id")
    if id is None and json.get("is_welcome_message") is not True:
        raise Malformed("no id")
    agent = _agent(json.get("agent"))
    said = {**an_object(json.get("event")), "id": f"greeting {unique_id}", "author_id": agent.id}
    event = parse_event(said)
    is_rich = isinstance(event.body, RichMessage)
    says_something = event.is_for_people and not event.is_broken
    if not (is_rich or (event.type == "message" and says_something)):
        raise Malformed("says nothing")
    return Greeting(id, unique_id, event, agent)


def has_begun_with(event: Event) -> bool:
    """Whether an event is the greeting that its thread has begun with (4.8)."""
    return isinstance(_marks(event).get("greeting_unique_id"), str)


def _agent(data: object) -> User:
    json = an_object(data)
    return User(
        id=an_id(json, "id"),
        type="agent",
        name=text(json, "name"),
        avatar=text(json, "avatar"),
        job_title=text(json, "job_title"),
    )


def _marks(event: Event) -> Json:
    properties = event.content.get("properties")
    marks = properties.get("lc2") if isinstance(properties, Mapping) else None
    return marks if isinstance(marks, Mapping) else {}
