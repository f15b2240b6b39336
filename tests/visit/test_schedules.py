"""Whatever happens while nobody looks, and in the middle of every look: no answer stays hidden.

The line to LiveChat comes and goes, agents write, edit, close and open threads, chats are queued,
answers are lost or cut short. After the line is back for two polls page and server agree.

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

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

import livechat.page.browser
from livechat.chat.conversation import State
from livechat.chat.outgoing import Delivery
from livechat.chat.pushes import Told
from livechat.chat.submitted import Submitted
from livechat.sandbox import Sandbox
from livechat.sandbox.world import chats, properties, routing
from livechat.sandbox.world.events import Caller, Draft
from livechat.sandbox.world.model import Chat, Push, Thread
from livechat.sandbox.world.views import CustomerView
from tests.driver import Page

SCHEDULES = int(os.environ.get("SCHEDULES", "50"))
SEED = int(os.environ.get("SEED", random.randrange(10**6)))

SCRIPT = Path(livechat.page.browser.__path__[0], "push.js").read_text(encoding="utf-8")
RINGS = dict(re.findall(r'\["(\w+)", "(looks|reads)"\]', SCRIPT))
LATEST = int(re.findall(r"LATEST = (\d+)", SCRIPT)[0])

SENDS = st.sampled_from(["customer/start_chat", "customer/resume_chat", "customer/send_event"])
READS = st.sampled_from(["customer/list_chats", "customer/list_threads", "customer/get_chat"])
ACTS = st.sampled_from(["write", "close", "open", "open long", "queue", "edit", "rate"])


class Line:
    """What the page's script makes of LiveChat's pushes, while it is connected."""

    def __init__(self, customer_id: str) -> None:
        self.customer_id = customer_id
        self.connections = 0
        self.events: list[str] = []
        self.told = Told()

    def connect(self) -> None:
        if not self.told.open:
            self.connections += 1
            self.ring("looks")
            self.told = replace(self.told, open=True, connection=str(self.connections))

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
        elif push.action in RINGS and push.payload.get("user_id") != self.customer_id:
            self.ring(RINGS[push.action])


class Schedules(RuleBasedStateMachine):
    """A visitor, their line to LiveChat, and all that the other side does."""

    sandbox: Sandbox

    def __init__(self) -> None:
        super().__init__()
        self.sandbox.reset()
        self.page = Page(self.sandbox)
        self.line = Line(self.page.visit.conversation.customer_id or "")
        self.sandbox._state.listeners.append(self.line)
        self.typed: list[str] = []
        self.count = 0

    # The visitor, and what their page does

    @rule()
    def say(self) -> None:
        self.typed.append(f"typed {len(self.typed)}")
        self.page.say(self.typed[-1])

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
        elif act == "edit" and thread:
            self._edit(chat, thread)
        elif act == "rate" and thread:
            rating = {"rating": {"score": len(self.typed) % 2}}
            properties.update(thread.properties, rating)
            organization.push("thread_properties_updated", {"properties": rating}, chat.customer.id)

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

    def _edit(self, chat: Chat, thread: Thread) -> None:
        by_agents = (e for e in thread.events if e.author_id in self.sandbox.default.agents)
        for event in by_agents:
            event.content["text"] += ", edited"
            self.sandbox.default.push("event_updated", {}, chat.customer.id)
            return

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
                del event["created_at"]
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
    @rule(acts=st.lists(ACTS, min_size=1, max_size=3))
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
        assert len(shown) >= min(len(said), 50)
        assert (conversation.state is State.ACTIVE) == chat.last_thread.active
        assert conversation.thread_id == chat.last_thread.id
        queue = CustomerView(self.sandbox.default).thread_head(chat, chat.last_thread).get("queue")
        position = conversation.queue and conversation.queue.position
        assert position == (queue and queue["position"])
        score = chat.last_thread.properties.get("rating", {}).get("score")
        assert (conversation.rating and conversation.rating.score) == score
        texts = [text for _, text in said]
        failed = [message.text for message in conversation.outbox]
        assert all(texts.count(typed) + failed.count(typed) >= 1 for typed in self.typed)
        assert all(texts.count(typed) <= 1 for typed in self.typed)

    def _said(self, chat: Chat) -> Iterator[tuple[str, str]]:
        for thread in chat.threads:
            for event in thread.events:
                yield event.id, event.content.get("text", "")

    def teardown(self) -> None:
        try:
            self.page_and_server_agree_when_the_line_is_back()
            self.page.visit.read_everything()
            self._agree()
        finally:
            self.sandbox._state.listeners.remove(self.line)


@pytest.mark.usefixtures("sandbox")
def test_after_two_polls_page_and_server_agree(shared_sandbox: Sandbox) -> None:
    print(f"SEED={SEED}")
    Schedules.sandbox = shared_sandbox
    run_state_machine_as_test(
        seed(SEED)(Schedules),
        settings=settings(
            max_examples=SCHEDULES,
            stateful_step_count=25,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
