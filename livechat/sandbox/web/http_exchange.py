"""The frame around every request: reading it, faults, error envelopes and records."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import math
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from ..world.clock import Clock
from ..world.errors import ApiError, AuthError
from .faults import Fault, Faults, Record

JSON = dict[str, Any]

MAX_BODY_BYTES = 512 * 1024
"""Of a JSON request; the reference only limits texts and uploads (`world.limits`)."""

MAX_RECORDED_BYTES = 64 * 1024
"""Longer payloads are not kept in the records."""

_JSON = "application/json"

_log = logging.getLogger(__name__)


class Exchange:
    """One request, its record, and the fault that meets it."""

    def __init__(self, request: Request, api: str, action: str, fault: Fault | None) -> None:
        """Begin to answer ``request``."""
        self.request = request
        self.fault = fault
        # LiveChat's support finds an answer by it; a client may choose it (livechat-api-v36, F8).
        debug_id = request.headers.get("x-debug-id") or uuid.uuid4().hex
        self.headers = {"x-debug-id": debug_id}
        """Of the answer, whatever it is."""
        headers = {
            name: value
            for name, value in request.headers.items()
            if name not in ("authorization", "cookie")
        }
        self.record = Record(api, action, headers)

    async def read(self, limit: int) -> bytes:
        """Read the whole body. Raises ApiError ``entity_too_large`` beyond ``limit`` bytes."""
        body = bytearray()
        async for chunk in self.request.stream():
            self.record.bytes_in += len(chunk)
            # The rest is read, too, or the client would never get to read the answer.
            if self.record.bytes_in <= limit:
                body += chunk
        if self.record.bytes_in > limit:
            raise ApiError("entity_too_large")
        return bytes(body)

    def keep(self, payload: JSON) -> JSON:
        """Put the payload into the record."""
        if self.record.bytes_in <= MAX_RECORDED_BYTES:
            self.record.payload = payload
        return payload

    @property
    def bearer(self) -> str | None:
        """The token of ``Authorization: Bearer``."""
        scheme, _, token = self.request.headers.get("authorization", "").partition(" ")
        return token if scheme == "Bearer" and token else None


def parse_json(body: bytes) -> JSON:
    """Read a JSON object. Raises ApiError ``validation``."""
    try:
        payload = json.loads(body, parse_constant=_finite, parse_float=_finite)
        if b"\\ud" in body.lower():
            json.dumps(payload, ensure_ascii=False).encode()  # half of a surrogate pair?
    except (ValueError, RecursionError):
        raise ApiError("validation", "The body is not JSON") from None
    if not isinstance(payload, dict):
        raise ApiError("validation", "The body is not a JSON object")
    return payload


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not a JSON number")
    return number


class BrokenResponse(Response):
    """An answer whose connection dies before all of it has been sent."""

    def __init__(self, whole: Response, sent: int) -> None:
        """Promise ``whole``, send its first ``sent`` bytes."""
        super().__init__(status_code=whole.status_code)
        self.raw_headers = whole.raw_headers
        self._part = bytes(whole.body[:sent])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send less than promised; the server then closes the connection."""
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        await send({"type": "http.response.body", "body": self._part, "more_body": True})


class Frame:
    """Answers requests: carries them out, or lets them go wrong, and keeps the records."""

    def __init__(
        self, clock: Clock, faults: Faults, requests: deque[Record], keep: Callable[[], None]
    ) -> None:
        """Let ``faults`` happen; put what is seen into ``requests``.

        ``keep`` is called once a request is carried out, before anybody is told.
        """
        self._clock = clock
        self._keep = keep
        self._faults = faults
        self._requests = requests

    async def answer(
        self,
        request: Request,
        api: str,
        action: str,
        carry_out: Callable[[Exchange], Awaitable[Response]],
    ) -> Response:
        """Return the answer to a request of ``action``.

        ``carry_out`` does it, or raises ApiError or AuthError.
        """
        exchange = Exchange(request, api, action, self._faults.take(api, action))
        fault, record = exchange.fault, exchange.record
        # At once, so that a request still under way when the records are cleared stays out of them.
        self._requests.append(record)
        try:
            if fault is not None and fault.delay:
                await request.body()  # or a client that gives up waiting takes it along
                await asyncio.sleep(fault.delay)
            if fault is not None and fault.refuses:
                response = await self._refuse(exchange, fault)
            else:
                response = await carry_out(exchange)
                self._keep()
        except ApiError as error:
            record.error = error.type
            response = JSONResponse(error.body(), error.status)
        except AuthError as refusal:
            record.error = refusal.type
            response = JSONResponse(refusal.body(), refusal.status)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except Exception:
            _log.exception("%s %s failed", api, action)
            record.error = "internal"
            internal = ApiError("internal")
            response = JSONResponse(internal.body(), internal.status)
        for name, value in exchange.headers.items():
            response.headers[name] = value
        if fault is not None:
            response = _spoil(response, fault)
        date = format_datetime(self._clock.now(), usegmt=True)
        response.headers.setdefault("Date", date)
        record.status = response.status_code
        record.bytes_out = len(response.body)
        if fault is not None and fault.hang:
            await asyncio.sleep(fault.hang)
        if fault is not None and fault.lose_answer:
            return BrokenResponse(response, 0)
        if fault is not None and fault.truncate:
            return BrokenResponse(response, len(response.body) // 2)
        return response

    async def _refuse(self, exchange: Exchange, fault: Fault) -> Response:
        record = exchange.record
        record.organization_id = exchange.request.query_params.get("organization_id")
        with contextlib.suppress(ApiError):  # the record may go without a payload
            exchange.keep(parse_json(await exchange.read(MAX_BODY_BYTES)))
        record.error = fault.error
        if fault.error is not None and fault.body is None:
            if record.api == "accounts":
                refusal = AuthError(fault.error, fault.error, status=401)
                return JSONResponse(refusal.body() | (fault.data or {}), fault.status or 401)
            error = ApiError(fault.error, data=fault.data)
            return JSONResponse(error.body(), fault.status or error.status)
        return Response(
            fault.body or b"",
            fault.status or 200,
            media_type=fault.content_type or _JSON,
        )


def _spoil(response: Response, fault: Fault) -> Response:
    if fault.rewrite is not None and response.status_code == 200 and response.body:
        answer = fault.rewrite(json.loads(bytes(response.body)))
        is_raw = isinstance(answer, bytes)
        rewritten = Response(answer, media_type=_JSON) if is_raw else JSONResponse(answer)
        own = rewritten.headers
        rewritten.raw_headers += [
            (name, value) for name, value in response.raw_headers if name.decode() not in own
        ]
        response = rewritten
    for name, value in fault.headers.items():
        response.headers[name] = value
    return response
