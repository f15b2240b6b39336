"""The app and LiveChat for a browser: each file has its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox, start
from tests.browser.apps import Apps
from tests.browser.chat import Chat
from tests.conftest import as_new, live


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
