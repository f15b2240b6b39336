"""A server that answers what it is told to, and remembers all it was sent, to the byte.

The sandbox keeps no credentials in its records.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Heard:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    peer: int


@dataclass
class Wire:
    """Answers `status`, `headers` and `body` to anything, after those in `first`."""

    url: str = ""
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b"{}"
    first: list[bytes] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Wire]:
    """A server on this machine."""
    wire = Wire()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length", 0))
            wire.heard.append(
                Heard(
                    self.command,
                    parts.path,
                    parse_qs(parts.query),
                    {name.lower(): value for name, value in self.headers.items()},
                    self.rfile.read(length),
                    self.client_address[1],
                )
            )
            body = wire.first.pop(0) if wire.first else wire.body
            self.send_response(wire.status)
            for name, value in wire.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    wire.url = f"http://127.0.0.1:{server.server_port}"
    yield wire
    server.shutdown()
    thread.join()
    server.server_close()


class Token:
    """Credentials with one token, renewed to `renewed`."""

    def access_token(self) -> str:
        return "dal:first"

    def renew(self, refused: str) -> str:
        assert refused == "dal:first"
        return "dal:second"


def error_body(type: str, **data: object) -> bytes:
    return json.dumps({"error": {"type": type, "message": "m", "data": data}}).encode()
