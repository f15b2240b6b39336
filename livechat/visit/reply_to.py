"""Where to answer who has left by then: an e-mail address, of which the visitor is asked once.

They are while nobody is there and nobody has answered what they wrote, unless LiveChat knows an
address of theirs, or they have given one in a form. Who skips that is not asked again: their tab
remembers it (`page/browser/keeper.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from livechat.api.structures.events import Event
from livechat.api.structures.forms import FilledForm, is_email
from livechat.chat.conversation import Conversation, State
from livechat.chat.outgoing import Delivery
from livechat.visit.company import Shared
from livechat.visit.customer import Details
from livechat.visit.holder import Holder


class ReplyTo:
    """One visitor's address; `is_skipped` if they do not want to give one."""

    def __init__(self, holder: Holder, company: Shared, details: Details) -> None:
        """Nothing was asked yet."""
        self.is_skipped = False
        self._holder = holder
        self._company = company
        self._details = details
        self._is_looked_up = self._was_given_here = False

    @property
    def is_asked(self) -> bool:
        """Whether the visitor is asked for it now."""
        customer = self._details.customer
        return customer is not None and not customer.email and self._is_wanted

    @property
    def is_given(self) -> bool:
        """Whether they have just given it, for as long as nobody is there."""
        customer = self._details.customer
        return self._was_given_here and bool(customer and customer.email) and self._is_wanted

    @property
    def _is_wanted(self) -> bool:
        company = self._company.current
        if self.is_skipped or company is None or company.online:
            return False
        conversation = self._holder.conversation
        return _waits_for_an_answer(conversation) and not _has_address(conversation)

    def look_up(self) -> None:
        """Asks LiveChat, once, whether it knows an address, if one is wanted."""
        if self._details.customer is None and not self._is_looked_up and self._is_wanted:
            self._is_looked_up = True
            self._details.look_up()

    def give(self, email: str) -> None:
        """The visitor's address."""
        self._was_given_here = True
        self._details.introduce(None, email)

    def forget(self) -> None:
        """The customer is another one."""
        self.is_skipped = self._is_looked_up = self._was_given_here = False


def _waits_for_an_answer(conversation: Conversation) -> bool:
    """Whether the visitor has had the last word in the newest thread, and nobody is there.

    In one that is closed it was an answer to nothing: the last word may be a "thank you".
    """
    if conversation.agents.present or conversation.state not in (State.ACTIVE, State.CLOSED):
        return False
    sent = (message for message in conversation.outbox if message.delivery is Delivery.SENT)
    has_said = any("form_id" not in message.content for message in sent)
    is_answered = False
    for event in _thread(conversation):
        if event.author_id == conversation.customer_id:
            has_said = has_said or not is_answered
        elif not event.is_by_nobody and event.is_for_people:
            is_answered = True
    return has_said and not (is_answered and conversation.state is State.CLOSED)


def _thread(conversation: Conversation) -> Iterator[Event]:
    """The events of the newest thread, the newest one first."""
    transcript = conversation.transcript
    return takewhile(
        lambda event: transcript.thread_of.get(event.id) == conversation.thread_id,
        reversed(transcript.timeline),
    )


def _has_address(conversation: Conversation) -> bool:
    """Whether the visitor has given one in a form."""
    own = (e for e in conversation.transcript.timeline if e.author_id == conversation.customer_id)
    forms = (e.body for e in own if isinstance(e.body, FilledForm))
    answers = (answer for form in forms for _, answer in form.answers)
    return any(isinstance(answer, str) and is_email(answer) for answer in answers)
