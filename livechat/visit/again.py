"""What was left out of an answer, or broken in it, is read again by itself: it may be right then.

Later and later, since it may be broken for good, and each request is billed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass

from livechat.api.client import Client
from livechat.api.errors import Refused, Unreachable
from livechat.api.structures.events import Thread, ThreadPage
from livechat.visit.holder import Holder
from livechat.visit.patience import FIRST_PAUSE, UNREADABLE_PAUSE, doubled

_log = logging.getLogger("livechat")


@dataclass(frozen=True)
class Place:
    """Where something is missing: in one of the older threads, or in a page of them."""

    chat_id: str
    thread_id: str | None = None
    page_id: str | None = None


@dataclass
class _Tries:
    count: int
    due: float


class Again:
    """What one visit has still to read again.

    The newest threads are not among it, which are read for news anyway (`reading.py`).
    """

    def __init__(self, holder: Holder, client: Client, clock: Callable[[], float]) -> None:
        """Nothing was odd so far. `clock` counts seconds."""
        self._holder = holder
        self._client = client
        self._clock = clock
        self._places: dict[Place, _Tries] = {}

    def was_read(self, place: Place, *, is_sound: bool) -> None:
        """This was read just now."""
        before = self._places.pop(place, None)
        if not is_sound:
            count = before.count + 1 if before else 1
            pause = doubled(FIRST_PAUSE, count, UNREADABLE_PAUSE)
            self._places[place] = _Tries(count, self._clock() + pause)

    def read(self) -> None:
        """Reads again what is due."""
        chat_id = self._holder.conversation.chat_id
        for place, tries in tuple(self._places.items()):
            if place.chat_id != chat_id:
                del self._places[place]  # which was somebody else's
            elif self._clock() >= tries.due:
                self._read(place)

    def _read(self, place: Place) -> None:
        threads: Collection[Thread] = ()
        try:
            threads, is_sound = self._threads(place)
        except Refused as error:
            _log.debug("What could not be read is refused: %s", error)
            is_sound = True  # It is not there any more.
        except Unreachable as error:
            _log.debug("What could not be read cannot be read again: %s", error)
            is_sound = False
        self._holder.apply(lambda c: c.merged(threads))
        self.was_read(place, is_sound=is_sound)

    def _threads(self, place: Place) -> tuple[Collection[Thread], bool]:
        if place.thread_id:
            thread = self._client.get_chat(place.chat_id, thread_id=place.thread_id).thread
            return ([thread], thread.is_sound) if thread else ((), False)
        page: ThreadPage = self._client.list_threads(place.chat_id, page_id=place.page_id)
        return page.threads, page.is_sound
