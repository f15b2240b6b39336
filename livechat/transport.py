"""One HTTP request to LiveChat and its answer, for the API and the token server alike.

All visitors of the process share the connections and nothing else: no cookie is kept, no redirect
followed, no password file read.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError

from livechat import errors

CONNECT_TIMEOUT = 5.0  # seconds
READ_TIMEOUT = 16.0  # seconds; LiveChat's own limit is 15 (3.1)

# Connections kept open per host; more may be open at once. Sessions share the adapter, so none of
# them may be closed: that would close the connections of all.
_POOL = HTTPAdapter(pool_connections=8, pool_maxsize=300)


@dataclass(frozen=True)
class Answer:
    """A success: the JSON object, the headers, and each Set-Cookie header by itself."""

    json: dict[str, Any]
    headers: Mapping[str, str]
    set_cookies: tuple[str, ...]


class _Bearer(AuthBase):
    """The token, or expressly nothing: without an auth object requests looks into ~/.netrc."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def new_session() -> requests.Session:
    """A session on the shared connections that keeps no cookies."""
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.mount("https://", _POOL)
    session.mount("http://", _POOL)
    return session


def is_loopback(host: str) -> bool:
    """Whether `host` (a name, or an address without brackets) is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def exchange(
    session: requests.Session,
    call: str,
    method: str,
    url: str,
    *,
    token: str | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
    file: tuple[str, bytes, str] | None = None,
    may_be_empty: bool = False,
) -> Answer:
    """Sends one request and returns its answer; raises what `errors.from_answer` makes of it.

    `call` names the call in error texts. `body` is sent as JSON, `file` (name, content, content
    type) as multipart. Raises Unreachable for no answer within 5 s to connect and 16 s between
    bytes, and for a body that is not a JSON object (empty is one if `may_be_empty`).
    """
    sent = dict(headers or {})
    data = None
    if body is not None:
        data = json.dumps(body).encode()
        sent["Content-Type"] = "application/json"
    host = urlsplit(url).hostname or ""
    try:
        response = session.request(
            method,
            url,
            params=query,
            data=data,
            files={"file": file} if file else None,
            headers=sent,
            auth=_Bearer(token),
            timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
            allow_redirects=False,
            # A proxy of the environment cannot reach the loopback of this machine.
            proxies={"no_proxy": host} if is_loopback(host) else None,
        )
    except (requests.RequestException, HTTPError) as error:
        # Not chained: these texts hold the address with its query, or a header's value.
        raise errors.Unreachable(
            f"{call}: no answer ({type(error).__name__})", maybe_done=not _never_connected(error)
        ) from None
    decoded = _decoded(response.content, may_be_empty)
    failure = errors.from_answer(call, decoded, response.status_code, response.headers)
    if failure:
        raise failure
    if not isinstance(decoded, dict):
        raise errors.Unreachable(f"{call}: the answer is not a JSON object")
    return Answer(decoded, response.headers, tuple(response.raw.headers.getlist("Set-Cookie")))


def _decoded(content: bytes, may_be_empty: bool) -> object:
    try:
        return {} if may_be_empty and not content.strip() else json.loads(content)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, or nested without end
        return None


def _never_connected(error: Exception) -> bool:
    # urllib3 counts a refused connection and an unknown name as this too.
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, ConnectTimeoutError)
