"""Whatever bytes come in place of an answer: it is none, or it is one, and nothing else happens."""

from __future__ import annotations

import gzip
import random
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from livechat.api import errors, transport

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BODY = b'{"name": "Ada"}'
RIGHT = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\nf\r\n" + BODY + b"\r\n0\r\n\r\n"
PACKED = gzip.compress(BODY)
GZIP = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(PACKED) + PACKED

ODD = [
    b"",
    b"\r\n\r\n",
    b"\x00" * 100,
    b"\x16\x03\x01\x02\x00",  # TLS
    b"HTTP/1.1\r\n\r\n",
    b"HTTP/9.9 200 OK\r\n\r\n" + BODY,
    b"HTTP/1.1 abc OK\r\n\r\n",
    b"HTTP/1.1 99999 OK\r\n\r\n",
    b"HTTP/1.1 200 " + b"x" * 70_000 + b"\r\n\r\n",
    HEAD + b"X-Long: " + b"x" * 70_000 + b"\r\n\r\n" + BODY,
    HEAD + b"X-Many: 1\r\n" * 500 + b"\r\n" + BODY,
    HEAD + b": \r\n\xff: \xff\r\n folded\r\n\r\n" + BODY,
    HEAD + b"Content-Length: -1\r\n\r\n" + BODY,
    HEAD + b"Content-Length: abc\r\n\r\n" + BODY,
    HEAD + b"Content-Length: 15\r\nContent-Length: 3\r\n\r\n" + BODY,
    HEAD + b"Content-Length: 99999999999999999999\r\n\r\n" + BODY,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + BODY,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + BODY,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 20 + b"\r\n" + BODY,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 70_000,
    HEAD + b"Content-Encoding: gzip, gzip, gzip, gzip, gzip, gzip, gzip\r\n\r\n" + PACKED,
    HEAD + b"Content-Encoding: br\r\n\r\n" + BODY,
    HEAD + b"Content-Encoding: deflate\r\n\r\n" + BODY,
    HEAD + b"Location: http://127.0.0.1:1/\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + RIGHT,
    b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + RIGHT,
    b"HTTP/1.1 304 Not Modified\r\n\r\n" + RIGHT,
    RIGHT + RIGHT,
]


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that answers each connection's first request with this, and hangs up."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            with suppress(OSError):  # whoever has asked may have gone before all was said
                self.request.sendall(answer)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def asked(answer: bytes) -> object:
    """What is answered, if that is an answer."""
    try:
        with answering(answer) as url:
            return transport.exchange("call", "GET", url).json
    except errors.Unreachable:
        return None


@pytest.mark.parametrize("answer", [RIGHT, CHUNKED, GZIP])
def test_what_is_right_is_an_answer(answer: bytes) -> None:
    assert asked(answer) == {"name": "Ada"}


@pytest.mark.parametrize("answer", ODD)
def test_odd_bytes(answer: bytes) -> None:
    assert asked(answer) in (None, {"name": "Ada"})


def test_bytes_that_have_changed_on_their_way() -> None:
    chance = random.Random(7)
    for number in range(100):
        answer = bytearray((RIGHT, CHUNKED, GZIP)[number % 3])
        for _ in range(chance.randrange(1, 4)):
            answer[chance.randrange(9, len(answer))] = chance.randrange(256)
        changed = bytes(answer[: chance.randrange(1, len(answer) + 1)])
        found = asked(changed)
        assert found is None or isinstance(found, dict), changed
