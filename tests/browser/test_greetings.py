"""A greeting of LiveChat's on the page: it comes without a jump, and an answer begins the chat."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect

from livechat.page import words
from livechat.sandbox import Sandbox
from livechat.sandbox.world.model import Target
from livechat.settings import VERSIONS
from tests.browser.apps import Apps
from tests.browser.chat import Chat
from tests.browser.test_nothing_jumps import MOST, WATCH, shift
from tests.conftest import live, until

SAID = "[role=log] p"
ASKS = "Can I help you choose?"


def greet(livechat: Sandbox, what: str = "buttons") -> None:
    """LiveChat shows the newest visitor a greeting."""
    livechat.greet(livechat.default, list(livechat.default.customers)[-1], what)


def greeting(chat: Chat) -> Locator:
    return chat.page.get_by_label("Chat message from Kate Novak").filter(has_text=ASKS)


def cross(chat: Chat) -> Locator:
    return chat.button(words.say("no_greeting"))


def said_in(livechat: Sandbox) -> list[str]:
    """The newest chat, as LiveChat has it."""
    *_, chat = livechat.default.chats.values()
    return [event.content.get("text", event.type) for event in chat.last_thread.events]


def test_it_comes_below_the_companys_own_and_is_told_a_screen_reader_once(
    chat: Chat, livechat: Sandbox
) -> None:
    greet(livechat)
    expect(greeting(chat)).to_be_visible()
    expect(greeting(chat)).to_contain_text("Customer Success")
    own = chat.page.get_by_label(f"Chat message from {words.say('company')}")
    below, above = greeting(chat).bounding_box(), own.bounding_box()
    assert below
    assert above
    assert below["y"] >= above["y"] + above["height"]
    told = f"Kate Novak: {ASKS}"
    expect(chat.page.locator(SAID).filter(has_text=told)).to_have_count(1)
    assert words.say("no_greeting") not in chat.page.locator(SAID).first.inner_text()

    chat.button("Yes please").click()
    expect(chat.own("Yes please")).to_contain_text("Delivered")
    expect(greeting(chat).get_by_role("button", name="✓ Yes please")).to_be_disabled()
    expect(cross(chat)).to_have_count(0)
    expect(greeting(chat)).to_have_count(1)
    assert said_in(livechat) == ["rich_message", "Yes please"]
    # The event that it has become is not said again.
    expect(chat.button(words.say("end"))).to_be_enabled()
    chat.page.evaluate("livechatAnnouncer.look()")
    expect(chat.page.locator(SAID).filter(has_text=told)).to_have_count(1)


def test_who_is_writing_when_it_comes_writes_on_and_begins_the_chat_with_it(
    browser: Browser, live_app: str, livechat: Sandbox
) -> None:
    with browser.new_context() as context:
        context.add_init_script(WATCH)
        chat = Chat(context, live_app)
        chat.ready()
        chat.input.click()
        chat.page.keyboard.type("Do you ha")
        shift(chat.page)
        greet(livechat, "message")
        expect(chat.message("Good to see you!")).to_be_visible()
        assert shift(chat.page) < MOST
        expect(chat.input).to_be_focused()
        chat.page.keyboard.type("ve it in blue?")
        expect(chat.input).to_have_value("Do you have it in blue?")
        chat.page.keyboard.press("Enter")
        expect(chat.own("Do you have it in blue?")).to_contain_text("Delivered")
        expect(chat.message("Good to see you!")).to_have_count(1)
        assert shift(chat.page) < MOST
        (good, own) = said_in(livechat)
        assert good.startswith("Good to see you!")
        assert own == "Do you have it in blue?"


def test_it_is_there_after_a_reload_until_a_cross_closes_it_for_good(
    chat: Chat, livechat: Sandbox
) -> None:
    greet(livechat)
    expect(greeting(chat)).to_be_visible()
    chat.page.reload()
    expect(greeting(chat)).to_be_visible()
    cross(chat).press("Enter")
    expect(greeting(chat)).to_have_count(0)
    expect(chat.input).to_be_focused()
    until(chat.page, lambda: not list(livechat.default.customers.values())[-1].greeting)
    chat.page.reload()
    chat.ready()
    expect(chat.page.locator("[data-testid=stChatMessage]")).to_have_count(1)
    expect(greeting(chat)).to_have_count(0)


def test_whatever_stands_in_one_takes_nothing_down(chat: Chat, livechat: Sandbox) -> None:
    greet(livechat)
    expect(greeting(chat)).to_be_visible()  # what is pushed from now on is heard
    customer_id = list(livechat.default.customers)[-1]
    odd = {
        "id": 1,
        "unique_id": "<b>/../x y",
        "agent": {"id": customer_id + "x", "name": "**Kate** <i>", "avatar": "/etc/passwd"},
        "event": {
            "type": "rich_message",
            "created_at": "2026-05-01T12:00:00Z",
            "template_id": "constructor",
            "elements": [
                {"title": "![x](https://example.com/x.png)", "image": {"url": "javascript:1"}},
                {
                    "buttons": [
                        {"text": "$x$", "postback_id": "a", "type": "url", "value": "data:,"}
                    ]
                },
            ],
        },
    }
    livechat.push(livechat.default, customer_id, "incoming_greeting", odd)
    shown = chat.page.get_by_label("Chat message from **Kate** <i>")
    expect(shown).to_contain_text("![x](https://example.com/x.png)")
    expect(shown.locator("img[src*=example], img[src*=passwd]")).to_have_count(0)
    own = {**odd, "unique_id": "own", "agent": {"id": customer_id, "name": "Me"}}
    livechat.push(livechat.default, customer_id, "incoming_greeting", own)
    expect(shown).to_have_count(0)
    chat.say("Still here")
    expect(chat.own("Still here")).to_contain_text("Delivered")


def test_a_tab_on_the_screen_has_what_a_hidden_one_was_shown(chat: Chat, livechat: Sandbox) -> None:
    greet(livechat)
    expect(greeting(chat)).to_be_visible()
    chat.page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { value: true, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    second = Chat(chat.context, chat.page.url)
    expect(greeting(second)).to_be_visible()
    second.button("Not now").click()
    expect(greeting(second)).to_have_count(0)
    second.page.close()


@pytest.mark.parametrize(("push", "is_shown"), [("on", True), ("off", False)])
def test_the_address_and_the_title_of_the_page_bring_one(
    browser: Browser, run_app: Apps, sandbox: Sandbox, push: str, is_shown: bool
) -> None:
    sandbox.default.targets = [Target("buttons", url="/?campaign=spring", title="Flowers")]
    url = run_app(
        **live(
            sandbox,
            LIVECHAT_PUSH=push,
            LIVECHAT_TITLE="Flowers & Co",
            LIVECHAT_QUERY_FIELDS="campaign",
        )
    )
    with browser.new_context() as context:
        chat = Chat(context, f"{url}/?campaign=spring&code=1")
        chat.ready()
        if is_shown:
            expect(greeting(chat)).to_be_visible()
        else:
            chat.say("Hello")
            expect(chat.own("Hello")).to_contain_text("Delivered")
            expect(greeting(chat)).to_have_count(0)


def test_who_is_new_is_welcomed_where_livechat_can(
    browser: Browser, run_app: Apps, sandbox: Sandbox
) -> None:
    sandbox.default.welcome_message = "Welcome to our shop!"
    url = run_app(**live(sandbox, LIVECHAT_API_VERSION=VERSIONS[-1]))
    with browser.new_context() as context:
        chat = Chat(context, url)
        expect(chat.message("Welcome to our shop!")).to_be_visible()
        expect(cross(chat)).to_have_count(0)
        chat.say("Hello")
        expect(chat.own("Hello")).to_contain_text("Delivered")
        assert said_in(sandbox) == ["Welcome to our shop!", "Hello"]
        expect(chat.button(words.say("end"))).to_be_enabled()
        expect(chat.message("Welcome to our shop!")).to_have_count(1)
