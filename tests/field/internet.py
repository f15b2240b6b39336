"""The internet, as far as a page asks it for something: whatever is asked of it is written down.

Every name below `.example` leads there, over https, to one server of this machine's. It has a
picture at each address, and cookies of its own.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import Browser

from tests.browser.chat import png
from tests.conftest import relaunched
from tests.field.nginx import Certificate


@dataclass(frozen=True)
class Asked:
    """One request: for what, and what it tells of the page."""

    url: str
    referrer: str | None
    origin: str | None


class Internet:
    """What was asked of it, by which browser."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[Asked] = []


@contextmanager
def serving(certificate: Certificate) -> Iterator[Internet]:
    """The server, until it is no longer needed."""
    picture = png(64, 48)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard = self.headers.get
            url = f"https://{heard('Host')}{self.path}"
            internet.asked.append(Asked(url, heard("Referer"), heard("Origin")))
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(picture)))
            self.end_headers()
            self.wfile.write(picture)

        def log_message(self, format: str, *given: object) -> None:
            """Nothing is to be read of it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.path, certificate.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    internet = Internet(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield internet
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def browsing(browser: Browser, certificate: Certificate, internet: Internet) -> Iterator[Browser]:
    """A browser for which it is the internet."""
    chromium = relaunched(
        browser,
        f"--host-resolver-rules=MAP *.example 127.0.0.1:{internet.port}",
        f"--ignore-certificate-errors-spki-list={certificate.pin}",
    )
    try:
        yield chromium
    finally:
        chromium.close()
