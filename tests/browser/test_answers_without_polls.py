"""The page while LiveChat's pushes are heard, and while they are not, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebSocket, expect

from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox
from tests.browser.apps import ELSEWHERE, Apps
from tests.browser.chat import MESSAGES
from tests.conftest import as_new, live, relaunched, until
from tests.driver import ask_as_agent

PHONE = {"width": 390, "height": 844}
LOGIN = ("rtm", "login")

# How each message looks in every frame that the browser paints, and whether its node stays.
WATCH = """() => {
    const messages = () => [...document.querySelectorAll("[data-testid=stChatMessage]")];
    const scroller = document.querySelector("[data-testid=stAppScrollToBottomContainer]");
    const kept = messages();
    const opacity = (node) => {
        let least = 1;
        for (; node; node = node.parentElement) {
            least = Math.min(least, getComputedStyle(node).opacity);
        }
        return least;
    };
    window.seen = { opacity: 1, lost: 0, tops: new Set() };
    const look = () => {
        for (const message of kept) {
            if (!message.isConnected) window.seen.lost++;
            else window.seen.opacity = Math.min(window.seen.opacity, opacity(message));
        }
        window.seen.tops.add(Math.round(scroller.scrollTop));
        requestAnimationFrame(look);
    };
    look();
}"""


# Browsers scroll smoothly, for as long as they like.
STAND_STILL = """() => new Promise((done) => {
    const scroller = document.querySelector("[data-testid=stAppScrollToBottomContainer]");
    let top = -1;
    const look = () => {
        if (scroller.scrollTop === top) done();
        top = scroller.scrollTop;
        setTimeout(look, 1000);
    };
    look();
})"""


class Chat:
    """A chat that a visitor has begun, and its agent."""

    def __init__(self, sandbox: Sandbox, context: BrowserContext, url: str) -> None:
        self.sandbox = sandbox
        self.page: Page = context.new_page()
        self.sockets: list[WebSocket] = []
        self.page.on("websocket", lambda s: self.sockets.append(s) if "rtm" in s.url else None)
        self.page.goto(url)
        self.say("Hello")
        expect(self.page.get_by_role("button", name="End chat")).to_be_enabled()
        self.id = next(iter(sandbox.default.chats))
        self.agent = AgentClient(sandbox.url, sandbox.default.agent_token)

    def say(self, text: str) -> None:
        self.page.get_by_test_id("stChatInput").locator("textarea").fill(text)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_text(text, exact=True)).to_be_visible()

    def hear(self, text: str) -> None:
        self.agent.say(text, customer_id="", chat_id=self.id, active=True)
        expect(self.page.get_by_text(text, exact=True)).to_be_attached()

    def message(self, text: str) -> Locator:
        return self.page.get_by_test_id("stChatMessage").get_by_text(text)

    def type(self, is_typing: bool) -> None:
        about = {"chat_id": self.id, "is_typing": is_typing}
        ask_as_agent(self.sandbox, "send_typing_indicator", json=about)

    def wait_for_logins(self, count: int = 1) -> None:
        until(self.page, lambda: self.asked.count(LOGIN) >= count)

    def connect(self) -> None:
        """Waits until nothing is asked any more but what pushes call for."""
        self.wait_for_logins()
        before = -1
        while before != len(self.asked):
            before = len(self.asked)
            self.page.wait_for_timeout(500)

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Without what goes by the clock, or is told a second after it was seen."""
        found = [(r.api, r.action) for r in self.sandbox.requests if r.api in ("customer", "rtm")]
        return [asked for asked in found if asked[1] not in ("ping", "mark_events_as_seen")]


@pytest.fixture(scope="module")
def url(run_app: Apps, shared_sandbox: Sandbox) -> str:
    return run_app(**live(shared_sandbox, LIVECHAT_POLL_SECONDS="1"))


@pytest.fixture(scope="module")
def url_without_polls(run_app: Apps, shared_sandbox: Sandbox) -> str:
    return run_app(**live(shared_sandbox, LIVECHAT_POLL_SECONDS="3600"))


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport=PHONE) as context:  # type: ignore[arg-type]
        yield context


@pytest.fixture
def context(phone: BrowserContext, sandbox: Sandbox) -> Iterator[BrowserContext]:
    with as_new(phone) as context:
        yield context


@pytest.fixture
def chat(context: BrowserContext, url_without_polls: str, sandbox: Sandbox) -> Chat:
    """A chat whose page never polls."""
    chat = Chat(sandbox, context, url_without_polls)
    chat.connect()
    return chat


# Both go to the app in one message, which runs the fragment of the first.
TELL_TOGETHER = """() => {
    const hear = livechatLine.hear;
    livechatLine.hear = (frame) => {
        livechatScreen.reading.isAtEnd = false;
        document.dispatchEvent(new Event("livechat-end"));
        hear.call(livechatLine, frame);
    };
}"""


def test_what_is_pushed_is_read_whatever_else_the_browser_tells_at_that_moment(chat: Chat) -> None:
    chat.page.evaluate(TELL_TOGETHER)
    chat.hear("Just as the end is left")


def test_an_agents_words_appear_at_the_price_of_one_small_read(chat: Chat) -> None:
    before = len(chat.asked)
    chat.hear("How can I help?")
    chat.page.wait_for_timeout(500)
    asked = chat.asked[before:]
    assert asked.count(("customer", "list_chats")) == 1
    assert ("customer", "list_threads") not in asked
    expect(chat.page.get_by_text("Seen")).to_be_visible()


def test_own_messages_and_answers_come_once_and_in_order(chat: Chat) -> None:
    for number in range(3):
        chat.say(f"Question {number}")
        chat.hear(f"Answer {number}")
    said = [f"{kind} {number}" for number in range(3) for kind in ("Question", "Answer")]
    messages = chat.page.locator(MESSAGES)
    expect(messages).to_have_count(7)
    for place, text in enumerate(said, start=1):
        expect(messages.nth(place)).to_contain_text(text)


def test_who_is_typing_is_shown_without_a_run_of_the_page(chat: Chat) -> None:
    chat.hear("One moment")
    chat.connect()
    before = chat.asked
    place = chat.message("One moment").bounding_box()
    chat.type(True)
    expect(chat.page.get_by_text("Kate Novak is typing…")).to_be_visible()
    assert chat.message("One moment").bounding_box() == place
    chat.type(False)
    expect(chat.page.get_by_text("is typing")).to_have_count(0)
    assert chat.asked == before


def test_nothing_flickers_and_no_node_is_replaced(chat: Chat) -> None:
    for number in range(3):
        chat.hear(f"First words {number}")
    chat.page.evaluate(WATCH)
    for number in range(3):
        chat.hear(f"Answer {number}")
        chat.say(f"Question {number}")
        chat.type(True)
    chat.page.wait_for_timeout(1_000)
    seen = chat.page.evaluate("() => ({ opacity: seen.opacity, lost: seen.lost })")
    assert seen == {"opacity": 1, "lost": 0}


def test_the_view_follows_at_the_bottom_and_holds_still_above(chat: Chat) -> None:
    for number in range(20):
        chat.hear(f"Message number {number}")
    last = chat.message("Message number 19")
    expect(last).to_be_in_viewport()
    chat.hear("And one more at the bottom")
    expect(chat.message("And one more at the bottom")).to_be_in_viewport()

    chat.page.evaluate(STAND_STILL)
    chat.page.mouse.move(PHONE["width"] / 2, PHONE["height"] / 2)
    chat.page.mouse.wheel(0, -500)
    expect(last).not_to_be_in_viewport()
    chat.page.evaluate(STAND_STILL)
    chat.page.evaluate(WATCH)
    chat.hear("While the visitor reads above")
    chat.type(True)
    expect(chat.page.get_by_text("is typing")).to_be_attached()
    chat.page.wait_for_timeout(500)
    assert len(chat.page.evaluate("() => [...seen.tops]")) == 1


def test_while_pushes_are_heard_nothing_else_is_asked(
    context: BrowserContext, url: str, sandbox: Sandbox
) -> None:
    chat = Chat(sandbox, context, url)
    chat.connect()
    before = chat.asked
    chat.page.wait_for_timeout(3_000)
    assert chat.asked == before


def test_what_was_missed_is_read_when_the_connection_is_back(chat: Chat) -> None:
    customer = chat.sandbox.default.chats[chat.id].customer.id
    chat.sandbox.disconnect(chat.sandbox.default, customer, "connection_evicted")
    chat.agent.say("Did you get this?", customer_id="", chat_id=chat.id, active=True)
    expect(chat.message("Did you get this?")).to_be_visible()
    assert chat.asked.count(LOGIN) == 2


def test_a_token_that_expires_is_renewed_for_the_connection(chat: Chat) -> None:
    customer = chat.sandbox.default.chats[chat.id].customer.id
    before = len(chat.sandbox.requests)
    chat.sandbox.disconnect(chat.sandbox.default, customer, "access_token_expired")
    chat.wait_for_logins(2)
    assert [r.action for r in list(chat.sandbox.requests)[before:]].count("token") == 1
    chat.hear("A long day")


WITHOUT_RTM = """const { WebSocket } = window;
window.WebSocket = class extends WebSocket {
    constructor(url, protocols) {
        if (String(url).includes("rtm")) throw new Error("blocked");
        super(url, protocols);
    }
}"""


def test_where_no_connection_can_be_had_the_page_polls(
    browser: Browser, url: str, sandbox: Sandbox
) -> None:
    with browser.new_context() as context:
        context.add_init_script(WITHOUT_RTM)
        chat = Chat(sandbox, context, url)
        chat.hear("A little later")
        assert LOGIN not in chat.asked


def test_a_blocked_connection_is_polled_for_meanwhile(
    context: BrowserContext, url: str, sandbox: Sandbox
) -> None:
    sandbox.faults.add("rtm/connect", status=503, times=1_000)
    chat = Chat(sandbox, context, url)
    chat.hear("A little later")
    chat.hear("And again")
    sandbox.faults.clear()


def test_a_browser_elsewhere_does_not_look_for_the_sandbox_on_its_own_machine(
    browser: Browser, run_app: Apps
) -> None:
    chromium = relaunched(browser, f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1")
    page, sockets = chromium.new_page(), list[str]()
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(run_app().replace("localhost", ELSEWHERE))
    page.get_by_test_id("stChatInput").locator("textarea").fill("Hello")
    page.keyboard.press("Enter")
    expect(page.locator(MESSAGES)).to_have_count(2)
    assert [url for url in sockets if "rtm" in url] == []
    chromium.close()


def test_the_configuration_switches_it_off(
    context: BrowserContext, run_app: Apps, sandbox: Sandbox
) -> None:
    chat = Chat(sandbox, context, run_app(**live(sandbox, LIVECHAT_PUSH="off")))
    chat.hear("A little later")
    assert not chat.sockets


def test_who_is_forgotten_is_no_longer_listened_for(chat: Chat) -> None:
    chat.page.get_by_role("button", name="More").click()
    chat.page.get_by_text("Forget this device").click()
    chat.page.get_by_role("button", name="Forget me").click()
    expect(chat.page.get_by_text("This device has forgotten you.")).to_be_visible()
    until(chat.page, lambda: all(socket.is_closed() for socket in chat.sockets))
    chat.page.wait_for_timeout(1_000)
    assert len(chat.sockets) == 1


def test_an_app_that_restarts_under_an_open_page_goes_on_listening(
    context: BrowserContext, run_app: Apps, sandbox: Sandbox
) -> None:
    url = run_app(**live(sandbox, LIVECHAT_POLL_SECONDS="3600"))
    chat = Chat(sandbox, context, url)
    chat.connect()
    run_app.restart(url)
    until(chat.page, lambda: [r.action for r in sandbox.requests].count("token") >= 2)
    chat.hear("Back again")
