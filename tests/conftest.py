"""What the tests run against: the sandbox, a visit of its own, and a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from livechat.sandbox import Sandbox, start
from livechat.visit import company
from tests.driver import Page

ROOT = Path(__file__).parents[1]

# The machine may be busy, and nothing here measures speed.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


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
            args=ARGUMENTS,
        )
        yield browser
        browser.close()


def relaunched(browser: Browser, *args: str) -> Browser:
    """Another Chromium like `browser`, with more arguments; whoever asks closes it."""
    return browser.browser_type.launch(
        executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
        args=[*ARGUMENTS, *args],
    )


def live(sandbox: Sandbox, **settings: str) -> dict[str, str]:
    """The environment of a page that takes the sandbox's default organization for LiveChat."""
    names = ("API_URL", "ACCOUNTS_URL", "CLIENT_ID", "ORGANIZATION_ID")
    given = sandbox.settings()
    return {f"LIVECHAT_{name}": given[f"LIVECHAT_{name}"] for name in names} | settings
