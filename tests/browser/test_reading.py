"""What is read in a chat: pictures, sound, cards, emoji, as one visitor meets them on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from livechat.page import words
from livechat.sandbox import Sandbox
from tests.browser.chat import Chat, attach, newest_chat, png
from tests.driver import ask_as_agent


@pytest.fixture
def chat(browser: Browser, live_app: str) -> Iterator[Chat]:
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        chat = Chat(context, live_app)
        chat.ready()
        yield chat


def test_what_is_read_in_a_chat(chat: Chat, livechat: Sandbox) -> None:
    page = chat.page
    chat.say("🎉👍🏽")
    large = page.locator(".typed.emoji")
    expect(large).to_have_text("🎉👍🏽")
    expect(large).to_have_css("font-size", "40px")

    pictures_in_a_row_open_large(chat)
    what_a_picture_hides_is_not_seen(chat, livechat)
    cards_stand_in_a_row_for_the_keyboard_too(chat, livechat)
    sound_waits_until_it_is_wanted(chat, livechat)


def pictures_in_a_row_open_large(chat: Chat) -> None:
    page = chat.page
    attach(chat, ("a.png", "image/png", png(400, 300)), ("b.png", "image/png", png(300, 400)))
    chat.button("Send message").click()
    links = page.locator("a.picture")
    expect(links).to_have_count(2)
    expect(chat.messages).to_have_count(3)  # each is a message of its own
    first, second = (chat.messages.nth(place).bounding_box() for place in (1, 2))
    assert first
    assert second
    assert second["y"] - first["y"] - first["height"] <= 2
    expect(page.get_by_text("Delivered")).to_be_visible()

    page.wait_for_function("livechatScreen.lightbox.past")
    for way_back in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.evaluate("history.back()"),
    ):
        links.first.click()
        expect(page.get_by_role("dialog", name="a.png")).to_be_visible()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("dialog", name="b.png")).to_be_visible()
        way_back()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(links.first).to_be_focused()
        page.wait_for_function("!livechatScreen.lightbox.isLeaving")
    expect(chat.messages).to_have_count(3)


def what_a_picture_hides_is_not_seen(chat: Chat, livechat: Sandbox) -> None:
    chat.page.locator("a.picture").first.click()
    expect(chat.page.get_by_role("dialog")).to_be_visible()
    livechat.requests.clear()
    send(livechat, {"type": "message", "text": "Behind it"})
    expect(chat.messages.filter(has_text="Behind it")).to_be_attached()
    chat.page.wait_for_timeout(2_500)  # longer than until it would be told
    assert not is_marked_as_seen(livechat)
    chat.page.keyboard.press("Escape")
    for _ in range(600):
        if is_marked_as_seen(livechat):
            break
        chat.page.wait_for_timeout(100)
    assert is_marked_as_seen(livechat)


def is_marked_as_seen(livechat: Sandbox) -> bool:
    return "mark_events_as_seen" in [record.action for record in livechat.requests]


def cards_stand_in_a_row_for_the_keyboard_too(chat: Chat, livechat: Sandbox) -> None:
    page = chat.page
    button = {"text": "Take it", "postback_id": "take", "user_ids": []}
    elements = [{"title": f"Card {number}", "buttons": [button]} for number in range(3)]
    event = {"type": "rich_message", "template_id": "cards", "elements": elements}
    send(livechat, event)
    row = page.get_by_role("region", name=words.say("cards"))
    expect(row).to_be_visible()
    row.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")
    row.get_by_role("button", name="Take it").nth(2).click()
    expect(row.get_by_role("button", name="✓ Take it").first).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390


def sound_waits_until_it_is_wanted(chat: Chat, livechat: Sandbox) -> None:
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.url))
    files = {"file": ("voice.wav", b"RIFF", "audio/wav")}
    url = ask_as_agent(livechat, "upload_file", files=files)["url"]
    send(livechat, {"type": "file", "url": url})
    player = chat.page.get_by_label("voice.wav")
    expect(player).to_be_visible()
    assert player.evaluate("player => [player.paused, player.controls]") == [True, True]
    expect(chat.page.get_by_role("link", name="voice.wav")).to_be_visible()
    assert not [url for url in asked if url.endswith("voice.wav")]


def send(livechat: Sandbox, event: dict[str, object]) -> None:
    """An agent sends an event."""
    ask_as_agent(livechat, "send_event", json={"chat_id": newest_chat(livechat), "event": event})
