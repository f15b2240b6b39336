"""The actors of the sandbox's tests, and their connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from websockets.sync.client import connect

from livechat.sandbox import Sandbox
from tests.sandbox.actors import Agent, Customer
from tests.sandbox.rtm_socket import Open, Socket


@pytest.fixture
def customer(sandbox: Sandbox) -> Customer:
    return Customer(sandbox)


@pytest.fixture
def agent(sandbox: Sandbox) -> Agent:
    return Agent(sandbox)


@pytest.fixture
def open_socket(customer: Customer) -> Iterator[Open]:
    with ExitStack() as opened:

        def open_(
            who: Customer = customer,
            version: str = "3.5",
            organization: str | None = None,
            query: str = "",
        ) -> Socket:
            address = who.sandbox.url.replace("http", "ws", 1)
            organization = organization or who.organization.organization_id
            url = f"{address}/v{version}/customer/rtm/ws?organization_id={organization}{query}"
            return Socket(who, opened.enter_context(connect(url, ping_interval=None)))

        yield open_


@pytest.fixture
def socket(open_socket: Open) -> Socket:
    socket = open_socket()
    socket.login()
    return socket


@pytest.fixture
def later_socket(open_socket: Open) -> Socket:
    """A connection of v3.6."""
    socket = open_socket(version="3.6")
    socket.login()
    return socket
