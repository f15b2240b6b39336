"""What was said, as far as it was read.

The transcript is a fact of the server: the union of the events of every thread that was read, by
event ID, in the order of `created_at`. Reading something twice, late or in another order changes
nothing; nothing that was once read is dropped. What machines tell each other is kept, too, but it
is not in the timeline: it is not shown, searched, counted or answered.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import takewhile
from typing import Any

from livechat.api.structures.events import Event, Thread, ThreadPage
from livechat.api.structures.forms import FilledForm, Form
from livechat.api.structures.rich_messages import Button, RichMessage
from livechat.chat.outbox import Outbox
from livechat.chat.outgoing import Delivery, Outgoing
from livechat.chat.values import LONG_AGO, changed

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


@dataclass(frozen=True, eq=False)
class Transcript:
    """The threads that were read, by ID, and the events in them.

    They are the newest ones, without a gap. `older_page_id` asks LiveChat for the threads before
    them, None if there are none, or none that can be read; `is_unreadable` tells that something
    before the first read could not be. `first_read` is the oldest event of the first read, from
    which the pages are counted.
    """

    threads: Mapping[str, Thread] = field(default_factory=dict)
    older_page_id: str | None = None
    is_unreadable: bool = False
    first_read: str | None = None

    @cached_property
    def timeline(self) -> tuple[Event, ...]:
        """Every event that was read and is for people, once, in the order of `created_at`.

        Ties keep the order of the server: by thread, then by place in it (3.3).
        """
        ordered = sorted(
            (
                (event.created_at, thread.created_at, place, event)
                for thread in self.threads.values()
                for place, event in enumerate(_with_closing(thread))
                if event.is_for_people
            ),
            key=lambda row: row[:3],
        )
        return tuple({event.id: event for *_, event in ordered}.values())

    @cached_property
    def thread_of(self) -> Mapping[str, str]:
        """The ID of the thread of every event."""
        return {event.id: thread.id for thread in self.threads.values() for event in thread.events}

    def pages(self, count: int, outbox: Outbox) -> dict[int, list[Event | Outgoing]]:
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
        stays = list(takewhile(lambda m: m.delivery is Delivery.FAILED, outbox))
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
        for number, message in enumerate(outbox[len(stays) :], start=last):
            pages.setdefault(number // PAGE, []).append(message)
        return pages

    @property
    def ends_at(self) -> datetime:
        """When the newest event was made."""
        return self.timeline[-1].created_at if self.timeline else LONG_AGO

    def times_by(self, author_id: str | None) -> Iterator[datetime]:
        """When somebody's events were made, the newest one first."""
        return (e.created_at for e in reversed(self.timeline) if e.author_id == author_id)

    def times_by_others(self, author_id: str | None) -> Iterator[datetime]:
        """When everybody else's were made, but for LiveChat's own, the newest one first."""
        nobody = (None, author_id)
        return (e.created_at for e in reversed(self.timeline) if e.author_id not in nobody)

    def asked_at(self, form: Form) -> datetime | None:
        """When a `form` event last brought that form."""
        return next((e.created_at for e in reversed(self.timeline) if e.body == form), None)

    def is_filled(self, form: Form, author_id: str | None, since: datetime) -> bool:
        """Whether somebody has filled in a form since then."""
        newer = takewhile(lambda e: e.created_at >= since, reversed(self.timeline))
        return any(
            isinstance(e.body, FilledForm)
            and e.body.form_id == form.id
            and e.author_id == author_id
            for e in newer
        )

    def button(self, event_id: str, postback_id: str) -> tuple[Event, str, Button] | None:
        """A button of a rich message, with its event and the ID of the thread."""
        for event in self.timeline:
            if event.id == event_id and isinstance(event.body, RichMessage):
                buttons = (b for element in event.body.elements for b in element.buttons)
                found = next((b for b in buttons if b.postback_id == postback_id), None)
                return (event, self.thread_of[event_id], found) if found else None
        return None

    @property
    def newest(self) -> str | None:
        """The ID of the newest thread that was read."""
        return max(self.threads, key=lambda id: self.threads[id].created_at, default=None)

    @property
    def oldest(self) -> str | None:
        """The ID of the oldest thread that was read."""
        return min(self.threads, key=lambda id: self.threads[id].created_at, default=None)

    def is_read_back_to(self, thread_id: str | None) -> bool:
        """Whether that thread and all newer ones were read; all there are for None."""
        if self.is_unreadable or not self.threads:
            return False
        return self.older_page_id is None or thread_id in self.threads

    def lacks(self, events: Iterable[Event]) -> bool:
        """Whether there is one among these that must have been read, but was not.

        It may be older than all that was read.
        """
        begin = min((t.created_at for t in self.threads.values()), default=LONG_AGO)
        return any(e.id not in self.thread_of and e.created_at >= begin for e in events)

    def merged(self, threads: Iterable[Thread]) -> Transcript:
        """With threads as they were read: newer or older ones, whole or as they once were."""
        known = dict(self.threads)
        for thread in threads:
            known[thread.id] = _merge(known.get(thread.id), thread)
        return self._with_threads(known)

    def read_back(self, page: ThreadPage) -> Transcript:
        """With the newest threads, read for the first time, or the next older ones."""
        # The newest ones are read again if something was left out of them.
        is_unreadable = self.is_unreadable or (bool(self.threads) and not page.is_whole)
        return self.merged(page.threads)._changed(
            older_page_id=page.next_page_id, is_unreadable=is_unreadable
        )

    def amended(self, thread: Thread) -> Transcript:
        """With a thread as it must be by now, without a read."""
        return self._with_threads({**self.threads, thread.id: thread})

    def _with_threads(self, threads: Mapping[str, Thread]) -> Transcript:
        merged = self._changed(threads=threads)
        if merged.first_read is None and merged.timeline:
            return merged._changed(first_read=merged.timeline[0].id)
        return merged

    def _changed(self, **fields: Any) -> Transcript:
        after = changed(self, **fields)
        if "threads" not in fields:
            # What was read is the same: a long conversation is not put in order again.
            for name in ("timeline", "thread_of"):
                if name in vars(self):
                    vars(after)[name] = vars(self)[name]
        return after


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
