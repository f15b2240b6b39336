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
import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from livechat.client import Client
from livechat.conversation import (
    LONG_AGO,
    Conversation,
    Delivery,
    Outgoing,
    Problem,
    State,
    chat_to_join,
)
from livechat.errors import (
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
    Unauthorized,
    Unreachable,
)
from livechat.events import ChatSummary, Sent, ThreadPage, clean
from livechat.identity import Accounts, Grant, Identity
from livechat.settings import Settings

LONGEST_TEXT = 16 * 1024  # bytes of UTF-8 (4.2)
WINDOW = 50  # events on the page at first, and more with each "Show earlier messages"

QUIET_SECONDS = 30.0  # between looks while no chat is active: at most 120 an hour
FIRST_PAUSE = 1.0  # seconds, doubled with each failure (5.2)
LONGEST_PAUSE = 60.0  # seconds
OUT_OF_TOUCH_AFTER = 10.0  # seconds of failing before the visitor is told
TRY_SECONDS = 60.0  # then a message waits for the visitor's Retry (5.2)
RENEW_AHEAD = 60.0  # seconds before a token expires

# How often a send that contradicts what was believed of the chat is tried anew. More would mean
# that LiveChat contradicts itself.
_ATTEMPTS = 3

# A send met another state of the chat than was believed: look again, then do the right thing. The
# last one is for a chat that is gone; its type is documented for RTM only (5.2).
_CONTRADICTIONS = (ChatInactive, ChatAlreadyActive, ChatLimitReached, ChatNotFound)

_log = logging.getLogger("livechat")


@dataclass(frozen=True)
class Glance:
    """All that the page shows of a visit, at one moment."""

    conversation: Conversation
    shown: int
    ending: bool
    end_refused: bool
    problem: Problem | None
    advice: str
    out_of_touch: bool
    grants: int


class Visit:
    """One visitor's visit.

    `token`, `chat_id` and `thread_id` are what the guide's page keeps; `identity` is what the
    browser is to remember of the customer, to be written anew when `grants` has grown. A visit
    that is `forgotten` does nothing any more.
    """

    def __init__(
        self,
        settings: Settings,
        redirect_uri: str,
        identity: Identity | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.identity = identity
        self.token: str | None = None
        self.forgotten = False
        self.grants = 0
        self.conversation = Conversation()
        self._accounts = Accounts(
            settings.accounts_url, settings.client_id, settings.organization_id, redirect_uri
        )
        self._client = Client(settings.api_url, settings.organization_id, self, retries=1)
        self._clock = clock
        self._grant: Grant | None = None

        self._asked_for = WINDOW
        self._shown = WINDOW
        self._drawn: Glance | None = None
        self._ending = False
        self._end_refused = False
        self._problem: Problem | None = None
        self._advice = ""

        self._hurry = False
        self._tick = 0
        self._looked_at = -math.inf
        self._seen_up_to = LONG_AGO
        self._paused_until = -math.inf
        self._failures = 0
        self._failing_since: float | None = None

        self._state_lock = threading.Lock()  # held for moments: one change of the conversation
        self._work_lock = threading.Lock()  # held while talking to LiveChat

    @property
    def chat_id(self) -> str | None:
        """The chat that this visitor talks in."""
        return self.conversation.chat_id

    @property
    def thread_id(self) -> str | None:
        """Its newest thread."""
        return self.conversation.thread_id

    # What the page shows

    def glance(self) -> Glance:
        """What there is to show now. Equal to the last one if nothing visible has changed."""
        failing_since = self._failing_since
        return Glance(
            conversation=self.conversation,
            shown=self._shown,
            ending=self._ending,
            end_refused=self._end_refused,
            problem=self._problem,
            advice=self._advice,
            out_of_touch=(
                failing_since is not None and self._clock() - failing_since >= OUT_OF_TOUCH_AFTER
            ),
            grants=self.grants,
        )

    def drew(self, glance: Glance) -> None:
        """The page has drawn this."""
        self._drawn = glance

    @property
    def needs_drawing(self) -> bool:
        """Whether the page shows something else than there is."""
        return self._drawn != self.glance()

    # What the visitor wants: returns at once, `work` does it

    def say(self, text: str) -> None:
        """A message, as typed. One over 16 KB of UTF-8 is kept, as not delivered; a blank one is
        none."""
        text = clean(text)
        if not text.strip():
            return
        custom_id = uuid.uuid4().hex
        typed_at, now = datetime.now(UTC), self._clock()
        problem = Problem.TOO_LONG if _too_long(text) else None
        self._apply(lambda c: c.say(custom_id, text, typed_at, now, problem))
        self._ending = self._end_refused = False
        self._hurry = True

    def retry(self, custom_id: str) -> None:
        """A message that was not delivered, once more."""
        message = next((m for m in self.conversation.outbox if m.custom_id == custom_id), None)
        if message is None or _too_long(message.text):
            return
        now = self._clock()
        self._apply(lambda c: c.retry(custom_id, now))
        self._hurry = True

    def discard(self, custom_id: str) -> None:
        """A failed message is no longer wanted."""
        self._apply(lambda c: c.discard(custom_id))

    def end(self) -> None:
        """The end of the chat."""
        self._ending = self.conversation.state is State.ACTIVE
        self._end_refused = False
        self._hurry = True

    def show_earlier(self) -> None:
        """More of what was said before."""
        self._asked_for += WINDOW
        self._shown = self._asked_for
        self._hurry = True

    def expect_news(self) -> None:
        """Something has happened to the chat: the next poll looks, however quiet it is."""
        self._looked_at = -math.inf

    def forget(self) -> None:
        """That this device no longer knows who the visitor is: the token is revoked (2.7).

        If LiveChat cannot be reached, the token dies by itself when it expires; the identity is
        dropped all the same.
        """
        with self._work_lock:
            token, self.token, self._grant, self.identity = self.token, None, None, None
            self.forgotten = True
            self._apply(lambda _: Conversation())
            if token:
                try:
                    self._accounts.revoke(token)
                except LiveChatError as error:
                    _log.warning("A token could not be revoked: %s", type(error).__name__)

    # What is asked of LiveChat

    def work(self, tick: int = 0) -> None:
        """Carries out what is wished for and what is due, and returns when that is done.

        `tick` is the number of the poll: a new one is due to look for news. Waits for another
        `work` of the same visit only if the visitor waits for something; polls never overlap.
        Errors end up in what the page shows, none is raised.
        """
        awaited = self._hurry or self.conversation.next_outgoing is not None
        if self.forgotten or not self._work_lock.acquire(blocking=awaited):
            return
        try:
            hurry, self._hurry = self._hurry, False
            polled, self._tick = tick != self._tick, tick
            if hurry or self._clock() >= self._paused_until:
                self._work(polled=polled)
            if self._failing_since is not None:
                tried_enough = self._clock() - TRY_SECONDS
                self._apply(lambda c: c.failed(Problem.UNREACHABLE, before=tried_enough))
        finally:
            self._work_lock.release()

    def work_in_background(self) -> None:
        """Begins to carry out what the visitor wants, whatever becomes of the page.

        Who sends a message and closes the tab at once has sent it.
        """
        threading.Thread(target=self.work, args=(self._tick,), daemon=True).start()

    def _work(self, *, polled: bool) -> None:
        try:
            looked_at = self._looked_at
            if self.conversation.state is State.UNKNOWN:
                self._look()
            while message := self.conversation.next_outgoing:
                self._deliver(message)
            if self._ending:
                self._end()
            if polled and looked_at == self._looked_at and self._is_due():
                self._look()
            while self._lacks_earlier():
                self._read_earlier()
            self._mark_as_seen()
        except LiveChatError as error:
            self._in_trouble(error)

    def _is_due(self) -> bool:
        active = self.conversation.state is State.ACTIVE
        return active or self._clock() - self._looked_at >= QUIET_SECONDS

    def _look(self) -> None:
        """Reads what is new: one request, and more only if there is something."""
        conversation = self.conversation
        if conversation.must_be_watched and not conversation.is_unsure:
            chat = self._client.get_chat(conversation.chat_id or "")
            self._take_in(lambda c: c.watched(chat))
        else:
            summary = chat_to_join(self._client.list_chats().chats)
            self._apply(lambda c: c.looked(summary))
            if summary:
                self._note_seen(summary)
                if self.conversation.is_news(summary):
                    self._read_threads(summary)
            self._apply(lambda c: c.read_up_to(summary))
        self._looked_at = self._clock()
        self._all_is_well()

    def _read_threads(self, summary: ChatSummary) -> None:
        """Reads the newest threads, back to what is known already, or a window of them at first.

        Usually that is one thread; the default page has three (3.3).
        """
        conversation = self.conversation
        if not conversation.threads:
            first = self._client.list_threads(summary.id, min_events_count=WINDOW)
            self._apply(lambda c: c.read_back(first))
            return
        limit = 1 if summary.last_thread_id in conversation.threads else None
        page = self._client.list_threads(summary.id, limit=limit)
        while not self._reached(page) and page.next_page_id:
            page = self._client.list_threads(summary.id, page_id=page.next_page_id)

    def _reached(self, page: ThreadPage) -> bool:
        """Takes a page in, and says whether it meets what was read before."""
        known = self.conversation.reaches(page.threads)
        self._take_in(lambda c: c.merged(page.threads))
        return known

    def _take_in(self, change: Callable[[Conversation], Conversation]) -> None:
        """Adds new events at the end, below what is shown.

        The window grows with them, so that what is on the screen keeps its place, and falls back
        once they are as many as a window, to stay cheap.
        """
        before = len(self.conversation.timeline)
        self._apply(change)
        grown = self._shown + len(self.conversation.timeline) - before
        self._shown = grown if grown <= self._asked_for + WINDOW else self._asked_for

    def _lacks_earlier(self) -> bool:
        conversation = self.conversation
        return bool(conversation.older_page_id) and len(conversation.timeline) < self._shown

    def _read_earlier(self) -> None:
        conversation = self.conversation
        try:
            page = self._client.list_threads(
                conversation.chat_id or "", page_id=conversation.older_page_id
            )
        except Refused:
            # A page_id lives for a month (3.2); a reload begins with a fresh one.
            page = ThreadPage(())
        self._apply(lambda c: c.read_back(page))

    def _deliver(self, message: Outgoing, attempts: int = _ATTEMPTS) -> None:
        """Sends a message, or finds out that it has arrived already."""
        if message.delivery is Delivery.UNSURE:
            self._look()
            return
        custom_id = message.custom_id
        event = {"type": "message", "text": message.text, "custom_id": custom_id}
        try:
            sent = self._send(event)
        except _CONTRADICTIONS as error:
            if attempts == 1:
                _log.warning("A message was refused: %s", error)
                self._apply(lambda c: c.failed(Problem.REFUSED, custom_id))
            else:
                self._apply(lambda c: c.disproved())
                self._look()
                self._deliver(message, attempts - 1)
        except Unreachable as error:
            maybe_arrived = error.maybe_done
            self._apply(lambda c: c.answer_lost(custom_id, maybe_arrived=maybe_arrived))
            raise
        except GroupsOffline:
            self._apply(lambda c: c.failed(Problem.GROUPS_OFFLINE, custom_id))
        except Refused as error:
            _log.warning("A message was refused: %s", error)
            self._apply(lambda c: c.failed(Problem.REFUSED, custom_id))
        else:
            self._apply(lambda c: c.accepted(custom_id, sent))
            self._all_is_well()

    def _send(self, event: dict[str, str]) -> Sent:
        """Sends an event in the way that the state of the chat asks for (3.3, 3.4)."""
        conversation = self.conversation
        group_id = self.settings.group_id
        group_ids = None if group_id is None else [group_id]
        if conversation.chat_id is None:
            return self._client.start_chat(events=[event], group_ids=group_ids)
        if conversation.state is State.ACTIVE:
            return self._client.send_event(conversation.chat_id, event=event)
        # One call with the message in it: no empty thread if a second call failed.
        return self._client.resume_chat(conversation.chat_id, events=[event], group_ids=group_ids)

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
        drawn = self._drawn.conversation if self._drawn else None
        newest = drawn.newest_by_others if drawn else None
        if drawn is None or drawn.chat_id is None or newest is None:
            return
        if newest > self._seen_up_to:
            try:
                self._client.mark_events_as_seen(drawn.chat_id, seen_up_to=newest)
            except Refused as error:
                # Not worth the visitor's attention, nor a second request.
                _log.warning("Events were not marked as seen: %s", error)
            self._seen_up_to = newest

    def _all_is_well(self) -> None:
        self._problem, self._advice = None, ""
        self._failures, self._failing_since, self._paused_until = 0, None, -math.inf

    def _in_trouble(self, error: LiveChatError) -> None:
        """Waits longer with each failure, and says what concerns the visitor."""
        now = self._clock()
        self._failures += 1
        if self._failing_since is None:
            self._failing_since = now
            _log.warning("LiveChat: %s", error)
        pause = min(FIRST_PAUSE * 2 ** (self._failures - 1), LONGEST_PAUSE) * random.uniform(0.5, 1)
        if isinstance(error, Unreachable) and error.retry_after is not None:
            pause = error.retry_after
        problem = _problem(error)
        if problem in (Problem.BANNED, Problem.MISCONFIGURED):
            # Only the visitor's doing, or a reload, asks again: each request is billed.
            pause = math.inf
            self._ending = False
            self._apply(lambda c: c.failed(problem))
        else:
            self._apply(lambda c: c.held_up(problem))
        self._paused_until = now + pause
        self._problem = None if problem is Problem.UNREACHABLE else problem
        self._advice = str(error) if isinstance(error, Misconfigured) else ""
        if isinstance(error, Refused):
            self._apply(lambda c: c.disproved())

    # The client's credentials

    def access_token(self) -> str:
        """A token with life left, renewed before it expires (2.2)."""
        grant = self._grant
        if grant is None or self._clock() >= grant.expires_at - RENEW_AHEAD:
            grant = self._authorize()
        return grant.access_token

    def renew(self, refused: str) -> str:
        """A token in place of one that LiveChat no longer takes."""
        if self._grant and self._grant.access_token != refused:
            return self._grant.access_token
        return self._authorize().access_token

    def _authorize(self) -> Grant:
        try:
            grant = self._accounts.grant(self.identity)
        except IdentityRefused:
            if self.identity is None:
                raise
            self.identity = None
            grant = self._accounts.grant(None)
        self._apply(lambda c: c.belongs_to(grant.customer_id))
        self._grant, self.token, self.identity = grant, grant.access_token, grant.identity
        self.grants += 1
        return grant

    def _apply(self, change: Callable[[Conversation], Conversation]) -> None:
        with self._state_lock:
            self.conversation = change(self.conversation)


def _too_long(text: str) -> bool:
    return len(text.encode()) > LONGEST_TEXT


def _problem(error: LiveChatError) -> Problem:
    if isinstance(error, CustomerBanned):
        return Problem.BANNED
    if isinstance(error, Misconfigured):
        return Problem.MISCONFIGURED
    if isinstance(error, Unauthorized | IdentityRefused):
        return Problem.UNAUTHORIZED
    return Problem.UNREACHABLE
