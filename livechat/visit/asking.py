"""What the visitor is asked, and what becomes of the answer: one decision for the whole page.

Which form comes now (pre-chat, post-chat, ticket), whether it is filled in already, and whether the
chat is to be rated. A form that an agent sends stands in the transcript instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from livechat.api.structures.forms import (
    EMAIL,
    NAME,
    RATING,
    Answers,
    FilledForm,
    Form,
    given_rating,
    given_text,
)
from livechat.chat import outgoing
from livechat.chat.conversation import Conversation, State
from livechat.chat.outgoing import Delivery, Problem, Route
from livechat.visit.acts import Acts
from livechat.visit.company import Company, Shared
from livechat.visit.customer import Details
from livechat.visit.holder import Holder
from livechat.visit.prechat import Prechat
from livechat.visit.sending import Sending


@dataclass(frozen=True)
class Asks:
    """What the visitor is asked now, below the transcript: a form, to rate the chat, or nothing.

    `type` is LiveChat's name for the form. With `is_filled` it is only to be said that it is filled
    in; with `is_awaited` a message waits for it. `rating` is asked for above the form.
    """

    type: Literal["prechat", "postchat", "ticket"] | None = None
    form: Form | None = None
    is_filled: bool = False
    is_awaited: bool = False
    rating: bool = False


class Asking:
    """What one visitor has been asked, and has answered or skipped."""

    def __init__(
        self,
        holder: Holder,
        company: Shared,
        clock: Callable[[], float],
        prechat: Prechat,
        sending: Sending,
        acts: Acts,
        details: Details,
    ) -> None:
        """Nothing was asked yet. `clock` counts seconds."""
        self._holder = holder
        self._company = company
        self._clock = clock
        self._acts = acts
        self._details = details
        self._prechat = prechat
        self._sending = sending
        self._is_open = False  # the chat, when it was last looked at
        self._seen_open: str | None = None  # the newest thread that this page has seen open
        self._half_filled: frozenset[str] = frozenset()  # threads, as the browser's tab has it
        self._skipped: str | None = None  # the thread whose post-chat form is not wanted

    def asks(self, problem: Problem | None) -> Asks:
        """What the visitor is asked while there is this `problem`.

        A ticket is for somebody who is not here now. It comes before the pre-chat form, unless a
        message waits for that, and after the post-chat form, which comes only on a page that has
        seen the chat open, or in a tab that has it half filled in.
        """
        conversation, company = self._holder.conversation, self._company.current or Company()
        if problem is Problem.BANNED:
            return Asks()
        seen = {self._seen_open, *self._half_filled}
        has_ended = conversation.state is State.CLOSED and conversation.thread_id in seen
        postchat = self._postchat(conversation, company) if has_ended else None
        is_idle = conversation.state in (State.NONE, State.CLOSED)
        is_left_ticket = is_idle and not company.online and not postchat
        ticket = company.ticket if is_left_ticket else None
        is_awaited = conversation.outbox.next is not None
        if self._prechat.is_missing and (is_awaited or not ticket):
            return Asks("prechat", company.prechat, is_awaited=is_awaited)
        if ticket:
            is_filled = next(_said(conversation), None) == ticket.id
            return Asks("ticket", ticket, is_filled=is_filled, rating=has_ended)
        if postchat:
            rates = any(field.type == RATING for field in postchat.fields)
            return Asks("postchat", postchat, rating=not rates)
        if has_ended:
            return Asks(rating=True)
        if company.prechat and conversation.state is State.NONE and not conversation.outbox:
            return Asks("prechat", company.prechat, is_filled=True)
        return Asks()

    def _postchat(self, conversation: Conversation, company: Company) -> Form | None:
        form, skipped = company.postchat, self._skipped == conversation.thread_id
        return form if form and not skipped and conversation.lacks_postchat(form) else None

    def note_the_end(self) -> None:
        """Remembers which thread was seen open. When one closes, agents may have left with it."""
        conversation = self._holder.conversation
        was_open = self._is_open
        self._is_open = conversation.state is State.ACTIVE
        if self._is_open:
            self._seen_open = conversation.thread_id
        elif was_open:
            self._company.expire()

    def fill_in(self, form: Form, answers: Answers) -> None:
        """A `form` event's form; what is filled in already is not sent again."""
        if not self._holder.conversation.has_answered(form):
            self._sending.send_off(outgoing.filled_form(form, answers, self._clock()))

    def fill_in_first(self, form: Form, answers: Answers) -> None:
        """The pre-chat form, which also says who the customer is."""
        self._prechat.fill_in(form, answers)
        name, email = (given_text(form, answers, type) for type in (NAME, EMAIL))
        if name or email:
            self._details.introduce(name, email)

    def fill_in_afterwards(self, form: Form, answers: Answers) -> None:
        """The post-chat form; a rating in it rates the chat."""
        if not self._holder.conversation.lacks_postchat(form):
            return
        if rating := given_rating(form, answers):
            self._acts.rate(rating)
        self._sending.send_off(
            outgoing.filled_form(
                form, answers, self._clock(), type="postchat", route=Route.LAST_THREAD
            )
        )

    def leave_ticket(self, form: Form, answers: Answers) -> None:
        """The ticket form: a message for when somebody is back; the very same is not sent twice."""
        ticket = outgoing.filled_form(form, answers, self._clock(), route=Route.CLOSED_THREAD)
        if all(m.content != ticket.content for m in self._holder.conversation.outbox):
            self._sending.send_off(ticket)

    def go_on(self, thread_ids: Iterable[str]) -> None:
        """The post-chat forms of these threads are half filled in, on a page before this one."""
        self._half_filled = frozenset(thread_ids)

    def skip(self) -> None:
        """No post-chat form for this thread."""
        self._skipped = self._holder.conversation.thread_id

    def forget(self) -> None:
        """The customer is another one."""
        self._prechat.forget()
        self._skipped = None


def _said(conversation: Conversation) -> Iterator[str | None]:
    """What the visitor has said: a filled form's ID, None for anything else; the newest first."""
    for message in reversed(conversation.outbox):
        if message.delivery is not Delivery.FAILED:
            yield message.content.get("form_id")
    for event in reversed(conversation.transcript.timeline):
        if event.author_id == conversation.customer_id:
            yield event.body.form_id if isinstance(event.body, FilledForm) else None
