"""Seen marks: how far the visitor has seen what agents wrote, and that the agents are told so."""

from __future__ import annotations

import logging

from livechat.api.client import Client
from livechat.api.errors import Refused, Unreachable
from livechat.api.structures.events import ChatSummary
from livechat.chat.conversation import Conversation
from livechat.chat.values import LONG_AGO
from livechat.visit.holder import Holder

_log = logging.getLogger("livechat")


class Seen:
    """One visitor's seen marks."""

    def __init__(self, holder: Holder, client: Client) -> None:
        """Nothing was seen yet, as far as is known."""
        self._holder = holder
        self._client = client
        self._up_to = LONG_AGO

    @property
    def unseen(self) -> int:
        """How many of the agents' events have not been seen."""
        return self._holder.conversation.unseen(self._up_to)

    def note(self, summary: ChatSummary) -> None:
        """LiveChat says what was marked as seen, perhaps in another tab or before a reload."""
        own = (u for u in summary.users if u.id == self._holder.conversation.customer_id)
        for user in own:
            if user.events_seen_up_to:
                self._up_to = max(user.events_seen_up_to, self._up_to)

    def mark(self, drawn: Conversation) -> None:
        """Tells the agents that what was drawn has been seen, once for each new event."""
        newest = drawn.newest_by_others
        if drawn.chat_id is None or newest is None:
            return
        if newest > self._up_to:
            try:
                self._client.mark_events_as_seen(drawn.chat_id, seen_up_to=newest)
            except (Refused, Unreachable) as error:
                # Not worth the visitor's attention, nor a second request.
                _log.warning("Events were not marked as seen: %s", error)
            self._up_to = newest

    def forget(self) -> None:
        """The customer is another one."""
        self._up_to = LONG_AGO
