"""What LiveChat's pushes have told of, until it is read.

A push proves that something has happened, never what: the conversation is always read. What a push
and a summary prove together stands in `chat/proof.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from livechat.chat.pushes import Line, Told
from livechat.visit.company import Shared
from livechat.visit.holder import Holder

LATE_AFTER = 30.0  # seconds until an event that was pushed, and is nowhere, is not waited for


class Pushed:
    """What one visitor's browser has told of pushes, and was not read yet.

    `is_behind` tells whether LiveChat's last answer had not all that it has pushed.
    `refused_token` is one that LiveChat has not taken from the browser.
    """

    def __init__(self, holder: Holder, company: Shared, clock: Callable[[], float]) -> None:
        """Nothing was told yet. `clock` counts seconds."""
        self.is_behind = False
        self.refused_token: str | None = None
        self._holder = holder
        self._company = company
        self._clock = clock
        self._told = Told()
        self._broken: str | None = None  # the connection that has told of what is nowhere
        self._rung = False
        self._events: dict[str, float] = {}  # by ID: when they were told

    def hear(self, told: Told) -> bool:
        """What the browser says now; returns whether it has not said so before."""
        before, self._told = self._told, told
        self._rung |= (told.line, told.looks) != (before.line, before.looks)
        unread = told.events - before.events - self._holder.conversation.transcript.thread_of.keys()
        self._events |= dict.fromkeys(unread, self._clock())
        self._company.hear(dict(told.groups.items() - before.groups.items()))
        if told.refused != before.refused:
            self.refused_token = told.refused
        return told != before

    @property
    def is_open(self) -> bool:
        """Whether pushes are heard."""
        return self._told.open

    @property
    def is_unread(self) -> bool:
        """Whether they have told of something that was not read yet."""
        return self._rung or bool(self._events)

    @property
    def events(self) -> tuple[str, ...]:
        """The IDs of the events that are to be read."""
        return tuple(self._events)

    def pushed_on(self, line: Line | None) -> tuple[str, ...] | None:
        """The same, if they prove something by having been pushed on this line, or else None."""
        events, told = self.events, self._told  # in this order: they are told in the other one
        if line is None or line != told.line or line.connection == self._broken:
            return None
        return events

    def begin_look(self) -> Line | None:
        """The chat is about to be looked at: what is told from now on calls for another look.

        Returns the line that is up.
        """
        self._rung = False
        return self._told.line

    def end_look(self) -> None:
        """It was looked at. LiveChat's answers may lag behind its pushes, but not for ever."""
        known, long_ago = self._holder.conversation.transcript.thread_of, self._clock() - LATE_AFTER
        for id, at in tuple(self._events.items()):
            if id in known:
                self._events.pop(id, None)
            elif at < long_ago:
                self._events.pop(id, None)
                self._broken = self._told.connection  # It might come yet, and hide.
        self.is_behind = bool(self._events)
