"""The actors of the sandbox's tests."""

from __future__ import annotations

import pytest
from sandbox_actors import Agent, Customer

from livechat.sandbox import Sandbox


@pytest.fixture
def customer(sandbox: Sandbox) -> Customer:
    return Customer(sandbox)


@pytest.fixture
def agent(sandbox: Sandbox) -> Agent:
    return Agent(sandbox)
