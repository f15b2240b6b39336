"""What the tests run against: the sandbox, a visit of its own, and a real browser."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
import psutil
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from streamlit.logger import get_logger

from livechat.api import refusals, route
from livechat.sandbox import Sandbox, start
from livechat.settings import VERSIONS, Version
from livechat.visit import company, touch
from tests.driver import Page as Visitor
from tests.field import nginx

T = TypeVar("T")

ROOT = Path(__file__).parents[1]

# The machine may be busy, and nothing here measures speed.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")

PATIENCE = 60_000  # milliseconds
expect.set_options(timeout=PATIENCE)
HANGS_AFTER = 300.0  # seconds; whatever takes three times as long ends the run (pyproject.toml)

IN_A_BROWSER = [ROOT / "tests" / "browser", ROOT / "tests" / "field"]

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def apart(story: Coroutine[Any, Any, T]) -> T:
    """Tells it to its end, but not in this thread, in which Playwright's loop may run."""
    with ThreadPoolExecutor() as another:
        return another.submit(asyncio.run, story).result()


ON_EACH_VERSION = [ROOT / "tests" / "api", ROOT / "tests" / "visit"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whoever talks to LiveChat without a browser does so on each version of its API."""
    path = metafunc.definition.path
    if "version" in metafunc.fixturenames and any(room in path.parents for room in ON_EACH_VERSION):
        metafunc.parametrize("version", VERSIONS, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a busy machine may miss a moment: a story is told three times at most."""
    for item in items:
        if any(folder in item.path.parents for folder in IN_A_BROWSER):
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(autouse=True)
def _without_end(request: pytest.FixtureRequest) -> Iterator[None]:
    """Playwright waits for a tab that hangs, without an end: it is ended, which fails the story."""
    timer = threading.Timer(HANGS_AFTER, end_tabs)
    timer.daemon = True
    if any(folder in request.path.parents for folder in IN_A_BROWSER):
        timer.start()
    yield
    timer.cancel()


def end_tabs() -> None:
    """Ends the process of each tab of Chromium's that these tests have opened."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "--type=renderer" in process.cmdline():
                process.kill()


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    sandbox = start(port=0, bot=False)
    yield sandbox
    sandbox.stop()


@pytest.fixture(autouse=True)
def _as_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process does not know yet where requests go."""
    monkeypatch.setattr(route, "VERSION", route.Spoken())
    route.route.cache_clear()
    monkeypatch.setattr(touch, "PROCESS", touch.Touch())
    monkeypatch.setattr(refusals, "PROCESS", refusals.Refusals())
    # Which Streamlit takes for itself when the page is drawn.
    log = get_logger("livechat")
    monkeypatch.setattr(log, "propagate", True)
    log.setLevel(logging.INFO)


Said = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Said:
    """The lines of the log, each with its level, since this was asked last."""

    def said() -> list[tuple[str, str]]:
        own = [(r.levelname, r.getMessage()) for r in caplog.records if r.name == "livechat"]
        caplog.clear()
        return own

    return said


@pytest.fixture
def version(request: pytest.FixtureRequest) -> Version:
    """The version of LiveChat's API that is spoken."""
    version: Version = getattr(request, "param", VERSIONS[0])
    route.VERSION.begin(version)
    return version


@pytest.fixture
def sandbox(shared_sandbox: Sandbox, version: Version) -> Sandbox:
    """A sandbox as new: nobody known, nothing recorded, no faults."""
    shared_sandbox.reset()
    company.shared.cache_clear()
    return shared_sandbox


@pytest.fixture(scope="session")
def shared_tls_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, str]]:
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = str(folder / "certificate.pem"), str(folder / "key.pem")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", key, "-out", certificate]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
    sandbox = start(port=0, bot=False, ssl_certfile=certificate, ssl_keyfile=key)
    yield sandbox, certificate
    sandbox.stop()


@pytest.fixture
def tls_sandbox(shared_tls_sandbox: tuple[Sandbox, str]) -> tuple[Sandbox, str]:
    """A sandbox as new that speaks TLS, as the SDKs insist on, and its certificate."""
    shared_tls_sandbox[0].reset()
    return shared_tls_sandbox


@pytest.fixture
def page(sandbox: Sandbox) -> Visitor:
    return Visitor(sandbox)


@pytest.fixture
def chatting(page: Visitor) -> Visitor:
    """A page with an active chat and one answer in it."""
    page.say("Hello")
    page.hear("Hi, how can I help?")
    page.poll()
    page.poll()  # what was seen is marked
    page.sandbox.requests.clear()
    return page


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> nginx.Certificate:
    """What apps behind nginx have with https."""
    return nginx.certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def browser(playwright: Playwright, certificate: nginx.Certificate) -> Iterator[Browser]:
    """Headless Chromium; without one, browser tests are skipped, but never in CI.

    It trusts the certificate: of a site whose certificate it is only told to put up with it keeps
    nothing in its cache, and each page would load everything anew.
    """
    trusts = f"--ignore-certificate-errors-spki-list={certificate.pin}"
    browser = playwright.chromium.launch(executable_path=chromium(), args=[*ARGUMENTS, trusts])
    browser.on("context", be_patient)
    yield browser
    browser.close()


def chromium() -> str:
    """Where Chromium is: the one without windows, if there is one, takes half of the time."""
    return program("chromium-headless-shell", "chromium", "google-chrome")


def program(*names: str) -> str:
    """Where the first of these programs is; without any the test is skipped, but never in CI."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        missing = f"no {' or '.join(names)} on this machine"
        if os.environ.get("CI"):
            pytest.fail(f"{missing}, and browser tests may not be skipped in CI")
        pytest.skip(missing)
    return found


def relaunched(browser: Browser, *args: str) -> Browser:
    """Another Chromium like `browser`, with more arguments; whoever asks closes it."""
    another = browser.browser_type.launch(
        executable_path=chromium(),
        args=[*ARGUMENTS, *args],
    )
    another.on("context", be_patient)
    return another


@contextmanager
def as_new(context: BrowserContext) -> Iterator[BrowserContext]:
    """A browser that tests share, whose cache spares them half of the time that a page loads.

    The next one finds no tab and no cookie of the one before, but what `add_init_script` added.
    """
    try:
        yield context
    finally:
        for page in context.pages:
            page.close()
        context.clear_cookies()


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Waits for what no page can be asked for, while `page` goes on."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not is_so():
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)


def be_patient(context: BrowserContext) -> None:
    """Whatever is done in it may take as long as what is expected, and is to be allowed."""
    context.set_default_timeout(PATIENCE)
    context.on("console", _hear)


FORBIDDEN: list[str] = []  # what browsers say that a page's policy has kept them from


def _hear(message: ConsoleMessage) -> None:
    if re.search("Content.Security.Policy", message.text):
        FORBIDDEN.append(message.text)


@pytest.fixture(autouse=True)
def forbidden() -> Iterator[list[str]]:
    """Nothing that a page does is forbidden by the policy it came with, but what a test expects.

    Such a test takes it out of the list.
    """
    FORBIDDEN.clear()
    yield FORBIDDEN
    assert FORBIDDEN == []


def _wait_for_function(
    page: Page, expression: str, *, arg: object = None, timeout: float = PATIENCE
) -> None:
    """As Playwright's, which has the page itself evaluate a text again and again.

    A page with a policy may not. What is evaluated from outside is no matter of its own.
    """
    deadline = time.monotonic() + timeout / 1000
    while time.monotonic() < deadline:
        try:
            if page.evaluate(expression, arg):
                return
        except Error as error:
            if "context was destroyed" not in error.message:  # another page is being loaded
                raise
        page.wait_for_timeout(20)
    pytest.fail(f"not within {timeout} ms: {expression}")


Page.wait_for_function = _wait_for_function  # type: ignore[method-assign,assignment]


def live(sandbox: Sandbox, **settings: str) -> dict[str, str]:
    """The environment of a page that takes the sandbox's default organization for LiveChat."""
    names = ("API_URL", "ACCOUNTS_URL", "CLIENT_ID", "ORGANIZATION_ID")
    given = sandbox.settings()
    return {f"LIVECHAT_{name}": given[f"LIVECHAT_{name}"] for name in names} | settings
