"""A browser's side of one open page, without the browser.

Streamlit's frontend keeps one WebSocket per tab. It sends a BackMsg for each rerun, with the value
of every widget that has one, and gets ForwardMsgs back: `new_session` when a run begins, a `delta`
for each element drawn, `script_finished` at its end. What it sends here is what it sends in a
browser (App.tsx and WidgetStateManager.ts of Streamlit 1.67). The page's static files are not
fetched: they cost once, and are not the page's.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from dataclasses import dataclass

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from livechat.page import words

_ANSWER_WITHIN = 60.0  # seconds, for a run of the whole page; 300 of them open at once

_WHOLE_PAGE = ForwardMsg.FINISHED_SUCCESSFULLY
# A run that ends early for another one is not an end: the other one is still to come.
_ENDS = (_WHOLE_PAGE, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass(frozen=True)
class Tick:
    """An answered tick: seconds from sending it to the end of its run, and what came back."""

    seconds: float
    bytes: int
    redrew: bool


class Tab:
    """One open page. `ticks` holds the answered ones; `can_end` is whether a chat is active."""

    def __init__(self, url: str, cookie: str | None = None) -> None:
        self.ticks: list[Tick] = []
        self.failed = 0
        self.can_end = False
        self._url = url
        self._headers = {"Cookie": cookie} if cookie else None
        self._page = ""
        self._count = 0
        self._chat_input = ""
        self._heartbeat = ""
        self._fragment = ""
        # When each tick was sent that is not answered; so many of them are in the current run.
        self._waiting: deque[float] = deque()
        self._in_run = 0
        self._received = 0
        self._shows_exception = False
        self._whole_runs: asyncio.Queue[bool] = asyncio.Queue()
        self._socket: ClientConnection
        self._reader: asyncio.Task[None]

    async def open(self) -> None:
        """Loads the page; returns when it is complete."""
        self._socket = await connect(
            f"ws{self._url.removeprefix('http')}/_stcore/stream",
            # The second one stands where a token would, if a host page had given one.
            subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN"],  # type: ignore[list-item]
            origin=self._url,  # type: ignore[arg-type]
            additional_headers=self._headers,
            max_size=None,
            proxy=None,
        )
        self._reader = asyncio.create_task(self._read())
        await self._rerun()
        await self._whole_run()

    async def say(self, text: str) -> None:
        """Submits the chat input; returns when the page is complete again."""
        said = WidgetState(id=self._chat_input)
        said.chat_input_value.data = text
        said.chat_input_value.file_uploader_state.SetInParent()
        await self._rerun(said)
        await self._whole_run()

    async def tick(self) -> None:
        """What st_autorefresh sends at each interval, whether or not the last was answered."""
        self._count += 1
        self._waiting.append(time.perf_counter())
        try:
            await self._rerun(fragment=self._fragment)
        except ConnectionClosed:
            self._waiting.pop()
            self.failed += 1

    async def settle(self, within: float) -> None:
        """Waits for the ticks that are not answered; those that never are have failed."""
        deadline = time.perf_counter() + within
        while self._waiting and time.perf_counter() < deadline:
            await asyncio.sleep(0.01)
        self.failed += len(self._waiting)
        self._waiting.clear()

    def forget_ticks(self) -> None:
        """Counts from now on."""
        self.ticks.clear()
        self.failed = 0

    async def close(self) -> None:
        """Closes the tab."""
        await self._socket.close()
        await self._reader

    async def _rerun(self, *said: WidgetState, fragment: str = "") -> None:
        state = ClientState(page_script_hash=self._page, fragment_id=fragment)
        context = state.context_info
        context.timezone, context.timezone_offset, context.locale = "Europe/Berlin", -60, "en-US"
        context.url, context.is_embedded, context.color_scheme = f"{self._url}/", False, "light"
        if self._count:
            state.widget_states.widgets.add(id=self._heartbeat, json_value=json.dumps(self._count))
        state.widget_states.widgets.extend(said)
        await self._socket.send(BackMsg(rerun_script=state).SerializeToString())

    async def _whole_run(self) -> None:
        if not await asyncio.wait_for(self._whole_runs.get(), _ANSWER_WITHIN):
            raise RuntimeError("The page shows an exception; the app's log says which")

    async def _read(self) -> None:
        try:
            async for data in self._socket:
                assert isinstance(data, bytes)
                self._received += len(data)
                self._take(ForwardMsg.FromString(data))
        except ConnectionClosed:
            pass  # the ticks that it leaves unanswered have failed

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self._page = message.new_session.page_script_hash
                self._in_run = len(self._waiting)
            case "delta":
                self._drawn(message.delta)
            case "script_finished" if message.script_finished in _ENDS:
                self._finished(whole_page=message.script_finished == _WHOLE_PAGE)

    def _drawn(self, delta: Delta) -> None:
        element = delta.new_element
        match element.WhichOneof("type"):
            case "chat_input":
                self._chat_input = element.chat_input.id
            case "component_instance":
                self._heartbeat, self._fragment = element.component_instance.id, delta.fragment_id
            case "button" if element.button.label == words.END:
                self.can_end = not element.button.disabled
            case "exception":
                self._shows_exception = True

    def _finished(self, *, whole_page: bool) -> None:
        # Streamlit answers ticks that came while it was busy with one run: the first bears the
        # bytes of all.
        now = time.perf_counter()
        for _ in range(min(self._in_run, len(self._waiting))):
            tick = Tick(now - self._waiting.popleft(), self._received, redrew=whole_page)
            if self._shows_exception:
                self.failed += 1
            else:
                self.ticks.append(tick)
            self._received = 0
        self._in_run = self._received = 0
        if whole_page:
            self._whole_runs.put_nowait(not self._shows_exception)
        self._shows_exception = False
