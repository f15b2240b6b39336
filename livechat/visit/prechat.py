"""The pre-chat form: it is filled in before the first message, and goes with it.

Whether it is asked for now is decided with the other forms (`asking.py`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from livechat.api.structures.forms import Answers, Form
from livechat.chat import outgoing
from livechat.chat.conversation import State
from livechat.chat.outgoing import Delivery, Outgoing, Route
from livechat.visit.company import Shared
from livechat.visit.holder import Holder


class Prechat:
    """One visitor's pre-chat form, from when it is filled in until LiveChat has it."""

    def __init__(
        self,
        holder: Holder,
        company: Shared,
        clock: Callable[[], float],
        hurry: threading.Event,
    ) -> None:
        """It is not filled in yet. `hurry` is set when the visitor waits for something."""
        self._holder = holder
        self._company = company
        self._clock = clock
        self._hurry = hurry
        self._filled: tuple[Form, Answers] | None = None
        self._went_with: str | None = None  # the custom_id of a message

    @property
    def is_missing(self) -> bool:
        """Whether it is to be filled in before the first message can go."""
        company = self._company.current
        enabled = company is not None and company.prechat is not None
        return enabled and self._holder.conversation.state is State.NONE and not self._filled

    @property
    def is_filled(self) -> bool:
        """Whether it is filled in, and LiveChat does not have it yet."""
        return self._filled is not None

    def fill_in(self, form: Form, answers: Answers) -> None:
        """The visitor has filled it in; a message may be waiting for it."""
        self._filled, self._went_with = (form, answers), None
        now = self._clock()
        self._holder.change_outbox(lambda o: o.tried_anew(now))
        self._hurry.set()

    def holds_up(self, message: Outgoing) -> bool:
        """Whether a message has to wait for it."""
        return message.route is Route.OPEN_THREAD and self.is_missing

    def goes_with(self, message: Outgoing) -> tuple[Form, Answers] | None:
        """The filled form, if it goes with this message, which is the first one."""
        state = self._holder.conversation.state
        if state is not State.NONE or message.route is not Route.OPEN_THREAD:
            return None
        if self._filled:
            self._went_with = message.custom_id
        return self._filled

    def refused_with(self, custom_id: str) -> None:
        """A message was refused. It may be the form that is wrong: asked for anew."""
        if self._went_with == custom_id:
            self._filled = None

    def goes_alone(self) -> None:
        """The form of who meets a chat, which another tab has begun: first of all.

        It has gone already with a message that is no longer to be delivered.
        """
        filled, conversation = self._filled, self._holder.conversation
        if filled is None or conversation.state not in (State.ACTIVE, State.CLOSED):
            return
        self._filled = None
        waiting = {m.custom_id for m in conversation.outbox if m.delivery is Delivery.WAITING}
        if self._went_with is None or self._went_with in waiting:
            form = outgoing.filled_form(*filled, self._clock(), type="prechat")
            self._holder.apply(lambda c: c.say_first(form))

    def forget(self) -> None:
        """The customer is another one."""
        self._filled = self._went_with = None
