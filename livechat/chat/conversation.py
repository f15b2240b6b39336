"""What is known of the customer's chat, and how each answer of LiveChat changes it.

Pure: no HTTP, no Streamlit, no clock. A `Conversation` is immutable; every transition returns a
new one, or the very same object when nothing has changed, so that a page can draw one while a poll
prepares the next. Two are equal if there is nothing to draw between them.

LiveChat keeps one chat per customer; its newest thread is open or closed (1.1 to 1.4 of the API
reference). What is believed of it decides which call carries the next message:

    state     what is known                    the next message goes with
    UNKNOWN   nothing, or something disproved  nothing yet: look first
    NONE      there is no chat                 start_chat
    ACTIVE    its newest thread is open        send_event
    CLOSED    its newest thread is closed      resume_chat

Anyone may change the chat at any time: the agent, a timer, the same customer in another tab. So a
belief is never defended: a refusal that contradicts it makes the state UNKNOWN, the chat is looked
at, and the message goes the right way.

What else is known are values of their own, each with a module and the transitions that concern it
alone. Here is what concerns several of them:

    transcript   what was said, as far as it was read
    proof        what proves that nothing else was said
    outbox       what the visitor sends, until it is in the transcript
    unconfirmed  the visitor's acts besides, until LiveChat has answered
    agents       who talks with the visitor, and how far they have seen what the visitor wrote
    greeted      the greeting that the visitor is shown before they write
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from functools import cached_property
from itertools import chain, takewhile
from typing import Any

from livechat.api.structures.ecommerce import Picked
from livechat.api.structures.events import (
    Chat,
    ChatSummary,
    Event,
    Queue,
    Sent,
    Thread,
    ThreadPage,
    User,
)
from livechat.api.structures.forms import Form, Rating
from livechat.api.structures.greetings import Greeting, has_begun_with
from livechat.api.structures.rich_messages import Button, postback_of
from livechat.chat.agents import Agents
from livechat.chat.greeted import Greeted
from livechat.chat.outbox import Outbox
from livechat.chat.outgoing import Delivery, Outgoing, Route
from livechat.chat.proof import Read, essence
from livechat.chat.pushes import Line
from livechat.chat.transcript import Transcript
from livechat.chat.unconfirmed import Act, Press, Rate, SendTranscript
from livechat.chat.values import LONG_AGO, changed


class State(Enum):
    """What is believed of the chat."""

    UNKNOWN = auto()
    NONE = auto()
    ACTIVE = auto()
    CLOSED = auto()


@dataclass(frozen=True)
class Conversation:
    """One customer's conversation: the chat, and all that is known of it.

    `thread_id` is the chat's newest thread, `read` the last read of the threads.
    """

    customer_id: str | None = None
    state: State = State.UNKNOWN
    chat_id: str | None = None
    thread_id: str | None = None
    read: Read | None = field(default=None, compare=False)
    transcript: Transcript = field(default_factory=Transcript)
    outbox: Outbox = field(default_factory=Outbox)
    unconfirmed: tuple[Act, ...] = ()
    agents: Agents = field(default_factory=Agents)
    greeted: Greeted | None = None

    # What there is to show

    @property
    def queue(self) -> Queue | None:
        """The place in the queue, while the open thread has one."""
        thread = self._newest_thread
        return thread.queue if thread and thread.active else None

    @cached_property
    def newest_by_others(self) -> datetime | None:
        """When the newest event by an agent was made."""
        return next(self.transcript.times_by_others(self.customer_id), None)

    def unseen(self, seen_up_to: datetime) -> int:
        """How many events by agents are newer than that (6.4)."""
        times = self.transcript.times_by_others(self.customer_id)
        return len(list(takewhile(lambda at: at > seen_up_to, times)))

    @property
    def awaits_answer(self) -> bool:
        """Whether the visitor has had the last word in an open chat."""
        is_saying = any(m.delivery is not Delivery.FAILED for m in self.outbox)
        has_said = self._newest_own > (self.newest_by_others or LONG_AGO)
        return self.state is State.ACTIVE and (is_saying or has_said)

    # What can be answered, and what was

    def wants_reply(self, event: Event) -> bool:
        """Whether the visitor has said nothing since: then quick replies are still to choose from.

        A closed chat wants none, but for those of a greeting.
        """
        if self.is_greeting(event):
            return not self.outbox and self.state is not State.ACTIVE
        silent = not self.outbox and event.created_at > self._newest_own
        return silent and self._is_in_open_thread(event)

    def wants_filling(self, event: Event) -> bool:
        """Whether the `form` event can still be filled in: the chat is open, and it was not yet."""
        form = event.body
        if not isinstance(form, Form) or not self._is_in_open_thread(event):
            return False
        return not self._is_filled(form, event.created_at)

    def has_answered(self, form: Form) -> bool:
        """Whether the visitor has filled in a `form` event's form since it was last sent."""
        return self._is_filled(form, self.transcript.asked_at(form) or LONG_AGO)

    def lacks_postchat(self, form: Form, thread_id: str | None) -> bool:
        """Whether that thread is closed, and the visitor has not filled in that form for it.

        A thread begins after the ones before it have ended, so its time tells them apart.
        """
        thread = self.transcript.threads.get(thread_id or "")
        if thread is None or (thread_id == self.thread_id and self.state is not State.CLOSED):
            return False
        return not self._is_filled(form, thread.created_at)

    def is_pressed(self, event: Event, button: Button, picked: Picked | None = None) -> bool:
        """Whether the visitor has pressed a button of a rich message.

        One that says something of a product is pressed for what was `picked` of it. Before v3.6
        LiveChat is not told what that was: then it is for whatever can be.
        """
        greeted = self.greeted
        if greeted and greeted.is_shown_as(event) and button.postback_id in greeted.pressed:
            return True
        if button.type == "message" and has_begun_with(event) and self._has_said(event, button):
            return True
        where = event.id, button.postback_id
        presses = (act for act in self.unconfirmed if isinstance(act, Press))
        toggled = (p.toggled for p in presses if (p.event_id, p.postback_id) == where)
        is_pressed = next(toggled, self.customer_id in button.user_ids)
        if not is_pressed or picked is None or button.type != "message":
            return is_pressed
        own = (e.content for e in self.transcript.timeline if e.author_id == self.customer_id)
        said = map(postback_of, chain(own, (m.content for m in self.outbox)))
        meant = {p.picked for p in said if p and (p.event_id, p.id) == where and p.picked}
        return picked in meant or not meant

    def _has_said(self, event: Event, button: Button) -> bool:
        """Whether the visitor has said in its thread what a button says.

        When they pressed it, the greeting was no event that a postback could have named.
        """
        thread = self.transcript.threads.get(self.transcript.thread_of.get(event.id, ""))
        own = (e for e in thread.events if e.author_id == self.customer_id) if thread else ()
        return any(e.text == button.text for e in own)

    def is_greeting(self, event: Event) -> bool:
        """Whether it is the greeting, which is in no thread yet."""
        return self.greeted is not None and self.greeted.event is event

    def known_as(self, event: Event) -> str:
        """The ID that the page knows an event by, which stays when a greeting becomes one."""
        is_greeting = self.greeted is not None and self.greeted.is_shown_as(event)
        return self.greeted.greeting.event.id if self.greeted and is_greeting else event.id

    @property
    def rating(self) -> Rating | None:
        """How the visitor has rated the newest thread."""
        return self.rating_of(self.thread_id)

    def rating_of(self, thread_id: str | None) -> Rating | None:
        """How the visitor has rated a thread."""
        thread = self.transcript.threads.get(thread_id or "")
        acts = (act for act in self.unconfirmed if isinstance(act, Rate))
        known = thread.rating if thread else None
        return next((act.rating for act in acts if act.thread_id == thread_id), known)

    @property
    def transcript_email(self) -> str | None:
        """Where the transcript of the newest thread is to go."""
        known = self._newest_thread.transcript_email if self._newest_thread else None
        acts = (act for act in self.unconfirmed if isinstance(act, SendTranscript))
        return next((act.email for act in acts if act.thread_id == self.thread_id), known)

    @property
    def _newest_thread(self) -> Thread | None:
        return self.transcript.threads.get(self.thread_id or "")

    @cached_property
    def _newest_own(self) -> datetime:
        return next(self.transcript.times_by(self.customer_id), LONG_AGO)

    def _is_in_open_thread(self, event: Event) -> bool:
        is_in_newest = self.transcript.thread_of.get(event.id) == self.thread_id
        return self.state is State.ACTIVE and is_in_newest

    def _is_filled(self, form: Form, since: datetime) -> bool:
        by_visitor = self.transcript.is_filled(form, self.customer_id, since)
        return self.outbox.fills(form.id) or by_visitor

    # What the visitor does

    def belongs_to(self, customer_id: str) -> Conversation:
        """LiveChat has said who the customer is.

        If that is another one than before, nothing that was read is theirs; what is still to be
        delivered stays.
        """
        if self.customer_id in (None, customer_id):
            return changed(self, customer_id=customer_id)
        return Conversation(customer_id, outbox=self.outbox)

    def belongs_to_nobody(self) -> Conversation:
        """The visitor is no customer yet: there is no chat, but for what they write."""
        return (
            Conversation(outbox=self.outbox).looked(None) if self.customer_id else self.looked(None)
        )

    def say(self, *messages: Outgoing) -> Conversation:
        """The visitor has typed a message, attached files, or filled in a form."""
        said = self.with_outbox(self.outbox.say(*messages, after=self.transcript.ends_at))
        if self.greeted and any(m.route is Route.OPEN_THREAD for m in messages):
            return changed(said, greeted=replace(self.greeted, is_answered=True))
        return said

    def say_first(self, message: Outgoing) -> Conversation:
        """Something goes before all that is still to be delivered."""
        return self.with_outbox(self.outbox.say_first(message, after=self.transcript.ends_at))

    def with_outbox(self, outbox: Outbox) -> Conversation:
        """Something has become of the messages, and concerns nothing else."""
        return changed(self, outbox=outbox)

    def accepted(
        self, custom_id: str, sent: Sent, state: State = State.ACTIVE, at: float = math.inf
    ) -> Conversation:
        """LiveChat has taken a message, after which the chat is in a `state`; `at` some time."""
        # The last one: a pre-chat form may have gone before the message.
        event_id = sent.event_ids[-1] if sent.event_ids else None
        return changed(
            self,
            outbox=self.outbox.accepted(custom_id, event_id, sent.thread_id or self.thread_id, at),
            state=state,
            chat_id=sent.chat_id or self.chat_id,
            thread_id=sent.thread_id or self.thread_id,
        )._past_greeting()

    def answer_lost(self, custom_id: str, *, maybe_arrived: bool) -> Conversation:
        """No usable answer came to a send; `maybe_arrived` is False if it surely was not taken."""
        return self.with_outbox(
            self.outbox.answer_lost(
                custom_id, maybe_arrived=maybe_arrived, since_thread=self.thread_id
            )
        )

    def disproved(self) -> Conversation:
        """An answer contradicts what was believed of the chat: look before anything else."""
        return changed(self, state=State.UNKNOWN)

    def ended(self) -> Conversation:
        """LiveChat has closed the chat at the visitor's wish, or had closed it already."""
        thread, transcript = self._newest_thread, self.transcript
        if thread:
            transcript = transcript.amended(replace(thread, active=False, queue=None))
        return changed(self, transcript=transcript, state=State.CLOSED)

    def did(self, act: Act) -> Conversation:
        """The visitor has done something; LiveChat is yet to be told."""
        others = (a for a in self.unconfirmed if a.subject != act.subject)
        return changed(self, unconfirmed=(*others, act))

    def confirmed(self, act: Act) -> Conversation:
        """LiveChat has taken an act: what it says counts from now on.

        Where its thread is yet to be read, the act itself does, until that is made sure of.
        """
        thread = self.transcript.threads.get(act.thread_id)
        if thread is None:
            return self
        transcript = self.transcript.amended(act.on(thread, self.customer_id or ""))
        return changed(self, transcript=transcript).refused(act)

    def refused(self, act: Act) -> Conversation:
        """LiveChat does not take an act: what it says counts, unless there is a newer act."""
        return changed(self, unconfirmed=tuple(a for a in self.unconfirmed if a != act))

    # The greeting

    def greet(self, greeting: Greeting | None) -> Conversation:
        """LiveChat shows the visitor this greeting now, or None.

        It comes before the first message: who is in a chat, or has begun to say something, is shown
        none. One that was answered stays until there is another one.
        """
        has_begun = self.state is State.ACTIVE or bool(self.outbox)
        is_own = greeting is not None and greeting.agent.id == self.customer_id
        if greeting is None or has_begun or is_own:
            return self if self.greeted and self.greeted.is_answered else self.ungreeted()
        greeted = Greeted(greeting, self.transcript.ends_at)
        return changed(self, greeted=greeted.found_among(self.transcript.timeline))

    def ungreeted(self) -> Conversation:
        """The greeting is no longer wanted."""
        return changed(self, greeted=None)

    def pressed_greeting(self, greeting: Greeting, postback_id: str) -> Conversation | None:
        """The visitor has pressed a button of this greeting; None if they had, or it is gone."""
        greeted = self.greeted
        if greeted is None or greeted.greeting != greeting or postback_id in greeted.pressed:
            return None
        return changed(self, greeted=replace(greeted, pressed=greeted.pressed | {postback_id}))

    def _past_greeting(self) -> Conversation:
        """The chat is open: the greeting has led to it, or if it was not answered is over."""
        if self.state is not State.ACTIVE or self.greeted is None:
            return self
        has_led = self.greeted.is_answered
        return changed(self, greeted=replace(self.greeted, has_led=True) if has_led else None)

    # What is read

    def looked(self, summary: ChatSummary | None) -> Conversation:
        """`list_chats` has answered; `summary` is the chat to talk in, None if there is none."""
        if summary is None:
            return changed(self, state=State.NONE, chat_id=None, thread_id=None)
        return changed(
            self,
            state=State.ACTIVE if summary.active else State.CLOSED,
            chat_id=summary.id,
            thread_id=summary.last_thread_id or self.thread_id,
            agents=self._met(summary.users),
        )._past_greeting()

    def must_be_watched(self, *, pushed: bool, is_due: bool = False) -> bool:
        """Whether the newest thread itself must be read, as `get_chat` does.

        The queue stands in no summary, and unless its news are `pushed` a chat that nobody has
        taken may get into it unnoticed. Where LiveChat leaves the newest events out, as it may
        (4.6), a summary does not tell of an active chat's news. What has changed in a thread no
        summary tells, so that now and then it `is_due`; one that is closed is still rated.
        """
        read = self.read
        if read is None or read.thread_id != self.thread_id:
            return False
        if self.state is not State.ACTIVE:
            return is_due and self.state is State.CLOSED
        waits = self.queue is not None or not (pushed or self.agents.present)
        return waits or is_due or read.summary.last_events is None

    def is_news(self, summary: ChatSummary, line: Line | None = None) -> bool:
        """Whether there may be more than was read, if there is this summary, and `line` is up."""
        is_blind = self.outbox.is_unsure and summary.last_events is None
        return self.read is None or is_blind or not self.read.tells_all(summary, line)

    def completed_by(
        self, summary: ChatSummary, pushed: Collection[str], line: Line | None
    ) -> Conversation | None:
        """With the events that a summary holds, if it is proven that this is all that is new.

        It is if just these were `pushed` on the `line`. Otherwise None: the threads are to be read,
        whatever their length.
        """
        thread = self._newest_thread
        new = self.read.new_events(summary, line) if self.read else None
        if thread is None or new is None:
            return None
        new = tuple(e for e in new if e not in thread.events)
        if {e.id for e in new} != set(pushed) - self.transcript.thread_of.keys():
            return None
        return self.merged([replace(thread, events=(*thread.events, *new))])

    @property
    def read_from(self) -> str | None:
        """The thread that a read has to reach: older ones are known, and do not change (1.3)."""
        known = self.read.thread_id if self.read else None
        return known or self.transcript.newest

    def read_up_to(
        self, summary: ChatSummary | None, line: Line | None = None, *, is_whole: bool = True
    ) -> Conversation:
        """All that `summary` tells of has been read, since `line` was up; None if there is no chat.

        It was not if something was left out of that read.
        """
        if summary is None:
            return changed(self, read=None, agents=self._met(()))
        newest = summary.last_thread_id or self.transcript.newest or self.thread_id
        reached = newest
        if not is_whole:
            reached = (self.read.thread_id if self.read else None) or self.transcript.oldest
        return changed(
            self,
            read=Read(essence(summary), line, reached, is_whole),
            thread_id=newest,
            agents=self._met(summary.users),
        )

    def is_sought(self, delivery: Delivery) -> bool:
        """Whether a message that has come so far is in an older thread than was read, if anywhere.

        The newest threads are read first. One that has failed is sought if it may have arrived.
        """
        if self.read is None or self.read.thread_id != self.thread_id:
            return False
        threads, older = self.transcript.threads, self.transcript.older_page_id
        come_so_far = (m for m in self.outbox if m.delivery is delivery)
        sought = (m for m in come_so_far if m.maybe_arrived or delivery is not Delivery.FAILED)
        return older is not None and any(m.since_thread not in threads for m in sought)

    def overdue(self, accepted_before: float) -> list[Outgoing]:
        """What was accepted by then, and is not among the events of a thread that is known."""
        sent = (m for m in self.outbox if m.delivery is Delivery.SENT)
        known = (m for m in sent if m.since_thread in self.transcript.threads)
        return [m for m in known if m.accepted_at < accepted_before]

    def settled(self) -> Conversation:
        """A message whose answer was lost did not arrive, if it would have been read."""
        if self.state is State.NONE:
            return self.with_outbox(self.outbox.not_found(lambda m: True))
        if self.read is None or not self.read.is_whole:
            return self
        back_to = self.transcript.is_read_back_to
        return self.with_outbox(self.outbox.not_found(lambda m: back_to(m.since_thread)))

    def merged(
        self,
        threads: Collection[Thread],
        *,
        deleted: Collection[str] = (),
        is_current: bool = False,
        accepted_before: float = -math.inf,
    ) -> Conversation:
        """Threads were read, newer or older ones, whole or as they were some time ago.

        What proves that an event is no more, stands in `proof.py`. A message that LiveChat has
        accepted would be among the events by now if that was before some time.
        """
        transcript = self.transcript.merged(threads, deleted=deleted, is_current=is_current)
        outbox = self.outbox.taken_back(threads, deleted, accepted_before)
        return self.with_outbox(outbox)._with_read(transcript)

    def read_back(self, page: ThreadPage) -> Conversation:
        """The newest threads were read for the first time, or the next older ones."""
        return self._with_read(self.transcript.read_back(page))

    def watched(self, chat: Chat, **proof: Any) -> Conversation:
        """`get_chat` has answered, with the chat's newest thread; `proof` as for `merged`."""
        if chat.thread is None:
            return changed(self, agents=self._met(chat.users))
        if chat.thread.id not in self.transcript.threads:
            return self.disproved()
        merged = self.merged([chat.thread], **proof)
        return changed(
            merged,
            state=State.ACTIVE if chat.thread.active else State.CLOSED,
            thread_id=chat.thread.id,
            agents=merged._met(chat.users),
        )

    def _with_read(self, transcript: Transcript) -> Conversation:
        outbox, greeted = self.outbox.read_back(transcript.threads.values()), self.greeted
        if not self.transcript.threads:
            outbox = outbox.after_all(transcript.ends_at)
            greeted = greeted and replace(greeted, after=transcript.ends_at)
        if greeted and transcript is not self.transcript:
            greeted = greeted.found_among(reversed(transcript.timeline))
        return changed(self, transcript=transcript, outbox=outbox, greeted=greeted)

    def _met(self, users: Iterable[User]) -> Agents:
        others = (user for user in users if user.id != self.customer_id)
        return self.agents.met(others, self.transcript.times_by(self.customer_id))


def chat_to_join(summaries: Iterable[ChatSummary]) -> ChatSummary | None:
    """The chat to talk in: the open one, or else the one with the newest thread, listed first.

    Closed chats count, since they are resumed and not started again (3.3).
    """
    return min(summaries, key=lambda chat: not chat.active, default=None)
