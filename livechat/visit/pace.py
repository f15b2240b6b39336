"""How often LiveChat is asked for news while all is well: requests are billed.

An active chat is looked at at every poll, another one now and then, so that an agent who writes
first is heard. How long is waited after a failure stands in `patience.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from livechat.chat.conversation import State
from livechat.visit.holder import Holder

QUIET_SECONDS = 30.0  # between looks while no chat is active: at most 120 an hour
PUSHED_SECONDS = 60.0  # between polls while LiveChat's pushes tell what is new


class Pace:
    """One visit's pace. `looked_at` is when the chat was looked at last, by the clock."""

    def __init__(self, holder: Holder, clock: Callable[[], float], polled: float) -> None:
        """Nobody has looked yet. `polled` is the configured time between polls, in seconds."""
        self.looked_at = -math.inf
        self._holder = holder
        self._clock = clock
        self._polled = polled

    def between_polls(self, *, pushed: bool) -> float:
        """Seconds from one poll to the next; where news is `pushed`, polls only make sure."""
        return max(self._polled, PUSHED_SECONDS) if pushed else self._polled

    @property
    def is_look_due(self) -> bool:
        """Whether a poll has to look now."""
        active = self._holder.conversation.state is State.ACTIVE
        return active or self._clock() - self.looked_at >= QUIET_SECONDS

    def looked(self) -> None:
        """The chat was looked at."""
        self.looked_at = self._clock()

    def expect_news(self) -> None:
        """The next poll looks, however quiet it is."""
        self.looked_at = -math.inf
