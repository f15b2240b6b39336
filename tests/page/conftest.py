"""The whole page, for the tests of what it is made of."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from livechat.sandbox import Sandbox
from tests.conftest import live
from tests.page.whole_page import APP, configure


@pytest.fixture
def app(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    configure(monkeypatch, **live(sandbox))
    return AppTest.from_file(APP, default_timeout=60)
