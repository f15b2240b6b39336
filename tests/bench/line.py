"""The connection to LiveChat's real-time API that an open page holds, without the browser.

What `livechat/page/browser/push.js` does as long as nothing but chatting happens: it logs in,
pings, tells of each push and tries again when it is cut off. What nobody does here is left out:
typing, groups that go offline, tokens that are refused, other regions.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

JSON = dict[str, Any]

_SCRIPT = Path(__file__).parents[2] / "livechat" / "page" / "browser" / "push.js"

# What rings, and how: read from the script, so that the two cannot come to differ.
_RINGS = dict(re.findall(r'\["(\w+)", "(looks|reads)"\]', _SCRIPT.read_text(encoding="utf-8")))
_PUSHES = [
    *_RINGS,
    "incoming_event",
    "incoming_typing_indicator",
    "groups_status_updated",
    "customer_side_storage_updated",
]
_LATEST = 20  # events that are told by their ID

# Seconds
_LOGIN_TAKES = 0.1  # at least: a few times to LiveChat and back
_PING_EVERY = 15.0
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_HOLD_LASTS = 30.0


class Line:
    """One page's connection. `tell` is called with the whole of what is told when it changes.

    `chat_id` is the customer's chat, once LiveChat has named it; `lost` counts the connections that
    failed or were cut off.
    """

    def __init__(self, tell: Callable[[JSON], None]) -> None:
        self.told: JSON = {
            "open": False,
            "connection": None,
            "looks": 0,
            "reads": 0,
            "events": [],
            "groups": {},
            "refused": None,
        }
        self.chat_id: str | None = None
        self.lost = 0
        self._tell_page = tell
        self._data: JSON = {}
        self._used_at = 0.0
        self._kept: asyncio.TimerHandle | None = None
        self._holding: asyncio.Task[None] | None = None

    def use(self, data: JSON) -> None:
        """What the page tells the component; with an address to connect to it is held open."""
        self._data, self._used_at = data, time.monotonic()
        if data["url"] and self._holding is None:
            self._holding = asyncio.create_task(self._hold())

    async def close(self) -> None:
        """Hangs up."""
        if self._kept:
            self._kept.cancel()
        if self._holding:
            self._holding.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._holding

    async def _hold(self) -> None:
        failures = 0
        while True:
            with contextlib.suppress(WebSocketException, OSError):
                # Its own pings would be control frames; the page's script cannot send those.
                async with connect(self._data["url"], proxy=None, ping_interval=None) as socket:
                    pinging = asyncio.create_task(_ping(socket))
                    try:
                        await self._listen(socket)
                    finally:
                        pinging.cancel()
            self.lost += 1
            failures = 0 if self.told["open"] else failures + 1
            if self.told["open"]:
                self._tell(open=False)
            pause = min(_FIRST_PAUSE * 2**failures, _LONGEST_PAUSE)
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))

    async def _listen(self, socket: ClientConnection) -> None:
        await asyncio.sleep(_LOGIN_TAKES)
        payload = {
            "token": f"Bearer {self._data['token']}",
            "pushes": {self._data["version"]: _PUSHES},
        }
        await _ask(socket, "login", payload)
        async for frame in socket:
            self._hear(json.loads(frame))

    def _hear(self, said: JSON) -> None:
        action, payload = said["action"], said.get("payload", {})
        if said["type"] == "push":
            self._hear_push(action, payload)
        elif action == "login" and said["success"]:
            for chat in payload["chats"]:
                self.chat_id = chat["chat_id"]
            self._ring("looks", open=True, connection=str(random.random()))

    def _hear_push(self, action: str, payload: JSON) -> None:
        if action == "incoming_chat":
            self.chat_id = payload["chat"]["id"]
        own = action == "events_marked_as_seen" and payload["user_id"] == self._data["customer"]
        if action == "incoming_event":
            self._pass(events=[*self.told["events"], payload["event"]["id"]][-_LATEST:])
        elif action in _RINGS and not own:
            how = _RINGS[action]
            self._pass(**{how: self.told[how] + 1})

    def _pass(self, **change: object) -> None:
        hold = self._data["hold"]
        if not hold or time.monotonic() - self._used_at > _HOLD_LASTS:
            self._tell(**change)
            return
        self.told = self.told | change
        if self._kept is None:
            wait = hold * random.uniform(0.75, 1.25)
            self._kept = asyncio.get_running_loop().call_later(wait, self._tell)

    def _ring(self, how: str, **change: object) -> None:
        self._tell(**change, **{how: self.told[how] + 1})

    def _tell(self, **change: object) -> None:
        if self._kept:
            self._kept.cancel()
            self._kept = None
        self.told = self.told | change
        self._tell_page(self.told)


async def _ping(socket: ClientConnection) -> None:
    with contextlib.suppress(WebSocketException):
        while True:
            await asyncio.sleep(_PING_EVERY)
            await _ask(socket, "ping", {})


async def _ask(socket: ClientConnection, action: str, payload: JSON) -> None:
    await socket.send(json.dumps({"request_id": action, "action": action, "payload": payload}))
