"""LiveChat moves while a chat is on the screen, and the visitor sees nothing of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from livechat.api import route
from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox
from livechat.settings import VERSIONS
from tests.browser.apps import Apps
from tests.browser.chat import Chat, newest_chat
from tests.conftest import live, until

# What the page says besides messages, whenever it says it.
WATCH = """() => {
    window.said = new Set();
    const look = () => {
        const signs = "[data-testid=stAlert], [data-testid=stException], .st-key-row [role=status]";
        for (const sign of document.querySelectorAll(signs)) said.add(sign.textContent);
        requestAnimationFrame(look);
    };
    look();
}"""


@pytest.fixture
def chat(browser: Browser, run_app: Apps, livechat: Sandbox) -> Iterator[Chat]:
    """A chat on a page that hears by pushes alone, whose process has just begun."""
    livechat.reset()
    with browser.new_context() as context:
        chat = Chat(context, run_app(**live(livechat, LIVECHAT_POLL_SECONDS="3600")))
        chat.ready()
        chat.say("Hello")
        expect(chat.own("Hello")).to_contain_text("Delivered")
        wait_for_logins(chat.page, livechat, 1)
        chat.page.evaluate(WATCH)
        livechat.requests.clear()
        yield chat


def wait_for_logins(page: Page, livechat: Sandbox, count: int) -> None:
    until(
        page, lambda: sum(r.action == "login" and not r.error for r in livechat.requests) >= count
    )


def answer(chat: Chat, livechat: Sandbox, agent: AgentClient, text: str) -> None:
    """The agent writes, and it is on the screen."""
    agent.say(text, customer_id="", chat_id=newest_chat(livechat), active=True)
    expect(chat.message(text)).to_be_visible()


def refusals(livechat: Sandbox) -> list[str | None]:
    return [r.error for r in livechat.requests if r.api == "customer" and r.error]


def test_a_version_that_is_shut_down_during_a_chat(
    chat: Chat, livechat: Sandbox, agent: AgentClient
) -> None:
    """The line hears of it, and takes the process with it, unless a poll does."""
    livechat.default.refused_versions = set(VERSIONS[:-1])
    livechat.disconnect(livechat.default, next(iter(livechat.default.customers)), route.UNSUPPORTED)
    wait_for_logins(chat.page, livechat, 1)
    answer(chat, livechat, agent, "Still there?")
    chat.say("Yes")
    expect(chat.own("Yes")).to_contain_text("Delivered")
    answer(chat, livechat, agent, "Good")
    assert set(refusals(livechat)) <= {route.UNSUPPORTED}
    assert chat.page.evaluate("[...said]") == []


def test_a_version_that_is_refused_to_who_writes(
    chat: Chat, livechat: Sandbox, agent: AgentClient
) -> None:
    """Where the line stays up for a while: it follows the process."""
    livechat.faults.add("customer/send_event", error=route.UNSUPPORTED)
    chat.say("Anybody there?")
    expect(chat.own("Anybody there?")).to_contain_text("Delivered")
    wait_for_logins(chat.page, livechat, 1)
    answer(chat, livechat, agent, "Still here")
    assert refusals(livechat) == [route.UNSUPPORTED]
    assert chat.page.evaluate("[...said]") == []


def test_an_organization_that_moves_to_another_region(
    chat: Chat, livechat: Sandbox, agent: AgentClient
) -> None:
    livechat.default.region = "eu-west3"
    customer = next(iter(livechat.default.customers))
    there = {"region": livechat.default.region}
    livechat.disconnect(livechat.default, customer, "misdirected_connection", there)
    wait_for_logins(chat.page, livechat, 1)
    answer(chat, livechat, agent, "Still there?")
    chat.say("Yes")
    expect(chat.own("Yes")).to_contain_text("Delivered")
    assert set(refusals(livechat)) == {"misdirected_request"}
    assert len(refusals(livechat)) == 1
    assert chat.page.evaluate("[...said]") == []
