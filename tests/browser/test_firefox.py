"""The story of a chat in Firefox, as Debian has it: Playwright drives it over WebDriver BiDi."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import Chat, attach, newest_chat, png
from tests.conftest import be_patient, live, program

# What is wider than where it stands, and would be scrolled: where scroll bars take room, one would
# lie across the foot.
TOO_WIDE = """() => [...document.querySelectorAll("[data-testid=stBottom] *")]
    .filter((node) => node.clientWidth && getComputedStyle(node).overflowX !== "visible")
    .filter((node) => node.scrollWidth > node.clientWidth)
    .map((node) => `${node.className}: ${node.scrollWidth} in ${node.clientWidth}`)"""


@pytest.fixture
def firefox(playwright: Playwright) -> Iterator[BrowserContext]:
    browser = playwright.firefox.launch(
        executable_path=program("firefox-esr"), channel="moz-firefox"
    )
    with browser, browser.new_context(viewport={"width": 1024, "height": 768}) as context:
        be_patient(context)
        yield context


def test_the_story_of_a_chat(
    firefox: BrowserContext, run_app: Apps, livechat: Sandbox, agent: AgentClient
) -> None:
    chat = Chat(firefox, run_app(**live(livechat)))
    chat.ready()
    chat.say("Hello")
    expect(chat.own("Hello")).to_contain_text("Delivered")
    assert chat.page.evaluate(TOO_WIDE) == []

    agent.say("Good day", customer_id="", chat_id=newest_chat(livechat), active=True)
    expect(chat.messages.filter(has_text="Good day")).to_be_visible()

    attach(chat, ("teal.png", "image/png", png(40, 30)))
    chat.button("Send message").click()
    picture = chat.messages.get_by_role("img", name="teal.png")
    expect(picture).to_be_visible()

    chat.page.reload()
    expect(chat.messages).to_have_count(3)
    expect(picture).to_be_visible()

    chat.button("End chat").click()
    expect(chat.closed).to_be_visible()
    chat.say("One more thing")
    expect(chat.own("One more thing")).to_contain_text("Delivered")
    expect(chat.button("End chat")).to_be_enabled()
    assert len(livechat.default.customers) == 1
