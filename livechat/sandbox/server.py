"""Running the sandbox: a server in a thread, and the surface that tests and the app use."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from .bot.scripted_agent import Bot
from .web.app import build
from .web.faults import Faults, Record
from .web.http_exchange import MAX_BODY_BYTES
from .web.rtm import Rtm
from .web.signs_of_life import LivelyProtocol
from .world import chats, greetings, pushes
from .world.clock import Clock
from .world.errors import ApiError
from .world.keeping import Keeping
from .world.model import Organization
from .world.regions import FIRST
from .world.state import CLIENT_ID, State

JSON = dict[str, Any]
T = TypeVar("T")

MAX_RECORDS = 10_000
SWEEP_SECONDS = 1.0

_TIMEOUT = 30.0  # seconds for what is asked of the server's thread
_KEEP_ALIVE = 75  # seconds; longer than clients pause between polls


class _Server(uvicorn.Server):
    """Says when it accepts connections."""

    def __init__(self, config: uvicorn.Config, accepts: threading.Event) -> None:
        super().__init__(config)
        self._accepts = accepts

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._accepts.set()


class Sandbox:
    """A running sandbox. All methods may be called from any thread."""

    def __init__(
        self,
        listener: socket.socket,
        *,
        bot: bool,
        redirect_uris: Sequence[str] | None,
        region: str,
        refused_versions: Sequence[str],
        ssl_certfile: str | None,
        ssl_keyfile: str | None,
        state_file: Path | None,
    ) -> None:
        """Serve on ``listener``, which is bound. Use `start`."""
        self.clock = Clock()
        self.faults = Faults()
        self.requests: deque[Record] = deque(maxlen=MAX_RECORDS)
        self.client_id = CLIENT_ID
        host, port = listener.getsockname()[:2]
        host = f"[{host}]" if ":" in host else host
        self.url = f"{'https' if ssl_certfile else 'http'}://{host}:{port}"
        self._state = State(self.clock, redirect_uris, region, refused_versions)
        self._keeping = None if state_file is None else Keeping(self._state, state_file)
        self._bot = Bot(self._state, self.url)
        if bot:
            self._state.listeners.append(self._bot)
        self._rtm = Rtm(self._state, self.faults, self.requests)
        self._state.listeners.append(self._rtm)
        self._listener = listener
        self._accepts = threading.Event()
        config = uvicorn.Config(
            build(self._state, self.faults, self.requests, self._rtm),
            # The pure Python one, which closes the connection of a broken answer at once.
            http="h11",
            ws=LivelyProtocol,
            ws_max_size=MAX_BODY_BYTES,
            ws_ping_interval=None,  # the client pings: its silence is to be noticed
            loop="asyncio",
            lifespan="off",
            log_config=None,  # the loggers are shared with Streamlit, which serves with uvicorn
            access_log=False,
            server_header=False,
            date_header=False,  # the sandbox's clock tells it
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=1,
            ssl_certfile=ssl_certfile,
            ssl_keyfile=ssl_keyfile,
        )
        self._server = _Server(config, self._accepts)
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve()), name="livechat-sandbox", daemon=True
        )
        self._thread.start()
        while not self._accepts.wait(0.05):
            if not self._thread.is_alive():
                raise RuntimeError("The sandbox did not start")

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        sweeper = asyncio.create_task(self._sweep())
        if self._bot in self._state.listeners:
            self._bot.catch_up()
        try:
            await self._server.serve(sockets=[self._listener])
        finally:
            sweeper.cancel()
            self._bot.reset()
            if self._keeping is not None:
                self._keeping.close()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            for organization in self._state.organizations():
                chats.catch_up(organization)
                for chat in list(organization.chats.values()):
                    chats.close_if_idle(organization, chat)
                chats.serve_waiting(organization)
            self._rtm.sweep()
            with suppress(ApiError):  # which is in the log
                self._state.keep()

    def _in_loop(self, function: Callable[[], T]) -> T:
        """Run ``function`` in the event loop's thread, the only one that touches the state."""
        if threading.current_thread() is self._thread:  # in a fault's `rewrite`, say
            return function()
        if not self._thread.is_alive():
            raise RuntimeError("The sandbox has been stopped")

        async def call() -> T:
            return function()

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(_TIMEOUT)

    @property
    def default(self) -> Organization:
        """The organization that `settings` is about; `reset` puts a new one in its place."""
        return self._state.default

    def settings(self) -> dict[str, str]:
        """Return the ``LIVECHAT_*`` values for the default organization."""
        return {
            "LIVECHAT_API_URL": self.url,
            "LIVECHAT_ACCOUNTS_URL": self.url,
            "LIVECHAT_CLIENT_ID": self.client_id,
            "LIVECHAT_ORGANIZATION_ID": self.default.organization_id,
            "LIVECHAT_AGENT_TOKEN": self.default.agent_token,
        }

    def lodge(self, organization_id: str | None = None) -> Organization:
        """Return the organization of that id if there is one, else a new one with a new id.

        The organizations used least recently are dropped beyond `state.MAX_ORGANIZATIONS`.
        """
        return self._in_loop(lambda: self._state.lodge(organization_id))

    def greet(
        self, organization: Organization, customer_id: str, what: str = "message"
    ) -> tuple[int, str]:
        """Show a customer a greeting; return its ``id`` and ``unique_id``.

        ``what`` is one of `sample_organization.GREETINGS`. Raises KeyError for a customer unknown.
        """

        def show() -> tuple[int, str]:
            greeting = greetings.show(organization, organization.customers[customer_id], what)
            return greeting.id, greeting.unique_id

        return self._in_loop(show)

    def push(
        self, organization: Organization, customer_id: str | None, action: str, payload: JSON
    ) -> None:
        """Push something over RTM that nothing in the sandbox brings about (section 6.4).

        ``customer_id`` None: to every customer of the organization.
        """
        self._in_loop(lambda: organization.push(action, payload, customer_id))

    def disconnect(
        self,
        organization: Organization,
        customer_id: str,
        reason: str,
        data: JSON | None = None,
    ) -> None:
        """End a customer's RTM connections with ``customer_disconnected`` (section 6.5)."""
        payload = {"reason": reason, **({} if data is None else {"data": data})}
        self.push(organization, customer_id, pushes.DISCONNECTED, payload)

    def reset(self) -> None:
        """Forget all that happened: state, faults, records, and the clock's advance."""

        def forget() -> None:
            self._bot.reset()
            self.clock.reset()
            self.faults.clear()
            self._rtm.reset()
            self._state.reset()
            if self._keeping is not None:
                self._keeping.begin_anew()
            self.requests.clear()

        self._in_loop(forget)

    def stop(self) -> None:
        """Close all connections and stop serving; may be called again."""
        self._server.should_exit = True
        self._thread.join(_TIMEOUT)


def start(
    host: str = "127.0.0.1",
    port: int = 0,
    bot: bool = True,
    *,
    redirect_uris: Sequence[str] | None = None,
    region: str = FIRST,
    refused_versions: Sequence[str] = (),
    ssl_certfile: str | None = None,
    ssl_keyfile: str | None = None,
    state_file: Path | None = None,
) -> Sandbox:
    """Serve a sandbox in a daemon thread; return once it accepts connections.

    ``port`` 0 takes a free one. ``bot``: whether the scripted agent answers. ``redirect_uris``:
    those of the registered app, compared exactly; None accepts any http(s) address. ``region``:
    where all its organizations are. ``refused_versions``: those of `versions.SERVED` that are shut
    down. With a certificate and its key (PEM files) it speaks TLS, which LiveChat's Python SDK
    insists on. ``state_file`` keeps all that happens, and has what happened when it was used last;
    what was known then goes on in the region, and without the versions, of that time.
    Raises OSError if the address cannot be had, `state_file.Unusable` if the file cannot.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Said to be TCP, or asyncio leaves Nagle's algorithm on, which costs 40 ms a request.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        return Sandbox(
            listener,
            bot=bot,
            redirect_uris=redirect_uris,
            region=region,
            refused_versions=refused_versions,
            ssl_certfile=ssl_certfile,
            ssl_keyfile=ssl_keyfile,
            state_file=state_file,
        )
    except BaseException:
        listener.close()
        raise
