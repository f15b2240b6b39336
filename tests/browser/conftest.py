"""The app and LiveChat for a browser: each file has its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox, start
from tests.browser.apps import ELSEWHERE, Apps
from tests.browser.chat import Chat
from tests.browser.content import Content
from tests.conftest import as_new, live
from tests.field import front
from tests.field.front import Front
from tests.field.nginx import Certificate


@pytest.fixture(scope="session")
def in_front(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Iterator[Front]:
    """The README's nginx, one for all apps."""
    with front.serving(tmp_path_factory.mktemp("front"), certificate) as serving:
        yield serving


@pytest.fixture(scope="module")
def run_app(in_front: Front) -> Iterator[Apps]:
    """Starts the app: `run_app(**settings)` returns its address."""
    apps = Apps(in_front)
    yield apps
    apps.stop()


@pytest.fixture(scope="module")
def sandbox_app(run_app: Apps) -> str:
    """The app without configuration."""
    return run_app(tls=True)


@pytest.fixture(scope="module")
def livechat() -> Iterator[Sandbox]:
    """What `live_app` takes for LiveChat."""
    sandbox = start(port=0, bot=False)
    yield sandbox
    sandbox.stop()


@pytest.fixture(scope="module")
def live_app(run_app: Apps, livechat: Sandbox) -> str:
    return run_app(tls=True, **live(livechat))


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
def content_app(run_app: Apps) -> str:
    return run_app("tests/browser/content_page.py", STREAMLIT_BROWSER_SERVER_ADDRESS=ELSEWHERE)


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        yield context


@pytest.fixture
def content(phone: BrowserContext, content_app: str) -> Iterator[Content]:
    with as_new(phone) as context:
        yield Content(context.new_page(), content_app)
