"""Reading: one look at the chat tells whether anything is new, and only news costs more.

`list_chats` tells it at a price that does not grow with the conversation; only news costs a
`list_threads`. Where it cannot tell, and while the chat is queued, `get_chat` takes its place.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from livechat.api.client import Client
from livechat.api.structures.events import ChatSummary, ThreadPage
from livechat.chat.conversation import State, chat_to_join
from livechat.chat.transcript import PAGE
from livechat.visit.company import Shared
from livechat.visit.holder import Holder
from livechat.visit.pace import Pace
from livechat.visit.patience import Patience
from livechat.visit.pushed import Pushed
from livechat.visit.seen import Seen


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

    def expect_news(self) -> None:
        """Something has happened to the chat: the next poll looks, however quiet it is."""
        self._pace.expect_news()
        self._company.expire()

    def look(self) -> None:
        """Reads what is new: one request, and more only if there is something."""
        conversation, apply = self._holder.conversation, self._holder.apply
        self._pushed.begin_look()
        if conversation.must_be_watched and not conversation.outbox.is_unsure:
            chat = self._client.get_chat(conversation.chat_id or "")
            apply(lambda c: c.watched(chat))
        else:
            summary = chat_to_join(self._client.list_chats().chats)
            apply(lambda c: c.looked(summary))
            if summary:
                self._seen.note(summary)
                is_news = self._holder.conversation.is_news(summary)
                if is_news and not self._is_completed_by(summary):
                    self._read_threads(summary)
            apply(lambda c: c.read_up_to(summary))
        self._pace.looked()
        self._pushed.end_look()
        self._patience.all_is_well()

    def _is_completed_by(self, summary: ChatSummary) -> bool:
        return self._holder.apply(lambda c: c.completed_by(summary, self._pushed.events))

    def _read_threads(self, summary: ChatSummary) -> None:
        """Reads the newest threads, back to what is known already, or a window of them at first.

        Usually that is one thread; the default page has three (3.3).
        """
        conversation = self._holder.conversation
        if not conversation.transcript.threads:
            first = self._client.list_threads(summary.id, min_events_count=PAGE)
            self._holder.apply(lambda c: c.read_back(first))
            return
        limit = 1 if summary.last_thread_id in conversation.transcript.threads else None
        page = self._client.list_threads(summary.id, limit=limit)
        while not self._reached(page) and page.threads and page.next_page_id:
            page = self._client.list_threads(summary.id, page_id=page.next_page_id)

    def _reached(self, page: ThreadPage) -> bool:
        """Takes a page in, and says whether it meets what was read before."""
        known = self._holder.conversation.transcript.reaches(page.threads)
        self._holder.apply(lambda c: c.merged(page.threads))
        return known

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
