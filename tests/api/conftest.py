"""What the client is tested with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from livechat.api.client import Client
from livechat.settings import Version
from tests.api.wire import Token, Wire, serving


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving() as wire:
        yield wire


@pytest.fixture
def client(wire: Wire, version: Version) -> Client:
    return Client(wire.url, "org", Token())
