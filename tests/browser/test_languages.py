"""The page's language: chosen, remembered by the tab, and left to a browser that translates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, FrameLocator, Locator, Page, expect

from livechat.api.agent_client import AgentClient
from livechat.page import words
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import Chat, newest_chat
from tests.browser.test_another_sites_frame import IN_FRAMES
from tests.conftest import live, until
from tests.driver import ask_as_agent
from tests.field import frames
from tests.page.whole_page import FORM_EVENT

# Which language the document was in whenever the page was seen, and in which words its input was.
WATCH = """() => {
    globalThis.seen = [];
    const look = () => {
        const input = document.querySelector("[data-testid=stChatInputTextArea]");
        const isSeen = input && getComputedStyle(document.body).opacity === "1";
        const { lang, dir } = document.documentElement ?? {};
        if (isSeen) seen.push(`${lang} ${dir} ${input.placeholder}`);
        requestAnimationFrame(look);
    };
    look();
}"""
SEEN = "() => [...new Set(seen)]"

# As Chrome does it, but for the words: it puts elements of its own around a text, of which React
# knows nothing, and takes away the one that was there. What is in a shadow it leaves alone, too.
TRANSLATE = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) found.push(texts.currentNode);
    for (const text of found) {
        if (!text.data.trim() || text.parentElement.closest("script, style, textarea")) continue;
        const [outer, inner] = [document.createElement("font"), document.createElement("font")];
        inner.append(text.data);
        outer.append(inner);
        text.replaceWith(outer);
    }
}"""


@pytest.fixture(scope="module")
def framed_app(run_app: Apps, livechat: Sandbox) -> str:
    return run_app.directly(**live(livechat), **IN_FRAMES)


@pytest.fixture
def shop(framed_app: str, tmp_path: Path) -> Iterator[str]:
    """Another site's page with the app in a frame."""
    with frames.shop(framed_app, tmp_path) as url:
        yield url


def says(page: Page | FrameLocator, language: str, key: str = "ready") -> None:
    with words.speaking(language):
        expect(page.get_by_text(words.say(key), exact=True)).to_be_visible()


def choose(page: Page | FrameLocator, now: str, language: str) -> None:
    """Chooses a language in the menu of a page that speaks another one."""
    with words.speaking(now):
        page.get_by_role("button", name=words.say("menu"), exact=True).click()
        page.get_by_text(words.say("languages"), exact=True).click()
    page.locator(f".st-key-speak-{language} button").click()


def written(page: Page) -> Locator:
    return page.get_by_test_id("stChatInputTextArea")


def test_the_tab_remembers_a_language_and_nothing_else_is_seen_when_it_is_loaded_anew(
    browser: Browser, framed_app: str
) -> None:
    with browser.new_context(locale="fr-FR") as context:
        page = context.new_page()
        page.goto(f"{framed_app}/?order=7&note=a%20b")
        says(page, "fr")
        written(page).fill("A draft")
        steps = page.evaluate("history.length")
        choose(page, "fr", "he")
        says(page, "he")
        root = page.locator("html")
        expect(root).to_have_attribute("lang", "he")
        expect(root).to_have_attribute("dir", "rtl")
        expect(written(page)).to_have_value("A draft")
        page.add_init_script(f"({WATCH})()")
        page.reload()
        says(page, "he")
        expect(written(page)).to_have_value("A draft")
        with words.speaking("he"):
            assert {line.split(" ", 2)[2] for line in seen(page)} == {words.say("write")}
        expect(root).to_have_attribute("lang", "he")
        assert "order=7&note=a+b&language=he" in page.url
        assert page.evaluate("history.length") == steps
        # What another address names counts more, and is remembered from then on.
        page.goto(f"{framed_app}/?language=uk")
        says(page, "uk")
        expect(root).to_have_attribute("lang", "uk")
        assert page.url.endswith("/?language=uk")
        page.goto(framed_app)
        says(page, "uk")
        with words.speaking("uk"):
            assert {line.split(" ", 2)[2] for line in seen(page)} == {words.say("write")}


def test_so_it_does_in_another_sites_frame_which_loses_the_address(
    browser: Browser, shop: str
) -> None:
    with browser.new_context(locale="fr-FR", ignore_https_errors=True) as context:
        page = context.new_page()
        page.add_init_script(f"({WATCH})()")
        page.goto(shop)
        chat = frames.chat_in(page)
        says(chat, "fr")
        choose(chat, "fr", "ar")
        says(chat, "ar")
        page.goto("about:blank")
        page.goto(shop)
        says(chat, "ar")
        with words.speaking("ar"):
            assert seen(page, inside(page)) == [f"ar rtl {words.say('write')}"]


def seen(page: Page, frame: Frame | None = None) -> list[str]:
    """What `WATCH` has noted, once the page, or a frame of it, is seen."""
    within = frame or page.main_frame
    until(page, lambda: bool(within.evaluate(SEEN)))
    found: list[str] = within.evaluate(SEEN)
    return found


def inside(page: Page) -> Frame:
    (frame,) = [frame for frame in page.frames if "embed=true" in frame.url]
    return frame


def test_where_the_visitors_language_is_not_spoken_all_may_be_translated(
    browser: Browser, framed_app: str
) -> None:
    left_alone = "[translate=no]:not([class*=st-key-speak-])"
    for locale, lang in (("th-TH", "en"), ("zh-CN", "zh-Hans")):
        with browser.new_context(locale=locale) as context:
            page = context.new_page()
            page.goto(framed_app)
            says(page, lang[:2])
            expect(page.locator("html")).to_have_attribute("lang", lang)
            is_own = page.locator(f".st-key-row{left_alone}")
            expect(is_own).to_have_count(0 if lang == "en" else 1)
            expect(page.locator(f":is({left_alone}) .typed")).to_have_count(0)


def test_a_translated_page_goes_on(chat: Chat, livechat: Sandbox, agent: AgentClient) -> None:
    errors: list[str] = []
    chat.context.on("weberror", lambda error: errors.append(str(error.error)))
    page = chat.page

    def translate() -> None:
        for _ in range(2):
            page.evaluate(TRANSLATE)

    translate()
    chat.say("Hello")
    expect(chat.own("Hello")).to_contain_text(words.say("sent"))
    translate()
    chat_id = newest_chat(livechat)
    agent.say("Good day", customer_id="", chat_id=chat_id, active=True)
    expect(chat.message("Good day")).to_have_count(1)
    translate()
    agent.show("cards", chat_id)
    ask_as_agent(livechat, "send_event", json={"chat_id": chat_id, "event": FORM_EVENT})
    page.get_by_label("Your e-mail").fill("ada@example.com")
    translate()
    chat.button(words.say("submit")).click()
    expect(chat.own("ada@example.com")).to_have_count(1)
    expect(chat.messages).to_have_count(5)
    translate()
    chat.button(words.say("menu")).click()
    translate()
    page.get_by_text(words.say("search"), exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(words.say("search_for")).fill("good")
    translate()
    expect(dialog.get_by_text("Good day")).to_be_visible()
    translate()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    chat.button(words.say("end")).click()
    says(page, "en", "closed")
    translate()
    choose(page, "en", "de")
    says(page, "de", "closed")
    with words.speaking("de"):
        expect(page.get_by_role("region", name=words.say("cards"))).to_have_count(1)
    translate()
    choose(page, "de", "en")
    says(page, "en", "closed")
    chat.say("Hello again")
    expect(chat.own("Hello again")).to_contain_text(words.say("sent"))
    expect(chat.messages).to_have_count(6)
    expect(chat.own("Hello").first).to_contain_text(words.say("seen"))
    assert errors == []
    expect(page.get_by_test_id("stErrorElementStack")).to_have_count(0)
