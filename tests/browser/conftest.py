"""The app and LiveChat for a browser: each file has its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox, start
from tests.browser.apps import ELSEWHERE, Apps, free_port, wait_for
from tests.browser.chat import Chat
from tests.browser.content import Content
from tests.conftest import ROOT, as_new, live


@pytest.fixture(scope="module")
def run_app() -> Iterator[Apps]:
    """Starts the app: `run_app(**settings)` returns its address."""
    apps = Apps()
    yield apps
    apps.stop()


@pytest.fixture(scope="module")
def sandbox_app(run_app: Apps) -> str:
    """The app without configuration."""
    return run_app()


@pytest.fixture(scope="module")
def livechat() -> Iterator[Sandbox]:
    """What `live_app` takes for LiveChat."""
    sandbox = start(port=0, bot=False)
    yield sandbox
    sandbox.stop()


@pytest.fixture(scope="module")
def live_app(run_app: Apps, livechat: Sandbox) -> str:
    return run_app(**live(livechat))


@pytest.fixture(scope="module")
def kept_context(browser: Browser) -> Iterator[BrowserContext]:
    """For all tests of the file that take nothing amiss (`as_new`)."""
    with browser.new_context() as context:
        yield context


@pytest.fixture
def chat(kept_context: BrowserContext, live_app: str, livechat: Sandbox) -> Iterator[Chat]:
    livechat.faults.clear()
    with as_new(kept_context) as context:
        chat = Chat(context, live_app)
        chat.ready()
        yield chat


@pytest.fixture
def agent(livechat: Sandbox) -> AgentClient:
    return AgentClient(livechat.url, livechat.default.agent_token)


@pytest.fixture(scope="module")
def content_app() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "tests/browser/content_page.py"]
    options = ["--server.port", str(port), "--server.headless", "true"]
    options += ["--server.fileWatcherType", "none", "--browser.serverAddress", ELSEWHERE]
    process = subprocess.Popen(
        command + options,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    url = f"http://localhost:{port}"
    wait_for(f"{url}/_stcore/health", process, None)
    yield url
    process.terminate()
    process.wait(timeout=60)


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        yield context


@pytest.fixture
def content(phone: BrowserContext, content_app: str) -> Iterator[Content]:
    with as_new(phone) as context:
        yield Content(context.new_page(), content_app)
