"""How often LiveChat is asked for news while all is well: requests are billed.

An active chat is looked at at every poll, another one now and then, so that an agent who writes
first is heard. Where LiveChat's pushes tell what is new, looks only make sure, more and more rarely
(`trust.py`), but for a visitor who waits for an answer. Of the tabs of one browser one looks for
all of them, and tells the others (`page/browser/reader.py`). A page that nobody sees, and one
without a chat that nobody uses, polls more rarely, too. How long is waited after a failure stands
in `patience.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from livechat.chat.conversation import State
from livechat.visit.holder import Holder
from livechat.visit.load import PROCESS, Load, spread
from livechat.visit.trust import LONGEST_SECONDS, PUSHED_SECONDS, Trust

QUIET_SECONDS = 30.0  # between looks while no chat is active: at most 120 an hour
HIDDEN_SECONDS = 15.0  # between polls of a page that is not on the screen
UNTOUCHED_AFTER = 600.0  # seconds without the visitor's doing, while no chat is active
UNTOUCHED_SECONDS = 300.0  # between polls from then on

# The browser's clock and the line are not exact: a poll that is a bit early looks all the same.
_EARLY = 0.75


class Pace:
    """One visit's pace. `looked_at` is when the chat was looked at last, by the clock."""

    def __init__(
        self,
        holder: Holder,
        clock: Callable[[], float],
        polled: float,
        trust: Trust,
        load: Load = PROCESS,
    ) -> None:
        """Nobody has looked yet. `polled` is the configured time between polls, in seconds."""
        self.looked_at = -math.inf
        self._holder = holder
        self._clock = clock
        self._polled = polled
        self._trust = trust
        self._touched_at = clock()
        self._load = load
        self._page = object()  # what the load knows of whose polls these are
        self._spread = spread()

    def between_polls(
        self, *, pushed: bool, on_screen: bool = True, follows: bool = False
    ) -> float:
        """Seconds from one poll to the next.

        Where news is `pushed`, polls only make sure, and if the page `follows` another one, that
        does it.
        """
        seconds = [self._polled]
        if follows:
            seconds.append(LONGEST_SECONDS)
        elif pushed:
            awaited = self._holder.conversation.awaits_answer
            seconds.append(PUSHED_SECONDS if awaited else self._trust.seconds)
        if self._is_untouched:
            seconds.append(UNTOUCHED_SECONDS)
        if not on_screen:
            seconds.append(HIDDEN_SECONDS)
        return max(seconds)

    def until_next(self, between: float) -> float:
        """Seconds to the next poll, which comes later the more the process has to do."""
        return self._load.next_poll(self._page, between, self._spread)

    def waited(self) -> None:
        """The visit has waited for LiveChat until now, and a poll that was due meanwhile for it."""
        self._load.waited(self._page)

    def is_look_due(self, *, pushed: bool, follows: bool = False) -> bool:
        """Whether a poll has to look now."""
        waited = self._clock() - self.looked_at
        if pushed or follows or self._is_untouched:
            return waited >= _EARLY * self.between_polls(pushed=pushed, follows=follows)
        return self._is_active or waited >= QUIET_SECONDS

    def touched(self) -> None:
        """The visitor does something with the page."""
        self._touched_at = self._clock()

    def looked(self) -> None:
        """The chat was looked at."""
        self.looked_at = self._clock()

    def expect_news(self) -> None:
        """The next poll looks, however quiet it is."""
        self.looked_at = -math.inf

    @property
    def _is_active(self) -> bool:
        return self._holder.conversation.state is State.ACTIVE

    @property
    def _is_untouched(self) -> bool:
        """Whether there is no chat, and nobody at the page."""
        return not self._is_active and self._clock() - self._touched_at >= UNTOUCHED_AFTER
