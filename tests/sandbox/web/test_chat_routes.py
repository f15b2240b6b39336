"""Transport of the Customer and the Agent API: sections 3.1 and 8.1."""

from __future__ import annotations

from typing import Any

import requests

from tests.sandbox.actors import Agent, Customer, error_type


def test_transport(customer: Customer) -> None:
    url, query, headers = customer.url("list_chats"), customer.query, customer.headers

    def refused(**changes: Any) -> str | None:
        request = {"params": query, "json": {}, "headers": headers} | changes
        return error_type(requests.post(url, **request))

    assert refused() is None
    assert refused(params={}) == "validation"
    assert refused(params={"organization_id": ""}) == "validation"
    assert refused(params={"organization_id": "unknown"}) == "license_not_found"
    assert refused(params={**query, "limit": 3}) == "validation"
    assert refused(headers={}) == "authentication"
    assert refused(headers={"Authorization": customer.token}) == "authentication"
    assert refused(headers={"Authorization": f"Basic {customer.token}"}) == "authentication"
    assert refused(headers={"Authorization": "Bearer nonsense"}) == "authentication"
    agent_token = customer.organization.agent_token
    assert refused(headers={"Authorization": f"Bearer {agent_token}"}) == "authentication"
    assert error_type(requests.get(url, params=query, headers=headers)) == "validation"
    for body in (b"", b"[]", b"{", b'"x"', b'{"limit": NaN}', b'{"limit": 1e999}', b"\xff"):
        kind = {**headers, "Content-Type": "application/json"}
        assert refused(json=None, data=body, headers=kind) == "validation", body
    assert refused(json=None, data={"a": "b"}) == "validation"
    assert refused(json={"padding": "x" * 600_000}) == "entity_too_large"
    unknown = requests.post(customer.url("no_such_action"), params=query, json={}, headers=headers)
    assert error_type(unknown) == "not_found"


def test_versions(customer: Customer) -> None:
    def answer(path: str, **headers: str) -> str | None:
        return error_type(
            requests.post(
                f"{customer.sandbox.url}{path}/list_chats",
                params=customer.query,
                json={},
                headers={**customer.headers, **headers},
            )
        )

    assert answer("/v3.5/customer/action") is None
    assert answer("/v3.6/customer/action") is None
    assert answer("/v3.4/customer/action") == "unsupported_version"
    assert answer("/customer/action", **{"X-API-Version": "3.5"}) is None
    assert answer("/customer/action", **{"X-API-Version": "3.6"}) is None
    assert answer("/customer/action", **{"X-API-Version": "3.7"}) == "unsupported_version"
    assert answer("/customer/action") == "unsupported_version"


def test_agent_transport(agent: Agent, customer: Customer) -> None:
    url = agent.url("list_chats")
    assert error_type(requests.post(url, json={})) == "authentication"
    assert error_type(requests.post(url, json={}, headers=customer.headers)) == "authentication"
    account_id = agent.organization.agents[agent.id].account_id
    assert error_type(requests.post(url, json={}, auth=(account_id, agent.token))) is None
    assert error_type(requests.post(url, json={}, auth=("x", agent.token))) == "authentication"
    assert error_type(requests.post(url, json={}, headers={"Authorization": "Basic !"})) == (
        "authentication"
    )
    query = {"organization_id": agent.organization.organization_id}
    wrong = requests.post(url, params=query, json={}, headers=agent.headers)
    assert error_type(wrong) == "validation"


def test_upload_takes_one_part_named_file(customer: Customer) -> None:
    def upload(**body: Any) -> str:
        response = requests.post(
            customer.url("upload_file"), params=customer.query, headers=customer.headers, **body
        )
        return str(response.json()["error"]["type"])

    assert upload(files={"other": ("a.txt", b"x")}) == "validation"
    assert upload(files=[("file", ("a.txt", b"x")), ("file", ("b.txt", b"y"))]) == "validation"
    assert upload(files={"file": ("a.txt", b"x")}, data={"more": "x"}) == "validation"
    assert upload(json={}) == "validation"
    assert upload(data=b"x") == "validation"
