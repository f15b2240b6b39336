"""Earlier pages: what was said before, read as far back as it is to be shown (3.2)."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from livechat.api.client import Client
from livechat.api.errors import Refused, Unreachable
from livechat.api.structures.events import Thread, ThreadPage
from livechat.chat.outgoing import Delivery
from livechat.chat.transcript import PAGE
from livechat.chat.values import LONG_AGO
from livechat.visit.again import Again, Place
from livechat.visit.holder import Holder
from livechat.visit.patience import EARLIER_PAUSE

PAGES_SOUGHT = 5  # in a visit, for what came from a visit before and may have arrived

_MOST_THREADS = 100  # of a page (3.3)

_log = logging.getLogger("livechat")


def read_older(holder: Holder, client: Client, again: Again) -> None:
    """Reads the page before the oldest thread that is known.

    If it cannot be read wholly, it is read `again`.
    """
    conversation = holder.conversation
    chat_id, transcript = conversation.chat_id or "", conversation.transcript
    try:
        page = client.list_threads(chat_id, page_id=transcript.older_page_id)
        place = Place(chat_id, page_id=transcript.older_page_id)
        again.was_read(place, is_sound=page.is_sound)
    except Refused:
        page = _read_anew(client, chat_id, transcript.threads)  # a page_id lives for a month (3.2)
    if page.next_page_id and all(thread.id in transcript.threads for thread in page.threads):
        # Or it could go on in a circle for ever.
        page = replace(page, next_page_id=None, left_out=1)
    holder.apply(lambda c: c.read_back(page))


def _read_anew(client: Client, chat_id: str, known: Mapping[str, Thread]) -> ThreadPage:
    """The page that goes further back than what is known, looked for from the newest on."""
    begun = min((thread.created_at for thread in known.values()), default=LONG_AGO)
    passed: set[str] = set()
    try:
        page = client.list_threads(chat_id, limit=min(len(known) + 1, _MOST_THREADS))
        while (
            page.next_page_id
            and page.next_page_id not in passed
            and all(thread.created_at >= begun for thread in page.threads)
        ):
            passed.add(page.next_page_id)
            page = client.list_threads(chat_id, page_id=page.next_page_id)
    except Refused as error:
        _log.debug("Earlier events are refused: %s", error)
        return ThreadPage((), left_out=1)
    return page


class Earlier:
    """One visit's earlier events. `shown` is how many events are to be on the screen."""

    def __init__(
        self,
        holder: Holder,
        client: Client,
        clock: Callable[[], float],
        hurry: threading.Event,
        again: Again,
    ) -> None:
        """The newest page is to be shown. `hurry` is set when the visitor waits for something."""
        self.shown = PAGE
        self._holder = holder
        self._client = client
        self._clock = clock
        self._hurry = hurry
        self._again = again
        self._due = -math.inf
        self._sought = 0  # pages

    def show_more(self) -> None:
        """A page more is to be shown."""
        self.shown += PAGE
        self._due = -math.inf
        self._hurry.set()

    def show_back_to(self, event_id: str) -> None:
        """An event is to be shown that was read, wherever that is."""
        places = self._holder.conversation.transcript.places
        newer = (n for n, event in enumerate(reversed(places), start=1) if event.id == event_id)
        self.shown = max(self.shown, next(newer, 0))

    def read_lacking(self) -> None:
        """Reads as many earlier events as are to be shown; not at every poll if that fails.

        And back to what was delivered and then left behind by so much news that it was not read;
        some pages for what may have been.
        """
        try:
            while self._clock() >= self._due and (self._is_lacking() or self._seeks()):
                self.read_page()
        except Unreachable as error:
            _log.debug("Earlier events could not be read: %s", error)
            self._due = self._clock() + EARLIER_PAUSE

    def _is_lacking(self) -> bool:
        conversation = self._holder.conversation
        if conversation.is_sought(Delivery.SENT):
            return True
        transcript = conversation.transcript
        return bool(transcript.older_page_id) and len(transcript.places) < self.shown

    def _seeks(self) -> bool:
        """Whether one more page may hold what is said to be undelivered."""
        is_sought = self._holder.conversation.is_sought(Delivery.FAILED)
        self._sought += is_sought
        return is_sought and self._sought <= PAGES_SOUGHT

    def read_page(self) -> None:
        """Reads the page before the oldest one that is known."""
        read_older(self._holder, self._client, self._again)
