"""The routes of the Customer and the Agent API: transport and authentication (3.1 and 8.1).

The control endpoint, which is not LiveChat's, takes the same requests as the Agent API.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..actions import agent_api, customer_chats, customer_details
from ..actions.registry import Actions, AgentCall, Call, Upload, customer_call
from ..world import chats, sentences
from ..world.errors import ApiError
from ..world.json_schema import Form
from ..world.limits import MAX_FILE_BYTES
from ..world.model import Organization
from ..world.state import State
from ..world.versions import NEWEST, SERVED, has
from . import control, serving
from .http_exchange import MAX_BODY_BYTES, Exchange, Frame, parse_json

JSON = dict[str, Any]

_MULTIPART_OVERHEAD = 64 * 1024


class ChatRoutes:
    """The endpoints of both APIs, and of the sandbox's own, over one state."""

    def __init__(self, state: State, frame: Frame) -> None:
        """Serve ``state``."""
        self.state = state
        self._frame = frame

    async def customer(self, request: Request) -> Response:
        """Answer ``/v<version>/customer/action/<action>``."""
        action = request.path_params["action"]
        return await self._frame.answer(request, "customer", action, self._customer)

    async def agent(self, request: Request) -> Response:
        """Answer ``/v<version>/agent/action/<action>``."""
        action = request.path_params["action"]
        return await self._frame.answer(request, "agent", action, self._agent)

    async def control(self, request: Request) -> Response:
        """Answer ``/sandbox/action/<action>``, which has no version."""
        action = request.path_params["action"]
        return await self._frame.answer(request, "sandbox", action, self._control)

    async def _customer(self, exchange: Exchange) -> Response:
        name, request = exchange.record.action, exchange.request
        query = list(request.query_params.multi_items())
        body = await _read_body(exchange, name)
        # From here on nothing awaits: the state does not change under the action.
        version = _version(request)
        open_action = customer_details.open_action.get(name, version)
        query, organization = self._organization(exchange, query)
        _check_served(exchange, organization, version)
        query = [(known, value) for known, value in query if known != "x-region"]
        chats.catch_up(organization)
        here = (self.state, organization, _base_url(request), version)
        if open_action is not None:
            _check_verb(request, "GET")
            payload = exchange.keep(open_action.form.read_query(query))
            open_action.form.check(payload, version)
            return JSONResponse(open_action.run(Call(*here), payload))
        action = customer_chats.action.get(name, version) or customer_details.action.get(
            name, version
        )
        if action is None:
            raise ApiError("not_found", "Unknown action")
        _check_verb(request, "POST")
        if query:
            raise ApiError("validation", "Only `organization_id` goes into the query string")
        call = customer_call(*here, exchange.bearer or "")
        if accepted := request.headers.get("accept-language"):
            call.customer.language = sentences.language(accepted)
        payload = _payload(exchange, body, action.form, version)
        if call.customer.chat is not None:
            chats.close_if_idle(organization, call.customer.chat)
        return JSONResponse(action.run(call, payload))

    def _organization(
        self, exchange: Exchange, query: list[tuple[str, str]]
    ) -> tuple[list[tuple[str, str]], Organization]:
        """Return the query without the organization, and the organization."""
        ids = [value for name, value in query if name == "organization_id"]
        rest = [(name, value) for name, value in query if name != "organization_id"]
        if exchange.record.action == "get_dynamic_configuration" and not ids:
            licenses = [value for name, value in rest if name == "license_id"]
            rest = [(name, value) for name, value in rest if name != "license_id"]
            ids = [
                organization.organization_id
                for organization in self.state.organizations()
                if licenses == [str(organization.license_id)]
            ] or licenses
        if len(ids) != 1 or not ids[0]:
            raise ApiError("validation", "`organization_id` is missing or repeated")
        exchange.record.organization_id = ids[0]
        organization = self.state.organization(ids[0])
        if organization is None:
            raise ApiError("license_not_found")
        return rest, organization

    async def _agent(self, exchange: Exchange) -> Response:
        body = await _read_body(exchange, exchange.record.action)
        return self._by_agent(exchange, body, agent_api.action, _version(exchange.request))

    async def _control(self, exchange: Exchange) -> Response:
        body = await exchange.read(MAX_BODY_BYTES)
        return self._by_agent(exchange, body, control.action, NEWEST)

    def _by_agent(
        self, exchange: Exchange, body: bytes | Upload, actions: Actions[AgentCall], version: str
    ) -> Response:
        # Nothing awaits here: the state does not change under the action.
        request = exchange.request
        action = actions.get(exchange.record.action, version)
        if action is None:
            raise ApiError("not_found", "Unknown action")
        _check_verb(request, "POST")
        if request.query_params:
            raise ApiError("validation", "There are no query parameters")
        organization, caller = self.state.agent(_agent_token(exchange, self.state))
        exchange.record.organization_id = organization.organization_id
        if actions is agent_api.action:
            _check_served(exchange, organization, version)
        payload = _payload(exchange, body, action.form, version)
        chats.catch_up(organization)
        for chat in list(organization.chats.values()):
            chats.close_if_idle(organization, chat)
        call = AgentCall(self.state, organization, _base_url(request), version, caller)
        return JSONResponse(action.run(call, payload))


def _base_url(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _version(request: Request) -> str:
    # A version in the address, or X-API-Version where the address has none.
    in_path = request.path_params.get("version")
    version = request.headers.get("x-api-version") if in_path is None else in_path
    if version not in SERVED:
        raise ApiError("unsupported_version")
    return str(version)


def _check_served(exchange: Exchange, organization: Organization, version: str) -> None:
    """Let the answer say what becomes of the version; refuse what is not to be served."""
    for header, dates in (
        ("Legacy", organization.legacy),
        ("Deprecation", organization.deprecation),
    ):
        if version in dates:
            exchange.headers[header] = dates[version]
    by_customer = exchange.record.api == "customer"
    refused = serving.refusal(organization, version, exchange.request if by_customer else None)
    if refused is None:
        return
    kind, data = refused
    action = exchange.record.action
    if kind == serving.EXPIRED and action == "get_dynamic_configuration" and has(version, "3.6"):
        return  # the answer says so itself (livechat-api-v36, 1.3)
    raise ApiError("misdirected_request" if kind == serving.MISDIRECTED else kind, data=data)


def _check_verb(request: Request, verb: str) -> None:
    if request.method != verb:
        raise ApiError("validation", f"This action takes {verb}")


async def _read_body(exchange: Exchange, action: str) -> bytes | Upload:
    if action == "upload_file":
        return await _read_upload(exchange)
    return await exchange.read(MAX_BODY_BYTES)


async def _read_upload(exchange: Exchange) -> Upload:
    body = await exchange.read(MAX_FILE_BYTES + _MULTIPART_OVERHEAD)

    async def replay() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        request = Request(exchange.request.scope, replay)
        async with request.form(max_files=1, max_fields=0) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise ApiError("validation", "There must be one part named `file`, with a file")
            kind = file.content_type or "application/octet-stream"
            return Upload(file.filename or "", kind, await file.read())
    except HTTPException:
        raise ApiError("validation", "There must be one part named `file`, with a file") from None


def _payload(exchange: Exchange, body: bytes | Upload, form: Form, version: str) -> JSON:
    if isinstance(body, Upload):
        exchange.record.payload = {"file": body.name}
        return {"file": body}
    kind = exchange.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ApiError("validation", "The content type must be application/json")
    payload = exchange.keep(parse_json(body))
    form.check(payload, version)
    return payload


def _agent_token(exchange: Exchange, state: State) -> str:
    if exchange.bearer is not None:
        return exchange.bearer
    scheme, _, encoded = exchange.request.headers.get("authorization", "").partition(" ")
    if scheme == "Basic":
        try:
            account_id, _, token = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise ApiError("authentication") from None
        if state.agent(token)[1].account_id == account_id:
            return token
    raise ApiError("authentication")
