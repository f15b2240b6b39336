"""The greeting that the visitor is shown before they write, and what has become of it.

It stands after what was said when it came, and before all that is said afterwards. Once the visitor
has answered, it stays: LiveChat puts it into the thread that it has started, and where it did not,
it is shown as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from livechat.api.structures.events import Event
from livechat.api.structures.greetings import Greeting


@dataclass(frozen=True)
class Greeted:
    """A greeting on the page, `after` the newest event that was there when it came.

    Once it `has_led` to a thread it leads to no other one. `pressed` are the IDs of the buttons
    that the visitor has pressed. `event_id` is the event that LiveChat has made of it, None until
    that is read.
    """

    greeting: Greeting
    after: datetime
    is_answered: bool = False
    has_led: bool = False
    pressed: frozenset[str] = frozenset()
    event_id: str | None = None

    @property
    def event(self) -> Event | None:
        """What is to be drawn of it, None once it is in the transcript."""
        return None if self.event_id else self.greeting.event

    def is_shown_as(self, event: Event) -> bool:
        """Whether an event stands for it, before or after it is in the transcript."""
        return event.id in (self.greeting.event.id, self.event_id)

    def found_among(self, events: Iterable[Event]) -> Greeted:
        """The same, after these were read: it may be one of them now."""
        if self.event_id:
            return self
        found = next((e.id for e in events if self.greeting.is_said_by(e)), None)
        return replace(self, event_id=found, has_led=True) if found else self
