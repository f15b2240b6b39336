"""The routes of the token server: bodies, bearers and cookies (sections 2.1 to 2.3)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..actions import accounts
from ..world.errors import ApiError, AuthError
from ..world.state import State
from .http_exchange import MAX_BODY_BYTES, Exchange, Frame, parse_json

JSON = dict[str, Any]

_COOKIE_SECONDS = 63_072_000  # two years


class AccountsRoutes:
    """The endpoints of the token server over one state."""

    def __init__(self, state: State, frame: Frame) -> None:
        """Serve ``state``."""
        self.state = state
        self._frame = frame

    async def token(self, request: Request) -> Response:
        """Answer ``/v2/customer[/<organization_id>/<group_id>]/token``."""
        if request.method == "DELETE":
            return await self._frame.answer(request, "accounts", "revoke", self._revoke)
        return await self._frame.answer(request, "accounts", "token", self._grant)

    async def info(self, request: Request) -> Response:
        """Answer ``/v2/customer/info``."""
        return await self._frame.answer(request, "accounts", "info", self._info)

    async def identity_transfer(self, request: Request) -> Response:
        """Answer ``/v2/customer/identity_transfer``."""
        return await self._frame.answer(
            request, "accounts", "identity_transfer", self._identity_transfer
        )

    async def _grant(self, exchange: Exchange) -> Response:
        request = exchange.request
        payload = await _read_accounts(exchange)
        grant = accounts.grant(self.state, _sender(exchange), payload, **request.path_params)
        exchange.record.organization_id = grant.organization_id
        response = JSONResponse(grant.body)
        secure = request.url.scheme == "https"
        for name, value in grant.cookies.items():
            # No Domain: a host of one's own cannot set one for LiveChat's. Browsers take neither
            # Secure nor SameSite=None over plain HTTP.
            response.set_cookie(
                name,
                value,
                max_age=_COOKIE_SECONDS,
                expires=_COOKIE_SECONDS,
                path="/v2/customer",
                secure=secure,
                httponly=True,
                samesite="none" if secure else "lax",
            )
        return response

    async def _revoke(self, exchange: Exchange) -> Response:
        token = accounts.revoke(self.state, exchange.bearer)
        exchange.record.organization_id = token.organization.organization_id
        return Response()

    async def _info(self, exchange: Exchange) -> Response:
        if exchange.request.method != "GET":
            raise AuthError("invalid_request", "Wrong verb")
        code = exchange.request.query_params.get("code")
        body = accounts.info(self.state, exchange.bearer or code)
        exchange.record.organization_id = body["organization_id"]
        return JSONResponse(body)

    async def _identity_transfer(self, exchange: Exchange) -> Response:
        payload = await _read_accounts(exchange)
        return JSONResponse(accounts.identity_transfer(self.state, _sender(exchange), payload))


async def _read_accounts(exchange: Exchange) -> JSON:
    if exchange.request.method != "POST":
        raise AuthError("invalid_request", "Wrong verb")
    # Whatever the content type says: clients disagree on it (section 2.1).
    try:
        return exchange.keep(parse_json(await exchange.read(MAX_BODY_BYTES)))
    except ApiError as error:
        raise AuthError("invalid_request", error.message) from None


def _sender(exchange: Exchange) -> accounts.Sender:
    request = exchange.request
    return accounts.Sender(exchange.bearer, request.cookies, request.headers.get("origin"))
