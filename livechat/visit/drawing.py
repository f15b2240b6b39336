"""What the browser has of the page: what was drawn, and whether it may not have arrived."""

from __future__ import annotations

import math
from collections.abc import Callable

from livechat.visit.glance import Glance

TORN_WITHIN = 0.5  # seconds after the end of a run of the page


class Drawing:
    """One page's drawing. `drawn` is what the page shows, None before its first run."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Nothing was drawn yet. `clock` counts seconds."""
        self.drawn: Glance | None = None
        self._clock = clock
        self._completed_at = -math.inf
        self._is_mended = False

    def drew(self, glance: Glance) -> None:
        """The page draws this."""
        self.drawn, self._completed_at = glance, -math.inf

    def completed(self) -> None:
        """The page has come to its end."""
        self._completed_at = -math.inf if self._is_mended else self._clock()
        self._is_mended = False

    def is_torn(self) -> bool:
        """Whether the page has come to its end only now, and may not have reached the browser.

        Streamlit (1.67) forgets what a run of the page has still to send when the browser asks for
        a fragment in the very moment in which it ends: its AppSession no longer listens to it. Who
        asks this draws the page again; once, or with quick polls that would never end.
        """
        torn = self._clock() - self._completed_at < TORN_WITHIN
        self._is_mended |= torn
        return torn
