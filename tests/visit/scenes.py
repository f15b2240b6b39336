"""What the tests of a visit set up, and look for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from livechat.api.structures.events import Event
from tests.driver import Page, ask_as_agent


def wait_until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.01)


def receive(page: Page, **event: Any) -> Event:
    """The agent sends an event, and the page shows it."""
    sent = {"chat_id": page.visit.chat_id, "event": event}
    ask_as_agent(page.sandbox, "send_event", json=sent)
    page.poll()
    return page.visit.conversation.timeline[-1]


def payloads(page: Page, action: str) -> list[dict[str, Any]]:
    return [r.payload for r in page.sandbox.requests if r.action == action and r.api != "agent"]


def bodies(page: Page) -> list[object]:
    return [e.body for e in page.visit.conversation.timeline if e.body]


ALWAYS = 100_000  # times


def requests_an_hour(page: Page) -> int:
    since = len(page.sandbox.requests)
    for _ in range(100):
        page.poll(3)
    return len(page.asked(since, about_all=True)) * 12
