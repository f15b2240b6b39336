"""The app and LiveChat for a browser: each file has its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox, start
from tests.browser.apps import Apps
from tests.browser.chat import Chat
from tests.conftest import live

# Generous: the machine may be busy, and nothing here measures speed.
expect.set_options(timeout=20_000)


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


@pytest.fixture
def chat(browser: Browser, live_app: str, livechat: Sandbox) -> Iterator[Chat]:
    livechat.faults.clear()
    context = browser.new_context()
    chat = Chat(context, live_app)
    chat.ready()
    yield chat
    context.close()


@pytest.fixture
def agent(livechat: Sandbox) -> AgentClient:
    return AgentClient(livechat.url, livechat.default.agent_token)
