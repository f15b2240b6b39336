"""How long is waited after a failure, and what the visitor is told of it: all of it stands here.

Requests are billed, failed ones too. Before a call counts as failed, the client has repeated it for
some seconds if that is safe (`api/client.py`). How often LiveChat is asked while all is well stands
in `pace.py`, how long a browser waits that cannot hear its pushes in `page/browser/push.js`.
"""

from __future__ import annotations

import logging
import math
import random
from collections.abc import Callable

from livechat.api.errors import (
    CustomerBanned,
    IdentityRefused,
    LiveChatError,
    Misconfigured,
    Refused,
    Unauthorized,
    Unreachable,
)
from livechat.chat.outgoing import Problem
from livechat.visit import touch
from livechat.visit.holder import Holder

FIRST_PAUSE = 1.0  # seconds, doubled with each failure (5.2)
LONGEST_PAUSE = 60.0  # seconds
TRY_SECONDS = 60.0  # then a message waits for the visitor's Retry (5.2), and an errand is given up
OUT_OF_TOUCH_AFTER = 10.0  # seconds of failing before the visitor is told
EARLIER_PAUSE = 60.0  # seconds before earlier events that could not be read are asked for again
# Seconds at most before what could not be read is read again: it may be broken for good.
UNREADABLE_PAUSE = 3_600.0
COMPANY_PAUSE = 30.0  # seconds, doubled with each failure, before the company is asked about again

# By then every pause is the longest; a float could not hold the power for half a day of failures.
_MOST_DOUBLINGS = 30

_log = logging.getLogger("livechat")


def pause_after(failures: int, error: LiveChatError) -> float:
    """How long to wait after so many failures in a row, in seconds, unless LiveChat has said it."""
    if isinstance(error, Unreachable) and error.retry_after is not None:
        return error.retry_after
    return doubled(FIRST_PAUSE, failures, LONGEST_PAUSE) * random.uniform(0.5, 1)


def doubled(first: float, failures: int, longest: float) -> float:
    """A pause that begins with `first` after one failure and doubles with each, up to `longest`."""
    pause: float = first * 2 ** min(failures - 1, _MOST_DOUBLINGS)
    return min(pause, longest)


class Patience:
    """How one visit bears failures: it waits longer with each, and says what concerns the visitor.

    `problem` is what the visitor is to know and no waiting mends, with `advice` for the operator.
    """

    def __init__(self, holder: Holder, clock: Callable[[], float]) -> None:
        """Nothing has failed yet. `clock` counts seconds."""
        self.problem: Problem | None = None
        self.advice = ""
        self._holder = holder
        self._clock = clock
        self._failures = 0
        self._failing_since: float | None = None
        self._paused_until = -math.inf

    @property
    def is_failing(self) -> bool:
        """Whether what was asked last has failed."""
        return self._failing_since is not None

    @property
    def is_out_of_touch(self) -> bool:
        """Whether that has been so for long enough for the visitor to be told."""
        since = self._failing_since
        return since is not None and self._clock() - since >= OUT_OF_TOUCH_AFTER

    @property
    def is_pausing(self) -> bool:
        """Whether it is too early to ask again, unless the visitor wants something."""
        return self._clock() < self._paused_until

    def all_is_well(self) -> None:
        """LiveChat has answered."""
        touch.PROCESS.well(self._clock())
        self.problem, self.advice = None, ""
        self._failures, self._failing_since, self._paused_until = 0, None, -math.inf
        self._holder.change_outbox(lambda o: o.held_up(None))

    def in_trouble(self, error: LiveChatError) -> bool:
        """Something has failed. Returns whether it will be tried again by itself."""
        now = self._clock()
        touch.PROCESS.failed(error, now)
        self._failures += 1
        if self._failing_since is None:
            self._failing_since = now
            _log.debug("LiveChat: %s", error)
        pause = pause_after(self._failures, error)
        problem = _problem(error)
        # Only the visitor's doing, or a reload, asks again after these: each request is billed.
        is_hopeless = problem in (Problem.BANNED, Problem.MISCONFIGURED)
        if is_hopeless:
            pause = math.inf
            self._holder.change_outbox(lambda o: o.failed(problem))
        else:
            self._holder.change_outbox(lambda o: o.held_up(problem))
        self._paused_until = now + pause
        self.problem = None if problem is Problem.UNREACHABLE else problem
        self.advice = str(error) if isinstance(error, Misconfigured) else ""
        if isinstance(error, Refused):
            self._holder.apply(lambda c: c.disproved())
        return not is_hopeless


def _problem(error: LiveChatError) -> Problem:
    if isinstance(error, CustomerBanned):
        return Problem.BANNED
    if isinstance(error, Misconfigured):
        return Problem.MISCONFIGURED
    if isinstance(error, Unauthorized | IdentityRefused):
        return Problem.UNAUTHORIZED
    return Problem.UNREACHABLE
