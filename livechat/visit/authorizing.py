"""Authorizing: in whose name LiveChat is asked, and what becomes of what another one has left.

Before anything is asked in a visitor's name LiveChat grants them a token, and says who they are
(2.2). What the browser says of that before stands in `who.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from livechat.api.accounts import Grant, Identity
from livechat.api.client import Client
from livechat.api.credentials import CustomerCredentials
from livechat.chat.conversation import Conversation
from livechat.visit.asking import Asking
from livechat.visit.customer import Details
from livechat.visit.errands import Errands
from livechat.visit.holder import Holder
from livechat.visit.prechat import Prechat
from livechat.visit.reading import Reading
from livechat.visit.seen import Seen
from livechat.visit.who import Who


class Authorizing:
    """How one visit becomes its visitor's, somebody else's, or nobody's any more."""

    def __init__(
        self,
        holder: Holder,
        client: Client,
        credentials: CustomerCredentials,
        hurry: threading.Event,
        who: Who,
        reading: Reading,
        seen: Seen,
        errands: Errands,
        prechat: Prechat,
        details: Details,
        asking: Asking,
    ) -> None:
        """`hurry` is set when the visitor waits for something."""
        self._holder = holder
        self._client = client
        self._credentials = credentials
        self._hurry = hurry
        self._who = who
        self._reading = reading
        self._seen = seen
        self._errands = errands
        self._prechat = prechat
        self._details = details
        self._asking = asking

    @property
    def has_written(self) -> bool:
        """Whether there is something by the visitor that LiveChat does not have yet."""
        is_introduced = self._prechat.is_filled or self._details.is_introduced
        return bool(self._holder.conversation.outbox) or is_introduced

    def note_what_is_written(self) -> None:
        """Who has written wants to be a customer, in whichever way it was."""
        if self.has_written:
            self._who.wrote()

    def recognise(self, number: int, identity: Identity | None, organization_id: str) -> bool:
        """The browser's answer to the question of this number; returns whether it is followed.

        If LiveChat has been asked without an answer, and a customer has been made who has written
        by now, the visit stays theirs. One of another organization than this is nobody.
        """
        if self._who.question is None or self._who.question.number != number:
            return False
        if identity and identity.organization_id != organization_id:
            self._who.is_stranger(identity)
            return False
        is_chatting = self._holder.conversation.chat_id is not None or self.has_written
        if self._who.is_known and is_chatting:
            identity = None
        self._who.answered(identity)
        if identity:
            self._holder.apply(lambda c: Conversation(outbox=c.outbox))
            self._client.organization_id = organization_id
            self._credentials.become(identity)
        self._hurry.set()
        return identity is not None

    def is_done(self, when_known: Callable[[], object]) -> bool:
        """Has LiveChat say who the visitor is, if it may be asked; returns whether it has.

        `when_known` is called as soon as it has said so. Raises what the token server does.
        """
        if self._who.is_nobody:
            self._holder.apply(lambda c: c.belongs_to_nobody())
            self._reading.read_company_openly()
            return False
        if not self._who.may_be_granted:
            self._who.ask()
            return False
        if self._credentials.token is None:
            try:
                self._credentials.access_token()
            finally:
                self._who.tried()
            when_known()
        return True

    def granted(self, grant: Grant) -> None:
        """LiveChat has said who the customer is: nothing of another one's is kept."""
        is_new = self._credentials.identity is None
        self._who.granted(grant.identity)
        if self._holder.conversation.customer_id not in (None, grant.customer_id):
            self._errands.clear()
            self._asking.forget()
            self._seen.forget()
            self._details.begin_anew()
        if is_new:
            self._details.are_new()
        self._holder.apply(lambda c: c.belongs_to(grant.customer_id))

    def forget(self) -> None:
        """The visitor is no longer known, nor anything of theirs; the token is revoked (2.7)."""
        self._errands.clear()
        self._holder.apply(lambda _: Conversation())
        self._credentials.forget()
