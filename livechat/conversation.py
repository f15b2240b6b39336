"""What is known of the customer's chat, and how each answer of LiveChat changes it.

Pure: no HTTP, no Streamlit, no clock. A `Conversation` is immutable; every transition returns a
new one, or the very same object when nothing has changed, so that "is there anything to draw?" is
an identity test and a page can draw one while a poll prepares the next.

The chat. LiveChat keeps one chat per customer; its newest thread is open or closed (1.1 to 1.4 of
the API reference). What is believed of it decides which call carries the next message:

    state     what is known                    the next message goes with
    UNKNOWN   nothing, or something disproved  nothing yet: look first
    NONE      there is no chat                 start_chat
    ACTIVE    its newest thread is open        send_event
    CLOSED    its newest thread is closed      resume_chat

Anyone may change the chat at any time: the agent, a timer, the same customer in another tab. So a
belief is never defended: a refusal that contradicts it makes the state UNKNOWN, the chat is looked
at, and the message goes the right way.

A message. LiveChat has no idempotency key, but returns a `custom_id` with the event (3.4):

    WAITING  --accepted-------------------> SENT    --read back--> an event of the transcript
    WAITING  --answer lost----------------> UNSURE  --looked: it is there--> an event
                                            UNSURE  --looked: it is not----> WAITING
    WAITING  --refused--------------------> FAILED  --retry--> WAITING
    UNSURE   --given up-------------------> FAILED  --retry--> UNSURE (or read back after all)

so a message is sent again only after a look has shown that it did not arrive. Messages leave in
the order in which they were typed: the first one that is WAITING or UNSURE holds up the others.

The transcript. It is a fact of the server: the union of the events of every thread that was read,
by event ID, in the order of `created_at`. Reading something twice, late or in another order
changes nothing; nothing that was once read is dropped.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum, auto
from functools import cached_property
from itertools import takewhile
from typing import Any

from livechat.events import Chat, ChatSummary, Event, Queue, Sent, Thread, ThreadPage, User

# System messages that close a thread: those marked C in section 7.
CLOSING_TYPES = frozenset(
    {
        "archived_customer_disconnected",
        "customer_banned",
        "manual_archived_agent",
        "manual_archived_customer",
        "routing.archived_deleted",
        "routing.archived_disconnected",
        "routing.archived_inactive",
        "routing.archived_offline",
        "routing.archived_other",
        "routing.archived_remotely_signed_out",
        "routing.archived_signed_out",
        "system_archived",
    }
)

# Stands in where a closed thread has no closing message of its own: which of them a customer is
# sent is not documented.
CLOSED_SILENTLY = "closed"


LONG_AGO = datetime.min.replace(tzinfo=UTC)


class State(Enum):
    """What is believed of the chat."""

    UNKNOWN = auto()
    NONE = auto()
    ACTIVE = auto()
    CLOSED = auto()


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


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message of the visitor's that is not yet an event of the transcript.

    `tried_since`, in seconds of whatever clock the caller keeps, begins anew with each retry: it
    tells when to stop trying unasked. `after` is the time of the newest event that was there, or on
    its way, when it was typed: one that failed keeps its place there.
    """

    custom_id: str
    text: str
    typed_at: datetime
    tried_since: float
    after: datetime
    delivery: Delivery = Delivery.WAITING
    problem: Problem | None = None
    maybe_arrived: bool = False
    event_id: str | None = None

    @property
    def on_its_way(self) -> bool:
        """Whether it is still to be delivered without the visitor's doing."""
        return self.delivery in (Delivery.WAITING, Delivery.UNSURE)


@dataclass(frozen=True, eq=False)
class Conversation:
    """One customer's conversation. See the module's text for the transitions."""

    customer_id: str | None = None
    state: State = State.UNKNOWN
    chat_id: str | None = None
    thread_id: str | None = None
    threads: Mapping[str, Thread] = field(default_factory=dict)
    users: Mapping[str, User] = field(default_factory=dict)
    outbox: tuple[Outgoing, ...] = ()
    older_page_id: str | None = None
    # The summary that the threads were last read for: as long as it stays, nothing is new.
    read_for: ChatSummary | None = None

    # What there is to show

    @cached_property
    def timeline(self) -> tuple[Event, ...]:
        """Every event that was read, once, in the order of `created_at`.

        Ties keep the order of the server: by thread, then by place in it (3.3).
        """
        ordered = sorted(
            (
                (event.created_at, thread.created_at, place, event)
                for thread in self.threads.values()
                for place, event in enumerate(_with_closing(thread))
            ),
            key=lambda row: row[:3],
        )
        return tuple({event.id: event for *_, event in ordered}.values())

    def newest(self, count: int) -> list[Event | Outgoing]:
        """The newest `count` events, with the messages that are not events yet among them.

        A message on its way stands at the end. A failed one stays where it was typed, which is
        after any that was typed before and is still on its way.
        """
        stays = list(takewhile(lambda m: m.delivery is Delivery.FAILED, self.outbox))
        rows: list[tuple[datetime, Event | Outgoing]] = [
            (e.created_at, e) for e in self.timeline[-count:]
        ]
        rows += [(m.after, m) for m in stays]
        rows.sort(key=lambda row: row[0])  # stable: a message comes after the event it names
        return [row[1] for row in rows] + list(self.outbox[len(stays) :])

    @property
    def queue(self) -> Queue | None:
        """The place in the queue, while the open thread has one."""
        thread = self.threads.get(self.thread_id or "")
        return thread.queue if thread and thread.active else None

    @property
    def agents_present(self) -> tuple[User, ...]:
        """The agents who are in the chat; one who wrote without joining is not (4.4)."""
        return tuple(u for u in self.users.values() if u.type == "agent" and u.present)

    @cached_property
    def newest_by_others(self) -> datetime | None:
        """When the newest event by an agent was made."""
        others = (
            event.created_at
            for event in reversed(self.timeline)
            if event.author_id not in (None, self.customer_id)
        )
        return next(others, None)

    @property
    def must_be_watched(self) -> bool:
        """Whether the newest thread itself must be read, as `get_chat` does.

        The place in the queue stands in no summary, and where LiveChat leaves the newest events
        out of it, as it may (4.6), a summary does not tell of an active chat's news.
        """
        blind = self.read_for is not None and self.read_for.last_events is None
        return self.queue is not None or (blind and self.state is State.ACTIVE)

    @property
    def is_unsure(self) -> bool:
        """Whether it is to be found out if a message has arrived."""
        return any(m.delivery is Delivery.UNSURE for m in self.outbox)

    # What is typed, and what becomes of it

    @property
    def next_outgoing(self) -> Outgoing | None:
        """The message to deliver next, if any."""
        return next((m for m in self.outbox if m.on_its_way), None)

    def belongs_to(self, customer_id: str) -> Conversation:
        """LiveChat has said who the customer is.

        If that is another one than before, nothing that was read is theirs; what is still to be
        delivered stays.
        """
        if self.customer_id in (None, customer_id):
            return self._changed(customer_id=customer_id)
        return Conversation(customer_id, outbox=self.outbox)

    def say(
        self,
        custom_id: str,
        text: str,
        typed_at: datetime,
        tried_since: float,
        problem: Problem | None = None,
    ) -> Conversation:
        """The visitor has typed a message; with a `problem` it cannot be sent as it is."""
        delivery = Delivery.FAILED if problem else Delivery.WAITING
        after = self.timeline[-1].created_at if self.timeline else LONG_AGO
        message = Outgoing(custom_id, text, typed_at, tried_since, after, delivery, problem)
        return replace(self, outbox=(*self.outbox, message))

    def retry(self, custom_id: str, tried_since: float) -> Conversation:
        """The visitor wants a message tried again, now."""
        return self._outgoing(
            lambda m: replace(
                m,
                delivery=Delivery.UNSURE if m.maybe_arrived else Delivery.WAITING,
                problem=None,
                tried_since=tried_since,
            ),
            lambda m: m.custom_id == custom_id and m.delivery is not Delivery.SENT,
        )

    def discard(self, custom_id: str) -> Conversation:
        """The visitor no longer wants a failed message delivered."""
        failed = {m.custom_id for m in self.outbox if m.delivery is Delivery.FAILED}
        return self._changed(
            outbox=tuple(
                m for m in self.outbox if m.custom_id != custom_id or custom_id not in failed
            )
        )

    def accepted(self, custom_id: str, sent: Sent) -> Conversation:
        """LiveChat has taken a message: with `start_chat`, `resume_chat` or `send_event`."""
        event_id = sent.event_ids[0] if sent.event_ids else None
        return self._outgoing(
            lambda m: replace(
                m, delivery=Delivery.SENT, problem=None, maybe_arrived=False, event_id=event_id
            ),
            lambda m: m.custom_id == custom_id,
        )._changed(
            state=State.ACTIVE,
            chat_id=sent.chat_id or self.chat_id,
            thread_id=sent.thread_id or self.thread_id,
        )

    def answer_lost(self, custom_id: str, *, maybe_arrived: bool) -> Conversation:
        """No usable answer came to a send; `maybe_arrived` is False if it surely was not taken."""
        return self._outgoing(
            lambda m: replace(
                m,
                delivery=Delivery.UNSURE if maybe_arrived else Delivery.WAITING,
                maybe_arrived=maybe_arrived,
            ),
            lambda m: m.custom_id == custom_id,
        )

    def held_up(self, problem: Problem) -> Conversation:
        """Nothing can be delivered just now; it will be tried again."""
        return self._outgoing(lambda m: replace(m, problem=problem), lambda m: m.on_its_way)

    def failed(
        self, problem: Problem, custom_id: str | None = None, *, before: float = math.inf
    ) -> Conversation:
        """A message was refused (`custom_id`), or given up: all tried since `before`, or all."""
        return self._outgoing(
            lambda m: replace(m, delivery=Delivery.FAILED, problem=problem),
            lambda m: m.on_its_way and custom_id in (None, m.custom_id) and m.tried_since < before,
        )

    def disproved(self) -> Conversation:
        """An answer contradicts what was believed of the chat: look before anything else."""
        return self._changed(state=State.UNKNOWN)

    def ended(self) -> Conversation:
        """LiveChat has closed the chat at the visitor's wish, or had closed it already."""
        threads = dict(self.threads)
        if self.thread_id in threads:
            threads[self.thread_id] = replace(threads[self.thread_id], active=False, queue=None)
        return self._changed(state=State.CLOSED, threads=threads)

    # What is read

    def looked(self, summary: ChatSummary | None) -> Conversation:
        """`list_chats` has answered; `summary` is the chat to talk in, None if there is none."""
        if summary is None:
            return self._changed(state=State.NONE, chat_id=None, thread_id=None)
        return self._changed(
            state=State.ACTIVE if summary.active else State.CLOSED,
            chat_id=summary.id,
            thread_id=summary.last_thread_id or self.thread_id,
        )._met(summary.users)

    def is_news(self, summary: ChatSummary) -> bool:
        """Whether a summary tells of anything that the last read of the threads did not bring.

        Nothing less than equality will do: an agent's message may have slipped in before the
        newest one even if that one is known, being the visitor's own. A summary of an active chat
        that leaves the newest events out tells nothing.
        """
        blind = summary.active and summary.last_events is None
        return blind or _essence(summary) != self.read_for

    def read_up_to(self, summary: ChatSummary | None) -> Conversation:
        """All that `summary` tells of has been read.

        So a message whose answer was lost, and which is not among the events, did not arrive.
        """
        return self._outgoing(
            lambda m: replace(m, delivery=Delivery.WAITING, maybe_arrived=False),
            lambda m: m.delivery is Delivery.UNSURE,
        )._changed(read_for=_essence(summary) if summary else None)

    def reaches(self, threads: Iterable[Thread]) -> bool:
        """Whether a page of threads meets what was read before.

        What lies behind it cannot have changed: only the newest thread of a chat does (1.3).
        """
        return any(thread.id in self.threads for thread in threads)

    def merged(self, threads: Iterable[Thread]) -> Conversation:
        """Threads were read, newer or older ones, whole or as they were some time ago."""
        known = dict(self.threads)
        for thread in threads:
            known[thread.id] = _merge(known.get(thread.id), thread)
        return self._changed(threads=known, outbox=_still_out(self.outbox, known.values()))

    def read_back(self, page: ThreadPage) -> Conversation:
        """The newest threads were read for the first time, or the next older ones."""
        return self.merged(page.threads)._changed(older_page_id=page.next_page_id)

    def watched(self, chat: Chat) -> Conversation:
        """`get_chat` has answered, with the chat's newest thread."""
        if chat.thread is None:
            return self._met(chat.users)
        if not self.reaches([chat.thread]):
            return self.disproved()
        return (
            self.merged([chat.thread])
            ._met(chat.users)
            ._changed(
                state=State.ACTIVE if chat.thread.active else State.CLOSED,
                thread_id=chat.thread.id,
            )
        )

    def _met(self, users: Iterable[User]) -> Conversation:
        # What an agent has seen is not shown, so a change of it must not redraw.
        met = {u.id: replace(u, events_seen_up_to=None) for u in users if u.id != self.customer_id}
        return self._changed(users={**self.users, **met})

    def _outgoing(
        self, change: Callable[[Outgoing], Outgoing], concerns: Callable[[Outgoing], bool]
    ) -> Conversation:
        return self._changed(outbox=tuple(change(m) if concerns(m) else m for m in self.outbox))

    def _changed(self, **fields: Any) -> Conversation:
        if all(getattr(self, name) == value for name, value in fields.items()):
            return self
        return replace(self, **fields)


def chat_to_join(summaries: Iterable[ChatSummary]) -> ChatSummary | None:
    """The chat to talk in: the open one, or else the one with the newest thread, listed first.

    Closed chats count, since they are resumed and not started again (3.3).
    """
    return min(summaries, key=lambda chat: not chat.active, default=None)


def _essence(summary: ChatSummary) -> ChatSummary:
    # Users change by themselves, with everything that an agent sees.
    return replace(summary, users=())


def _merge(known: Thread | None, read: Thread) -> Thread:
    if known is None or known == read:
        return known or read
    # In the order of the newer read; what only an older one brought follows (the time sorts it).
    events = {event.id: event for event in read.events}
    events |= {event.id: event for event in known.events if event.id not in events}
    # A closed thread never opens again (1.3), so an answer that says otherwise is an old one.
    active = known.active and read.active
    return replace(
        read, active=active, queue=read.queue if active else None, events=tuple(events.values())
    )


def _still_out(outbox: tuple[Outgoing, ...], threads: Iterable[Thread]) -> tuple[Outgoing, ...]:
    """The messages that are not among the events; what was typed after one that is comes after."""
    if not outbox:
        return outbox
    arrived = {
        id: event.created_at
        for thread in threads
        for event in thread.events
        for id in (event.id, event.custom_id)
        if id is not None
    }
    still_out: list[Outgoing] = []
    after = LONG_AGO
    for message in outbox:
        at = arrived.get(message.custom_id) or arrived.get(message.event_id or "")
        if at:
            after = max(after, at)
        else:
            still_out.append(replace(message, after=max(after, message.after)))
    return tuple(still_out)


def _with_closing(thread: Thread) -> tuple[Event, ...]:
    if thread.active or any(e.system_message_type in CLOSING_TYPES for e in thread.events):
        return thread.events
    last = max((e.created_at for e in thread.events), default=thread.created_at)
    closing = Event(
        id=f"{thread.id}/closed",
        type="system_message",
        created_at=last,
        system_message_type=CLOSED_SILENTLY,
    )
    return (*thread.events, closing)
