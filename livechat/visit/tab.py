"""What the browser's tab keeps of a visit for the next one: the texts that were not delivered."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from livechat.api.structures import parsing
from livechat.chat import outgoing
from livechat.chat.outgoing import Delivery, Outgoing
from livechat.visit.holder import Holder
from livechat.visit.reading import Reading


class Tab:
    """What one visit has its tab keep, under its `id`, and has taken over from the one before.

    `taken_over` is the ID of that one, None if there was none yet.
    """

    def __init__(self, holder: Holder, clock: Callable[[], float], reading: Reading) -> None:
        """Nothing was taken over yet. `clock` counts seconds."""
        self.id = uuid.uuid4().hex
        self.taken_over: str | None = None
        self._holder = holder
        self._clock = clock
        self._reading = reading

    @property
    def undelivered(self) -> list[dict[str, str]]:
        """The messages that LiveChat does not have yet, as far as is known."""
        outbox = self._holder.conversation.outbox
        kept = (m for m in outbox if m.is_plain and m.delivery is not Delivery.SENT)
        return [{"id": m.custom_id, "text": m.text} for m in kept]

    def take_over(self, kept: object) -> bool:
        """What the browser has kept of another visit of this tab, unless of another customer.

        Returns whether it was taken: once, and not before it is known who the customer is.
        """
        found = kept if isinstance(kept, Mapping) else {}
        visit, customer_id = parsing.text(found, "visit"), parsing.text(found, "customer")
        own = self._holder.conversation.customer_id
        if own is None or visit in (None, self.id, self.taken_over):
            return False
        self.taken_over = visit
        if customer_id in (None, own):
            now = self._clock()
            known = {m.custom_id for m in self._holder.conversation.outbox}
            messages = parsing.each(lambda data: _left_over(data, now), found.get("messages"))
            new = [m for m in messages if m.custom_id not in known]
            self._holder.apply(lambda c: c.say(*new).merged(()))
            self._reading.expect_news()
        return True


def _left_over(data: object, now: float) -> Outgoing:
    json = parsing.an_object(data)
    text = parsing.required(json, "text")
    return outgoing.left_over(text, parsing.required(json, "id"), now)
