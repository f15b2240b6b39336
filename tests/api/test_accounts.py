"""Who the visitor is: the identity, and the token server, which is the sandbox's."""

from __future__ import annotations

import time

import pytest

from livechat.api import errors
from livechat.api.accounts import Accounts, Identity
from livechat.sandbox import Sandbox

IDENTITY = Identity("6a2b", "0c9d-1", "f00" * 30)


@pytest.mark.parametrize("bad", ["", "a b", "a;b", "a,b", "a\nb", 'a"b', "é", "x" * 901])
def test_no_identity_that_could_change_a_header(bad: str) -> None:
    with pytest.raises(ValueError, match="not an identity"):
        Identity("o", "c", bad)


def test_the_secret_is_not_shown() -> None:
    assert IDENTITY.secret not in repr(IDENTITY)


# The token server: the sandbox's (headers and cookies to the byte: see test_transport)


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
    again = accounts.grant(first.identity)
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
