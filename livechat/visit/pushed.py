"""What LiveChat's pushes have told of, until it is read.

A push proves that something has happened, never what: the conversation is always read. What a push
and a summary prove together stands in `chat/proof.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from livechat.chat.conversation import Conversation
from livechat.chat.pushes import Line, Told
from livechat.visit.company import Shared
from livechat.visit.holder import Holder
from livechat.visit.load import PROCESS, Load
from livechat.visit.trust import Trust

LATE_AFTER = 30.0  # seconds until an event that was pushed, and is nowhere, is not waited for


class Pushed:
    """What one visitor's browser has told of pushes, and was not read yet.

    `is_behind` tells whether LiveChat's last answer had not all that it has pushed. `threads` are
    those to be read again since something in them has changed, with a mark of that change.
    `refused_token` is one that LiveChat has not taken from the browser. `trust` tells whether
    they are relied on, and for how long no look is needed.
    """

    def __init__(
        self,
        holder: Holder,
        company: Shared,
        clock: Callable[[], float],
        load: Load = PROCESS,
    ) -> None:
        """Nothing was told yet. `clock` counts seconds."""
        self.is_behind = False
        self.threads: dict[str, str] = {}
        self.refused_token: str | None = None
        self.trust = Trust(company.doubts, clock)
        self._holder = holder
        self._company = company
        self._clock = clock
        self._load = load
        self._page = object()  # what the load knows of who tells this
        self._told = Told()
        self._broken: str | None = None  # the connection that has told of what is nowhere
        self._rings = 0  # that call for a look
        self._looking_for = self._looked_for = 0  # of these: in the look that goes on, and before
        self._looked_on: str | None = None  # the connection that was up before the last look
        self._looking_on: str | None = None  # the same for the look that goes on
        self._making_sure: Conversation | None = None  # as it was before a look that only does so
        self._events: dict[str, float] = {}  # by ID: when they were told
        self._deleted_at = -math.inf  # when they have last told of one

    def hear(self, told: Told) -> bool:
        """What the browser says now; returns whether it has not said so before."""
        before, self._told = self._told, told
        if (told.line, told.looks) != (before.line, before.looks):
            self._rings += 1
            self.trust.rang()
        if (told.open, told.connection) != (before.open, before.connection):
            self.trust.begin_anew()
        self.trust.told(told.events | told.deleted)
        known = self._holder.conversation.transcript.thread_of.keys()
        unread = told.events - before.events - told.deleted - known
        self._events |= dict.fromkeys(unread, self._clock())
        if told.deleted - before.deleted:
            self._deleted_at = self._clock()
            for id in told.deleted:
                self._events.pop(id, None)
        self.threads |= dict(told.threads.items() - before.threads.items())
        self._company.hear(dict(told.groups.items() - before.groups.items()))
        if told.refused != before.refused:
            self.refused_token = told.refused
        if pushes := told.count_since(before):
            self._load.heard(self._page, pushes)
        return told != before

    @property
    def is_open(self) -> bool:
        """Whether pushes are heard."""
        return self._told.open

    @property
    def is_relied_on(self) -> bool:
        """Whether they tell what is new, so that looks only make sure."""
        return self._told.open and not self.is_behind and self.trust.is_given

    @property
    def follows(self) -> bool:
        """Whether another tab of the browser reads, and tells this one that there is news."""
        return self._told.follows

    @property
    def are_news_told(self) -> bool:
        """Whether the browser tells when there is news, by pushes or from that other tab."""
        return self.is_relied_on or (self.follows and not self.is_open)

    @property
    def is_unread(self) -> bool:
        """Whether they have told of something that was not read yet."""
        return self._rings != self._looked_for or bool(self._events)

    @property
    def deleted(self) -> frozenset[str]:
        """The IDs of the latest events that are no more."""
        return self._told.deleted

    @property
    def events(self) -> tuple[str, ...]:
        """The IDs of the events that are to be read."""
        return tuple(self._events)

    def pushed_on(self, line: Line | None) -> tuple[str, ...] | None:
        """The same, if they prove something by having been pushed on this line, or else None."""
        events, told = self.events, self._told  # in this order: they are told in the other one
        is_sound = self.trust.is_given and line is not None and line.connection != self._broken
        if not is_sound or line != told.line:
            return None
        return events

    def was_read(self, thread_id: str, mark: str) -> None:
        """That thread was read, after that change. LiveChat's answer may lag behind for a while."""
        thread = self._holder.conversation.transcript.threads.get(thread_id)
        there = {event.id for event in thread.events if not event.is_taken_back} if thread else ()
        is_late = self._clock() - self._deleted_at >= LATE_AFTER
        if self.threads.get(thread_id) == mark and (is_late or not self.deleted & set(there)):
            self.threads.pop(thread_id, None)
        self.is_behind = bool(self._events or self.threads)

    def begin_look(self) -> Line | None:
        """The chat is about to be looked at: what is told from now on calls for another look.

        Returns the line that is up.
        """
        line, conversation = self._told.line, self._holder.conversation
        is_whole = conversation.read is None or conversation.read.is_whole
        has_stood = is_whole and self._told.connection == self._looked_on
        only_makes_sure = self.is_relied_on and not self.is_unread and has_stood
        self._looking_on = self._told.connection
        self._making_sure = conversation if only_makes_sure else None
        self._looking_for = self._rings
        return line

    def end_look(self) -> None:
        """It was looked at. LiveChat's answers may lag behind its pushes, but not for ever.

        A look that has failed does not end: what has called for it calls for the next one.
        """
        self._looked_on, self._looked_for = self._looking_on, self._looking_for
        if self._making_sure:
            before = self._making_sure.transcript.thread_of.keys()
            after = self._holder.conversation.transcript.thread_of.keys()
            self.trust.looked(after - before - self._told.events)
            self._making_sure = None  # it may hold files
        self.trust.settle(follows=self.follows)
        known, long_ago = self._holder.conversation.transcript.thread_of, self._clock() - LATE_AFTER
        for id, at in tuple(self._events.items()):
            if id in known:
                self._events.pop(id, None)
            elif at < long_ago:
                self._events.pop(id, None)
                self._broken = self._told.connection  # It might come yet, and hide.
        self.is_behind = bool(self._events or self.threads)
