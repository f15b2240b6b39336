"""The tabs of one browser elect one that reads: in a real browser, without Streamlit around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from livechat.page.browser import push, reader
from livechat.sandbox import Sandbox
from tests.browser.component import Component
from tests.driver import Page as Visitor

NOWHERE: dict[str, Any] = {**push.connection(None)}  # where the reader polls

# A headless browser shows every tab.
HIDE = """hidden => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""

Opens = Callable[..., Component]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context() as context:
        yield context


@pytest.fixture
def opens(context: BrowserContext, sandbox: Sandbox) -> Opens:
    """Opens a tab: `opens(**data)` of the same visitor."""
    visitor = Visitor(sandbox)
    visitor.say("Hello")
    sandbox.requests.clear()

    def open_tab(*, of: Visitor = visitor, path: str = "/", **data: Any) -> Component:
        tab = Component(context, sandbox, of, path)
        tab.mount(**data)
        return tab

    return open_tab


def hide(tab: Component, is_hidden: bool = True) -> None:
    tab.page.evaluate(HIDE, is_hidden)


def follows(tab: Component, open: bool = True) -> Component:
    tab.wait(f"told.at(-1)?.follows && told.at(-1).open === {str(open).lower()}")
    return tab


def reads(tab: Component) -> Component:
    """The tab has heard of no other one, and waits for none."""
    held = "async () => (await navigator.locks.query()).held.map(({ clientId }) => clientId)"
    tab.page.wait_for_function("() => told.at(-1)?.open")
    assert len(tab.page.evaluate(held)) == 1
    return tab


def count(tab: Component) -> int:
    """How often the tab has told the app something."""
    return int(tab.page.evaluate("told.length"))


def settle(*tabs: Component) -> None:
    """Whatever the tabs have told each other has been heard."""
    for _ in range(2):
        for tab in tabs:
            tab.pass_some_ticks()


@pytest.fixture
def first(opens: Opens) -> Component:
    return reads(opens())


@pytest.fixture
def second(first: Component, opens: Opens) -> Component:
    return follows(opens())


def test_one_connects_and_the_others_hear_of_it_what_it_hears(
    first: Component, second: Component
) -> None:
    first.visitor.hear("How can I help?", active=True)
    for tab in (first, second):
        tab.wait("told.at(-1).events.length === 1")
    assert second.told["events"] == first.told["events"]
    assert second.told["connection"].startswith(first.told["connection"])
    first.type(True)
    for tab in (first, second):
        tab.wait("sign.textContent === 'Agent is typing…'")
    first.type(False)
    second.wait("sign.textContent === ''")
    first.disconnect("access_token_expired")
    follows(second, open=False)
    assert second.told["refused"] is None
    assert first.asked == ["login"]


def test_what_is_pushed_to_a_hidden_tab_may_wait_but_not_for_the_others(
    first: Component, second: Component
) -> None:
    first.stop_time()
    hide(first)
    first.visitor.hear("How can I help?", active=True)
    second.wait("told.at(-1).events.length === 1")
    assert first.told["events"] == []
    hide(first, False)
    first.pass_time(100)
    first.wait("told.at(-1).events.length === 1")
    hide(first)
    first.visitor.hear("Are you there?", active=True)
    second.wait("told.at(-1).events.length === 2")
    assert len(first.told["events"]) == 1
    first.pass_time(5_000)
    first.wait("told.at(-1).events.length === 2")


def test_a_reader_that_is_closed_is_replaced_by_one_that_looks(
    first: Component, second: Component, opens: Opens
) -> None:
    third = follows(opens())
    looks = second.told["looks"]
    first.page.close()
    second.wait("!told.at(-1).follows && told.at(-1).open")
    assert second.told["looks"] == looks + 2  # for what was between, and after the login
    follows(third)
    third.wait(f"told.at(-1).connection.startsWith('{second.told['connection']}')")
    assert first.asked == ["login", "login"]


def test_a_reader_whose_page_is_drawn_no_more_is_replaced(
    first: Component, second: Component
) -> None:
    first.page.evaluate("() => takeAway()")
    second.wait("!told.at(-1).follows && told.at(-1).open")


def test_a_reader_that_the_browser_freezes_is_replaced_and_follows_when_it_wakes(
    first: Component, second: Component
) -> None:
    # A headless browser, which shows every tab, freezes none.
    first.page.evaluate("() => { document.dispatchEvent(new Event('freeze')) }")
    second.wait("!told.at(-1).follows && told.at(-1).open")
    follows(first)


def test_a_reader_that_is_left_is_replaced_and_follows_when_it_is_come_back_to(
    first: Component, second: Component
) -> None:
    # Leaving it would end it here: a headless browser keeps no page to come back to.
    waits = "async (count) => (await navigator.locks.query()).pending.length === count"
    first.page.evaluate("() => { dispatchEvent(new Event('pagehide')) }")
    second.wait("!told.at(-1).follows && told.at(-1).open")
    assert second.page.evaluate(waits, 0)
    first.page.evaluate("() => { dispatchEvent(new Event('pageshow')) }")
    first.page.wait_for_function(waits, arg=1)
    follows(first)


def test_a_reader_that_does_not_answer_is_replaced_by_who_is_on_the_screen(
    first: Component, second: Component, opens: Opens
) -> None:
    third = follows(opens())
    hide(third)
    first.page.evaluate("() => { BroadcastChannel.prototype.postMessage = () => {} }")
    settle(second, third)
    third.pass_time()
    settle(third)
    second.pass_time(31_000)  # by then it has asked
    settle(second)
    second.pass_time(4_000)
    second.wait("!told.at(-1).follows && told.at(-1).open")
    first.wait("told.some(({ open }) => !open)")
    follows(third)


def test_who_hears_of_the_reader_now_and_then_does_not_take_its_place(
    first: Component, second: Component
) -> None:
    for _ in range(5):
        second.pass_time(31_000)
        settle(first, second)
        second.pass_time(2_000)
    assert first.asked.count("login") == 1
    follows(second)


def test_a_connection_that_is_not_relied_on_is_none_to_the_others(
    first: Component, second: Component
) -> None:
    connection = second.told["connection"]
    first.give(trusted=False)
    follows(second, open=False)
    looks = second.told["looks"]
    first.give(known="news")
    second.wait(f"told.at(-1).looks === {looks + 1}")
    first.give(trusted=True)
    follows(second)
    assert second.told["connection"] != connection


def test_off_the_screen_nothing_is_told_and_back_on_it_there_may_be_a_gap(
    first: Component, second: Component
) -> None:
    hide(second)
    told = count(second)
    first.visitor.hear("Are you there?", active=True)
    first.wait("told.at(-1).events.length === 1")
    settle(first, second)
    assert count(second) == told
    connection = second.told["connection"]
    hide(second, False)
    second.wait("told.at(-1).events.length === 1")
    assert second.told["connection"] != connection
    assert second.told["connection"].startswith(first.told["connection"])
    told = count(second)
    hide(second)
    hide(second, False)
    settle(first, second)
    assert count(second) == told


def test_who_opens_off_the_screen_follows_as_well(first: Component, opens: Opens) -> None:
    hide(first)
    hidden = Component(first.page.context, first.sandbox, first.visitor)
    hide(hidden)
    hidden.mount()
    follows(hidden, open=False)
    settle(first, hidden)
    assert count(hidden) == 1
    hide(hidden, False)
    follows(hidden)
    assert first.asked == ["login"]


def test_who_polls_off_the_screen_gives_way_to_who_is_on_it(opens: Opens) -> None:
    first = opens(**NOWHERE)
    second = follows(opens(**NOWHERE), open=False)
    settle(first, second)
    hide(first)
    second.wait("told.at(-1).follows === false && told.at(-1).looks === 1")
    follows(first, open=False)
    hide(first, False)
    settle(first, second)
    assert second.told["follows"] is False


def test_who_polls_tells_the_others_once_what_is_new(opens: Opens) -> None:
    first = opens(**NOWHERE, known="a")
    second = follows(opens(**NOWHERE, known="a"), open=False)
    hidden = follows(opens(**NOWHERE, known="a"), open=False)
    hide(hidden)
    settle(first, second, hidden)
    assert (count(first), second.told["looks"], hidden.told["looks"]) == (0, 0, 0)
    first.give(known="b")
    second.wait("told.at(-1).looks === 1")
    for tab in (first, second):
        tab.give(known="b" if tab is first else "c")  # it may have read more, or failed to
    first.wait("told.at(-1)?.looks === 1")
    first.give()
    for tab in (first, second, hidden):
        tab.pass_time(2_000)
    settle(first, second, hidden)
    assert (first.told["looks"], second.told["looks"], hidden.told["looks"]) == (1, 1, 0)
    hide(hidden, False)
    hidden.wait("told.at(-1).looks === 1")


def test_what_comes_while_it_reads_is_compared_when_it_has_read(opens: Opens) -> None:
    first = opens(**NOWHERE, known="a")
    second = follows(opens(**NOWHERE, known="a"), open=False)
    first.give(known="b")
    second.wait("told.at(-1).looks === 1")
    first.give(known="c")
    second.pass_time(2_000)
    second.wait("told.at(-1).looks === 2")
    second.give(known="d")
    first.give(known="d")
    settle(first, second)
    second.pass_time(2_000)
    settle(second)
    assert second.told["looks"] == 2


def test_who_hears_pushes_does_not_look_for_what_another_one_knows(
    first: Component, second: Component
) -> None:
    told = count(first), count(second)
    second.give(known="something else")
    settle(first, second)
    assert (count(first), count(second)) == told


def test_other_visitors_organizations_and_paths_do_not_hear_of_it(
    first: Component, opens: Opens, sandbox: Sandbox
) -> None:
    stranger = Visitor(sandbox)
    stranger.say("Hello")
    elsewhere = reader.tabs("another", first.customer)
    others = [opens(of=stranger), opens(tabs=elsewhere), opens(path="/other")]
    for other in others:
        other.wait_until_open()
    told = [count(other) for other in others]
    first.push("incoming_chat", {})
    first.give(known="something else")
    for other in (others[0], others[0]):
        settle(first, other)
    assert not any(other.told["follows"] for other in others)
    assert count(others[0]) == told[0]


def test_whose_customer_is_another_one_leaves_the_others(
    first: Component, second: Component, sandbox: Sandbox
) -> None:
    stranger = Visitor(sandbox)
    tabs = reader.tabs(sandbox.default.organization_id, stranger.visit.conversation.customer_id)
    second.give(
        tabs=tabs,
        token=stranger.visit.token,
        customer=stranger.visit.conversation.customer_id,
    )
    second.wait("!told.at(-1).follows && told.at(-1).open")
    told = count(second)
    first.push("incoming_chat", {})
    settle(first, second)
    assert count(second) == told


def test_before_anybody_is_known_and_afterwards(opens: Opens, first: Component) -> None:
    nobody = opens(tabs=None, token=None, customer=None, known=None, **NOWHERE)
    settle(nobody)
    assert count(nobody) == 0
    nobody.give(
        **push.connection(nobody.address("127.0.0.1")),
        tabs=first.data["tabs"],
        token=first.data["token"],
        customer=first.customer,
    )
    follows(nobody)


@pytest.mark.parametrize(
    "script",
    [
        "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })",
        "delete window.BroadcastChannel",
        "window.BroadcastChannel = class { constructor() { throw new Error('blocked') } }",
        """navigator.locks.request = () =>
            Promise.reject(new DOMException('blocked', 'SecurityError'))""",
        """navigator.locks.request = () =>
            Promise.reject(new DOMException('going away', 'AbortError'))""",
    ],
)
def test_where_the_browser_cannot_elect_each_tab_reads_for_itself(
    context: BrowserContext, opens: Opens, script: str
) -> None:
    context.add_init_script(script)
    for _ in range(2):
        tab = opens()
        tab.wait_until_open()
        assert tab.told["follows"] is False
    assert tab.asked == ["login", "login"]
