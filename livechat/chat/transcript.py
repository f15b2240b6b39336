"""What was said, as far as it was read.

The transcript is a fact of the server: the union of the events of every thread that was read, by
event ID, in the order of `created_at`. Reading something twice, late or in another order changes
nothing. What machines tell each other is kept, too, but it is not in the timeline: it is not shown,
searched, counted or answered.

Nothing that was once read is dropped but what LiveChat has taken back: an event that its thread, as
it was read with all its events, no longer holds. What is newer than all that such a read holds may
have come after it was made; for that it takes more to be gone (`merged`). Of an event that is gone
its place stays, so that no other one moves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import takewhile
from typing import Any

from livechat.api.structures.events import Event, Thread, ThreadPage
from livechat.api.structures.forms import FilledForm, Form
from livechat.api.structures.rich_messages import Button, RichMessage
from livechat.chat.greeted import Greeted
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
    them, None if there are none, or none that can be read; `whole_to` is the oldest thread before
    which something could not be read, None if all could. `first_read` is the oldest event of the
    first read, from which the pages are counted.
    """

    threads: Mapping[str, Thread] = field(default_factory=dict)
    older_page_id: str | None = None
    whole_to: str | None = None
    first_read: str | None = None

    @cached_property
    def places(self) -> tuple[Event, ...]:
        """Every event that was read and is for people, once, in the order of `created_at`.

        Ties keep the order of the server: by thread, then by place in it (3.3). What was taken back
        has a place, too.
        """
        ordered = sorted(
            (
                (event.created_at, thread.created_at, place, event)
                for thread in self.threads.values()
                for place, event in enumerate(_with_closing(thread))
                if event.is_for_people or event.is_taken_back
            ),
            key=lambda row: row[:3],
        )
        return tuple({event.id: event for *_, event in ordered}.values())

    @cached_property
    def timeline(self) -> tuple[Event, ...]:
        """The same without what was taken back: what there is to show."""
        return tuple(event for event in self.places if not event.is_taken_back)

    @cached_property
    def thread_of(self) -> Mapping[str, str]:
        """The ID of the thread of every event."""
        return {event.id: thread.id for thread in self.threads.values() for event in thread.events}

    def pages(
        self, count: int, outbox: Outbox, greeted: Greeted | None = None
    ) -> dict[int, list[Event | Outgoing]]:
        """The newest `count` places, or up to a page more, with what is not an event yet.

        In pages of `PAGE` by number. An event keeps its number whatever is read or said later, or
        taken back, so that what is on the screen keeps its place: older ones get smaller numbers,
        even negative.
        What is on its way stands at the end. What failed stays where it was typed, which is after
        all that was typed before and is still on its way. A greeting stays where it came.
        """
        places = self.places
        zero = next((n for n, event in enumerate(places) if event.id == self.first_read), 0)
        first = max(0, len(places) - count)
        first = max(0, first - (first - zero) % PAGE)
        stays = list(takewhile(lambda m: m.delivery is Delivery.FAILED, outbox))
        rows: list[tuple[datetime, int, Event | Outgoing]] = [
            (event.created_at, (n - zero) // PAGE, event)
            for n, event in enumerate(places[first:], start=first)
        ]
        greeting = greeted.event if greeted else None
        came: list[tuple[datetime, Event | Outgoing]] = [(m.after, m) for m in stays]
        if greeted and greeting:
            came.insert(0, (greeted.after, greeting))
        for after, entry in came:
            # After the event it names: before, in place of none, on the first page that is shown.
            earlier = bisect_right(rows, after, key=lambda row: row[0])
            number = rows[max(earlier - 1, 0)][1] if rows else 0
            rows.insert(earlier, (after, number, entry))
        last = len(places) - zero
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
        thread = self.threads.get(thread_id or "")
        if self.whole_to:
            whole_since = self.threads[self.whole_to].created_at
            return thread is not None and thread.created_at >= whole_since
        return bool(self.threads) and (self.older_page_id is None or thread is not None)

    def lacks(self, events: Iterable[Event]) -> bool:
        """Whether there is one among these that must have been read, but was not.

        It may be older than all that was read.
        """
        begin = min((t.created_at for t in self.threads.values()), default=LONG_AGO)
        return any(e.id not in self.thread_of and e.created_at >= begin for e in events)

    def is_ahead_of(self, read: Transcript, newest: Iterable[Event]) -> bool:
        """Whether the `newest` events, of a summary, should be in a read of threads and are not.

        It may be that they are in threads that were not read, or are known to be gone.
        """
        where = self.thread_of
        gone = {e.id for e in self.places if e.is_taken_back}
        here = (e for e in newest if where.get(e.id) is None or where[e.id] in read.threads)
        return read.lacks(e for e in here if e.id not in gone)

    def holds_more_than(self, thread: Thread) -> bool:
        """Whether there are events in this thread that it has not, as it was read just now."""
        read = {event.id for event in thread.events}
        known = self.threads[thread.id].events
        return any(e.is_for_people and e.id not in read for e in known)

    def merged(
        self, threads: Iterable[Thread], *, deleted: Collection[str] = (), is_current: bool = False
    ) -> Transcript:
        """With threads as they were read: newer or older ones, whole or as they once were.

        Pushes have told that the events with these IDs were `deleted`. The read `is_current` if it
        holds all that a summary from just before it does: then it is older than nothing.
        """
        known = dict(self.threads)
        for thread in threads:
            known[thread.id] = _merge(known.get(thread.id), thread, deleted, is_current)
        return self._with_threads(known)

    def read_back(self, page: ThreadPage) -> Transcript:
        """With the newest threads, read for the first time, or the next older ones."""
        # The newest ones are read again if something was left out of them.
        whole_to = self.whole_to or (None if page.is_whole else self.oldest)
        return self.merged(page.threads)._changed(
            older_page_id=page.next_page_id, whole_to=whole_to
        )

    def amended(self, thread: Thread) -> Transcript:
        """With a thread as it must be by now, without a read."""
        return self._with_threads({**self.threads, thread.id: thread})

    def _with_threads(self, threads: Mapping[str, Thread]) -> Transcript:
        merged = self._changed(threads=threads)
        if merged.first_read is None and merged.places:
            return merged._changed(first_read=merged.places[0].id)
        return merged

    def _changed(self, **fields: Any) -> Transcript:
        after = changed(self, **fields)
        if "threads" not in fields:
            # What was read is the same: a long conversation is not put in order again.
            for name in ("places", "timeline", "thread_of"):
                if name in vars(self):
                    vars(after)[name] = vars(self)[name]
        return after


def _merge(
    known: Thread | None, read: Thread, deleted: Collection[str], is_current: bool
) -> Thread:
    if known is None or known == read:
        return known or read
    # In the order of the newer read; what only an older one brought follows (the time sorts it).
    events = {event.id: event for event in read.events}
    newest = max((event.created_at for event in read.events), default=LONG_AGO)
    for event in known.events:
        if event.id not in events:
            may_be_newer = event.created_at >= newest and event.id not in deleted
            is_gone = read.is_whole and (is_current or not may_be_newer) and event.is_for_people
            events[event.id] = event.taken_back if is_gone else event
        elif events[event.id].is_broken and not event.is_taken_back:
            events[event.id] = event  # which could be read before
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
