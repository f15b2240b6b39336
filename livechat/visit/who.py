"""Who the visitor is: what the browser says of it, and when LiveChat may be asked in their name.

LiveChat makes a new customer of everybody who comes without an identity (2.2). So somebody whose
connection brought no cookie is not new yet: a proxy may have dropped it, or another tab be about to
write one. The browser is asked, and until it has answered LiveChat is not.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from livechat.api.accounts import Identity

# How long the answer is waited for, in seconds. From the browser's first sign:
ANSWER_SECONDS = 2.0  # by what the visitor has written
IDLE_SECONDS = 20.0  # while they have written nothing, so that nothing needs a grant
TURN_SECONDS = 12.0  # while another tab of the browser has its turn
# On a slow line a page can be written in long before its scripts are there:
UNHEARD_SECONDS = 10.0  # from what was written, without a sign


class Keeps(StrEnum):
    """What the browser keeps of who the visitor is: a cookie, or the tab as long as it is open."""

    COOKIE = "cookie"
    TAB = "tab"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Question:
    """Which identity the browser has; a `number` of the visit's own tells one from the next.

    With `takes_turn` the visitor is about to become a new customer: of a browser's tabs one at a
    time is told that there is no identity. Those of `strangers` count as none: they are another
    organization's, or LiveChat has refused them.
    """

    number: int
    takes_turn: bool
    strangers: frozenset[Identity]


class Who:
    """What is known of who one visitor is.

    `question` is what the browser is asked, None if nothing. `was_sent` tells whether the browser
    has sent an identity by itself, `was_read` whether it has had one at all. `own` are those that
    this visit has read there, or given it: it may put another one in their place. `keeps` is what
    it has said that it keeps, a cookie if it has not been asked.
    """

    def __init__(
        self,
        identity: Identity | None,
        clock: Callable[[], float],
        *,
        asks_browser: bool,
        on_load: bool,
    ) -> None:
        """`identity` is the browser's, as far as it has said so by itself.

        `asks_browser` tells whether there is one to ask, `on_load` whether somebody new is to
        become a customer before they write. `clock` counts seconds.
        """
        self.question: Question | None = None
        self.was_sent = self.was_read = identity is not None
        self.own = frozenset([identity] if identity else [])
        self.keeps = Keeps.COOKIE
        self._clock = clock
        self._asks_browser = asks_browser
        self._is_known = identity is not None
        self._is_wanted = on_load  # to be a customer
        self._has_turn = False  # the browser has no identity, and its other tabs wait
        self._is_told = not asks_browser  # the browser has none, or had none a moment ago
        self._strangers = frozenset[Identity]()
        self._number = 0
        self._asked_at = -math.inf
        self._heard_at: float | None = None
        self._wrote_at: float | None = None
        self._waits = False
        self._changes = threading.Condition()

    @property
    def is_known(self) -> bool:
        """Whether the visitor has an identity, which LiveChat has not refused."""
        return self._is_known

    @property
    def is_nobody(self) -> bool:
        """Whether the visitor is new, and has not written yet what makes them a customer."""
        return not self._is_known and self._is_told and not self._is_wanted

    @property
    def may_be_granted(self) -> bool:
        """Whether LiveChat may be asked in the visitor's name, even if that makes a customer."""
        if self._is_known or self._has_turn:
            return True
        return self._is_wanted and (not self._asks_browser or self._clock() >= self._waits_until)

    @property
    def _waits_until(self) -> float:
        if self.question is None:
            return math.inf
        if self._heard_at is None:
            wrote_at = math.inf if self._wrote_at is None else self._wrote_at
            return max(self._asked_at, wrote_at) + UNHEARD_SECONDS
        longest = IDLE_SECONDS if self._wrote_at is None else ANSWER_SECONDS
        return max(self._asked_at, self._heard_at) + (TURN_SECONDS if self._waits else longest)

    def ask(self) -> None:
        """Asks the browser, if the visitor cannot be granted a token without that."""
        is_settled = self._is_known or self._has_turn or self.question is not None
        if is_settled or not self._asks_browser or self.is_nobody:
            return
        self._number += 1
        self._waits = False
        self._asked_at = self._clock()
        self.question = Question(self._number, self._is_wanted, self._strangers)

    def heard(self) -> None:
        """The browser has given a sign: its scripts are there, and will answer."""
        if self._heard_at is None:
            self._heard_at = self._clock()
            self._notify()

    def wrote(self) -> None:
        """The visitor has written or filled in something: they want to be a customer."""
        if self._wrote_at is not None:
            return
        self._wrote_at = self._clock()
        self._is_wanted = True
        if self.question and not self.question.takes_turn:
            self.question = None
        self.ask()
        self._notify()

    def waits(self, number: int) -> None:
        """The browser's answer to this question has to wait for another tab of it."""
        self.heard()
        if self.question and self.question.number == number:
            self._waits = True
            self._notify()

    def answered(self, identity: Identity | None) -> None:
        """The browser has answered its question: it has this identity, or none."""
        takes_turn = self.question is not None and self.question.takes_turn
        self.question, self._is_told = None, True
        if identity:
            self.own |= {identity}
            self._is_known = self.was_read = True
        else:
            self._has_turn = takes_turn and not self._is_known
        self._notify()

    def is_stranger(self, identity: Identity) -> None:
        """An identity that the browser has is none for LiveChat; it is asked whether it has one."""
        self.own |= {identity}
        self._strangers |= {identity}
        self._is_known, self.was_read, self.question = False, True, None
        self.ask()

    def refused(self, identity: Identity) -> bool:
        """LiveChat refuses an identity. Returns whether the visitor is a new customer then."""
        self.is_stranger(identity)
        return not self._asks_browser

    def granted(self, identity: Identity | None) -> None:
        """LiveChat has said who the visitor is."""
        self._is_known = True
        if identity:
            self.own |= {identity}

    def tried(self) -> None:
        """LiveChat was asked: before the next try another tab may have its turn."""
        self._has_turn = False

    def wait(self) -> bool:
        """Waits as long as the answer is waited for; returns False as soon as it has come."""
        has_waited = False
        with self._changes:
            while self.question and not self.may_be_granted:
                has_waited = True
                left = self._waits_until - self._clock()
                self._changes.wait(min(left, threading.TIMEOUT_MAX))
        return not has_waited or self.question is not None

    def _notify(self) -> None:
        with self._changes:
            self._changes.notify_all()
