"""The agent's side of one chat, against the sandbox."""

from __future__ import annotations

import pytest

from livechat.api.agent_client import AgentClient, Configured
from livechat.api.errors import ChatInactive, ChatNotFound, LiveChatError, Refused, Unauthorized
from livechat.sandbox import Sandbox
from tests.driver import Page


def last_texts(page: Page) -> list[str]:
    page.visit.expect_news()
    page.poll()
    return page.texts


def test_writing_to_someone_new_into_an_open_chat_and_into_a_closed_one(page: Page) -> None:
    page.hear("May I help?", active=False)
    assert last_texts(page) == ["May I help?"]
    page.hear("Hello?", active=True)
    page.agent.end(page.visit.chat_id or "")
    page.hear("One more thing", active=False)
    assert last_texts(page) == ["May I help?", "Hello?", "One more thing"]


def test_a_chat_ends_once(page: Page) -> None:
    page.say("Hello")
    page.agent.end(page.visit.chat_id or "")
    with pytest.raises(ChatInactive):
        page.agent.end(page.visit.chat_id or "")


def test_going_offline_and_online(page: Page, sandbox: Sandbox) -> None:
    kate = next(iter(sandbox.default.agents.values()))
    page.agent.accept_chats(False)
    assert not kate.accepts_chats
    page.agent.accept_chats(True)
    assert kate.accepts_chats


def test_showing_something(page: Page) -> None:
    page.say("Hello")
    page.agent.show("transfer", page.visit.chat_id or "")
    assert last_texts(page)[-1].startswith("Hello, Tom here.")


def test_what_cannot_be_shown(page: Page) -> None:
    with pytest.raises(ChatNotFound):
        page.agent.show("cards", "unknown")
    page.say("Hello")
    chat_id = page.visit.chat_id or ""
    with pytest.raises(Refused):
        page.agent.show("everything", chat_id)
    page.agent.end(chat_id)
    with pytest.raises(ChatInactive):
        page.agent.show("cards", chat_id)


def test_greeting(page: Page) -> None:
    with pytest.raises(ChatNotFound):
        page.agent.greet("unknown")
    page.agent.greet(page.visit.conversation.customer_id or "")
    (customer,) = page.sandbox.default.customers.values()
    assert customer.greeting


def test_configuring(page: Page) -> None:
    assert page.agent.configure() == Configured(frozenset(), "en")
    both = frozenset({"prechat", "ticket"})
    assert page.agent.configure(enabled_forms=both) == Configured(both, "en")
    assert page.agent.configure(language="de") == Configured(both, "de")
    assert page.agent.configure(enabled_forms=()) == Configured(frozenset(), "de")
    with pytest.raises(Refused):
        page.agent.configure(language="tlh")


def test_a_wrong_token_opens_nothing(sandbox: Sandbox) -> None:
    desk = AgentClient(sandbox.url, "wrong")
    with pytest.raises(Unauthorized):
        desk.show("cards", "chat")
    with pytest.raises(Unauthorized):
        desk.configure()


def test_a_sandbox_that_is_gone_is_an_error_of_livechats() -> None:
    with pytest.raises(LiveChatError):
        AgentClient("http://127.0.0.1:9", "token").accept_chats(True)
