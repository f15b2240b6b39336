"""What the state keeps, within its bounds, and whom it tells of a push."""

from __future__ import annotations

import pytest

from livechat.sandbox.world import model
from livechat.sandbox.world.clock import Clock
from livechat.sandbox.world.model import Organization, Push
from livechat.sandbox.world.state import MAX_ORGANIZATIONS, State
from tests.sandbox.actors import Customer


def test_organizations_are_bounded() -> None:
    state = State(Clock())
    first = state.lodge(None)
    token = state.issue(first, state.customer(first, "customer"), None)
    for _ in range(MAX_ORGANIZATIONS - 1):
        state.lodge(None)
    assert state.lodge(first.organization_id) is first
    second = state.organizations()[1]
    state.lodge(None)
    assert state.organization(second.organization_id) is None
    assert state.organization(first.organization_id) is first
    assert len(state.organizations()) == MAX_ORGANIZATIONS + 1
    assert state.token(token.text).organization is first
    for _ in range(MAX_ORGANIZATIONS):
        state.lodge(None)
    with pytest.raises(Exception, match="authentication"):
        state.token(token.text)


def test_customers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livechat.sandbox.world.state.MAX_CUSTOMER_BYTES", 100_000)
    state = State(Clock())
    for number in range(100):
        state.customer(state.default, str(number))
    assert len(state.default.customers) < 30
    assert "99" in state.default.customers


def test_a_chat_keeps_its_newest_events(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "MAX_EVENTS_PER_CHAT", 10)
    chat_id = customer.start("first")
    customer.ok("deactivate_chat", id=chat_id)
    customer.ok("resume_chat", chat={"id": chat_id})
    for number in range(12):
        customer.say(str(number))
    assert customer.texts() == [str(number) for number in range(3, 12)]
    assert "previous_thread_id" not in customer.threads()[0]
    customer.say("12")
    assert customer.texts()[-1] == "12"


def test_pushes() -> None:
    state = State(Clock())
    heard: list[Push] = []
    state.listeners.append(heard.append)
    organization: Organization = state.default
    organization.push("groups_status_updated", {"groups": []})
    assert [(push.action, push.customer_id) for push in heard] == [("groups_status_updated", None)]
