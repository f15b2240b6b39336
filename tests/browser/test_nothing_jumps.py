"""What is on the screen stays where it is while more comes, and what comes begins where one reads.

The browser says how far what is seen is shifted (cumulative layout shift): here all of it counts,
also what comes right after the visitor has done something, which search engines leave out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from livechat.api.agent_client import AgentClient
from livechat.page import words
from livechat.sandbox import Sandbox, start
from tests.browser.apps import Apps
from tests.browser.chat import Chat, newest_chat
from tests.conftest import live

MOST = 0.02

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}

# What Streamlit loads when it first draws it.
LATE = "**/static/js/{Html,ChatInput,MenuButton,Button,ButtonGroup,TextInput,TextArea,Radio}.*.js"

WATCH = """
globalThis.shift = 0;
new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) shift += value;
}).observe({ type: "layout-shift", buffered: true });
"""

# Nothing is loading, nor moves any more, in so many frames in a row.
IS_STILL = """(frames) => new Promise((done) => {
    let before, since = 0;
    const look = () => {
        const scroller = document.querySelector("[data-testid=stAppScrollToBottomContainer]");
        const { scrollTop, scrollHeight } = scroller ?? {};
        const loading = document.querySelectorAll("[data-testid=stSkeleton]").length;
        const hidden = document.querySelectorAll("[data-testid=stForm]:not([data-livechat-whole])");
        const now = [scrollTop, scrollHeight, loading, hidden.length].join();
        since = now === before && !loading && !hidden.length ? since + 1 : 0;
        before = now;
        if (since === frames) done();
        else requestAnimationFrame(look);
    };
    look();
})"""


@pytest.fixture(scope="module")
def asking() -> Iterator[Sandbox]:
    """A LiveChat that asks who one is first."""
    sandbox = start(port=0, bot=False)
    sandbox.default.enabled_forms = {"prechat"}
    yield sandbox
    sandbox.stop()


@pytest.fixture(scope="module")
def asking_app(run_app: Apps, asking: Sandbox) -> str:
    return run_app(**live(asking))


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    how, is_late = request.param
    with browser.new_context(**how) as context:
        context.add_init_script(WATCH)
        if is_late:
            context.route(LATE, wait)
        yield context


def wait(route: Route) -> None:
    route.request.frame.page.wait_for_timeout(1_000)
    route.continue_()


def shift(page: Page) -> float:
    """How far what is seen was shifted since the last time, once nothing moves any more."""
    page.evaluate(IS_STILL, 30)
    return float(page.evaluate("() => { const all = shift; shift = 0; return all; }"))


@pytest.mark.parametrize(
    "context",
    [(PHONE, True), (DESKTOP, False)],
    ids=["phone-late", "desktop"],
    indirect=True,
)
def test_nothing_jumps(
    context: BrowserContext, live_app: str, livechat: Sandbox, agent: AgentClient
) -> None:
    chat = Chat(context, live_app)
    moved: dict[str, float] = {}

    def reopen(shown: str) -> None:
        chat.page.close()
        chat.page = context.new_page()
        chat.page.goto(live_app)
        expect(chat.page.get_by_text(shown).last).to_be_visible()

    def note(what: str) -> None:
        moved[what] = shift(chat.page)

    chat.ready()
    note("opening without a message")
    chat.say("Hello")
    expect(chat.button(words.say("end"))).to_be_enabled()
    note("first message")
    chat_id = newest_chat(livechat)
    agent.say("How can I help?", customer_id="", chat_id=chat_id, active=True)
    expect(chat.message("How can I help?")).to_be_visible()
    note("an agent's message")
    chat.button(words.say("menu")).click()
    note("menu")
    chat.page.get_by_role("menuitem", name=words.say("details")).click()
    expect(
        chat.page.get_by_role("dialog").get_by_role("button", name=words.say("save"))
    ).to_be_visible()
    note("dialog")
    chat.page.keyboard.press("Escape")
    expect(chat.page.get_by_role("dialog")).to_have_count(0)
    note("dialog that is closed")
    agent.say("A line\n" * 12, customer_id="", chat_id=chat_id, active=True)
    expect(chat.message("A line")).to_be_visible()
    agent.show("form", chat_id)
    form = chat.page.get_by_test_id("stForm")
    expect(form.locator("input").first).to_be_in_viewport()
    note("form")
    assert form.evaluate("form => form.getBoundingClientRect().top") < 100  # below the header
    chat.say("In a moment")
    expect(chat.own("In a moment")).to_be_in_viewport()
    note("own message")
    reopen("In a moment")
    note("opening with some messages")
    for number in range(40):
        agent.say(f"{number}\n" * (1 + number % 3), customer_id="", chat_id=chat_id, active=True)
    reopen("39")
    note("opening with many messages")
    chat.button(words.say("end")).click()
    expect(chat.page.get_by_text(words.say("rate_ask"))).to_be_in_viewport()
    note("end of the chat")
    assert {what: far for what, far in moved.items() if far > MOST} == {}


@pytest.mark.parametrize(
    "context", [(PHONE, True), (DESKTOP, False)], ids=["phone-late", "desktop"], indirect=True
)
def test_a_form_begins_at_its_top_and_what_waits_for_it_stays_in_sight(
    context: BrowserContext, asking_app: str
) -> None:
    page = context.new_page()
    page.goto(asking_app)
    name = page.get_by_test_id("stForm").locator("input").first
    expect(name).to_be_in_viewport()
    assert shift(page) < MOST
    expect(page.get_by_role("heading", name=words.say("title"))).to_be_in_viewport()
    expect(name).to_be_in_viewport()

    page.get_by_test_id("stChatInputTextArea").fill("Is anybody there?")
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_label("Chat message from You")).to_be_in_viewport()
    expect(name).to_be_focused()
    assert shift(page) < MOST
    expect(name).to_be_in_viewport()
    expect(page.get_by_label("Chat message from You")).to_be_in_viewport()


@pytest.mark.parametrize("context", [(PHONE, False)], ids=["phone"], indirect=True)
def test_what_never_comes_closes_nothing(context: BrowserContext, asking_app: str) -> None:
    page = context.new_page()
    page.route("**/static/js/Html.*.js", lambda route: route.abort())
    page.goto(asking_app)
    expect(page.get_by_test_id("stForm").locator("input").first).to_be_in_viewport()
