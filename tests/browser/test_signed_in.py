"""Who is signed in elsewhere, and shares the browser with others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import Chat
from tests.conftest import live

HEADERS = {"X-Sub": "sub", "X-Email": "email", "X-Name": "name"}
ADA = {"X-Sub": "1", "X-Email": "ada@example.com", "X-Name": "Ada"}
BOB = {"X-Sub": "2", "X-Email": "bob@example.com", "X-Name": "Bob"}


@pytest.fixture(scope="module")
def signed_in_app(run_app: Apps, livechat: Sandbox) -> str:
    trusted = {"STREAMLIT_SERVER_TRUSTED_USER_HEADERS": json.dumps(HEADERS)}
    return run_app(**live(livechat, LIVECHAT_SIGNED_IN="on"), **trusted)


@pytest.fixture
def shared(browser: Browser) -> Iterator[BrowserContext]:
    """One browser, which several people use one after the other."""
    with browser.new_context() as context:
        yield context


@contextmanager
def used_by(context: BrowserContext, url: str, headers: dict[str, str]) -> Iterator[Chat]:
    context.set_extra_http_headers(headers)
    chat = Chat(context, url)
    try:
        chat.ready() if not context.cookies() else expect(chat.input).to_be_enabled()
        yield chat
    finally:
        chat.page.close()


def test_each_finds_their_own_chat_and_nobody_elses(
    shared: BrowserContext, signed_in_app: str, livechat: Sandbox
) -> None:
    with used_by(shared, signed_in_app, ADA) as chat:
        chat.say("This is Ada")
        expect(chat.own("This is Ada")).to_contain_text("Delivered")
    for headers in (BOB, {}):
        with used_by(shared, signed_in_app, headers) as chat:
            chat.say("This is somebody else")
            expect(chat.own("This is somebody else")).to_contain_text("Delivered")
            expect(chat.messages).to_have_count(1)
    with used_by(shared, signed_in_app, ADA) as chat:
        expect(chat.own("This is Ada")).to_be_visible()
        expect(chat.messages).to_have_count(1)
    names = {c.display_name for c in livechat.default.customers.values()}
    assert {"Ada", "Bob"} <= names
    cookies = [cookie["name"] for cookie in shared.cookies() if "livechat" in cookie["name"]]
    assert len(cookies) == 3


def test_who_is_signed_in_is_asked_for_no_name_and_may_change_it(
    shared: BrowserContext, signed_in_app: str, livechat: Sandbox
) -> None:
    with used_by(shared, signed_in_app, ADA) as chat:
        chat.button("More").click()
        chat.page.get_by_role("menuitem", name="Your details").click()
        name = chat.page.get_by_label("Name", exact=True)
        expect(name).to_have_value("Ada")
        expect(chat.page.get_by_label("E-mail")).to_have_value("ada@example.com")
        name.fill("Ada L.")
        chat.button("Save").click()
        expect(name).to_have_count(0)
    with used_by(shared, signed_in_app, ADA) as chat:
        chat.button("More").click()
        chat.page.get_by_role("menuitem", name="Your details").click()
        expect(chat.page.get_by_label("Name", exact=True)).to_have_value("Ada L.")


def test_who_forgets_this_device_takes_nothing_from_others(
    shared: BrowserContext, signed_in_app: str
) -> None:
    for headers in (ADA, BOB):
        with used_by(shared, signed_in_app, headers) as chat:
            chat.say(f"This is {headers['X-Name']}")
            expect(chat.own("This is")).to_contain_text("Delivered")
    with used_by(shared, signed_in_app, BOB) as chat:
        expect(chat.own("This is Bob")).to_be_visible()
        chat.button("More").click()
        chat.page.get_by_role("menuitem", name="Forget this device").click()
        chat.button("Forget me").click()
        expect(chat.page.get_by_text("This device has forgotten you.")).to_be_visible()
    with used_by(shared, signed_in_app, BOB) as chat:
        chat.say("Bob again")
        expect(chat.own("Bob again")).to_contain_text("Delivered")
        expect(chat.messages).to_have_count(1)
    with used_by(shared, signed_in_app, ADA) as chat:
        expect(chat.own("This is Ada")).to_be_visible()
