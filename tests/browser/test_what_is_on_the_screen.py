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


@pytest.fixture
def long_talk(context: BrowserContext, url: str, sandbox: Sandbox) -> Page:
    """A page with the newest of many messages, in two threads."""
    page = context.new_page()
    page.goto(url)
    talk = Talk(sandbox, page)
    page.goto("about:blank")
    for number in range(140):
        if number == 70:
            talk.begin_thread()
        talk.answer(f"message {number}\n" * (1 + number % 3))
    page.goto(url)
    expect(page.get_by_text("message 139")).to_be_visible()
    return page


def scroll(page: Page, top: int) -> None:
    """Scrolls there, once Streamlit does not scroll to the newest message any more."""
    scroller = page.locator(SCROLLER)
    while scroller.evaluate("scroller => scroller.scrollTop") != top:
        scroller.evaluate("(scroller, top) => { scroller.scrollTop = top }", top)
        page.wait_for_timeout(500)


def earlier(page: Page) -> Locator:
    return page.get_by_role("button", name="Show earlier messages")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_earlier_messages_do_not_move_what_is_read(
    long_talk: Page, viewport: dict[str, int]
) -> None:
    page = long_talk
    page.set_viewport_size(viewport)  # type: ignore[arg-type]
    messages = page.get_by_test_id("stChatMessage")
    for top in (0, 40):
        scroll(page, top)
        message = messages.first.element_handle()
        assert message is not None
        before = message.evaluate("message => message.getBoundingClientRect().top")
        message.evaluate(WATCH)
        shown = messages.count()
        earlier(page).focus()
        earlier(page).press("Enter")
        expect(messages).not_to_have_count(shown)
        page.wait_for_timeout(1000)
        tops = message.evaluate("message => message.tops")
        assert len(tops) > 10
        assert max(abs(top - before) for top in tops) <= 2
    expect(page.get_by_text("Hello", exact=True)).to_have_count(1)
    expect(earlier(page)).to_have_count(0)


def test_who_scrolls_is_not_held_back(long_talk: Page, sandbox: Sandbox) -> None:
    page = long_talk
    earlier(page).click()
    expect(page.get_by_text("message 70")).to_have_count(1)
    scroll(page, 0)
    messages = page.get_by_test_id("stChatMessage")
    message = messages.first.element_handle()
    assert message is not None
    before = message.evaluate("message => message.getBoundingClientRect().top")
    shown = messages.count()
    sandbox.faults.add("list_threads", delay=4)
    earlier(page).click()
    page.mouse.wheel(0, 300)
    page.wait_for_function("s => document.querySelector(s).scrollTop >= 300", arg=SCROLLER)
    expect(messages).not_to_have_count(shown)
    page.wait_for_timeout(1000)
    after = message.evaluate("message => message.getBoundingClientRect().top")
    assert abs(after - (before - 300)) <= 2
