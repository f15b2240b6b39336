"""What the browser has of the page: what was drawn, and whether it may not have arrived."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from livechat.visit.glance import Glance

TORN_WITHIN = 0.5  # seconds after the end of a run of the page
MOST_MENDS = 3  # one after the other; with quick polls they would never end


class Drawing:
    """One page's drawing.

    `drawn` is what the page shows, None before its first run; `run` numbers its runs.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Nothing was drawn yet. `clock` counts seconds."""
        self.drawn: Glance | None = None
        # The tab may still tell of a run of the visit before this one.
        self.run = random.getrandbits(32)
        self._clock = clock
        self._completed_at = -math.inf
        self._is_mending = False
        self._mends = 0  # one after the other

    def drew(self, glance: Glance) -> None:
        """The page draws this."""
        self.run += 1
        self.drawn, self._completed_at = glance, -math.inf

    def completed(self) -> None:
        """The page has come to its end."""
        self._mends = self._mends + 1 if self._is_mending else 0
        self._is_mending = False
        self._completed_at = self._clock() if self._mends < MOST_MENDS else -math.inf

    def is_torn(self, arrived: int | None = None) -> bool:
        """Whether the page has come to its end only now, and may not have reached the browser.

        Streamlit (1.67) forgets what a run of the page has still to send when the browser asks for
        a fragment in the very moment in which it ends: its AppSession no longer listens to it. What
        is drawn then may be lost as well, and with it all that polls. Who asks this draws the page
        again.

        `arrived` is the run that the browser says it has, up to its end.
        """
        if arrived == self.run:
            return False
        torn = self._clock() - self._completed_at < TORN_WITHIN
        self._is_mending |= torn
        return torn
