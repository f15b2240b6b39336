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
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from functools import cached_property
from itertools import takewhile
from typing import Any

from livechat.api.structures.events import (
    Chat,
    ChatSummary,
    Event,
    Queue,
    Sent,
    Thread,
    ThreadPage,
    User,
)
from livechat.api.structures.forms import FilledForm, Form, Rating
from livechat.api.structures.rich_messages import Button, RichMessage, with_press
from livechat.chat.outgoing import LONG_AGO, Delivery, Outgoing, Problem, uploaded

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

PAGE = 50  # events that come onto the screen, and leave it, together


class State(Enum):
    """What is believed of the chat."""

    UNKNOWN = auto()
    NONE = auto()
    ACTIVE = auto()
    CLOSED = auto()


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
    # The oldest event of the first read, from which the pages are counted.
    first_read: str | None = None
    # The summary that the threads were last read for: as long as it stays, nothing is new.
    read_for: ChatSummary | None = None
    # How far the agents have seen what the visitor wrote: the time of the newest such event.
    seen_up_to: datetime = LONG_AGO
    # What the visitor has done, and LiveChat has perhaps not been told yet.
    presses: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    rated: tuple[str, Rating | None] | None = None
    transcript_to: tuple[str, str] | None = None

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

    def pages(self, count: int) -> dict[int, list[Event | Outgoing]]:
        """The newest `count` events, or up to a page more, with what is not an event yet.

        In pages of `PAGE` by number. An event keeps its number whatever is read or said later, so
        that what is on the screen keeps its place: older ones get smaller numbers, even negative.
        What is on its way stands at the end. What failed stays where it was typed, which is after
        all that was typed before and is still on its way.
        """
        timeline = self.timeline
        zero = next((n for n, event in enumerate(timeline) if event.id == self.first_read), 0)
        first = max(0, len(timeline) - count)
        first = max(0, first - (first - zero) % PAGE)
        stays = list(takewhile(lambda m: m.delivery is Delivery.FAILED, self.outbox))
        rows: list[tuple[datetime, int, Event | Outgoing]] = [
            (event.created_at, (n - zero) // PAGE, event)
            for n, event in enumerate(timeline[first:], start=first)
        ]
        for message in stays:
            # After the event it names: before, in place of none, on the first page that is shown.
            earlier = bisect_right(rows, message.after, key=lambda row: row[0])
            number = rows[max(earlier - 1, 0)][1] if rows else 0
            rows.insert(earlier, (message.after, number, message))
        last = len(timeline) - zero
        pages: dict[int, list[Event | Outgoing]] = {}
        for _, number, entry in rows:
            pages.setdefault(number, []).append(entry)
        for number, message in enumerate(self.outbox[len(stays) :], start=last):
            pages.setdefault(number // PAGE, []).append(message)
        return pages

    @cached_property
    def thread_of(self) -> Mapping[str, str]:
        """The ID of the thread of every event."""
        return {event.id: thread.id for thread in self.threads.values() for event in thread.events}

    @property
    def queue(self) -> Queue | None:
        """The place in the queue, while the open thread has one."""
        thread = self._newest_thread
        return thread.queue if thread and thread.active else None

    @property
    def agents_present(self) -> tuple[User, ...]:
        """The agents who are in the chat; one who wrote without joining is not (4.4)."""
        return tuple(u for u in self.users.values() if u.type == "agent" and u.present)

    @cached_property
    def newest_by_others(self) -> datetime | None:
        """When the newest event by an agent was made."""
        return next((e.created_at for e in reversed(self.timeline) if self.is_by_others(e)), None)

    def is_by_others(self, event: Event) -> bool:
        """Whether an agent has made it, not the visitor and not LiveChat itself."""
        return event.author_id not in (None, self.customer_id)

    def unseen(self, seen_up_to: datetime) -> int:
        """How many events by agents are newer than that (6.4)."""
        newer = takewhile(lambda e: e.created_at > seen_up_to, reversed(self.timeline))
        return sum(map(self.is_by_others, newer))

    @cached_property
    def _newest_own(self) -> datetime:
        return next(self._own_times(), LONG_AGO)

    def _own_times(self) -> Iterator[datetime]:
        """When the visitor's events were made, the newest one first."""
        own = (e for e in reversed(self.timeline) if e.author_id == self.customer_id)
        return (event.created_at for event in own)

    # What can be answered, and what was

    def wants_reply(self, event: Event) -> bool:
        """Whether the visitor has said nothing since: then quick replies are still to choose from.

        A closed chat wants none.
        """
        silent = not self.outbox and event.created_at > self._newest_own
        return silent and self._is_in_open_thread(event)

    def wants_filling(self, event: Event) -> bool:
        """Whether the `form` event can still be filled in: the chat is open, and it was not yet."""
        form = event.body
        if not isinstance(form, Form) or not self._is_in_open_thread(event):
            return False
        return not self._is_filled(form, event.created_at)

    def has_answered(self, form: Form) -> bool:
        """Whether the visitor has filled in a `form` event's form since it was last sent."""
        asked = (e.created_at for e in reversed(self.timeline) if e.body == form)
        return self._is_filled(form, next(asked, LONG_AGO))

    def lacks_postchat(self, form: Form) -> bool:
        """Whether the newest thread is closed, and the visitor has not filled in that form for it.

        A thread begins after the ones before it have ended, so its time tells them apart.
        """
        thread = self._newest_thread
        if thread is None or self.state is not State.CLOSED:
            return False
        return not self._is_filled(form, thread.created_at)

    def is_pressed(self, event: Event, button: Button) -> bool:
        """Whether the visitor has pressed a button of a rich message."""
        server_says = self.customer_id in button.user_ids
        return self.presses.get((event.id, button.postback_id), server_says)

    @property
    def rating(self) -> Rating | None:
        """How the visitor has rated the newest thread."""
        if self.rated and self.rated[0] == self.thread_id:
            return self.rated[1]
        return self._newest_thread.rating if self._newest_thread else None

    @property
    def transcript_email(self) -> str | None:
        """Where the transcript of the newest thread is to go."""
        if self.transcript_to and self.transcript_to[0] == self.thread_id:
            return self.transcript_to[1]
        return self._newest_thread.transcript_email if self._newest_thread else None

    @property
    def _newest_thread(self) -> Thread | None:
        return self.threads.get(self.thread_id or "")

    def _is_in_open_thread(self, event: Event) -> bool:
        is_in_newest = self.thread_of.get(event.id) == self.thread_id
        return self.state is State.ACTIVE and is_in_newest

    def _is_filled(self, form: Form, since: datetime) -> bool:
        if any(m.content.get("form_id") == form.id for m in self.outbox):
            return True
        newer = takewhile(lambda e: e.created_at >= since, reversed(self.timeline))
        return any(
            isinstance(e.body, FilledForm)
            and e.body.form_id == form.id
            and e.author_id == self.customer_id
            for e in newer
        )

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

    def say_first(self, message: Outgoing) -> Conversation:
        """Something goes before all that is still to be delivered."""
        said = self.say(message)
        return said._changed(outbox=(said.outbox[-1], *self.outbox))

    def say(self, *messages: Outgoing) -> Conversation:
        """The visitor has typed a message, attached files, or filled in a form."""
        after = self.timeline[-1].created_at if self.timeline else LONG_AGO
        placed = (replace(message, after=after) for message in messages)
        return self._changed(outbox=(*self.outbox, *placed))

    def retry(self, custom_id: str, tried_since: float) -> Conversation:
        """The visitor wants a message tried again, now."""
        return self._outgoing(
            lambda m: replace(
                m,
                delivery=Delivery.UNSURE if m.maybe_arrived else Delivery.WAITING,
                problem=None,
                tried_since=tried_since,
            ),
            lambda m: (
                m.custom_id == custom_id and m.delivery is not Delivery.SENT and not m.is_hopeless
            ),
        )

    def discard(self, custom_id: str) -> Conversation:
        """The visitor no longer wants a failed message delivered."""
        failed = {m.custom_id for m in self.outbox if m.delivery is Delivery.FAILED}
        return self._changed(
            outbox=tuple(
                m for m in self.outbox if m.custom_id != custom_id or custom_id not in failed
            )
        )

    def accepted(self, custom_id: str, sent: Sent, state: State = State.ACTIVE) -> Conversation:
        """LiveChat has taken a message, after which the chat is in a `state`."""
        # The last one: a pre-chat form may have gone before the message.
        event_id = sent.event_ids[-1] if sent.event_ids else None
        return self._outgoing(
            lambda m: replace(
                m, delivery=Delivery.SENT, problem=None, maybe_arrived=False, event_id=event_id
            ),
            lambda m: m.custom_id == custom_id,
        )._changed(
            state=state,
            chat_id=sent.chat_id or self.chat_id,
            thread_id=sent.thread_id or self.thread_id,
        )

    def uploaded(self, custom_id: str, url: str) -> Conversation:
        """LiveChat has taken a file, which is now to be sent."""
        return self._outgoing(
            lambda m: uploaded(m, url),
            lambda m: m.custom_id == custom_id,
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

    def held_up(self, problem: Problem | None) -> Conversation:
        """Nothing can be delivered just now, and will be tried again; with None it can."""
        return self._outgoing(lambda m: replace(m, problem=problem), lambda m: m.on_its_way)

    def tried_anew(self, since: float) -> Conversation:
        """What waited for the visitor no longer does: its time begins now."""
        return self._outgoing(lambda m: replace(m, tried_since=since), lambda m: m.on_its_way)

    def failed(
        self, problem: Problem, custom_id: str | None = None, *, before: float = math.inf
    ) -> Conversation:
        """A message was refused (`custom_id`), or given up: all tried since `before`, or all."""
        return self._outgoing(
            lambda m: replace(
                m,
                delivery=Delivery.FAILED,
                problem=problem,
                # A refused file may have been kept for too long (3.4): it is uploaded anew.
                file=replace(m.file, url=None) if m.file else None,
            ),
            lambda m: m.on_its_way and custom_id in (None, m.custom_id) and m.tried_since < before,
        )

    def disproved(self) -> Conversation:
        """An answer contradicts what was believed of the chat: look before anything else."""
        return self._changed(state=State.UNKNOWN)

    def ended(self) -> Conversation:
        """LiveChat has closed the chat at the visitor's wish, or had closed it already."""
        closed = self._in_thread(self.thread_id or "", active=False, queue=None)
        return closed._changed(state=State.CLOSED)

    # What the visitor does besides

    def pressed(self, event_id: str, postback_id: str, toggled: bool) -> Conversation:
        """The visitor has pressed a button of a rich message, or released it."""
        return self._changed(presses={**self.presses, (event_id, postback_id): toggled})

    def press_told(self, event_id: str, postback_id: str, toggled: bool) -> Conversation:
        """LiveChat knows that a button was pressed or released."""
        found = self.button(event_id, postback_id)
        if found is None or self.customer_id is None:
            return self
        event, thread_id, _ = found
        assert isinstance(event.body, RichMessage)
        body = with_press(event.body, postback_id, self.customer_id, toggled)
        # Its content is not LiveChat's any more: whatever is read next takes its place.
        pressed = replace(event, body=body, content={})
        events = tuple(pressed if e.id == event_id else e for e in self.threads[thread_id].events)
        told = self._in_thread(thread_id, events=events)
        return told.press_refused(event_id, postback_id, toggled)

    def press_refused(self, event_id: str, postback_id: str, toggled: bool) -> Conversation:
        """LiveChat does not take a press: what it says counts, unless there is a newer one."""
        key = event_id, postback_id
        if self.presses.get(key) is not toggled:
            return self
        return self._changed(presses={k: v for k, v in self.presses.items() if k != key})

    def button(self, event_id: str, postback_id: str) -> tuple[Event, str, Button] | None:
        """A button of a rich message, with its event and the ID of the thread."""
        for event in self.timeline:
            if event.id == event_id and isinstance(event.body, RichMessage):
                buttons = (b for element in event.body.elements for b in element.buttons)
                found = next((b for b in buttons if b.postback_id == postback_id), None)
                return (event, self.thread_of[event_id], found) if found else None
        return None

    def rate(self, rating: Rating | None) -> Conversation:
        """The visitor rates the newest thread, or no longer does."""
        return self._changed(rated=(self.thread_id or "", rating))

    def rating_told(self, thread_id: str, rating: Rating | None) -> Conversation:
        """LiveChat has taken a rating: another tab may change it from now on."""
        if thread_id not in self.threads:
            return self
        return self._in_thread(thread_id, rating=rating).rating_refused(thread_id, rating)

    def rating_refused(self, thread_id: str, rating: Rating | None) -> Conversation:
        """LiveChat has not taken a rating: what it says counts, unless there is a newer one."""
        return self._changed(rated=None) if self.rated == (thread_id, rating) else self

    def send_transcript(self, email: str) -> Conversation:
        """The visitor wants the transcript of the newest thread at this address."""
        return self._changed(transcript_to=(self.thread_id or "", email))

    def transcript_told(self, thread_id: str, email: str) -> Conversation:
        """LiveChat will send the transcript there."""
        if thread_id not in self.threads:
            return self
        told = self._in_thread(thread_id, transcript_email=email)
        return told.transcript_refused(thread_id, email)

    def transcript_refused(self, thread_id: str, email: str) -> Conversation:
        """LiveChat will not: what it says counts, unless there is a newer wish."""
        kept = self.transcript_to != (thread_id, email)
        return self if kept else self._changed(transcript_to=None)

    def _in_thread(self, thread_id: str, **fields: Any) -> Conversation:
        known = self.threads.get(thread_id)
        if known is None:
            return self
        return self._changed(threads={**self.threads, thread_id: replace(known, **fields)})

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
        return (
            self._outgoing(
                lambda m: replace(m, delivery=Delivery.WAITING, maybe_arrived=False),
                lambda m: m.delivery is Delivery.UNSURE,
            )
            ._changed(read_for=_essence(summary) if summary else None)
            ._met(summary.users if summary else ())
        )

    def completed_by(self, summary: ChatSummary, pushed: Collection[str]) -> Conversation | None:
        """With the events that a summary holds, if that is all that is new.

        It is if nothing but events has changed since the threads were read, and just these were
        `pushed`. Otherwise None: the threads are to be read, whatever their length.
        """
        thread, read_for = self._newest_thread, self.read_for
        if thread is None or read_for is None or summary.last_events is None:
            return None
        new = tuple(e for e in summary.last_events if e.id not in self.thread_of)
        others = replace(_essence(summary), last_events=read_for.last_events)
        if others != read_for or {e.id for e in new} != set(pushed) - self.thread_of.keys():
            return None
        return self.merged([replace(thread, events=(*thread.events, *new))])

    def outdated(self) -> Conversation:
        """Something has changed that no summary tells of: the threads are to be read."""
        return self._changed(read_for=None)

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
        merged = self._changed(threads=known, outbox=_still_out(self.outbox, known.values()))
        if merged.first_read is None and merged.timeline:
            return replace(merged, first_read=merged.timeline[0].id)
        return merged

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
        users = tuple(users)
        seen = max(
            (u.events_seen_up_to for u in users if u.type == "agent" and u.events_seen_up_to),
            default=LONG_AGO,
        )
        # To the newest own event it covers: whatever else an agent sees must not redraw the page.
        seen_own = next((at for at in self._own_times() if at <= seen), LONG_AGO)
        met = {u.id: replace(u, events_seen_up_to=None) for u in users if u.id != self.customer_id}
        return self._changed(users={**self.users, **met}, seen_up_to=max(self.seen_up_to, seen_own))

    def _outgoing(
        self, change: Callable[[Outgoing], Outgoing], concerns: Callable[[Outgoing], bool]
    ) -> Conversation:
        return self._changed(outbox=tuple(change(m) if concerns(m) else m for m in self.outbox))

    def _changed(self, **fields: Any) -> Conversation:
        if all(getattr(self, name) == value for name, value in fields.items()):
            return self
        changed = replace(self, **fields)
        if "threads" not in fields:
            # What was read is the same: a long conversation is not put in order again.
            for name in ("timeline", "thread_of"):
                if name in vars(self):
                    vars(changed)[name] = vars(self)[name]
        return changed


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
