"""What a bot is thinking and writing, and what the visitor is: the real page in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from livechat.api.agent_client import AgentClient
from livechat.page import words
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import Chat, newest_chat
from tests.conftest import as_new, live, until
from tests.driver import ask_as_agent

PHONE = {"width": 390, "height": 844}
SMALL = {"width": 640, "height": 360}

TEXT = "I have found it. " * 3 + "\n\n" + "It is on its way to you, and should be there soon. " * 4
WORDS = TEXT.split(" ")

# In each frame that the browser paints: where the text is seen, from where to where, and where one
# reads.
WATCH = """begin => {
    const [{ shadowRoot }] = [...document.querySelectorAll(".st-key-line *")]
        .filter((part) => part.shadowRoot?.querySelector("#preview"));
    const preview = shadowRoot.querySelector("#preview");
    const scroller = document.querySelector("[data-testid=stAppScrollToBottomContainer]");
    window.seen = { places: [], tops: new Set() };
    const look = () => {
        const messages = [...document.querySelectorAll("[data-testid=stChatMessageContent]")];
        const shown = messages.filter((one) => one.textContent.includes(begin));
        if (preview.offsetHeight) shown.push(preview);
        const drawn = shown.filter((one) => getComputedStyle(one).visibility === "visible");
        seen.places.push(drawn.map((one) => one.getBoundingClientRect().bottom));
        seen.tops.add(Math.round(scroller.scrollTop));
        requestAnimationFrame(look);
    };
    look();
}"""


class Bot:
    """An agent who thinks and writes in the visitor's chat."""

    def __init__(self, sandbox: Sandbox, chat_id: str) -> None:
        self._sandbox = sandbox
        self._chat_id = chat_id
        self.client = AgentClient(sandbox.url, sandbox.default.agent_token)

    def think(self, **about: str) -> None:
        self._ask("send_thinking_indicator", **about)

    def preview(self, text: str, **about: str) -> None:
        self._ask("send_event_preview", event={"type": "message", "text": text, **about})

    def answer(self, text: str, **about: str) -> None:
        self._ask("send_event", event={"type": "message", "text": text, **about})

    def write(self, words: list[str]) -> None:
        for number in range(1, len(words) + 1):
            self.preview(" ".join(words[:number]), custom_id="a")

    def end(self) -> None:
        self.client.end(self._chat_id)

    def _ask(self, action: str, **fields: object) -> None:
        ask_as_agent(self._sandbox, action, json={"chat_id": self._chat_id, **fields})


Opens = Callable[..., tuple[Chat, Bot]]


@pytest.fixture(scope="module")
def url(run_app: Apps, livechat: Sandbox) -> str:
    return run_app(**live(livechat, LIVECHAT_POLL_SECONDS="3600"))


@pytest.fixture(params=[PHONE], ids=["phone"])
def context(
    browser: Browser, request: pytest.FixtureRequest, livechat: Sandbox
) -> Iterator[BrowserContext]:
    livechat.reset()
    with browser.new_context(viewport=request.param) as context, as_new(context):
        yield context


@pytest.fixture
def opens(context: BrowserContext, url: str, livechat: Sandbox) -> Opens:
    """A chat in which pushes are heard."""

    def open_(at: str = url) -> tuple[Chat, Bot]:
        chat = Chat(context, at)
        chat.say("Hello")
        expect(chat.button(words.say("end"))).to_be_enabled()
        bot = Bot(livechat, newest_chat(livechat))
        bot.answer("Hi, how can I help?")
        expect(chat.message("Hi, how can I help?")).to_be_visible()
        chat.page.wait_for_function("livechatLine.isLoggedIn")
        return chat, bot

    return open_


def asked(sandbox: Sandbox) -> list[str]:
    """What the app asks for, but for what is told a second after it was seen."""
    found = [r.action for r in sandbox.requests if r.api == "customer"]
    return [action for action in found if action != "mark_events_as_seen"]


def peeked(sandbox: Sandbox) -> list[str]:
    found = (r for r in sandbox.requests if r.action == "send_sneak_peek")
    return [r.payload["sneak_peek_text"] for r in found]


def test_an_answer_is_seen_as_it_is_written_and_its_message_takes_its_place(opens: Opens) -> None:
    chat, bot = opens()
    before = len(asked(bot._sandbox))
    place = chat.message("Hi, how can I help?").bounding_box()
    bot.think(title="Looking for your order…", custom_id="a")
    expect(chat.page.get_by_text("Kate Novak: Looking for your order…")).to_be_visible()
    bot.preview(WORDS[0], custom_id="a")
    expect(chat.page.get_by_text("Kate Novak is typing…")).to_be_visible()
    assert chat.message("Hi, how can I help?").bounding_box() == place
    assert len(asked(bot._sandbox)) == before
    chat.page.evaluate(WATCH, "I have found it")
    bot.write(WORDS)
    bot.answer(TEXT, custom_id="a")
    expect(chat.message("I have found it")).to_be_in_viewport()
    expect(chat.page.locator("#preview")).to_be_hidden()
    chat.page.wait_for_timeout(500)
    places = chat.page.evaluate("seen.places")
    assert {len(shown) for shown in places} == {1}  # never twice, and always there


def test_what_is_written_is_followed_at_the_end(opens: Opens) -> None:
    chat, bot = opens()
    for number in range(12):
        bot.answer(f"Message number {number}")
    expect(chat.message("Message number 11")).to_be_in_viewport()
    bot.write(WORDS)
    expect(chat.page.locator("#preview")).to_contain_text(WORDS[-2])
    chat.page.wait_for_function("livechatScreen.reading.below < 2")
    bot.answer(TEXT, custom_id="a")
    expect(chat.message("I have found it")).to_be_in_viewport()
    chat.page.wait_for_function("livechatScreen.reading.isAtEnd")


def test_nothing_moves_for_who_reads_above(opens: Opens) -> None:
    chat, bot = opens()
    for number in range(20):
        bot.answer(f"Message number {number}")
    expect(chat.message("Message number 19")).to_be_in_viewport()
    chat.page.mouse.move(PHONE["width"] / 2, PHONE["height"] / 2)
    chat.page.wait_for_timeout(1_500)  # until Streamlit scrolls no more
    chat.page.mouse.wheel(0, -600)
    chat.page.wait_for_function("!livechatScreen.reading.isAtEnd")
    chat.page.wait_for_timeout(1_000)
    chat.page.evaluate(WATCH, "I have found it")
    bot.think()
    bot.write(WORDS)
    expect(chat.page.locator("#preview")).to_contain_text(WORDS[-2])
    bot.answer(TEXT, custom_id="a")
    expect(chat.message("I have found it")).to_be_attached()
    expect(chat.page.locator("#preview")).to_be_hidden()
    chat.page.wait_for_timeout(500)
    assert chat.page.evaluate("seen.tops.size") == 1


def test_of_what_is_long_the_end_is_seen_and_the_input_stays(opens: Opens) -> None:
    chat, bot = opens()
    bot.preview("\n".join(f"Line {number}" for number in range(200)))
    preview = chat.page.locator("#preview")
    expect(preview).to_contain_text("Line 199")
    box, foot = preview.bounding_box(), chat.page.locator(".st-key-foot").bounding_box()
    assert box
    assert foot
    assert PHONE["height"] / 4 < box["height"] < PHONE["height"] / 2 + 24
    assert box["y"] + box["height"] < foot["y"]
    bot.preview("x" * 10_000)
    chat.page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    box = preview.bounding_box()
    assert box
    assert box["x"] + box["width"] <= PHONE["width"]
    expect(chat.input).to_be_in_viewport()


@pytest.mark.parametrize("context", [SMALL], ids=["small"], indirect=True)
def test_there_is_room_for_it_in_a_small_window(opens: Opens) -> None:
    chat, bot = opens()
    bot.preview(TEXT)
    preview = chat.page.locator("#preview")
    expect(preview).to_contain_text("should be there soon")
    chat.page.wait_for_function("livechatScreen.reading.below < 2")
    line = chat.page.get_by_text("Kate Novak is typing…")
    boxes = [part.bounding_box() for part in (preview, line, chat.page.locator(".st-key-foot"))]
    written, sign, foot = (box for box in boxes if box)
    assert written["y"] + written["height"] <= sign["y"] + 1
    assert sign["y"] + sign["height"] <= foot["y"] + 1


def test_it_ends_with_the_chat(opens: Opens) -> None:
    chat, bot = opens()
    bot.preview("I am just")
    expect(chat.page.locator("#preview")).to_be_visible()
    bot.end()
    expect(chat.page.locator("#preview")).to_be_hidden()
    expect(chat.page.get_by_text("is typing")).to_have_count(0)
    expect(chat.page.get_by_text("Kate Novak has closed the chat.")).to_be_visible()


def test_a_screen_reader_hears_the_message_and_not_how_it_is_written(opens: Opens) -> None:
    chat, bot = opens()
    heard = chat.page.locator("[data-live-announcer]")
    bot.think(title="Looking")
    bot.write(WORDS[:5])
    expect(chat.page.locator("#preview")).to_contain_text(WORDS[4])
    said = heard.evaluate("region => region.textContent + livechatAnnouncer.notices.textContent")
    assert "Kate Novak is thinking…" in said
    assert "I have" not in said
    bot.answer(TEXT, custom_id="a")
    expect(heard).to_contain_text("Kate Novak: I have found it.")


def test_the_other_tab_shows_that_and_not_what(opens: Opens, url: str) -> None:
    chat, bot = opens()
    other = Chat(chat.context, url)
    expect(other.message("Hi, how can I help?")).to_be_visible()
    other.page.wait_for_function("livechatLine.told.follows")
    bot.think(title="Looking for your order…")
    expect(chat.page.get_by_text("Kate Novak: Looking")).to_be_visible()
    expect(other.page.get_by_text("Kate Novak is thinking…")).to_be_visible()
    bot.preview("I have found it.")
    expect(chat.page.locator("#preview")).to_contain_text("I have found it.")
    expect(other.page.get_by_text("Kate Novak is typing…")).to_be_visible()
    expect(other.page.locator("#preview")).to_be_hidden()
    bot.answer("I have found it.")
    expect(other.message("I have found it.")).to_be_visible()
    expect(other.page.get_by_text("is typing")).to_have_count(0)


def test_agents_see_what_is_being_written(opens: Opens, livechat: Sandbox) -> None:
    chat, bot = opens()
    before = asked(livechat)
    chat.input.press_sequentially("Where is my", delay=30)
    until(chat.page, lambda: peeked(livechat)[-1:] == ["Where is my"])
    assert asked(livechat) == before
    assert bot.client.peek(newest_chat(livechat)) == "Where is my"
    chat.say("Where is my order?")
    expect(chat.own("Where is my order?")).to_contain_text("Delivered")
    until(chat.page, lambda: peeked(livechat)[-1:] == [""])
    chat.button(words.say("end")).click()
    expect(chat.closed).to_be_visible()
    chat.page.wait_for_function("livechatLine.data.peek === null")
    chat.input.press_sequentially("Not now")
    chat.say("Once more")
    expect(chat.own("Once more")).to_contain_text("Delivered")
    chat.page.wait_for_function("livechatLine.data.peek !== null")
    chat.input.press_sequentially("And another thing")
    until(chat.page, lambda: peeked(livechat)[-1:] == ["And another thing"])
    assert not [text for text in peeked(livechat) if text.startswith("Not now")]


def test_the_configuration_keeps_it_from_them(
    opens: Opens, run_app: Apps, livechat: Sandbox
) -> None:
    chat, _ = opens(run_app(**live(livechat, LIVECHAT_SNEAK_PEEK="off")))
    assert chat.page.evaluate("livechatLine.data.peek") is None
    chat.input.press_sequentially("Where is my order?")
    chat.page.wait_for_timeout(3_000)
    assert peeked(livechat) == []
