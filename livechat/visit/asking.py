"""What the visitor is asked, and what becomes of the answer: one decision for the whole page.

Which form comes now (pre-chat, post-chat, ticket), whether it is filled in already, whether the
chat is to be rated, and where to answer who has left. A form that an agent sends stands in the
transcript instead.

What is half filled in is asked on, whatever becomes of the company and the chat meanwhile. Only the
browser knows that, and tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
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
from livechat.chat import keys, outgoing
from livechat.chat.conversation import Conversation, State
from livechat.chat.outgoing import Delivery, Problem, Route
from livechat.visit.acts import Acts
from livechat.visit.company import Company, Shared
from livechat.visit.customer import Details
from livechat.visit.holder import Holder
from livechat.visit.prechat import Prechat
from livechat.visit.reply_to import ReplyTo
from livechat.visit.sending import Sending

ADDRESS: Literal["address"] = "address"
SKIPPED_ADDRESS = f"skipped-{ADDRESS}"  # what the browser's tab says of it


@dataclass(frozen=True)
class Asks:
    """What the visitor is asked now, below the transcript: a form, to rate the chat, or nothing.

    `type` is LiveChat's name for the form, but for `address`: the page's own, without a `form`,
    which asks where to answer (`reply_to.py`). With `is_filled` it is only to be said that it is
    filled in; with `is_awaited` a message waits for it. `rating` is asked for above the form.
    `thread_id` is the thread that is rated, and that a post-chat form is about.
    """

    type: Literal["prechat", "postchat", "ticket", "address"] | None = None
    form: Form | None = None
    is_filled: bool = False
    is_awaited: bool = False
    rating: bool = False
    thread_id: str | None = None

    @property
    def form_key(self) -> str:
        """What the page, and the browser's tab, know the form by."""
        of_thread = f"-{keys.part(self.thread_id or '')}" if self.type == "postchat" else ""
        return f"{self.type}{of_thread}"

    @property
    def rating_key(self) -> str:
        """The same for the comment of a rating."""
        return f"end-{keys.part(self.thread_id or '')}"

    def is_among(self, half_filled: frozenset[str]) -> bool:
        """Whether something that is asked here is among these keys."""
        asks_form = self.type is not None and not self.is_filled
        return (asks_form and self.form_key in half_filled) or (
            self.rating and self.rating_key in half_filled
        )


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
        reply_to: ReplyTo,
    ) -> None:
        """Nothing was asked yet. `clock` counts seconds."""
        self._holder = holder
        self._company = company
        self._clock = clock
        self._acts = acts
        self._details = details
        self._reply_to = reply_to
        self._prechat = prechat
        self._sending = sending
        self._is_open = False  # the chat, when it was last looked at
        self._seen_open: str | None = None  # the newest thread that this page has seen open
        self._asked = Asks()  # on the page, as it was drawn last
        self._half_filled: frozenset[str] = frozenset()  # keys, as the browser's tab has them
        self._skipped: str | None = None  # the thread whose post-chat form is not wanted

    def asks(self, problem: Problem | None) -> Asks:
        """What the visitor is asked while there is this `problem`.

        A ticket is for somebody who is not here now. It comes before the pre-chat form, unless a
        message waits for that, and after the post-chat form, which comes only on a page that has
        seen the chat open, or in a tab that has it half filled in. What is half filled in stays,
        unless a message waits for the pre-chat form.
        """
        conversation, company = self._holder.conversation, self._company.current or Company()
        if problem is Problem.BANNED:
            return Asks()
        is_awaited = self._prechat.is_missing and conversation.outbox.next is not None
        if self._asked.is_among(self._half_filled) and (
            self._asked.type == "prechat" or not is_awaited
        ):
            return replace(self._asked, is_awaited=is_awaited)
        thread_id = conversation.thread_id
        has_ended = conversation.state is State.CLOSED and self._asks_about(thread_id)
        about = thread_id if has_ended else None
        postchat = self._postchat(conversation, company) if has_ended else None
        is_idle = conversation.state in (State.NONE, State.CLOSED)
        is_left_ticket = is_idle and not company.online and not postchat
        ticket = company.ticket if is_left_ticket or "ticket" in self._half_filled else None
        goes_on = "prechat" in self._half_filled
        if self._prechat.is_missing and (is_awaited or goes_on or not ticket):
            return Asks("prechat", company.prechat, is_awaited=is_awaited)
        if ticket:
            is_filled = next(_said(conversation), None) == ticket.id
            return Asks("ticket", ticket, is_filled=is_filled, rating=has_ended, thread_id=about)
        if postchat:
            rates = any(field.type == RATING for field in postchat.fields)
            return Asks("postchat", postchat, rating=not rates, thread_id=about)
        if has_ended:
            return Asks(rating=True, thread_id=about)
        if company.prechat and conversation.state is State.NONE and not conversation.outbox:
            return Asks("prechat", company.prechat, is_filled=True)
        if self._reply_to.is_asked or self._reply_to.is_given:
            return Asks(ADDRESS, is_filled=self._reply_to.is_given)
        return Asks()

    def _asks_about(self, thread_id: str | None) -> bool:
        """Whether this page has seen the thread open, or its tab asks about it already."""
        keys = {
            Asks("postchat", thread_id=thread_id).form_key,
            Asks(thread_id=thread_id).rating_key,
        }
        return thread_id == self._seen_open or not keys.isdisjoint(self._half_filled)

    def _postchat(self, conversation: Conversation, company: Company) -> Form | None:
        form, skipped = company.postchat, self._skipped == conversation.thread_id
        if form is None or skipped or not conversation.lacks_postchat(form, conversation.thread_id):
            return None
        return form

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

    def fill_in_afterwards(self, form: Form, answers: Answers, thread_id: str | None) -> None:
        """The post-chat form about that thread; a rating in it rates the thread.

        Where the chat goes on meanwhile, the form goes into the thread that is open.
        """
        if not self._holder.conversation.lacks_postchat(form, thread_id):
            return
        if rating := given_rating(form, answers):
            self._acts.rate(rating, thread_id)
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

    def are_half_filled(self, keys: Iterable[str]) -> None:
        """The forms of these keys are half filled in, on this page or on one before it.

        Among them is one that was skipped for good.
        """
        found = frozenset(keys)
        self._half_filled = found - {SKIPPED_ADDRESS}
        self._reply_to.is_skipped |= SKIPPED_ADDRESS in found

    @property
    def half_filled(self) -> frozenset[str]:
        """The keys of the forms that are."""
        return self._half_filled

    def is_done(self, key: str) -> None:
        """The form of that key was sent or skipped."""
        self._half_filled -= {key}

    def drew(self, asks: Asks) -> None:
        """The page asks this."""
        self._asked = asks

    def skip(self, thread_id: str | None) -> None:
        """No post-chat form about that thread."""
        self._skipped = thread_id

    def forget(self) -> None:
        """The customer is another one."""
        self._prechat.forget()
        self._reply_to.forget()
        self._skipped = None
        self._asked, self._half_filled = Asks(), frozenset()


def _said(conversation: Conversation) -> Iterator[str | None]:
    """What the visitor has said: a filled form's ID, None for anything else; the newest first."""
    for message in reversed(conversation.outbox):
        if message.delivery is not Delivery.FAILED:
            yield message.content.get("form_id")
    for event in reversed(conversation.transcript.timeline):
        if event.author_id == conversation.customer_id:
            yield event.body.form_id if isinstance(event.body, FilledForm) else None
