"""The end of the chat, when the visitor wants it."""

from __future__ import annotations

import logging
import threading

from livechat.api.client import Client
from livechat.api.errors import ChatInactive, Refused
from livechat.chat.conversation import State
from livechat.visit.holder import Holder
from livechat.visit.reading import Reading

_log = logging.getLogger("livechat")


class Ending:
    """Whether the visitor wants the chat closed, and whether LiveChat has refused that."""

    def __init__(
        self, holder: Holder, client: Client, reading: Reading, hurry: threading.Event
    ) -> None:
        """Nobody wants it yet. `hurry` is set when the visitor waits for something."""
        self.is_wanted = False
        self.is_refused = False
        self._holder = holder
        self._client = client
        self._reading = reading
        self._hurry = hurry

    def want(self) -> None:
        """The visitor wants the chat closed."""
        self.is_wanted = self._holder.conversation.state is State.ACTIVE
        self.is_refused = False
        self._hurry.set()

    def take_back(self) -> None:
        """The visitor goes on with the chat."""
        self.is_wanted = self.is_refused = False

    def give_up(self) -> None:
        """LiveChat will not do it."""
        self.is_wanted = False

    def carry_out(self) -> None:
        """Closes the chat, if that is wanted."""
        if not self.is_wanted:
            return
        conversation, apply = self._holder.conversation, self._holder.apply
        if conversation.chat_id and conversation.state is State.ACTIVE:
            try:
                self._client.deactivate_chat(conversation.chat_id)
                apply(lambda c: c.ended())
            except ChatInactive:
                apply(lambda c: c.ended())
            except Refused as error:
                _log.debug("A chat was not closed: %s", error)
                self.is_refused = True
        self.is_wanted = False
        self._reading.look()  # What was said until the end, and the message that ends it.
