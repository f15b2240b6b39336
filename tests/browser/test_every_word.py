"""Not one word of the page is in a language of its own: what Streamlit says, and what we forgot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from livechat.api.agent_client import AgentClient
from livechat.page import words
from livechat.page.words import catalogues
from livechat.page.words.system_messages import SENTENCES
from livechat.sandbox import Sandbox, start
from livechat.sandbox.world.sample_organization import FORMS
from tests.browser.apps import Apps
from tests.browser.chat import UPLOADS, Chat, attach, newest_chat
from tests.browser.content import button, card
from tests.browser.every_word import (
    all_words,
    mark_all,
    marked,
    of_the_sandbox,
    open_shadows,
    say,
    unmarked,
)
from tests.conftest import as_new, live, until
from tests.driver import ask_as_agent, cut_off

# By people, or by a browser and React Aria for themselves.
SAID = [
    *of_the_sandbox(),
    "report.txt",
    "notes.txt",
    "huge.mov",
    "Ada",
    "ada@example.com",
    "Schließen",
    "English",
]

_THAI = re.compile("[\u0e00-\u0e7f]")

TITLED = {"title": marked("Hills"), "subtitle": marked("By day")}
SHOWN: list[dict[str, Any]] = [
    card(
        button(marked("This"), type="message", value="1"),
        button(marked("Call"), type="phone", value="+1 234"),
        button(marked("Copy"), type="copy", value="1234"),
        **TITLED,
    ),
    {
        "type": "rich_message",
        "template_id": "cards",
        "elements": [{**TITLED}, {"title": marked("Woods")}],
    },
    {
        "type": "rich_message",
        "template_id": "quick_replies",
        "elements": [{**TITLED, "buttons": [button(marked("Yes"))]}],
    },
]
SELECT = {
    "type": "form",
    "form_id": "contact",
    "fields": [
        {"type": "email", "id": "1", "label": marked("Mail"), "required": True},
        {
            "type": "select",
            "id": "2",
            "label": marked("Country"),
            "options": [
                {"id": "a", "label": marked("Poland")},
                {"id": "b", "label": marked("Peru")},
            ],
        },
        {"type": "textarea", "id": "3", "label": marked("More")},
    ],
}


@pytest.fixture(scope="module")
def livechat() -> Iterator[Sandbox]:
    sandbox = start(port=0, bot=False)
    sandbox.default.enabled_forms = set(FORMS)
    yield sandbox
    sandbox.stop()


@pytest.fixture(scope="module")
def marked_app(run_app: Apps, livechat: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("marked")
    mark_all(root)
    return run_app(root=root, LIVECHAT_LANGUAGE="de", **live(livechat))


@pytest.fixture(scope="module")
def in_marked(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context() as context:
        open_shadows(context)
        yield context


@pytest.fixture
def chat(in_marked: BrowserContext, marked_app: str, livechat: Sandbox) -> Iterator[Chat]:
    livechat.reset()
    livechat.default.enabled_forms = set(FORMS)
    with as_new(in_marked) as context:
        yield Chat(context, marked_app)


def is_whole(chat: Chat, root: str = "html") -> None:
    """Nothing is on the page, nor heard, but the page's own words and people's.

    What something is called may be said with the frame after it was drawn.
    """
    left: list[list[str]] = []

    def is_so() -> bool:
        left[:] = unmarked(chat.page, SAID, root)
        return not left

    try:
        until(chat.page, is_so)
    finally:
        assert left == []


def begin(chat: Chat, text: str = "1") -> None:
    chat.page.locator("input[autocomplete=name]").fill("Ada")
    chat.page.locator("input[autocomplete=email]").fill("ada@example.com")
    chat.button(say("start_chat")).click()
    expect(chat.button(say("start_chat"))).to_have_count(0)
    chat.say(marked(text))
    expect(chat.messages.filter(has_text=marked(text))).to_contain_text(say("sent"))


def hear(chat: Chat, agent: AgentClient, livechat: Sandbox, text: str) -> None:
    agent.say(marked(text), customer_id="", chat_id=newest_chat(livechat), active=True)
    expect(chat.message(marked(text))).to_be_visible()


def send(livechat: Sandbox, event: dict[str, Any]) -> None:
    ask_as_agent(livechat, "send_event", json={"chat_id": newest_chat(livechat), "event": event})


def choose(chat: Chat, entry: str) -> Locator:
    chat.button(say("menu")).click()
    chat.page.get_by_role("menuitem", name=say(entry), exact=True).click()
    dialog = chat.page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name=say(entry))).to_be_visible()
    return dialog


def test_a_conversation(chat: Chat, agent: AgentClient, livechat: Sandbox) -> None:
    expect(chat.page.get_by_text(say("ready"))).to_be_visible()
    is_whole(chat)
    begin(chat)
    hear(chat, agent, livechat, "2")
    for event in SHOWN:
        send(livechat, event)
    expect(chat.button(marked("Yes"))).to_be_visible()
    for type in SENTENCES:
        event = {"type": "system_message", "system_message_type": type, "text": marked(type)}
        send(livechat, event)
    hear(chat, agent, livechat, "3")
    is_whole(chat)


def test_what_is_attached_and_what_is_refused(chat: Chat, tmp_path: Path) -> None:
    (huge := tmp_path / "huge.mov").write_bytes(bytes(12_000_000))
    chat.page.route(UPLOADS, lambda route: route.fulfill(status=500))
    attach(chat, ("report.txt", "text/plain", b"1" * 1_500))
    expect(chat.page.get_by_test_id("stFileChipIconError")).to_be_visible()
    is_whole(chat)
    chat.page.unroute(UPLOADS)
    chat.page.locator("input[type=file]").set_input_files([huge])
    expect(chat.page.get_by_test_id("stFileChipIconError")).to_have_count(2)
    chat.page.get_by_test_id("stFileChip").first.hover()
    expect(chat.page.get_by_test_id("stTooltipErrorContent")).to_be_visible()
    attach(chat, ("notes.txt", "text/plain", b"1"))
    is_whole(chat)
    chat.page.get_by_test_id("stChatInputFileUploadButton").hover()
    expect(chat.page.get_by_test_id("stTooltipContent")).to_be_visible()
    is_whole(chat)
    chat.say(marked("1"))
    expect(chat.messages).to_have_count(4)
    expect(chat.messages.filter(has_text="huge.mov")).to_contain_text(
        say("undelivered.file_too_large", megabytes=10)
    )
    is_whole(chat)


def test_a_voice(chat: Chat) -> None:
    chat.button(say("streamlit.record")).click()
    expect(chat.page.get_by_test_id("stTooltipErrorHoverTarget")).to_be_visible()
    chat.input.hover()
    chat.page.get_by_test_id("stChatInputMicButton").hover()
    expect(chat.page.get_by_test_id("stTooltipErrorContent")).to_be_visible()
    is_whole(chat)


def test_forms_with_faults(chat: Chat, agent: AgentClient, livechat: Sandbox) -> None:
    begin(chat)
    send(livechat, SELECT)
    country = chat.page.get_by_role("combobox")
    country.click()
    country.press_sequentially("z")
    expect(chat.page.get_by_text(say("streamlit.no_results"))).to_be_visible()
    is_whole(chat)
    country.press("Backspace")
    country.press("ArrowDown")
    country.press("Enter")
    expect(chat.button(say("streamlit.clear"))).to_be_visible()
    is_whole(chat)
    chat.page.get_by_label(marked("More")).press_sequentially("1")
    expect(chat.page.get_by_test_id("InputInstructions")).to_be_visible()
    chat.button(say("submit")).click()
    expect(chat.page.get_by_text(say("fault.missing"))).to_be_visible()
    chat.page.get_by_role("textbox", name=marked("Mail")).press_sequentially("1")
    expect(chat.page.get_by_test_id("InputInstructions")).to_be_visible()
    is_whole(chat)


def test_the_companys_forms(chat: Chat, agent: AgentClient, livechat: Sandbox) -> None:
    expect(chat.button(say("start_chat"))).to_be_visible()
    chat.say(marked("1"))
    expect(chat.page.get_by_text(say("waits_for_form"))).to_be_visible()
    chat.button(say("start_chat")).click()
    expect(chat.page.get_by_text(say("fault.missing")).first).to_be_visible()
    is_whole(chat)
    begin(chat, "2")
    agent.end(newest_chat(livechat))
    expect(chat.button(say("skip"))).to_be_visible()
    is_whole(chat)


def test_each_dialog(chat: Chat, agent: AgentClient, livechat: Sandbox) -> None:
    begin(chat)
    hear(chat, agent, livechat, "2")
    for entry in ("details", "rate", "transcript", "search", "alerts", "languages", "forget"):
        dialog = choose(chat, entry)
        if entry == "search":
            dialog.get_by_role("searchbox").press_sequentially("2")
            expect(chat.button(say("streamlit.clear"))).to_be_visible()
        if entry == "rate":
            dialog.get_by_role("radio", name=say("streamlit.thumbs_up")).click()
            expect(dialog.get_by_text(say("rated.good"))).to_be_visible()
        if entry == "alerts":
            expect(dialog.get_by_text(say("alert_by_sound"))).to_be_visible()
        is_whole(chat)
        if entry != "forget":
            chat.button(say("close")).click()
            expect(dialog).to_have_count(0)
    chat.button(say("forget_do")).click()
    expect(chat.page.get_by_text(say("forgotten"))).to_be_visible()
    is_whole(chat)


def test_trouble(chat: Chat, livechat: Sandbox) -> None:
    begin(chat)
    cut_off(livechat)
    chat.say(marked("2"))
    expect(chat.button(say("retry"))).to_be_visible()
    is_whole(chat)


def test_the_queue(chat: Chat, livechat: Sandbox) -> None:
    livechat.default.chat_limit = 0
    begin(chat)
    expect(chat.page.locator("#queue")).to_be_visible()
    is_whole(chat)


def test_the_agents_desk(in_marked: BrowserContext, run_app: Apps, tmp_path: Path) -> None:
    mark_all(tmp_path)
    with as_new(in_marked) as context:
        chat = Chat(context, run_app(root=tmp_path, LIVECHAT_LANGUAGE="de"))
        chat.button(say("streamlit.desk_open")).click()
        expect(chat.page.get_by_label(say("desk_reply"))).to_be_visible()
        chat.button(say("desk_online")).click()
        expect(chat.page.get_by_text(say("desk_is_online"))).to_be_visible()
        is_whole(chat)


@pytest.mark.parametrize("locale", ["de-AT", "ja-JP", "ar-EG", "pt-BR"])
def test_a_page_in_its_language_has_no_line_of_the_english_one(
    browser: Browser, live_app: str, locale: str
) -> None:
    language = next(one for one in words.languages() if locale.startswith(one))
    own = catalogues.read(language)
    english = catalogues.read("en").sentences
    shared = {english[key] for key in own.as_in_english}
    lines = set(_lines(english)) - shared - set(_lines(own.sentences)) - set(SAID)
    with browser.new_context(locale=locale) as context:
        open_shadows(context)
        chat = Chat(context, live_app)
        chat.page.locator("input[autocomplete=email]").fill("ada@example.com")
        chat.page.locator("[data-testid=stFormSubmitButton] button").click()
        expect(chat.page.locator("[class*=-fault]").first).to_be_visible()
        chat.page.locator(".st-key-menu button").click()
        chat.page.get_by_role("menuitem").first.click()
        expect(
            chat.page.get_by_role("dialog").locator("form, [data-testid=stForm]")
        ).to_be_visible()
        said = {text.strip() for _, text in all_words(chat.page)}
        assert said & lines == set()
        assert said & set(_lines(own.sentences))


def test_who_speaks_no_language_of_the_pages_reads_all_of_it_in_english(
    browser: Browser, live_app: str
) -> None:
    with browser.new_context(locale="th-TH") as context:
        open_shadows(context)
        chat = Chat(context, live_app)
        expect(chat.button("Send message")).to_be_visible()
        expect(chat.button(words.say("start_chat"))).to_be_visible()
        foreign = [text for _, text in all_words(chat.page) if not text.isascii()]
        assert [text for text in foreign if _THAI.search(text)] == []
        locale = "globalThis[Symbol.for('react-aria.i18n.locale')]"
        assert str(chat.page.evaluate(locale)).startswith("en")


def _lines(sentences: Mapping[str, Any]) -> Iterator[str]:
    for said in sentences.values():
        inner = said.values() if isinstance(said, Mapping) else said
        yield from [said] if isinstance(said, str) else inner
