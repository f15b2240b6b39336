"""What is on the visitor's screen, and what stays in its place there, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from livechat.api.agent_client import AgentClient
from livechat.page import words
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import MESSAGES
from tests.conftest import live, until

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

IS_IN_VIEW = """word => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node; (node = walker.nextNode()); ) {
        const at = node.data.indexOf(word);
        if (at < 0 || node.parentElement.closest("[role=dialog]")) continue;
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const { top } = range.getBoundingClientRect();
        return top > 0 && top < innerHeight;
    }
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
        page.wait_for_function("() => !JSON.stringify(sessionStorage).includes('Hello')")
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

    def wait_for_marks(self, page: Page, times: int) -> None:
        until(page, lambda: self.marks >= times)
        assert self.marks == times


def begin(context: BrowserContext, url: str, sandbox: Sandbox) -> tuple[Page, Talk]:
    """A page on which a visitor has begun a chat."""
    page = context.new_page()
    page.goto(url)
    talk = Talk(sandbox, page)
    return page, talk


def poll(page: Page, sandbox: Sandbox, times: int = 3) -> None:
    """Lets the page look for news some times."""
    since = len(sandbox.requests)
    until(
        page,
        lambda: [r.action for r in list(sandbox.requests)[since:]].count("list_chats") >= times,
    )


def shown(page: Page, text: str) -> Locator:
    return page.get_by_test_id("stChatMessage").get_by_text(text)


def test_only_what_is_on_the_screen_is_seen(
    context: BrowserContext, url: str, sandbox: Sandbox
) -> None:
    page, talk = begin(context, url, sandbox)
    talk.answer("On the screen")
    expect(shown(page, "On the screen")).to_be_visible()
    poll(page, sandbox)
    talk.wait_for_marks(page, 1)
    expect(page).to_have_title("Chat with us")

    page.evaluate(HIDE, True)
    poll(page, sandbox, times=1)  # which comes 15 s later where nobody looks
    talk.answer("Behind another tab")
    expect(page).to_have_title("(1) Chat with us")
    talk.answer("And another one")
    expect(page).to_have_title("(2) Chat with us")
    expect(shown(page, "And another one")).to_be_visible()
    poll(page, sandbox, times=1)
    assert talk.marks == 1

    page.evaluate(HIDE, False)
    expect(page).to_have_title("Chat with us")
    poll(page, sandbox)
    talk.wait_for_marks(page, 2)


def test_a_page_that_opens_behind_another_tab_is_not_seen(
    context: BrowserContext, url: str, sandbox: Sandbox
) -> None:
    page, talk = begin(context, url, sandbox)
    page.close()
    talk.answer("While you were away")

    page = context.new_page()
    page.add_init_script(f"({HIDE})(true)")
    # As far away as LiveChat may be: the browser tells once the component is loaded.
    sandbox.faults.add("list_chats", delay=4)
    page.goto(url)
    expect(shown(page, "While you were away")).to_be_visible()
    expect(page).to_have_title("(1) Chat with us")
    poll(page, sandbox, times=1)
    assert talk.marks == 0

    page.evaluate(HIDE, False)
    expect(page).to_have_title("Chat with us")
    talk.wait_for_marks(page, 1)


def test_who_unfolds_a_text_reads_on_where_it_was_cut(
    context: BrowserContext, url: str, sandbox: Sandbox
) -> None:
    page, talk = begin(context, url, sandbox)
    talk.answer("word " * 3_000)
    more = page.get_by_role("button", name="Show more")
    expect(page.get_by_text("word ").first).to_be_in_viewport()
    expect(more).not_to_be_in_viewport()  # what is taller than the window begins at its top
    to_end(page)
    expect(more).to_be_in_viewport()
    before = more.evaluate("button => button.getBoundingClientRect().top")
    more.click()
    expect(page.get_by_role("button", name="Show less")).to_be_attached()
    talk.answer("Below all of that")
    expect(page.get_by_role("button", name="1 new message")).to_be_visible()
    text = page.get_by_test_id("stChatMessage").filter(has_text="word")
    top = text.evaluate("message => message.getBoundingClientRect().top")
    assert -1_500 < top < before - 600
    expect(shown(page, "Below all of that")).not_to_be_in_viewport()


def to_end(page: Page) -> None:
    """Scrolls there, as a wheel does."""
    page.mouse.move(200, 200)
    while page.locator(SCROLLER).evaluate("s => s.scrollHeight - s.clientHeight - s.scrollTop") > 1:
        page.mouse.wheel(0, 10_000)
        page.wait_for_timeout(200)


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
    page, talk = begin(context, url, sandbox)
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
    messages = page.locator(MESSAGES)
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
    # An own message among them was not said now, so nobody is led to the end.
    assert not page.evaluate("livechatScreen.reading.isAtEnd")
    expect(earlier(page)).to_have_count(0)


def holds_nobody_back(page: Page, sandbox: Sandbox) -> None:
    """Who scrolls while earlier messages are on their way."""
    messages = page.locator(MESSAGES)
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
        if number == 50:
            talk.answer("row\n" * 200 + "the Cafe\u0301\n" + "row\n" * 60)
        talk.answer(f"line\n\n{number}")
    expect(shown(page, "line 104")).to_be_visible()
    expect(page.get_by_text("Hello", exact=True)).to_be_hidden()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_text(words.say("search"), exact=True).click()
    page.get_by_label("Search for").fill("héllo")
    page.get_by_role("dialog").get_by_role("button", name="You").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    message = page.locator(MESSAGES).filter(has_text="Hello")
    expect(message).to_be_in_viewport()
    expect(message).to_be_focused()
    # In a folded text it is what was sought that is on the screen.
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_text(words.say("search"), exact=True).click()
    page.get_by_label("Search for").fill("CAFÉ")
    page.get_by_role("dialog").get_by_role("button", name="Kate").click()
    page.wait_for_function(IS_IN_VIEW, arg="Cafe\u0301")
    # Who goes on writing goes on reading, until what they have written is sent.
    page.keyboard.type("About that:")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("thank you")
    talk.answer("You are welcome")
    expect(shown(page, "You are welcome")).to_be_attached()
    assert page.evaluate(IS_IN_VIEW, "Cafe\u0301")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Chat message from You").last).to_be_in_viewport()
    assert not page.evaluate(IS_IN_VIEW, "Cafe\u0301")

    field = page.get_by_test_id("stChatInput").locator("textarea")
    field.fill("ab")
    field.press("ArrowLeft")
    breaks = 2_000  # Chromium itself takes half a minute to insert four times as many
    field.evaluate(PASTE, "\r\n" * breaks)
    expect(field).to_have_value("\n".join(["a", *[""] * (breaks - 1), "b"]))
    assert page.evaluate("document.scrollingElement.scrollHeight") <= PHONE["height"]
