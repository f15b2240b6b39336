"""The page in another site's frame, and browsers that keep no cookies of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from livechat.chat.outgoing import Problem
from livechat.page import words
from livechat.sandbox import Sandbox
from livechat.visit import Keeps
from tests.browser.apps import Apps
from tests.browser.visitors import Chat, Visitor
from tests.conftest import live
from tests.field import browsers, frames

# The README's line, as the environment has it.
IN_FRAMES = {"STREAMLIT_SERVER_XSRF_COOKIE_SAME_SITE": "none"}

NOTES = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"notes"}

# A phone's, and as it is in the shop's corner.
PHONE = {"width": 390, "height": 844}

# Whatever a frame may be refused.
NOTHING_THERE = """(() => {
    const refuse = () => { throw new DOMException("blocked", "SecurityError"); };
    for (const name of ["sessionStorage", "localStorage", "BroadcastChannel"]) {
        Object.defineProperty(window, name, { get: refuse });
    }
    Object.defineProperty(Navigator.prototype, "locks", { value: undefined });
})()"""


@pytest.fixture(scope="module")
def app(run_app: Apps, shared_sandbox: Sandbox) -> str:
    return run_app.directly(**live(shared_sandbox, LIVECHAT_POLL_SECONDS="1"), **IN_FRAMES)


@pytest.fixture
def shop(app: str, tmp_path: Path) -> Iterator[str]:
    """The address of another site's page with the app in a frame."""
    (tmp_path / "shop").mkdir()
    with frames.shop(app, tmp_path / "shop") as url:
        yield url


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    folder = tmp_path / "profile"
    folder.mkdir()
    return folder


def attaches(chat: Chat) -> None:
    chat.app.locator("input[type=file]").set_input_files([NOTES])  # type: ignore[list-item]
    expect(chat.app.get_by_test_id("stFileChip")).to_be_visible()
    expect(chat.app.get_by_test_id("stFileChipIconSpinner")).to_have_count(0)
    chat.button("Send message").click()


def new_context(browser: Browser, _: Path) -> AbstractContextManager[BrowserContext]:
    return browser.new_context(ignore_https_errors=True, viewport=PHONE)  # type: ignore[arg-type]


@pytest.mark.parametrize("opened", [new_context, browsers.without_others_cookies])
def test_in_another_sites_frame_the_visitor_is_kept_and_files_go(
    browser: Browser,
    opened: Callable[[Browser, Path], AbstractContextManager[BrowserContext]],
    shop: str,
    profile: Path,
    sandbox: Sandbox,
) -> None:
    with opened(browser, profile) as context:
        visitor = Visitor(context, shop, frames.chat_in)
        first, second = visitor.opens_at_once(2)
        first.says("Hello")
        second.has("Hello")
        (cookie,) = [c for c in context.cookies() if c["name"] == "__Host-livechat"]
        kept = {name: cookie.get(name) for name in ("secure", "sameSite", "partitionKey")}
        assert kept == {"secure": True, "sameSite": "None", "partitionKey": "https://localhost"}
        for said in words.KEPT.values():
            expect(first.app.get_by_text(said)).to_have_count(0)
        second.tab.reload()
        attaches(second)
        second.has("Hello", "notes.txt")
        expect(second.messages.last.get_by_role("link")).to_be_visible()
        assert len(sandbox.default.customers) == 1
        first.forgets()
        second.is_forgotten()
        assert visitor.cookies == []
        second.tab.reload()
        second.says("Somebody new")
        second.has("Somebody new")


def test_where_no_cookie_can_be_the_tab_knows_who_it_is(
    browser: Browser, shop: str, sandbox: Sandbox
) -> None:
    with browser.new_context(ignore_https_errors=True) as context:
        browsers.make_cookies_throw(context)
        visitor = Visitor(context, shop, frames.chat_in)
        chat = visitor.opens()
        chat.says("Hello")
        expect(chat.app.get_by_text(words.KEPT[Keeps.TAB])).to_have_count(1)
        chat.tab.reload()
        chat.has("Hello")
        expect(chat.app.get_by_text(words.KEPT[Keeps.TAB])).to_have_count(1)
        attaches(chat)
        chat.has("Hello", words.UNDELIVERED[Problem.FILE_NEEDS_COOKIE])
        # It has left the page, and hears nothing.
        chat.tab.goto("about:blank")
        other = visitor.opens()
        other.says("In a tab of its own")
        other.has("In a tab of its own")
        other.forgets()
        chat.tab.goto(shop)
        other.tab.reload()
        for tab in (chat, other):
            tab.says("Somebody new")
            tab.has("Somebody new")


def test_where_all_cookies_are_forbidden_the_page_works_and_says_that_nothing_is_kept(
    browser: Browser, app: str, profile: Path, sandbox: Sandbox
) -> None:
    with browsers.without_cookies(browser, profile) as context:
        visitor = Visitor(context, app)
        chat = visitor.opens()
        expect(chat.app.get_by_text(words.KEPT[Keeps.NOTHING])).to_have_count(1)
        chat.says("Hello")
        attaches(chat)
        chat.has("Hello", words.UNDELIVERED[Problem.FILE_NEEDS_COOKIE])
        assert len(sandbox.default.customers) == 1
        # The same, and more, where a frame says so by errors.
        browsers.make_cookies_throw(context)
        context.add_init_script(NOTHING_THERE)
        another = visitor.opens()
        another.says("Hello again")
        attaches(another)
        another.has("Hello again", words.UNDELIVERED[Problem.FILE_NEEDS_COOKIE])
        expect(another.app.get_by_text(words.KEPT[Keeps.NOTHING])).to_have_count(1)
        another.forgets()


def test_without_streamlits_protection_files_need_no_cookie(
    browser: Browser, run_app: Apps, profile: Path, sandbox: Sandbox
) -> None:
    app = run_app.directly(**live(sandbox), STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION="false")
    with browsers.without_cookies(browser, profile) as context:
        chat = Visitor(context, app).opens()
        attaches(chat)
        chat.has("notes.txt")
        expect(chat.messages.last.get_by_role("link")).to_be_visible()
