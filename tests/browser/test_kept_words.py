"""What was not delivered when a visit ended: kept by the browser, and brought back to the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect
from playwright.sync_api import Page as Tab

from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.conftest import live
from tests.driver import cut_off


@pytest.fixture(scope="module")
def url(run_app: Apps, shared_sandbox: Sandbox) -> str:
    return run_app(**live(shared_sandbox))


@pytest.fixture
def context(browser: Browser, sandbox: Sandbox) -> Iterator[BrowserContext]:
    with browser.new_context() as context:
        yield context


def say(tab: Tab, text: str) -> Locator:
    tab.get_by_test_id("stChatInput").locator("textarea").fill(text)
    tab.keyboard.press("Enter")
    message = tab.get_by_test_id("stChatMessage").filter(has_text=text)
    expect(message).to_be_visible()
    return message


def begin(context: BrowserContext, url: str) -> Tab:
    tab = context.new_page()
    tab.goto(url)
    say(tab, "Hello")
    expect(tab.get_by_role("button", name="End chat")).to_be_enabled()
    return tab


def test_a_reload_or_a_restart_loses_nothing_and_doubles_nothing(
    context: BrowserContext, run_app: Apps, sandbox: Sandbox
) -> None:
    url = run_app(**live(sandbox))
    tab = begin(context, url)
    cut_off(sandbox)
    message = say(tab, "Not yet delivered")
    tab.wait_for_timeout(1_000)
    tab.reload()
    sandbox.faults.clear()
    expect(message).to_contain_text("Not delivered")
    tab.wait_for_timeout(1_000)
    run_app.restart(url)
    while [r.action for r in sandbox.requests].count("token") < 3:
        tab.wait_for_timeout(100)
    tab.wait_for_timeout(2_000)
    expect(message).to_contain_text("Not delivered")
    tab.get_by_role("button", name="Retry").click()
    expect(message).to_contain_text("Delivered")
    tab.wait_for_timeout(1_000)
    tab.reload()
    expect(message).to_have_count(1)
    expect(message).to_contain_text("Delivered")
    chat = next(iter(sandbox.default.chats.values()))
    texts = [event.content.get("text") for event in chat.threads[-1].events]
    assert texts.count("Not yet delivered") == 1


def test_who_is_forgotten_leaves_nothing_behind(
    context: BrowserContext, url: str, sandbox: Sandbox
) -> None:
    tab = begin(context, url)
    cut_off(sandbox)
    say(tab, "My secret")
    tab.wait_for_timeout(500)
    assert "My secret" in tab.evaluate("JSON.stringify(sessionStorage)")
    tab.get_by_role("button", name="More").click()
    tab.get_by_text("Forget this device").click()
    tab.get_by_role("button", name="Forget me").click()
    expect(tab.get_by_text("This device has forgotten you.")).to_be_visible()
    tab.wait_for_function("() => !JSON.stringify(sessionStorage).includes('My secret')")
    tab.get_by_role("button", name="Start a new conversation").click()
    expect(tab.get_by_test_id("stChatMessage")).to_have_count(0)


def test_where_the_browser_keeps_nothing_the_chat_goes_on(
    context: BrowserContext, url: str
) -> None:
    context.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('blocked') } })"
    )
    tab = begin(context, url)
    say(tab, "And on it goes")
