"""What is pressed and typed together with a tick of the poll, as slow phones have it."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from livechat.page import words
from livechat.sandbox import Sandbox
from tests.browser.chat import Chat, newest_chat
from tests.driver import ask_as_agent

# Streamlit gathers all of that for one message: the tick, and what is done when it is heard.
WITH_A_TICK = """(element, act) => {
    const poll = document.querySelector("iframe[title*=autorefresh]").contentWindow;
    addEventListener("message", () => {
        if (act === "click") return element.click();
        const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
        set.call(element, act);
        element.dispatchEvent(new Event("input", { bubbles: true }));
        element.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    }, { once: true });
    window.ticks = (window.ticks ?? 1000) + 1;
    const type = "streamlit:setComponentValue";
    const tick = { isStreamlitMessage: true, type, value: window.ticks, dataType: "json" };
    const script = poll.document.createElement("script");
    script.textContent = `parent.postMessage(${JSON.stringify(tick)}, "*")`;
    poll.document.body.append(script);
}"""


def test_what_is_done_together_with_a_tick_is_seen(chat: Chat, livechat: Sandbox) -> None:
    chat.say("Hello")
    expect(chat.own("Hello").get_by_text("Delivered")).to_be_visible()
    sent = {"chat_id": newest_chat(livechat), "event": {"type": "message", "text": "row\n" * 50}}
    ask_as_agent(livechat, "send_event", json=sent)
    more = chat.button(words.say("show_more"))
    expect(more).to_be_visible()

    with_a_tick(more, "click")
    expect(chat.button(words.say("show_less"))).to_be_visible()

    chat.button(words.say("menu")).click()
    with_a_tick(chat.page.get_by_role("menuitem").get_by_text(words.say("search")), "click")
    search = chat.page.get_by_label(words.say("search_for"))
    expect(search).to_be_visible()

    with_a_tick(search, "hello")
    expect(chat.page.get_by_role("dialog").get_by_role("button", name="You")).to_be_visible()


def with_a_tick(element: Locator, act: str) -> None:
    """Clicks, or types and presses Enter."""
    element.evaluate(WITH_A_TICK, act)
