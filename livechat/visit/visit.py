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
from contextlib import nullcontext
from datetime import UTC, datetime, tzinfo

from livechat.api import route
from livechat.api.accounts import Accounts, Identity
from livechat.api.client import Client
from livechat.api.credentials import CustomerCredentials
from livechat.api.errors import IdentityRefused, LiveChatError
from livechat.api.structures.ecommerce import Picked
from livechat.api.structures.forms import Answers, Form, Rating
from livechat.chat import outgoing
from livechat.chat.attachment import Attachment
from livechat.chat.conversation import Conversation, State
from livechat.chat.pushes import Told
from livechat.settings import Settings
from livechat.visit import load, touch
from livechat.visit.acts import Acts
from livechat.visit.again import Again
from livechat.visit.asking import ADDRESS, Asking
from livechat.visit.authorizing import Authorizing
from livechat.visit.calendar import Calendar
from livechat.visit.company import Company, shared
from livechat.visit.customer import Details, SignedIn
from livechat.visit.drawing import Drawing
from livechat.visit.earlier import Earlier
from livechat.visit.ending import Ending
from livechat.visit.errands import Errands
from livechat.visit.gate import Gate
from livechat.visit.glance import Glance
from livechat.visit.greetings import Greetings
from livechat.visit.holder import Holder
from livechat.visit.kept import Kept
from livechat.visit.pace import Pace
from livechat.visit.patience import Patience
from livechat.visit.prechat import Prechat
from livechat.visit.pushed import Pushed
from livechat.visit.reading import Reading
from livechat.visit.reply_to import ReplyTo
from livechat.visit.seen import MARK_AFTER, Seen
from livechat.visit.sending import Sending
from livechat.visit.who import Who
from livechat.visit.working import Working, later

# After a restart of the app all its visits begin anew at once: so many ask LiveChat at a time. One
# that is answered slowly does not hold up the others.
_beginnings = Gate(places=32, seconds=2.0)

# Seconds: LiveChat's clock is known that well.
AFTER_MIDNIGHT = 1.0

# So many polls ask LiveChat at a time; one that finds no place is left to the next one, since a
# LiveChat that is slow would be asked for more and more by all of them.
_polls = Gate(places=64, seconds=5.0)


class Visit:
    """One visitor's visit, under an `id` of its own.

    `token`, `chat_id` and `thread_id` are what the guide's page keeps. `on_screen` tells whether
    the visitor has the page before them, `at_end` whether the end of the transcript is on it, and
    `is_covered` whether a dialog is in front of that. It `began_at` so many seconds of its clock
    (`moment`). Who is `signed_in` stays so. `zone` is where their days begin; `who` is what the
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
        signed_in: SignedIn | None = None,
        clock: Callable[[], float] = time.monotonic,
        later: Callable[[float, Callable[[], object]], object] = later,
    ) -> None:
        """`identity` is what the browser has sent; `asks_browser` if it can be asked for it.

        `later` does something that many seconds later by the `clock`.
        """
        self.id = uuid.uuid4().hex
        self.forgotten = self.was_told_to_forget = self._came_back = False
        self.on_screen = self.at_end = True
        self.is_covered = False
        self.zone: tzinfo = UTC
        self.settings = settings
        self.signed_in = signed_in
        self._clock = clock
        self.began_at = clock()
        self._later = later
        self._tick = 0
        self._told_pace = 0.0
        self._hurry = hurry = threading.Event()  # set when the visitor waits for something
        self._work_lock = Working()  # held while talking to LiveChat
        self._background = threading.Lock()  # held by a thread that is about to work

        self.who = Who(
            identity, clock, asks_browser=asks_browser, on_load=settings.authorize == "load"
        )
        organization_id, group_id = settings.organization_id, settings.group_id
        if identity and identity.organization_id != organization_id:
            self.who.is_stranger(identity)
            identity = None
        self.who.ask()

        self._credentials = credentials = CustomerCredentials(
            Accounts(
                *(settings.accounts_url, settings.client_id, organization_id, redirect_uri),
                clock=clock,
            ),
            identity,
            clock=clock,
            on_grant=lambda grant: self._authorizing.granted(grant),
            on_refusal=self.who.refused,
        )
        self._client = client = Client(
            settings.api_url, organization_id, credentials, retries=1, clock=clock
        )
        route.VERSION.begin(settings.api_version)
        self._line = route.Line(lambda: client.route)
        self._company = company = shared(settings.api_url, organization_id, group_id)

        self._holder = holder = Holder()
        self._calendar = Calendar(holder, client.server_clock, clock)
        self._drawing = Drawing(clock)
        self._patience = patience = Patience(holder, clock)
        self._pushed = pushed = Pushed(holder, company, clock)
        self._pace = pace = Pace(holder, clock, settings.poll_seconds, pushed.trust)
        self._seen = seen = Seen(holder, client, clock)
        again = Again(holder, client, clock)
        self._earlier = Earlier(holder, client, clock, hurry, again)
        self._reading = reading = Reading(
            holder, client, company, clock, pace, patience, pushed, seen, again
        )
        self._ending = ending = Ending(holder, client, reading, hurry)
        prechat = Prechat(holder, company, clock, hurry)
        self._errands = errands = Errands(clock, hurry)
        self._greetings = greetings = Greetings(holder, client, company, errands)
        self._sending = sending = Sending(
            holder,
            client,
            company,
            clock,
            hurry,
            reading,
            ending,
            prechat,
            patience,
            greetings,
            group_id,
        )
        self._acts = acts = Acts(holder, client, clock, errands, sending, greetings, reading)
        self._details = details = Details(client, errands, session_fields, signed_in)
        self._reply_to = reply_to = ReplyTo(holder, company, details)
        self._asking = asking = Asking(
            holder, company, clock, prechat, sending, acts, details, reply_to
        )
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
        self.kept = Kept(holder, clock, reading, sending, self._likely_customer)

    # Who and where

    @property
    def language(self) -> str | None:
        """What the page speaks, which LiveChat is told from the next request on."""
        return self._client.language

    @language.setter
    def language(self, language: str) -> None:
        self._client.language = language

    @property
    def token(self) -> str | None:
        """The customer's access token, None before the first answer of the token server."""
        return self._credentials.token

    @property
    def identity(self) -> Identity | None:
        """What the browser is to remember of the customer."""
        return self._credentials.identity

    def _likely_customer(self) -> str | None:
        return self.identity.customer_id if self.identity else None

    @property
    def rtm_url(self) -> str:
        """Where the browser connects to, to hear LiveChat's pushes."""
        return self._line.url

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
            too_fast=self._sending.holds_back,
            grants=self._credentials.grants,
            customer=self._details.customer,
            prefill=self._details.prefill,
            asks=self._asking.asks(problem),
            refused=self._errands.refused,
            unseen=0 if self.on_screen else self._seen.unseen + self._greetings.unseen,
            today=self._calendar.today(self.zone),
            question=self.who.question,
            keeps=self.who.keeps,
        )

    def moment(self, seconds: float) -> datetime:
        """What time it was by LiveChat's clock, in UTC, at `seconds` of the visit's clock."""
        return self._calendar.moment(seconds)

    @property
    def pace(self) -> float:
        """Seconds from one poll to the next."""
        pushed = self.who.is_nobody or self._are_news_told
        return self._pace.between_polls(
            pushed=pushed, on_screen=self.on_screen, follows=self._follows
        )

    @property
    def _follows(self) -> bool:
        """Whether another tab of the browser does what polls would do here."""
        return self._pushed.follows and self._are_news_told

    @property
    def _are_news_told(self) -> bool:
        """Whether the browser tells when there is news, and nothing waits: polls only make sure."""
        waits = (
            self._patience.is_failing
            or self._errands.failing
            or self._sending.holds_back
            or self.conversation.outbox.is_unsure
        )
        return self._pushed.are_news_told and not waits

    @property
    def _is_look_due(self) -> bool:
        """Whether a poll has to look now; where another tab does, only on the screen."""
        pushed, follows = self._are_news_told, self._follows
        is_idle = follows and not self.on_screen
        return not is_idle and self._pace.is_look_due(pushed=pushed, follows=follows)

    def until_next_poll(self) -> float:
        """Seconds to the next poll, which the page is told now.

        It is the pace, or later if the process is busy. A page that shows what was said today polls
        when the day is over.
        """
        self._told_pace = self.pace
        tomorrow = self._calendar.until_tomorrow(self.zone) + AFTER_MIDNIGHT
        is_dated = self._drawing.drawn and self.conversation.transcript.timeline
        next = self._pace.until_next(self._told_pace)
        return min(next, tomorrow) if is_dated else next

    def drew(self, glance: Glance) -> None:
        """The page draws this."""
        load.PROCESS.drew()
        self._drawing.drew(glance)
        if self.on_screen:
            self._greetings.were_seen()
        self._asking.drew(glance.asks)

    def completed(self) -> None:
        """The page has come to its end."""
        self._drawing.completed()

    @property
    def run(self) -> int:
        """The number of the run of the page that is on the screen, or will be."""
        return self._drawing.run

    def is_torn(self, arrived: int | None = None) -> bool:
        """Whether the page may not have reached the browser; who asks this draws it again.

        `arrived` is the run that the browser says it has, up to its end.
        """
        return self._drawing.is_torn(arrived)

    @property
    def drawn(self) -> Glance | None:
        """What the page shows, None before its first run."""
        return self._drawing.drawn

    @property
    def needs_drawing(self) -> bool:
        """Whether the page shows something else than there is, or polls too slowly.

        If it polls too often, it is told so with the next poll.
        """
        return self._drawing.drawn != self.glance() or self._told_pace > self.pace

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

    @property
    def is_ending(self) -> bool:
        """Whether the visitor wants the end of the chat, which LiveChat has yet to hear of."""
        return self._ending.is_wanted

    def show_earlier(self) -> None:
        """More of what was said before."""
        self._earlier.show_more()

    def show_back_to(self, event_id: str) -> None:
        """An event that was read, and all that came after it."""
        self._earlier.show_back_to(event_id)

    def press(self, event_id: str, postback_id: str, picked: Picked | None = None) -> None:
        """A button of a rich message, which one without a type also releases (3.4, 4.3).

        `picked` is what the visitor has picked of its product.
        """
        self._acts.press(event_id, postback_id, picked)

    def cancel_greeting(self) -> None:
        """No greeting (3.8); it stays gone."""
        self._greetings.cancel()

    def rate(self, rating: Rating | None, thread_id: str | None) -> None:
        """How good that thread was; None takes the rating back (3.5)."""
        self._acts.rate(rating, thread_id)

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

    def fill_in_afterwards(self, form: Form, answers: Answers, thread_id: str | None) -> None:
        """The post-chat form about that thread; a rating in it rates the thread."""
        self._asking.fill_in_afterwards(form, answers, thread_id)

    def skip_form(self, thread_id: str | None) -> None:
        """No post-chat form about that thread."""
        self._asking.skip(thread_id)

    def leave_ticket(self, form: Form, answers: Answers) -> None:
        """The ticket form: a message for when somebody is back; the very same is not sent twice."""
        self._asking.leave_ticket(form, answers)

    def answer_to(self, email: str) -> None:
        """Where to answer if the visitor has left by then."""
        self._reply_to.give(email)

    def skip_address(self) -> None:
        """No such address; it is not asked for again."""
        self._reply_to.is_skipped = True

    @property
    def skipped_forms(self) -> list[str]:
        """The keys of the forms that the browser's tab is to remember as skipped."""
        return [ADDRESS] if self._reply_to.is_skipped else []

    # What is heard from elsewhere

    def are_half_filled(self, keys: Iterable[str]) -> None:
        """The browser says which forms are half filled in: they stay, whatever happens."""
        self._asking.are_half_filled(keys)

    def is_half_filled(self, key: str) -> bool:
        """Whether the browser has said so of the form of that key."""
        return key in self._asking.half_filled

    @property
    def half_filled(self) -> list[str]:
        """The keys of the forms of which the browser has said so."""
        return sorted(self._asking.half_filled)

    def is_done_with(self, key: str) -> None:
        """The form of that key was sent or skipped."""
        self._asking.is_done(key)

    def told(self, told: Told) -> bool:
        """What the browser says of LiveChat's pushes; returns whether it has not said so before."""
        if turned := told.turned:
            self._line.was_turned_away(turned.url, turned.reason, turned.region)
        if not self._asking.half_filled:  # which a greeting would push out of its place
            is_own = told.customer == self.conversation.customer_id
            self._greetings.hear(told.greeting if is_own else None)
        return self._pushed.hear(told)

    @property
    def trusts_pushes(self) -> bool:
        """Whether nothing is known to have happened that was not pushed."""
        return self._pushed.trust.is_given

    def came_back(self) -> None:
        """The visitor has the page before them again: it looks at once for what is not pushed."""
        self._came_back = True
        self._pace.touched()

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

    def leave(self) -> bool:
        """The page is closed for good: what was read, written and attached is not kept here.

        Returns False if LiveChat is still being asked: then it is to be tried once more.
        """
        self.forgotten = True
        if not self._work_lock.begin(waits=False):
            return False
        try:
            self._errands.clear()
            self._holder.apply(lambda _: Conversation())
            self._drawing.drawn = None
        finally:
            self._work_lock.end()
        return True

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
        # One that has not begun yet does what is wanted now as well.
        if self._background.acquire(blocking=False):
            threading.Thread(target=self._work_in_background, name="work", daemon=True).start()

    def _work_in_background(self) -> None:
        is_mine = self.who.wait()
        self._background.release()
        if is_mine:
            self.work(gives_way=True)

    def work(
        self,
        tick: int | None = None,
        *,
        when_known: Callable[[], object] = lambda: None,
        gives_way: bool = False,
    ) -> None:
        """Carries out what is wished for and what is due, and returns when that is done.

        `tick` is the number of the poll, if it is one: a new one is due to look for news. Waits for
        another `work` of the same visit, since whoever called it draws what both have brought, but
        if it `gives_way` only if no other one does. `when_known` is called as soon as LiveChat has
        said who the visitor is, before it is asked for anything else. Errors end up in what the
        page shows, none is raised.
        """
        if tick not in (None, self._tick):
            load.PROCESS.polled()
        looked_at = self._pace.looked_at
        self._authorizing.note_what_is_written()
        if tick:
            self.who.heard()
        if self.forgotten or not self._work_lock.begin(waits=True, gives_way=gives_way):
            return
        try:
            hurry = self._hurry.is_set()
            if hurry:
                self._hurry.clear()
                self._pace.touched()
            # Who has worked meanwhile may have looked for it.
            polled = tick not in (None, self._tick) and self._pace.looked_at <= looked_at
            if self._came_back:
                self._came_back, polled = False, True
                if not self._are_news_told:
                    self._pace.expect_news()
            if tick is not None:
                self._tick = tick
            if self.forgotten:  # while this waited
                return
            if hurry or not self._patience.is_pausing:
                self._work(when_known, polled=polled)
            if self._patience.is_failing:
                self._sending.give_up()
                self._errands.give_up_late()
        finally:
            self._pace.waited()
            self._work_lock.end()

    def _work(self, when_known: Callable[[], object], *, polled: bool) -> None:
        try:
            looked_at = self._pace.looked_at
            if not self._begins(when_known):
                return
            self._sending.deliver_all()
            self._ending.carry_out()
            if self._is_browser_known:
                self._reply_to.look_up()
            self._errands.run()
            is_due = polled and self._is_look_due
            if is_due or not self._follows or self.company is None:
                self._reading.read_company()
            is_due = is_due and looked_at == self._pace.looked_at
            self._reading.read_changed()
            if self._pushed.is_unread:
                self._reading.look(is_seen=self.on_screen)
            elif is_due:
                with _polls.tried() as has_place:
                    if has_place:
                        self._reading.look(is_seen=self.on_screen)
                    else:
                        touch.PROCESS.was_slow(_polls.places, self._clock())
            self._earlier.read_lacking()
            self._asking.note_the_end()
            self._mark_as_seen()
        except IdentityRefused as error:
            if self.who.question is None or self.who.may_be_granted:
                self._in_trouble(error)
            # Else the browser is asked whether it has another one.
        except LiveChatError as error:
            self._in_trouble(error)

    def _begins(self, when_known: Callable[[], object]) -> bool:
        """Finds out who the visitor is and how their chat stands; returns whether that is known.

        So many visits at a time are about to, those of visitors who have written first.
        """
        has_begun = self.token is not None and self.conversation.state is not State.UNKNOWN
        gate = _beginnings.passed(lambda: not self._authorizing.has_written)
        with nullcontext() if has_begun else gate:
            if not self._authorizing.is_done(when_known):
                return False
            self._renew_token()
            if self.conversation.state is State.UNKNOWN:
                self._reading.look()
            if self.company is None and self.conversation.state is State.NONE:
                self._reading.read_company()  # It says what is asked before the first message.
            return True

    def _renew_token(self) -> None:
        """In place of one that was refused to the browser; the page gives it the new one."""
        refused = self._pushed.refused_token
        if refused is not None and refused == self.token:
            self._credentials.renew(refused)
        self._pushed.refused_token = None

    @property
    def _is_browser_known(self) -> bool:
        """Whether the browser has told by now if the page is on the screen, and what it keeps.

        It has by the first poll or push.
        """
        return bool(self._tick or self._pushed.is_open or self._pushed.follows)

    def _mark_as_seen(self) -> None:
        is_seen = self.on_screen and self.at_end and not self.is_covered
        drawn = self._drawing.drawn
        if self._is_browser_known and is_seen and drawn and self._seen.saw(drawn.conversation):
            self._later(MARK_AFTER, self._mark_at_last)
        self._seen.mark()

    def _mark_at_last(self) -> None:
        """If no other work has: the next one may come minutes later, or never."""
        self._seen.be_due()
        if self._seen.is_due:
            self.work(gives_way=True)

    def _in_trouble(self, error: LiveChatError) -> None:
        if not self._patience.in_trouble(error):
            self._ending.give_up()
            self._errands.give_up(error)
