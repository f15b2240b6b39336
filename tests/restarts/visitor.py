"""A visitor's Chromium with a profile, which can be killed and opened again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
from playwright.sync_api import BrowserContext, Error, Playwright, expect

from tests.browser.chat import OnPage
from tests.conftest import ARGUMENTS, be_patient, chromium

_ENDS_WITHIN = 30.0  # seconds


class Visitor(OnPage):
    """Who has the page before them."""

    def __init__(self, playwright: Playwright, profile: Path, url: str) -> None:
        self._playwright = playwright
        self._profile = profile
        self._url = url
        self.open()

    def open(self) -> None:
        """Starts the browser, and opens the page."""
        self._context: BrowserContext = self._playwright.chromium.launch_persistent_context(
            self._profile, executable_path=chromium(), args=ARGUMENTS
        )
        be_patient(self._context)
        self.page = self._context.pages[0]
        self.load()

    def load(self) -> None:
        """Opens the page, which may not be there, as whoever sees an error's page does again."""
        while True:
            with suppress(Error):
                answer = self.page.goto(self._url)
                if answer is not None and answer.ok:
                    return
            time.sleep(0.2)

    def close(self) -> None:
        """Closes the browser, which writes down what it is to keep."""
        self._context.close()

    def kill(self) -> None:
        """Ends the browser as a crash does. May be called in another thread."""
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def is_gone(self) -> None:
        """Waits until a killed browser has ended."""
        psutil.wait_procs(list(self._processes()), timeout=_ENDS_WITHIN)
        with suppress(Error):
            self._context.close()

    def _processes(self) -> Iterator[psutil.Process]:
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if f"--user-data-dir={self._profile}" in process.cmdline():
                    yield process

    def show_all(self) -> None:
        """Has all of the conversation on the screen."""
        expect(self.input).to_be_visible()
        earlier = self.button("Show earlier messages")
        while earlier.is_visible():
            earlier.click()
            self.page.wait_for_timeout(500)
