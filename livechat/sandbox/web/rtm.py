"""The customers' RTM API (section 6): connections, requests, pushes, and how they end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from ..actions import customer_rtm
from ..actions.registry import CustomerCall, customer_call
from ..world import chats, pushes
from ..world.errors import ApiError
from ..world.json_schema import OBJECT, STR, Form, obj
from ..world.model import Organization, Push
from ..world.state import State, Token
from ..world.versions import SERVED, has
from . import serving
from .faults import Fault, Faults, Record
from .http_exchange import MAX_RECORDED_BYTES, parse_json

JSON = dict[str, Any]

LOGIN_SECONDS = 30.0
SILENCE_SECONDS = 30.0
MAX_PENDING = 10
MAX_WAITING_FRAMES = 1_000
"""A client that reads nothing is let go when so many frames wait for it."""

_REQUEST = Form(obj({"action": STR}, {"version": STR, "request_id": STR, "payload": OBJECT}))
_FAREWELL_SECONDS = 10.0  # for what is on its way; a client may have stopped reading
_CLOSED = 1000
_RESTART = 1012
_BROKEN = 1011

_log = logging.getLogger(__name__)


class Rtm:
    """All connections; hears of the pushes and passes them on."""

    def __init__(self, state: State, faults: Faults, requests: deque[Record]) -> None:
        """Serve ``state``; let ``faults`` happen; put what is asked into ``requests``."""
        self.state = state
        self.faults = faults
        self.requests = requests
        self._connections: set[Connection] = set()

    async def serve(self, websocket: WebSocket) -> None:
        """Answer ``/v<version>/customer/rtm/ws`` until either side closes."""
        fault = self.faults.take("rtm", "connect")
        if fault is not None:
            await asyncio.sleep(fault.delay)
            if fault.refuses and fault.error is None:
                await websocket.close()
                return
        organization = self.state.organization(websocket.query_params.get("organization_id", ""))
        connection = Connection(self, websocket, organization)
        self._connections.add(connection)
        try:
            await websocket.accept()
            if fault is not None and fault.error is not None:
                connection.disconnect(fault.error, fault.data)
            await connection.run()
        finally:
            self._connections.discard(connection)

    def __call__(self, push: Push) -> None:
        """Listen: pass a push on to those it is for."""
        for connection in tuple(self._connections):
            if connection.hears(push):
                connection.tell(push)

    def sweep(self) -> None:
        """End the connections whose time is up."""
        for connection in tuple(self._connections):
            connection.end_if_due()

    def reset(self) -> None:
        """Close all connections, as a server does that starts anew."""
        for connection in tuple(self._connections):
            connection.close(_RESTART)


class Connection:
    """One connection of a customer."""

    def __init__(self, rtm: Rtm, websocket: WebSocket, organization: Organization | None) -> None:
        """Begin, as yet logged out; ``organization`` is None where the address names no known."""
        self._rtm = rtm
        self._websocket = websocket
        self._organization = organization
        self._version: str = websocket.path_params["version"]
        scheme = "https" if websocket.url.scheme == "wss" else "http"
        self._base_url = f"{scheme}://{websocket.url.netloc}"
        self._frames: asyncio.Queue[str | int] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None
        self._closing = False
        self._token: Token | None = None
        self._wanted: dict[str, frozenset[str]] = {}
        self._asked: pushes.Asked | None = None
        self._pending: set[asyncio.Task[None]] = set()
        self._since = rtm.state.clock.now()
        websocket.scope["state"]["life"].heard = self._hear

    def _hear(self) -> None:
        if self._token is not None:
            self._since = self._rtm.state.clock.now()

    async def run(self) -> None:
        """Read and answer requests until either side closes."""
        self.end_if_due()
        self._writer = asyncio.create_task(self._write())
        reader = asyncio.create_task(self._read_all())
        try:
            await asyncio.wait((reader, self._writer), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._closing = True
            for task in (reader, self._writer, *self._pending):
                task.cancel()

    async def _read_all(self) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                self._receive(await self._read())

    async def _read(self) -> bytes:
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", _CLOSED))
        text = message.get("text")
        return text.encode() if text is not None else bytes(message["bytes"])

    async def _write(self) -> None:
        """Send what waits; a number closes the connection."""
        with contextlib.suppress(WebSocketDisconnect, ApiError):
            while isinstance(frame := await self._frames.get(), str):
                self._rtm.state.keep()  # what nobody would know of after a restart is not told
                await self._websocket.send_text(frame)
            await self._websocket.close(frame)

    def _send(self, frame: str) -> None:
        if self._closing:
            return
        if self._frames.qsize() < MAX_WAITING_FRAMES:
            self._frames.put_nowait(frame)
        else:
            self._closing = True
            if self._writer is not None:
                self._writer.cancel()  # a word of farewell would not get through either

    def close(self, code: int) -> None:
        """Close, after what is on its way has been sent."""
        if self._closing:
            return
        self._closing = True
        self._frames.put_nowait(code)
        if self._writer is not None:
            asyncio.get_running_loop().call_later(_FAREWELL_SECONDS, self._writer.cancel)

    def disconnect(self, reason: str, data: JSON | None = None) -> None:
        """Push ``customer_disconnected`` and close."""
        payload = {"reason": reason, **({} if data is None else {"data": data})}
        self._send(pushes.push(pushes.DISCONNECTED, self._version, payload))
        self.close(_CLOSED)

    def end_if_due(self) -> bool:
        """Disconnect if nobody is served here, or a time is up; say whether.

        It can be that of the token, the login or the silence.
        """
        now = self._rtm.state.clock.now()
        token = self._token
        if self._organization is None:
            self.disconnect("license_not_found")
        elif refused := serving.refusal(self._organization, self._version, self._websocket):
            kind, data = refused
            self.disconnect("misdirected_connection" if kind == serving.MISDIRECTED else kind, data)
        elif token is not None and token.expires_at <= now:
            self.disconnect("access_token_expired")
        else:
            seconds = LOGIN_SECONDS if token is None else SILENCE_SECONDS
            if (now - self._since).total_seconds() >= seconds:
                self.disconnect("connection_timeout")
        return self._closing

    def hears(self, push: Push) -> bool:
        """Whether a push is for this connection."""
        token = self._token
        return (
            token is not None
            and token.organization is push.organization
            and push.customer_id in (None, token.customer_id)
            and push.token in (None, token.text)
        )

    def tell(self, push: Push) -> None:
        """Send a push in each version in which the login chose it."""
        if push.action == pushes.DISCONNECTED:
            self.disconnect(**push.payload)
            return
        for version, wanted in self._wanted.items():
            if push.action in wanted:
                asked = self._asked if push.customer_id is not None else None
                request_id = asked.id_for(push.action) if asked is not None else None
                payload = push.payload | push.later if has(version, "3.6") else push.payload
                self._send(pushes.push(push.action, version, payload, request_id))

    def _receive(self, frame: bytes) -> None:
        """Answer a request at once, or later if a fault delays it."""
        if self._closing or self.end_if_due():
            return
        record = Record("rtm", "", {}, bytes_in=len(frame))
        request: JSON = {}
        try:
            request = parse_json(frame)
            record.action = str(request.get("action", ""))
            _REQUEST.check(request)
            self._check_version(request)
            if len(self._pending) >= MAX_PENDING:
                raise ApiError("pending_requests_limit_reached")
        except ApiError as error:
            self._rtm.requests.append(record)
            self._refuse(request, record, error)
            return
        self._rtm.requests.append(record)
        fault = self._rtm.faults.take("rtm", record.action)
        if fault is not None and fault.delay:
            task = asyncio.create_task(self._answer_later(request, record, fault))
            self._pending.add(task)
            task.add_done_callback(self._pending.discard)
        else:
            self._answer(request, record, fault)

    def _check_version(self, request: JSON) -> None:
        """Refuse a version that is not served, or lower than the connection's (1.1)."""
        version = request.get("version", self._version)
        refused = self._organization.refused_versions if self._organization is not None else ()
        if version not in SERVED or version in refused:
            raise ApiError("unsupported_version")
        if not has(version, self._version):
            raise ApiError("validation", "`version` is lower than the connection's")

    async def _answer_later(self, request: JSON, record: Record, fault: Fault) -> None:
        await asyncio.sleep(fault.delay)
        self._answer(request, record, fault)

    def _answer(self, request: JSON, record: Record, fault: Fault | None) -> None:
        # Nothing awaits here: the state does not change under the action.
        action = record.action
        if fault is not None and (fault.lose_answer or fault.truncate):
            self.close(_BROKEN)
        try:
            if fault is not None and fault.refuses:
                raise ApiError(fault.error or "internal", data=fault.data)
            payload = self._carry_out(request, record)
        except ApiError as error:
            self._refuse(request, record, error)
            return
        except Exception:
            _log.exception("rtm %s failed", action)
            self._refuse(request, record, ApiError("internal"))
            return
        if fault is not None and fault.rewrite is not None:
            payload = fault.rewrite(payload)
        self._finish(record, 200, pushes.success(action, request.get("request_id"), payload))

    def _refuse(self, request: JSON, record: Record, error: ApiError) -> None:
        request_id = request.get("request_id")
        record.error = error.type
        known = request_id if isinstance(request_id, str) else None
        self._finish(record, error.status, pushes.failure(record.action, known, error))

    def _finish(self, record: Record, status: int, frame: str) -> None:
        record.status, record.bytes_out = status, len(frame)
        self._send(frame)

    def _carry_out(self, request: JSON, record: Record) -> JSON:
        name, payload, organization = record.action, request.get("payload", {}), self._organization
        version = request.get("version", self._version)
        if organization is None:
            raise ApiError("license_not_found")
        record.organization_id = organization.organization_id
        if record.bytes_in <= MAX_RECORDED_BYTES:
            record.payload = {key: value for key, value in payload.items() if key != "token"}
        action = customer_rtm.find(name, version)
        if action is None:
            raise ApiError("not_found", "Unknown action")
        if name == "login":
            action.form.check(payload, version)
            return self._log_in(organization, version, payload)
        if self._token is None:
            if name == "ping":
                return {}
            raise ApiError("authentication", "Not logged in")
        call = self._call(organization, version, self._token.text)
        action.form.check(payload, version)
        # Not before: what was due by now anyhow is no answer to this request.
        self._asked = pushes.Asked(request.get("request_id"), name)
        try:
            return action.run(call, payload)
        finally:
            self._asked = None

    def _call(self, organization: Organization, version: str, token: str) -> CustomerCall:
        chats.catch_up(organization)
        call = customer_call(self._rtm.state, organization, self._base_url, version, token)
        if call.customer.chat is not None:
            chats.close_if_idle(organization, call.customer.chat)
        return call

    def _log_in(self, organization: Organization, version: str, payload: JSON) -> JSON:
        scheme, _, token = payload["token"].partition(" ")
        if scheme != "Bearer":
            raise ApiError("authentication", "Invalid access token")
        wanted = payload.get("pushes") or {self._version: ["all"]}
        if not all(has(chosen, self._version) for chosen in wanted):
            raise ApiError("validation", "`pushes` are of a lower version than the connection")
        answer = customer_rtm.login(self._call(organization, version, token), payload)
        self._token = self._rtm.state.token(token)
        self._wanted = {
            chosen: frozenset(pushes.names(chosen) if "all" in names else names)
            for chosen, names in wanted.items()
        }
        self._hear()
        return answer
