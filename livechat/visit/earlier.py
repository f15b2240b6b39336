"""Earlier pages: what was said before, read as far back as it is to be shown (3.2)."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from dataclasses import replace

from livechat.api.client import Client
from livechat.api.errors import Refused, Unreachable
from livechat.api.structures.events import ThreadPage
from livechat.chat.outgoing import LONG_AGO
from livechat.chat.transcript import PAGE
from livechat.visit.holder import Holder
from livechat.visit.patience import EARLIER_PAUSE

_MOST_THREADS = 100  # of a page (3.3)

_log = logging.getLogger("livechat")


class Earlier:
    """One visit's earlier events. `shown` is how many events are to be on the screen."""

    def __init__(
        self,
        holder: Holder,
        client: Client,
        clock: Callable[[], float],
        hurry: threading.Event,
    ) -> None:
        """The newest page is to be shown. `hurry` is set when the visitor waits for something."""
        self.shown = PAGE
        self._holder = holder
        self._client = client
        self._clock = clock
        self._hurry = hurry
        self._due = -math.inf

    def show_more(self) -> None:
        """A page more is to be shown."""
        self.shown += PAGE
        self._due = -math.inf
        self._hurry.set()

    def read_lacking(self) -> None:
        """Reads as many earlier events as are to be shown; not at every poll if that fails."""
        try:
            while self._is_lacking() and self._clock() >= self._due:
                self.read_page()
        except Unreachable as error:
            _log.warning("Earlier events could not be read: %s", error)
            self._due = self._clock() + EARLIER_PAUSE

    def _is_lacking(self) -> bool:
        conversation = self._holder.conversation
        return (
            bool(conversation.transcript.older_page_id)
            and len(conversation.transcript.timeline) < self.shown
        )

    def read_page(self) -> None:
        """Reads the page before the oldest one that is known."""
        conversation = self._holder.conversation
        chat_id, page_id = conversation.chat_id or "", conversation.transcript.older_page_id
        try:
            page = self._client.list_threads(chat_id, page_id=page_id)
        except Refused:
            page = self._read_anew(chat_id)  # a page_id lives for a month (3.2)
        if all(thread.id in conversation.transcript.threads for thread in page.threads):
            page = replace(page, next_page_id=None)  # Or it could go on in a circle for ever.
        self._holder.apply(lambda c: c.read_back(page))

    def _read_anew(self, chat_id: str) -> ThreadPage:
        """The page that goes further back than what is known, looked for from the newest on."""
        known = self._holder.conversation.transcript.threads
        begun = min((thread.created_at for thread in known.values()), default=LONG_AGO)
        passed: set[str] = set()
        try:
            page = self._client.list_threads(chat_id, limit=min(len(known) + 1, _MOST_THREADS))
            while (
                page.next_page_id
                and page.next_page_id not in passed
                and all(thread.created_at >= begun for thread in page.threads)
            ):
                passed.add(page.next_page_id)
                page = self._client.list_threads(chat_id, page_id=page.next_page_id)
        except Refused as error:
            _log.warning("Earlier events are refused: %s", error)
            return ThreadPage(())
        return page
