"""One visitor's visit: what the page calls, and `work`, which alone asks LiveChat.

All that the page keeps per visitor is a `Visit`. Whatever the visitor does only leaves a wish with
the part of the visit that it concerns, and returns at once; `work` carries out what is wished for
and what is due. So a message is on the screen before any request, and a page that is interrupted in
the middle loses nothing: the next `work` goes on from there.

Each part has a module of its own, and shares the conversation through the `Holder`.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo

from livechat.api.accounts import Accounts, Identity
from livechat.api.client import Client
from livechat.api.credentials import CustomerCredentials
from livechat.api.errors import IdentityRefused, LiveChatError
from livechat.api.structures.forms import Answers, Form, Rating
from livechat.chat import outgoing
from livechat.chat.attachment import Attachment
from livechat.chat.conversation import Conversation, State
from livechat.chat.pushes import Told
from livechat.settings import Settings
from livechat.visit.acts import Acts
from livechat.visit.asking import Asking
from livechat.visit.authorizing import Authorizing
from livechat.visit.calendar import Calendar
from livechat.visit.company import Company, shared
from livechat.visit.customer import Details
from livechat.visit.drawing import Drawing
from livechat.visit.earlier import Earlier
from livechat.visit.ending import Ending
from livechat.visit.errands import Errands
from livechat.visit.glance import Glance
from livechat.visit.holder import Holder
from livechat.visit.kept import Kept
from livechat.visit.pace import Pace
from livechat.visit.patience import Patience
from livechat.visit.prechat import Prechat
from livechat.visit.pushed import Pushed
from livechat.visit.reading import Reading
from livechat.visit.seen import Seen
from livechat.visit.sending import Sending
from livechat.visit.who import Who


class Visit:
    """One visitor's visit, under an `id` of its own.

    `token`, `chat_id` and `thread_id` are what the guide's page keeps. `on_screen` tells whether
    the visitor has the page before them, `zone` is where their days begin; `who` is what the
    browser has said of who they are, `kept` what its tab keeps of the visit. One that is
    `forgotten` does nothing any more; another tab may have been asked for that.
    """

    def __init__(
        self,
        settings: Settings,
        redirect_uri: str,
        identity: Identity | None = None,
        *,
        asks_browser: bool = False,
        session_fields: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`identity` is what the browser has sent; `asks_browser` if it can be asked for it."""
        self.id = uuid.uuid4().hex
        self.forgotten = self.was_told_to_forget = False
        self.on_screen = True
        self.zone: tzinfo = UTC
        self.settings = settings
        self._clock = clock
        self._tick = 0
        self._hurry = hurry = threading.Event()  # set when the visitor waits for something
        self._work_lock = threading.Lock()  # held while talking to LiveChat

        self.who = Who(
            identity, clock, asks_browser=asks_browser, on_load=settings.authorize == "load"
        )
        organization_id, group_id = settings.organization_id, settings.group_id
        if identity and identity.organization_id != organization_id:
            self.who.is_stranger(identity)
            identity = None
        self.who.ask()

        self._credentials = credentials = CustomerCredentials(
            Accounts(settings.accounts_url, settings.client_id, organization_id, redirect_uri),
            identity,
            clock=clock,
            on_grant=lambda grant: self._authorizing.granted(grant),
            on_refusal=self.who.refused,
        )
        self._client = client = Client(
            settings.api_url, organization_id, credentials, retries=1, clock=clock
        )
        self._company = company = shared(settings.api_url, organization_id, group_id)

        self._holder = holder = Holder()
        self._calendar = Calendar(holder, client.server_clock, clock)
        self._drawing = Drawing(clock)
        self._patience = patience = Patience(holder, clock)
        self._pace = pace = Pace(holder, clock, settings.poll_seconds)
        self._pushed = pushed = Pushed(holder, company, clock)
        self._seen = seen = Seen(holder, client)
        self._earlier = Earlier(holder, client, clock, hurry)
        self._reading = reading = Reading(
            holder, client, company, clock, pace, patience, pushed, seen
        )
        self._ending = ending = Ending(holder, client, reading, hurry)
        prechat = Prechat(holder, company, clock, hurry)
        self._sending = sending = Sending(
            holder, client, company, clock, hurry, reading, ending, prechat, patience, group_id
        )
        self._errands = errands = Errands(clock, hurry)
        self._acts = acts = Acts(holder, client, clock, errands, sending)
        self._details = details = Details(client, errands, session_fields)
        self._asking = asking = Asking(holder, company, clock, prechat, sending, acts, details)
        self._authorizing = Authorizing(
            holder,
            client,
            credentials,
            hurry,
            self.who,
            reading,
            seen,
            errands,
            prechat,
            details,
            asking,
        )
        self.kept = Kept(holder, clock, reading, sending)

    # Who and where

    @property
    def token(self) -> str | None:
        """The customer's access token, None before the first answer of the token server."""
        return self._credentials.token

    @property
    def identity(self) -> Identity | None:
        """What the browser is to remember of the customer."""
        return self._credentials.identity

    @property
    def api_url(self) -> str:
        """LiveChat's address, in the region that serves the organization."""
        return self._client.api_url

    @property
    def conversation(self) -> Conversation:
        """What is known of the chat."""
        return self._holder.conversation

    @property
    def chat_id(self) -> str | None:
        """The chat that this visitor talks in."""
        return self.conversation.chat_id

    @property
    def thread_id(self) -> str | None:
        """Its newest thread."""
        return self.conversation.thread_id

    @property
    def company(self) -> Company | None:
        """What all visitors see alike; None until it could be read."""
        return self._company.current

    # What the page shows

    def glance(self) -> Glance:
        """What there is to show now. Equal to the last one if nothing visible has changed."""
        problem = self._patience.problem
        return Glance(
            conversation=self.conversation,
            company=self.company,
            shown=self._earlier.shown,
            ending=self._ending.is_wanted,
            end_refused=self._ending.is_refused,
            problem=problem,
            advice=self._patience.advice,
            out_of_touch=self._patience.is_out_of_touch,
            grants=self._credentials.grants,
            customer=self._details.customer,
            asks=self._asking.asks(problem),
            refused=self._errands.refused,
            unseen=0 if self.on_screen else self._seen.unseen,
            pace=self.pace,
            today=self._calendar.today(self.zone),
            question=self.who.question,
        )

    def moment(self, seconds: float) -> datetime:
        """What time it was by LiveChat's clock, in UTC, at `seconds` of the visit's clock."""
        return self._calendar.moment(seconds)

    @property
    def pace(self) -> float:
        """Seconds from one poll to the next; those rely on pushes unless something waits."""
        waits = (
            self._patience.is_failing
            or self._pushed.is_behind
            or self._errands.failing
            or self.conversation.outbox.is_unsure
        )
        quiet = self.who.is_nobody or (self._pushed.is_open and not waits)
        return self._pace.between_polls(pushed=quiet)

    def drew(self, glance: Glance) -> None:
        """The page draws this."""
        self._drawing.drew(glance)

    def completed(self) -> None:
        """The page has come to its end."""
        self._drawing.completed()

    def is_torn(self) -> bool:
        """Whether the page may not have reached the browser; who asks this draws it again."""
        return self._drawing.is_torn()

    @property
    def needs_drawing(self) -> bool:
        """Whether the page shows something else than there is."""
        return self._drawing.drawn != self.glance()

    # What the visitor wants: returns at once, `work` does it

    def say(self, text: str, files: Sequence[Attachment] = ()) -> None:
        """A message as typed, and the files that go with it, in this order.

        What LiveChat would not take is kept, as not delivered; a blank text is none.
        """
        self._sending.send_off(*outgoing.said(text, files, self._clock()))

    def retry(self, custom_id: str) -> None:
        """What was not delivered, once more; what LiveChat would never take stays."""
        self._sending.retry(custom_id)

    def discard(self, custom_id: str) -> None:
        """A failed message is no longer wanted."""
        self._sending.discard(custom_id)

    def end(self) -> None:
        """The end of the chat."""
        self._ending.want()

    def show_earlier(self) -> None:
        """More of what was said before."""
        self._earlier.show_more()

    def show_back_to(self, event_id: str) -> None:
        """An event that was read, and all that came after it."""
        self._earlier.show_back_to(event_id)

    def press(self, event_id: str, postback_id: str) -> None:
        """A button of a rich message, which one without a type also releases (3.4, 4.3)."""
        self._acts.press(event_id, postback_id)

    def rate(self, rating: Rating | None) -> None:
        """How good the newest thread was; None takes the rating back (3.5)."""
        self._acts.rate(rating)

    def send_transcript(self, email: str) -> None:
        """The transcript of the newest thread to an e-mail address (3.5)."""
        self._acts.send_transcript(email)

    def look_up_customer(self) -> None:
        """What LiveChat knows of the customer by name (3.6), if they are one."""
        if self.who.is_nobody:
            self._details.are_unknown()
        else:
            self._details.look_up()

    def introduce(self, name: str | None, email: str | None) -> None:
        """Who the customer is (3.6); None leaves a name or an address as it was."""
        self._details.introduce(name, email)

    def fill_in(self, form: Form, answers: Answers) -> None:
        """A `form` event's form; what is filled in already is not sent again."""
        self._asking.fill_in(form, answers)

    def fill_in_first(self, form: Form, answers: Answers) -> None:
        """The pre-chat form: it goes with the first message, which may be waiting for it."""
        self._asking.fill_in_first(form, answers)

    def fill_in_afterwards(self, form: Form, answers: Answers) -> None:
        """The post-chat form; a rating in it rates the chat."""
        self._asking.fill_in_afterwards(form, answers)

    def go_on_with_forms(self, thread_ids: Iterable[str]) -> None:
        """The post-chat forms of these threads are half filled in, on a page before this one."""
        self._asking.go_on(thread_ids)

    def skip_form(self) -> None:
        """No post-chat form for this thread."""
        self._asking.skip()

    def leave_ticket(self, form: Form, answers: Answers) -> None:
        """The ticket form: a message for when somebody is back; the very same is not sent twice."""
        self._asking.leave_ticket(form, answers)

    # What is heard from elsewhere

    def told(self, told: Told) -> bool:
        """What the browser says of LiveChat's pushes; returns whether it has not said so before."""
        return self._pushed.hear(told)

    def expect_news(self) -> None:
        """Something has happened to the chat: the next poll looks, however quiet it is."""
        self._reading.expect_news()

    # What the visitor wants now: returns when that is done

    def read_everything(self) -> Conversation:
        """The conversation from its beginning, as far as LiveChat can be reached (3.2)."""
        with self._work_lock:
            try:
                while self.conversation.transcript.older_page_id and not self.forgotten:
                    self._earlier.read_page()
            except LiveChatError as error:
                self._in_trouble(error)
        return self.conversation

    def forget(self, *, is_told: bool = False) -> None:
        """That this device no longer knows who the visitor is; the token is revoked (2.7).

        `is_told` if the browser has said so, since another of its tabs has forgotten them.
        """
        self.was_told_to_forget = is_told
        self.forgotten = True  # what is being asked of LiveChat is the last
        with self._work_lock:
            self._authorizing.forget()

    # Who the visitor is

    def recognise(
        self, number: int, identity: Identity | None, settings: Settings | None = None
    ) -> None:
        """The browser's answer to the question of this number: who the visitor is, None if new.

        What was written meanwhile goes out in their name. `settings` are those of the identity's
        organization, in the sandbox.
        """
        with self._work_lock:
            settings = settings or self.settings
            if self._authorizing.recognise(number, identity, settings.organization_id):
                self.settings = settings

    # What is asked of LiveChat

    def work_in_background(self) -> None:
        """Begins to carry out what the visitor wants, whatever becomes of the page.

        Who sends a message and closes the tab at once has sent it. Where the browser still has to
        say who they are, whoever hears the answer does the work.
        """

        self._authorizing.note_what_is_written()

        def run() -> None:
            if self.who.wait():
                self.work()

        threading.Thread(target=run, daemon=True).start()

    def work(
        self, tick: int | None = None, *, when_known: Callable[[], object] = lambda: None
    ) -> None:
        """Carries out what is wished for and what is due, and returns when that is done.

        `tick` is the number of the poll, if it is one: a new one is due to look for news. Waits for
        another `work` of the same visit only if the visitor waits for something; polls never
        overlap. `when_known` is called as soon as LiveChat has said who the visitor is, before it
        is asked for anything else. Errors end up in what the page shows, none is raised.
        """
        awaited = self._hurry.is_set() or self._pushed.is_unread or self.conversation.outbox.next
        self._authorizing.note_what_is_written()
        if tick:
            self.who.heard()
        if self.forgotten or not self._work_lock.acquire(blocking=bool(awaited)):
            return
        try:
            hurry = self._hurry.is_set()
            if hurry:
                self._hurry.clear()
            polled = tick not in (None, self._tick)
            if tick is not None:
                self._tick = tick
            if self.forgotten:  # while this waited
                return
            if hurry or not self._patience.is_pausing:
                self._work(when_known, polled=polled)
            if self._patience.is_failing:
                self._sending.give_up()
        finally:
            self._work_lock.release()

    def _work(self, when_known: Callable[[], object], *, polled: bool) -> None:
        try:
            looked_at = self._pace.looked_at
            if not self._authorizing.is_done(when_known):
                return
            self._renew_token()
            if self.conversation.state is State.UNKNOWN:
                self._reading.look()
            if self.company is None and self.conversation.state is State.NONE:
                self._reading.read_company()  # It says what is asked before the first message.
            self._sending.deliver_all()
            self._ending.carry_out()
            self._errands.run()
            self._reading.read_company()
            is_due = polled and looked_at == self._pace.looked_at and self._pace.is_look_due
            if is_due or self._pushed.is_unread:
                self._reading.look()
            self._earlier.read_lacking()
            self._asking.note_the_end()
            self._mark_as_seen()
        except IdentityRefused as error:
            if self.who.question is None or self.who.may_be_granted:
                self._in_trouble(error)
            # Else the browser is asked whether it has another one.
        except LiveChatError as error:
            self._in_trouble(error)

    def _renew_token(self) -> None:
        """In place of one that was refused to the browser; the page gives it the new one."""
        refused = self._pushed.refused_token
        if refused is not None and refused == self.token:
            self._credentials.renew(refused)
        self._pushed.refused_token = None

    def _mark_as_seen(self) -> None:
        # Before the first poll or push it is not known yet whether the page is on the screen.
        is_known = self._tick or self._pushed.is_open
        if is_known and self.on_screen and self._drawing.drawn:
            self._seen.mark(self._drawing.drawn.conversation)

    def _in_trouble(self, error: LiveChatError) -> None:
        if not self._patience.in_trouble(error):
            self._ending.give_up()
            self._errands.give_up(error)
