"""The running sandbox: starting, forgetting and ending it."""

from __future__ import annotations

import pytest
import requests

from livechat.sandbox import Sandbox, start
from tests.sandbox.actors import Customer


def test_reset(customer: Customer) -> None:
    sandbox = customer.sandbox
    settings = sandbox.settings()
    customer.start("hello")
    sandbox.clock.advance(60)
    sandbox.reset()
    assert sandbox.settings() == settings
    assert len(sandbox.requests) == 0
    assert customer.error("list_chats") == "authentication"


def test_a_stopped_sandbox_says_so() -> None:
    sandbox = start(port=0, bot=False)
    sandbox.stop()
    sandbox.stop()
    with pytest.raises(RuntimeError):
        sandbox.lodge(None)
    with pytest.raises(requests.ConnectionError):
        requests.get(sandbox.url)


def test_a_busy_port_is_an_error(sandbox: Sandbox) -> None:
    with pytest.raises(OSError, match="in use"):
        start(port=int(sandbox.url.rsplit(":", 1)[1]))
