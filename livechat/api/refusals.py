"""What LiveChat refuses to several visitors, which is none of one visitor's doing."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from weakref import WeakSet

from livechat.api.errors import Refused
from livechat.api.rarely import HOUR, Rarely

SEVERAL = 3  # visitors, within an hour

_MOST = 100  # kinds that are counted, the latest ones

_log = logging.getLogger("livechat")


@dataclass
class _Kind:
    since: float
    visitors: WeakSet[object] = field(default_factory=WeakSet)


class Refusals:
    """Counted by kind, which is the call and LiveChat's type of error."""

    def __init__(self) -> None:
        """Nothing was refused yet."""
        self._kinds: dict[str, _Kind] = {}
        self._rarely = Rarely(HOUR)
        self._lock = threading.Lock()

    def note(self, visitor: object, error: Refused, now: float) -> None:
        """LiveChat has refused that, at `now` in seconds, to `visitor`: any object that is theirs.

        What it refuses by a class of its own, the page knows how to go on from.
        """
        if type(error) is not Refused:
            return
        what = str(error)
        with self._lock:
            kind = self._kinds.pop(what, None)
            if kind is None or now - kind.since >= HOUR:
                kind = _Kind(now)
            while len(self._kinds) >= _MOST:
                del self._kinds[next(iter(self._kinds))]
            self._kinds[what] = kind
            kind.visitors.add(visitor)
            is_general = len(kind.visitors) >= SEVERAL
        if is_general and self._rarely.may_say(what, now):
            _log.warning("LiveChat refuses the same to several visitors: %s", what)


PROCESS = Refusals()
"""This process's."""
