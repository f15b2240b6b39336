"""Whose chat it is: the head of the page, its first bubble, and whom a browser asks for them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import Browser, expect

from livechat.api.agent_client import AgentClient
from livechat.page import words
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import Chat, newest_chat
from tests.conftest import live

PHONE = {"width": 390, "height": 844}


def test_the_company_is_there_from_the_first_moment_on(
    browser: Browser, run_app: Apps, livechat: Sandbox, agent: AgentClient
) -> None:
    url = run_app(
        **live(livechat),
        LIVECHAT_TITLE="Flowers & Co",
        LIVECHAT_LOGO="livechat/page/icon.svg",
        LIVECHAT_GREETING="Welcome!",
        LIVECHAT_SUGGESTIONS="Where is my order?|Prices?",
        LIVECHAT_PRIVACY_URL="https://example.com/privacy",
    )
    with browser.new_context(viewport=PHONE) as context:  # type: ignore[arg-type]
        hosts = set[str]()
        context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        chat = Chat(context, url)
        title = chat.page.get_by_role("heading", level=1, name="Flowers & Co")
        expect(title).to_be_visible()
        expect(chat.page.get_by_role("link", name="Privacy")).to_be_visible()
        expect(chat.page.get_by_text("Online", exact=True)).to_be_visible()
        expect(chat.page).to_have_title("Flowers & Co")
        icon = chat.page.locator("link[rel~=icon]").get_attribute("href") or ""
        assert icon.startswith("data:image/svg+xml")

        # What is suggested is said by a press, once, and what is read stays where it is.
        greeting = chat.page.get_by_label("Chat message from Flowers & Co")
        at = greeting.bounding_box()
        chat.button("Where is my order?").dblclick()
        expect(chat.own("Where is my order?")).to_contain_text("Delivered")
        expect(chat.messages).to_have_count(1)
        expect(chat.page.get_by_role("button", name="Prices?")).to_have_count(0)
        expect(chat.input).to_be_focused()
        now = greeting.bounding_box()
        assert at
        assert now
        assert (at["x"], at["y"]) == (now["x"], now["y"])
        assert [r.action for r in livechat.requests].count("start_chat") == 1

        # Wherever one reads, the head is there, before what is read.
        chat_id = newest_chat(livechat)
        for number in range(12):
            agent.say(f"Line {number}\n" * 3, customer_id="", chat_id=chat_id, active=True)
        expect(chat.messages).to_have_count(13)
        chat.messages.last.hover()
        chat.page.mouse.wheel(0, 5_000)
        expect(greeting).not_to_be_in_viewport()
        head = title.bounding_box()
        assert head
        assert 0 <= head["y"] <= 56
        point = [head["x"] + 5, head["y"] + 5]
        assert chat.page.evaluate("([x, y]) => document.elementFromPoint(x, y).tagName", point) in (
            "H1",
            "SPAN",
        )

        # No picture or script was from elsewhere.
        assert hosts <= {"", urlsplit(url).netloc, urlsplit(livechat.url).netloc}


def test_who_leaves_a_message_is_asked_once_where_to_answer(
    browser: Browser, live_app: str, livechat: Sandbox, agent: AgentClient
) -> None:
    livechat.faults.clear()
    livechat.requests.clear()
    agent.accept_chats(False)
    for is_skipped in (True, False):
        with browser.new_context(viewport=PHONE) as context:  # type: ignore[arg-type]
            chat = Chat(context, live_app)
            away = chat.page.get_by_text(words.say("away"))
            expect(away).to_have_count(1)
            chat.say("Hello")
            field = chat.page.get_by_label(re.compile("if you have left by then"))
            expect(field).to_be_visible()
            expect(chat.page.get_by_text(re.compile("Nobody is here right now"))).to_have_count(1)
            if is_skipped:
                chat.button("Skip").click()
                expect(field).to_have_count(0)
                chat.say("Is anybody there?")
                expect(chat.own("Is anybody there?")).to_contain_text("Delivered")
                expect(field).to_have_count(0)
                chat.page.reload()
                is_told = "() => globalThis.livechatKeeper?.toldForms?.includes('skipped')"
                chat.page.wait_for_function(is_told)
                chat.say("Good night")
                expect(chat.own("Good night")).to_contain_text("Delivered")
            else:
                field.fill("ada@example.com")
                chat.page.reload()  # what is half filled in comes back
                expect(field).to_have_value("ada@example.com")
                chat.button("Save").click()
                expect(chat.page.get_by_text("we can answer by e-mail")).to_be_visible()
                told = [r.payload for r in livechat.requests if r.action == "update_customer"]
                assert told == [{"email": "ada@example.com"}]
            expect(field).to_have_count(0)
    agent.accept_chats(True)
