"""What the tests of a visit set up, and look for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from livechat.api.accounts import Accounts
from livechat.api.client import Client
from livechat.api.credentials import CustomerCredentials
from livechat.api.errors import Unreachable
from livechat.api.structures.events import Event
from livechat.chat import outgoing
from livechat.chat.conversation import Conversation
from livechat.chat.outgoing import Outgoing
from livechat.sandbox import Sandbox
from livechat.sandbox.world import chats
from livechat.sandbox.world.events import Draft
from livechat.visit.acts import Acts
from livechat.visit.again import Again
from livechat.visit.company import Shared
from livechat.visit.ending import Ending
from livechat.visit.errands import Errands
from livechat.visit.greetings import Greetings
from livechat.visit.holder import Holder
from livechat.visit.pace import Pace
from livechat.visit.patience import Patience
from livechat.visit.prechat import Prechat
from livechat.visit.pushed import Pushed
from livechat.visit.reading import Reading
from livechat.visit.seen import Seen
from livechat.visit.sending import Sending
from tests.driver import ORIGIN, Clock, Page, ask_as_agent

UNREACHABLE = Unreachable("nobody answers")


def wait_until(condition: Callable[[], bool]) -> None:
    """Waits for a minute at most: the machine may be busy."""
    for _ in range(6_000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("waited in vain")


def receive(page: Page, **event: Any) -> Event:
    """The agent sends an event, and the page shows it."""
    sent = {"chat_id": page.visit.chat_id, "event": event}
    ask_as_agent(page.sandbox, "send_event", json=sent)
    page.poll()
    return page.visit.conversation.transcript.timeline[-1]


def payloads(page: Page, action: str) -> list[dict[str, Any]]:
    return [r.payload for r in page.sandbox.requests if r.action == action and r.api != "agent"]


def bodies(page: Page) -> list[object]:
    return [e.body for e in page.visit.conversation.transcript.timeline if e.body]


def write_as_agent(page: Page, text: str) -> None:
    """The agent writes into the open thread; also in the middle of an answer of the sandbox."""
    organization = page.sandbox.default
    agent = next(iter(organization.agents.values()))
    chat = organization.chats[page.visit.chat_id or ""]
    said = Draft("message", agent.id, "all", {"text": text})
    page.sandbox._in_loop(lambda: chats.send(organization, agent, chat, said))


def happening(happen: Callable[[], object]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """For a fault: something happens once the sandbox has read what it is about to answer."""

    def answer_late(answer: dict[str, Any]) -> dict[str, Any]:
        happen()
        return answer

    return answer_late


ALWAYS = 100_000  # times


def requests_an_hour(page: Page) -> int:
    since = len(page.sandbox.requests)
    for _ in range(100):
        page.poll(3)
    return len(page.asked(since, about_all=True)) * 12


def idle_for(page: Page, seconds: float) -> None:
    """Nothing happens but the polls."""
    until = page.clock.now + seconds
    while page.clock.now + page.visit.pace <= until:
        page.poll(page.visit.pace)


class Alone:
    """What a part of a visit shares with the others, to test it by itself, for a new customer."""

    def __init__(self, sandbox: Sandbox) -> None:
        organization_id = sandbox.default.organization_id
        self.sandbox = sandbox
        self.clock = Clock()
        self.hurry = threading.Event()
        self.holder = Holder()
        self.company = Shared(None)
        self.client = Client(
            sandbox.url,
            organization_id,
            CustomerCredentials(
                Accounts(sandbox.url, sandbox.client_id, organization_id, ORIGIN),
                None,
                clock=self.clock,
                on_grant=lambda grant: self.change(lambda c: c.belongs_to(grant.customer_id)),
            ),
            retries=1,
        )
        self.patience = Patience(self.holder, self.clock)
        self.pushed = Pushed(self.holder, self.company, self.clock)
        self.pace = Pace(self.holder, self.clock, 3.0, self.pushed.trust)
        self.seen = Seen(self.holder, self.client, self.clock)
        self.errands = Errands(self.clock, self.hurry)
        self.prechat = Prechat(self.holder, self.company, self.clock, self.hurry)
        self.again = Again(self.holder, self.client, self.clock)
        self.reading = Reading(
            self.holder,
            self.client,
            self.company,
            self.clock,
            self.pace,
            self.patience,
            self.pushed,
            self.seen,
            self.again,
        )
        self.greetings = Greetings(self.holder, self.client, self.company, self.errands)
        self.ending = Ending(self.holder, self.client, self.reading, self.hurry)
        self.sending = Sending(
            self.holder,
            self.client,
            self.company,
            self.clock,
            self.hurry,
            self.reading,
            self.ending,
            self.prechat,
            self.patience,
            self.greetings,
            None,
        )
        self.acts = Acts(
            self.holder,
            self.client,
            self.clock,
            self.errands,
            self.sending,
            self.greetings,
            self.reading,
        )

    @property
    def conversation(self) -> Conversation:
        return self.holder.conversation

    def change(self, change: Callable[[Conversation], Conversation]) -> None:
        self.holder.apply(change)

    def message(self, text: str = "Hello") -> Outgoing:
        return outgoing.message(text, self.clock())

    def chat(self) -> None:
        """The visitor has said hello, and an agent may answer."""
        self.reading.look()
        self.sending.send_off(self.message())
        self.sending.deliver_all()
        self.reading.look()
        self.sandbox.requests.clear()

    def hear(self, text: str) -> None:
        """The agent writes."""
        event = {"type": "message", "text": text}
        sent = {"chat_id": self.conversation.chat_id, "event": event}
        ask_as_agent(self.sandbox, "send_event", json=sent)

    @property
    def texts(self) -> list[str]:
        return [
            event.text for event in self.conversation.transcript.timeline if event.type == "message"
        ]

    @property
    def asked(self) -> list[str]:
        """The actions that LiveChat was asked for by customers."""
        records = self.sandbox.requests
        return [r.action for r in records if r.api not in ("agent", "sandbox")]
