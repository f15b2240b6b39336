"""A sandbox per test module, as new for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sandbox_actors import Agent, Customer

from livechat.sandbox import Sandbox, start


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    sandbox = start(port=0, bot=False)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


@pytest.fixture
def customer(sandbox: Sandbox) -> Customer:
    return Customer(sandbox)


@pytest.fixture
def agent(sandbox: Sandbox) -> Agent:
    return Agent(sandbox)
