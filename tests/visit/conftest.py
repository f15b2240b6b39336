"""What the parts of a visit are tested with."""

from __future__ import annotations

import pytest

from livechat.sandbox import Sandbox
from tests.visit.scenes import Alone


@pytest.fixture
def alone(sandbox: Sandbox) -> Alone:
    return Alone(sandbox)
