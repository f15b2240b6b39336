"""What the script tells of greetings, and LiveChat of where the visitor is: without Streamlit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from livechat.api import route
from livechat.api.structures.greetings import parse_greeting
from livechat.sandbox import Sandbox
from livechat.sandbox.world.model import Target
from livechat.settings import VERSIONS
from tests.browser.component import Component
from tests.driver import Page as Visitor

GREETING = "told.at(-1)?.greeting"

# A headless browser shows every tab.
HIDE = """hidden => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""

LEAVE = "document.documentElement.dispatchEvent(new MouseEvent('mouseleave'))"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context() as context:
        yield context


@pytest.fixture
def visitor(sandbox: Sandbox) -> Visitor:
    """One who has not said anything yet."""
    visitor = Visitor(sandbox)
    sandbox.requests.clear()
    return visitor


def opened(context: BrowserContext, visitor: Visitor, path: str = "/") -> Component:
    tab = Component(context, visitor.sandbox, visitor, path)
    tab.mount()
    tab.wait("told.at(-1)?.open")
    return tab


@pytest.fixture
def tab(context: BrowserContext, visitor: Visitor) -> Component:
    return opened(context, visitor)


def greet(visitor: Visitor, what: str = "buttons") -> str:
    customer_id = visitor.visit.conversation.customer_id or ""
    return visitor.sandbox.greet(visitor.sandbox.default, customer_id, what)[1]


def shows(tab: Component, id: str | None) -> None:
    tab.wait(f"({GREETING}?.unique_id ?? null) === {'null' if id is None else repr(id)}")


def heard(tab: Component) -> None:
    """All that was pushed until now has been heard."""
    looks = tab.told["looks"]
    tab.push("incoming_chat", {})
    tab.wait(f"told.at(-1).looks === {looks + 1}")


def test_a_greeting_is_told_as_livechat_has_it(tab: Component) -> None:
    assert tab.told["greeting"] is None
    shows(tab, greet(tab.visitor))
    assert parse_greeting(tab.told["greeting"]).button("yes_please")


@pytest.mark.parametrize("how", ["accept_greeting", "cancel_greeting"])
def test_it_is_over_when_livechat_says_so(tab: Component, how: str) -> None:
    id = greet(tab.visitor)
    shows(tab, id)
    client = tab.visitor.visit._client
    if how == "accept_greeting":
        client.accept_greeting(greeting_id=2, unique_id=id)
    else:
        client.cancel_greeting(id)
    shows(tab, None)


def test_another_ones_end_is_not_its_own(tab: Component) -> None:
    first = greet(tab.visitor, "message")
    shows(tab, first)
    second = greet(tab.visitor)
    shows(tab, second)
    tab.push("greeting_canceled", {"unique_id": first})
    heard(tab)
    shows(tab, second)


def test_the_login_tells_of_it_until_it_is_accepted(
    context: BrowserContext, tab: Component
) -> None:
    id = greet(tab.visitor)
    tab.page.close()
    again = opened(context, tab.visitor)
    shows(again, id)
    again.page.close()
    tab.visitor.visit._client.accept_greeting(greeting_id=2, unique_id=id)
    assert opened(context, tab.visitor).told["greeting"] is None


def test_after_a_gap_the_login_says_what_there_is(tab: Component) -> None:
    id = greet(tab.visitor)
    shows(tab, id)
    tab.disconnect("connection_evicted")
    tab.wait("!told.at(-1).open")
    shows(tab, id)
    tab.visitor.visit._client.cancel_greeting(id)
    tab.pass_time(5_000)
    tab.wait_until_open(2)
    shows(tab, None)


@pytest.mark.parametrize("payload", [{}, {"unique_id": 1}, {"unique_id": "x" * 100_000}])
def test_what_is_none_is_not_told(tab: Component, payload: dict[str, object]) -> None:
    before = tab.page.evaluate("told.length")
    tab.push("incoming_greeting", payload)
    heard(tab)
    assert tab.page.evaluate("told.length") == before + 1
    shows(tab, None)


def test_one_for_who_is_leaving_waits_until_the_pointer_leaves_the_page(tab: Component) -> None:
    tab.push("incoming_greeting", {"unique_id": "a", "is_exit_intent": True})
    tab.push("incoming_greeting", {"unique_id": "b", "is_exit_intent": True})
    heard(tab)
    shows(tab, None)
    tab.push("greeting_canceled", {"unique_id": "a"})
    heard(tab)
    tab.page.evaluate(LEAVE)
    shows(tab, "b")
    tab.push("greeting_canceled", {"unique_id": "b"})
    shows(tab, None)
    tab.page.evaluate(LEAVE)
    shows(tab, None)


def test_another_customer_has_none(tab: Component) -> None:
    shows(tab, greet(tab.visitor))
    other = Visitor(tab.sandbox)
    tab.give(customer=other.visit.conversation.customer_id, token=other.visit.token)
    tab.wait_until_open(2)
    shows(tab, None)


def test_nor_has_nobody_one_for_who_is_leaving(tab: Component) -> None:
    tab.push("incoming_greeting", {"unique_id": "a", "is_exit_intent": True})
    heard(tab)
    tab.give(customer=None, token=None, url=None)
    tab.wait("!told.at(-1).open")
    tab.page.evaluate(LEAVE)
    shows(tab, None)


def test_the_page_has_the_address_that_the_visitor_sees_and_named_parameters_only(
    context: BrowserContext, visitor: Visitor
) -> None:
    tab = opened(context, visitor, "/~/+/sandbox?campaign=a%26b&code=secret&campaign=c#part")
    (login,) = [r.payload for r in tab.sandbox.requests if r.action == "login"]
    assert login["customer_page"] == {
        "url": f"{tab.sandbox.url}/sandbox?campaign=a%26b&campaign=c",
        "title": "Chat with us",
    }


def test_a_change_of_the_page_is_told_once_and_may_bring_a_greeting(tab: Component) -> None:
    tab.sandbox.default.targets = [Target("message", url="/plans?campaign=x", title="Chat")]
    tab.page.evaluate("history.pushState(null, '', '/plans?campaign=x&code=secret')")
    tab.wait(f"{GREETING}?.event.type === 'message'")
    tab.pass_some_ticks()
    pages = [r.payload for r in tab.sandbox.requests if r.action == "update_customer_page"]
    assert pages == [{"url": f"{tab.sandbox.url}/plans?campaign=x", "title": "Chat with us"}]


@pytest.fixture
def newest(visitor: Visitor) -> Visitor:
    """One who speaks the version that has welcome messages, of a company that has one."""
    route.VERSION.begin(VERSIONS[-1])
    visitor.sandbox.default.welcome_message = "Welcome!"
    return visitor


def welcomed(context: BrowserContext, visitor: Visitor) -> Component:
    tab = Component(context, visitor.sandbox, visitor)
    tab.mount(welcomes=True)
    tab.wait(f"{GREETING}?.is_welcome_message")
    return tab


def test_who_has_said_nothing_yet_is_welcomed_once(
    context: BrowserContext, newest: Visitor
) -> None:
    tab = welcomed(context, newest)
    welcome = parse_greeting(tab.told["greeting"])
    assert (welcome.event.text, welcome.agent.name) == ("Welcome!", "Kate Novak")
    tab.disconnect("connection_evicted")
    tab.wait("!told.at(-1).open")
    tab.pass_time(5_000)
    tab.wait_until_open(2)
    heard(tab)
    assert tab.told["greeting"]["unique_id"] == welcome.unique_id
    assert tab.asked.count("request_welcome_message") == 1


def test_a_greeting_takes_the_place_of_a_welcome_message(
    context: BrowserContext, newest: Visitor
) -> None:
    tab = welcomed(context, newest)
    id = greet(newest)
    shows(tab, id)
    tab.push("incoming_welcome_message", {"id": "late", "event": {"text": "Welcome!"}})
    heard(tab)
    shows(tab, id)


def test_in_a_chat_and_where_nobody_is_there_nobody_is_welcomed(
    context: BrowserContext, newest: Visitor
) -> None:
    tab = opened(context, newest)
    heard(tab)
    assert "request_welcome_message" not in tab.asked
    tab.page.close()
    newest.agent.accept_chats(False)
    tab = Component(context, newest.sandbox, newest)
    tab.mount(welcomes=True)
    tab.wait("told.at(-1)?.open")
    heard(tab)
    assert tab.asked.count("request_welcome_message") == 1
    shows(tab, None)


def test_each_tab_that_is_seen_has_a_welcome_message_of_its_own(
    context: BrowserContext, newest: Visitor
) -> None:
    first = welcomed(context, newest)
    second = Component(context, newest.sandbox, newest)
    second.mount(welcomes=True)
    second.wait("told.at(-1)?.follows && told.at(-1).open")
    first.page.evaluate(HIDE, True)
    second.wait(f"{GREETING}?.is_welcome_message")
    second.page.evaluate(HIDE, True)
    first.page.evaluate(HIDE, False)
    first.wait(f"told.at(-1).follows && {GREETING}?.is_welcome_message")
    first.pass_some_ticks()
    # The first one has one already, and leaves the connection where it is.
    assert second.asked.count("login") == 2


def test_a_tab_that_is_seen_takes_over_from_one_that_has_it_where_nobody_sees_it(
    context: BrowserContext, tab: Component
) -> None:
    second = Component(context, tab.sandbox, tab.visitor)
    second.mount()
    second.wait("told.at(-1)?.follows && told.at(-1).open")
    id = greet(tab.visitor)
    shows(tab, id)
    second.pass_some_ticks()
    # Both are on the screen: it is shown in one of them.
    shows(second, None)
    tab.page.evaluate(HIDE, True)
    second.wait("!told.at(-1).follows && told.at(-1).open")
    shows(second, id)
    # What was said of it has not gone from tab to tab: LiveChat was asked for it.
    assert [r.action for r in tab.sandbox.requests].count("login") == 2
    tab.page.evaluate(HIDE, False)
    tab.wait("told.at(-1).follows && told.at(-1).open")
    shows(tab, id)
    tab.visitor.visit._client.cancel_greeting(id)
    for one in (tab, second):
        shows(one, None)
