"""Whatever happens while nobody looks, and in the middle of every look: no answer stays hidden.

The line to LiveChat comes and goes, agents write, edit, delete, close and open threads, chats are
queued, visitors are greeted, answers are lost or cut short, a version of the API is shut down.
After the line is back for two polls page and server agree.

    SCHEDULES=10000 SEED=7 pytest -n0 tests/visit/test_schedules.py

tries more of them than CI does, or others.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

import livechat.page.browser
from livechat.api import route
from livechat.api.structures.greetings import parse_greeting
from livechat.chat.conversation import State
from livechat.chat.outgoing import Delivery
from livechat.chat.pushes import Told
from livechat.chat.submitted import Submitted
from livechat.sandbox import Sandbox
from livechat.sandbox.world import chats, greetings, properties, routing
from livechat.sandbox.world.events import Caller, Draft
from livechat.sandbox.world.model import Chat, Push, Thread
from livechat.sandbox.world.views import CustomerView
from livechat.settings import VERSIONS, Version
from tests.driver import Page

SCHEDULES = int(os.environ.get("SCHEDULES", "50"))
SEED = int(os.environ.get("SEED", random.randrange(10**6)))

SCRIPT = Path(livechat.page.browser.__path__[0], "push.js").read_text(encoding="utf-8")
RINGS = dict(re.findall(r'\["(\w+)", "(looks|reads|threads)"\]', SCRIPT))
YES, SAYS = "yes_please", "Yes please"  # a greeting's button, and what the visitor says by it
LATEST = int(re.findall(r"LATEST = (\d+)", SCRIPT)[0])

SENDS = st.sampled_from(
    [
        *("customer/start_chat", "customer/resume_chat", "customer/send_event"),
        *("customer/accept_greeting", "customer/cancel_greeting"),
    ]
)
READS = st.sampled_from(["customer/list_chats", "customer/list_threads", "customer/get_chat"])
ACTS = st.sampled_from(
    ["write", "close", "open", "open long", "queue", "edit", "delete", "delete own", "rate"]
)
# Of what was said in an older thread only pushes tell.
LATE_ACTS = st.one_of(ACTS, st.sampled_from(["edit old", "delete old"]))


class Line:
    """What the page's script makes of LiveChat's pushes, while it is connected."""

    def __init__(self, sandbox: Sandbox, customer_id: str) -> None:
        self.sandbox = sandbox
        self.customer_id = customer_id
        self.connections = self.changes = 0
        self.events: list[str] = []
        self.told = Told()

    def connect(self) -> None:
        if not self.told.open:
            self.connections += 1
            self.ring("looks")
            organization = self.sandbox.default
            greeting = organization.customers[self.customer_id].greeting
            shown = greeting and not greeting.accepted and greetings.view(organization, greeting)
            self.told = replace(
                self.told,
                open=True,
                connection=str(self.connections),
                greeting=parse_greeting(shown) if shown else None,
            )

    def drop(self) -> None:
        self.told = replace(self.told, open=False)

    def load_anew(self) -> None:
        """The script is another one, which knows nothing."""
        self.events, self.told = [], Told()

    def ring(self, how: str) -> None:
        self.told = replace(self.told, **{how: getattr(self.told, how) + 1})

    def __call__(self, push: Push) -> None:
        if not self.told.open or push.customer_id != self.customer_id:
            return
        if push.action == "incoming_event":
            self.events = [*self.events, push.payload["event"]["id"]][-LATEST:]
            self.told = replace(self.told, events=frozenset(self.events))
        elif push.action == "incoming_greeting":
            self.told = replace(self.told, greeting=parse_greeting(push.payload))
        elif push.action in ("greeting_accepted", "greeting_canceled"):
            if self.told.greeting and self.told.greeting.unique_id == push.payload["unique_id"]:
                self.told = replace(self.told, greeting=None)
        elif RINGS.get(push.action) == "threads":
            self.change(push.payload)
        elif push.action in RINGS and push.payload.get("user_id") != self.customer_id:
            self.ring(RINGS[push.action])

    def change(self, payload: dict[str, Any]) -> None:
        self.changes += 1
        threads = {**self.told.threads, payload["thread_id"]: f"{id(self)} {self.changes}"}
        deleted = self.told.deleted | ({payload["event_id"]} if "event_id" in payload else set())
        self.told = replace(self.told, threads=threads, deleted=deleted)


class Schedules(RuleBasedStateMachine):
    """A visitor, their line to LiveChat, and all that the other side does."""

    sandbox: Sandbox
    version: Version

    def __init__(self) -> None:
        super().__init__()
        self.sandbox.reset()
        route.VERSION.current = self.version
        self.page = Page(self.sandbox)
        self.line = Line(self.sandbox, self.page.visit.conversation.customer_id or "")
        self.sandbox._state.listeners.append(self.line)
        self.typed: list[str] = []
        self.pressed = 0
        self.deleted: set[str] = set()
        self.count = 0

    # The visitor, and what their page does

    @rule()
    def say(self) -> None:
        self.typed.append(f"typed {len(self.typed)}")
        self.page.say(self.typed[-1])

    @rule()
    def press(self) -> None:
        """A button of the greeting, if there is one that was not pressed yet."""
        greeted = self.page.visit.conversation.greeted
        if greeted and greeted.event and greeted.greeting.button(YES):
            self.pressed += YES not in greeted.pressed
            self.page.visit.press(greeted.event.id, YES)
            self.page.run()

    @rule()
    def cancel(self) -> None:
        self.page.visit.cancel_greeting()
        self.page.run()

    @rule()
    def end(self) -> None:
        self.page.visit.end()
        self.page.run()

    @rule(after=st.sampled_from([3, 60]))
    def poll(self, after: float) -> None:
        self.page.poll(after)

    @rule()
    def retry(self) -> None:
        for message in self.page.visit.conversation.outbox:
            self.page.visit.retry(message.custom_id)
        self.page.run()

    @rule()
    def reload(self) -> None:
        visit = self.page.visit
        customer, outbox = visit.conversation.customer_id, visit.conversation.outbox
        kept = [
            Submitted(m.custom_id, m.text, visit.kept.id, customer)
            for m in outbox
            if m.custom_id in visit.kept.undelivered
        ]
        self.line.drop()
        self.line.load_anew()
        self.page = Page(self.sandbox, visit.identity)
        self.page.visit.kept.take(kept)
        self.page.run()

    @rule()
    def shut_down(self) -> None:
        self.sandbox.default.refused_versions = set(VERSIONS[:-1])

    # The line

    @rule()
    def drop(self) -> None:
        self.line.drop()

    @rule()
    def connect(self) -> None:
        self.line.connect()

    @rule()
    def load_the_script_anew(self) -> None:
        self.line.drop()
        self.line.load_anew()

    @rule()
    def tell(self) -> None:
        """The page is told of all that the line has told until now, in one go."""
        self.page.visit.told(self.line.told)
        self.page.run()

    # The other side

    @precondition(lambda self: self.chat)
    @rule(act=ACTS)
    def act(self, act: str) -> None:
        self.sandbox._in_loop(lambda: self._act(act))

    @rule(what=st.sampled_from(["message", "buttons"]))
    def greet(self, what: str) -> None:
        self.sandbox.greet(self.sandbox.default, self.line.customer_id, what)

    @rule(ahead=st.integers(0, 3))
    def be_busy(self, ahead: int) -> None:
        """Every agent has others to talk to; so many of those wait."""

        def change() -> None:
            organization = self.sandbox.default
            until = organization.clock.now() + timedelta(days=1)
            organization.busy_until = [until] * ahead
            routing.announce_places(organization, organization.queue)
            chats.serve_waiting(organization)

        self.sandbox._in_loop(change)

    @property
    def chat(self) -> Chat | None:
        return next(iter(self.sandbox.default.chats.values()), None)

    def _act(self, act: str) -> None:
        chat, organization = self.chat, self.sandbox.default
        if chat is None:
            return
        agent = next(iter(organization.agents.values()))
        thread = chat.active_thread
        if act == "write" and thread:
            chats.send(organization, agent, chat, self._message(agent))
        elif act in ("write", "open"):
            self._open(chat, agent, 1)
        elif act == "open long":
            self._open(chat, agent, 60)
        elif act == "queue":
            self._open(chat, chat.customer, 1)  # from elsewhere; queued if all agents are busy
        elif act == "close" and thread:
            chats.deactivate(organization, chat, agent)
        elif act in ("edit", "delete"):
            self._change(act, chat, chat.last_thread, list(organization.agents))
        elif act == "delete own":
            self._change(act, chat, chat.last_thread, [chat.customer.id])
        elif act in ("edit old", "delete old"):
            self._change(act, chat, chat.threads[0], [*organization.agents, chat.customer.id])
        elif act == "rate" and thread:
            rating = {"rating": {"score": len(self.typed) % 2}}
            properties.update(thread.properties, rating)
            payload = {"chat_id": chat.id, "thread_id": thread.id, "properties": rating}
            organization.push("thread_properties_updated", payload, chat.customer.id)

    def _message(self, author: Caller) -> Draft:
        self.count += 1
        return Draft("message", author.id, "all", {"text": f"message {self.count}"})

    def _open(self, chat: Chat, caller: Caller, length: int) -> None:
        if chat.active_thread:
            chats.deactivate(self.sandbox.default, chat, caller)
        drafts = [self._message(caller) for _ in range(length)]
        chats.open_thread(
            self.sandbox.default, caller, chat, {}, drafts, active=True, continuous=True
        )

    def _change(self, act: str, chat: Chat, thread: Thread, authors: list[str]) -> None:
        """The first or the last message of these is edited or deleted, by turns."""
        self.count += 1
        said = [
            e
            for e in thread.events
            if e.author_id in authors and not e.deleted and "text" in e.content
        ]
        if not said:
            return
        event = said[0 if self.count % 2 else -1]
        text = event.content["text"]
        if act.startswith("edit"):
            edited = f"{text}, edited"
            chats.edit_event(self.sandbox.default, chat, thread, event, edited)
            self.typed = [edited if typed == text else typed for typed in self.typed]
        else:
            self.deleted.add(text)
            chats.delete_event(self.sandbox.default, chat, thread, event)

    # What goes wrong

    @rule(action=SENDS)
    def the_next_answer_is_lost(self, action: str) -> None:
        self.sandbox.faults.add(action, lose_answer=True)

    @rule(action=st.one_of(SENDS, READS))
    def the_next_request_is_not_taken(self, action: str) -> None:
        self.sandbox.faults.add(action, error="too_many_requests")

    @rule(place=st.integers(0, 9))
    def an_event_of_the_next_threads_cannot_be_read(self, place: int) -> None:
        def broken(answer: dict[str, Any]) -> dict[str, Any]:
            events = [event for thread in answer["threads"] for event in thread["events"]]
            for event in events[place : place + 1]:
                del event["id"]
            return answer

        self.sandbox.faults.add("customer/list_threads", rewrite=broken)

    @rule(action=READS, acts=st.lists(ACTS, min_size=1, max_size=3), told=st.booleans())
    def something_happens_during_the_next_read(
        self, action: str, acts: list[str], told: bool
    ) -> None:
        self._during(action, lambda: [self._act(act) for act in acts], told=told)

    @rule(action=READS, is_lost=st.booleans())
    def the_line_is_back_during_the_next_read(self, action: str, is_lost: bool) -> None:
        def reconnect() -> None:
            self.line.drop()
            if is_lost:
                self._act("write")
            self.line.connect()
            self._act("write")

        self._during(action, reconnect, told=True)

    def _during(self, action: str, happen: Callable[[], object], *, told: bool) -> None:
        def answer_late(answer: dict[str, Any]) -> dict[str, Any]:
            happen()
            if told:
                self.page.visit.told(self.line.told)
            return answer

        self.sandbox.faults.add(action, rewrite=answer_late)

    # What must hold

    @rule()
    def page_and_server_agree_when_the_line_is_back(self) -> None:
        self.sandbox.faults.clear()
        self.line.connect()
        self.tell()
        self.page.poll(70)  # longer than any pause after a failure
        self.page.poll(70)
        self._agree()

    @precondition(lambda self: self.chat and self.line.told.open)
    @rule(acts=st.lists(LATE_ACTS, min_size=1, max_size=3))
    def what_is_pushed_is_there_as_soon_as_it_is_told(self, acts: list[str]) -> None:
        self.page_and_server_agree_when_the_line_is_back()
        for act in acts:
            self.act(act)
        self.tell()
        self._agree()

    def _agree(self) -> None:
        chat, conversation = self.chat, self.page.visit.conversation
        assert not conversation.outbox.is_unsure
        assert all(m.delivery is Delivery.FAILED for m in conversation.outbox)
        if chat is None:
            assert conversation.state is State.NONE
            return
        shown = [
            (event.id, event.text)
            for event in conversation.transcript.timeline
            if not event.id.endswith("/closed")
        ]
        said = list(self._said(chat))
        assert shown == said[len(said) - len(shown) :]
        assert len(conversation.transcript.places) >= min(len(said), 50)
        assert (conversation.state is State.ACTIVE) == chat.last_thread.active
        assert conversation.thread_id == chat.last_thread.id
        queue = CustomerView(self.sandbox.default).thread_head(chat, chat.last_thread).get("queue")
        position = conversation.queue and conversation.queue.position
        assert position == (queue and queue["position"])
        score = chat.last_thread.properties.get("rating", {}).get("score")
        assert (conversation.rating and conversation.rating.score) == score
        texts = [text for _, text in said]
        failed = [message.text for message in conversation.outbox]
        kept = [typed for typed in self.typed if typed not in self.deleted]
        assert all(texts.count(typed) + failed.count(typed) >= 1 for typed in kept)
        assert all(texts.count(typed) <= 1 for typed in self.typed)
        said_by_press = texts.count(SAYS)
        assert said_by_press <= self.pressed <= said_by_press + failed.count(SAYS)
        if (greeted := conversation.greeted) and greeted.event:
            assert greeted.is_answered or not chat.last_thread.active
            said_by = greeted.greeting.is_said_by
            assert not any(map(said_by, conversation.transcript.timeline))

    def _said(self, chat: Chat) -> Iterator[tuple[str, str]]:
        for thread in chat.threads:
            for event in thread.events:
                if not event.deleted:
                    yield event.id, event.content.get("text", "")

    def teardown(self) -> None:
        try:
            self.page_and_server_agree_when_the_line_is_back()
            self.page.visit.read_everything()
            self._agree()
        finally:
            self.sandbox._state.listeners.remove(self.line)


def test_after_two_polls_page_and_server_agree(sandbox: Sandbox, version: Version) -> None:
    print(f"SEED={SEED}")
    Schedules.sandbox, Schedules.version = sandbox, version
    run_state_machine_as_test(
        seed(SEED)(Schedules),
        settings=settings(
            max_examples=-(-SCHEDULES // len(VERSIONS)),
            stateful_step_count=25,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
