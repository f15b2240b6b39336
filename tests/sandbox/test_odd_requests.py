"""Whatever a request holds, the sandbox answers, with JSON, and never that it is its own fault.

Each field of each request is odd in each way, in the middle of a chat. Some of that is tried each
time; ODDITIES=100000 tries all of it, SEED=7 the same again.
"""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.oddities import ODD, Oddity, dumped, kinds_of_places
from tests.sandbox.actions.test_request_schemas import AGENT_RIGHT, GETS, REQUIRED
from tests.sandbox.actors import REDIRECT_URI, Agent, Customer
from tests.sandbox.rtm_socket import Socket

ODDITIES = int(os.environ.get("ODDITIES", "150"))
SEED = int(os.environ.get("SEED", random.randrange(10**6)))

JSON = dict[str, Any]

EVENTS: list[JSON] = [
    {"type": "message", "text": "x", "custom_id": "c", "postback": {"id": "b", "event_id": "e"}},
    {"type": "file", "url": "https://example.com/a.png", "properties": {"a": {"b": "c"}}},
    {"type": "custom", "content": {"a": {"b": [1]}}},
    {"type": "filled_form", "form_id": "f", "fields": [{"type": "name", "id": "n", "label": "l"}]},
    {
        "type": "rich_message",
        "template_id": "cards",
        "elements": [{"title": "t", "buttons": [{"text": "b", "postback_id": "p"}]}],
    },
]
MORE: dict[str, JSON] = {
    "start_chat": {"chat": {"access": {"group_ids": [0]}, "thread": {"events": EVENTS[:1]}}},
    "resume_chat": {"chat": {"id": "C", "thread": {"events": EVENTS[:2]}}, "continuous": True},
    "send_event": {"chat_id": "C", "event": EVENTS[4], "attach_to_last_thread": True},
    "list_threads": {"chat_id": "C", "limit": 3, "page_id": "p", "min_events_count": 5},
    "update_customer": {"name": "Ann", "email": "a@example.com", "session_fields": [{"a": "b"}]},
    "list_group_statuses": {"all": True, "group_ids": [0]},
}
CONTROLS: dict[str, JSON] = {
    "show": {"chat_id": "C", "what": "cards"},
    "greet": {"customer_id": "U", "what": "buttons"},
    "peek": {"chat_id": "C"},
    "configure": {
        "enabled_forms": ["prechat"],
        "language": "en",
        "welcome_message": "Hi",
        "targets": [{"greeting": "message", "url": "https://example.com", "title": "t"}],
        "deprecation": {"3.5": "2030-01-01"},
    },
}


@pytest.fixture(autouse=True)
def _no_fault(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    print(f"SEED={SEED}")
    yield
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == []


def odd(requests_: list[tuple[str, JSON]]) -> Iterator[tuple[str, bytes]]:
    """Some odd requests to actions."""
    found = [
        (action, right, Oddity(path, kind))
        for action, right in requests_
        for path in kinds_of_places(right)
        for kind in ODD
    ]
    for action, right, oddity in random.Random(SEED).sample(found, min(len(found), ODDITIES)):
        print(action, oddity)
        yield action, dumped(oddity.in_(right))


def in_chat(right: JSON, chat_id: str, thread_id: str, user_id: str) -> JSON:
    """A request about what is there."""
    known = {"C": chat_id, "T": thread_id, "U": user_id}

    def told(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: told(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return list(map(told, value))
        return known.get(value, value) if isinstance(value, str) else value

    return dict(told(right))


def is_answered(response: requests.Response) -> None:
    if response.status_code == 200:
        assert isinstance(response.json(), dict)
        return
    assert 400 <= response.status_code < 500, response.text
    error = response.json().get("error", response.json().get("oauth_exception"))
    assert isinstance(error, str) or error["type"] not in ("", "internal")


@pytest.mark.parametrize("api", ["customer", "agent", "sandbox"])
def test_odd_bodies(customer: Customer, agent: Agent, api: str) -> None:
    chat_id = customer.start("hello")
    about = (chat_id, customer.threads()[0]["id"], customer.id)
    known = {"customer": REQUIRED, "agent": AGENT_RIGHT, "sandbox": CONTROLS}[api]
    rights = [*known.items(), *((name, MORE[name]) for name in known if name in MORE)]
    rights += [("send_event", {"chat_id": "C", "event": event}) for event in EVENTS]
    right = [(action, in_chat(fields, *about)) for action, fields in rights if action in known]
    customer.version = agent.version = "3.6"
    http, kind = requests.Session(), {"Content-Type": "application/json"}
    for action, body in odd(right):
        if api == "customer":
            url, query, headers = customer.url(action), customer.query, customer.headers
        else:
            url, query, headers = agent.url(action), {}, agent.headers
            url = url.replace("/v3.6/agent/", "/sandbox/") if api == "sandbox" else url
        sent = {"params": query, "data": body, "headers": headers | kind}
        is_answered(http.post(url, timeout=60, **sent))  # type: ignore[arg-type]
    if api != "agent":  # which may have banned the customer
        assert customer.threads()


def test_odd_queries(customer: Customer) -> None:
    texts = [value for value in ODD.values() if isinstance(value, str)]
    names = {"organization_id", *(name for right in GETS.values() for name in right)}
    found = [(action, name, text) for action in GETS for name in names for text in texts]
    for action, name, text in random.Random(SEED).sample(found, min(len(found), ODDITIES // 3)):
        print(action, name, text[:20])
        right = {**customer.query, **GETS[action], name: text[:10_000]}
        is_answered(customer.http.get(customer.url(action), params=right, timeout=60))


def test_odd_grants(customer: Customer) -> None:
    right = {
        **{"grant_type": "cookie", "response_type": "token", "redirect_uri": REDIRECT_URI},
        **{"client_id": customer.sandbox.client_id, **customer.query, "code": "c", "state": "s"},
    }
    paths = ["/v2/customer/token", "/v2/customer/identity_transfer"]
    for path, body in odd([(path, right) for path in paths]):
        cookies = {"__lc_cid": customer.id, "__lc_cst": "x"}
        url = customer.sandbox.url + path
        is_answered(requests.post(url, data=body, cookies=cookies, timeout=60))


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer \xff"},
        {"Authorization": "Basic \xff"},
        {"Authorization": "Basic " + "A" * 5_000},
        {"Cookie": "__lc_cid=\xff; =; ;;; __lc_cst"},
        {"X-Region": "\xff/../.."},
        {"X-Debug-Id": "x" * 5_000},
        {"Accept-Language": "\xff," * 500},
        {"Content-Type": "application/json; charset=utf-7"},
        {"Content-Type": "multipart/form-data"},
        {"Content-Type": "multipart/form-data; boundary=\xff"},
        {"Origin": "null\xff"},
    ],
)
def test_odd_headers(customer: Customer, headers: dict[str, str]) -> None:
    sent = {name: value.encode("latin-1") for name, value in (customer.headers | headers).items()}
    for action in ("list_chats", "upload_file", "no_such_action", "%00%ff.."):
        url = customer.url(action)
        is_answered(requests.post(url, params=customer.query, data=b"{}", headers=sent, timeout=60))
    info = requests.get(f"{customer.sandbox.url}/v2/customer/info", headers=sent, timeout=60)
    assert info.status_code < 500


def test_odd_frames(customer: Customer, socket: Socket) -> None:
    customer.start("hello")
    right = {"request_id": "r", "action": "ping", "payload": {"a": 1}, "version": "3.5"}
    events = {"chat_id": customer.chat_id, "event": EVENTS[0]}
    requests_ = [("", right), ("", {**right, "action": "send_event", "payload": events})]
    login = {"token": f"Bearer {customer.token}", "customer": {"name": "A"}, "pushes": {"3.5": []}}
    requests_ += [("", {**right, "action": "login", "payload": login})]
    for _, frame in odd(requests_):
        socket.wire.send(frame.decode(errors="replace"))
        answer = socket.read()
        while answer["type"] != "response":
            answer = socket.read()
        assert answer["success"] or answer["payload"]["error"]["type"] != "internal"
    assert socket.ok("ping") == {}
