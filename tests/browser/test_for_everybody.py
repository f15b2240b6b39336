"""The page for whoever uses it: by ear, by keyboard, by touch, magnified, in their own colours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from livechat.api.agent_client import AgentClient
from livechat.page import words
from livechat.sandbox import Sandbox
from tests.browser import axe
from tests.browser.chat import Chat, attach, newest_chat

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}

# In the colours of a scheme, and no more on its way to them.
IS_DRAWN = """scheme => {
  const { backgroundColor } = getComputedStyle(document.querySelector("[data-testid=stApp]"));
  const isDark = Number(backgroundColor.match(/\\d+/)[0]) < 128;
  return isDark === (scheme === "dark") && !document.getAnimations().some((one) => one.effect.target
    && one.playState === "running" && one.effect.getTiming().iterations < Infinity);
}"""

SHOWN = ("formatting", "cards", "quick_replies", "sticker", "file", "form")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport=PHONE, has_touch=True) as context:  # type: ignore[arg-type]
        yield context


def is_fine(page: Page) -> None:
    """In a light room on a phone, and in the dark on a desktop."""
    found = []
    for scheme, size in (("light", PHONE), ("dark", DESKTOP)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.wait_for_function(IS_DRAWN, arg=scheme)
        found += [f"{scheme}: {fault}" for fault in axe.faults(page)]
    assert not found, "\n".join(found)


def menu(chat: Chat, entry: str) -> None:
    chat.button(words.say("menu")).click()
    chat.page.get_by_role("menuitem", name=entry).click()
    expect(chat.page.get_by_role("dialog").get_by_role("heading", name=entry)).to_be_visible()


def test_axe_finds_nothing_in_any_state(
    context: BrowserContext, live_app: str, livechat: Sandbox, agent: AgentClient
) -> None:
    chat = Chat(context, live_app)
    page = chat.page
    chat.ready()
    is_fine(page)

    chat.say("Hello")
    expect(chat.button(words.say("end"))).to_be_enabled()
    id = newest_chat(livechat)
    for what in SHOWN:
        agent.show(what, id)
    agent.say("See https://example.com", customer_id="", chat_id=id, active=True)
    expect(chat.message("See https://example.com")).to_be_visible()
    expect(page.locator("[aria-live=polite]")).to_contain_text("Kate Novak: See https://")
    attach(chat, ("report.txt", "text/plain", b"x"))
    is_fine(page)
    page.get_by_role("button", name="Remove report.txt").click()
    picture = page.locator("a.picture").last
    picture.click()
    expect(page.locator("#lightbox")).to_be_visible()
    is_fine(page)
    page.keyboard.press("Escape")
    expect(picture).to_be_focused()

    livechat.faults.add("customer/send_event", error="validation")
    chat.say("Refused")
    expect(chat.button(words.say("discard"))).to_be_visible()
    is_fine(page)

    chat.button(words.say("menu")).click()
    expect(page.get_by_role("menu")).to_be_visible()
    is_fine(page)
    page.keyboard.press("Escape")

    menu(chat, words.say("details"))
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(words.say("email")).fill("nonsense")
    dialog.get_by_role("button", name=words.say("save")).click()
    expect(dialog.get_by_label(words.say("email"))).to_have_attribute("aria-invalid", "true")
    is_fine(page)
    page.keyboard.press("Escape")
    for entry in map(words.say, ("transcript", "search", "languages", "forget")):
        menu(chat, entry)
        if entry == words.say("search"):
            page.get_by_label(words.say("search_for")).fill("example")
            expect(dialog.get_by_role("button", name="Kate").first).to_be_visible()
        is_fine(page)
        page.keyboard.press("Escape")

    chat.button(words.say("end")).click()
    page.locator(".st-key-asking").get_by_role("radio", name="Thumbs up").click()
    expect(page.get_by_label(words.say("rate_comment"))).to_be_visible()
    is_fine(page)

    livechat.faults.add("*", times=10_000, status=502, body="")
    chat.say("Is anybody there?")
    expect(page.get_by_role("alert")).to_be_visible()
    is_fine(page)
    livechat.faults.clear()


def test_the_sandbox_has_a_desk_that_is_there_when_it_is_open(
    context: BrowserContext, sandbox_app: str
) -> None:
    chat = Chat(context, sandbox_app)
    page = chat.page
    chat.ready()
    is_fine(page)
    opens = page.get_by_role("button", name=words.say("streamlit.desk_open"))
    closes = page.get_by_role("button", name=words.say("streamlit.desk_close"))
    reply = page.get_by_label(words.say("desk_reply"))
    chat.input.focus()
    for _ in range(8):
        page.keyboard.press("Shift+Tab")
        expect(reply).not_to_be_focused()
    opens.press("Enter")
    expect(closes).to_be_focused()
    page.keyboard.press("Tab")
    expect(reply).to_be_focused()
    is_fine(page)
    closes.press("Enter")
    expect(opens).to_be_focused()


# What is pressed is as large as a finger, but for links within a text.
TOO_SMALL = """() => {
  const pressed = "button, summary, a, [role=menuitem], label:has(input)";
  return [...document.querySelectorAll(pressed)].filter((part) => {
    const { width, height } = part.getBoundingClientRect();
    const isText = part.closest(".typed, .stMarkdown a, [data-testid=stSkipToContent]");
    if (part.style.width === "1px") return false; // for screen readers alone
    const isShown = part.checkVisibility({ visibilityProperty: true }) && width > 1;
    return isShown && !isText && !part.closest("[inert]") && (width < 44 || height < 44);
  }).map((part) => part.outerHTML);
}"""

# How much of the window is left for messages, and how many are whole in it.
ROOM = """() => {
  const box = (name) => document.querySelector(name).getBoundingClientRect();
  const [top, bottom] = [box(".st-key-header").bottom, box("[data-testid=stBottom]").top];
  const whole = [...document.querySelectorAll("[data-testid=stChatMessage]")].filter((message) => {
    const shown = message.getBoundingClientRect();
    return shown.top >= top - 1 && shown.bottom <= bottom + 1;
  });
  return { room: bottom - top, whole: whole.length };
}"""

CHOSEN = (
    "[data-testid=stCheckbox] label > div:nth-of-type(1)",
    "[data-testid=stRadioOption]:has(:checked) > div > div:first-child",
    "[data-testid=stFeedback] [aria-checked=true]",
    "[data-variant=pills][aria-pressed=true]",
)
HIGHLIGHT = """() => {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.backgroundColor = "Highlight";
  const { backgroundColor } = getComputedStyle(probe);
  probe.remove();
  return backgroundColor;
}"""
OUTLINE = "getComputedStyle(document.activeElement).outlineStyle"


def test_by_touch_magnified_and_in_the_colours_of_the_system(
    browser: Browser, live_app: str, livechat: Sandbox, agent: AgentClient
) -> None:
    with browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True) as context:  # type: ignore[arg-type]
        chat = Chat(context, live_app)
        page = chat.page
        chat.say("Hello")
        expect(chat.button(words.say("end"))).to_be_enabled()
        id = newest_chat(livechat)
        for what in ("form", "cards", "file", "quick_replies"):
            agent.show(what, id)
        expect(chat.button("Cards")).to_be_visible()
        attach(chat, ("report.txt", "text/plain", b"x"))
        expect(page.get_by_role("radio", name="Thumbs up")).to_be_attached()
        assert page.evaluate(TOO_SMALL) == []
        page.get_by_role("button", name="Remove report.txt").click()

        page.emulate_media(forced_colors="active")
        page.get_by_test_id("stRadioOption").filter(has_text="Soon").click()
        for part in (page.get_by_role("radio", name="Thumbs up"), chat.button("A friend")):
            part.click()
        for chosen in CHOSEN:
            expect(page.locator(chosen)).to_have_css("background-color", page.evaluate(HIGHLIGHT))
        for part in (page.get_by_role("checkbox"), chat.input, chat.button("Cards")):
            part.focus()
            page.keyboard.press("Shift")  # who uses it sees where they are
            assert page.evaluate(OUTLINE) == "solid"
        page.emulate_media(forced_colors="none")

        agent.say("Short", customer_id="", chat_id=id, active=True)
        expect(chat.message("Short")).to_be_visible()
        for width, height in ((320, 256), (844, 390)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function(f"{ROOM}().whole >= 1".replace(ROOM, f"({ROOM})"))
            assert page.evaluate(ROOM)["room"] >= 80
            expect(chat.input).to_be_in_viewport(ratio=1)
        menu(chat, words.say("rate"))
        assert page.evaluate(TOO_SMALL) == []
