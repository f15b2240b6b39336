"""What the tests run against: the sandbox, the app on a port of its own, and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, sync_playwright

from livechat.sandbox import Sandbox, start
from livechat.visit import company
from tests.driver import Page

ROOT = Path(__file__).parents[1]
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    sandbox = start(port=0, bot=False)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    """A sandbox as new: nobody known, nothing recorded, no faults."""
    shared_sandbox.reset()
    company.shared.cache_clear()
    return shared_sandbox


@pytest.fixture
def page(sandbox: Sandbox) -> Page:
    return Page(sandbox)


@pytest.fixture
def chatting(page: Page) -> Page:
    """A page with an active chat and one answer in it."""
    page.say("Hello")
    page.hear("Hi, how can I help?")
    page.poll()
    page.sandbox.requests.clear()
    return page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; without one, browser tests are skipped, but never in CI."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium, and browser tests may not be skipped in CI")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=_ARGUMENTS,
        )
        yield browser
        browser.close()


ELSEWHERE = "visitor.example"  # the page's host, for a browser on another machine


def relaunched(browser: Browser, *args: str) -> Browser:
    """Another Chromium like `browser`, with more arguments; whoever asks closes it."""
    return browser.browser_type.launch(
        executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
        args=[*_ARGUMENTS, *args],
    )


class Apps:
    """Apps on ports of their own, started as `streamlit run` does."""

    def __init__(self) -> None:
        self._running: dict[str, tuple[subprocess.Popen[bytes], dict[str, str]]] = {}

    def __call__(self, **settings: str) -> str:
        """Starts the app with these settings, and returns its address."""
        return self._start(_free_port(), settings)

    def restart(self, url: str) -> None:
        """Ends an app and starts it anew at the same address."""
        _, settings = self._running[url]
        self._stop(url)
        self._start(int(url.rsplit(":", 1)[1]), settings)

    def kill(self, url: str) -> None:
        """Ends an app as a crash does; `restart` brings it back."""
        process, _ = self._running[url]
        process.kill()
        process.wait(timeout=20)

    def stop(self) -> None:
        """Ends all of them."""
        for url in list(self._running):
            self._stop(url)

    def _start(self, port: int, settings: dict[str, str]) -> str:
        environ = {k: v for k, v in os.environ.items() if not k.startswith("LIVECHAT_")}
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
        options = ["--server.port", str(port), "--server.headless", "true"]
        options += ["--server.fileWatcherType", "none"]
        process = subprocess.Popen(
            command + options, cwd=ROOT, env=environ | settings, stdout=subprocess.DEVNULL
        )
        certificate = settings.get("STREAMLIT_SERVER_SSL_CERT_FILE")
        url = f"{'https' if certificate else 'http'}://localhost:{port}"
        self._running[url] = process, settings
        _wait_for(f"{url}/_stcore/health", process, certificate)
        return url

    def _stop(self, url: str) -> None:
        process, _ = self._running.pop(url)
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def run_app() -> Iterator[Apps]:
    """Starts the app: `run_app(**settings)` returns its address."""
    apps = Apps()
    yield apps
    apps.stop()


def live(sandbox: Sandbox, **settings: str) -> dict[str, str]:
    """The environment of a page that takes the sandbox's default organization for LiveChat."""
    names = ("API_URL", "ACCOUNTS_URL", "CLIENT_ID", "ORGANIZATION_ID")
    given = sandbox.settings()
    return {f"LIVECHAT_{name}": given[f"LIVECHAT_{name}"] for name in names} | settings


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes], certificate: str | None) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the app has stopped"
        try:
            if requests.get(url, timeout=5, verify=certificate or True).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    pytest.fail("the app did not start within a minute")
