"""What the visitor does besides saying something: presses, ratings, where a transcript is to go.

An act counts for the visitor at once, whatever LiveChat says, until LiveChat has answered. Each
tells the thread that it happens in, its subject, of which only the newest act counts, and what
becomes of the thread once LiveChat has taken it.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

from livechat.api.structures.events import Event, Thread
from livechat.api.structures.forms import Rating
from livechat.api.structures.rich_messages import RichMessage, with_press


@dataclass(frozen=True, slots=True)
class Press:
    """A button of a rich message is pressed, or released if it is not `toggled` (4.3)."""

    thread_id: str
    event_id: str
    postback_id: str
    toggled: bool

    @property
    def subject(self) -> Hashable:
        """The button."""
        return Press, self.event_id, self.postback_id

    def on(self, thread: Thread, customer_id: str) -> Thread:
        """The thread with the button pressed by a customer."""

        def press(event: Event) -> Event:
            if event.id != self.event_id or not isinstance(event.body, RichMessage):
                return event
            body = with_press(event.body, self.postback_id, customer_id, self.toggled)
            # Its content, by which events are told apart, is not LiveChat's any more: the next
            # press takes its place, and so does whatever is read next.
            return replace(event, body=body, content={self.postback_id: self.toggled})

        return replace(thread, events=tuple(map(press, thread.events)))


@dataclass(frozen=True, slots=True)
class Rate:
    """A thread is rated; None takes the rating back (3.5)."""

    thread_id: str
    rating: Rating | None

    @property
    def subject(self) -> Hashable:
        """The thread's rating."""
        return Rate, self.thread_id

    def on(self, thread: Thread, customer_id: str) -> Thread:
        """The thread with this rating, which another tab may change from now on."""
        return replace(thread, rating=self.rating)


@dataclass(frozen=True, slots=True)
class SendTranscript:
    """The transcript of a thread is wanted at an e-mail address (3.5)."""

    thread_id: str
    email: str

    @property
    def subject(self) -> Hashable:
        """The thread's transcript."""
        return SendTranscript, self.thread_id

    def on(self, thread: Thread, customer_id: str) -> Thread:
        """The thread whose transcript is to go there."""
        return replace(thread, transcript_email=self.email)


Act = Press | Rate | SendTranscript
