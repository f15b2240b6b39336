"""Reading: one look at the chat tells whether anything is new, and only news costs more.

`list_chats` tells it at a price that does not grow with the conversation; only news costs a
`list_threads`. Where it cannot tell, and while the chat is queued, `get_chat` takes its place. So
it does once a minute, on the screen, where no pushes tell what has changed or was taken back. A
thread of which they tell that is read alone.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from livechat.api.client import Client
from livechat.api.errors import Refused, Unreachable
from livechat.api.structures.events import ChatSummary, Event, Thread, ThreadPage
from livechat.chat.conversation import Conversation, State, chat_to_join
from livechat.chat.outgoing import Delivery
from livechat.chat.pushes import Line
from livechat.chat.transcript import PAGE, Transcript
from livechat.chat.unconfirmed import Act
from livechat.visit.again import Again, Place
from livechat.visit.company import Shared
from livechat.visit.earlier import read_older
from livechat.visit.holder import Holder
from livechat.visit.pace import Pace
from livechat.visit.patience import FIRST_PAUSE, UNREADABLE_PAUSE, Patience, doubled
from livechat.visit.pushed import LATE_AFTER, Pushed
from livechat.visit.seen import Seen

PAGES_AT_ONCE = 5  # of older threads that one look reads for a message without an answer
BEHIND_AT_MOST = 2  # reads in a row that lack what the summary has
CHANGED_SECONDS = 60.0  # after which the newest thread is read for what has changed in it

_log = logging.getLogger("livechat")


class Reading:
    """How one visit learns what is new. What it raises is the client's."""

    def __init__(
        self,
        holder: Holder,
        client: Client,
        company: Shared,
        clock: Callable[[], float],
        pace: Pace,
        patience: Patience,
        pushed: Pushed,
        seen: Seen,
        again: Again,
    ) -> None:
        """`clock` counts seconds; the others are told of what is read."""
        self._holder = holder
        self._client = client
        self._company = company
        self._clock = clock
        self._pace = pace
        self._patience = patience
        self._pushed = pushed
        self._seen = seen
        self._again = again
        self._skipped_a_look = False
        self._cut_short = 0  # reads in a row that as much was left out of, or broken in
        self._odd = 0  # how much that was
        self._lacks_window = False  # that may be anywhere in the window that was read at first
        self._read_again_at = math.inf
        self._read_at = -math.inf  # when the newest thread was read last
        self._sought: set[str] = set()  # messages that were accepted, by their custom_id
        self._acted: dict[Act, float] = {}  # what the visitor has done: when that is made sure of

    def expect_news(self) -> None:
        """Something has happened to the chat: the next poll looks, however quiet it is."""
        self._pace.expect_news()
        self._company.expire()

    def make_sure_of(self, act: Act) -> None:
        """What was done is shown as LiveChat has it, once its answers are up to date.

        An answer that says nothing may be that of a gateway, which has told LiveChat nothing.
        """
        self._acted[act] = self._clock() + LATE_AFTER

    def read_changed(self) -> None:
        """Reads the threads in which, as pushes tell, something has changed, each alone.

        And those in which a message that was accepted long ago should have been read, or in which
        the visitor has done something else, and what could not be read before.
        """
        self._again.read()
        for thread_id, mark in tuple(self._pushed.threads.items()):
            self._read_thread(thread_id)
            self._pushed.was_read(thread_id, mark)
        for message in self._holder.conversation.overdue(self._clock() - LATE_AFTER):
            if message.custom_id not in self._sought:
                self._read_thread(message.since_thread or "")
                self._sought.add(message.custom_id)
        for act, due in tuple(self._acted.items()):
            if self._clock() >= due:
                self._read_thread(act.thread_id)
                self._acted.pop(act, None)
                # It counts no longer by itself, as one does whose thread was not read by then.
                self._holder.apply(partial(Conversation.refused, act=act))

    def _read_thread(self, thread_id: str) -> None:
        """Reads a thread anew that was read before.

        Another one is not shown, or the look that follows reads it: what lies between it and those
        that were read would be missing.
        """
        if thread_id not in self._holder.conversation.transcript.threads:
            return
        proof, chat_id = self._proof(), self._holder.conversation.chat_id or ""
        try:
            chat = self._client.get_chat(chat_id, thread_id=thread_id)
        except Refused as error:
            _log.debug("A thread that has changed is refused: %s", error)
            return
        self._take([chat.thread] if chat.thread else [], **proof)
        is_sound = chat.thread is not None and chat.thread.is_sound
        self._again.was_read(Place(chat_id, thread_id=thread_id), is_sound=is_sound)

    def look(self, *, is_seen: bool = False) -> None:
        """Reads what is new: one request, and more only if there is something.

        `is_seen` if the page is on the screen: then what is not told has changed is looked for.
        """
        line = self._pushed.begin_look()
        if not self._watch(is_seen=is_seen):
            summary = self._summary()
            self._holder.apply(lambda c: c.looked(summary))
            if summary:
                self._seen.note(summary)
                self._catch_up(summary, line)
            else:
                self._holder.apply(lambda c: c.read_up_to(None))
            self._settle()
        self._pace.looked()
        self._skipped_a_look = False
        self._pushed.end_look()
        self._patience.all_is_well()

    def _summary(self) -> ChatSummary | None:
        """The chat to talk in, None if there is none. Raises Unreachable if that cannot be told."""
        listed, known = self._client.list_chats(), self._holder.conversation.chat_id
        summary = chat_to_join(listed.chats)
        is_it = summary is not None and known in (None, summary.id)
        if not (listed.is_whole or is_it):
            raise Unreachable("list_chats: unexpected answer (a chat that cannot be read)")
        return summary

    def _watch(self, *, is_seen: bool) -> bool:
        """Reads the newest thread itself, if need be. False if that does not tell all."""
        conversation, is_pushed = self._holder.conversation, self._pushed.is_relied_on
        # Another tab that reads for this one tells that it knows something else, not what.
        is_long_ago = self._clock() - self._read_at >= CHANGED_SECONDS
        is_due = is_seen and not is_pushed and (self._pushed.follows or is_long_ago)
        is_watched = conversation.must_be_watched(pushed=is_pushed, is_due=is_due)
        is_more_due = conversation.outbox.is_unsure or self._clock() >= self._read_again_at
        if not is_watched or is_more_due:
            return False
        proof = self._proof()
        chat = self._client.get_chat(conversation.chat_id or "")
        self._holder.apply(lambda c: c.watched(chat, **proof))
        after, thread = self._holder.conversation, chat.thread
        if after.state is State.UNKNOWN or thread is None:
            return False
        self._read_at = self._clock()
        if thread.is_whole and after.transcript.holds_more_than(thread):
            # Of what came last it does not tell whether it is gone or not there yet.
            self._read_again_at = -math.inf
            return False
        return True

    def _catch_up(self, summary: ChatSummary, line: Line | None) -> None:
        """Reads all that there is to a summary, unless it is known or proven (chat/proof.py)."""
        conversation, apply = self._holder.conversation, self._holder.apply
        is_whole = conversation.read is not None and conversation.read.is_whole
        is_due = self._clock() >= self._read_again_at
        is_news = conversation.is_news(summary, line)
        if is_due or (is_news and not self._complete(summary, line)):
            left_out, broken = self._read_threads(summary)
            is_whole, odd = not left_out, left_out + broken
            self._cut_short = 1 if odd > self._odd else self._cut_short + 1 if odd else 0
            self._odd = odd
            pause = doubled(FIRST_PAUSE, self._cut_short, UNREADABLE_PAUSE)
            self._read_again_at = self._clock() + pause if odd else math.inf
        apply(lambda c: c.read_up_to(summary, line, is_whole=is_whole))

    def _complete(self, summary: ChatSummary, line: Line | None) -> bool:
        pushed = self._pushed.pushed_on(line)
        return pushed is not None and self._holder.apply(
            lambda c: c.completed_by(summary, pushed, line)
        )

    def _read_threads(self, summary: ChatSummary) -> tuple[int, int]:
        """Reads the newest threads, back to what is known already, or a window of them at first.

        Returns how much was left out of them, and how much is broken.
        """
        goal, newest = self._holder.conversation.read_from, summary.last_events or ()
        if goal is None:
            page = self._client.list_threads(summary.id, min_events_count=PAGE)
            self._holder.apply(lambda c: c.read_back(page))
            left_out, broken = page.left_out, page.broken
        else:
            left_out, broken, read, proof = 0, 0, Transcript(), self._proof()
            for page in self._pages(summary, goal):
                read = read.merged(page.threads)
                self._take(page.threads, is_current=not self._is_behind(read, newest), **proof)
                left_out, broken = left_out + page.left_out, broken + page.broken
        self._lacks_window = left_out + broken > 0
        is_behind = goal is not None and self._is_behind(read, newest)
        self._read_at = self._clock()
        is_lacking = is_behind or self._holder.conversation.transcript.lacks(newest)
        return left_out + is_lacking, broken

    def _is_behind(self, read: Transcript, newest: Collection[Event]) -> bool:
        """Whether the read lacks what the summary holds; after a while that is not why."""
        is_behind = self._holder.conversation.transcript.is_ahead_of(read, newest)
        return is_behind and self._cut_short < BEHIND_AT_MOST

    def _proof(self) -> dict[str, Any]:
        """What proves, of a read that begins now, that something is no more."""
        return {"deleted": self._pushed.deleted, "accepted_before": self._clock() - LATE_AFTER}

    def _take(self, threads: Collection[Thread], **proof: Any) -> None:
        self._holder.apply(lambda c: c.merged(threads, **proof))

    def _pages(self, summary: ChatSummary, goal: str) -> Iterator[ThreadPage]:
        """The newest threads, page by page, until one of them holds that thread.

        Usually that is one thread; the default page has three (3.3). If something is missing it
        may be in any of those that were read at first.
        """
        window = PAGE if self._lacks_window else None
        limit = 1 if summary.last_thread_id == goal and not window else None
        page_id: str | None = None
        read: set[str] = set()
        while True:
            page = self._client.list_threads(
                summary.id, limit=limit, min_events_count=window, page_id=page_id
            )
            new = {thread.id for thread in page.threads} - read
            # Pages could lead in a circle for ever.
            yield page if new else replace(page, left_out=1)
            if goal in new or not new or page.next_page_id is None:
                return
            read |= new
            limit, window, page_id = None, None, page.next_page_id

    def _settle(self) -> None:
        """Finds out whether what was sent without an answer has arrived.

        Some pages at a time; the next look goes on.
        """
        for _ in range(PAGES_AT_ONCE):
            if self._holder.conversation.is_sought(Delivery.UNSURE):
                read_older(self._holder, self._client, self._again)
        self._holder.apply(lambda c: c.settled())

    def read_company_openly(self) -> None:
        """Reads what LiveChat tells of the company to those who are not its customers (3.1)."""
        self._company.refresh(self._client, self._clock(), has_token=False)
        self._company.check()

    def read_company(self) -> None:
        """Reads what all visitors see alike, if it is needed now.

        It says who is online, as long as nobody is there for this chat. Without an active one it
        takes the place of a look, unless news are expected: a quiet page asks no more often, but it
        never takes two in a row. Where it is pushed who is online, that only makes sure.
        """
        conversation, known = self._holder.conversation, self._company.current
        active = conversation.state is State.ACTIVE
        if known and active and (conversation.agents.present or conversation.queue):
            return
        now = self._clock()
        if known and not active and not self._company.has_expired:
            is_told = self._pushed.is_relied_on and not self._pace.is_look_due(pushed=True)
            if is_told or self._skipped_a_look:
                return
        if self._company.is_due(now):
            was_read = self._company.refresh(self._client, now)
            if was_read and known and not active and self._pace.looked_at > -math.inf:
                self._pace.looked()
                self._skipped_a_look = True
        self._company.check()
