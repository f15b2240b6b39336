"""What time it is by LiveChat's clock, which stamps the events.

This machine's clock may be wrong, or be set meanwhile, and so may the visitor's. Whether something
was said today only LiveChat's can tell: each of its answers has it, in whole seconds, in the `Date`
header.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# Seconds. What is further from what was known is believed once the next answer says the same. What
# is further from this machine's clock never is: with that far off no certificate would be valid.
_DOUBTFUL, _ABSURD = 60.0, 7 * 86400.0

_EPOCH = datetime.fromtimestamp(0, UTC)


class ServerClock:
    """LiveChat's clock, as far as its answers have told it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """LiveChat has told nothing yet: until then it counts as right here.

        `clock` counts seconds, and nobody sets it.
        """
        self._clock = clock
        self._ahead = self._ahead_here  # of `clock`, in seconds since the epoch
        self._doubted: float | None = None

    def at(self, seconds: float) -> datetime:
        """What time it was in UTC when `clock` stood at so many seconds."""
        return _EPOCH + timedelta(seconds=self._ahead + seconds)

    def hear(self, headers: Mapping[str, str], asked_at: float) -> None:
        """LiveChat has just answered, with these headers, what it was asked at `asked_at`.

        It has looked at its clock in between. What agrees with what is known changes nothing, so
        that the time does not waver by the part of a second that LiveChat leaves out.
        """
        date = date_of(headers)
        if date is None:
            return
        least, most = date.timestamp() - self._clock(), date.timestamp() + 1 - asked_at
        ahead = min(max(self._ahead, least), most)
        doubted, self._doubted = self._doubted, None
        if abs(ahead - self._ahead_here) > _ABSURD:
            return
        if min(abs(ahead - known) for known in (self._ahead, doubted or self._ahead)) > _DOUBTFUL:
            self._doubted = ahead
        else:
            self._ahead = ahead

    @property
    def _ahead_here(self) -> float:
        return datetime.now(UTC).timestamp() - self._clock()


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """When an answer was made by the clock of who made it; None if it does not say that."""
    return parse_date(headers.get("Date", ""))


def parse_date(text: str) -> datetime | None:
    """A date as HTTP writes them, in UTC unless it says otherwise; None if it is none."""
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
