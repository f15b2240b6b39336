"""What goes over the wire, to the byte: headers, cookies and connections."""

from __future__ import annotations

import gzip
import json
import logging
import time
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import requests

from livechat.api import errors, transport
from livechat.api.accounts import Accounts, Identity
from livechat.api.client import Client
from livechat.settings import Version
from tests.api.wire import Token, Wire

IDENTITY = Identity("org", "customer", "secret")
GRANT = {"access_token": "dal:t", "entity_id": "customer", "expires_in": 60}


@pytest.fixture
def accounts(wire: Wire) -> Accounts:
    wire.body = json.dumps(GRANT).encode()
    return Accounts(wire.url, "client", "org", "http://localhost:8501")


ONE_OF_EACH: list[tuple[str, Callable[[Client], object], dict[str, object]]] = [
    ("list_chats", lambda c: c.list_chats(), {}),
    (
        "list_chats",
        lambda c: c.list_chats(limit=5, sort_order="asc"),
        {"limit": 5, "sort_order": "asc"},
    ),
    ("list_chats", lambda c: c.list_chats(page_id="p"), {"page_id": "p"}),
    ("list_threads", lambda c: c.list_threads("c"), {"chat_id": "c"}),
    (
        "list_threads",
        lambda c: c.list_threads("c", min_events_count=25),
        {"chat_id": "c", "min_events_count": 25},
    ),
    (
        "list_threads",
        lambda c: c.list_threads("c", page_id="p"),
        {"chat_id": "c", "page_id": "p"},
    ),
    ("get_chat", lambda c: c.get_chat("c", thread_id="t"), {"chat_id": "c", "thread_id": "t"}),
    ("start_chat", lambda c: c.start_chat(), {}),
    (
        "start_chat",
        lambda c: c.start_chat(
            events=[{"type": "message", "text": "Hi"}],
            group_ids=[0],
            continuous=False,
            active=True,
            properties={"a": {"b": 1}},
            thread_properties={"c": {"d": 2}},
        ),
        {
            "chat": {
                "access": {"group_ids": [0]},
                "properties": {"a": {"b": 1}},
                "thread": {
                    "events": [{"type": "message", "text": "Hi"}],
                    "properties": {"c": {"d": 2}},
                },
            },
            "active": True,
            "continuous": False,
        },
    ),
    ("resume_chat", lambda c: c.resume_chat("c"), {"chat": {"id": "c"}}),
    (
        "resume_chat",
        lambda c: c.resume_chat("c", events=[{"type": "message"}], continuous=True),
        {
            "chat": {"id": "c", "thread": {"events": [{"type": "message"}]}},
            "continuous": True,
        },
    ),
    ("deactivate_chat", lambda c: c.deactivate_chat("c"), {"id": "c"}),
    (
        "send_event",
        lambda c: c.send_event("c", event={"type": "message"}, attach_to_last_thread=False),
        {"chat_id": "c", "event": {"type": "message"}, "attach_to_last_thread": False},
    ),
    (
        "send_rich_message_postback",
        lambda c: c.send_rich_message_postback(
            "c", thread_id="t", event_id="e", postback={"id": "p", "toggled": True}
        ),
        {
            "chat_id": "c",
            "thread_id": "t",
            "event_id": "e",
            "postback": {"id": "p", "toggled": True},
        },
    ),
    (
        "send_sneak_peek",
        lambda c: c.send_sneak_peek("c", sneak_peek_text="He"),
        {"chat_id": "c", "sneak_peek_text": "He"},
    ),
    (
        "update_chat_properties",
        lambda c: c.update_chat_properties("c", properties={"a": {"b": 1}}),
        {"id": "c", "properties": {"a": {"b": 1}}},
    ),
    (
        "delete_chat_properties",
        lambda c: c.delete_chat_properties("c", properties={"a": ["b"]}),
        {"id": "c", "properties": {"a": ["b"]}},
    ),
    (
        "update_thread_properties",
        lambda c: c.update_thread_properties("c", thread_id="t", properties={"a": {"b": 1}}),
        {"chat_id": "c", "thread_id": "t", "properties": {"a": {"b": 1}}},
    ),
    (
        "delete_thread_properties",
        lambda c: c.delete_thread_properties("c", thread_id="t", properties={"a": ["b"]}),
        {"chat_id": "c", "thread_id": "t", "properties": {"a": ["b"]}},
    ),
    (
        "update_event_properties",
        lambda c: c.update_event_properties(
            "c", thread_id="t", event_id="e", properties={"a": {"b": 1}}
        ),
        {"chat_id": "c", "thread_id": "t", "event_id": "e", "properties": {"a": {"b": 1}}},
    ),
    (
        "delete_event_properties",
        lambda c: c.delete_event_properties(
            "c", thread_id="t", event_id="e", properties={"a": ["b"]}
        ),
        {"chat_id": "c", "thread_id": "t", "event_id": "e", "properties": {"a": ["b"]}},
    ),
    ("get_customer", lambda c: c.get_customer(), {}),
    (
        "update_customer",
        lambda c: c.update_customer(name="Ada", email="a@b", avatar="u", session_fields=[{"k": 1}]),
        {"name": "Ada", "email": "a@b", "avatar": "u", "session_fields": [{"k": 1}]},
    ),
    (
        "set_customer_session_fields",
        lambda c: c.set_customer_session_fields(session_fields=[{"k": "v"}]),
        {"session_fields": [{"k": "v"}]},
    ),
    ("list_group_statuses", lambda c: c.list_group_statuses(all=True), {"all": True}),
    ("list_group_statuses", lambda c: c.list_group_statuses(group_ids=[0]), {"group_ids": [0]}),
    ("get_form", lambda c: c.get_form(0, type="prechat"), {"group_id": 0, "type": "prechat"}),
    ("get_predicted_agent", lambda c: c.get_predicted_agent(), {}),
    ("get_url_info", lambda c: c.get_url_info("http://a"), {"url": "http://a"}),
    (
        "check_goals",
        lambda c: c.check_goals(session_fields=[], group_id=0, page_url="http://a"),
        {"session_fields": [], "group_id": 0, "page_url": "http://a"},
    ),
    (
        "accept_greeting",
        lambda c: c.accept_greeting(greeting_id=7, unique_id="u"),
        {"greeting_id": 7, "unique_id": "u"},
    ),
    ("cancel_greeting", lambda c: c.cancel_greeting("u"), {"unique_id": "u"}),
    (
        "request_email_verification",
        lambda c: c.request_email_verification("http://a"),
        {"callback_uri": "http://a"},
    ),
]

# One answer that is enough for every parsed action.
ENOUGH = b'{"chats_summary":[],"threads":[],"id":"c","chat_id":"c","thread_id":"t","event_id":"e"}'


@pytest.mark.parametrize(("action", "call", "body"), ONE_OF_EACH)
def test_each_post(
    wire: Wire,
    client: Client,
    version: Version,
    action: str,
    call: Callable[[Client], object],
    body: dict[str, object],
) -> None:
    wire.body = ENOUGH
    call(client)
    (heard,) = wire.heard
    assert (heard.method, heard.path) == ("POST", f"/v{version}/customer/action/{action}")
    assert heard.query == {"organization_id": ["org"]}
    assert json.loads(heard.body) == body
    assert heard.headers["content-type"] == "application/json"
    assert heard.headers["authorization"] == "Bearer dal:first"
    assert "cookie" not in heard.headers


@pytest.mark.parametrize(
    ("action", "call", "query"),
    [
        ("get_dynamic_configuration", lambda c: c.get_dynamic_configuration(), {}),
        (
            "get_dynamic_configuration",
            lambda c: c.get_dynamic_configuration(group_id=0, url="http://a/?b=c&d", test=False),
            {"group_id": ["0"], "url": ["http://a/?b=c&d"], "test": ["false"]},
        ),
        (
            "get_configuration",
            lambda c: c.get_configuration(1, version="v"),
            {"group_id": ["1"], "version": ["v"]},
        ),
        ("list_license_properties", lambda c: c.list_license_properties(), {}),
        (
            "list_group_properties",
            lambda c: c.list_group_properties(0, namespace="n", name="m"),
            {"id": ["0"], "namespace": ["n"], "name": ["m"]},
        ),
    ],
)
def test_each_get_needs_no_token_and_no_body(
    wire: Wire,
    client: Client,
    version: Version,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    call: Callable[[Client], object],
    query: dict[str, list[str]],
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    wire.body = b'{"group_id": 0}'  # no configuration is without all of it
    call(client)
    (heard,) = wire.heard
    assert (heard.method, heard.path) == ("GET", f"/v{version}/customer/action/{action}")
    assert heard.query == {"organization_id": ["org"], **query}
    assert heard.body == b""
    assert "content-type" not in heard.headers
    assert "authorization" not in heard.headers


def test_upload(wire: Wire, client: Client) -> None:
    wire.body = b'{"url": "https://cdn/x"}'
    name = 'naïve "5%22"\r\n.txt'
    assert client.upload_file(name, b"\0data", "text/plain") == "https://cdn/x"
    (heard,) = wire.heard
    assert heard.query == {"organization_id": ["org"]}
    assert heard.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert heard.body.count(b"Content-Disposition") == 1
    assert r'name="file"; filename="naïve \"5%22\"  .txt"'.encode() in heard.body
    assert b"Content-Type: text/plain\r\n\r\n\0data\r\n" in heard.body


def test_seen_up_to_is_utc_with_microseconds(wire: Wire, client: Client) -> None:
    client.mark_events_as_seen("c", seen_up_to=datetime.fromisoformat("2024-05-06T07:08:09+02:00"))
    assert json.loads(wire.heard[0].body)["seen_up_to"] == "2024-05-06T05:08:09.000000Z"


def test_visitors_share_connections_but_never_cookies(wire: Wire) -> None:
    wire.headers = [("Set-Cookie", "__lc_cst=ada; Path=/"), ("Set-Cookie", "other=1")]
    ada, bob = Client(wire.url, "org", Token()), Client(wire.url, "org", Token())
    for client in (ada, bob, ada):
        client.get_customer()
    assert len({heard.peer for heard in wire.heard}) == 1
    assert [heard for heard in wire.heard if "cookie" in heard.headers] == []


def test_redirects_are_not_followed(wire: Wire, client: Client) -> None:
    wire.status = 302
    wire.headers = [("Location", f"{wire.url}/elsewhere")]
    with pytest.raises(errors.Unreachable):
        client.send_event("c", event={"type": "message"})
    assert len(wire.heard) == 1


def test_a_proxy_of_the_environment_is_not_asked_for_the_loopback(
    wire: Wire, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    client.get_customer()
    assert len(wire.heard) == 1


def test_a_proxy_of_the_environment_is_asked_for_any_other_host(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", wire.url)
    monkeypatch.setenv("no_proxy", "api.direct.invalid")
    Client("http://api.proxied.invalid", "org", Token()).get_customer()
    with pytest.raises(errors.Unreachable):
        Client("http://api.direct.invalid", "org", Token(), retries=0).get_customer()
    assert [heard.headers["host"] for heard in wire.heard] == ["api.proxied.invalid"]


def test_certificates_of_the_environment_are_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[object] = []

    def send(request: object, *, verify: object, **more: object) -> object:
        used.append(verify)
        raise requests.ConnectionError

    monkeypatch.setattr(transport._POOL, "send", send)
    for name, bundle in (("api.own.invalid", "/own.pem"), ("api.all.invalid", None)):
        if bundle:
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
        else:
            monkeypatch.delenv("REQUESTS_CA_BUNDLE")
            monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
        with pytest.raises(errors.Unreachable):
            Client(f"https://{name}", "org", Token(), retries=0).get_customer()
    assert used == ["/own.pem", True]


def test_certificates_that_are_not_there_are_no_trouble_but_to_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    transport._environment.cache_clear()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    with pytest.raises(errors.Unreachable) as caught:
        transport.exchange("call", "GET", "https://127.0.0.1:1/")
    transport._environment.cache_clear()
    assert caught.value.cause == "tls"
    assert "nowhere" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://", "http://*", "http://a:b"])
def test_an_address_that_is_none_is_unreachable(url: str) -> None:
    with pytest.raises(errors.Unreachable):
        transport.exchange("info", "GET", url)


PRIVATE = "hunter" + "2"


@pytest.mark.parametrize(
    "call",
    [
        lambda client, accounts: client.send_event("c", event={"text": PRIVATE}),
        lambda client, accounts: client.get_dynamic_configuration(url=PRIVATE),
        lambda client, accounts: accounts.grant(Identity("org", "c", PRIVATE)),
        lambda client, accounts: accounts.info(PRIVATE),
    ],
)
@pytest.mark.parametrize("up", [True, False])
def test_nothing_private_reaches_a_traceback_or_a_log(
    wire: Wire,
    caplog: pytest.LogCaptureFixture,
    call: Callable[[Client, Accounts], object],
    up: bool,
) -> None:
    caplog.set_level(logging.DEBUG)
    wire.body = json.dumps({"error": {"type": "validation", "message": PRIVATE}}).encode()
    url = wire.url if up else "http://127.0.0.1:1"
    with pytest.raises(errors.LiveChatError) as caught:
        call(Client(url, "org", Token(), retries=0), Accounts(url, "client", "org", "http://a"))
    assert PRIVATE not in "".join(traceback.format_exception(caught.value))
    assert caplog.text == ""


def test_a_broken_header_has_no_cookie_logged(
    wire: Wire, accounts: Accounts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wire.headers = [("X Broken", "1"), ("Set-Cookie", f"__lc_cst={PRIVATE}")]
    with pytest.raises(errors.Unreachable):
        accounts.grant(None)
    assert caplog.text == ""


# The token server


def test_the_cookie_grant(wire: Wire, accounts: Accounts) -> None:
    grant = accounts.grant(IDENTITY)
    (heard,) = wire.heard
    assert (heard.method, heard.path, heard.query) == ("POST", "/v2/customer/token", {})
    assert json.loads(heard.body) == {
        "grant_type": "cookie",
        "response_type": "token",
        "client_id": "client",
        "organization_id": "org",
        "redirect_uri": "http://localhost:8501",
    }
    assert heard.headers["cookie"] == "__lc_cid=customer; __lc_cst=secret"
    assert heard.headers["content-type"] == "application/json"
    assert "authorization" not in heard.headers
    assert grant.identity == IDENTITY


def test_a_new_customer_sends_no_cookie(wire: Wire, accounts: Accounts) -> None:
    accounts.grant(IDENTITY)
    assert accounts.grant(None).identity is None
    assert "cookie" not in wire.heard[1].headers


def test_the_grant_for_a_group(wire: Wire, accounts: Accounts) -> None:
    accounts.grant(None, group_id=0)
    assert wire.heard[0].path == "/v2/customer/org/0/token"
    assert json.loads(wire.heard[0].body)["organization_id"] == "org"


ATTRIBUTES = "; Path=/v2/customer; Domain=accounts.livechat.com; Max-Age=63072000; HttpOnly; Secure"


@pytest.mark.parametrize(
    "attributes",
    ["", ATTRIBUTES, f"{ATTRIBUTES}; Partitioned", "; Expires=Wed, 09 Jun 2032 10:18:14 GMT"],
)
def test_the_cookies_are_read_whatever_their_attributes(
    wire: Wire, accounts: Accounts, attributes: str
) -> None:
    wire.headers = [
        ("Set-Cookie", f"__lc_cid=new-customer{attributes}"),
        ("Set-Cookie", f"__lc_cst=new=secret{attributes}"),
        ("Set-Cookie", "__lc_other=1"),
    ]
    assert accounts.grant(IDENTITY).identity == Identity("org", "new-customer", "new=secret")


@pytest.mark.parametrize(
    "cookies",
    [
        [],
        ["__lc_cid=new"],
        ["__lc_cst=new"],
        ["__lc_cid=new", "__lc_cst="],
        ["__lc_cid=new", "__lc_cst=a b"],
        ["__lc_cid=new", "__lc_cst"],
    ],
)
def test_without_both_cookies_the_identity_stays(
    wire: Wire, accounts: Accounts, cookies: list[str]
) -> None:
    wire.headers = [("Set-Cookie", cookie) for cookie in cookies]
    assert accounts.grant(IDENTITY).identity == IDENTITY
    assert accounts.grant(None).identity is None


@pytest.mark.parametrize("token", ["dal%3At", "dal%3at", "dal:t"])
def test_the_colon_of_a_token(wire: Wire, accounts: Accounts, token: str) -> None:
    wire.body = json.dumps({**GRANT, "access_token": token}).encode()
    assert accounts.grant(None).access_token == "dal:t"


@pytest.mark.parametrize(
    "change",
    [
        {"access_token": None},
        {"access_token": 7},
        {"access_token": ""},
        {"access_token": "a\r\nHost: b"},
        {"access_token": "a b"},
        {"entity_id": None},
        {"entity_id": ["x"]},
    ],
)
def test_a_grant_without_token_or_customer(
    wire: Wire, accounts: Accounts, change: dict[str, object]
) -> None:
    wire.body = json.dumps({**GRANT, **change}).encode()
    with pytest.raises(errors.Unreachable) as caught:
        accounts.grant(None)
    assert str(change.get("access_token")) not in str(caught.value) or not change["access_token"]


@pytest.mark.parametrize("expires_in", [None, "60", 0, -1, True, float("inf"), 10**400])
def test_an_odd_lifetime_counts_as_the_documented_one(
    wire: Wire, accounts: Accounts, expires_in: object
) -> None:
    wire.body = json.dumps({**GRANT, "expires_in": expires_in}).encode()
    assert accounts.grant(None).expires_at == pytest.approx(time.monotonic() + 28800, abs=5)


def test_a_grant_shows_no_secrets(accounts: Accounts) -> None:
    shown = repr(accounts.grant(IDENTITY))
    assert "dal:t" not in shown
    assert "'secret'" not in shown


def test_info_and_revoke(wire: Wire, accounts: Accounts) -> None:
    wire.first = [json.dumps({**GRANT, "client_id": "k", "organization_id": "o"}).encode(), b""]
    info = accounts.info("dal:t")
    accounts.revoke("dal:t")
    assert (info.customer_id, info.client_id, info.organization_id) == ("customer", "k", "o")
    assert info.expires_in == 60
    assert [(h.method, h.path) for h in wire.heard] == [
        ("GET", "/v2/customer/info"),
        ("DELETE", "/v2/customer/token"),
    ]
    assert [h.headers["authorization"] for h in wire.heard] == ["Bearer dal:t"] * 2


def test_a_file_is_downloaded_as_it_is_without_a_token(wire: Wire) -> None:
    wire.body = b"\x00no JSON"
    assert transport.download(f"{wire.url}/files/a.png?b=c") == wire.body
    (heard,) = wire.heard
    assert (heard.method, heard.path, heard.query) == ("GET", "/files/a.png", {"b": ["c"]})
    assert not heard.headers.keys() & {"authorization", "cookie"}


@pytest.mark.parametrize("status", [404, 500, 302])
def test_a_file_that_is_not_there_is_no_file(wire: Wire, status: int) -> None:
    wire.status, wire.headers = status, [("Location", wire.url)]
    with pytest.raises(errors.Unreachable, match=rf"^download: no file \(HTTP {status}\)$"):
        transport.download(f"{wire.url}/secret")


def test_a_server_that_is_gone_has_no_file() -> None:
    with pytest.raises(errors.Unreachable, match=r"^download: no answer \(\w+\)$"):
        transport.download("http://127.0.0.1:9/secret")


# What is odd in an answer


def test_an_answer_without_end_is_not_read_to_its_end(
    wire: Wire, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "MAX_BYTES", 100_000)
    wire.body = b'{"a": "%s"}' % (b"x" * 90_000)
    client.get_customer()
    wire.body = b'{"a": "%s"}' % (b"x" * 2_000_000)
    with pytest.raises(errors.Unreachable) as caught:
        client.send_event("c", event={})
    assert (caught.value.cause, caught.value.maybe_done) == ("closed", True)
    wire.body = b'{"event_id": "e"}'
    client.send_event("c", event={})
    assert wire.heard[1].peer != wire.heard[2].peer


def test_a_packed_answer_is_unpacked_as_far_as_one_is_read(
    wire: Wire, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.headers = [("Content-Encoding", "gzip")]
    wire.body = gzip.compress(b'{"name": "Ada"}')
    assert client.get_customer() == {"name": "Ada"}
    wire.body = gzip.compress(b'{"a": "%s"}' % (b"x" * transport.MAX_BYTES))
    assert len(wire.body) < 20_000
    with pytest.raises(errors.Unreachable):
        client.send_event("c", event={})
    wire.body = b"no gzip"
    with pytest.raises(errors.Unreachable):
        client.send_event("c", event={})


def test_an_answer_that_drips_is_not_waited_for(
    wire: Wire, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "WHOLE_ANSWER_TIMEOUT", 0.0)
    with pytest.raises(errors.Unreachable) as caught:
        client.send_event("c", event={})
    assert caught.value.cause == "timeout"


@pytest.mark.parametrize("status", [101, 102, 103])
def test_what_comes_after_an_announcement_is_nobodys_answer(
    wire: Wire, client: Client, status: int
) -> None:
    wire.status = status
    with pytest.raises(errors.Unreachable):
        client.send_event("c", event={})
    wire.status, wire.body = 200, b'{"event_id": "e"}'
    client.send_event("c", event={})
    assert wire.heard[0].peer != wire.heard[1].peer


@pytest.mark.parametrize("status", [201, 204, 205, 206, 299, 300, 301, 304, 307, 308, 399, 999])
@pytest.mark.parametrize("body", [b"", b"[]", b"<html>"])
def test_any_status_without_an_answer_is_no_answer(
    wire: Wire, client: Client, status: int, body: bytes
) -> None:
    wire.status, wire.headers = status, [("Location", f"{wire.url}/elsewhere")]
    wire.body = b"" if status in (204, 304) else body
    with pytest.raises(errors.Unreachable):
        client.send_event("c", event={})
    assert len(wire.heard) == 1


ODD_HEADERS = [
    ("Content-Type", "text/html; charset=utf-7"),
    ("Content-Type", "x" * 60_000),
    ("Date", "Thu, 01 Jan 0001 00:00:00 +9999"),
    ("Retry-After", "9" * 60_000),
    ("Legacy", "soon"),
    ("Set-Cookie", "__lc_cst=stolen; Domain=example.com"),
    ("X-Odd", "\xff\x80"),
    ("X-Debug-Id", "<script>"),
]


@pytest.mark.parametrize("header", ODD_HEADERS)
def test_an_odd_header_spoils_no_answer(
    wire: Wire, client: Client, header: tuple[str, str]
) -> None:
    wire.headers, wire.body = [header], b'{"event_id": "e"}'
    client.send_event("c", event={})
    wire.status = 500
    with pytest.raises(errors.Unreachable):
        client.send_event("c", event={})


def test_one_part_that_is_nested_without_end_spoils_no_answer(wire: Wire, client: Client) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    wire.body = b'{"chats_summary": [], "users": %s}' % deep
    assert client.list_chats().chats == ()
    wire.body = b'{"chats_summary": %s' % deep
    with pytest.raises(errors.Unreachable):
        client.list_chats()
