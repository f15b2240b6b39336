"""What the browser's tab keeps of what is submitted: taken once, and kept until LiveChat has it."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from livechat.chat import outgoing
from livechat.chat.attachment import Attachment, named
from livechat.chat.outgoing import Delivery, Outgoing, Problem
from livechat.chat.submitted import Submitted, as_typed
from livechat.visit.holder import Holder
from livechat.visit.reading import Reading
from livechat.visit.sending import Sending

_REMEMBERED = 1_000  # IDs of what was taken, far more than a tab has in doubt at a time


class Kept:
    """What one visit, which the tab knows by `id`, has taken of what was submitted in it.

    `taken` are the IDs of what the tab said last was submitted, as far as it was taken.
    """

    def __init__(
        self,
        holder: Holder,
        clock: Callable[[], float],
        reading: Reading,
        sending: Sending,
        likely: Callable[[], str | None],
    ) -> None:
        """Nothing was taken yet. `clock` counts seconds.

        `likely` tells which customer the visitor will be as soon as LiveChat has said so.
        """
        self.id = uuid.uuid4().hex
        self.taken: list[str] = []
        self._ever_taken: deque[str] = deque(maxlen=_REMEMBERED)
        self._begun_here: deque[str] = deque(maxlen=_REMEMBERED)  # told to no other visit
        self._holder = holder
        self._clock = clock
        self._reading = reading
        self._sending = sending
        self._likely = likely

    @property
    def undelivered(self) -> list[str]:
        """The IDs of what LiveChat does not have yet, as far as is known, with all its files."""
        outbox = self._holder.conversation.outbox
        ids = (outgoing.submitted_as(m) for m in outbox if m.delivery is not Delivery.SENT)
        return list(dict.fromkeys(ids))

    def take(
        self,
        submitted: Sequence[Submitted],
        typed: str | None = None,
        files: Sequence[Attachment] = (),
    ) -> bool:
        """Takes what was submitted, as the tab and the input tell, once; returns if there was any.

        What is `typed` comes in one message with all that the tab has in doubt, among which it is;
        without a script in the tab it comes alone.
        What was submitted to another visit may have arrived, or be on its way just now: unless it
        turns out to have arrived, it is for the visitor to say whether it is sent. What is to go by
        itself as soon as it is known whose it is, is not overtaken: the tab tells all of it again.
        """
        self._begun_here.extend(message.id for message in submitted if message.visit is None)
        own = _typed_one(submitted, typed)
        messages: list[Outgoing] = []
        new = list(self._new(submitted, own, has_files=bool(files)))
        for message in new:
            if message is own:
                messages += self._typed(typed or "", files, message)
            elif self._is_ours(message):
                messages += self._left(message)
        if typed is not None and own is None:
            messages += outgoing.said(typed, files, self._clock())
        self._say(messages)
        # Not before it is in the outbox: what is taken and not undelivered is no longer kept.
        self._ever_taken.extend(message.id for message in new)
        if submitted:
            self.taken = [message.id for message in submitted if message.id in self._ever_taken]
        return bool(messages)

    def _new(
        self, submitted: Sequence[Submitted], own: Submitted | None, *, has_files: bool
    ) -> Iterator[Submitted]:
        """What can be taken now; what has come with files cannot come again."""
        something_waits = False
        for message in submitted:
            if message.id in self._ever_taken:
                continue
            if something_waits and not (message is own and has_files):
                continue
            if message is own or self._is_known(message):
                yield message
            elif message.customer == self._likely() and not self._is_left_over(message):
                something_waits = True

    def _is_left_over(self, message: Submitted) -> bool:
        """Whether another visit was told of it, which may have sent it."""
        return message.visit not in (None, self.id) and message.id not in self._begun_here

    def _is_known(self, message: Submitted) -> bool:
        """Whether it can be said whose a message is."""
        return message.customer is None or self._holder.conversation.customer_id is not None

    def _is_ours(self, message: Submitted) -> bool:
        return message.customer in (None, self._holder.conversation.customer_id)

    def _typed(
        self, text: str, files: Sequence[Attachment], message: Submitted
    ) -> Iterable[Outgoing]:
        """What the input has sent just now; nothing goes without a file that went with it."""
        said = list(outgoing.said(text, files, self._clock(), message.id))
        come = {file.name for file in files}
        is_lost = len(files) < len(message.files)
        lost = [name for name in message.files if is_lost and named(name) not in come]
        return self._without(said, lost, message)

    def _left(self, message: Submitted) -> Iterable[Outgoing]:
        """What did not come by the input itself, so not with its files either."""
        said = list(outgoing.said(message.text, (), self._clock(), message.id))
        if self._is_left_over(message):
            said = list(map(outgoing.left_over, said))
        return self._without(said, message.files, message)

    def _without(
        self, said: Sequence[Outgoing], lost: Iterable[str], message: Submitted
    ) -> Iterable[Outgoing]:
        """What was said, with a word for each file that is missing."""
        missing = [*((name, Problem.FILE_LOST) for name in lost), *message.refused]
        return outgoing.without(said, missing, self._clock(), message.id) if missing else said

    def _say(self, messages: Sequence[Outgoing]) -> None:
        if any(m.on_its_way for m in messages):
            self._sending.send_off(*messages)
        elif messages:
            self._holder.apply(lambda c: c.say(*messages))
        if any(m.maybe_arrived for m in messages):
            self._holder.apply(lambda c: c.merged(()))
            self._reading.expect_news()


def _typed_one(submitted: Sequence[Submitted], typed: str | None) -> Submitted | None:
    """The newest message that the tab tells with what was typed."""
    text = None if typed is None else as_typed(typed)
    return next((message for message in reversed(submitted) if message.text == text), None)
