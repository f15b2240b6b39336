"""One login to the RTM API, as each visitor's browser makes it (section 6).

The page itself has no connection of its own: `page/browser/push.js` has.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from livechat.api import errors, transport
from livechat.api.structures import decoding
from livechat.api.structures.parsing import Json, Malformed
from livechat.settings import is_loopback

LOGIN_TIMEOUT = 15.0  # seconds (6.6)

_DISCONNECTED = "customer_disconnected"


def login(url: str, token: str, *, name: str, group_id: int | None = None) -> Json:
    """Logs a customer in who is called `name` to agents, and hangs up; returns what LiveChat says.

    Raises the classes of `livechat.api.errors`: those of the reason, if LiveChat ends the
    connection instead (6.5).
    """
    until = time.monotonic() + LOGIN_TIMEOUT
    try:
        with _connection(url) as connection:
            payload: dict[str, Any] = {"token": f"Bearer {token}", "customer": {"name": name}}
            if group_id is not None:
                payload["group_id"] = group_id
            request = {"request_id": "login", "action": "login", "payload": payload}
            with contextlib.suppress(ConnectionClosed):  # what came before that is still to be read
                connection.send(json.dumps(request))
            while True:
                answer = _answer(connection.recv(max(until - time.monotonic(), 0)))
                if answer is not None:
                    return answer
    except InvalidStatus as error:
        raise errors.Unreachable(
            "login: no connection",
            answered=errors.kind_of_answer(error.response.status_code, error.response.headers),
        ) from None
    except ImportError:  # what speaks to a SOCKS proxy is no package of this page's
        raise errors.Unreachable("login: no way by that proxy", cause="proxy") from None
    except (OSError, WebSocketException) as error:
        raise errors.Unreachable(
            f"login: no answer ({type(error).__name__})", cause=transport.cause(error)
        ) from None


@contextlib.contextmanager
def _connection(url: str) -> Iterator[ClientConnection]:
    parts = urlsplit(url)
    is_secure = parts.scheme == "wss"
    options: dict[str, Any] = {"ssl": _trusting()} if is_secure else {}
    # A proxy of the environment cannot reach the loopback of this machine.
    if is_loopback(parts.hostname or ""):
        address = (parts.hostname, parts.port or (443 if is_secure else 80))
        options["sock"] = socket.create_connection(address, transport.CONNECT_TIMEOUT)
    within = transport.CONNECT_TIMEOUT
    with connect(url, open_timeout=within, close_timeout=1, **options) as connection:
        yield connection


def _trusting() -> ssl.SSLContext:
    """Trusts whom `requests` trusts, so that both are told apart by nothing else."""
    named = (os.environ.get(name) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
    bundle = next(filter(None, named), DEFAULT_CA_BUNDLE_PATH)
    context = ssl.create_default_context()
    context.load_verify_locations(**{"capath" if os.path.isdir(bundle) else "cafile": bundle})
    return context


def _answer(frame: str | bytes) -> Json | None:
    """What the answer to the login says; None for what is pushed before it."""
    try:
        said = decoding.decoded(frame)
    except Malformed:
        said = None
    if not isinstance(said, dict):
        raise errors.Unreachable("login: the answer is not a JSON object")
    payload = _object(said, "payload")
    if said.get("action") == _DISCONNECTED:
        raise _refusal(payload.get("reason"), payload)
    if said.get("action") != "login":
        return None
    if said.get("success") is True:
        return payload
    error = _object(payload, "error")
    raise _refusal(error.get("type"), error)


def _refusal(type: object, error: Json) -> errors.LiveChatError:
    if not isinstance(type, str) or not type:
        return errors.Unreachable("login: refused without a reason")
    return errors.of_type("login", type, _object(error, "data"))


def _object(json: Json, name: str) -> Json:
    found = json.get(name)
    return found if isinstance(found, dict) else {}
