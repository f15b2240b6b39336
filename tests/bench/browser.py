"""A browser's side of one open page, without the browser.

Streamlit's frontend keeps one WebSocket per tab. It sends a BackMsg for each rerun, with the value
of every widget that has one, and gets ForwardMsgs back: `new_session` when a run begins, a `delta`
for each element drawn, `script_finished` at its end. What it sends here is what it sends in a
browser (App.tsx and WidgetStateManager.ts of Streamlit 1.67). The page's static files are not
fetched: they cost once, and are not the page's.

Two components of the page act by themselves, here as there: st_autorefresh, and the one that holds
a connection to LiveChat's real-time API.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from livechat.page import words
from tests.bench.line import Line

# Seconds
_ANSWER_WITHIN = 60.0  # for a run of the whole page; hundreds of them open at once
_PATIENT_FOR = 30.0  # nobody asks anew for as long as others are served
_LOOK_EVERY = 0.02
_FLUSH_AFTER = 0.001  # what is told within it is sent at once, as after the frontend's setTimeout

_AUTOREFRESH = "st_autorefresh"
_PUSH = "livechat.push"
_WHO = "livechat.who"

_WHOLE_PAGE = ForwardMsg.FINISHED_SUCCESSFULLY
# A run that ends early for another one is not an end: the other one is still to come.
_ENDS = (_WHOLE_PAGE, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass(frozen=True)
class Tick:
    """An answered tick: seconds from sending it to the end of its run."""

    seconds: float
    redrew: bool


class Tab:
    """One open page.

    `ticks` holds the answered ones, `lateness` by how many seconds each was sent after it was due:
    the load generator's own delay. `received` counts bytes, and `torn` the runs of the page whose
    end never came: Streamlit drops what a finished run still has to send when a fragment is asked
    for at that very moment. `stuck` counts how often the page had to be asked for anew, since it
    did not show what was waited for. `drawn_after` is in how many seconds there was an input to
    write into, `complete_after` in how many all was there. `line` is the connection to LiveChat, if
    the page wants one. `session` is the ID of Streamlit's, once there is one. `shown_at` is the
    address that the browser shows, and `query` what follows it, which may be changed before `open`.
    """

    def __init__(self, url: str, cookie: str | None = None, session: str | None = None) -> None:
        """Of the page at `url`, in a browser that sends this cookie; it may name a session."""
        self.ticks: list[Tick] = []
        self.lateness: list[float] = []
        self.failed = 0
        self.received = 0
        self.torn = 0
        self.stuck = 0
        self.drawn_after: float | None = None
        self.complete_after = 0.0
        self._opened_at = 0.0
        self._can_end = False
        self.line = Line(self._told)
        self.session = session
        self.shown_at = f"{url}/"
        self.query = ""
        self._url = url
        self._headers = {"Cookie": cookie} if cookie else None
        self._page = ""
        self._whole_runs = 0
        self._is_in_whole_run = False
        self._is_running = False
        self._chat_input = ""
        self._shows_exception = False
        self._expected: dict[bytes, asyncio.Future[float]] = {}

        self._beat: dict[str, Any] = {}  # what st_autorefresh was told
        self._poll_component = ""
        self._poll_fragment = ""
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None
        # When each tick was sent that is not answered; so many of them are in the current run.
        self._waiting: deque[float] = deque()
        self._in_run = 0

        self._push = ""
        self._push_fragment = ""
        self._push_data: dict[str, Any] = {}
        self._told_last = ""
        self._who = ""
        self._answer = ""
        self._is_flushing = False

        self._sending: set[asyncio.Task[None]] = set()
        self._socket: ClientConnection
        self._reader: asyncio.Task[None]

    @property
    def interval(self) -> float:
        """Seconds between two ticks, as the page has it now."""
        return float(self._beat["interval"]) / 1000

    async def open(self) -> None:
        """Loads the page; returns when it is complete."""
        self._opened_at = time.perf_counter()
        self._socket = await connect(
            f"ws{self._url.removeprefix('http')}/_stcore/stream",
            # The second one stands where a token would, if a host page had given one.
            subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN", *filter(None, [self.session])],  # type: ignore[list-item]
            origin=self._url,  # type: ignore[arg-type]
            additional_headers=self._headers,
            max_size=None,
            proxy=None,
        )
        self._reader = asyncio.create_task(self._read())
        await self._rerun()
        await self.until(lambda: self._whole_runs > 0 and bool(self._beat))
        self.complete_after = time.perf_counter() - self._opened_at

    async def say(self, text: str) -> None:
        """Submits the chat input; returns when the text is on the page."""
        seen = self.expect(text)
        said = WidgetState(id=self._chat_input)
        said.chat_input_value.data = text
        said.chat_input_value.file_uploader_state.SetInParent()
        await self._rerun(said)
        await self.until(seen.done)

    def expect(self, text: str) -> asyncio.Future[float]:
        """When a text of plain ASCII is drawn, in seconds of time.perf_counter()."""
        return self._expected.setdefault(text.encode(), asyncio.Future())

    async def until_chatting(self) -> None:
        """Waits until the page knows that a chat is active."""
        await self.until(lambda: self._can_end)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits; where nothing happens for a while the page is asked for anew.

        Raises TimeoutError after a minute, RuntimeError if the page shows an exception.
        """
        began = patient_since = time.perf_counter()
        while not condition():
            now = time.perf_counter()
            if self._shows_exception:
                raise RuntimeError("The page shows an exception; the app's log says which")
            if now - began > _ANSWER_WITHIN:
                raise TimeoutError("The page does not answer")
            if now - patient_since > _PATIENT_FOR:
                patient_since = now
                self.stuck += 1
                await self._rerun()
            await asyncio.sleep(_LOOK_EVERY)

    async def tick_once(self, within: float) -> None:
        """Sends what st_autorefresh does when it ticks; waits so many seconds for the answer."""
        self._send_tick()
        await self.settle(within)

    def start_ticking(self, first_after: float) -> None:
        """Has st_autorefresh tick from now on, for the first time after so many seconds."""
        self.stop_ticking()
        self._tick_at(asyncio.get_running_loop().time() + first_after)

    def stop_ticking(self) -> None:
        """No more ticks."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    async def settle(self, within: float) -> None:
        """Waits so many seconds for the ticks that are not answered; then they have failed."""
        deadline = time.perf_counter() + within
        while self._waiting and time.perf_counter() < deadline:
            await asyncio.sleep(_LOOK_EVERY)
        self.failed += len(self._waiting)
        self._waiting.clear()

    def forget_ticks(self) -> None:
        """Counts from now on."""
        self.ticks.clear()
        self.lateness.clear()
        self.failed = 0

    def hear(self, data: bytes) -> None:
        """A message has come, as it is on the wire."""
        self.received += len(data)

    async def close(self) -> None:
        """Closes the tab."""
        self.stop_ticking()
        await self.line.close()
        await self._socket.close()
        await self._reader

    def _tick_at(self, due: float) -> None:
        self._timer = asyncio.get_running_loop().call_at(due, self._tick, due)

    def _tick(self, due: float) -> None:
        # Whether or not the last one was answered, as a browser's setInterval.
        self._tick_at(due + self.interval)
        self.lateness.append(asyncio.get_running_loop().time() - due)
        self._send_tick()

    def _send_tick(self) -> None:
        self._count += 1
        self._waiting.append(time.perf_counter())
        self._send_soon(self._poll_fragment)

    def _told(self, told: dict[str, Any]) -> None:
        drawn = None if self._is_running else self._push_data["run"]
        # Of which run of the page all is there.
        self._told_last = json.dumps({"told": {**told, "drawn": drawn}})
        if not self._is_flushing:
            self._is_flushing = True
            asyncio.get_running_loop().call_later(_FLUSH_AFTER, self._flush)

    def _flush(self) -> None:
        self._is_flushing = False
        self._send_soon(self._push_fragment)

    def _send_soon(self, fragment: str) -> None:
        async def send() -> None:
            with contextlib.suppress(ConnectionClosed):  # ticks that stay unanswered have failed
                await self._rerun(fragment=fragment)

        task = asyncio.create_task(send())
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _rerun(self, *said: WidgetState, fragment: str = "") -> None:
        state = ClientState(page_script_hash=self._page, fragment_id=fragment)
        state.query_string = self.query
        context = state.context_info
        context.timezone, context.timezone_offset, context.locale = "Europe/Berlin", -60, "en-US"
        context.url, context.is_embedded, context.color_scheme = self.shown_at, False, "light"
        widgets = state.widget_states.widgets
        if self._count:
            widgets.add(id=self._poll_component, json_value=json.dumps(self._count))
        if self._told_last:
            widgets.add(id=self._push, json_value=self._told_last)
        if self._answer:
            widgets.add(id=self._who, json_value=self._answer)
        widgets.extend(said)
        await self._socket.send(BackMsg(rerun_script=state).SerializeToString())

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for data in self._socket:
                assert isinstance(data, bytes)
                self.hear(data)
                for text in [text for text in self._expected if text in data]:
                    seen = self._expected.pop(text)
                    if not seen.done():  # nobody has waited for so long
                        seen.set_result(time.perf_counter())
                self._take(ForwardMsg.FromString(data))

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self._page = message.new_session.page_script_hash
                self.session = message.new_session.initialize.session_id or self.session
                fragments = message.metadata.run.fragment_ids
                if fragments and self._is_in_whole_run:
                    self.torn += 1
                self._is_in_whole_run = not fragments
                self._is_running = True
                polls = not fragments or self._poll_fragment in fragments
                self._in_run = len(self._waiting) if polls else 0
            case "delta":
                self._drawn(message.delta)
            case "script_finished":
                self._is_in_whole_run = self._is_running = False
                if message.script_finished in _ENDS:
                    self._finished(whole_page=message.script_finished == _WHOLE_PAGE)

    def _drawn(self, delta: Delta) -> None:
        element = delta.new_element
        match element.WhichOneof("type"):
            case "chat_input":
                self._chat_input = element.chat_input.id
                if self.drawn_after is None:
                    self.drawn_after = time.perf_counter() - self._opened_at
            case "component_instance" if _AUTOREFRESH in element.component_instance.component_name:
                self._poll_component = element.component_instance.id
                self._poll_fragment = delta.fragment_id
                self._paced(json.loads(element.component_instance.json_args))
            case "bidi_component" if element.bidi_component.component_name == _PUSH:
                self._push, self._push_fragment = element.bidi_component.id, delta.fragment_id
                self._push_data = json.loads(element.bidi_component.json)
                self.line.use(self._push_data)
            case "bidi_component" if element.bidi_component.component_name == _WHO:
                self._who = element.bidi_component.id
                self._asked(json.loads(element.bidi_component.json), delta.fragment_id)
            case "button" if element.button.label == words.say("end"):
                self._can_end = not element.button.disabled
            case "exception":
                self._shows_exception = True

    def _asked(self, question: dict[str, Any], fragment: str) -> None:
        # The browser has no cookie that it has not sent.
        about = {"visit": question["visit"], "number": question["number"]}
        answer = json.dumps({"answer": {**about, "cookie": ""}})
        if answer != self._answer:
            self._answer = answer
            self._send_soon(fragment)

    def _paced(self, beat: dict[str, Any]) -> None:
        # With `debounce` it begins anew whenever it is drawn, else when it is told otherwise.
        changed, self._beat = beat != self._beat, beat
        if self._timer and (changed or beat["debounce"]):
            self.start_ticking(self.interval)

    def _finished(self, *, whole_page: bool) -> None:
        # Streamlit answers ticks that came while it was busy with one run.
        now = time.perf_counter()
        for _ in range(min(self._in_run, len(self._waiting))):
            sent = self._waiting.popleft()
            if self._shows_exception:
                self.failed += 1
            else:
                self.ticks.append(Tick(now - sent, redrew=whole_page))
        self._in_run = 0
        if whole_page:
            self._whole_runs += 1
