"""One visitor's visit: what is asked of LiveChat for them, and when.

A `Visit` owns the visitor's token, their client and their conversation, and is all that the page
keeps per visitor. Whatever the visitor does only leaves a wish here and returns at once; `work`
carries out what is wished for and what is due, and it alone talks to LiveChat. So a message is on
the screen before any request, and a page that is interrupted in the middle loses nothing: the
next `work` goes on from there.

Requests are billed, failed ones too. An active chat is read at every poll, otherwise every
`QUIET_SECONDS`, so that an agent who writes first is heard. `list_chats` tells whether anything is
new at a price that does not grow with the conversation; only news costs a `list_threads`. Where it
cannot tell, and while the chat is queued, `get_chat` takes its place.
"""

from __future__ import annotations

import logging
import math
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from livechat.api.accounts import Accounts, Identity
from livechat.api.client import Client
from livechat.api.credentials import CustomerCredentials
from livechat.api.errors import (
    ChatAlreadyActive,
    ChatInactive,
    ChatLimitReached,
    ChatNotFound,
    CustomerBanned,
    GroupsOffline,
    IdentityRefused,
    LiveChatError,
    Misconfigured,
    Refused,
    TooLarge,
    Unauthorized,
    Unreachable,
)
from livechat.api.structures import parsing
from livechat.api.structures.events import ChatSummary, ThreadPage
from livechat.api.structures.forms import (
    EMAIL,
    NAME,
    Answers,
    Form,
    Rating,
    given_rating,
    given_text,
)
from livechat.chat import outgoing
from livechat.chat.attachment import Attachment
from livechat.chat.conversation import Conversation, State, chat_to_join
from livechat.chat.outgoing import LONG_AGO, Delivery, Outgoing, Problem, Route
from livechat.chat.pushes import Told
from livechat.chat.transcript import PAGE
from livechat.chat.unconfirmed import Press, Rate, SendTranscript
from livechat.settings import Settings
from livechat.visit import company as configuration
from livechat.visit import delivery
from livechat.visit.company import Configuration
from livechat.visit.errands import TRY_SECONDS, Errand, Errands, pause_after

QUIET_SECONDS = 30.0  # between looks while no chat is active: at most 120 an hour
EARLIER_PAUSE = 60.0  # seconds before earlier events that could not be read are asked for again
OUT_OF_TOUCH_AFTER = 10.0  # seconds of failing before the visitor is told
PUSHED_SECONDS = 60.0  # between polls while LiveChat's pushes tell what is new
TORN_WITHIN = 0.5  # seconds after the end of a run of the page
LATE_AFTER = 30.0  # seconds until an event that was pushed, and is nowhere, is not waited for

# How often a send that contradicts what was believed of the chat is tried anew. More would mean
# that LiveChat contradicts itself.
_ATTEMPTS = 3

# A send met another state of the chat than was believed: look again, then do the right thing. The
# last one is for a chat that is gone; its type is documented for RTM only (5.2).
_CONTRADICTIONS = (ChatInactive, ChatAlreadyActive, ChatLimitReached, ChatNotFound)

_log = logging.getLogger("livechat")


@dataclass(frozen=True)
class Customer:
    """What LiveChat knows of the customer by name (3.6)."""

    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class _Introduction:
    """What a customer says of themselves; None leaves a name or an address as it was."""

    name: str | None
    email: str | None

    def of(self, customer: Customer | None) -> Customer:
        known = customer or Customer()
        return Customer(
            known.name if self.name is None else self.name,
            known.email if self.email is None else self.email,
        )


@dataclass(frozen=True)
class Glance:
    """All that the page shows of a visit, at one moment.

    `asks_first` and `asks_afterwards` are the forms that the visitor is asked to fill in before
    the first message and after the end of a chat that this page has seen open. `unseen` counts the
    agents' events that came while the page was not on the screen, `pace` is the poll's, in seconds.
    """

    conversation: Conversation
    configuration: Configuration | None
    shown: int
    ending: bool
    end_refused: bool
    problem: Problem | None
    advice: str
    out_of_touch: bool
    grants: int
    customer: Customer | None
    asks_first: Form | None
    asks_afterwards: Form | None
    has_ended: bool
    refused: Errand | None
    unseen: int
    pace: float


class Visit:
    """One visitor's visit.

    `token`, `chat_id` and `thread_id` are what the guide's page keeps. `on_screen` tells whether
    the visitor has the page before them. A visit that is `forgotten` does nothing any more.
    """

    def __init__(
        self,
        settings: Settings,
        redirect_uri: str,
        identity: Identity | None = None,
        *,
        session_fields: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.id = uuid.uuid4().hex
        self.taken_over: str | None = None  # the visit that went before in the same tab
        self.forgotten = False
        self.on_screen = True
        self.conversation = Conversation()
        self._clock = clock
        self._credentials = CustomerCredentials(
            Accounts(
                settings.accounts_url, settings.client_id, settings.organization_id, redirect_uri
            ),
            identity,
            clock=clock,
            on_grant=lambda grant: self._belongs_to(grant.customer_id),
        )
        self._client = Client(
            settings.api_url, settings.organization_id, self._credentials, retries=1
        )
        self._configuration = configuration.shared(
            settings.api_url, settings.organization_id, settings.group_id
        )

        self._shown = PAGE
        self._drawn: Glance | None = None
        self._completed_at = -math.inf
        self._is_mended = False
        self._customer: Customer | None = None  # as LiveChat knows them
        self._introductions: tuple[_Introduction, ...] = ()  # that LiveChat is yet to be told
        self._filled_prechat: tuple[Form, Answers] | None = None
        self._prechat_went_with: str | None = None  # the custom_id of a message
        self._is_open = False  # the chat, when it was last looked at
        self._seen_open: str | None = None  # the newest thread that this page has seen open
        self._skipped: str | None = None  # the thread whose post-chat form is not wanted
        self._errands = Errands(clock)
        self._ending = False
        self._end_refused = False
        self._problem: Problem | None = None
        self._advice = ""

        self._told = Told()
        self._rung = False
        self._pushed: dict[str, float] = {}  # events that are to be read, and when they were told
        self._is_behind = False  # what LiveChat answers, which has not all that it has pushed
        self._refused_token: str | None = None

        self._hurry = False
        self._tick = 0
        self._looked_at = -math.inf
        self._earlier_due = -math.inf
        self._seen_up_to = LONG_AGO
        self._paused_until = -math.inf
        self._failures = 0
        self._failing_since: float | None = None

        self._state_lock = threading.Lock()  # held for moments: one change of the conversation
        self._work_lock = threading.Lock()  # held while talking to LiveChat
        self._session_fields = [{name: value} for name, value in (session_fields or {}).items()]
        self._tell_session_fields()

    @property
    def token(self) -> str | None:
        """The customer's access token, None before the first answer of the token server."""
        return self._credentials.token

    @property
    def api_url(self) -> str:
        """LiveChat's address, in the region that serves the organization."""
        return self._client.api_url

    @property
    def identity(self) -> Identity | None:
        """What the browser is to remember of the customer."""
        return self._credentials.identity

    @property
    def chat_id(self) -> str | None:
        """The chat that this visitor talks in."""
        return self.conversation.chat_id

    @property
    def thread_id(self) -> str | None:
        """Its newest thread."""
        return self.conversation.thread_id

    # What the page shows

    @property
    def configuration(self) -> Configuration | None:
        """What all visitors see alike; None until it could be read."""
        return self._configuration.current

    def glance(self) -> Glance:
        """What there is to show now. Equal to the last one if nothing visible has changed."""
        conversation, company = self.conversation, self.configuration
        failing_since = self._failing_since
        has_ended = conversation.state is State.CLOSED and conversation.thread_id == self._seen_open
        return Glance(
            conversation=conversation,
            configuration=company,
            shown=self._shown,
            ending=self._ending,
            end_refused=self._end_refused,
            problem=self._problem,
            advice=self._advice,
            out_of_touch=(
                failing_since is not None and self._clock() - failing_since >= OUT_OF_TOUCH_AFTER
            ),
            grants=self._credentials.grants,
            customer=self._introduced,
            asks_first=company.prechat if company and self._is_to_be_asked else None,
            asks_afterwards=self._postchat if has_ended else None,
            has_ended=has_ended,
            refused=self._errands.refused,
            unseen=0 if self.on_screen else conversation.unseen(self._seen_up_to),
            pace=self.pace,
        )

    @property
    def _introduced(self) -> Customer | None:
        customer = self._customer
        for introduction in self._introductions:
            customer = introduction.of(customer)
        return customer

    @property
    def _is_to_be_asked(self) -> bool:
        """Whether a form is to be filled in before the first message can go."""
        company = self.configuration
        enabled = company is not None and company.prechat is not None
        return enabled and self.conversation.state is State.NONE and not self._filled_prechat

    @property
    def _postchat(self) -> Form | None:
        company = self.configuration
        form = company.postchat if company else None
        skipped = self._skipped == self.conversation.thread_id
        return form if form and not skipped and self.conversation.lacks_postchat(form) else None

    def drew(self, glance: Glance) -> None:
        """The page draws this."""
        self._drawn, self._completed_at = glance, -math.inf

    def completed(self) -> None:
        """The page has come to its end."""
        self._completed_at = -math.inf if self._is_mended else self._clock()
        self._is_mended = False

    def is_torn(self) -> bool:
        """Whether the page has come to its end only now, and may not have reached the browser.

        Streamlit (1.67) forgets what a run of the page has still to send when the browser asks for
        a fragment in the very moment in which it ends: its AppSession no longer listens to it. Who
        asks this draws the page again; once, or with quick polls that would never end.
        """
        torn = self._clock() - self._completed_at < TORN_WITHIN
        self._is_mended |= torn
        return torn

    @property
    def needs_drawing(self) -> bool:
        """Whether the page shows something else than there is."""
        return self._drawn != self.glance()

    # What the visitor wants: returns at once, `work` does it

    def say(self, text: str, files: Sequence[Attachment] = ()) -> None:
        """A message as typed, and the files that go with it, in this order.

        What LiveChat would not take is kept, as not delivered; a blank text is none.
        """
        text, now = parsing.clean(text), self._clock()
        messages = [outgoing.message(text, now)] if text.strip() else []
        self._send_off(*messages, *outgoing.files(files, now))

    def press(self, event_id: str, postback_id: str) -> None:
        """A button of a rich message, which one without a type also releases (3.4, 4.3)."""
        conversation = self.conversation
        found = conversation.transcript.button(event_id, postback_id)
        if found is None:
            return
        event, thread_id, button = found
        toggled = not conversation.is_pressed(event, button)
        press = Press(thread_id, event_id, postback_id, toggled)
        self._apply(lambda c: c.did(press))
        self._run(
            Errand.PRESS,
            lambda: self._client.send_rich_message_postback(
                conversation.chat_id or "",
                thread_id=thread_id,
                event_id=event_id,
                postback={"id": postback_id, "toggled": toggled},
            ),
            done=lambda: self._apply(lambda c: c.confirmed(press)),
            refused=lambda: self._apply(lambda c: c.refused(press)),
        )
        if button.type == "message" and toggled:
            self._send_off(outgoing.reply(event, thread_id, button, self._clock()))

    def fill_in(self, form: Form, answers: Answers) -> None:
        """A `form` event's form; what is filled in already is not sent again."""
        if not self.conversation.has_answered(form):
            self._send_off(outgoing.filled_form(form, answers, self._clock()))

    def fill_in_first(self, form: Form, answers: Answers) -> None:
        """The pre-chat form: it goes with the first message, which may be waiting for it."""
        self._filled_prechat, self._prechat_went_with = (form, answers), None
        now = self._clock()
        self._apply(lambda c: c.with_outbox(c.outbox.tried_anew(now)))
        name, email = (given_text(form, answers, type) for type in (NAME, EMAIL))
        if name or email:
            self.introduce(name, email)
        self._hurry = True

    def fill_in_afterwards(self, form: Form, answers: Answers) -> None:
        """The post-chat form; a rating in it rates the chat."""
        if not self.conversation.lacks_postchat(form):
            return
        if rating := given_rating(form, answers):
            self.rate(rating)
        self._send_off(
            outgoing.filled_form(
                form, answers, self._clock(), type="postchat", route=Route.LAST_THREAD
            )
        )

    def skip_form(self) -> None:
        """No post-chat form for this thread."""
        self._skipped = self.conversation.thread_id

    def leave_ticket(self, form: Form, answers: Answers) -> None:
        """The ticket form: a message for when somebody is back; the very same is not sent twice."""
        ticket = outgoing.filled_form(form, answers, self._clock(), route=Route.CLOSED_THREAD)
        if all(m.content != ticket.content for m in self.conversation.outbox):
            self._send_off(ticket)

    def rate(self, rating: Rating | None) -> None:
        """How good the newest thread was; None takes the rating back (3.5)."""
        chat_id, thread_id = self.conversation.chat_id, self.conversation.thread_id
        before = self.conversation.rating
        if chat_id is None or thread_id is None or rating == before:
            return
        rate = Rate(thread_id, rating)
        self._apply(lambda c: c.did(rate))

        def tell() -> None:
            if rating is None:
                names = {"rating": ["score", "comment"]}
                self._client.delete_thread_properties(
                    chat_id, thread_id=thread_id, properties=names
                )
                return
            values: dict[str, int | str] = {}
            if before is None or before.score != rating.score:
                values["score"] = rating.score
            if rating.comment != (before.comment if before else ""):
                values["comment"] = rating.comment
            self._client.update_thread_properties(
                chat_id, thread_id=thread_id, properties={"rating": values}
            )

        self._run(
            Errand.RATE,
            tell,
            done=lambda: self._apply(lambda c: c.confirmed(rate)),
            refused=lambda: self._apply(lambda c: c.refused(rate)),
        )

    def send_transcript(self, email: str) -> None:
        """The transcript of the newest thread to an e-mail address (3.5)."""
        chat_id, thread_id = self.conversation.chat_id, self.conversation.thread_id
        if chat_id is None or thread_id is None:
            return
        act = SendTranscript(thread_id, email)
        self._apply(lambda c: c.did(act))
        properties = {"routing": {"transcript_email": email}}
        self._run(
            Errand.SEND_TRANSCRIPT,
            lambda: self._client.update_thread_properties(
                chat_id, thread_id=thread_id, properties=properties
            ),
            done=lambda: self._apply(lambda c: c.confirmed(act)),
            refused=lambda: self._apply(lambda c: c.refused(act)),
        )

    def look_up_customer(self) -> None:
        """What LiveChat knows of the customer by name (3.6)."""

        def read() -> None:
            known = self._client.get_customer()
            self._customer = Customer(
                parsing.text(known, "name") or "", parsing.text(known, "email") or ""
            )

        self._run(Errand.LOOK_UP_CUSTOMER, read)

    def introduce(self, name: str | None, email: str | None) -> None:
        """Who the customer is (3.6); None leaves a name or an address as it was."""
        introduction = _Introduction(name, email)
        self._introductions += (introduction,)

        def end() -> None:
            self._introductions = tuple(i for i in self._introductions if i is not introduction)

        def remember() -> None:
            self._customer = introduction.of(self._customer)
            end()

        self._run(
            Errand.INTRODUCE,
            lambda: self._client.update_customer(name=name, email=email),
            done=remember,
            refused=end,
        )

    def _tell_session_fields(self) -> None:
        if fields := self._session_fields:
            self._run(
                Errand.SET_SESSION_FIELDS,
                lambda: self._client.set_customer_session_fields(session_fields=fields),
            )

    def _run(self, errand: Errand, ask: Callable[[], object], **then: Callable[[], object]) -> None:
        self._errands.add(errand, ask, **then)
        self._hurry = True

    def _send_off(self, *messages: Outgoing) -> None:
        if messages:
            self._apply(lambda c: c.say(*messages))
            self._ending = self._end_refused = False
            self._hurry = True

    def retry(self, custom_id: str) -> None:
        """What was not delivered, once more; what LiveChat would never take stays."""
        now = self._clock()
        self._apply(lambda c: c.with_outbox(c.outbox.retry(custom_id, now)))
        self._hurry = True

    def discard(self, custom_id: str) -> None:
        """A failed message is no longer wanted."""
        self._apply(lambda c: c.with_outbox(c.outbox.discard(custom_id)))

    def end(self) -> None:
        """The end of the chat."""
        self._ending = self.conversation.state is State.ACTIVE
        self._end_refused = False
        self._hurry = True

    def show_earlier(self) -> None:
        """More of what was said before."""
        self._shown += PAGE
        self._earlier_due = -math.inf
        self._hurry = True

    def told(self, told: Told) -> bool:
        """What the browser says of LiveChat's pushes; returns whether it has not said so before."""
        before, self._told = self._told, told
        if told.reads != before.reads:
            self._apply(lambda c: c.outdated())
        self._rung |= (told.looks, told.reads) != (before.looks, before.reads)
        unread = told.events - before.events - self.conversation.transcript.thread_of.keys()
        self._pushed |= dict.fromkeys(unread, self._clock())
        self._configuration.hear(dict(told.groups.items() - before.groups.items()))
        if told.refused != before.refused:
            self._refused_token = told.refused
        return told != before

    @property
    def pace(self) -> float:
        """Seconds from one poll to the next.

        While pushes tell what is new, polls only make sure, unless something waits for them.
        """
        waits = self._failing_since is not None or self._is_behind or self._errands.failing
        polled = self.settings.poll_seconds
        return polled if waits or not self._told.open else max(polled, PUSHED_SECONDS)

    def expect_news(self) -> None:
        """Something has happened to the chat: the next poll looks, however quiet it is."""
        self._looked_at = -math.inf
        self._configuration.expire()

    # What the browser keeps of this visit for the next one

    @property
    def undelivered(self) -> list[dict[str, str]]:
        """The messages that LiveChat does not have yet, as far as is known."""
        outbox = self.conversation.outbox
        kept = (m for m in outbox if m.is_plain and m.delivery is not Delivery.SENT)
        return [{"id": m.custom_id, "text": m.text} for m in kept]

    def take_over(self, kept: object) -> bool:
        """What the browser has kept of another visit of this tab, unless of another customer.

        Returns whether it was taken: once, and not before it is known who the customer is.
        """
        found = kept if isinstance(kept, Mapping) else {}
        visit, customer_id = parsing.text(found, "visit"), parsing.text(found, "customer")
        own = self.conversation.customer_id
        if own is None or visit in (None, self.id, self.taken_over):
            return False
        self.taken_over = visit
        if customer_id in (None, own):
            now = self._clock()
            known = {m.custom_id for m in self.conversation.outbox}
            messages = parsing.each(lambda data: _left_over(data, now), found.get("messages"))
            new = [m for m in messages if m.custom_id not in known]
            self._apply(lambda c: c.say(*new).merged(()))
            self.expect_news()
        return True

    # What the visitor wants now: returns when that is done

    def read_everything(self) -> Conversation:
        """The conversation from its beginning, as far as LiveChat can be reached (3.2)."""
        with self._work_lock:
            try:
                while self.conversation.transcript.older_page_id and not self.forgotten:
                    self._read_earlier()
            except LiveChatError as error:
                self._in_trouble(error)
        return self.conversation

    def forget(self) -> None:
        """That this device no longer knows who the visitor is; the token is revoked (2.7)."""
        with self._work_lock:
            self.forgotten = True
            self._errands.clear()
            self._apply(lambda _: Conversation())
            self._credentials.forget()

    # What is asked of LiveChat

    def work(self, tick: int | None = None) -> None:
        """Carries out what is wished for and what is due, and returns when that is done.

        `tick` is the number of the poll, if it is one: a new one is due to look for news. Waits for
        another `work` of the same visit only if the visitor waits for something; polls never
        overlap. Errors end up in what the page shows, none is raised.
        """
        awaited = self._hurry or self._is_rung or self.conversation.outbox.next is not None
        if self.forgotten or not self._work_lock.acquire(blocking=awaited):
            return
        try:
            hurry, self._hurry = self._hurry, False
            polled = tick not in (None, self._tick)
            if tick is not None:
                self._tick = tick
            if self.forgotten:  # while this waited
                return
            if hurry or self._clock() >= self._paused_until:
                self._work(polled=polled)
            # What waits for the visitor has all the time they take.
            if self._failing_since is not None and self._next_to_deliver():
                tried_enough = self._clock() - TRY_SECONDS
                self._apply(
                    lambda c: c.with_outbox(
                        c.outbox.failed(Problem.UNREACHABLE, before=tried_enough)
                    )
                )
        finally:
            self._work_lock.release()

    def work_in_background(self) -> None:
        """Begins to carry out what the visitor wants, whatever becomes of the page.

        Who sends a message and closes the tab at once has sent it.
        """
        threading.Thread(target=self.work, daemon=True).start()

    def _work(self, *, polled: bool) -> None:
        try:
            looked_at = self._looked_at
            self._renew_token()
            if self.conversation.state is State.UNKNOWN:
                self._look()
            if self.configuration is None and self.conversation.state is State.NONE:
                self._read_configuration()  # It says what is to be asked before the first message.
            self._deliver_all()
            if self._ending:
                self._end()
            self._errands.run()
            self._read_configuration()
            is_due = polled and looked_at == self._looked_at and self._is_due()
            if is_due or self._is_rung:
                self._look()
            self._read_what_lacks()
            self._note_the_end()
            # Before that it is not known yet whether the page is on the screen.
            if self._tick or self._told.open:
                self._mark_as_seen()
        except LiveChatError as error:
            self._in_trouble(error)

    def _belongs_to(self, customer_id: str) -> None:
        """LiveChat has said who the customer is: nothing of another one's is kept."""
        if self.conversation.customer_id not in (None, customer_id):
            self._errands.clear()
            self._customer, self._introductions = None, ()
            self._filled_prechat = self._prechat_went_with = None
            self._seen_up_to, self._skipped = LONG_AGO, None
            self._tell_session_fields()
        self._apply(lambda c: c.belongs_to(customer_id))

    def _note_the_end(self) -> None:
        """Remembers which thread was seen open. When one closes, agents may have left with it."""
        conversation = self.conversation
        was_open = self._is_open
        self._is_open = conversation.state is State.ACTIVE
        if self._is_open:
            self._seen_open = conversation.thread_id
        elif was_open:
            self._configuration.expire()

    def _next_to_deliver(self) -> Outgoing | None:
        """The message to deliver next, unless it has to wait for the pre-chat form."""
        message = self.conversation.outbox.next
        opens = message and message.route is Route.OPEN_THREAD
        return None if opens and self._is_to_be_asked else message

    def _send_prechat_alone(self) -> None:
        """The pre-chat form of who meets a chat, which another tab has begun: first of all.

        It has gone already with a message that is no longer to be delivered.
        """
        filled, conversation = self._filled_prechat, self.conversation
        if filled is None or conversation.state not in (State.ACTIVE, State.CLOSED):
            return
        self._filled_prechat = None
        waiting = {m.custom_id for m in conversation.outbox if m.delivery is Delivery.WAITING}
        if self._prechat_went_with is None or self._prechat_went_with in waiting:
            form = outgoing.filled_form(*filled, self._clock(), type="prechat")
            self._apply(lambda c: c.say_first(form))

    def _read_configuration(self) -> None:
        """Reads what all visitors see alike, if it is needed now.

        It says who is online, as long as nobody is there for this chat. Without an active one it
        takes the place of a look, unless news are expected: a quiet page asks no more often.
        """
        conversation, known = self.conversation, self.configuration
        active = conversation.state is State.ACTIVE
        if known and active and (conversation.agents.present or conversation.queue):
            return
        now = self._clock()
        if self._configuration.is_due(now):
            was_read = self._configuration.refresh(self._client, now)
            if was_read and known and not active and self._looked_at > -math.inf:
                self._looked_at = now

    def _renew_token(self) -> None:
        """In place of one that was refused to the browser; the page gives it the new one."""
        if self._refused_token is not None and self._refused_token == self.token:
            self._credentials.renew(self._refused_token)
        self._refused_token = None

    @property
    def _is_rung(self) -> bool:
        """Whether pushes have told of something that was not read yet."""
        return self._rung or bool(self._pushed)

    def _is_due(self) -> bool:
        active = self.conversation.state is State.ACTIVE
        return active or self._clock() - self._looked_at >= QUIET_SECONDS

    def _look(self) -> None:
        """Reads what is new: one request, and more only if there is something."""
        conversation = self.conversation
        self._rung = False
        if conversation.must_be_watched and not conversation.outbox.is_unsure:
            chat = self._client.get_chat(conversation.chat_id or "")
            self._apply(lambda c: c.watched(chat))
        else:
            summary = chat_to_join(self._client.list_chats().chats)
            self._apply(lambda c: c.looked(summary))
            if summary:
                self._note_seen(summary)
                if self.conversation.is_news(summary) and not self._is_completed_by(summary):
                    self._read_threads(summary)
            self._apply(lambda c: c.read_up_to(summary))
        self._looked_at = self._clock()
        self._forget_pushes()
        self._all_is_well()

    def _is_completed_by(self, summary: ChatSummary) -> bool:
        with self._state_lock:
            completed = self.conversation.completed_by(summary, tuple(self._pushed))
            self.conversation = completed or self.conversation
        return completed is not None

    def _forget_pushes(self) -> None:
        """LiveChat's answers may lag behind its pushes, but not for ever."""
        known, long_ago = self.conversation.transcript.thread_of, self._clock() - LATE_AFTER
        for id, at in tuple(self._pushed.items()):
            if id in known or at < long_ago:
                self._pushed.pop(id, None)
        self._is_behind = bool(self._pushed)

    def _read_threads(self, summary: ChatSummary) -> None:
        """Reads the newest threads, back to what is known already, or a window of them at first.

        Usually that is one thread; the default page has three (3.3).
        """
        known = self.conversation.transcript.threads
        if not known:
            first = self._client.list_threads(summary.id, min_events_count=PAGE)
            self._apply(lambda c: c.read_back(first))
            return
        limit = 1 if summary.last_thread_id in known else None
        page = self._client.list_threads(summary.id, limit=limit)
        while not self._reached(page) and page.threads and page.next_page_id:
            page = self._client.list_threads(summary.id, page_id=page.next_page_id)

    def _reached(self, page: ThreadPage) -> bool:
        """Takes a page in, and says whether it meets what was read before."""
        known = self.conversation.transcript.reaches(page.threads)
        self._apply(lambda c: c.merged(page.threads))
        return known

    def _read_what_lacks(self) -> None:
        """Reads as many earlier events as are to be shown; not at every poll if that fails."""
        try:
            while self._lacks_earlier() and self._clock() >= self._earlier_due:
                self._read_earlier()
        except Unreachable as error:
            _log.warning("Earlier events could not be read: %s", error)
            self._earlier_due = self._clock() + EARLIER_PAUSE

    def _lacks_earlier(self) -> bool:
        transcript = self.conversation.transcript
        return bool(transcript.older_page_id) and len(transcript.timeline) < self._shown

    def _read_earlier(self) -> None:
        chat_id, transcript = self.conversation.chat_id, self.conversation.transcript
        try:
            page = self._client.list_threads(chat_id or "", page_id=transcript.older_page_id)
        except Refused:
            # A page_id lives for a month (3.2); a reload begins with a fresh one.
            page = ThreadPage(())
        if all(thread.id in transcript.threads for thread in page.threads):
            page = replace(page, next_page_id=None)  # Or it could go on in a circle for ever.
        self._apply(lambda c: c.read_back(page))

    def _deliver_all(self) -> None:
        contradicted: Counter[str] = Counter()
        while True:
            self._send_prechat_alone()
            message = self._next_to_deliver()
            if message is None:
                return
            custom_id = message.custom_id
            try:
                self._deliver(message)
            except _CONTRADICTIONS as error:
                contradicted[custom_id] += 1
                if contradicted[custom_id] < _ATTEMPTS:
                    self._apply(lambda c: c.disproved())
                    self._look()
                else:
                    _log.warning("A message was refused: %s", error)
                    self._fail(custom_id, Problem.REFUSED)

    def _fail(self, custom_id: str, problem: Problem) -> None:
        self._apply(lambda c: c.with_outbox(c.outbox.failed(problem, custom_id)))

    def _deliver(self, message: Outgoing, *, continuous: bool = False) -> None:
        """Sends a message, or finds out that it has arrived already.

        Raises what contradicts the state of the chat that is believed.
        """
        if message.delivery is Delivery.UNSURE:
            self._look()
            return
        custom_id = message.custom_id
        if message.route is Route.LAST_THREAD and self.conversation.chat_id is None:
            self._fail(custom_id, Problem.REFUSED)
            return
        prechat = self._filled_prechat if self.conversation.state is State.NONE else None
        if prechat and message.route is Route.OPEN_THREAD:
            self._prechat_went_with = custom_id
        try:
            url = delivery.upload(self._client, message)
            if url:
                self._apply(lambda c: c.with_outbox(c.outbox.uploaded(custom_id, url)))
                message = outgoing.uploaded(message, url)
            group_id = self.settings.group_id
            sent, state = delivery.send(
                self._client,
                self.conversation,
                message,
                url,
                group_ids=None if group_id is None else [group_id],
                continuous=continuous or self._is_away,
                prechat=prechat,
            )
        except _CONTRADICTIONS:
            raise
        except Unreachable as error:
            maybe_arrived = error.maybe_done
            self._apply(
                lambda c: c.with_outbox(
                    c.outbox.answer_lost(custom_id, maybe_arrived=maybe_arrived)
                )
            )
            raise
        except GroupsOffline:
            if continuous or self._is_away:
                self._fail(custom_id, Problem.GROUPS_OFFLINE)
            else:
                # Nobody is there any more: the message waits for them (1.6).
                self._configuration.expire()
                self._deliver(message, continuous=True)
        except Refused as error:
            _log.warning("A message was refused: %s", error)
            problem = Problem.FILE_REFUSED if message.file else Problem.REFUSED
            if isinstance(error, TooLarge):
                problem = Problem.FILE_TOO_LARGE
            if self._prechat_went_with == custom_id:
                self._filled_prechat = None  # It may be the form that is wrong: asked for anew.
            self._fail(custom_id, problem)
        else:
            self._apply(lambda c: c.accepted(custom_id, sent, state))
            self._all_is_well()

    @property
    def _is_away(self) -> bool:
        """Whether nobody is there to answer, so that a chat has to be continuous (1.6)."""
        company = self.configuration
        return company is not None and not company.online

    def _end(self) -> None:
        chat_id = self.conversation.chat_id
        if chat_id and self.conversation.state is State.ACTIVE:
            try:
                self._client.deactivate_chat(chat_id)
                self._apply(lambda c: c.ended())
            except ChatInactive:
                self._apply(lambda c: c.ended())
            except Refused as error:
                _log.warning("A chat was not closed: %s", error)
                self._end_refused = True
        self._ending = False
        self._look()  # What was said until the end, and the message that ends it.

    def _note_seen(self, summary: ChatSummary) -> None:
        own = (u for u in summary.users if u.id == self.conversation.customer_id)
        for user in own:
            if user.events_seen_up_to:
                self._seen_up_to = max(user.events_seen_up_to, self._seen_up_to)

    def _mark_as_seen(self) -> None:
        """Tells the agents that what was drawn has been seen, once for each new event."""
        drawn = self._drawn.conversation if self._drawn and self.on_screen else None
        newest = drawn.newest_by_others if drawn else None
        if drawn is None or drawn.chat_id is None or newest is None:
            return
        if newest > self._seen_up_to:
            try:
                self._client.mark_events_as_seen(drawn.chat_id, seen_up_to=newest)
            except (Refused, Unreachable) as error:
                # Not worth the visitor's attention, nor a second request.
                _log.warning("Events were not marked as seen: %s", error)
            self._seen_up_to = newest

    def _all_is_well(self) -> None:
        self._problem, self._advice = None, ""
        self._failures, self._failing_since, self._paused_until = 0, None, -math.inf
        self._apply(lambda c: c.with_outbox(c.outbox.held_up(None)))

    def _in_trouble(self, error: LiveChatError) -> None:
        """Waits longer with each failure, and says what concerns the visitor."""
        now = self._clock()
        self._failures += 1
        if self._failing_since is None:
            self._failing_since = now
            _log.warning("LiveChat: %s", error)
        pause = pause_after(self._failures, error)
        problem = _problem(error)
        if problem in (Problem.BANNED, Problem.MISCONFIGURED):
            # Only the visitor's doing, or a reload, asks again: each request is billed.
            pause = math.inf
            self._ending = False
            self._errands.give_up(error)
            self._apply(lambda c: c.with_outbox(c.outbox.failed(problem)))
        else:
            self._apply(lambda c: c.with_outbox(c.outbox.held_up(problem)))
        self._paused_until = now + pause
        self._problem = None if problem is Problem.UNREACHABLE else problem
        self._advice = str(error) if isinstance(error, Misconfigured) else ""
        if isinstance(error, Refused):
            self._apply(lambda c: c.disproved())

    def _apply(self, change: Callable[[Conversation], Conversation]) -> None:
        with self._state_lock:
            self.conversation = change(self.conversation)


def _left_over(data: object, now: float) -> Outgoing:
    json = parsing.an_object(data)
    text = parsing.required(json, "text")
    return outgoing.left_over(text, parsing.required(json, "id"), now)


def _problem(error: LiveChatError) -> Problem:
    if isinstance(error, CustomerBanned):
        return Problem.BANNED
    if isinstance(error, Misconfigured):
        return Problem.MISCONFIGURED
    if isinstance(error, Unauthorized | IdentityRefused):
        return Problem.UNAUTHORIZED
    return Problem.UNREACHABLE
