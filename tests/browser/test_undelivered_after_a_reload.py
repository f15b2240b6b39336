"""What was not delivered when a visit ended: kept by the browser, and brought back to the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect
from playwright.sync_api import Page as Tab

from livechat.chat.outgoing import Delivery, Problem
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.conftest import live
from tests.driver import Page


def unreachable(sandbox: Sandbox) -> None:
    for action in ("start_chat", "send_event", "list_chats"):
        sandbox.faults.add(action, status=503, times=1_000)


def kept_by(page: Page) -> dict[str, Any]:
    """What the browser is given to keep."""
    visit = page.visit
    customer_id = visit.conversation.customer_id
    return {"visit": visit.id, "customer": customer_id, "messages": visit.undelivered}


@pytest.fixture
def kept(chatting: Page) -> dict[str, Any]:
    """What is kept of a visit that ends while LiveChat is out of reach."""
    unreachable(chatting.sandbox)
    chatting.say("Not yet delivered")
    found = kept_by(chatting)
    chatting.sandbox.faults.clear()
    return found


@pytest.fixture
def next_page(chatting: Page, kept: dict[str, Any]) -> Page:
    """The page after a reload."""
    return Page(chatting.sandbox, chatting.visit.identity)


FAILED = [("Not yet delivered", Delivery.FAILED, Problem.UNREACHABLE)]


def test_only_messages_that_livechat_lacks_are_kept(chatting: Page) -> None:
    assert chatting.visit.undelivered == []
    unreachable(chatting.sandbox)
    chatting.say("Not yet delivered")
    (message,) = chatting.visit.undelivered
    assert message["text"] == "Not yet delivered"


def test_it_is_shown_as_not_delivered_and_goes_on_demand(
    next_page: Page, kept: dict[str, Any]
) -> None:
    assert next_page.visit.take_over(kept)
    next_page.run()
    assert next_page.undelivered == FAILED
    next_page.visit.retry(kept["messages"][0]["id"])
    next_page.run()
    next_page.poll()
    assert next_page.undelivered == []
    assert next_page.texts.count("Not yet delivered") == 1


def test_it_is_taken_once(next_page: Page, kept: dict[str, Any]) -> None:
    assert next_page.visit.take_over(kept)
    assert not next_page.visit.take_over(kept)
    assert next_page.undelivered == FAILED


def test_what_has_arrived_after_all_is_there_once(chatting: Page) -> None:
    chatting.sandbox.faults.add("send_event", lose_answer=True)
    chatting.sandbox.faults.add("list_chats", status=503, times=1_000)
    chatting.say("Arrived")
    found = kept_by(chatting)
    assert [message["text"] for message in found["messages"]] == ["Arrived"]
    chatting.sandbox.faults.clear()
    reloaded = Page(chatting.sandbox, chatting.visit.identity)
    assert reloaded.visit.take_over(found)
    reloaded.poll()
    assert reloaded.undelivered == []
    assert reloaded.texts.count("Arrived") == 1


def test_what_arrives_later_is_no_longer_undelivered(chatting: Page) -> None:
    unreachable(chatting.sandbox)
    chatting.say("On its way")
    found = kept_by(chatting)
    chatting.sandbox.faults.clear()
    reloaded = Page(chatting.sandbox, chatting.visit.identity)
    assert reloaded.visit.take_over(found)
    chatting.poll(10)
    reloaded.poll()
    assert reloaded.undelivered == []
    assert reloaded.texts.count("On its way") == 1


def test_another_customers_is_thrown_away(sandbox: Sandbox, kept: dict[str, Any]) -> None:
    stranger = Page(sandbox)
    assert stranger.visit.take_over(kept)
    assert stranger.undelivered == []


def test_what_was_typed_before_the_customer_was_known_is_theirs(
    next_page: Page, kept: dict[str, Any]
) -> None:
    assert next_page.visit.take_over({**kept, "customer": None})
    assert next_page.undelivered == FAILED


def test_it_waits_until_the_customer_is_known(sandbox: Sandbox, kept: dict[str, Any]) -> None:
    sandbox.faults.add("token", status=503)
    page = Page(sandbox)
    assert not page.visit.take_over({**kept, "customer": None})
    page.poll(10)
    assert page.visit.take_over({**kept, "customer": None})


def test_a_text_that_is_too_long_stays_hopeless(next_page: Page, kept: dict[str, Any]) -> None:
    long = {"id": "m", "text": "x" * 20_000}
    assert next_page.visit.take_over({**kept, "messages": [long]})
    assert [problem for _, _, problem in next_page.undelivered] == [Problem.TOO_LONG]


@pytest.mark.parametrize(
    "found",
    [
        None,
        [],
        {},
        {"visit": 1, "messages": []},
        {"visit": "v", "messages": None},
        {"visit": "v", "messages": [None, {}, {"id": 1, "text": "x"}, {"id": "x", "text": ""}]},
    ],
)
def test_what_cannot_be_read_is_let_pass(page: Page, found: object) -> None:
    page.visit.take_over(found)
    assert page.undelivered == []


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
    unreachable(sandbox)
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
    unreachable(sandbox)
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
