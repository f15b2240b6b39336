"""The clocks of those who take part, each of which a test can move by itself.

LiveChat's is the sandbox's (`Sandbox.clock`). The browser's and the app's are here: they go on as
clocks do, and `advance` moves them. Where all are moved by the same amount, time has passed; where
one is, it was wrong or is put right.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Protocol

from playwright.sync_api import BrowserContext

# What `Date` says in every frame of a tab; the outermost keeps it, if the frame can reach it. Only
# the wall clock: `performance.now()` and timers go on, as where a clock is set, and as on a laptop
# that slept (not on Windows, where `performance.now()` counts the night).
_SCRIPT = """(() => {
    const outermost = () => { try { return top.document && top; } catch { return window; } };
    const clock = outermost().fieldClock ??= { ahead: 0, change: -1 };
    if (clock.change < CHANGE) Object.assign(clock, { ahead: AHEAD, change: CHANGE });
    if (window.Date.isMoved) return;
    const now = Date.now;
    window.Date = new Proxy(Date, {
        apply: (date) => new date(now() + clock.ahead).toString(),
        construct: (date, given, as) =>
            Reflect.construct(date, given.length ? given : [now() + clock.ahead], as),
        get: (date, name) =>
            name === "isMoved" || (name === "now" ? () => now() + clock.ahead : date[name]),
    });
})()"""


class Clock(Protocol):
    """What can be moved."""

    def advance(self, seconds: float) -> None:
        """Moves it forward, or back."""


class BrowserClock:
    """The wall clock of a browser's pages, but not of their workers.

    It has to be made before the first page.
    """

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._ahead = 0.0
        self._change = 0
        context.add_init_script(self._script())

    def advance(self, seconds: float) -> None:
        """Moves it, in open pages and in those to come."""
        self._ahead += seconds
        self._change += 1
        # The order of scripts is not defined, so each says which change it is of.
        self._context.add_init_script(self._script())
        for page in self._context.pages:
            # Not `page.evaluate`, which a page that stands still does not answer.
            session = self._context.new_cdp_session(page)
            session.send("Runtime.evaluate", {"expression": self._script()})
            session.detach()

    def _script(self) -> str:
        ahead, change = str(int(self._ahead * 1000)), str(self._change)
        return _SCRIPT.replace("AHEAD", ahead).replace("CHANGE", change)


class AppClock:
    """The clocks of an app's process, which is started with `settings`.

    `advance` lets time pass: for tokens, pauses and Streamlit's sessions as well. `set_ahead` moves
    the wall clock alone, as somebody does who sets it.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._passed = self._set = 0.0
        self._write()
        scripts = str(Path(__file__).with_name("app_clock"))
        self.settings = {"PYTHONPATH": scripts, "FIELD_CLOCK": str(self._file)}

    @property
    def passed(self) -> float:
        """The seconds by which `advance` has moved it in all."""
        return self._passed

    def advance(self, seconds: float) -> None:
        """Lets time pass."""
        self._passed += seconds
        self._write()

    def set_ahead(self, seconds: float) -> None:
        """Puts the wall clock that much ahead of the time, or behind."""
        self._set = seconds
        self._write()

    def _write(self) -> None:
        told = struct.pack("dd", self._passed + self._set, self._passed)
        # In place: the app has the file in its memory.
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(told)
