"""Regions: which requests come to the organization's, and what becomes of the others (F1)."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from livechat.sandbox import start
from livechat.sandbox.world.regions import reaches
from tests.sandbox.actors import Agent, Customer, error_type
from tests.sandbox.rtm_socket import Open, Socket


@pytest.mark.parametrize(
    ("region", "named", "host", "there"),
    [
        ("dal", None, "api.livechatinc.com", True),
        ("dal", None, "127.0.0.1", True),
        ("dal", "fra", "api.livechatinc.com", False),
        ("fra", None, "api.livechatinc.com", False),
        ("fra", "fra", "api.livechatinc.com", True),
        ("fra", None, "api-fra.livechatinc.com", True),
        ("eu-west3", None, "api-fra.livechatinc.com", True),
        ("eu-west3", None, "api-eu-west3.livechatinc.com", True),
        ("fra-a", None, "api-fra.livechatinc.com", False),
        ("us-south1", None, "api-us-south1.livechatinc.com", True),
        ("us-south1", "us-south1", "localhost", True),
        ("us-south1", "us-south1", "api-fra.livechatinc.com", True),
        ("us-south1", None, "api-dal.livechatinc.com", False),
    ],
)
def test_what_comes_to_a_region(region: str, named: str | None, host: str, there: bool) -> None:
    assert reaches(region, named, host) is there


def ask(customer: Customer, query: dict[str, str] | None = None, **headers: str) -> Any:
    response = requests.post(
        customer.url("list_chats"),
        params={**customer.query, **(query or {})},
        json={},
        headers={**customer.headers, **headers},
    )
    return response.json().get("error", {"type": None})


def test_a_request_has_to_name_the_region(customer: Customer, agent: Agent) -> None:
    agent.control("configure", region="us-south1")
    elsewhere = {
        "type": "misdirected_request",
        "message": "Wrong region",
        "data": {"region": "us-south1"},
    }
    assert ask(customer) == elsewhere
    assert ask(customer, **{"X-Region": "dal"}) == elsewhere
    assert ask(customer, **{"Host": "api-fra.example.com"}) == elsewhere
    assert ask(customer, Authorization="")["type"] == "misdirected_request"
    assert customer.get("get_dynamic_configuration").json()["error"] == elsewhere
    assert ask(customer, **{"X-Region": "us-south1"})["type"] is None
    assert ask(customer, {"x-region": "us-south1"})["type"] is None
    assert ask(customer, **{"Host": "api-us-south1.example.com"})["type"] is None
    answer = customer.get("get_dynamic_configuration", **{"x-region": "us-south1"})
    assert error_type(answer) is None
    assert agent.ok("list_chats")["found_chats"] == 0


def test_a_connection_has_to_name_the_region(
    customer: Customer, agent: Agent, socket: Socket, open_socket: Open
) -> None:
    agent.control("configure", region="fra")
    elsewhere = {"reason": "misdirected_connection", "data": {"region": "fra"}}
    assert socket.end() == elsewhere
    assert open_socket().end() == elsewhere
    assert open_socket(query="&x-region=dal").end() == elsewhere
    for name in ("x-region", "region"):
        there = open_socket(query=f"&{name}=fra")
        assert there.login()["customer"]["id"] == customer.id


def test_a_sandbox_that_is_elsewhere_from_the_start() -> None:
    sandbox = start(port=0, bot=False, region="eu-west3", refused_versions=["3.5"])
    try:
        customer = Customer(sandbox)
        assert customer.token.startswith("eu-west3:")
        named = {"X-Region": customer.token.partition(":")[0]}
        assert ask(customer, **named)["type"] == "unsupported_version"
        customer.version = "3.6"
        assert ask(customer)["type"] == "misdirected_request"
        assert ask(customer, **named)["type"] is None
        assert Customer(sandbox, sandbox.lodge(None)).token.startswith("eu-west3:")
        sandbox.reset()
        assert sandbox.default.region == "eu-west3"
    finally:
        sandbox.stop()
