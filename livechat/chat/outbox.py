"""All that the visitor sends, in order, and how far each message has come.

LiveChat has no idempotency key, but returns a `custom_id` with the event (3.4):

    WAITING  --accepted-------------------> SENT    --read back--> an event of the transcript
                                            SENT    --it must be there, and is not--> taken back
    WAITING  --answer lost----------------> UNSURE  --read: it is there----> an event
                                            UNSURE  --read: it is not------> WAITING
    WAITING  --refused--------------------> FAILED  --retry--> WAITING
    UNSURE   --given up-------------------> FAILED  --retry--> UNSURE (or read back after all)

so a message is sent again only after a proof that it did not arrive (`proof.py`). Messages leave in
the order in which they were typed: the first one that is WAITING or UNSURE holds up the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime

from livechat.api.structures.events import Thread
from livechat.chat.outgoing import Delivery, Outgoing, Problem, uploaded
from livechat.chat.values import LONG_AGO


class Outbox(tuple[Outgoing, ...]):
    """The visitor's messages, files and filled forms that are not yet in the transcript, in order.

    Immutable, as every tuple: each transition returns a new outbox, or an equal one.
    """

    __slots__ = ()

    @property
    def next(self) -> Outgoing | None:
        """The message to deliver next, if any."""
        return next((m for m in self if m.on_its_way), None)

    @property
    def is_unsure(self) -> bool:
        """Whether it is to be found out if a message has arrived."""
        return any(m.delivery is Delivery.UNSURE for m in self)

    def fills(self, form_id: str) -> bool:
        """Whether the visitor has filled in that form here."""
        return any(m.content.get("form_id") == form_id for m in self)

    def say(self, *messages: Outgoing, after: datetime) -> Outbox:
        """The visitor has said something; `after` is the time of the newest event there is."""
        return Outbox((*self, *(replace(m, after=after) for m in messages)))

    def say_first(self, message: Outgoing, *, after: datetime) -> Outbox:
        """Something goes before all that is still to be delivered."""
        return Outbox((replace(message, after=after), *self))

    def retry(self, custom_id: str, tried_since: float) -> Outbox:
        """The visitor wants a message tried again, now."""
        return self._each(
            lambda m: replace(
                m,
                delivery=Delivery.UNSURE if m.maybe_arrived else Delivery.WAITING,
                problem=None,
                tried_since=tried_since,
            ),
            lambda m: (
                m.custom_id == custom_id and m.delivery is not Delivery.SENT and not m.is_hopeless
            ),
        )

    def discard(self, custom_id: str) -> Outbox:
        """The visitor no longer wants a failed message delivered."""
        return Outbox(
            m for m in self if m.custom_id != custom_id or m.delivery is not Delivery.FAILED
        )

    def uploaded(self, custom_id: str, url: str) -> Outbox:
        """LiveChat has taken a file, which is now to be sent."""
        return self._each(lambda m: uploaded(m, url), lambda m: m.custom_id == custom_id)

    def accepted(
        self,
        custom_id: str,
        event_id: str | None,
        since_thread: str | None = None,
        at: float = math.inf,
    ) -> Outbox:
        """LiveChat has taken a message, and made this event of it; `at` is when, if that counts."""
        return self._each(
            lambda m: replace(
                m,
                delivery=Delivery.SENT,
                problem=None,
                maybe_arrived=False,
                event_id=event_id,
                since_thread=since_thread,
                accepted_at=at,
            ),
            lambda m: m.custom_id == custom_id,
        )

    def answer_lost(
        self, custom_id: str, *, maybe_arrived: bool, since_thread: str | None = None
    ) -> Outbox:
        """No usable answer came to a send; `maybe_arrived` is False if it surely was not taken."""
        return self._each(
            lambda m: replace(
                m,
                delivery=Delivery.UNSURE if maybe_arrived else Delivery.WAITING,
                maybe_arrived=maybe_arrived,
                since_thread=since_thread,
            ),
            lambda m: m.custom_id == custom_id,
        )

    def held_up(self, problem: Problem | None) -> Outbox:
        """Nothing can be delivered just now, and will be tried again; with None it can."""
        return self._each(lambda m: replace(m, problem=problem), lambda m: m.on_its_way)

    def tried_anew(self, since: float) -> Outbox:
        """What waited for the visitor no longer does: its time begins now."""
        return self._each(lambda m: replace(m, tried_since=since), lambda m: m.on_its_way)

    def failed(
        self, problem: Problem, custom_id: str | None = None, *, before: float = math.inf
    ) -> Outbox:
        """A message was refused (`custom_id`), or given up: all tried since `before`, or all."""
        return self._each(
            lambda m: replace(
                m,
                delivery=Delivery.FAILED,
                problem=problem,
                # A refused file may have been kept for too long (3.4): it is uploaded anew.
                file=replace(m.file, url=None) if m.file else None,
            ),
            lambda m: m.on_its_way and custom_id in (None, m.custom_id) and m.tried_since < before,
        )

    def read_back(self, threads: Iterable[Thread]) -> Outbox:
        """Without what is among the events; what was typed after such a message comes after it."""
        if not self:
            return self
        arrived = {
            id: event.created_at
            for thread in threads
            for event in thread.events
            for id in (event.id, event.custom_id)
            if id is not None
        }
        still_out: list[Outgoing] = []
        after = LONG_AGO
        for message in self:
            at = arrived.get(message.custom_id) or arrived.get(message.event_id or "")
            if at:
                after = max(after, at)
            else:
                still_out.append(replace(message, after=max(after, message.after)))
        return Outbox(still_out)

    def taken_back(
        self, threads: Iterable[Thread], deleted: Collection[str], accepted_before: float
    ) -> Outbox:
        """Without what LiveChat had accepted, and is no longer among the events of its thread.

        It may not be there yet, unless it was accepted `accepted_before` or is said to be deleted.
        """
        whole = {thread.id: thread for thread in threads if thread.is_whole}

        def is_gone(message: Outgoing) -> bool:
            thread = whole.get(message.since_thread or "")
            if message.delivery is not Delivery.SENT or thread is None:
                return False
            is_due = message.event_id in deleted or message.accepted_at < accepted_before
            names = {message.event_id, message.custom_id} - {None}
            return is_due and not any(e.id in names or e.custom_id in names for e in thread.events)

        return Outbox(message for message in self if not is_gone(message))

    def after_all(self, at: datetime) -> Outbox:
        """What was written before anything was read comes after all that was read now."""
        return self._each(lambda m: replace(m, after=at), lambda m: m.after == LONG_AGO)

    def not_found(self, is_proven: Callable[[Outgoing], bool]) -> Outbox:
        """What has no answer and is not among the events did not arrive, where that `is_proven`."""
        return self._each(
            lambda m: replace(m, delivery=Delivery.WAITING, maybe_arrived=False),
            lambda m: m.delivery is Delivery.UNSURE and is_proven(m),
        )

    def _each(
        self, change: Callable[[Outgoing], Outgoing], concerns: Callable[[Outgoing], bool]
    ) -> Outbox:
        return Outbox(change(m) if concerns(m) else m for m in self)
