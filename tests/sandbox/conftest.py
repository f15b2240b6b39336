"""The actors of the sandbox's tests, and their connections."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from websockets.sync.client import connect

from livechat.sandbox import Sandbox, start
from tests.sandbox.actors import Agent, Customer
from tests.sandbox.rtm_socket import Open, Socket


@pytest.fixture
def customer(sandbox: Sandbox) -> Customer:
    return Customer(sandbox)


@pytest.fixture
def agent(sandbox: Sandbox) -> Agent:
    return Agent(sandbox)


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
