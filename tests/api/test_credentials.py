"""A customer's token: when a new one is asked for, and in whose name."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from livechat.api.accounts import Accounts, Grant, Identity
from livechat.api.credentials import RENEW_AHEAD, CustomerCredentials
from livechat.api.errors import IdentityRefused, LiveChatError, Unreachable
from livechat.sandbox import Sandbox
from tests.driver import ORIGIN, Clock


class Customer:
    """Credentials that ask the sandbox, and what they have told of."""

    def __init__(
        self, sandbox: Sandbox, identity: Identity | None = None, *, begins_anew: bool = True
    ) -> None:
        self.clock = Clock()
        self.granted: list[tuple[Grant, str | None]] = []  # with the token in use until then
        self.refused: list[Identity] = []
        self.begins_anew = begins_anew
        organization_id = sandbox.default.organization_id
        self.accounts = Accounts(sandbox.url, sandbox.client_id, organization_id, ORIGIN)
        self.credentials = CustomerCredentials(
            self.accounts,
            identity,
            clock=self.clock,
            on_grant=lambda grant: self.granted.append((grant, self.credentials.token)),
            on_refusal=self._hear,
        )

    def _hear(self, identity: Identity) -> bool:
        self.refused.append(identity)
        return self.begins_anew


@pytest.fixture
def customer(sandbox: Sandbox) -> Customer:
    return Customer(sandbox)


def known(sandbox: Sandbox) -> Identity:
    """Somebody who has been here."""
    first = Customer(sandbox).credentials
    first.access_token()
    assert first.identity
    return first.identity


def test_nothing_is_asked_for_before_a_token_is_needed(customer: Customer) -> None:
    assert (customer.credentials.token, customer.credentials.identity) == (None, None)
    assert customer.granted == []


def test_a_token_is_used_as_long_as_it_has_life_left(customer: Customer) -> None:
    first = customer.credentials.access_token()
    ((grant, _),) = customer.granted
    customer.clock.now = grant.expires_at - RENEW_AHEAD - 1
    assert customer.credentials.access_token() == first == customer.credentials.token
    customer.clock.now += 1
    assert customer.credentials.access_token() != first
    assert customer.credentials.grants == 2


def test_a_renewed_token_is_the_same_customers(customer: Customer) -> None:
    customer.credentials.renew(customer.credentials.access_token())
    first, second = (grant for grant, _ in customer.granted)
    assert first.customer_id == second.customer_id
    assert customer.credentials.identity == second.identity


def test_a_token_that_was_renewed_already_is_not_renewed_again(customer: Customer) -> None:
    first = customer.credentials.access_token()
    second = customer.credentials.renew(first)
    assert second != first
    assert customer.credentials.renew(first) == second
    assert customer.credentials.grants == 2


def test_a_grant_is_told_before_its_token_is_used(customer: Customer) -> None:
    customer.credentials.access_token()
    assert [in_use for _, in_use in customer.granted] == [None]


def test_a_refused_identity_is_told_and_a_new_customer_comes_of_it(sandbox: Sandbox) -> None:
    refused = replace(known(sandbox), secret="0" * 8)
    customer = Customer(sandbox, refused)
    assert customer.credentials.access_token()
    assert customer.refused == [refused]
    assert customer.credentials.identity not in (None, refused)


def test_or_none_if_that_is_not_to_be(sandbox: Sandbox) -> None:
    customer = Customer(sandbox, replace(known(sandbox), secret="0" * 8), begins_anew=False)
    before = len(sandbox.default.customers)
    with pytest.raises(IdentityRefused):
        customer.credentials.access_token()
    assert (customer.credentials.token, customer.credentials.identity) == (None, None)
    assert customer.granted == []
    assert len(sandbox.default.customers) == before


def test_a_new_customer_who_is_refused_is_not_tried_again(
    customer: Customer, sandbox: Sandbox
) -> None:
    sandbox.faults.add("token", status=401, body='{"identity_exception": "unauthorized"}')
    with pytest.raises(IdentityRefused):
        customer.credentials.access_token()
    assert customer.refused == []


def test_a_grant_that_fails_leaves_what_there_was(customer: Customer, sandbox: Sandbox) -> None:
    first = customer.credentials.access_token()
    identity = customer.credentials.identity
    sandbox.faults.add("token", status=503)
    with pytest.raises(Unreachable):
        customer.credentials.renew(first)
    assert (customer.credentials.token, customer.credentials.identity) == (first, identity)


def test_who_becomes_somebody_else_gets_their_token(sandbox: Sandbox) -> None:
    somebody = known(sandbox)
    customer = Customer(sandbox)
    customer.credentials.access_token()
    customer.credentials.become(somebody)
    assert customer.credentials.token is None
    customer.credentials.access_token()
    assert customer.credentials.identity == somebody
    customer.credentials.become(replace(somebody, organization_id="another"))
    assert customer.accounts.organization_id == "another"


def test_who_is_forgotten_has_no_token_any_more(customer: Customer) -> None:
    token = customer.credentials.access_token()
    customer.credentials.forget()
    assert (customer.credentials.token, customer.credentials.identity) == (None, None)
    with pytest.raises(LiveChatError):
        customer.accounts.info(token)


def test_forgetting_needs_no_livechat_and_logs_no_token(
    customer: Customer, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "livechat")
    token = customer.credentials.access_token()
    sandbox.faults.add("revoke", status=503, body="")
    customer.credentials.forget()
    assert customer.credentials.token is None
    assert "A token could not be revoked: Unreachable" in caplog.messages
    assert token not in caplog.text


def test_who_never_had_a_token_has_none_revoked(customer: Customer, sandbox: Sandbox) -> None:
    customer.credentials.forget()
    assert list(sandbox.requests) == []
