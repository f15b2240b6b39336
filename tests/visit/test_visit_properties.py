"""Whatever happens, in whatever order: nothing is lost, nothing is there twice, all is in order."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from livechat.api.errors import ChatInactive, Refused
from livechat.chat.conversation import State
from livechat.chat.outgoing import Delivery
from livechat.sandbox import Sandbox
from livechat.settings import VERSIONS
from tests.driver import Page

SENDS = ("customer/start_chat", "customer/resume_chat", "customer/send_event")


def doubled_and_turned_round(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer of list_threads with every event twice and everything in another order."""
    for thread in answer["threads"]:
        thread["events"] = [*reversed(thread["events"]), *thread["events"]]
    answer["threads"].reverse()
    return answer


class Conversations(RuleBasedStateMachine):
    """A visitor with two tabs and an agent, over a connection that fails at times."""

    sandbox: Sandbox

    def __init__(self) -> None:
        super().__init__()
        self.sandbox.reset()
        self.tabs = [Page(self.sandbox)]
        self.tabs.append(Page(self.sandbox, self.tabs[0].visit.identity))
        self.typed: dict[int, list[str]] = {0: [], 1: []}
        self.heard: list[str] = []
        self.given_up: set[str] = set()

    @rule(tab=st.integers(0, 1))
    def say(self, tab: int) -> None:
        text = f"tab {tab}: {len(self.typed[tab])}"
        self.typed[tab].append(text)
        self.tabs[tab].say(text)

    @rule(tab=st.integers(0, 1))
    def say_without_waiting(self, tab: int) -> None:
        text = f"tab {tab}: {len(self.typed[tab])}"
        self.typed[tab].append(text)
        self.tabs[tab].visit.say(text)

    @rule(tab=st.integers(0, 1))
    def poll(self, tab: int) -> None:
        self.tabs[tab].poll()

    @rule(tab=st.integers(0, 1))
    def come_back_later(self, tab: int) -> None:
        self.tabs[tab].poll(60)

    @rule(tab=st.integers(0, 1))
    def end(self, tab: int) -> None:
        self.tabs[tab].visit.end()
        self.tabs[tab].run()

    @rule(tab=st.integers(0, 1))
    def retry(self, tab: int) -> None:
        for message in self.tabs[tab].visit.conversation.outbox:
            self.tabs[tab].visit.retry(message.custom_id)
        self.tabs[tab].run()

    @precondition(lambda self: self.tabs[0].visit.chat_id)
    @rule()
    def the_agent_writes(self) -> None:
        text = f"agent: {len(self.heard)}"
        page = self.tabs[0]
        for active in (True, False):
            with suppress(Refused):
                page.hear(text, active=active)
                self.heard.append(text)
                return

    @precondition(lambda self: self.tabs[0].visit.chat_id)
    @rule()
    def the_agent_closes_the_chat(self) -> None:
        with suppress(ChatInactive):
            self.tabs[0].agent.end(self.tabs[0].visit.chat_id or "")

    @rule(action=st.sampled_from(SENDS), cut=st.booleans())
    def the_next_answer_is_lost(self, action: str, cut: bool) -> None:
        self.sandbox.faults.add(action, lose_answer=not cut, truncate=cut)

    @rule(action=st.sampled_from([*SENDS, "list_chats", "list_threads", "token"]))
    def the_next_request_is_not_taken(self, action: str) -> None:
        self.sandbox.faults.add(action, error="too_many_requests")

    @rule()
    def the_next_threads_come_doubled_and_turned_round(self) -> None:
        self.sandbox.faults.add("list_threads", rewrite=doubled_and_turned_round)

    @invariant()
    def remember_what_was_given_up(self) -> None:
        """A message that waits for the visitor's Retry may be overtaken by later ones."""
        for page in self.tabs:
            self.given_up.update(
                text for text, delivery, _ in page.undelivered if delivery is Delivery.FAILED
            )

    def teardown(self) -> None:
        self.sandbox.faults.clear()
        for page in self.tabs:
            page.poll(70)
        self.remember_what_was_given_up()
        for page in self.tabs:
            for message in page.visit.conversation.outbox:
                page.visit.retry(message.custom_id)
            page.run()
        for page in self.tabs:
            for _ in range(3):
                page.poll(70)
        reloaded = Page(self.sandbox, self.tabs[0].visit.identity)
        for page in (*self.tabs, reloaded):
            assert page.undelivered == []
            assert sorted(page.texts) == sorted(self.typed[0] + self.typed[1] + self.heard)
            for typed in self.typed.values():
                kept = [text for text in typed if text not in self.given_up]
                assert [text for text in page.texts if text in kept] == kept
            assert [t for t in page.texts if t.startswith("agent")] == self.heard
            ids = [event.id for event in page.visit.conversation.transcript.timeline]
            assert len(ids) == len(set(ids))
            assert page.texts == reloaded.texts
            assert page.visit.conversation.state is reloaded.visit.conversation.state
        assert reloaded.visit.conversation.state is not State.UNKNOWN


@pytest.mark.usefixtures("sandbox")
def test_any_interleaving_leaves_each_event_once_and_in_order(shared_sandbox: Sandbox) -> None:
    Conversations.sandbox = shared_sandbox
    run_state_machine_as_test(
        Conversations,
        settings=settings(
            max_examples=60 // len(VERSIONS),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
