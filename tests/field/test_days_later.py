"""The page over midnight, by clocks that disagree, and after a night: in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

from livechat.api.agent_client import AgentClient
from livechat.page import words
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import MESSAGES, newest_chat
from tests.conftest import live, until
from tests.field.clocks import AppClock, BrowserClock, Clock
from tests.field.laptop import asleep
from tests.field.line import Line

MINUTE, HOUR, DAY, MONTH = 60, 3_600, 86_400, 31 * 86_400  # seconds

# The days and messages on the screen, from top to bottom; a message has a colon in it.
READ = """() => {
    const parts = [...document.querySelectorAll(".st-key-transcript [data-testid=stHtml]")];
    const lines = parts.flatMap((part) => part.innerText.split("\\n")).map((line) => line.trim());
    return lines.filter((line) => /^([^·:]+: .*|Today|Yesterday|\\w+day, [\\d/]+)$/.test(line));
}"""
READS = f"(expected) => JSON.stringify(({READ})()) === expected"


class Visitor:
    """A visitor's tab."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.tab: Page = context.new_page()
        self.tab.goto(url)

    @property
    def messages(self) -> Locator:
        return self.tab.locator(MESSAGES)

    @property
    def earlier(self) -> Locator:
        return self.tab.get_by_role("button", name=words.say("earlier"))

    @property
    def dialog(self) -> Locator:
        return self.tab.get_by_role("dialog")

    def say(self, text: str) -> None:
        """Says it, and waits until it has arrived."""
        box = self.tab.get_by_test_id("stChatInput").locator("textarea")
        expect(box).to_be_enabled()
        box.fill(text)
        box.press("Enter")
        expect(self.messages.filter(has_text=text)).to_contain_text("Delivered")

    def show_earlier(self, until: int) -> None:
        """Until so many messages are shown. The button may be there, and go away with the last."""
        for _ in range(200):
            if self.messages.count() >= until:
                break
            with suppress(Error):
                self.earlier.click(timeout=500)
        expect(self.messages).to_have_count(until)

    def open_dialog(self) -> None:
        self.tab.get_by_role("button", name=words.say("menu")).click()
        self.tab.get_by_text(words.say("details")).click()
        expect(self.dialog).to_be_visible()

    def expect(self, *lines: str) -> None:
        """These days and messages come onto the screen, and no others."""
        expected = json.dumps(lines, separators=(",", ":"))
        try:
            self.tab.wait_for_function(READS, arg=expected)
        except Error:
            assert self.tab.evaluate(READ) == list(lines)


class Clocks:
    """Everybody's clocks: the browser's, the app's and LiveChat's."""

    def __init__(self, context: BrowserContext, app: AppClock, sandbox: Sandbox) -> None:
        """The app's goes on from test to test, and the others with it."""
        self.browser = BrowserClock(context)
        self.app = app
        self.sandbox = sandbox
        app.set_ahead(0)
        for clock in (self.browser, sandbox.clock):
            clock.advance(app.passed)

    def set_to(self, hour: int, minute: int) -> None:
        """All to this time of tomorrow, in UTC."""
        now = self.sandbox.clock.now()
        then = now.replace(hour=hour, minute=minute, second=0) + timedelta(days=1)
        self.pass_time((then - now).total_seconds())

    def pass_time(self, seconds: float) -> None:
        for clock in self.all:
            clock.advance(seconds)

    @property
    def all(self) -> tuple[Clock, ...]:
        return self.browser, self.app, self.sandbox.clock


@pytest.fixture(scope="module")
def app_clock(tmp_path_factory: pytest.TempPathFactory) -> AppClock:
    return AppClock(tmp_path_factory.mktemp("clock"))


@pytest.fixture
def clocks(context: BrowserContext, sandbox: Sandbox, app_clock: AppClock) -> Clocks:
    return Clocks(context, app_clock, sandbox)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(timezone_id="UTC", locale="en-GB") as context:
        yield context


@pytest.fixture(scope="module")
def app(run_app: Apps, shared_sandbox: Sandbox, app_clock: AppClock) -> str:
    return run_app(**live(shared_sandbox), **app_clock.settings)


@pytest.fixture(scope="module")
def app_without_polls(run_app: Apps, shared_sandbox: Sandbox, app_clock: AppClock) -> str:
    return run_app(**live(shared_sandbox, LIVECHAT_POLL_SECONDS="3600"), **app_clock.settings)


@pytest.fixture
def agent(sandbox: Sandbox) -> Callable[[str], None]:
    """Says something as an agent, in a thread of its own."""
    client = AgentClient(sandbox.url, sandbox.default.agent_token)

    def say(text: str) -> None:
        client.say(text, customer_id="", chat_id=newest_chat(sandbox), active=False)

    return say


# Midnight, and clocks that disagree


@pytest.mark.parametrize(
    ("hour", "minute", "ahead"), [(23, 57, 5), (0, 1, -5), (12, 0, 24 * 60), (12, 0, -24 * 60)]
)
def test_what_is_said_now_is_said_today_whatever_the_clocks_say(
    context: BrowserContext,
    clocks: Clocks,
    sandbox: Sandbox,
    app: str,
    hour: int,
    minute: int,
    ahead: int,
) -> None:
    clocks.set_to(hour, minute)
    sandbox.clock.advance(ahead * MINUTE)
    visitor = Visitor(context, app)
    visitor.say("first: now")
    visitor.expect("first: now")
    sandbox.faults.add("send_event", delay=2)
    visitor.say("second: now")
    visitor.expect("first: now", "second: now")
    visitor.tab.reload()
    visitor.expect("first: now", "second: now")


@pytest.mark.parametrize("set_by", [DAY, -DAY])
def test_an_apps_clock_that_is_set_changes_no_day(
    context: BrowserContext, clocks: Clocks, app: str, set_by: int
) -> None:
    clocks.set_to(12, 0)
    visitor = Visitor(context, app)
    visitor.say("first: now")
    clocks.app.set_ahead(set_by)
    clocks.browser.advance(set_by)
    visitor.say("second: now")
    visitor.expect("first: now", "second: now")
    visitor.tab.reload()
    visitor.expect("first: now", "second: now")


def test_at_midnight_the_days_change_without_other_news(
    context: BrowserContext, clocks: Clocks, app: str
) -> None:
    clocks.set_to(23, 58)
    visitor = Visitor(context, app)
    visitor.say("late: in the evening")
    visitor.expect("late: in the evening")
    clocks.pass_time(7 * MINUTE)
    visitor.expect(words.say("yesterday"), "late: in the evening")
    visitor.say("early: at night")
    visitor.expect(
        words.say("yesterday"), "late: in the evening", words.say("today"), "early: at night"
    )


def test_midnight_is_the_visitors(browser: Browser, clocks: Clocks, app: str) -> None:
    with browser.new_context(timezone_id="Asia/Kolkata", locale="en-GB") as context:
        clocks.browser = BrowserClock(context)
        clocks.set_to(18, 28)  # 23:58 in Kolkata
        visitor = Visitor(context, app)
        visitor.say("late: in the evening")
        visitor.expect("late: in the evening")
        clocks.pass_time(7 * MINUTE)
        visitor.expect(words.say("yesterday"), "late: in the evening")


# After a night, or a month


def talk(sandbox: Sandbox, visitor: Visitor, agent: Callable[[str], None]) -> list[str]:
    """Says hello, and then an agent writes a hundred messages in five threads."""
    said = ["own: hello"]
    visitor.say(*said)
    chat_id, client = newest_chat(sandbox), AgentClient(sandbox.url, sandbox.default.agent_token)
    for number in range(5):
        texts = [f"agent: {number}, {part}" for part in range(20)]
        client.end(chat_id)
        agent(texts[0])
        for text in texts[1:]:
            client.say(text, customer_id="", chat_id=chat_id, active=True)
        said += texts
    visitor.tab.reload()
    expect(visitor.messages.filter(has_text=said[-1])).to_be_visible()
    return said


@pytest.mark.parametrize("seconds", [3 * MINUTE, 9 * HOUR, MONTH])
def test_after_a_sleep_everything_is_there_and_goes_on(
    context: BrowserContext,
    clocks: Clocks,
    sandbox: Sandbox,
    app: str,
    agent: Callable[[str], None],
    seconds: int,
) -> None:
    """Streamlit's session is gone on waking, then the token, too, then the way to older threads."""
    with Line(app) as line:
        visitor = Visitor(context, line.url)
        said = talk(sandbox, visitor, agent)
        visitor.open_dialog()
        AgentClient(sandbox.url, sandbox.default.agent_token).end(newest_chat(sandbox))
        with asleep(context, seconds, lines=[line], clocks=clocks.all):
            agent("agent: are you there?")
        expect(visitor.messages.filter(has_text="are you there?")).to_be_visible()
        expect(visitor.dialog).to_have_count(0)
        visitor.say("own: good morning")
        said += ["agent: are you there?", "own: good morning"]
        visitor.show_earlier(until=len(said))
        assert [line for line in visitor.tab.evaluate(READ) if ": " in line] == said
        sent = [r.payload for r in sandbox.requests if r.action == "send_event"]
        assert str(sent).count("good morning") == 1
        assert len(sandbox.default.customers) == 1


def test_a_dialog_that_is_open_in_a_short_sleep_holds_up_nothing(
    context: BrowserContext, clocks: Clocks, sandbox: Sandbox, app: str
) -> None:
    """Streamlit still knows its session, which has the dialog open, when the laptop wakes."""
    with Line(app) as line:
        visitor = Visitor(context, line.url)
        visitor.say("own: hello")
        visitor.open_dialog()
        client = AgentClient(sandbox.url, sandbox.default.agent_token)
        with asleep(context, MINUTE, lines=[line], clocks=clocks.all):
            chat_id = newest_chat(sandbox)
            client.say("agent: hello", customer_id="", chat_id=chat_id, active=True)
        # What is closed before the line is back is drawn again with it, and closed once more.
        for _ in range(100):
            if visitor.dialog.is_visible():
                visitor.tab.keyboard.press("Escape")
            elif visitor.tab.evaluate(READ) == ["own: hello", "agent: hello"]:
                break
            visitor.tab.wait_for_timeout(200)
        visitor.expect("own: hello", "agent: hello")
        visitor.say("own: good morning")


def test_a_way_to_older_threads_that_has_expired_alone(
    context: BrowserContext,
    clocks: Clocks,
    sandbox: Sandbox,
    app: str,
    agent: Callable[[str], None],
) -> None:
    visitor = Visitor(context, app)
    said = talk(sandbox, visitor, agent)
    sandbox.faults.add("customer/list_threads", error="validation")
    visitor.show_earlier(until=len(said))


@pytest.mark.parametrize("sleeps", [True, False])
def test_pushes_are_heard_again_once_the_token_has_expired(
    context: BrowserContext,
    app_without_polls: str,
    clocks: Clocks,
    sandbox: Sandbox,
    agent: Callable[[str], None],
    sleeps: bool,
) -> None:
    """The page never polls. Without a sleep its session goes on, and has to renew the token."""
    clocks.set_to(20, 0)
    with Line(app_without_polls) as line:
        visitor = Visitor(context, line.url)
        visitor.say("own: hello")
        wait_for_login(visitor, sandbox)
        sandbox.requests.clear()
        if sleeps:
            with asleep(context, 9 * HOUR, lines=[line], clocks=clocks.all):
                pass
        else:
            sandbox.clock.advance(9 * HOUR)
        wait_for_login(visitor, sandbox)
        agent("agent: good morning")
        visitor.expect(
            words.say("yesterday"), "own: hello", words.say("today"), "agent: good morning"
        )


def wait_for_login(visitor: Visitor, sandbox: Sandbox) -> None:
    """Until the pushes have been logged in."""

    def is_in() -> bool:
        return any(r.action == "login" and r.error is None for r in list(sandbox.requests))

    until(visitor.tab, is_in)
