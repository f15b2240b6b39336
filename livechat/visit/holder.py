"""The one place where a visit keeps its conversation; all parts of the visit share it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from livechat.chat.conversation import Conversation
from livechat.chat.outbox import Outbox


class Holder:
    """Holds what is known of the chat: `conversation`, which each change replaces."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.conversation = Conversation()
        self._lock = threading.Lock()  # held for moments: one change

    def apply(self, change: Callable[[Conversation], Conversation | None]) -> bool:
        """Makes a change, one at a time. Returns False for one that comes to None: nothing then."""
        with self._lock:
            changed = change(self.conversation)
            if changed is not None:
                self.conversation = changed
        return changed is not None

    def change_outbox(self, change: Callable[[Outbox], Outbox]) -> None:
        """Something has become of the messages, and concerns nothing else."""
        self.apply(lambda c: c.with_outbox(change(c.outbox)))
