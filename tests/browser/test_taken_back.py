"""What LiveChat takes back and changes, in a real browser that hears its pushes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import Chat, newest_chat
from tests.conftest import live
from tests.driver import ask_as_agent, change_an_event

SCROLLER = "[data-testid=stAppScrollToBottomContainer]"
TOP = "message => message.getBoundingClientRect().top"
SPOKEN = "() => [...document.querySelectorAll('[aria-live]')].map((r) => r.textContent).join('|')"


@pytest.fixture(scope="module")
def url(run_app: Apps, shared_sandbox: Sandbox) -> str:
    return run_app(**live(shared_sandbox, LIVECHAT_POLL_SECONDS="600"))


@pytest.fixture
def chat(browser: Browser, url: str, sandbox: Sandbox) -> Iterator[Chat]:
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        chat = Chat(context, url)
        chat.say("Hello")
        expect(chat.own("Hello").get_by_text("Delivered")).to_be_visible()
        yield chat


def hear(chat: Chat, sandbox: Sandbox, *texts: str) -> None:
    chat_id = newest_chat(sandbox)
    for text in texts:
        sent = {"chat_id": chat_id, "event": {"type": "message", "text": text}}
        ask_as_agent(sandbox, "send_event", json=sent)
    expect(chat.message(texts[-1])).to_have_count(1)


def show(sandbox: Sandbox, what: str) -> None:
    """The scripted agent shows something."""
    AgentClient(sandbox.url, sandbox.default.agent_token).show(what, newest_chat(sandbox))


def is_gone(chat: Chat, text: str) -> None:
    expect(chat.message(text)).to_have_count(0)


def remember(page: Page, chat: Chat, text: str) -> None:
    chat.messages.filter(has_text=text).evaluate("message => (window.kept = message)")


def is_kept(page: Page) -> Any:
    return page.evaluate("window.kept.isConnected && window.kept.textContent")


@pytest.mark.parametrize("gone", ["message 3.", "Hello"])
def test_what_is_read_stays_where_it_is(chat: Chat, sandbox: Sandbox, gone: str) -> None:
    texts = [f"This is message {number}." for number in range(30)]
    hear(chat, sandbox, *texts)
    read = chat.messages.filter(has_text="This is message 15.")
    read.evaluate("message => message.scrollIntoView({ block: 'center' })")
    chat.page.mouse.move(200, 400)
    chat.page.mouse.wheel(0, -40)
    chat.page.wait_for_timeout(300)  # Streamlit scrolls smoothly
    remember(chat.page, chat, "This is message 15.")
    before = read.evaluate(TOP)
    change_an_event(sandbox, gone if gone == "Hello" else f"This is {gone}", None)
    is_gone(chat, gone)
    assert is_kept(chat.page)
    chat.page.wait_for_timeout(300)
    assert abs(read.evaluate(TOP) - before) <= 1


def test_who_is_at_the_end_stays_there(chat: Chat, sandbox: Sandbox) -> None:
    hear(chat, sandbox, *[f"This is message {number}." for number in range(30)])
    chat.page.reload()  # many that come as one are read from the first of them, not from their end
    expect(chat.messages.last).to_be_in_viewport()
    change_an_event(sandbox, "This is message 28.", None)
    is_gone(chat, "message 28.")
    expect(chat.messages.last).to_be_in_viewport(ratio=1)
    change_an_event(sandbox, "This is message 29.", None)
    is_gone(chat, "message 29.")
    expect(chat.messages.last).to_contain_text("message 27.")
    expect(chat.messages.last).to_be_in_viewport(ratio=1)
    hear(chat, sandbox, "And then")
    expect(chat.message("And then")).to_be_in_viewport()


def test_nothing_of_it_is_said_as_news(chat: Chat, sandbox: Sandbox) -> None:
    hear(chat, sandbox, "One", "Two", "Three")
    chat.page.wait_for_function(f"({SPOKEN})().includes('Three')")
    before = chat.page.evaluate(SPOKEN)
    change_an_event(sandbox, "Two", "Two and a half")
    expect(chat.message("Two and a half")).to_be_visible()
    for gone in ("One", "Three"):
        change_an_event(sandbox, gone, None)
        is_gone(chat, gone)
    chat.page.wait_for_timeout(1_000)
    assert chat.page.evaluate(SPOKEN) == before
    hear(chat, sandbox, "Four")
    chat.page.wait_for_function(f"({SPOKEN})().includes('Four')")
    assert "Two" not in chat.page.evaluate(SPOKEN)


def test_the_line_of_what_is_new_stays_above_what_is_new(chat: Chat, sandbox: Sandbox) -> None:
    hear(chat, sandbox, *[f"This is message {number}." for number in range(20)])
    chat.page.reload()  # Streamlit still follows what has just come
    expect(chat.messages.last).to_be_in_viewport()
    chat.page.mouse.move(200, 400)
    for _ in range(8):  # as a hand does it: Streamlit takes one jump for what has grown
        chat.page.mouse.wheel(0, -40)
        chat.page.wait_for_timeout(100)
    assert not chat.page.evaluate("livechatScreen.reading.isAtEnd")
    hear(chat, sandbox, "New one", "New two", "New three")
    expect(chat.page.locator("#news")).to_contain_text("3")
    new = chat.page.locator("[data-livechat-new]:not([data-livechat-new=''])")
    expect(new).to_contain_text("New one")
    change_an_event(sandbox, "This is message 18.", None)
    is_gone(chat, "message 18.")
    expect(new).to_contain_text("New one")
    change_an_event(sandbox, "New one", None)
    is_gone(chat, "New one")
    expect(chat.page.locator("#news")).to_contain_text("2")
    expect(new).to_contain_text("New two")


def test_a_picture_that_is_open_and_is_taken_back_closes_nothing_else(
    chat: Chat, sandbox: Sandbox
) -> None:
    show(sandbox, "file")
    picture = chat.page.get_by_role("img", name="Green hills in the morning")
    expect(picture).to_be_visible()
    hear(chat, sandbox, "Look at this")
    picture.click()
    opened = chat.page.get_by_role("dialog")
    expect(opened).to_be_visible()

    def take_back() -> None:
        (thread,) = (t for c in sandbox.default.chats.values() for t in c.threads)
        event = next(e for e in thread.events if e.content.get("alternative_text"))
        event.deleted = True
        place = {"chat_id": newest, "thread_id": thread.id, "event_id": event.id}
        sandbox.default.push("event_deleted", place, next(iter(sandbox.default.customers)))

    newest = newest_chat(sandbox)
    sandbox._in_loop(take_back)
    expect(chat.messages.get_by_role("img", name="Green hills in the morning")).to_have_count(0)
    expect(opened).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(opened).to_be_hidden()
    expect(chat.message("Look at this")).to_be_visible()
    chat.say("Thank you")
    expect(chat.own("Thank you").get_by_text("Delivered")).to_be_visible()


def test_the_sandbox_shows_it(chat: Chat, sandbox: Sandbox) -> None:
    hear(chat, sandbox, "Good evening")
    show(sandbox, "edit")
    expect(chat.message("Good evening (edited)")).to_be_visible()
    show(sandbox, "delete")
    is_gone(chat, "I have changed what I wrote before.")
    show(sandbox, "delete_mine")
    is_gone(chat, "Hello")
    expect(chat.messages).to_have_count(3)


def test_an_order_is_one_line(chat: Chat, sandbox: Sandbox) -> None:
    show(sandbox, "order")
    expect(chat.page.get_by_text("Order #1001 placed · 59.00 EUR").first).to_be_visible()
    expect(chat.message("Thank you for your order!")).to_be_visible()
    assert not chat.page.get_by_text("Wants tulips").count()
