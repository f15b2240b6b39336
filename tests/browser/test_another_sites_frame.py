"""The page in another site's frame, and browsers that keep no cookies of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect

from livechat.api.agent_client import AgentClient
from livechat.chat.outgoing import Problem
from livechat.page import words
from livechat.sandbox import Sandbox
from livechat.visit import Keeps
from tests.browser import engines
from tests.browser.apps import Apps
from tests.browser.chat import newest_chat
from tests.browser.engines import Tab
from tests.browser.visitors import Chat, Visitor
from tests.conftest import live, until
from tests.field import browsers, frames

# The README's line, as the environment has it.
IN_FRAMES = {"STREAMLIT_SERVER_XSRF_COOKIE_SAME_SITE": "none"}

NOTES = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"notes"}

# What a frame may be refused as well.
NO_WORD_BETWEEN_TABS = """(() => {
    const refuse = () => { throw new DOMException("blocked", "SecurityError"); };
    Object.defineProperty(window, "BroadcastChannel", { get: refuse });
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


def is_whole(chat: Chat) -> None:
    expect(chat.app.get_by_text("Ready when you are")).to_be_visible()
    expect(chat.app.locator(".st-key-greeting .typed")).to_be_visible()


def allowing(browser: Browser, _: Path) -> AbstractContextManager[BrowserContext]:
    return browser.new_context(ignore_https_errors=True)


@pytest.mark.parametrize("opened", [allowing, browsers.without_others_cookies])
def test_in_another_sites_frame_the_visitor_is_kept_and_files_go(
    browser: Browser,
    opened: Callable[[Browser, Path], AbstractContextManager[BrowserContext]],
    shop: str,
    profile: Path,
    sandbox: Sandbox,
) -> None:
    sandbox.faults.add("token", delay=2)  # whoever asks second would overtake the first
    with opened(browser, profile) as context:
        visitor = Visitor(context, shop, frames.chat_in)
        first, second = visitor.opens_at_once(2)
        first.says("Hello")
        second.has("Hello")
        (cookie,) = [c for c in context.cookies() if c["name"] == "__Host-livechat"]
        kept = {name: cookie.get(name) for name in ("secure", "sameSite", "partitionKey")}
        assert kept == {"secure": True, "sameSite": "None", "partitionKey": "https://localhost"}
        for keeps in (Keeps.TAB, Keeps.NOTHING):
            expect(first.app.get_by_text(words.say("kept", of=keeps))).to_have_count(0)
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


# Where everything is, and what of Streamlit's own is to be seen.
LOOKS = """() => {
    const AREA = "[data-testid=stChatInputTextArea]";
    const parts = [".st-key-header h1", ".face", ".st-key-greeting .typed", ".st-key-row", AREA];
    const boxOf = (part) => JSON.stringify(document.querySelector(part).getBoundingClientRect());
    const own = document.querySelectorAll("[data-testid=stToolbar] *, [data-testid=stDecoration]");
    const seen = [...own].filter((node) => node.checkVisibility() && node.clientHeight);
    return [parts.map(boxOf), seen.map((node) => node.dataset.testid)];
}"""


def test_in_a_frame_it_looks_as_the_page_itself_does(
    browser: Browser, shop: str, sandbox: Sandbox
) -> None:
    with browser.new_context(
        ignore_https_errors=True,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
    ) as context:
        framed = Visitor(context, shop, frames.chat_in).opens()
        is_whole(framed)
        frame = framed.tab.frames[1]
        alone = Visitor(context, frame.url.replace("?embed=true", "")).opens()
        is_whole(alone)
        assert frame.evaluate(LOOKS) == alone.tab.evaluate(LOOKS)
        framed.button("More").click()
        framed.app.get_by_text(words.say("alerts")).click()
        expect(framed.app.get_by_text(words.say("alerts_impossible"))).to_be_visible()


def test_what_comes_while_the_frame_is_closed_is_not_seen(
    browser: Browser, shop: str, sandbox: Sandbox
) -> None:
    agent = AgentClient(sandbox.url, sandbox.default.agent_token)

    def marks() -> int:
        return [record.action for record in sandbox.requests].count("mark_events_as_seen")

    with browser.new_context(ignore_https_errors=True) as context:
        chat = Visitor(context, shop, frames.chat_in).opens()
        chat.says("Hello")
        frame = chat.tab.locator("iframe")
        frame.evaluate("frame => { frame.style.display = 'none'; }")
        page = chat.tab.frames[1]
        page.wait_for_function("() => document.hidden", polling=100)
        agent.say("Good day", customer_id="", chat_id=newest_chat(sandbox), active=True)
        page.wait_for_function("() => document.title.startsWith('(1)')", polling=100)
        assert marks() == 0
        frame.evaluate("frame => { frame.style.display = 'block'; }")
        page.wait_for_function("() => !document.title.startsWith('(1)')", polling=100)
        chat.has("Hello", "Good day")
        until(chat.tab, lambda: bool(marks()))


def test_where_no_cookie_can_be_the_tab_knows_who_it_is(
    browser: Browser, shop: str, sandbox: Sandbox
) -> None:
    with browser.new_context(ignore_https_errors=True) as context:
        browsers.make_cookies_throw(context)
        context.add_init_script(NO_WORD_BETWEEN_TABS)
        errors: list[str] = []
        context.on("weberror", lambda error: errors.append(str(error.error)))
        visitor = Visitor(context, shop, frames.chat_in)
        chat = visitor.opens()
        chat.says("Hello")
        expect(chat.app.get_by_text(words.say("kept", of=Keeps.TAB))).to_have_count(1)
        chat.input.fill("A draft")
        chat.tab.reload()
        chat.has("Hello")
        expect(chat.input).to_have_value("A draft")
        chat.input.fill("")
        expect(chat.app.get_by_text(words.say("kept", of=Keeps.TAB))).to_have_count(1)
        attaches(chat)
        chat.has("Hello", words.say("undelivered", of=Problem.FILE_NEEDS_COOKIE))
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
        assert errors == []


def test_where_all_cookies_are_forbidden_the_page_works_and_says_that_nothing_is_kept(
    browser: Browser, shop: str, run_app: Apps, profile: Path, sandbox: Sandbox
) -> None:
    with browsers.without_cookies(browser, profile) as context:
        visitor = Visitor(context, shop, frames.chat_in)
        chat = visitor.opens()
        expect(chat.app.get_by_text(words.say("kept", of=Keeps.NOTHING))).to_have_count(1)
        chat.says("Hello")
        attaches(chat)
        chat.has("Hello", words.say("undelivered", of=Problem.FILE_NEEDS_COOKIE))
        assert len(sandbox.default.customers) == 1
        # The same, and more, where a frame says so by errors.
        browsers.make_cookies_throw(context)
        context.add_init_script(NO_WORD_BETWEEN_TABS)
        another = visitor.opens()
        another.says("Hello again")
        attaches(another)
        another.has("Hello again", words.say("undelivered", of=Problem.FILE_NEEDS_COOKIE))
        expect(another.app.get_by_text(words.say("kept", of=Keeps.NOTHING))).to_have_count(1)
        another.forgets()
        # Without Streamlit's protection a file needs no cookie.
        settings = live(sandbox, STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION="false")
        unprotected = run_app.directly(**settings)
        unguarded = Visitor(context, unprotected).opens()
        attaches(unguarded)
        unguarded.has("notes.txt")
        expect(unguarded.messages.last.get_by_role("link")).to_be_visible()


# In the frame the drivers of these can press nothing.
SAY = """() => {
    const area = document.querySelector("[data-testid=stChatInputTextArea]");
    const { set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
    set.call(area, "Hello");
    area.dispatchEvent(new Event("input", { bubbles: true }));
}"""
ATTACH = """() => {
    const files = new DataTransfer();
    files.items.add(new File(["notes"], "notes.txt", { type: "text/plain" }));
    const input = document.querySelector("[data-testid=stChatInput] input[type=file]");
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
}"""
SEND = "() => document.querySelector('[data-testid=stChatInputSubmitButton]').click()"
CAN_SEND = "//*[@data-testid='stChatInputSubmitButton'][not(@disabled)]"
IS_UP = "//*[@data-testid='stFileChip'][not(.//*[@data-testid='stFileChipIconSpinner'])]"
READY = "//*[contains(text(), 'Ready when you are')]"


def message(text: str) -> str:
    return f"//*[@data-testid='stChatMessage'][contains(., '{text}')]"


def test_in_firefox_the_frame_has_a_cookie(
    playwright: Playwright, shop: str, sandbox: Sandbox
) -> None:
    with engines.firefox(playwright) as tab:
        says_and_attaches(tab, shop)
        tab.see(message("notes.txt") + "[contains(., 'Delivered')]")
        tab.reload()
        tab.enter_frame()
        tab.see(message("Hello"))
        tab.see(message("notes.txt"))
        assert "__Host-livechat=" in tab.run("() => document.cookie")
    assert len(sandbox.default.customers) == 1


def test_in_webkit_the_tab_knows_who_it_is(shop: str, sandbox: Sandbox) -> None:
    with engines.webkit() as tab:
        says_and_attaches(tab, shop)
        tab.see(message(words.say("undelivered", of=Problem.FILE_NEEDS_COOKIE)))
        tab.run("() => document.querySelector('.st-key-transcript button').click()")
        tab.reload()
        tab.enter_frame()
        tab.see(f"//*[.='{words.say('kept', of=Keeps.TAB)}']")
        tab.see(message("Hello"))
        assert tab.run("() => document.cookie") == ""
    assert len(sandbox.default.customers) == 1


def says_and_attaches(tab: Tab, shop: str) -> None:
    tab.open(shop)
    tab.enter_frame()
    tab.see(READY)
    tab.run(ATTACH)
    tab.see(IS_UP)
    tab.run(SAY)
    tab.see(CAN_SEND)
    tab.run(SEND)
