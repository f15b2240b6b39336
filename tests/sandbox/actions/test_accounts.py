"""The token server: section 2 of the API reference."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
import requests

from livechat.sandbox import Sandbox, start
from tests.sandbox.actors import REDIRECT_URI, Agent, Customer

VERIFIER = "v" * 43


def post(sandbox: Sandbox, action: str, body: Any, token: str | None = None) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.post(f"{sandbox.url}/v2/customer/{action}", json=body, headers=headers)


def test_cookie_grant(customer: Customer) -> None:
    answer = customer.grant().json()
    assert answer["expires_in"] == 28800
    assert answer["token_type"] == "Bearer"
    assert answer["organization_id"] == customer.organization.organization_id
    assert set(answer) == {
        "access_token",
        "client_id",
        "entity_id",
        "expires_in",
        "organization_id",
        "token_type",
    }


def test_cookies_can_work_on_plain_http(customer: Customer) -> None:
    response = customer.grant()
    cookies = response.raw.headers.getlist("set-cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"__lc_cid", "__lc_cst"}
    for cookie in cookies:
        assert "Max-Age=63072000" in cookie
        assert "Path=/v2/customer" in cookie
        assert "HttpOnly" in cookie
        assert "Domain" not in cookie
        assert "Secure" not in cookie
    assert customer.http.cookies["__lc_cid"] == customer.id


def test_cookies_are_the_customer(customer: Customer) -> None:
    again = customer.grant().json()
    assert again["entity_id"] == customer.id
    assert again["access_token"] != customer.token


@pytest.mark.parametrize("missing", ["__lc_cid", "__lc_cst"])
def test_one_cookie_alone_is_a_new_customer(customer: Customer, missing: str) -> None:
    customer.http.cookies.pop(missing)
    assert customer.grant().json()["entity_id"] != customer.id


def test_forged_cookies_are_refused(customer: Customer) -> None:
    cookies = {"__lc_cid": customer.id, "__lc_cst": "0" * 64}
    customer.http.cookies.clear()
    response = customer.http.post(
        customer.sandbox.url + "/v2/customer/token",
        json={
            "grant_type": "cookie",
            "client_id": customer.sandbox.client_id,
            "response_type": "token",
            "organization_id": customer.organization.organization_id,
            "redirect_uri": REDIRECT_URI,
        },
        cookies=cookies,
    )
    assert response.json()["identity_exception"] == "unauthorized"


def test_identity_is_apart_per_group(customer: Customer) -> None:
    organization_id = customer.organization.organization_id
    entities = [
        customer.grant(f"/v2/customer/{organization_id}/{group}/token").json()["entity_id"]
        for group in (1, 2, 1)
    ]
    assert entities[0] == entities[2] != entities[1]
    assert customer.id not in entities
    assert customer.grant().json()["entity_id"] == customer.id


@pytest.mark.parametrize(
    ("fields", "exception", "details"),
    [
        ({"client_id": None}, "unauthorized_client", "client_id_not_found"),
        ({"client_id": "0" * 32}, "unauthorized_client", "client_id_not_found"),
        ({"redirect_uri": "nonsense"}, "unauthorized_client", "invalid_redirect_uri"),
        ({"redirect_uri": None}, "invalid_request", None),
        ({"grant_type": None}, "invalid_request", None),
        ({"grant_type": "password"}, "unsupported_grant_type", None),
        ({"response_type": None}, "invalid_request", None),
        ({"response_type": "other"}, "unsupported_response_type", None),
        ({"organization_id": None}, "invalid_request", None),
        ({"organization_id": "unknown"}, "invalid_request", None),
        ({"organization_id": 7}, "invalid_request", None),
        ({"expires_in": "60"}, "invalid_request", None),
        ({"expires_in": 0}, "invalid_request", None),
        ({"scope": "x"}, "invalid_request", None),
    ],
)
def test_bad_grants(
    customer: Customer, fields: dict[str, Any], exception: str, details: str | None
) -> None:
    response = customer.grant(**fields)
    assert response.status_code in (400, 401)
    assert response.json()["oauth_exception"] == exception
    assert response.json()["exception_description"]
    assert response.json().get("exception_details") == details


def test_origin_stands_in_for_the_redirect_uri(customer: Customer) -> None:
    customer.http.headers["Origin"] = REDIRECT_URI
    response = customer.grant(redirect_uri=None)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == REDIRECT_URI
    assert response.headers["access-control-allow-credentials"] == "true"


@pytest.mark.parametrize(
    ("redirect_uris", "uri", "details"),
    [
        (["http://localhost:8501"], "http://localhost:8501", None),
        (["http://localhost:8501"], "http://localhost:8501/", "invalid_redirect_uri"),
        ([], "http://localhost:8501", "redirect_uri_not_set"),
    ],
)
def test_redirect_uris_are_compared_exactly(
    redirect_uris: list[str], uri: str, details: str | None
) -> None:
    sandbox = start(port=0, bot=False, redirect_uris=redirect_uris)
    try:
        body = {
            "grant_type": "cookie",
            "client_id": sandbox.client_id,
            "response_type": "token",
            "organization_id": sandbox.default.organization_id,
            "redirect_uri": uri,
        }
        assert post(sandbox, "token", body).json().get("exception_details") == details
    finally:
        sandbox.stop()


def test_any_content_type_is_read_as_json(customer: Customer) -> None:
    body = (
        f'{{"grant_type":"cookie","client_id":"{customer.sandbox.client_id}",'
        f'"response_type":"token","redirect_uri":"{REDIRECT_URI}",'
        f'"organization_id":"{customer.organization.organization_id}"}}'
    )
    for kind in ("application/x-www-form-urlencoded", "text/plain"):
        url = customer.sandbox.url + "/v2/customer/token"
        assert requests.post(url, data=body, headers={"Content-Type": kind}).status_code == 200
    assert requests.post(url, data="a=b").json()["oauth_exception"] == "invalid_request"


def test_expires_in_shortens_the_life(customer: Customer) -> None:
    assert customer.authorize(expires_in=60)["expires_in"] == 60
    assert customer.authorize(expires_in=10**6)["expires_in"] == 28800
    customer.authorize(expires_in=60)
    customer.sandbox.clock.advance(61)
    assert customer.error("list_chats") == "authentication"


def test_info_and_revoke(customer: Customer) -> None:
    url = customer.sandbox.url + "/v2/customer"
    by_header = requests.get(f"{url}/info", headers=customer.headers).json()
    by_code = requests.get(f"{url}/info", params={"code": customer.token}).json()
    assert by_header["entity_id"] == by_code["entity_id"] == customer.id
    revoked = requests.delete(f"{url}/token", headers=customer.headers)
    assert (revoked.status_code, revoked.content) == (200, b"")
    for response in (
        requests.get(f"{url}/info", headers=customer.headers),
        requests.get(f"{url}/info"),
        requests.delete(f"{url}/token", headers=customer.headers),
    ):
        assert response.status_code == 401
        assert response.json()["oauth_exception"] == "invalid_grant"
    assert customer.error("list_chats") == "authentication"


def test_wrong_verbs(sandbox: Sandbox) -> None:
    url = sandbox.url + "/v2/customer"
    for response in (requests.get(f"{url}/token"), requests.post(f"{url}/info")):
        assert response.json()["oauth_exception"] == "invalid_request"


def test_agent_token_grant(agent: Agent, customer: Customer) -> None:
    body = {
        "grant_type": "agent_token",
        "client_id": agent.sandbox.client_id,
        "response_type": "token",
    }
    new = post(agent.sandbox, "token", body, agent.token)
    assert new.status_code == 200
    assert "set-cookie" not in new.headers
    known = post(agent.sandbox, "token", {**body, "entity_id": customer.id}, agent.token).json()
    assert known["entity_id"] == customer.id != new.json()["entity_id"]
    unknown = post(agent.sandbox, "token", {**body, "entity_id": "x"}, agent.token).json()
    assert (unknown["identity_exception"], unknown["entity_id"]) == ("unauthorized", "x")
    for token in (None, customer.token):
        refused = post(agent.sandbox, "token", body, token)
        assert refused.json()["oauth_exception"] == "invalid_grant"


@pytest.mark.parametrize("method", [None, "plain", "S256"])
def test_identity_transfer_with_pkce(customer: Customer, method: str | None) -> None:
    sandbox = customer.sandbox
    digest = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()
    body = {
        "bearer_type": "customer",
        "client_id": sandbox.client_id,
        "code_challenge": digest.rstrip("=") if method == "S256" else VERIFIER,
    }
    if method:
        body["code_challenge_method"] = method
    step = {"grant_type": "identity_token", "client_id": sandbox.client_id}

    def transfer() -> str:
        answer = post(sandbox, "identity_transfer", body, customer.token).json()
        assert answer["expires_in"] == 3600
        return str(answer["identity_transfer_token"])

    code = transfer()
    redeemed = post(sandbox, "token", {**step, "code": code, "code_verifier": VERIFIER})
    assert redeemed.json()["entity_id"] == customer.id
    wrong = [
        {"code": code, "code_verifier": VERIFIER},  # used
        {"code": transfer()},
        {"code": transfer(), "code_verifier": "w" * 43},
        {"code": "unknown"},
    ]
    for fields in wrong:
        assert post(sandbox, "token", step | fields).json()["oauth_exception"] == "invalid_grant"
    late = transfer()
    sandbox.clock.advance(3601)
    fields = {"code": late, "code_verifier": VERIFIER}
    assert post(sandbox, "token", step | fields).json()["oauth_exception"] == "invalid_grant"


def test_identity_transfer_by_an_agent(agent: Agent, customer: Customer) -> None:
    body = {"bearer_type": "agent", "client_id": agent.sandbox.client_id}
    ok = post(agent.sandbox, "identity_transfer", {**body, "customer_id": customer.id}, agent.token)
    assert ok.status_code == 200
    missing = post(agent.sandbox, "identity_transfer", body, agent.token)
    assert missing.json()["oauth_exception"] == "invalid_request"
    unknown = post(agent.sandbox, "identity_transfer", {**body, "customer_id": "x"}, agent.token)
    assert unknown.json()["identity_exception"] == "unauthorized"
    wrong_kind = post(
        agent.sandbox, "identity_transfer", {**body, "customer_id": customer.id}, customer.token
    )
    assert wrong_kind.status_code == 401


def test_a_banned_customer_gets_no_token(agent: Agent, customer: Customer) -> None:
    agent.ok("ban_customer", id=customer.id, ban={"days": 1})
    assert customer.grant().json()["identity_exception"] == "access_denied"
    agent.sandbox.clock.advance(86_400)
    assert customer.grant().json()["entity_id"] == customer.id


def test_preflight(sandbox: Sandbox) -> None:
    response = requests.options(
        sandbox.url + "/v3.5/customer/action/list_chats",
        headers={
            "Origin": "http://localhost:3000",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert "authorization" in response.headers["access-control-allow-headers"].lower()
