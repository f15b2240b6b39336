"""The greeting that LiveChat shows one visitor before they write (3.8, 4.8, 6.4).

Pushes bring it (`page/browser/push.js`), and LiveChat's answer to each login as long as it is
there: so it is there again after a reload, and in the tab that hears the pushes. Whatever the
visitor says then, by a button or in words of their own, begins the chat with it.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from livechat.api import route
from livechat.api.client import Client
from livechat.api.errors import Refused, Unreachable
from livechat.api.structures.greetings import Greeting
from livechat.api.structures.rich_messages import Button
from livechat.chat.conversation import Conversation, State
from livechat.visit.company import Shared
from livechat.visit.errands import Errand, Errands
from livechat.visit.holder import Holder

_log = logging.getLogger("livechat")


class Greetings:
    """One visitor's greetings, of which there is one at a time."""

    def __init__(self, holder: Holder, client: Client, company: Shared, errands: Errands) -> None:
        """There was none yet."""
        self._holder = holder
        self._client = client
        self._company = company
        self._errands = errands
        self._heard: Greeting | None = None
        self._seen: Greeting | None = None
        self._unwanted: Greeting | None = None  # which LiveChat may not have heard yet
        self._accepted: Greeting | None = None  # as far as LiveChat has let it
        self._refused: Greeting | None = None  # by LiveChat, which knows it no longer

    def hear(self, greeting: Greeting | None) -> None:
        """What the browser says that LiveChat shows now, again and again."""
        if self._is_hidden or greeting == self._unwanted:
            greeting = None
        if greeting == self._heard:
            return
        if greeting and self._holder.conversation.state is State.ACTIVE:
            return  # the chat is over if this one is new: that is still to be read
        self._heard = greeting
        self._holder.apply(lambda c: c.greet(greeting))

    @property
    def _is_hidden(self) -> bool:
        """Whether nobody is there, and the company wants none then (4.8)."""
        company = self._company.current
        return company is not None and company.hides_greetings and not company.online

    @property
    def unseen(self) -> int:
        """How many have not been seen."""
        return int(self._shown not in (None, self._seen))

    def were_seen(self) -> None:
        """The visitor has the page before them, with what it shows."""
        self._seen = self._shown or self._seen

    def press(self, event_id: str, postback_id: str) -> Button | None:
        """A button of the greeting that has this event; what it says is to be said, once.

        One that only opens something says nothing, and one of type `cancel` closes the greeting.
        """
        greeting = self._shown
        if greeting is None or greeting.event.id != event_id:
            return None
        button = greeting.button(postback_id)
        if button is None:
            return None
        is_new = self._holder.apply(lambda c: c.pressed_greeting(greeting, postback_id))
        if is_new and button.button_id and route.VERSION.is_newest:
            id = button.button_id
            self._errands.add(
                Errand.CLICK_GREETING,
                lambda: self._client.send_greeting_button_clicked(greeting.unique_id, button_id=id),
            )
        if button.type == "cancel":
            self.cancel()
        return button if is_new and button.type in (None, "message") else None

    def cancel(self) -> None:
        """The visitor does not want it: it is gone at once, and for good once LiveChat knows."""
        greeting = self._shown
        if greeting is None:
            return
        self._unwanted = greeting
        self._holder.apply(Conversation.ungreeted)
        if greeting.id is not None:
            self._errands.add(
                Errand.CANCEL_GREETING, lambda: self._client.cancel_greeting(greeting.unique_id)
            )

    def begin_chat(self) -> dict[str, Any]:
        """A thread is about to begin: LiveChat is told that the greeting has led to it.

        Returns what the call that begins it says of that (4.8, v36 1.2). The chat begins all the
        same if LiveChat no longer knows the greeting, or cannot be asked.
        """
        greeting = self._leading
        if greeting is None:
            return {}
        if greeting.id is None:
            return {"welcome_message_id": greeting.unique_id} if route.VERSION.is_newest else {}
        id, unique_id = greeting.id, greeting.unique_id
        accept = partial(self._client.accept_greeting, greeting_id=id, unique_id=unique_id)
        if greeting != self._accepted:
            try:
                accept()
            except Refused as error:
                self._is_refused(greeting, error)
                return {}
            except Unreachable:
                self._errands.add(Errand.ACCEPT_GREETING, accept)
            self._accepted = greeting
        names = {"greeting_id": id, "greeting_unique_id": unique_id}
        return {"thread_properties": {"lc2": names}}

    def refused_with(self, error: Refused) -> bool:
        """A thread was refused that names the greeting; returns whether one without it may go."""
        greeting = self._leading
        if greeting:
            self._is_refused(greeting, error)
        return greeting is not None

    def _is_refused(self, greeting: Greeting, error: Refused) -> None:
        _log.debug("A greeting was answered without LiveChat's taking note: %s", error)
        self._refused = greeting

    @property
    def _leading(self) -> Greeting | None:
        """The one that leads to the chat, unless LiveChat no longer knows it."""
        greeted = self._holder.conversation.greeted
        leads = greeted and not greeted.has_led and greeted.greeting != self._refused
        return greeted.greeting if greeted and leads else None

    @property
    def _shown(self) -> Greeting | None:
        greeted = self._holder.conversation.greeted
        return greeted.greeting if greeted else None
