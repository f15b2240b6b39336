"""RTM connections: envelopes, what goes wrong on request, and how they end (6.1, 6.2, 6.5)."""

from __future__ import annotations

import json
import logging

import pytest
import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus

from livechat.sandbox.world import pushes
from tests.sandbox.actors import HELLO, JSON, Agent, Customer
from tests.sandbox.rtm_socket import Open, Socket

# -- Envelopes


def test_envelopes(socket: Socket) -> None:
    answer = socket.call("list_chats", {"limit": 5}, version="3.5")
    assert list(answer) == ["request_id", "action", "type", "success", "payload"]
    assert (answer["action"], answer["type"], answer["success"]) == ("list_chats", "response", True)
    assert answer["payload"] == {"chats_summary": [], "total_chats": 0}
    refusal = socket.call("get_chat", {"chat_id": "X"})
    assert refusal == {
        "request_id": "r3",
        "action": "get_chat",
        "type": "response",
        "success": False,
        "payload": {"error": {"type": "not_found", "message": "Chat not found"}},
    }
    socket.wire.send(json.dumps({"action": "ping"}))
    assert socket.answer(None) == {
        "action": "ping",
        "type": "response",
        "success": True,
        "payload": {},
    }


@pytest.mark.parametrize("version", ["3.4", "3.7", "3"])
def test_other_versions(socket: Socket, version: str) -> None:
    assert socket.error("list_chats", {}, version=version) == "unsupported_version"


def test_unknown_actions(socket: Socket) -> None:
    for action in ("no_such_action", "upload_file", "check_goals", "get_localization"):
        assert socket.error(action, {}) == "not_found"


@pytest.mark.parametrize(
    "frame", ["", "no JSON", "[]", "{}", '{"action": 1}', '{"action": "ping", "more": 1}', b"\xff"]
)
def test_wrong_frames(socket: Socket, frame: str | bytes) -> None:
    socket.wire.send(frame)
    answer = socket.answer(None)
    assert answer["payload"]["error"]["type"] == "validation"
    socket.ok("ping")


def test_wrong_payloads(socket: Socket) -> None:
    assert socket.error("list_chats", {"limit": "many"}) == "validation"
    assert socket.error("list_chats", []) == "validation"
    assert socket.error("ping", {"a": 1}) == "validation"


def test_a_frame_that_is_too_long_ends_the_connection(socket: Socket) -> None:
    with pytest.raises(ConnectionClosed):
        socket.call("send_event", {"text": "x" * 600_000})


def test_ten_requests_may_be_pending(socket: Socket) -> None:
    socket.customer.sandbox.faults.add("rtm/get_customer", times=10, delay=0.5)
    asked = [socket.send("get_customer") for _ in range(10)]
    assert socket.error("list_chats", {}) == "pending_requests_limit_reached"
    assert all(socket.answer(request_id)["success"] for request_id in asked)
    socket.ok("list_chats")


# -- How connections end


def test_a_login_that_does_not_come(customer: Customer, open_socket: Open) -> None:
    socket = open_socket()
    customer.sandbox.clock.advance(20)
    assert socket.heard() == []  # a ping is no login
    customer.sandbox.clock.advance(11)
    assert socket.end() == {"reason": "connection_timeout"}


def test_silence(socket: Socket) -> None:
    socket.customer.sandbox.clock.advance(20)
    socket.ok("ping")
    socket.customer.sandbox.clock.advance(20)
    assert socket.wire.ping().wait(5)
    socket.customer.sandbox.clock.advance(20)
    socket.ok("get_customer")
    socket.customer.sandbox.clock.advance(31)
    assert socket.end() == {"reason": "connection_timeout"}


def test_an_expired_token(customer: Customer, open_socket: Open) -> None:
    customer.authorize(expires_in=10)
    socket = open_socket()
    socket.login()
    customer.sandbox.clock.advance(11)
    assert socket.end() == {"reason": "access_token_expired"}


def test_a_revoked_token(customer: Customer, socket: Socket, open_socket: Open) -> None:
    url = customer.sandbox.url + "/v2/customer/token"
    revoked = customer.headers
    customer.authorize()
    other = open_socket()
    other.login()
    assert requests.delete(url, headers=revoked).status_code == 200
    assert socket.end() == {"reason": "access_token_revoked"}
    other.ok("ping")


def test_a_ban(customer: Customer, socket: Socket, agent: Agent) -> None:
    customer.start("hello")
    socket.heard()
    agent.ok("ban_customer", id=customer.id, ban={"days": 1})
    said, closed = socket.read(), socket.read()
    assert said["payload"]["event"]["system_message_type"] == "customer_banned"
    assert closed["action"] == "chat_deactivated"
    assert socket.end() == {"reason": "customer_banned"}


@pytest.mark.parametrize("reason", pushes.REASONS)
def test_any_reason_on_command(customer: Customer, socket: Socket, reason: str) -> None:
    customer.sandbox.disconnect(customer.organization, customer.id, reason, {"region": "fra"})
    assert socket.end() == {"reason": reason, "data": {"region": "fra"}}


def test_unknown_organizations_and_versions(open_socket: Open) -> None:
    assert open_socket(organization="nobody").end() == {"reason": "license_not_found"}
    assert open_socket(version="3.4").end() == {"reason": "unsupported_version"}


def test_a_reset_closes_all(socket: Socket) -> None:
    socket.customer.sandbox.reset()
    with pytest.raises(ConnectionClosed):
        socket.wire.recv(5)


def test_a_client_that_reads_nothing_is_let_go(
    customer: Customer, socket: Socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livechat.sandbox.web.rtm.MAX_WAITING_FRAMES", 5)
    sandbox = customer.sandbox

    def flood() -> None:
        for _ in range(10):
            customer.organization.push("incoming_multicast", {"content": 1}, customer.id)

    sandbox._in_loop(flood)
    with pytest.raises(ConnectionClosed):
        socket.wire.recv(5)


# -- Faults and records


def test_faults(customer: Customer, open_socket: Open) -> None:
    faults = customer.sandbox.faults
    token = {"token": f"Bearer {customer.token}"}
    faults.add("rtm/login", error="users_limit_reached")
    faults.add("rtm/login", error="misdirected_request", data={"region": "fra"})
    socket = open_socket()
    assert socket.error("login", token) == "users_limit_reached"
    assert socket.call("login", token)["payload"]["error"]["data"] == {"region": "fra"}
    socket.login()
    faults.add("list_chats", rewrite=lambda answer: {**answer, "new": 1})
    assert socket.ok("list_chats")["new"] == 1
    faults.add("rtm/start_chat", lose_answer=True)
    socket.send("start_chat", {})
    with pytest.raises(ConnectionClosed):
        socket.wire.recv(5)
    assert customer.ok("list_chats")["total_chats"] == 1


def test_faults_of_the_connection(customer: Customer, open_socket: Open) -> None:
    faults = customer.sandbox.faults
    faults.add("rtm/connect", error="service_temporarily_unavailable")
    assert open_socket().end() == {"reason": "service_temporarily_unavailable"}
    faults.add("rtm/connect", error="misdirected_connection", data={"region": "fra"})
    assert open_socket().end()["data"] == {"region": "fra"}
    faults.add("rtm/connect", status=503)
    with pytest.raises(InvalidStatus):
        open_socket()
    open_socket().login()


def test_an_internal_error_is_answered(
    socket: Socket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(answer: JSON) -> JSON:
        raise RuntimeError("broken")

    monkeypatch.setattr("livechat.sandbox.actions.customer_chats.sort_chats", fail)
    assert socket.error("list_chats", {}) == "internal"
    assert "rtm list_chats failed" in caplog.text


def test_records_and_logs_hold_no_secrets(
    customer: Customer, open_socket: Open, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    customer.sandbox.requests.clear()
    socket = open_socket()
    socket.login(is_mobile=True)
    socket.ok("start_chat", chat={"thread": {"events": [{**HELLO, "text": "a private word"}]}})
    assert socket.error("get_chat", {"chat_id": "X"}) == "not_found"
    records = list(customer.sandbox.requests)
    assert [(record.api, record.action, record.status, record.error) for record in records] == [
        ("rtm", "login", 200, None),
        ("rtm", "start_chat", 200, None),
        ("rtm", "get_chat", 404, "not_found"),
    ]
    assert records[0].payload == {"is_mobile": True}
    assert {record.organization_id for record in records} == {customer.organization.organization_id}
    assert all(record.bytes_in and record.bytes_out for record in records)
    assert customer.token not in repr(records)
    ours = [record.getMessage() for record in caplog.records if record.name != "websockets.client"]
    assert customer.token not in " ".join(ours)
    assert "a private word" not in " ".join(ours)
