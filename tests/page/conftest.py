"""The whole page, for the tests of what it is made of."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from livechat.api.accounts import Accounts
from livechat.page import guard
from livechat.page.browser import identity_cookie
from livechat.sandbox import Sandbox
from tests.conftest import live
from tests.driver import ORIGIN
from tests.page.whole_page import APP, configure


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "livechat" and "cannot be drawn" in record.msg:
            self.records.append(record)


@pytest.fixture(autouse=True)
def hidden() -> Iterator[list[logging.LogRecord]]:
    """What the guards have logged, which must be nothing: they would hide faults from the tests.

    A test in which something cannot be drawn clears it.
    """
    guard._note.cache_clear()
    kept, log = _Kept(), logging.getLogger("livechat")
    log.addHandler(kept)
    yield kept.records
    log.removeHandler(kept)
    assert not [record.getMessage() for record in kept.records]


@pytest.fixture
def app(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page of a customer who has not said anything yet.

    They come with a cookie: AppTest has no browser that could be asked for one.
    """
    organization_id = sandbox.default.organization_id
    known = Accounts(sandbox.url, sandbox.client_id, organization_id, ORIGIN).grant(None).identity
    assert known
    cookies = {identity_cookie.NAME: identity_cookie.encoded(known)}
    monkeypatch.setattr(type(st.context), "cookies", cookies)
    sandbox.requests.clear()
    configure(monkeypatch, **live(sandbox))
    return AppTest.from_file(APP, default_timeout=60)
