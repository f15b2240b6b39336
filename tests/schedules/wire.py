"""The wire between the pages and the sandbox: what goes wrong with a request, and in its middle.

The requests are real, and so is what goes wrong, which the sandbox does (`sandbox/web/faults.py`):
here stands only which request it happens to.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from livechat.api import client, transport
from livechat.sandbox import Sandbox

JSON = dict[str, Any]

SILENT_AFTER = 0.15  # seconds without an answer until the page gives up, where one hangs
_HANGS = 0.4  # seconds: as long as that, and a bit
_CARRIED_OUT_WITHIN = 60.0  # seconds: LiveChat has a limit of its own (3.1)

_HTML = {"body": "<html><body>Down</body></html>", "content_type": "text/html"}
_NOT_TAKEN = {"error": "too_many_requests"}

FAULTS: dict[str, dict[str, Any]] = {
    "dropped before": {"error": "internal", "lose_answer": True},
    "dropped after": {"lose_answer": True},
    "truncated": {"truncate": True},
    "truncated refusal": {"error": "internal", "truncate": True},
    "empty": {"body": ""},
    "HTML": _HTML,
    "HTML 502": {"status": 502, **_HTML},
    "429": _NOT_TAKEN,
    "429 for a second": {**_NOT_TAKEN, "headers": {"Retry-After": "1"}},
    "429 for half a minute": {**_NOT_TAKEN, "headers": {"Retry-After": "30"}},
    "429 for an hour": {**_NOT_TAKEN, "headers": {"Retry-After": "3600"}},
    "429 in HTML": {"status": 429, **_HTML, "headers": {"Retry-After": "20"}},
    "500": {"status": 500},
    "internal": {"error": "internal"},
    "503": {"status": 503, **_HTML},
    "unavailable": {"error": "service_unavailable", "headers": {"Retry-After": "5"}},
    "out of time": {"error": "request_timeout"},
    "an old token": {"error": "authentication"},
    "slow": {"delay": 0.02},
    "hanging before": {"status": 500, "delay": _HANGS},
    "hanging after": {"hang": _HANGS},
}
"""What goes wrong with a request, by name: as the arguments of `Faults.add`.

What is "429 until" a date and "wrong types" `fault` makes. Whatever says "after" was carried out.
"""

_STATUSES = {
    "too_many_requests": 429,
    "internal": 500,
    "service_unavailable": 503,
    "request_timeout": 504,
    "authentication": 500,
}

WRONG = ("wrong types", "429 until")
_HANGING = ("hanging before", "hanging after")

# What the reference promises always, and what stands in for it.
_PROMISED = (
    *("id", "type", "created_at", "events", "threads", "thread", "chats_summary", "active"),
    *("chat_id", "thread_id", "event_id", "event_ids", "url", "access_token", "entity_id", "users"),
)
_INSTEAD: tuple[object, ...] = (None, 7, "x", [], {}, [7], True)


def fault(kind: str, action: str, place: int, sandbox: Sandbox) -> dict[str, Any]:
    """The arguments of `Faults.add` for a kind; `place` tells what has the wrong type, or how long.

    A date is by the sandbox's clock, as it stands in the same answer. The token server has no such
    errors (2.8): there a status stands for each.
    """
    given = _fault(kind, place, sandbox)
    if action in ("token", "revoke") and (error := given.get("error")):
        given = {name: value for name, value in given.items() if name != "error"}
        given["status"] = _STATUSES[error]
    return given


def _fault(kind: str, place: int, sandbox: Sandbox) -> dict[str, Any]:
    if kind == "wrong types":
        return {"rewrite": lambda answer: _with_wrong_type(answer, place)}
    if kind == "429 until":
        until = sandbox.clock.now().timestamp() + 10 * place
        date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(until))
        return {**_NOT_TAKEN, "headers": {"Retry-After": date}}
    return FAULTS[kind]


def _with_wrong_type(answer: JSON, place: int) -> JSON:
    found = list(_promised(answer))
    if found:
        within, name = found[place % len(found)]
        instead = [value for value in _INSTEAD if type(value) is not type(within[name])]
        within[name] = instead[place % len(instead)]
    return answer


def _promised(json: Any) -> Iterator[tuple[JSON, str]]:
    if isinstance(json, dict):
        yield from ((json, name) for name in _PROMISED if name in json)
    parts = json.values() if isinstance(json, dict) else json if isinstance(json, list) else ()
    for part in parts:
        yield from _promised(part)


@dataclass
class Mishap:
    """What happens to one request: a fault, and something `before` it or `after` it is answered."""

    kind: str | None = None
    place: int = 0
    before: Callable[[], object] = field(default=lambda: None)
    after: Callable[[], object] = field(default=lambda: None)


class Wire(HTTPAdapter):
    """Sends what the pages ask. `sent` counts requests, without those in the middle of others."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Nothing goes wrong."""
        super().__init__()
        self.sent = 0
        self._sandbox = sandbox
        self._armed: list[tuple[str, Mishap]] = []
        self._depth = 0

    def arm(self, action: str, mishap: Mishap) -> None:
        """Something happens to the next request of an action."""
        self._armed.append((action, mishap))

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._armed.clear()

    def send(self, request: requests.PreparedRequest, *given: Any, **more: Any) -> Any:
        """As `requests` sends it, with what happens to it."""
        self.sent += not self._depth
        action = urlsplit(str(request.url)).path.rpartition("/")[2]
        if request.method == "DELETE":
            action = "revoke"
        mishap = self._take(action)
        if mishap is None:
            return super().send(request, *given, **more)
        self._in_the_middle(mishap.before)
        try:
            return self._send(request, action, mishap, *given, **more)
        finally:
            self._in_the_middle(mishap.after)

    def _send(
        self,
        request: requests.PreparedRequest,
        action: str,
        mishap: Mishap,
        *given: Any,
        **more: Any,
    ) -> Any:
        faults, records = self._sandbox.faults, self._sandbox.requests
        if mishap.kind:
            faults.add(action, **fault(mishap.kind, action, mishap.place, self._sandbox))
        if mishap.kind in _HANGING:
            more["timeout"] = (transport.CONNECT_TIMEOUT, SILENT_AFTER)
        seen = len(records)
        try:
            return super().send(request, *given, **more)
        except requests.ReadTimeout:
            # However busy this machine is: what is carried out at all is, before the page gives up.
            until = time.monotonic() + _CARRIED_OUT_WITHIN
            while len(records) == seen or not records[-1].status:
                assert time.monotonic() < until
                time.sleep(0.005)
            raise
        finally:
            faults.clear()

    def _take(self, action: str) -> Mishap | None:
        for index, (known, mishap) in enumerate(self._armed):
            if known in (action, "any"):
                del self._armed[index]
                return mishap
        return None

    def _in_the_middle(self, happen: Callable[[], object]) -> None:
        self._depth += 1
        try:
            happen()
        finally:
            self._depth -= 1


@contextmanager
def between(sandbox: Sandbox) -> Iterator[Wire]:
    """A wire that everything goes over which pages of this process ask for meanwhile."""
    wire = Wire(sandbox)
    before = transport._POOL, client._FIRST_WAIT
    transport._POOL, client._FIRST_WAIT = wire, 0.0  # what is repeated is so at once
    try:
        yield wire
    finally:
        transport._POOL, client._FIRST_WAIT = before
        wire.close()
