"""Who may come back into a session (what a stranger gets over the wire: see tests/strangers)."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

from livechat.api.accounts import Identity
from livechat.page.browser.identity_cookie import NAME, encoded
from livechat.page.reconnecting import Sessions
from tests.driver import Page
from tests.strangers.visitor import XSRF


@pytest.fixture
def sessions() -> Sessions:
    return Sessions()


@pytest.fixture
def own(chatting: Page) -> Identity:
    """Whose the visit is."""
    identity = chatting.visit.identity
    assert identity
    return identity


def xsrf(token: bytes) -> dict[str, str]:
    """Streamlit's cookie, which is another one each time."""
    return {XSRF: generate_xsrf_token_string(token)}


def kept(identity: Identity) -> dict[str, str]:
    return {NAME: encoded(identity)}


def test_nobody_comes_into_what_is_no_session_or_no_more(
    sessions: Sessions, chatting: Page
) -> None:
    assert not sessions.is_entered("a", {})
    sessions.watch("a", chatting.visit, NAME, {})
    assert sessions.is_entered("a", {})
    sessions.forget("a")
    sessions.forget("a")
    assert not sessions.is_entered("a", {})


def test_of_a_visit_that_is_gone_nothing_is_kept(sessions: Sessions, chatting: Page) -> None:
    sessions.watch("a", Page(chatting.sandbox).visit, NAME, {})
    gc.collect()
    assert not sessions.is_entered("a", {})


def test_streamlits_cookie_tells_a_browser_until_the_visitors_own_does(
    sessions: Sessions, chatting: Page, own: Identity
) -> None:
    mine, another = xsrf(b"1" * 16), xsrf(b"2" * 16)
    sessions.watch("a", chatting.visit, NAME, mine)
    assert sessions.is_entered("a", xsrf(b"1" * 16))
    for strangers in ({}, another, {XSRF: "2||"}, {XSRF: mine[XSRF][:-20]}):
        assert not sessions.is_entered("a", strangers)
    assert sessions.is_entered("a", {**another, **kept(own)})
    assert not sessions.is_entered("a", mine)
    assert sessions.is_entered("a", kept(own))


def test_who_has_come_by_their_own_cookie_needs_it_to_the_letter(
    sessions: Sessions, chatting: Page, own: Identity
) -> None:
    sessions.watch("a", chatting.visit, NAME, kept(own))
    for strangers in (
        {},
        kept(replace(own, secret="0" * 64)),
        kept(replace(own, customer_id="another")),
        {f"__Host-{NAME}": encoded(own)},
        {NAME: f"{encoded(own)}A"},
    ):
        assert not sessions.is_entered("a", strangers)
    assert sessions.is_entered("a", kept(own))


def test_what_a_later_line_brings_counts_from_then_on(
    sessions: Sessions, chatting: Page, own: Identity
) -> None:
    sessions.watch("a", chatting.visit, NAME, {})
    assert sessions.is_entered("a", {})
    assert sessions.is_entered("a", kept(own))
    assert not sessions.is_entered("a", {})
