"""The control plane: answers that go wrong on request, and records of what was seen."""

from __future__ import annotations

import time
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests

from livechat.sandbox.web.faults import GAINED, deviation
from tests.sandbox.actors import Agent, Customer, error_type, wait_for


def test_a_fault_happens_as_often_as_told(customer: Customer) -> None:
    customer.sandbox.faults.add("list_chats", times=2, error="too_many_requests")
    assert customer.error("get_customer") is None
    assert customer.error("list_chats") == "too_many_requests"
    assert customer.call("list_chats", {}).status_code == 429
    assert customer.error("list_chats") is None


def test_a_refusal_is_not_carried_out(customer: Customer) -> None:
    faults = customer.sandbox.faults
    faults.add("start_chat", error="misdirected_request", data={"region": "dal"})
    response = customer.call("start_chat", {})
    assert response.json()["error"]["data"] == {"region": "dal"}
    assert customer.ok("list_chats")["total_chats"] == 0


def test_any_answer_can_be_put_in_place(customer: Customer) -> None:
    customer.sandbox.faults.add(
        "*",
        status=503,
        body="<html>down</html>",
        content_type="text/html",
        headers={"Retry-After": "7"},
    )
    response = customer.call("list_chats", {})
    assert (response.status_code, response.text) == (503, "<html>down</html>")
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["retry-after"] == "7"


def test_what_is_carried_out_may_be_answered_by_silence(customer: Customer) -> None:
    customer.sandbox.faults.add("start_chat", hang=30.0)
    url, query = customer.url("start_chat"), customer.query
    with pytest.raises(requests.ReadTimeout):
        customer.http.post(url, params=query, json={}, headers=customer.headers, timeout=0.5)
    wait_for(lambda: customer.ok("list_chats")["total_chats"] == 1)


def test_headers_alone_go_with_the_answer(customer: Customer) -> None:
    customer.sandbox.faults.add("list_chats", headers={"Legacy": "2027-01-01"})
    response = customer.call("list_chats", {})
    assert response.headers["legacy"] == "2027-01-01"
    assert error_type(response) is None


@pytest.mark.parametrize("ahead", [0, 9 * 3600, -86_400])
def test_an_answer_says_how_late_it_is_by_the_sandboxs_clock(
    customer: Customer, ahead: float
) -> None:
    sandbox = customer.sandbox
    sandbox.clock.advance(ahead)
    before = sandbox.clock.now()
    dates = [
        customer.call("list_chats", {}).headers["date"],
        customer.call("no_such_action", {}).headers["date"],
        requests.post(f"{sandbox.url}/v2/customer/token", timeout=10).headers["date"],
    ]
    for date in dates:
        assert timedelta(seconds=-1) < parsedate_to_datetime(date) - before < timedelta(seconds=60)


def test_a_wrong_date_can_be_put_in_its_place(customer: Customer) -> None:
    wrong = "Thu, 01 Jan 1970 00:00:00 GMT"
    customer.sandbox.faults.add("list_chats", headers={"Date": wrong})
    assert customer.call("list_chats", {}).headers["date"] == wrong


@pytest.mark.parametrize("kind", ["lose_answer", "truncate"])
def test_a_lost_answer_was_carried_out(customer: Customer, kind: str) -> None:
    chat_id = customer.start("hello")
    customer.sandbox.faults.add("send_event", **{kind: True})  # type: ignore[arg-type]
    event = {"chat_id": chat_id, "event": {"type": "message", "text": "lost"}}
    with pytest.raises(requests.RequestException):
        customer.call("send_event", event)
    assert customer.texts() == ["hello", "lost"]


def test_rewrite(customer: Customer) -> None:
    customer.organization.legacy = {"3.5": "2026-12-31"}
    customer.sandbox.faults.add("list_chats", rewrite=lambda answer: {**answer, "new": 1})
    answer = customer.call("list_chats", {})
    assert answer.json()["new"] == 1
    assert (answer.headers["Legacy"], "x-debug-id" in answer.headers) == ("2026-12-31", True)


def test_rewriting_to_what_is_no_json(customer: Customer) -> None:
    customer.sandbox.faults.add("list_chats", rewrite=lambda answer: b'{"a": NaN, "a": "\xff"}')
    answer = customer.call("list_chats", {})
    assert (answer.status_code, answer.content) == (200, b'{"a": NaN, "a": "\xff"}')
    assert answer.headers["Content-Type"] == "application/json"
    assert "x-debug-id" in answer.headers


def test_a_late_answer_was_carried_out(customer: Customer) -> None:
    chat_id = customer.start("hello")
    customer.sandbox.faults.add("send_event", delay=0.3)
    event = {"chat_id": chat_id, "event": {"type": "message", "text": "late"}}
    with pytest.raises(requests.Timeout):
        customer.http.post(
            customer.url("send_event"),
            params=customer.query,
            json=event,
            headers=customer.headers,
            timeout=0.05,
        )
    deadline = time.monotonic() + 10
    while customer.texts() != ["hello", "late"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_faults_of_the_token_server(customer: Customer) -> None:
    faults = customer.sandbox.faults
    faults.add("token", error="server_error", status=500)
    response = customer.grant()
    assert (response.status_code, response.json()["oauth_exception"]) == (500, "server_error")
    faults.add("token", body='{"identity_exception": "identity_lost"}', status=200)
    assert customer.grant().json() == {"identity_exception": "identity_lost"}
    faults.add("token", rewrite=lambda answer: {**answer, "access_token": "a%3Ab"})
    response = customer.grant()
    assert response.json()["access_token"] == "a%3Ab"
    assert "__lc_cst" in response.cookies
    faults.add("info", error="invalid_grant")
    url = customer.sandbox.url + "/v2/customer/info"
    assert requests.get(url, headers=customer.headers).status_code == 401
    faults.add("*", times=9, error="internal")
    faults.clear()
    assert customer.grant().status_code == 200


def test_records(customer: Customer, agent: Agent) -> None:
    sandbox = customer.sandbox
    sandbox.requests.clear()
    customer.error("get_chat", chat_id="X")
    agent.ok("list_chats", limit=5)
    customer.get("list_group_properties", id=1)
    customer.grant()
    records = list(sandbox.requests)
    assert [(record.api, record.action, record.status, record.error) for record in records] == [
        ("customer", "get_chat", 404, "not_found"),
        ("agent", "list_chats", 200, None),
        ("customer", "list_group_properties", 200, None),
        ("accounts", "token", 200, None),
    ]
    assert [record.payload for record in records[:3]] == [{"chat_id": "X"}, {"limit": 5}, {"id": 1}]
    organization_id = sandbox.default.organization_id
    assert {record.organization_id for record in records} == {organization_id}
    assert all(record.bytes_out > 0 for record in records)
    assert records[0].bytes_in == len(b'{"chat_id": "X"}')
    assert records[0].headers["content-type"] == "application/json"
    kept = repr(records)
    assert customer.token not in kept
    assert agent.token not in kept
    assert customer.http.cookies["__lc_cst"] not in kept


@pytest.mark.parametrize(
    ("how", "path", "expected"),
    [
        ("lacks", "a", {"b": [{"c": 1}, {"c": True}]}),
        ("lacks", "b[].c", {"a": "x", "b": [{}, {}]}),
        ("gains", "d", {"a": "x", "b": [{"c": 1}, {"c": True}], "d": GAINED}),
        ("gains", "b[].d", {"a": "x", "b": [{"c": 1, "d": GAINED}, {"c": True, "d": GAINED}]}),
        ("changes", "a", {"a": 7, "b": [{"c": 1}, {"c": True}]}),
        ("changes", "b[].c", {"a": "x", "b": [{"c": GAINED}, {"c": GAINED}]}),
        ("changes", "nowhere", {"a": "x", "b": [{"c": 1}, {"c": True}]}),
        ("lacks", "a.b[].c", {"a": "x", "b": [{"c": 1}, {"c": True}]}),
    ],
)
def test_an_answer_can_deviate(how: str, path: str, expected: object) -> None:
    assert deviation(how, path)({"a": "x", "b": [{"c": 1}, {"c": True}]}) == expected
