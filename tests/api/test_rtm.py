"""One login over RTM: what LiveChat answers, and each way in which it does not."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.server import ServerConnection, serve

from livechat.api import errors, route, rtm, transport
from livechat.api.accounts import Accounts
from livechat.sandbox import Sandbox
from tests.api.wire import Wire


def token(sandbox: Sandbox) -> str:
    ids = sandbox.client_id, sandbox.default.organization_id
    return Accounts(sandbox.url, *ids, "http://localhost:8501").grant(None).access_token


def log_in(sandbox: Sandbox, access_token: str) -> Any:
    way = route.route(sandbox.url, sandbox.default.organization_id)
    return rtm.login(way.rtm_url(way.region), access_token, name="Ada")


def refused(sandbox: Sandbox) -> errors.LiveChatError:
    access_token = token(sandbox)
    with pytest.raises(errors.LiveChatError) as caught:
        log_in(sandbox, access_token)
    assert access_token not in str(caught.value)
    return caught.value


def test_a_login(sandbox: Sandbox) -> None:
    answer = log_in(sandbox, token(sandbox))
    assert answer["customer"]["name"] == "Ada"
    (record,) = (record for record in sandbox.requests if record.api == "rtm")
    assert record.action == "login"


def test_a_login_by_a_machine_with_a_proxy(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert log_in(sandbox, token(sandbox))


def test_a_machine_with_a_proxy_that_takes_a_package_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("socks_proxy", "socks5://127.0.0.1:1")
    with pytest.raises(errors.Unreachable) as caught:
        rtm.login("wss://livechat.invalid/", "token", name="Ada")
    assert caught.value.cause == "proxy"


@contextmanager
def saying(*frames: str) -> Iterator[str]:
    """The address of a server that says this to whoever has said something."""

    def say(connection: ServerConnection) -> None:
        connection.recv()
        for frame in frames:
            connection.send(frame)

    with serve(say, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/"
        finally:
            server.shutdown()
            thread.join()


SUCCESS = '{"type": "response", "action": "login", "success": true, "payload": {"chats": []}}'


def test_what_is_pushed_before_the_answer_is_passed_over() -> None:
    with saying('{"type": "push", "action": "customer_updated"}', SUCCESS) as url:
        assert rtm.login(url, "token", name="Ada") == {"chats": []}


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ("<html>", "login: the answer is not a JSON object"),
        ("[]", "login: the answer is not a JSON object"),
        ("[" * 100_000, "login: the answer is not a JSON object"),
        ('{"action": "login", "success": false}', "login: refused without a reason"),
        ('{"action": "login", "success": false, "payload": 7}', "login: refused without a reason"),
        ('{"action": "customer_disconnected"}', "login: refused without a reason"),
    ],
)
def test_what_is_no_answer(frame: str, said: str) -> None:
    with saying(frame) as url, pytest.raises(errors.Unreachable) as caught:
        rtm.login(url, "token", name="Ada")
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("action", "error", "kind"),
    [
        ("rtm/login", "authentication", errors.Unauthorized),
        ("rtm/login", "users_limit_reached", errors.Refused),
        ("rtm/login", "service_unavailable", errors.Unreachable),
        ("rtm/connect", "license_expired", errors.Misconfigured),
        ("rtm/connect", "too_many_connections", errors.Refused),
    ],
)
def test_a_login_that_is_refused(
    sandbox: Sandbox, action: str, error: str, kind: type[errors.LiveChatError]
) -> None:
    sandbox.faults.add(action, error=error)
    found = refused(sandbox)
    assert (type(found), found.type) == (kind, error)


def test_a_connection_that_is_cut(sandbox: Sandbox) -> None:
    sandbox.faults.add("rtm/login", lose_answer=True)
    found = refused(sandbox)
    assert isinstance(found, errors.Unreachable)
    assert found.cause == "closed"


def test_a_handshake_that_is_refused(sandbox: Sandbox) -> None:
    sandbox.faults.add("rtm/connect", status=503)
    found = refused(sandbox)
    assert isinstance(found, errors.Unreachable)
    assert found.answered.startswith("HTTP 403")


def test_a_page_in_place_of_rtm(wire: Wire) -> None:
    wire.body, wire.headers = b"<html>", [("Content-Type", "text/html")]
    with pytest.raises(errors.Unreachable) as caught:
        rtm.login(wire.url.replace("http", "ws"), "token", name="Ada")
    assert caught.value.answered == "HTTP 200, text/html"


def test_nobody_at_that_port() -> None:
    with pytest.raises(errors.Unreachable) as caught:
        rtm.login("ws://127.0.0.1:1/", "token", name="Ada")
    assert caught.value.cause == "refused"


def test_no_such_host() -> None:
    with pytest.raises(errors.Unreachable) as caught:
        rtm.login("wss://livechat.invalid/", "token", name="Ada")
    assert caught.value.cause == "name"


def test_no_answer_in_time(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtm, "LOGIN_TIMEOUT", 0.1)
    sandbox.faults.add("rtm/login", delay=30)
    found = refused(sandbox)
    assert isinstance(found, errors.Unreachable)
    assert found.cause == "timeout"


@pytest.mark.parametrize("form", ["a file", "a folder"])
def test_a_certificate_of_ones_own(
    tls_sandbox: tuple[Sandbox, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    form: str,
) -> None:
    sandbox, certificate = tls_sandbox
    transport._environment.cache_clear()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate)
    access_token = token(sandbox)
    if form == "a folder":
        (tmp_path / "one.pem").write_bytes(Path(certificate).read_bytes())
        subprocess.run(["openssl", "rehash", str(tmp_path)], check=True, capture_output=True)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path))
    assert log_in(sandbox, access_token)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    for bundle in ("", str(tmp_path / "not there")):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
        with pytest.raises(errors.Unreachable) as caught:
            log_in(sandbox, access_token)
        assert caught.value.cause == "tls"
    transport._environment.cache_clear()
