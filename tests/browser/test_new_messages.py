"""What tells of new messages: a button, a line, the title, a sound and a notification."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from livechat.api.agent_client import AgentClient
from livechat.page import words
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import Chat, newest_chat
from tests.browser.test_what_is_on_the_screen import HIDE, scroll, to_end
from tests.conftest import live

# What a person would hear and see besides the page.
WATCH = """
globalThis.tones = 0;
globalThis.notices = [];
const { start } = OscillatorNode.prototype;
OscillatorNode.prototype.start = function (at) {
    tones++;
    start.call(this, at);
};
globalThis.Notification = class extends Notification {
    constructor(title, how) {
        super(title, how);
        notices.push(`${title}: ${how.body}`);
    }
    // A headless Chromium grants it, and goes on saying here that it is denied.
    static get permission() {
        return localStorage.getItem("granted") ? "granted" : "denied";
    }
};
"""

LINE = "[data-livechat-new=New]"
TITLE = "Flowers & Co"


@pytest.fixture(scope="module")
def live_app(run_app: Apps, livechat: Sandbox) -> str:
    return run_app(**live(livechat, LIVECHAT_TITLE=TITLE))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(reduced_motion="reduce") as context:
        context.add_init_script(WATCH)
        yield context


def test_who_does_not_look_is_told(
    context: BrowserContext, live_app: str, livechat: Sandbox, agent: AgentClient
) -> None:
    chat = Chat(context, live_app)
    page = chat.page
    chat.say("Hello")
    expect(chat.button(words.say("end"))).to_be_enabled()
    chat_id = newest_chat(livechat)

    def answer(text: str) -> None:
        agent.say(text, customer_id="", chat_id=chat_id, active=True)

    answer("One line of many\n" * 60)
    expect(chat.messages.last).to_contain_text("many")

    # 1. Further up: how many there are, and where they begin.
    to_end(page)
    scroll(page, 0)
    answer("The first of two")
    expect(page.get_by_role("button", name=words.say("news_count", count=1))).to_be_visible()
    answer("The second of two")
    news = page.get_by_role("button", name=words.say("news_count", count=2))
    expect(news).to_be_visible()
    expect(page.locator(LINE)).to_contain_text("The first of two")
    news.click()
    messages = page.get_by_test_id("stChatMessage")
    expect(messages.get_by_text("The second of two")).to_be_in_viewport()
    expect(page.locator(LINE)).to_be_in_viewport()
    expect(news).to_have_count(0)
    chat.say("Thank you")
    expect(chat.own("Thank you")).to_be_in_viewport()
    expect(page.locator(LINE)).to_have_count(0)

    # 2. Behind another tab: the title; a sound and a notification only for who wants them.
    tell(page, answer, "In the title only")
    expect(page).to_have_title(words.say("title_unseen", count=1, title=TITLE))
    page.evaluate(HIDE, False)
    expect(page).to_have_title(TITLE)
    expect(page.locator(LINE)).to_contain_text("In the title only")
    assert page.evaluate("[tones, notices.length]") == [0, 0]

    sound, notices = (page.get_by_role("switch").nth(place) for place in (0, 1))
    choose_alerts(page)
    expect(sound).not_to_be_checked()
    expect(notices).to_be_disabled()
    expect(page.get_by_text(words.say("alerts_denied"))).to_be_visible()
    page.keyboard.press("Escape")
    context.grant_permissions(["notifications"])
    page.evaluate("localStorage.setItem('granted', 'yes')")
    choose_alerts(page)
    sound.check()
    notices.check()
    expect(notices).to_be_checked()
    page.keyboard.press("Escape")
    page.wait_for_function("tones === 2 && notices.length === 1")
    tell(page, answer, "Loud")
    page.wait_for_function("tones === 4 && notices.length === 2")
    kate = words.say("alert", name="Kate Novak")
    assert page.evaluate("notices.at(-1)") == f"{TITLE}: {kate}"

    # 3. Where another tab shows it there is nothing to tell, and what was switched on is on.
    other = Chat(context, live_app)
    expect(other.message("Loud")).to_be_in_viewport()
    other.page.wait_for_function("livechatScreen.alerting.hasLearnt")
    told = page.evaluate("livechatScreen.alerting.told.size")
    answer("In the other tab")
    expect(other.message("In the other tab")).to_be_in_viewport()
    page.wait_for_function("told => livechatScreen.alerting.told.size > told", arg=told)
    assert page.evaluate("[tones, notices.length]") == [4, 2]
    choose_alerts(other.page)
    expect(other.page.get_by_role("switch").first).to_be_checked()
    expect(other.page.get_by_role("switch").last).to_be_checked()


def choose_alerts(page: Page) -> None:
    page.get_by_role("button", name=words.say("menu"), exact=True).click()
    page.get_by_role("menuitem", name=words.say("alerts")).click()
    expect(page.get_by_role("switch").last).to_be_visible()


def tell(page: Page, answer: Callable[[str], None], text: str) -> None:
    """An answer, once the page is behind another tab and has learnt what is old."""
    page.wait_for_function("livechatScreen.alerting.hasLearnt")
    page.evaluate(HIDE, True)
    answer(text)
    expect(page.get_by_test_id("stChatMessage").get_by_text(text)).to_be_attached()
