"""One app for all visitors and strangers, and LiveChat for it; what is logged is kept."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from livechat.sandbox import Sandbox, start
from tests.browser.apps import Apps
from tests.conftest import apart, live

POLLS_EVERY = 0.5  # seconds

T = TypeVar("T")
Run = Callable[[Coroutine[Any, Any, T]], T]


@pytest.fixture(scope="session")
def livechat() -> Iterator[Sandbox]:
    sandbox = start(port=0, bot=False)
    yield sandbox
    sandbox.stop()


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app logs all that there is."""
    return tmp_path_factory.mktemp("app") / "log"


@pytest.fixture(scope="session")
def app(livechat: Sandbox, log: Path) -> Iterator[str]:
    """Nobody in it becomes a customer before they write."""
    with log.open("wb") as file:
        apps = Apps(log=file)
        settings = {
            "LIVECHAT_PUSH": "off",
            "LIVECHAT_AUTHORIZE": "message",
            "LIVECHAT_POLL_SECONDS": str(POLLS_EVERY),
            "STREAMLIT_LOGGER_LEVEL": "debug",
        }
        yield apps(**live(livechat, **settings))
        apps.stop()


@pytest.fixture(scope="session")
def run() -> Run[Any]:
    return apart
