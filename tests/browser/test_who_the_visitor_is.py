"""Who the visitor is, with what stands between them and the app: one browser, one customer."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from livechat.page.browser import identity_cookie
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.visitors import FORGOTTEN, Chat, Visitor
from tests.conftest import live, until
from tests.driver import cut_off
from tests.field import browsers
from tests.field.cloud import app_in, cloud
from tests.field.laptop import standing_still
from tests.field.line import Line

DIRECT, STRIPPED, FRAMED, FRAMED_TLS, ELSEWHERE = WAYS = (
    "direct",
    "cookies dropped",
    "in a frame",
    "in a frame, over TLS",
    "no secure context",
)
ALL = pytest.mark.parametrize("way", WAYS)

POLLS_EVERY = 1_000  # milliseconds


@pytest.fixture(scope="module")
def app(run_app: Apps, shared_sandbox: Sandbox) -> str:
    return run_app(**live(shared_sandbox, LIVECHAT_POLL_SECONDS=str(POLLS_EVERY // 1_000)))


Comes = Callable[..., Visitor]


@pytest.fixture
def comes(browser: Browser, app: str, sandbox: Sandbox, tmp_path: Path) -> Iterator[Comes]:
    """Brings a new browser to an app: `comes(way, app)`."""
    with ExitStack() as things:

        def come(way: str = DIRECT, to: str = app) -> Visitor:
            chromium = browser
            if way == ELSEWHERE:
                chromium, to = (
                    things.enter_context(browsers.elsewhere(browser)),
                    browsers.as_elsewhere(to),
                )
            elif way != DIRECT:
                is_framed, tls = way != STRIPPED, way == FRAMED_TLS
                to = things.enter_context(cloud(to, tmp_path, framed=is_framed, tls=tls))
            context = things.enter_context(chromium.new_context(ignore_https_errors=True))
            return Visitor(context, to, app_in) if "frame" in way else Visitor(context, to)

        yield come


def customers(sandbox: Sandbox) -> int:
    return len(sandbox.default.customers)


@pytest.mark.parametrize("way", [STRIPPED, FRAMED_TLS])
def test_behind_a_proxy_that_drops_the_cookie_the_visitor_stays_who_they_are(
    comes: Comes, run_app: Apps, app: str, sandbox: Sandbox, way: str
) -> None:
    visitor = comes(way)
    chat = visitor.opens()
    chat.says("Hello")
    for _ in range(2):
        chat.tab.reload()
        chat.has("Hello")
    second = visitor.opens()
    second.says("In the second tab")
    run_app.restart(app)
    chat.says("After a restart")
    chat.has("Hello", "In the second tab", "After a restart")
    second.tab.close()
    cut_off(sandbox)
    chat.writes("Not delivered")
    expect(chat.app.get_by_text("Not delivered yet")).to_be_visible()
    sandbox.clock.advance(86_400)
    chat.tab.reload()
    sandbox.faults.clear()
    expect(chat.messages.last).to_contain_text("Please retry")
    chat.has("Hello", "In the second tab", "After a restart", "Not delivered")
    assert customers(sandbox) == 1
    assert len(visitor.cookies) == 1


def test_what_is_written_before_the_browser_has_answered_goes_in_its_name(
    comes: Comes, sandbox: Sandbox
) -> None:
    visitor = comes(STRIPPED)
    visitor.opens().says("Hello")
    chat = visitor.opens()
    chat.says("At once")
    chat.has("Hello", "At once")
    assert customers(sandbox) == 1


@ALL
def test_tabs_that_are_opened_at_once_are_one_customers_and_forgotten_at_once(
    comes: Comes, sandbox: Sandbox, way: str
) -> None:
    visitor = comes(way)
    chats = visitor.opens_at_once(3)
    texts = [f"In tab {number}" for number in range(3)]
    for chat, text in zip(chats, texts, strict=True):
        chat.says(text)
    assert customers(sandbox) == 1
    chats[-1].tab.reload()
    for chat in chats:
        chat.has(*texts)
    forget_means_forget_in_every_tab(visitor, chats, sandbox)


def forget_means_forget_in_every_tab(visitor: Visitor, chats: list[Chat], sandbox: Sandbox) -> None:
    first, second, third = chats
    cut_off(sandbox)
    second.writes("Not delivered")
    second.tab.wait_for_timeout(500)
    first.forgets()
    for other in (second, third):
        other.is_forgotten()
    sandbox.faults.clear()
    sandbox.clock.advance(9 * 3_600)  # the token is renewed then
    since = len(sandbox.requests)
    second.tab.wait_for_timeout(1.5 * POLLS_EVERY)
    assert visitor.cookies == []
    assert [record.action for record in list(sandbox.requests)[since:]] == []
    kept = "JSON.stringify(sessionStorage)"
    for chat in chats:
        frame = chat.tab.frames[-1]
        assert "Not delivered" not in frame.evaluate(kept)
        assert "livechat-" not in frame.evaluate(kept)
    second.button("Start a new conversation").click()
    second.says("Somebody new")
    first.button("Start a new conversation").click()
    first.has("Somebody new")
    assert customers(sandbox) == 2
    third.is_forgotten()


@pytest.mark.parametrize("way", [DIRECT, STRIPPED])
def test_tabs_whom_livechat_no_longer_knows_become_one_customer(
    comes: Comes, sandbox: Sandbox, way: str
) -> None:
    visitor = comes(way)
    chat = visitor.opens()
    chat.says("Hello")
    before = visitor.cookies
    chat.tab.close()
    sandbox.reset()  # it signs with another key now
    chats = visitor.opens_at_once(2)
    for chat in chats:
        chat.says(f"Here in tab {chats.index(chat)}")
    assert customers(sandbox) == 1
    assert len(visitor.cookies) == 1
    assert visitor.cookies != before


def test_tabs_with_another_organizations_cookie_become_one_customer(
    comes: Comes, sandbox: Sandbox
) -> None:
    visitor = comes()
    foreign = {"name": "livechat", "value": "1.WyJhIiwiYiIsImMiXQ", "url": visitor.url}
    visitor.context.add_cookies([foreign])  # type: ignore[list-item]
    chats = visitor.opens_at_once(2)
    for chat in chats:
        chat.says(f"Here in tab {chats.index(chat)}")
    assert customers(sandbox) == 1
    assert visitor.cookies != [foreign["value"]]


@pytest.mark.parametrize("way", [DIRECT, ELSEWHERE])
def test_a_tab_that_is_closed_in_its_turn_holds_up_no_other(
    comes: Comes, sandbox: Sandbox, way: str
) -> None:
    visitor = comes(way)
    sandbox.faults.add("token", delay=3)
    first = visitor.opens()
    until(first.tab, lambda: "token" in [record.action for record in sandbox.requests])
    second = visitor.opens()
    first.tab.close()
    second.says("Hello")
    second.tab.reload()
    second.has("Hello")


def test_a_tab_that_is_closed_at_once_leaves_its_cookie(comes: Comes, sandbox: Sandbox) -> None:
    visitor = comes()
    sandbox.faults.add("list_chats", delay=20)
    first = visitor.opens()
    first.writes("Hello")
    until(first.tab, lambda: bool(visitor.cookies))
    answered = {record.action for record in sandbox.requests if record.status}
    assert "token" in answered
    assert "list_chats" not in answered
    first.tab.close()
    visitor.opens().says("Hello again")
    assert customers(sandbox) == 1


def test_while_livechat_is_away_tabs_take_turns(comes: Comes, sandbox: Sandbox) -> None:
    sandbox.faults.add("token", times=4, status=503)
    chats = comes().opens_at_once(2)
    for chat in chats:
        chat.writes(f"In tab {chats.index(chat)}")
    for chat in chats:
        expect(chat.messages).to_have_count(2)
        expect(chat.messages.last).to_contain_text("Delivered")
    assert customers(sandbox) == 1


# Forget


def test_a_tab_that_stood_still_hears_of_it_when_it_wakes(comes: Comes, sandbox: Sandbox) -> None:
    visitor = comes()
    first, second = visitor.opens(), visitor.opens()
    first.says("My secret")
    expect(second.messages).to_have_count(1)
    with standing_still(second.tab):
        first.forgets()
        first.button("Start a new conversation").click()
        first.says("Somebody new")
        cookies = visitor.cookies
    second.is_forgotten()
    first.has("Somebody new")
    assert visitor.cookies == cookies


def test_a_tab_that_cannot_reach_the_app_shows_nothing_any_more(
    comes: Comes, app: str, sandbox: Sandbox
) -> None:
    with Line(app) as line:
        visitor = comes(DIRECT, app)
        first = visitor.opens()
        first.says("My secret")
        tab = visitor.context.new_page()
        tab.goto(line.url)
        far = visitor.chat(tab)
        # Another port is another origin: the storage is another one, and the cookie the same.
        expect(far.messages).to_have_count(1)
        tab.wait_for_load_state("networkidle")  # with all scripts
        line.refuse()
        line.close()
        tab.evaluate("new BroadcastChannel('livechat-forgotten').postMessage('')")
        expect(far.messages.first).to_be_hidden()
        assert FORGOTTEN in tab.evaluate("getComputedStyle(document.body, '::before').content")
        line.open()
        far.is_forgotten()


def test_where_there_is_no_storage_tabs_hear_of_it_too(comes: Comes, sandbox: Sandbox) -> None:
    visitor = comes()
    visitor.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked') } })"
    )
    first, second = visitor.opens(), visitor.opens()
    first.says("My secret")
    second.has("My secret")
    first.forgets()
    second.is_forgotten()
    assert visitor.cookies == []


def test_who_is_forgotten_while_a_page_loads_is_not_shown_on_it(
    comes: Comes, sandbox: Sandbox
) -> None:
    visitor = comes()
    first = visitor.opens()
    first.says("My secret")
    second = visitor.context.new_page()
    # As its first script runs, its connection is yet to bring the cookie.
    second.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
            const open = WebSocket;
            window.WebSocket = new Proxy(open, { construct: (socket, given, as) => {
                const made = Reflect.construct(socket, given, as);
                made.addEventListener("open", () => {
                    document.cookie = "livechat=; Path=/; Max-Age=0";
                });
                return made;
            } });
        });"""
    )
    second.goto(visitor.url)
    visitor.chat(second).is_forgotten()


# LIVECHAT_AUTHORIZE=message


@pytest.fixture(scope="module")
def patient(run_app: Apps, shared_sandbox: Sandbox) -> str:
    """An app that makes nobody a customer before they write."""
    every = str(POLLS_EVERY // 1_000)
    return run_app(
        **live(shared_sandbox, LIVECHAT_AUTHORIZE="message", LIVECHAT_POLL_SECONDS=every)
    )


OPEN = {"get_dynamic_configuration", "get_configuration"}


def asked(sandbox: Sandbox) -> set[str]:
    """What LiveChat has done. A page of the test before may still ask, and is refused."""
    return {record.action for record in sandbox.requests if record.status == 200}


@pytest.mark.parametrize("way", [DIRECT, FRAMED])
def test_nobody_is_a_customer_before_they_write(
    comes: Comes, patient: str, sandbox: Sandbox, way: str
) -> None:
    visitor = comes(way, patient)
    chat = visitor.opens()
    expect(chat.app.get_by_text("Ready when you are")).to_be_visible()
    chat.tab.wait_for_timeout(1.5 * POLLS_EVERY)
    chat.button("More").click()
    chat.app.get_by_text("Your details").click()
    expect(chat.app.get_by_role("dialog").get_by_label("Name")).to_be_visible()
    chat.tab.keyboard.press("Escape")
    expect(chat.app.get_by_role("dialog")).to_have_count(0)
    assert asked(sandbox) <= OPEN
    assert customers(sandbox) == 0
    assert visitor.cookies == []
    chat.says("Hello")
    assert customers(sandbox) == 1
    assert asked(sandbox) >= {"token", "start_chat"}
    until(chat.tab, lambda: bool(visitor.cookies))
    chat.tab.reload()
    chat.has("Hello")
    assert customers(sandbox) == 1


def test_two_open_tabs_of_nobody_become_one_customer(
    comes: Comes, patient: str, sandbox: Sandbox
) -> None:
    visitor = comes(DIRECT, patient)
    first, second = visitor.opens(), visitor.opens()
    for chat in (first, second):
        expect(chat.app.get_by_text("Ready when you are")).to_be_visible()
    first.says("In the first")
    second.says("In the second")
    second.has("In the first", "In the second")
    assert customers(sandbox) == 1


def test_a_form_that_is_filled_in_makes_a_customer(
    comes: Comes, run_app: Apps, sandbox: Sandbox
) -> None:
    sandbox.default.enabled_forms = {"prechat"}
    chat = comes(DIRECT, run_app(**live(sandbox, LIVECHAT_AUTHORIZE="message"))).opens()
    expect(chat.button("Start the chat")).to_be_visible()
    assert asked(sandbox) <= OPEN
    chat.app.get_by_role("textbox", name="Name").fill("Ada")
    chat.app.get_by_role("textbox", name="E-mail").fill("ada@example.com")
    chat.button("Start the chat").click()
    until(chat.tab, lambda: "update_customer" in asked(sandbox))
    (customer,) = sandbox.default.customers.values()
    assert customer.name == "Ada"


# What the browser's script takes for an identity


def cookie(text: str) -> str:
    return "1." + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


VALUES = [
    "",
    "1.",
    "x",
    "1.e30",
    "1.WyJhIiwiYiIsImMiXQ",
    "2.WyJhIiwiYiIsImMiXQ",
    "1.WyJhIiwiYiIsImMiXQ=",
    "1.WyJhIiwiYiIsImMiXQ==",
    *map(
        cookie,
        [
            '["o","c","s"]',
            '["o/??>>","c~","s!"]',
            '["o", "c", "s"]',
            '["o","c"]',
            '["o","c","s","x"]',
            '["o","c",7]',
            '["o","c",""]',
            '["o","c","a b"]',
            '["o","c","a;b"]',
            '["o","c","é"]',
            '["o","c","\\\\"]',
            f'["o","c","{"s" * 900}"]',
            f'["o","c","{"s" * 901}"]',
            '{"0":"o","1":"c","2":"s","length":3}',
            "null",
            "[",
        ],
    ),
]


def test_script_and_app_agree_on_what_is_an_identity(browser: Browser) -> None:
    script = f"values => {{ {identity_cookie.SCRIPT} return values.map(isIdentity); }}"
    with browser.new_context() as context:
        found = context.new_page().evaluate(script, VALUES)
    assert found == [identity_cookie.decoded(value) is not None for value in VALUES]
    assert True in found


def test_with_the_limit_that_the_readme_names_other_cookies_may_be_long(
    comes: Comes, run_app: Apps, sandbox: Sandbox
) -> None:
    visitor = comes(DIRECT, run_app(**live(sandbox), WEBSOCKETS_MAX_LINE_LENGTH="65536"))
    others = [{"name": f"other{n}", "value": "x" * 3_000, "url": visitor.url} for n in range(4)]
    visitor.context.add_cookies(others)  # type: ignore[arg-type]
    visitor.opens().says("Hello")
    assert customers(sandbox) == 1
