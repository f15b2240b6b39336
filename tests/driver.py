"""A visit driven as the page drives it, without Streamlit."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from livechat.api.accounts import Identity
from livechat.api.agent_client import AgentClient
from livechat.api.structures.forms import Form
from livechat.chat.conversation import State
from livechat.chat.outgoing import Delivery, Problem
from livechat.sandbox import Sandbox
from livechat.sandbox.world import chats
from livechat.settings import VERSIONS, Settings
from livechat.visit import SignedIn, Visit

COMPANY = {"get_dynamic_configuration", "get_configuration", "get_form"}
ORIGIN = "http://localhost:8501"


def ask_as_agent(sandbox: Sandbox, action: str, **sent: Any) -> dict[str, Any]:
    """Asks the Agent API for what the desk does not do; `sent` is `json` or `files`."""
    answer = requests.post(
        f"{sandbox.url}/v{VERSIONS[-1]}/agent/action/{action}",
        headers={"Authorization": f"Bearer {sandbox.default.agent_token}"},
        timeout=10,
        **sent,
    )
    assert answer.ok, answer.text
    return dict(answer.json())


def cut_off(sandbox: Sandbox) -> None:
    """Lets nobody reach LiveChat, until the faults are cleared."""
    for action in ("start_chat", "send_event", "list_chats", "get_chat"):
        sandbox.faults.add(action, status=503, times=1_000)


def change_an_event(sandbox: Sandbox, text: str, into: str | None) -> None:
    """Somebody gives the message with that text another one, or deletes it."""

    def change() -> None:
        organization = sandbox.default
        ((chat, thread, event),) = (
            (chat, thread, event)
            for chat in organization.chats.values()
            for thread in chat.threads
            for event in thread.events
            if event.content.get("text") == text and not event.deleted
        )
        if into is None:
            chats.delete_event(organization, chat, thread, event)
        else:
            chats.edit_event(organization, chat, thread, event, into)

    sandbox._in_loop(change)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = float(int(time.monotonic()))  # sums of whole seconds are exact

    def __call__(self) -> float:
        return self.now


class Page:
    """What the page does with a visit: draws, polls, draws again if something changed."""

    def __init__(
        self,
        sandbox: Sandbox,
        identity: Identity | None = None,
        *,
        asks_browser: bool = False,
        session_fields: dict[str, str] | None = None,
        signed_in: SignedIn | None = None,
        clock: Clock | None = None,
        runs: bool = True,
        **settings: object,
    ) -> None:
        """A page that is opened; one that does not yet `runs` has asked for nothing."""
        organization = sandbox.default
        self.clock = clock or Clock()
        self.sandbox = sandbox
        self.tick = 0
        self.later: list[Callable[[], object]] = []  # what the visit wants done by itself
        given = {
            "client_id": sandbox.client_id,
            "organization_id": organization.organization_id,
            "redirect_uri": None,
            "group_id": None,
            "poll_seconds": 3.0,
            "api_url": sandbox.url,
            "accounts_url": sandbox.url,
            "sandbox": False,
        }
        self.visit = Visit(
            Settings(**given | settings),  # type: ignore[arg-type]
            ORIGIN,
            identity,
            asks_browser=asks_browser,
            session_fields=session_fields,
            signed_in=signed_in,
            clock=self.clock,
            later=lambda _, do: self.later.append(do),
        )
        self.agent = AgentClient(sandbox.url, organization.agent_token)
        if runs:
            self.run()

    def run(self) -> None:
        """One run of the page, and those that it causes."""
        for _ in range(10):
            self.visit.drew(self.visit.glance())
            self.visit.work(self.tick)
            if not self.visit.needs_drawing:
                return
        pytest.fail("the page is drawn again and again")

    def poll(self, after: float = 3.0) -> None:
        """The poll, some seconds later."""
        self.clock.now += after
        self.tick += 1
        self.visit.work(self.tick)
        if self.visit.needs_drawing:
            self.run()

    def answer(self, identity: Identity | None) -> None:
        """The browser says who the visitor is, None for somebody new."""
        question = self.visit.who.question
        assert question
        self.visit.recognise(question.number, identity)
        self.run()

    def say(self, text: str) -> None:
        self.visit.say(text)
        self.run()

    def hear(self, text: str, active: bool | None = None) -> None:
        """The agent writes; `active` if the page does not know whether the chat is."""
        conversation = self.visit.conversation
        self.agent.say(
            text,
            customer_id=conversation.customer_id or "",
            chat_id=self.visit.chat_id,
            active=conversation.state is State.ACTIVE if active is None else active,
        )

    @property
    def texts(self) -> list[str]:
        return [e.text for e in self.visit.conversation.transcript.timeline if e.type == "message"]

    @property
    def undelivered(self) -> list[tuple[str, Delivery, Problem | None]]:
        return [(m.text, m.delivery, m.problem) for m in self.visit.conversation.outbox]

    def form(self, type: str) -> Form | None:
        """The form that the visitor is to fill in now, if it is of that type."""
        asks = self.visit.glance().asks
        return asks.form if asks.type == type and not asks.is_filled else None

    def asked(self, since: int = 0, *, about_all: bool = False) -> list[str]:
        """The actions that LiveChat was asked for by customers.

        `about_all` with those that one visitor of the process asks for all of them.
        """
        records = list(self.sandbox.requests)[since:]
        actions = [r.action for r in records if r.api not in ("agent", "sandbox")]
        return [action for action in actions if about_all or action not in COMPANY]
