"""Several tabs of one browser with the page: one reads for all of them, and nothing is missed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import Chat, newest_chat
from tests.conftest import live

# A headless browser shows every tab.
HIDE = """hidden => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def looks(sandbox: Sandbox) -> int:
    return [r.action for r in sandbox.requests if r.api == "customer"].count("list_chats")


def settle(sandbox: Sandbox, page: Page, at_most: int) -> None:
    """Waits until, within some seconds, LiveChat is asked no more often than that."""
    before = -at_most - 1
    while looks(sandbox) - before > at_most:
        before = looks(sandbox)
        page.wait_for_timeout(6_000)


@pytest.mark.parametrize(("push", "at_most"), [("on", 0), ("off", 8)])
def test_one_tab_reads_for_all(
    browser: Browser, run_app: Apps, sandbox: Sandbox, push: str, at_most: int
) -> None:
    url = run_app(**live(sandbox, LIVECHAT_PUSH=push, LIVECHAT_POLL_SECONDS="1"))
    with browser.new_context() as context:
        first = Chat(context, url)
        first.say("Hello")
        expect(first.button("End chat")).to_be_enabled()
        second, hidden = Chat(context, url), Chat(context, url)
        for tab in (second, hidden):
            expect(tab.own("Hello")).to_be_visible()
        hidden.page.evaluate(HIDE, True)
        settle(sandbox, first.page, at_most)  # three tabs that poll by themselves would never be
        if push == "on":
            assert [r.action for r in sandbox.requests].count("login") == 1

        second.say("From the second")
        expect(first.own("From the second")).to_be_visible()
        expect(second.own("From the second")).to_contain_text("Delivered")
        agent = AgentClient(sandbox.url, sandbox.default.agent_token)
        about = {"customer_id": "", "chat_id": newest_chat(sandbox), "active": True}
        agent.say("How can I help?", **about)  # type: ignore[arg-type]
        for tab in (first, second):
            expect(tab.message("How can I help?")).to_be_visible()
        expect(hidden.messages).to_have_count(1)
        hidden.page.evaluate(HIDE, False)
        expect(hidden.messages).to_have_count(3)

        first.page.close()
        agent.say("Are you still there?", **about)  # type: ignore[arg-type]
        for tab in (second, hidden):
            expect(tab.message("Are you still there?")).to_be_visible()
