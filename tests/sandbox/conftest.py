"""The actors of the sandbox's tests."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox_actors import Agent, Customer

from livechat.sandbox import Sandbox, start


@pytest.fixture
def customer(sandbox: Sandbox) -> Customer:
    return Customer(sandbox)


@pytest.fixture
def agent(sandbox: Sandbox) -> Agent:
    return Agent(sandbox)


@pytest.fixture
def tls_sandbox(tmp_path: Path) -> Iterator[tuple[Sandbox, str]]:
    """A sandbox that speaks TLS, as the SDK insists on, and its certificate."""
    certificate, key = str(tmp_path / "certificate.pem"), str(tmp_path / "key.pem")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", key, "-out", certificate]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
    sandbox = start(port=0, bot=False, ssl_certfile=certificate, ssl_keyfile=key)
    yield sandbox, certificate
    sandbox.stop()
