"""The line between two programs: one that goes deaf, is slow, closes, or lets nobody through.

A TCP relay in front of an address, for what happens to a visitor's line:

- a tunnel, a lift: `hold` keeps all bytes until `heal`, as TCP does by repeating them;
- a NAT or a proxy that forgot the connection: `deafen` loses what is sent, and nobody is told. A
  WebSocket loses whole messages and can live on after `heal`, as through a gateway that lost some;
  any other connection that lost something is cut then;
- a proxy's time limit, a change of network: `close`;
- a server that is down: `refuse`.

Not imitated: on a deaf line new connections are still taken, only that nothing answers. WebSockets
go uncompressed, since each message would need those before it. Through TLS no messages are seen:
what lost something is cut.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlsplit, urlunsplit

_READ = 65_536  # bytes
_WITHIN = 60.0  # seconds, for what the relay's thread is asked to do
_HEAD_END = b"\r\n\r\n"


class Line:
    """A line to `target`; whoever uses `url` instead goes through it. A context manager.

    `to_app` is the direction towards the target, `to_browser` the one back.
    """

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self._ways = {True: _Way(), False: _Way()}  # by whether it leads to the app
        self._connections: set[_Connection] = set()
        self._refuses = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Line:
        self._thread.start()
        serving = asyncio.start_server(self._accept, "127.0.0.1")
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result(_WITHIN)
        port = self._server.sockets[0].getsockname()[1]
        netloc = f"{self._target.hostname}:{port}"
        self.url = urlunsplit(self._target._replace(netloc=netloc))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        async def end() -> None:
            self._server.close()
            self._cut()
            while self._connections:
                await asyncio.sleep(0.01)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(_WITHIN)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_WITHIN)
        self._loop.close()

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._connections)

    def hold(self, *, to_app: bool = True, to_browser: bool = True) -> None:
        """From now on what is sent is kept, and delivered by `heal`."""
        self._each(lambda way: way.flows.clear(), to_app, to_browser)

    def deafen(self, *, to_app: bool = True, to_browser: bool = True) -> None:
        """From now on what is sent is lost, even that a connection has ended."""
        self._each(lambda way: setattr(way, "is_deaf", True), to_app, to_browser)

    def delay(self, seconds: float, *, to_app: bool = True, to_browser: bool = True) -> None:
        """From now on what is sent arrives later by this much."""
        self._each(lambda way: setattr(way, "delay", seconds), to_app, to_browser)

    def heal(self) -> None:
        """Ends `hold`, `deafen` and `delay`. Connections that cannot go on are cut."""

        def heal() -> None:
            for way in self._ways.values():
                way.is_deaf, way.delay = False, 0.0
                way.flows.set()
            for connection in self._connections:
                if connection.is_broken:
                    connection.cut()

        self._do(heal)

    def close(self) -> None:
        """Cuts all connections; what was held is lost. New ones are taken."""
        self._do(self._cut)

    def refuse(self) -> None:
        """From now on new connections are cut at once; open ones are left."""
        self._refuses = True

    def open(self) -> None:
        """Ends `refuse`."""
        self._refuses = False

    def _cut(self) -> None:
        for connection in self._connections:
            connection.cut()

    def _each(self, change: Callable[[_Way], object], to_app: bool, to_browser: bool) -> None:
        ways = [
            self._ways[leads] for leads, wanted in ((True, to_app), (False, to_browser)) if wanted
        ]
        self._do(lambda: [change(way) for way in ways])

    def _do(self, act: Callable[[], object]) -> None:
        """Runs it in the relay's thread, and returns once it has happened."""

        async def do() -> None:
            act()

        asyncio.run_coroutine_threadsafe(do(), self._loop).result(_WITHIN)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refuses:
            writer.transport.abort()
            return
        host, port = self._target.hostname, self._target.port
        try:
            there = await asyncio.open_connection(host, port)
        except OSError:
            writer.transport.abort()
            return
        connection = _Connection((reader, writer), there, self._ways)
        self._connections.add(connection)
        await connection.ended()
        self._connections.discard(connection)


class _Way:
    """One direction of the line."""

    def __init__(self) -> None:
        self.flows = asyncio.Event()
        self.flows.set()
        self.is_deaf = False
        self.delay = 0.0  # seconds


_End = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Connection:
    """A connection through the line, by its two ends."""

    def __init__(self, here: _End, there: _End, ways: dict[bool, _Way]) -> None:
        self.is_broken = False  # something was lost that it cannot do without
        self._writers = (here[1], there[1])
        self._carrying = (
            asyncio.create_task(self._carry(here[0], there[1], ways[True])),
            asyncio.create_task(self._carry(there[0], here[1], ways[False])),
        )

    async def ended(self) -> None:
        """Waits until both directions have ended, or one by an error."""
        await asyncio.wait(self._carrying, return_when=asyncio.FIRST_EXCEPTION)
        self.cut()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        for carrying in self._carrying:
            carrying.cancel()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: _Way
    ) -> None:
        sent: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        taking = asyncio.create_task(self._take(reader, way, sent))
        now = asyncio.get_running_loop().time
        try:
            while True:
                due, part = await sent.get()
                await asyncio.sleep(due - now())
                await way.flows.wait()
                if not part:
                    break
                writer.write(part)
                await writer.drain()
            writer.write_eof()
        finally:
            taking.cancel()

    async def _take(
        self, reader: asyncio.StreamReader, way: _Way, sent: asyncio.Queue[tuple[float, bytes]]
    ) -> None:
        """Takes what is sent, unless the line is deaf. The end is an empty part."""
        stream = _Stream()
        now = asyncio.get_running_loop().time
        part = b"?"
        while part:
            try:
                part = await reader.read(_READ)
            except ConnectionError:
                part = b""
            heard = stream.heard(part, way.is_deaf)
            if way.is_deaf and (not part or not stream.is_websocket):
                self.is_broken = True
            elif heard or not part:
                sent.put_nowait((now() + way.delay, heard))


@dataclass
class _Stream:
    """What one end sends: of a WebSocket messages are lost as a whole (RFC 6455)."""

    is_websocket: bool = False
    _has_begun: bool = False
    _read: bytearray = field(default_factory=bytearray)  # the beginning of a head, or of a frame
    _left: int = 0  # bytes of the frame
    _loses_frame: bool = False
    _loses_message: bool = False

    def heard(self, part: bytes, is_deaf: bool) -> bytes:
        """What of the next part can go on."""
        if not self._has_begun:
            return self._begin(part, is_deaf)
        return self._messages(part, is_deaf) if self.is_websocket else part

    def _begin(self, part: bytes, is_deaf: bool) -> bytes:
        self._read += part
        is_http = self._read[:1].isalpha()
        if part and is_http and _HEAD_END not in self._read:
            return b""
        self._has_begun = True
        head, end, rest = bytes(self._read).partition(_HEAD_END)
        self._read.clear()
        asks = re.search(rb"(?im)^upgrade: *websocket", head) is not None
        self.is_websocket = is_http and (not head.startswith(b"HTTP/") or b" 101 " in head) and asks
        if not self.is_websocket:
            return head + end + rest
        head = re.sub(rb"(?im)^sec-websocket-extensions:.*\r\n", b"", head)
        return head + end + self._messages(rest, is_deaf)

    def _messages(self, part: bytes, is_deaf: bool) -> bytes:
        self._read += part
        heard = bytearray()
        while self._read:
            if not self._left:
                self._left = _frame_bytes(self._read)
                if not self._left:
                    break
                opcode = self._read[0] & 0x0F
                if opcode in (1, 2):
                    self._loses_message = is_deaf
                # One that continues a message shares its fate; pings and the like have their own.
                self._loses_frame = is_deaf if opcode >= 8 else self._loses_message
            taken = self._read[: self._left]
            del self._read[: self._left]
            self._left -= len(taken)
            if not self._loses_frame:
                heard += taken
        return bytes(heard)


def _frame_bytes(read: bytearray) -> int:
    """How long the frame is that begins here; 0 if too little of it is there to say."""
    if len(read) < 2:
        return 0
    short = read[1] & 0x7F
    more = {126: 2, 127: 8}.get(short, 0)  # bytes that hold the length
    if len(read) < 2 + more:
        return 0
    length = int.from_bytes(read[2 : 2 + more], "big") if more else short
    mask = 4 if read[1] & 0x80 else 0
    return 2 + more + mask + length
