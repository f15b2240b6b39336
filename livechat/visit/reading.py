"""Reading: one look at the chat tells whether anything is new, and only news costs more.

`list_chats` tells it at a price that does not grow with the conversation; only news costs a
`list_threads`. Where it cannot tell, and while the chat is queued, `get_chat` takes its place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

from livechat.api.client import Client
from livechat.api.structures.events import ChatSummary, ThreadPage
from livechat.chat.conversation import State, chat_to_join
from livechat.chat.outgoing import Delivery
from livechat.chat.pushes import Line
from livechat.chat.transcript import PAGE
from livechat.visit.company import Shared
from livechat.visit.earlier import read_older
from livechat.visit.holder import Holder
from livechat.visit.pace import Pace
from livechat.visit.patience import FIRST_PAUSE, LONGEST_PAUSE, Patience, doubled
from livechat.visit.pushed import Pushed
from livechat.visit.seen import Seen

PAGES_AT_ONCE = 5  # of older threads that one look reads for a message without an answer


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
        self._cut_short = 0  # reads in a row that something was left out of
        self._read_again_at = math.inf

    def expect_news(self) -> None:
        """Something has happened to the chat: the next poll looks, however quiet it is."""
        self._pace.expect_news()
        self._company.expire()

    def look(self) -> None:
        """Reads what is new: one request, and more only if there is something."""
        line = self._pushed.begin_look()
        if not self._watch():
            summary = chat_to_join(self._client.list_chats().chats)
            self._holder.apply(lambda c: c.looked(summary))
            if summary:
                self._seen.note(summary)
                self._catch_up(summary, line)
            else:
                self._holder.apply(lambda c: c.read_up_to(None))
            self._settle()
        self._pace.looked()
        self._pushed.end_look()
        self._patience.all_is_well()

    def _watch(self) -> bool:
        """Reads the newest thread itself, if need be. False if it is not the newest any more."""
        conversation = self._holder.conversation
        is_watched = conversation.must_be_watched(pushed=self._pushed.is_open)
        if not is_watched or conversation.outbox.is_unsure:
            return False
        chat = self._client.get_chat(conversation.chat_id or "")
        self._holder.apply(lambda c: c.watched(chat))
        return self._holder.conversation.state is not State.UNKNOWN

    def _catch_up(self, summary: ChatSummary, line: Line | None) -> None:
        """Reads all that there is to a summary, unless it is known or proven (chat/proof.py)."""
        conversation, apply = self._holder.conversation, self._holder.apply
        is_whole = conversation.read is not None and conversation.read.is_whole
        is_due = self._clock() >= self._read_again_at
        if (is_due or conversation.is_news(summary, line)) and not self._complete(summary, line):
            is_whole = self._read_threads(summary)
            self._cut_short = 0 if is_whole else self._cut_short + 1
            pause = doubled(FIRST_PAUSE, self._cut_short, LONGEST_PAUSE)
            self._read_again_at = math.inf if is_whole else self._clock() + pause
        apply(lambda c: c.read_up_to(summary, line, is_whole=is_whole))

    def _complete(self, summary: ChatSummary, line: Line | None) -> bool:
        pushed = self._pushed.pushed_on(line)
        return pushed is not None and self._holder.apply(
            lambda c: c.completed_by(summary, pushed, line)
        )

    def _read_threads(self, summary: ChatSummary) -> bool:
        """Reads the newest threads, back to what is known already, or a window of them at first.

        Returns whether nothing was left out of them.
        """
        goal = self._holder.conversation.read_from
        if goal is None:
            page = self._client.list_threads(summary.id, min_events_count=PAGE)
            self._holder.apply(lambda c: c.read_back(page))
            is_whole = page.is_whole
        else:
            pages = [self._merge(page) for page in self._pages(summary, goal)]
            is_whole = all(pages)
        transcript = self._holder.conversation.transcript
        return is_whole and not transcript.lacks(summary.last_events or ())

    def _merge(self, page: ThreadPage) -> bool:
        """Takes a page in, and says whether nothing was left out of it."""
        self._holder.apply(lambda c: c.merged(page.threads))
        return page.is_whole

    def _pages(self, summary: ChatSummary, goal: str) -> Iterator[ThreadPage]:
        """The newest threads, page by page, until one of them holds that thread.

        Usually that is one thread; the default page has three (3.3).
        """
        limit = 1 if summary.last_thread_id == goal else None
        page_id: str | None = None
        read: set[str] = set()
        while True:
            page = self._client.list_threads(summary.id, limit=limit, page_id=page_id)
            new = {thread.id for thread in page.threads} - read
            # Pages could lead in a circle for ever.
            yield page if new else replace(page, is_whole=False)
            if goal in new or not new or page.next_page_id is None:
                return
            read |= new
            limit, page_id = None, page.next_page_id

    def _settle(self) -> None:
        """Finds out whether what was sent without an answer has arrived.

        Some pages at a time; the next look goes on.
        """
        for _ in range(PAGES_AT_ONCE):
            if self._holder.conversation.is_sought(Delivery.UNSURE):
                read_older(self._holder, self._client)
        self._holder.apply(lambda c: c.settled())

    def read_company_openly(self) -> None:
        """Reads what LiveChat tells of the company to those who are not its customers (3.1)."""
        self._company.refresh(self._client, self._clock(), has_token=False)

    def read_company(self) -> None:
        """Reads what all visitors see alike, if it is needed now.

        It says who is online, as long as nobody is there for this chat. Without an active one it
        takes the place of a look, unless news are expected: a quiet page asks no more often.
        """
        conversation, known = self._holder.conversation, self._company.current
        active = conversation.state is State.ACTIVE
        if known and active and (conversation.agents.present or conversation.queue):
            return
        now = self._clock()
        if self._company.is_due(now):
            was_read = self._company.refresh(self._client, now)
            if was_read and known and not active and self._pace.looked_at > -math.inf:
                self._pace.looked_at = now
