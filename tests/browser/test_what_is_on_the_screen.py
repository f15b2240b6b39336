"""What is on the visitor's screen, and what stays in its place there, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.conftest import live

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}

# A headless browser shows every tab.
HIDE = """hidden => {
    const visibility = hidden ? "hidden" : "visible";
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    Object.defineProperty(document, "visibilityState", { value: visibility, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""

SCROLLER = "[data-testid=stAppScrollToBottomContainer]"

# Where a message is in each frame that the browser paints: only observers of intersections are
# called when nothing can move it any more.
WATCH = """message => {
    message.tops = [];
    const look = () => {
        const observer = new IntersectionObserver(([seen]) => {
            observer.disconnect();
            message.tops.push(seen.boundingClientRect.top);
        });
        observer.observe(message);
        requestAnimationFrame(look);
    };
    look();
}"""

PASTE = """(field, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const how = { clipboardData, bubbles: true, cancelable: true };
    field.dispatchEvent(new ClipboardEvent("paste", how));
}"""


@pytest.fixture(scope="module")
def url(run_app: Apps, shared_sandbox: Sandbox) -> str:
    return run_app(**live(shared_sandbox, LIVECHAT_POLL_SECONDS="0.5", LIVECHAT_PUSH="off"))


@pytest.fixture
def context(browser: Browser, sandbox: Sandbox) -> Iterator[BrowserContext]:
    with browser.new_context() as context:
        yield context


class Talk:
    """A chat that a visitor has begun, and its agent."""

    def __init__(self, sandbox: Sandbox, page: Page) -> None:
        self._sandbox = sandbox
        page.get_by_test_id("stChatInput").locator("textarea").fill("Hello")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="End chat")).to_be_enabled()
        self._chat_id = next(iter(sandbox.default.chats))
        self._agent = AgentClient(sandbox.url, sandbox.default.agent_token)

    def answer(self, text: str) -> None:
        self._agent.say(text, customer_id="", chat_id=self._chat_id, active=True)

    def begin_thread(self) -> None:
        self._agent.end(self._chat_id)
        self._agent.say("Hello again", customer_id="", chat_id=self._chat_id, active=False)

    @property
    def marks(self) -> int:
        """How often LiveChat was told what has been seen."""
        return [r.action for r in self._sandbox.requests].count("mark_events_as_seen")


def poll(page: Page, sandbox: Sandbox, times: int = 3) -> None:
    """Lets the page look for news some times."""
    since = len(sandbox.requests)
    while [r.action for r in list(sandbox.requests)[since:]].count("list_chats") < times:
        page.wait_for_timeout(100)


def test_only_what_is_on_the_screen_is_seen(
    context: BrowserContext, url: str, sandbox: Sandbox
) -> None:
    page = context.new_page()
    page.goto(url)
    talk = Talk(sandbox, page)
    talk.answer("On the screen")
    expect(page.get_by_text("On the screen")).to_be_visible()
    poll(page, sandbox)
    assert talk.marks == 1
    expect(page).to_have_title("Chat with us")

    page.evaluate(HIDE, True)
    poll(page, sandbox)
    talk.answer("Behind another tab")
    expect(page).to_have_title("(1) Chat with us")
    talk.answer("And another one")
    expect(page).to_have_title("(2) Chat with us")
    expect(page.get_by_text("And another one")).to_be_visible()
    poll(page, sandbox)
    assert talk.marks == 1

    page.evaluate(HIDE, False)
    expect(page).to_have_title("Chat with us")
    poll(page, sandbox)
    assert talk.marks == 2


def test_a_page_that_opens_behind_another_tab_is_not_seen(
    context: BrowserContext, url: str, sandbox: Sandbox
) -> None:
    page = context.new_page()
    page.goto(url)
    talk = Talk(sandbox, page)
    page.close()
    talk.answer("While you were away")

    page = context.new_page()
    page.add_init_script(f"({HIDE})(true)")
    # As far away as LiveChat may be: the browser tells once the component is loaded.
    sandbox.faults.add("list_chats", delay=4)
    page.goto(url)
    expect(page.get_by_text("While you were away")).to_be_visible()
    expect(page).to_have_title("(1) Chat with us")
    poll(page, sandbox)
    assert talk.marks == 0

    page.evaluate(HIDE, False)
    expect(page).to_have_title("Chat with us")
    poll(page, sandbox)
    assert talk.marks == 1


def scroll(page: Page, top: int) -> None:
    """Scrolls there, once Streamlit does not scroll to the newest message any more."""
    scroller = page.locator(SCROLLER)
    while scroller.evaluate("scroller => scroller.scrollTop") != top:
        scroller.evaluate("(scroller, top) => { scroller.scrollTop = top }", top)
        page.wait_for_timeout(500)


# How many messages are shown at first, the newer thread, and after each "Show earlier messages".
# Only for the first of them has the older thread to be read.
SHOWN = [71, 120, 142]


def earlier(page: Page) -> Locator:
    return page.get_by_role("button", name="Show earlier messages")


def test_earlier_messages_do_not_move_what_is_read(
    context: BrowserContext, url: str, sandbox: Sandbox
) -> None:
    page = context.new_page()
    page.goto(url)
    talk = Talk(sandbox, page)
    page.goto("about:blank")
    for number in range(140):
        if number == 70:
            talk.begin_thread()
        talk.answer(f"message {number}\n" * (1 + number % 3))
    for viewport in (DESKTOP, PHONE):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        page.goto(url)
        stays_where_it_is(page)
    page.goto(url)
    holds_nobody_back(page, sandbox)


def stays_where_it_is(page: Page) -> None:
    messages = page.get_by_test_id("stChatMessage")
    expect(messages).to_have_count(SHOWN[0])
    for top, shown in zip((0, 40), SHOWN[1:], strict=True):
        scroll(page, top)
        message = messages.first.element_handle()
        assert message is not None
        before = message.evaluate("message => message.getBoundingClientRect().top")
        message.evaluate(WATCH)
        earlier(page).focus()
        earlier(page).press("Enter")
        expect(messages).to_have_count(shown)
        seen = message.evaluate("message => message.tops.length")
        page.wait_for_function("([m, n]) => m.tops.length > n + 10", arg=[message, seen])
        tops = message.evaluate("message => message.tops")
        assert max(abs(top - before) for top in tops) <= 2
    expect(page.get_by_text("Hello", exact=True)).to_have_count(1)
    expect(earlier(page)).to_have_count(0)


def holds_nobody_back(page: Page, sandbox: Sandbox) -> None:
    """Who scrolls while earlier messages are on their way."""
    messages = page.get_by_test_id("stChatMessage")
    expect(messages).to_have_count(SHOWN[0])
    scroll(page, 0)
    message = messages.first.element_handle()
    assert message is not None
    before = message.evaluate("message => message.getBoundingClientRect().top")
    sandbox.faults.add("list_threads", delay=2)
    earlier(page).click()
    page.mouse.wheel(0, 300)
    page.wait_for_function("s => document.querySelector(s).scrollTop >= 300", arg=SCROLLER)
    expect(messages).to_have_count(SHOWN[1])
    message.evaluate(WATCH)
    page.wait_for_function("m => m.tops.length > 10", arg=message)
    tops = message.evaluate("message => message.tops")
    assert max(abs(top - (before - 300)) for top in tops) <= 2


def test_a_hit_leads_to_its_message(context: BrowserContext, url: str, sandbox: Sandbox) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE)
    page.goto(url)
    talk = Talk(sandbox, page)
    for number in range(105):  # more than two pages
        talk.answer(f"line\n\n{number}")
    expect(page.get_by_text("line 104")).to_be_visible()
    expect(page.get_by_text("Hello", exact=True)).to_be_hidden()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_text("Search", exact=True).click()
    page.get_by_label("Search for").fill("héllo")
    page.get_by_role("dialog").get_by_role("button", name="You").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    message = page.get_by_test_id("stChatMessage").filter(has_text="Hello")
    expect(message).to_be_in_viewport()
    expect(message).to_be_focused()

    # Chromium itself takes half a minute to insert so many lines.
    field = page.get_by_test_id("stChatInput").locator("textarea")
    field.fill("ab")
    field.press("ArrowLeft")
    breaks = 8_000
    field.evaluate(PASTE, "\r\n" * breaks)
    expect(field).to_have_value("\n".join(["a", *[""] * (breaks - 1), "b"]))
    assert page.evaluate("document.scrollingElement.scrollHeight") <= PHONE["height"]
