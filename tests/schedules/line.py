"""What a tab's script makes of LiveChat's pushes, as `page/browser/push.js` and `reader.js` do."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import livechat.page.browser
from livechat.api.structures.greetings import parse_greeting
from livechat.chat.pushes import Told
from livechat.sandbox import Sandbox
from livechat.sandbox.world import greetings
from livechat.sandbox.world.model import Push

SCRIPT = Path(livechat.page.browser.__path__[0], "push.js").read_text(encoding="utf-8")
RINGS = dict(re.findall(r'\["(\w+)", "(looks|reads|threads)"\]', SCRIPT))
LATEST = int(re.findall(r"LATEST = (\d+)", SCRIPT)[0])


class Line:
    """One tab's connection. What it has `told` the app hears of when the tab tells it.

    While it `is_late` nothing that is pushed arrives, and all of it afterwards, in order. So many
    of the next messages' pushes are lost as `loses` says, and all come twice if it `stutters`.
    """

    def __init__(self, sandbox: Sandbox, customer_id: str) -> None:
        """It is not connected."""
        self.told = Told()
        self.is_late = self.stutters = False
        self.loses = 0
        self._sandbox = sandbox
        self._customer_id = customer_id
        self._connections = self._changes = 0
        self._events: list[str] = []
        self._late: list[Push] = []

    def connect(self) -> None:
        """Logs in, if it is not; what was pushed before is not pushed again."""
        if self.told.open:
            return
        self._connections += 1
        organization = self._sandbox.default
        customer = organization.customers.get(self._customer_id)
        greeting = customer and customer.greeting
        shown = greeting and not greeting.accepted and greetings.view(organization, greeting)
        self.ring("looks")
        self.told = replace(
            self.told,
            open=True,
            follows=False,
            connection=f"{id(self)} {self._connections}",
            greeting=parse_greeting(shown) if shown else None,
        )

    def drop(self) -> None:
        """The connection ends, with all that has not arrived."""
        self._late.clear()
        self.told = replace(self.told, open=False)

    def load_anew(self) -> None:
        """The script is another one, which knows nothing."""
        self.drop()
        self._events, self.told = [], Told(customer=self.told.customer)

    def ring(self, how: str) -> None:
        """Something calls for a look, or for reading."""
        self.told = replace(self.told, **{how: getattr(self.told, how) + 1})

    def arrive(self) -> None:
        """What was late arrives."""
        self.is_late = False
        late, self._late = self._late, []
        for push in late:
            self._hear(push)

    def __call__(self, push: Push) -> None:
        """The sandbox pushes something."""
        if not self.told.open or push.customer_id != self._customer_id:
            return
        if push.action == "incoming_event" and self.loses:
            self.loses -= 1
        elif self.is_late:
            self._late.append(push)
        else:
            self._hear(push)

    def _hear(self, push: Push) -> None:
        for _ in range(1 + self.stutters):
            self._hear_once(push)

    def _hear_once(self, push: Push) -> None:
        greeting = self.told.greeting
        if push.action == "incoming_event":
            self._events = [*self._events, push.payload["event"]["id"]][-LATEST:]
            self.told = replace(self.told, events=frozenset(self._events))
        elif push.action == "incoming_greeting":
            self.told = replace(self.told, greeting=parse_greeting(push.payload))
        elif push.action in ("greeting_accepted", "greeting_canceled"):
            if greeting and greeting.unique_id == push.payload["unique_id"]:
                self.told = replace(self.told, greeting=None)
        elif RINGS.get(push.action) == "threads":
            self._change(push.payload)
        elif push.action in RINGS and push.payload.get("user_id") != self._customer_id:
            self.ring(RINGS[push.action])

    def _change(self, payload: dict[str, Any]) -> None:
        self._changes += 1
        others = {i: mark for i, mark in self.told.threads.items() if i != payload["thread_id"]}
        threads = {**others, payload["thread_id"]: f"{id(self)} {self._changes}"}
        deleted = self.told.deleted | ({payload["event_id"]} if "event_id" in payload else set())
        latest = dict(list(threads.items())[-LATEST:])
        self.told = replace(self.told, threads=latest, deleted=deleted)
