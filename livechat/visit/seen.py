"""Seen marks: how far the visitor has seen what agents wrote, and that the agents are told so."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from datetime import datetime

from livechat.api.client import Client
from livechat.api.errors import Refused, Unreachable
from livechat.api.structures.events import ChatSummary
from livechat.chat.conversation import Conversation
from livechat.chat.values import LONG_AGO
from livechat.visit.holder import Holder

MARK_AFTER = 1.0  # seconds: what comes meanwhile is told in the same request

_log = logging.getLogger("livechat")


class Seen:
    """One visitor's seen marks."""

    def __init__(self, holder: Holder, client: Client, clock: Callable[[], float]) -> None:
        """Nothing was seen yet, as far as is known. `clock` counts seconds."""
        self._holder = holder
        self._client = client
        self._clock = clock
        self._up_to = LONG_AGO  # what the visitor has seen
        self._untold: tuple[str, datetime] | None = None  # in which chat, and up to when
        self._due = math.inf

    @property
    def unseen(self) -> int:
        """How many of the agents' events have not been seen."""
        return self._holder.conversation.unseen(self._up_to)

    @property
    def is_due(self) -> bool:
        """Whether the agents are to be told something now."""
        return self._untold is not None and self._clock() >= self._due

    def note(self, summary: ChatSummary) -> None:
        """LiveChat says what was marked as seen, perhaps in another tab or before a reload."""
        own = (u for u in summary.users if u.id == self._holder.conversation.customer_id)
        for user in own:
            if user.events_seen_up_to:
                self._up_to = max(user.events_seen_up_to, self._up_to)
                if self._untold and self._untold[1] <= user.events_seen_up_to:
                    self._untold = None

    def saw(self, drawn: Conversation) -> bool:
        """The visitor has seen what was drawn; returns whether somebody has to `mark` it later."""
        newest = drawn.newest_by_others
        if drawn.chat_id is None or newest is None or newest <= self._up_to:
            return False
        is_first = self._untold is None
        if is_first:
            self._due = self._clock() + MARK_AFTER
        self._up_to = newest
        self._untold = drawn.chat_id, newest
        return is_first

    def be_due(self) -> None:
        """No more is waited for."""
        self._due = -math.inf

    def mark(self) -> None:
        """Tells the agents what has been seen, if that is due, in one request."""
        if self._untold is None or not self.is_due:
            return
        (chat_id, up_to), self._untold = self._untold, None
        try:
            self._client.mark_events_as_seen(chat_id, seen_up_to=up_to)
        except (Refused, Unreachable) as error:
            # Not worth the visitor's attention, nor a second request.
            _log.debug("Events were not marked as seen: %s", error)

    def forget(self) -> None:
        """The customer is another one."""
        self._up_to, self._untold = LONG_AGO, None
