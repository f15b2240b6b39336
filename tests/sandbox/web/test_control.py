"""The control endpoint: what the sandbox has besides LiveChat's APIs."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from livechat.sandbox.bot.tricks import NAMES
from tests.sandbox.actors import Agent, Customer, error_type
from tests.sandbox.rtm_socket import Open, Socket


def status(customer: Customer) -> str:
    statuses = customer.ok("list_group_statuses", group_ids=[0])["groups_status"]
    return str(statuses["0"])


def test_showing_in_a_chat_that_a_person_has_taken_over(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    agent.say(chat_id, "A person here")
    agent.show(chat_id, "sticker")
    assert customer.texts() == ["hello", "A person here", "rich_message"]


@pytest.mark.parametrize(
    ("action", "request_", "error"),
    [
        ("show", {"chat_id": "CHAT", "what": "everything"}, "validation"),
        ("show", {"chat_id": "CHAT"}, "validation"),
        ("show", {"chat_id": "CHAT", "what": "cards", "more": 1}, "validation"),
        ("show", {"chat_id": "unknown", "what": "cards"}, "not_found"),
        ("configure", {"enabled_forms": ["unknown"]}, "validation"),
        ("configure", {"enabled_forms": ["prechat", "prechat"]}, "validation"),
        ("configure", {"language": "xx"}, "validation"),
        ("configure", {"region": "nowhere"}, "validation"),
        ("configure", {"refused_versions": ["3.7"]}, "validation"),
        ("configure", {"legacy": {"3.5": "soon"}}, "validation"),
        ("configure", {"subscription_ended": 1}, "validation"),
        ("configure", {"targets": [{"greeting": "unknown"}]}, "validation"),
        ("configure", {"targets": [{"url": "/plans"}]}, "validation"),
        ("configure", {"more": 1}, "validation"),
        ("greet", {"customer_id": "unknown", "what": "buttons"}, "not_found"),
        ("greet", {"customer_id": "unknown", "what": "unknown"}, "validation"),
        ("unknown", {}, "not_found"),
    ],
)
def test_wrong_requests_of_the_control_endpoint(
    customer: Customer, agent: Agent, action: str, request_: dict[str, Any], error: str
) -> None:
    chat_id = customer.start("hello")
    if request_.get("chat_id") == "CHAT":
        request_ = {**request_, "chat_id": chat_id}
    assert error_type(agent.control(action, **request_)) == error
    assert customer.texts() == ["hello"]
    assert customer.organization.enabled_forms == set()


@pytest.mark.parametrize("what", NAMES)
def test_nothing_is_shown_in_a_closed_chat(customer: Customer, agent: Agent, what: str) -> None:
    chat_id = customer.start("hello")
    customer.ok("deactivate_chat", id=chat_id)
    response = agent.control("show", chat_id=chat_id, what=what)
    assert error_type(response) == "chat_inactive"
    assert len(customer.texts()) == 2
    assert status(customer) == "online"


def test_the_control_endpoint_is_for_agents_of_the_organization(
    customer: Customer, agent: Agent
) -> None:
    chat_id = customer.start("hello")
    stranger = Agent(agent.sandbox, agent.sandbox.lodge(None))
    wanted = {"chat_id": chat_id, "what": "cards"}
    assert error_type(stranger.control("show", **wanted)) == "not_found"
    for token in ("", "unknown", customer.token):
        stranger.token = token
        assert error_type(stranger.control("show", **wanted)) == "authentication"
        assert error_type(stranger.control("configure")) == "authentication"
    assert customer.texts() == ["hello"]


def test_the_control_endpoint_takes_post_without_a_query(agent: Agent) -> None:
    url = f"{agent.sandbox.url}/sandbox/action/configure"
    assert error_type(requests.get(url, headers=agent.headers)) == "validation"
    given = {"organization_id": agent.organization.organization_id}
    assert error_type(requests.post(url, json={}, params=given, headers=agent.headers)) == (
        "validation"
    )
    assert error_type(requests.post(url, data="{}", headers=agent.headers)) == "validation"


def test_configure(customer: Customer, agent: Agent) -> None:
    untouched = {
        "enabled_forms": [],
        "language": "en",
        "targets": [],
        "welcome_message": None,
        "region": "dal",
        "subscription_ended": False,
        "refused_versions": [],
        "legacy": {},
        "deprecation": {},
    }
    assert agent.control("configure").json() == untouched
    before = customer.get("get_dynamic_configuration").json()["config_version"]
    answer = agent.control("configure", enabled_forms=["prechat", "postchat"]).json()
    assert answer == {**untouched, "enabled_forms": ["postchat", "prechat"]}
    assert customer.ok("get_form", group_id=0, type="postchat")["enabled"] is True
    assert customer.get("get_dynamic_configuration").json()["config_version"] != before
    answer = agent.control("configure", language="de").json()
    assert answer == {**untouched, "enabled_forms": ["postchat", "prechat"], "language": "de"}
    assert customer.get("get_dynamic_configuration").json()["language"] == "de"
    target = {"greeting": "buttons", "url": "/plans"}
    answer = agent.control("configure", targets=[target]).json()
    assert answer["targets"] == [{**target, "title": ""}]
    answer = agent.control("configure", enabled_forms=[], language="en", targets=[]).json()
    assert answer == untouched


def test_control_requests_are_recorded_apart_and_can_go_wrong(
    customer: Customer, agent: Agent
) -> None:
    chat_id = customer.start("hello")
    agent.sandbox.faults.add("sandbox/show", error="internal")
    assert error_type(agent.control("show", chat_id=chat_id, what="cards")) == "internal"
    agent.show(chat_id, "cards")
    records = [record for record in agent.sandbox.requests if record.api == "sandbox"]
    assert [(record.action, record.error) for record in records] == [
        ("show", "internal"),
        ("show", None),
    ]
    assert records[-1].organization_id == agent.organization.organization_id


def test_the_control_endpoint_disconnects(
    customer: Customer, socket: Socket, agent: Agent, open_socket: Open
) -> None:
    stranger = open_socket(Customer(customer.sandbox))
    stranger.login()
    request = {"customer_id": customer.id, "reason": "connection_evicted"}
    assert agent.control("disconnect", **request).status_code == 200
    assert socket.end() == {"reason": "connection_evicted"}
    assert agent.control("disconnect", **{**request, "reason": "whim"}).status_code == 400
    stranger.ok("ping")


def test_the_control_endpoint_greets(socket: Socket, agent: Agent) -> None:
    request = {"customer_id": socket.customer.id, "what": "quick_replies"}
    assert agent.control("greet", **request).json() == {}
    (shown,) = socket.heard()
    assert shown["action"] == "incoming_greeting"
    assert shown["payload"]["event"]["template_id"] == "quick_replies"
