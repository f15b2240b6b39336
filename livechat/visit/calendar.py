"""What time it is for one visit, by LiveChat's clock, and which day that is for the visitor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from livechat.api.server_clock import ServerClock
from livechat.visit.holder import Holder


class Calendar:
    """The times and days of one visit."""

    def __init__(
        self, holder: Holder, server_clock: ServerClock, clock: Callable[[], float]
    ) -> None:
        """`clock` counts seconds, the same ones as the server clock's."""
        self._holder = holder
        self._server_clock = server_clock
        self._clock = clock

    def moment(self, seconds: float) -> datetime:
        """What time it was by LiveChat's clock, in UTC, at `seconds` of the visit's clock."""
        return self._server_clock.at(seconds)

    def today(self, zone: tzinfo) -> date:
        """Which day it is in this zone."""
        now, newest = self.moment(self._clock()), self._holder.conversation.transcript.ends_at
        # What is stamped is past, by however little the clock that did it is misjudged.
        is_misjudged = timedelta() < newest - now < timedelta(days=1)
        return (newest if is_misjudged else now).astimezone(zone).date()

    def until_tomorrow(self, zone: tzinfo) -> float:
        """Seconds until it is another day there."""
        now = self.moment(self._clock())
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        return (datetime.combine(tomorrow, time(), zone).astimezone(UTC) - now).total_seconds()
