"""The browsers that visitors have besides Chromium, each with the little that a story needs.

Firefox is Debian's, driven by Playwright over WebDriver BiDi. WebKit is WebKitGTK's, the engine of
Safari without Apple's own parts, driven by Selenium on a screen of its own, which shows nothing.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Frame, Page, Playwright, ViewportSize, expect
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.expected_conditions import element_to_be_clickable
from selenium.webdriver.support.wait import WebDriverWait

from tests.conftest import PATIENCE, be_patient, program

SEEN = """
const type = XPathResult.FIRST_ORDERED_NODE_TYPE;
const found = document.evaluate(arguments[0], document, null, type).singleNodeValue;
return Boolean(found?.checkVisibility());
"""


class Tab(Protocol):
    """A tab of some browser. What is looked for is named by its XPath."""

    def open(self, url: str) -> None: ...

    def reload(self) -> None: ...

    def enter_frame(self) -> None:
        """What is looked for and run from now on is so in the page's only frame."""

    def see(self, xpath: str) -> None:
        """Waits until it is on the screen."""

    def click(self, xpath: str) -> None: ...

    def send(self, xpath: str, text: str) -> None:
        """Types a text in a field, and presses Enter."""

    def attach(self, xpath: str, path: Path) -> None:
        """Chooses a file in a field for files."""

    def run(self, script: str) -> Any:
        """The value of a function in JavaScript."""


class PlaywrightTab:
    """A tab that Playwright drives."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._place: Page | Frame = page

    def open(self, url: str) -> None:
        self._page.goto(url)

    def enter_frame(self) -> None:
        frame = self._page.locator("iframe").element_handle().content_frame()
        assert frame
        self._place = frame

    def reload(self) -> None:
        """By the page itself: Firefox calls its own reload failed (NS_BINDING_ABORTED) where the
        page was still loading a picture or a frame, whose load the reload ends."""
        self._page.evaluate("() => { window.isOld = true; setTimeout(() => location.reload()); }")
        self._page.wait_for_function("() => !window.isOld")

    def see(self, xpath: str) -> None:
        expect(self._place.locator(f"xpath={xpath}").first).to_be_visible()

    def click(self, xpath: str) -> None:
        self._page.locator(f"xpath={xpath}").click()

    def send(self, xpath: str, text: str) -> None:
        self._page.locator(f"xpath={xpath}").click()
        self._page.keyboard.type(text)
        self._page.keyboard.press("Enter")

    def attach(self, xpath: str, path: Path) -> None:
        self._page.locator(f"xpath={xpath}").first.set_input_files(path)

    def run(self, script: str) -> Any:
        return self._place.evaluate(script)


class SeleniumTab:
    """A tab that Selenium drives."""

    def __init__(self, driver: WebDriver) -> None:
        self._driver = driver
        # Each look takes WebKit's time, and the page some of it.
        self._wait = WebDriverWait(driver, PATIENCE / 1000, poll_frequency=1)

    def open(self, url: str) -> None:
        self._driver.get(url)

    def reload(self) -> None:
        self._driver.switch_to.default_content()
        self._driver.refresh()

    def enter_frame(self) -> None:
        self._driver.switch_to.frame(self._driver.find_element(By.TAG_NAME, "iframe"))

    def see(self, xpath: str) -> None:
        self._wait.until(lambda driver: driver.execute_script(SEEN, xpath), xpath)

    def click(self, xpath: str) -> None:
        self._wait.until(element_to_be_clickable((By.XPATH, xpath)), xpath).click()

    def send(self, xpath: str, text: str) -> None:
        field = self._wait.until(element_to_be_clickable((By.XPATH, xpath)), xpath)
        field.send_keys(text, Keys.ENTER)

    def attach(self, xpath: str, path: Path) -> None:
        self._driver.find_element(By.XPATH, xpath).send_keys(str(path))

    def run(self, script: str) -> Any:
        return self._driver.execute_script(f"return ({script})()")


@contextmanager
def firefox(playwright: Playwright) -> Iterator[Tab]:
    """A tab of Debian's Firefox."""
    browser = playwright.firefox.launch(
        executable_path=program("firefox-esr"), channel="moz-firefox"
    )
    size: ViewportSize = {"width": 1024, "height": 768}
    with browser, browser.new_context(viewport=size, ignore_https_errors=True) as context:
        be_patient(context)
        yield PlaywrightTab(context.new_page())


@contextmanager
def webkit() -> Iterator[Tab]:
    """A tab of WebKitGTK's own small browser."""
    options = webdriver.WebKitGTKOptions()
    options.accept_insecure_certs = True
    with _screen() as display:
        driver = webdriver.WebKitGTK(
            options=options,
            service=webdriver.WebKitGTKService(
                program("WebKitWebDriver"), env=os.environ | {"DISPLAY": display}
            ),
        )
        try:
            yield SeleniumTab(driver)
        finally:
            driver.quit()


@contextmanager
def _screen() -> Iterator[str]:
    """An X server without a screen; its display's name."""
    told, tells = os.pipe()
    server = subprocess.Popen(
        [
            program("Xvfb"),
            "-displayfd",
            str(tells),
            "-screen",
            "0",
            "1280x900x24",
            "-nolisten",
            "tcp",
        ],
        pass_fds=[tells],
        stderr=subprocess.DEVNULL,
    )
    os.close(tells)
    try:
        with os.fdopen(told) as line:
            yield f":{line.readline().strip()}"
    finally:
        server.terminate()
        server.wait(timeout=20)
