"""One HTTP request to LiveChat and its answer, for the API and the token server alike.

All visitors of the process share the connections and nothing else. No `requests.Session` sends
anything: so no cookie is kept, no redirect followed, no password file read, and no poll spends its
time on them.
"""

from __future__ import annotations

import json
import logging
import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import default_headers
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, ProtocolError
from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata

from livechat.api import errors
from livechat.api.structures import decoding
from livechat.api.structures.parsing import Malformed
from livechat.settings import is_loopback

CONNECT_TIMEOUT = 5.0  # seconds
READ_TIMEOUT = 16.0  # seconds; LiveChat's own limit is 15 (3.1)
WHOLE_ANSWER_TIMEOUT = 30.0  # seconds since it has begun
MAX_BYTES = 16 * 1024**2  # of an answer, unpacked; files have 10 MB at most

_PIECE = 64 * 1024  # bytes

# Connections kept open per host; more may be open at once.
_POOL = HTTPAdapter(pool_connections=8, pool_maxsize=300)

_HEADERS = dict(default_headers())

# It logs addresses with their query, and of an answer with a broken header all others, cookies too.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Answer:
    """A success: the JSON object, the headers, and each Set-Cookie header by itself."""

    json: dict[str, Any]
    headers: Mapping[str, str]
    set_cookies: tuple[str, ...]


def exchange(
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
    type) as multipart. Raises Unreachable for no answer within 5 s to connect, 16 s between bytes
    and 30 s from its beginning to its end, for one over 16 MB, and for a body that is not a JSON
    object (empty is one if `may_be_empty`). What is odd in that object is harmless (`decoding`).
    """
    sent = {**_HEADERS, **(headers or {})}
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    data = None
    if body is not None:
        data = json.dumps(body).encode()
        sent["Content-Type"] = "application/json"
    if file is not None:
        data, sent["Content-Type"] = _multipart(*file)
    response, content = _response(
        call, method, url, sent, query=tuple((query or {}).items()), data=data
    )
    decoded = _decoded(content, may_be_empty)
    failure = errors.from_answer(call, decoded, response.status_code, response.headers)
    if failure:
        raise failure
    if not isinstance(decoded, dict):
        raise errors.Unreachable(
            f"{call}: the answer is not a JSON object",
            answered=errors.kind_of_answer(response.status_code, response.headers),
        )
    return Answer(decoded, response.headers, tuple(response.raw.headers.getlist("Set-Cookie")))


def download(url: str) -> bytes:
    """The content of a file, for which no token is asked; raises Unreachable if there is none."""
    response, content = _response("download", "GET", url, _HEADERS)
    if response.status_code != 200:
        raise errors.Unreachable(f"download: no file (HTTP {response.status_code})")
    return content


def _response(
    call: str,
    method: str,
    url: str,
    headers: Mapping[str, str],
    *,
    query: tuple[tuple[str, str], ...] = (),
    data: bytes | None = None,
) -> tuple[requests.Response, bytes]:
    """The answer to one request, and all of its content; raises Unreachable for none in time."""
    request = requests.PreparedRequest()
    try:
        request.prepare_method(method)
        request.url = _address(url, query)
        request.prepare_headers(headers)
        request.prepare_body(data, None)
        response = _POOL.send(
            request,
            timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
            **_environment(*urlsplit(url)[:2]),
        )
        return response, _content(response)
    except (OSError, HTTPError) as error:  # all of those of `requests` are an OSError
        # Not chained: these texts hold the address with its query, or a header's value.
        raise errors.Unreachable(
            f"{call}: no answer ({type(error).__name__})",
            maybe_done=not _never_connected(error),
            cause=cause(error),
        ) from None


def _content(response: requests.Response) -> bytes:
    """All of an answer that is neither too long, packed or not, nor takes too long to come.

    Of one that is not read to its end the connection is closed: what else comes on it is nobody's
    answer. So it is after what only announces an answer (1xx), which Python takes for one.
    """
    raw, content, until = response.raw, bytearray(), time.monotonic() + WHOLE_ANSWER_TIMEOUT
    # urllib3 1.26 has none that returns what is there: with that, only each piece has its time.
    read = getattr(raw, "read1", raw.read)
    try:
        if response.status_code < 200:
            raise ProtocolError("no answer yet")
        while piece := read(_PIECE, decode_content=True):
            content += piece
            if len(content) > MAX_BYTES:
                raise ProtocolError("too long an answer")
            if time.monotonic() > until:
                raise TimeoutError
    except BaseException:
        raw.close()
        raise
    return bytes(content)


def _multipart(name: str, content: bytes, content_type: str) -> tuple[bytes, str]:
    """A file as the body of a request, and the content type of that.

    As RFC 7578 has it, every character of the name is sent as it is, and a quotation mark has a
    backslash before it. What browsers and `requests` write for one, `%22`, is a name, too.
    """
    quoted = re.sub(r"[\r\n]", " ", name).replace("\\", "\\\\").replace('"', '\\"')
    headers = {
        "Content-Disposition": f'form-data; name="file"; filename="{quoted}"',
        "Content-Type": content_type,
    }
    return encode_multipart_formdata([RequestField("file", content, headers=headers)])


@lru_cache(maxsize=1_000)  # in the sandbox each visitor has an organization of their own
def _address(url: str, query: tuple[tuple[str, str], ...]) -> str | None:
    """The whole address, checked and encoded: a poll asks for the same one again and again."""
    request = requests.PreparedRequest()
    request.prepare_url(url, query)
    return request.url


@lru_cache(maxsize=100)
def _environment(scheme: str, netloc: str) -> Mapping[str, Any]:
    """What the environment says of connections there, for `HTTPAdapter.send`: it is read once."""
    url = f"{scheme}://{netloc}"
    host = urlsplit(url).hostname or ""
    # A proxy of the environment cannot reach the loopback of this machine.
    proxies = {"no_proxy": host} if is_loopback(host) else {}
    return requests.Session().merge_environment_settings(url, proxies, False, None, None)


def _decoded(content: bytes, may_be_empty: bool) -> object:
    try:
        return {} if may_be_empty and not content.strip() else decoding.decoded(content)
    except Malformed:
        return None


def _never_connected(error: Exception) -> bool:
    # urllib3 counts a refused connection and an unknown name as this too.
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, ConnectTimeoutError)


_CAUSES: tuple[tuple[type[BaseException], errors.Cause], ...] = (
    (requests.exceptions.ProxyError, "proxy"),
    (socket.gaierror, "name"),
    (ssl.SSLError, "tls"),
    (FileNotFoundError, "tls"),  # the same bundle
    (ConnectionRefusedError, "refused"),
    (TimeoutError, "timeout"),
)


def cause(error: BaseException) -> errors.Cause:
    """Why nobody answered, by the error that it comes from."""
    # For a bundle of certificates that is not there `requests` has no class, and no code.
    if type(error) is OSError and error.errno is None:
        return "tls"
    found: BaseException | None = error
    while found:
        for kind, known in _CAUSES:
            if isinstance(found, kind):
                return known
        found = found.__cause__ or found.__context__
    return "closed"
