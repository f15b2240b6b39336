"""What apps stand behind: the README's nginx, one for all that a run of the tests starts.

Only what a test cannot have is another: the ports, the certificate, where the app is, that LiveChat
(the sandbox) has an address on this machine, and how long an address can be, since by one
`content_page.py` is told what to draw.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.field import nginx

# An app listens there on the same port on which nginx takes its visitors on 127.0.0.1.
APPS = "127.0.0.2"

_APPS_AT_ONCE = 24  # with http, and as many with https


class Front:
    """Addresses for apps, by which the README's nginx leads to them."""

    def __init__(self, http: list[int], https: list[int]) -> None:
        self._free = {"http": http, "https": https}

    def take(self, *, tls: bool) -> str:
        """The address of a new app, which is to listen on its port at `APPS`."""
        scheme = "https" if tls else "http"
        return f"{scheme}://localhost:{self._free[scheme].pop(0)}"

    def give_back(self, url: str) -> None:
        """Whoever has taken it has no app there any more."""
        scheme, _, port = url.split(":")
        self._free[scheme].append(int(port))


@contextmanager
def serving(folder: Path, certificate: nginx.Certificate) -> Iterator[Front]:
    """nginx with the README's block, for any app."""
    with ExitStack() as held:
        ports = [_held(held) for _ in range(2 * _APPS_AT_ONCE)]
        http, https = ports[:_APPS_AT_ONCE], ports[_APPS_AT_ONCE:]
        with nginx.serving(_block(http, https, certificate), ports[-1], folder):
            yield Front(http, https)


def as_tried(listen: str, app: str) -> str:
    """The README's server with what a test cannot have as it is, and nothing else."""
    block = nginx.written("Behind a proxy of your own")
    for written, tried in (
        (r"ssl_certificate .*;\n *ssl_certificate_key .*;", ""),
        (r"listen 443 ssl http2;", listen),
        (r"(?<=proxy_pass )http://127\.0\.0\.1:8501", app),
        (r"(?<=large_client_header_buffers 4 )32k", "256k"),
        (r"(?<=img-src )", "http://127.0.0.1:* "),
        (r"(?<=media-src )", "http://127.0.0.1:* "),
        (r"wss://\*\.livechatinc\.com", "ws://127.0.0.1:*"),
    ):
        block, found = re.subn(written, tried, block)
        assert found == 1, written
    return block


def _block(http: list[int], https: list[int], certificate: nginx.Certificate) -> str:
    listens = [f"listen 127.0.0.1:{port};" for port in http]
    listens += [f"listen 127.0.0.1:{port} ssl http2;" for port in https]
    listens += certificate.lines
    app = f"http://{APPS}:$server_port"
    return as_tried("\n".join(listens), app)


def _held(held: ExitStack) -> int:
    """A free port of this machine's, which nobody but nginx gets from now on.

    It reuses addresses that others are bound to but do not listen on.
    """
    sock = held.enter_context(socket.socket())
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", 0))
    return int(sock.getsockname()[1])
