"""Who the visitor is: the cookie that survives a reload, and the token server's sandbox."""

from __future__ import annotations

import base64
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.api import errors
from livechat.api.accounts import Accounts, Identity
from livechat.sandbox import Sandbox

IDENTITY = Identity("6a2b", "0c9d-1", "f00" * 30)

values = st.from_regex(r"[!#-+\--:<-\[\]-~]{1,900}", fullmatch=True)
identities = st.builds(Identity, values, values, values)


@given(identities)
def test_an_identity_survives_the_cookie(identity: Identity) -> None:
    cookie = identity.to_cookie()
    assert Identity.from_cookie(cookie) == identity
    assert Identity.from_cookie(cookie, identity.organization_id) == identity
    # What a cookie may hold without quotes or escapes, whoever writes or reads it.
    assert cookie.replace(".", "").replace("-", "").replace("_", "").isalnum()
    assert cookie.isascii()
    assert len(cookie) <= 4000


@given(st.text() | st.text().map(lambda text: "1." + text))
def test_any_other_cookie_is_dropped(value: str) -> None:
    assert Identity.from_cookie(value) is None


@given(st.recursive(st.text() | st.integers() | st.none(), st.lists))
def test_a_forged_cookie_is_dropped(parts: object) -> None:
    text = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")
    identity = Identity.from_cookie("1." + text)
    assert identity is None or identity.to_cookie() == "1." + text


@given(identities, st.data())
def test_a_cut_cookie_is_dropped(identity: Identity, data: st.DataObject) -> None:
    cookie = identity.to_cookie()
    assert Identity.from_cookie(cookie[: data.draw(st.integers(0, len(cookie) - 1))]) is None


def _cookie(text: str) -> str:
    return "1." + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "1.",
        "2" + IDENTITY.to_cookie()[1:],
        IDENTITY.to_cookie() + "=",
        IDENTITY.to_cookie() + "!",
        IDENTITY.to_cookie() + "A" * 4000,
        _cookie('["o","c","s", "x"]'),
        _cookie('["o","c"]'),
        _cookie('["o","c",7]'),
        _cookie('["o", "c", "s"]'),
        _cookie('["o","c","s\\r\\nHost: x"]'),
        _cookie('["o","c","s; __lc_cid=x"]'),
        _cookie('{"o":1,"c":2,"s":3}'),
        _cookie("[" * 2900),
        _cookie("9" * 2900),
        _cookie("null"),
    ],
)
def test_bad_cookies(value: str | None) -> None:
    assert Identity.from_cookie(value) is None


def test_the_cookie_of_another_organization_is_dropped() -> None:
    assert Identity.from_cookie(IDENTITY.to_cookie(), "other") is None


@pytest.mark.parametrize("bad", ["", "a b", "a;b", "a,b", "a\nb", 'a"b', "é", "x" * 901])
def test_no_identity_that_could_change_a_header(bad: str) -> None:
    with pytest.raises(ValueError, match="not an identity"):
        Identity("o", "c", bad)


def test_the_secret_is_not_shown() -> None:
    assert IDENTITY.secret not in repr(IDENTITY)


# The token server: the sandbox's (headers and cookies to the byte: see test_client_wire)


@pytest.fixture
def accounts(sandbox: Sandbox) -> Accounts:
    return Accounts(
        sandbox.url,
        sandbox.client_id,
        sandbox.default.organization_id,
        "http://localhost:8501",
    )


def test_a_customer_comes_back(accounts: Accounts) -> None:
    first = accounts.grant(None)
    assert first.identity
    assert first.identity.customer_id == first.customer_id
    assert first.expires_at == pytest.approx(time.monotonic() + 28800, abs=5)
    again = accounts.grant(Identity.from_cookie(first.identity.to_cookie()))
    assert again.customer_id == first.customer_id
    assert again.access_token != first.access_token
    assert again.identity == first.identity


def test_without_an_identity_each_grant_is_a_new_customer(accounts: Accounts) -> None:
    assert accounts.grant(None).customer_id != accounts.grant(None).customer_id


def test_info_and_revoke(sandbox: Sandbox, accounts: Accounts) -> None:
    grant = accounts.grant(None)
    info = accounts.info(grant.access_token)
    assert info.customer_id == grant.customer_id
    assert info.client_id == sandbox.client_id
    assert info.organization_id == sandbox.default.organization_id
    assert 0 < info.expires_in <= 28800
    accounts.revoke(grant.access_token)
    with pytest.raises(errors.LiveChatError):
        accounts.info(grant.access_token)


def test_an_unknown_client_names_the_setting(sandbox: Sandbox) -> None:
    accounts = Accounts(
        sandbox.url, "0" * 32, sandbox.default.organization_id, "http://localhost:8501"
    )
    with pytest.raises(errors.Misconfigured) as caught:
        accounts.grant(None)
    assert caught.value.setting == "LIVECHAT_CLIENT_ID"


@pytest.mark.parametrize("code", ["server_error", "temporarily_unavailable"])
def test_a_token_server_in_trouble_is_asked_once(
    sandbox: Sandbox, accounts: Accounts, code: str
) -> None:
    sandbox.faults.add("token", error=code)
    with pytest.raises(errors.Unreachable):
        accounts.grant(None)
    assert [record.action for record in sandbox.requests] == ["token"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"identity_exception": "identity_lost"}', errors.IdentityRefused),
        ('{"identity_exception": "access_denied"}', errors.CustomerBanned),
        ("<html>", errors.Unreachable),
        ("", errors.Unreachable),
    ],
)
def test_other_answers(
    sandbox: Sandbox, accounts: Accounts, body: str, expected: type[errors.LiveChatError]
) -> None:
    sandbox.faults.add("token", body=body, status=200)
    with pytest.raises(expected):
        accounts.grant(None)
