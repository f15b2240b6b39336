"""The token server: customer authorization (section 2)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ..world.errors import ApiError, AuthError
from ..world.json_schema import STR, Form, Schema, integer, obj
from ..world.model import Agent, Customer, Organization
from ..world.sample_organization import GROUPS
from ..world.state import CLIENT_ID, TRANSFER_LIFETIME, State, Token, Transfer

JSON = dict[str, Any]

CUSTOMER_COOKIE = "__lc_cid"
SECRET_COOKIE = "__lc_cst"

_CLIENT: dict[str, Schema] = {"grant_type": STR, "client_id": STR}
# What each grant knows besides the grant type and the client id, which are checked before.
_GRANTS = {
    "cookie": Form(
        obj(
            {**_CLIENT, "response_type": STR, "organization_id": STR},
            {"redirect_uri": STR, "expires_in": integer(1, 2**31)},
        )
    ),
    "agent_token": Form(
        obj(
            {**_CLIENT, "response_type": STR},
            {"entity_id": STR, "organization_id": STR, "expires_in": integer(1, 2**31)},
        )
    ),
    "identity_token": Form(
        obj(
            {**_CLIENT, "code": STR},
            {"code_verifier": STR, "response_type": STR, "expires_in": integer(1, 2**31)},
        )
    ),
}
_TRANSFER = Form(
    obj(
        {"bearer_type": {"enum": ["agent", "customer"]}, "client_id": STR},
        {
            "customer_id": STR,
            "code_challenge": {"type": "string", "minLength": 43, "maxLength": 128},
            "code_challenge_method": {"enum": ["plain", "S256"]},
        },
        dependentRequired={"code_challenge_method": ["code_challenge"]},
    )
)


@dataclass(frozen=True, slots=True)
class Sender:
    """What a request to the token server says about who sends it."""

    bearer: str | None = None
    """The token of ``Authorization: Bearer``."""
    cookies: dict[str, str] = field(default_factory=dict)
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A token, and the cookies to set with it."""

    body: JSON
    cookies: dict[str, str]
    organization_id: str


def grant(
    state: State,
    sender: Sender,
    request: JSON,
    *,
    organization_id: str | None = None,
    group_id: str | None = None,
) -> Grant:
    """Issue a token by any of the grants (2.2, 2.5, 2.6).

    With ``organization_id`` and ``group_id`` of the path the identity is one of the group's own
    (2.4). Raises AuthError: ``unauthorized_client``, ``invalid_request``,
    ``unsupported_grant_type``, ``unsupported_response_type``, ``invalid_grant``, and the
    identity exceptions ``unauthorized`` and ``access_denied``.
    """
    _check_client(request)
    grant_type = request.get("grant_type")
    if not grant_type:
        raise AuthError("invalid_request", "grant_type is missing")
    form = _GRANTS.get(grant_type) if isinstance(grant_type, str) else None
    if form is None:
        raise AuthError("unsupported_grant_type", "grant_type is not supported")
    _check(form, request)
    response_type = request.get("response_type", "token")
    if response_type != "token":
        raise AuthError("unsupported_response_type", "response_type must be token")
    cookies: dict[str, str] = {}
    if organization_id is not None and request.get("organization_id") not in (
        None,
        organization_id,
    ):
        raise AuthError("invalid_request", "organization_id differs from the path")
    group = _read_group(group_id)
    if grant_type == "cookie":
        _check_redirect_uri(state, request.get("redirect_uri", sender.origin))
        organization = _organization(state, request["organization_id"])
        identity = _recognise(state, organization, sender.cookies) or str(uuid.uuid4())
        cookies = {
            CUSTOMER_COOKIE: identity,
            SECRET_COOKIE: state.secret(organization, identity),
        }
        customer = state.customer(organization, _in_group(identity, group))
    elif grant_type == "agent_token":
        organization, _ = _agent(state, sender)
        wanted = request.get("organization_id", organization_id)
        if wanted not in (None, organization.organization_id):
            raise AuthError("access_denied", "The agent is of another organization", status=401)
        entity_id = request.get("entity_id")
        if entity_id is not None and entity_id not in organization.customers:
            raise AuthError(
                "unauthorized", "No such customer", identity=True, status=401, entity_id=entity_id
            )
        customer_id = entity_id or _in_group(str(uuid.uuid4()), group)
        customer = state.customer(organization, customer_id)
    else:
        transfer = _redeem(state, request)
        organization = transfer.organization
        customer = state.customer(organization, transfer.customer_id)
    _check_ban(state, customer)
    customer.last_visit = state.clock.now()
    customer.visits_count += 1
    token = state.issue(organization, customer, request.get("expires_in"))
    return Grant(describe(state, token), cookies, organization.organization_id)


def describe(state: State, token: Token) -> JSON:
    """Return what the answers of grants and `info` say of a token."""
    return {
        "access_token": token.text,
        "client_id": CLIENT_ID,
        "entity_id": token.customer_id,
        "expires_in": round((token.expires_at - state.clock.now()).total_seconds()),
        "organization_id": token.organization.organization_id,
        "token_type": "Bearer",
    }


def info(state: State, bearer: str | None) -> JSON:
    """Describe a token (2.7). Raises AuthError ``invalid_grant`` with 401."""
    return describe(state, _token(state, bearer))


def revoke(state: State, bearer: str | None) -> Token:
    """Revoke a token (2.7). Raises AuthError ``invalid_grant`` with 401."""
    token = _token(state, bearer)
    state.tokens.pop(token.text)
    token.organization.push(
        "customer_disconnected",
        {"reason": "access_token_revoked"},
        token.customer_id,
        token=token.text,
    )
    return token


def identity_transfer(state: State, sender: Sender, request: JSON) -> JSON:
    """Issue an identity transfer token (2.6, step 1).

    Raises AuthError ``unauthorized_client``, ``invalid_request``, and with 401 ``invalid_grant``
    or the identity exception ``unauthorized`` for an unknown customer.
    """
    _check_client(request)
    _check(_TRANSFER, request)
    if request["bearer_type"] == "agent":
        organization, _ = _agent(state, sender)
        customer_id = request.get("customer_id")
        if customer_id is None:
            raise AuthError("invalid_request", "customer_id is missing")
        if customer_id not in organization.customers:
            raise AuthError("unauthorized", "No such customer", identity=True, status=401)
    else:
        if "customer_id" in request:
            raise AuthError("invalid_request", "customer_id goes with bearer_type agent")
        token = _token(state, sender.bearer)
        organization, customer_id = token.organization, token.customer_id
    code = secrets.token_urlsafe(32)
    state.transfers.put(
        code,
        Transfer(
            organization=organization,
            customer_id=customer_id,
            expires_at=state.clock.now() + TRANSFER_LIFETIME,
            challenge=request.get("code_challenge"),
            method=request.get("code_challenge_method", "plain"),
        ),
    )
    return {
        "identity_transfer_token": code,
        "expires_in": int(TRANSFER_LIFETIME.total_seconds()),
    }


def _redeem(state: State, request: JSON) -> Transfer:
    # Good for one use, even a failed one.
    transfer = state.transfers.pop(request["code"])
    if transfer is None or transfer.expires_at <= state.clock.now():
        raise AuthError("invalid_grant", "The code is unknown, used or expired")
    verifier = request.get("code_verifier")
    if transfer.challenge is None and verifier is None:
        return transfer
    proof = verifier or ""
    if transfer.method == "S256":
        digest = hashlib.sha256(proof.encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if not hmac.compare_digest(proof.encode(), (transfer.challenge or "").encode()):
        raise AuthError("invalid_grant", "code_verifier does not match")
    return transfer


def _check(form: Form, request: JSON) -> None:
    try:
        form.check(request)
    except ApiError as error:
        raise AuthError("invalid_request", error.message) from None


def _check_client(request: JSON) -> None:
    if request.get("client_id") != CLIENT_ID:
        raise AuthError(
            "unauthorized_client", "Unknown client", details="client_id_not_found", status=401
        )


def _check_redirect_uri(state: State, uri: str | None) -> None:
    if uri is None:
        raise AuthError("invalid_request", "redirect_uri is missing, and so is Origin")
    if state.redirect_uris is None:
        parts = urlsplit(uri)
        valid = parts.scheme in ("http", "https") and bool(parts.netloc)
    elif not state.redirect_uris:
        raise AuthError(
            "unauthorized_client", "The app has no redirect URI", details="redirect_uri_not_set"
        )
    else:
        valid = uri in state.redirect_uris
    if not valid:
        raise AuthError(
            "unauthorized_client",
            "The redirect URI is not one of the app's",
            details="invalid_redirect_uri",
        )


def _organization(state: State, organization_id: str) -> Organization:
    organization = state.organization(organization_id)
    if organization is None:
        # Which error this is, is not documented.
        raise AuthError("invalid_request", "Unknown organization_id")
    return organization


def _read_group(group_id: str | None) -> int | None:
    if group_id is None:
        return None
    if not (group_id.isascii() and group_id.isdigit()) or int(group_id) not in GROUPS:
        raise AuthError("invalid_request", "Unknown group")
    return int(group_id)


def _in_group(identity: str, group: int | None) -> str:
    # The cookies hold one identity per browser; each group derives a customer of its own from it.
    return identity if group is None else str(uuid.uuid5(uuid.UUID(identity), str(group)))


def _recognise(state: State, organization: Organization, cookies: dict[str, str]) -> str | None:
    identity, secret = cookies.get(CUSTOMER_COOKIE), cookies.get(SECRET_COOKIE)
    if not identity or not secret:
        return None  # one alone proves nothing: a new customer
    expected = state.secret(organization, identity)
    if not hmac.compare_digest(expected.encode(), secret.encode()):
        raise AuthError("unauthorized", "Unknown identity", identity=True, status=401)
    return identity


def _check_ban(state: State, customer: Customer) -> None:
    if customer.banned_until is not None and customer.banned_until > state.clock.now():
        raise AuthError("access_denied", "Customer is banned", identity=True, status=401)


def _token(state: State, bearer: str | None) -> Token:
    try:
        return state.token(bearer or "")
    except ApiError as error:
        raise AuthError("invalid_grant", error.message, status=401) from None


def _agent(state: State, sender: Sender) -> tuple[Organization, Agent]:
    try:
        return state.agent(sender.bearer or "")
    except ApiError as error:
        raise AuthError("invalid_grant", error.message, status=401) from None
