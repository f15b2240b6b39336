"""What the tests run against: the sandbox, a visit of its own, and a real browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import hypothesis
import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright

from livechat.api import route
from livechat.sandbox import Sandbox, start
from livechat.settings import VERSIONS, Version
from livechat.visit import company
from tests.driver import Page

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


ON_EACH_VERSION = [ROOT / "tests" / "api", ROOT / "tests" / "visit"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whoever talks to LiveChat without a browser does so on each version of its API."""
    path = metafunc.definition.path
    if "version" in metafunc.fixturenames and any(room in path.parents for room in ON_EACH_VERSION):
        metafunc.parametrize("version", VERSIONS, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a busy machine may miss a moment: a story that fails is told once more."""
    for item in items:
        if any(folder in item.path.parents for folder in IN_A_BROWSER):
            item.add_marker(pytest.mark.flaky(reruns=1))


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
def page(sandbox: Sandbox) -> Page:
    return Page(sandbox)


@pytest.fixture
def chatting(page: Page) -> Page:
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
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Headless Chromium; without one, browser tests are skipped, but never in CI."""
    browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
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


def be_patient(context: BrowserContext) -> None:
    """Whatever is done in it may take as long as what is expected."""
    context.set_default_timeout(PATIENCE)


def live(sandbox: Sandbox, **settings: str) -> dict[str, str]:
    """The environment of a page that takes the sandbox's default organization for LiveChat."""
    names = ("API_URL", "ACCOUNTS_URL", "CLIENT_ID", "ORGANIZATION_ID")
    given = sandbox.settings()
    return {f"LIVECHAT_{name}": given[f"LIVECHAT_{name}"] for name in names} | settings
