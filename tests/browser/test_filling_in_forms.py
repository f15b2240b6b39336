"""Forms, ratings and the menu's dialogs as a person uses them, on a desktop and a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from playwright.sync_api import Error as PlaywrightError

from livechat.api.agent_client import AgentClient
from livechat.page import words
from livechat.sandbox import Sandbox, start
from tests.browser.chat import Chat, newest_chat
from tests.conftest import as_new, until
from tests.driver import ask_as_agent

SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def livechat() -> Iterator[Sandbox]:
    sandbox = start(port=0, bot=False)
    sandbox.default.enabled_forms = {"prechat"}
    yield sandbox
    sandbox.stop()


@pytest.fixture(params=SIZES, scope="module")
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    has_touch = request.param == "phone"
    size = SIZES[request.param]
    with browser.new_context(viewport=size, has_touch=has_touch, locale="en-GB") as context:  # type: ignore[arg-type]
        yield context


@pytest.fixture
def chat(screen: BrowserContext, live_app: str) -> Iterator[Chat]:
    """The page before the pre-chat form is filled in."""
    with as_new(screen) as context:
        yield Chat(context, live_app)


@pytest.fixture
def agent(livechat: Sandbox) -> AgentClient:
    return AgentClient(livechat.url, livechat.default.agent_token)


def box(scope: Page | Locator, name: str) -> Locator:
    return scope.locator(f"input[autocomplete={name}]")


def fill_in_first(chat: Chat) -> None:
    box(chat.page, "name").fill("Ada")
    box(chat.page, "email").fill("ada@example.com")
    chat.button(words.say("start_chat")).click()
    expect(chat.button(words.say("start_chat"))).to_have_count(0)


@pytest.fixture
def chatting(chat: Chat, agent: AgentClient, livechat: Sandbox) -> Chat:
    """The page with a chat in it."""
    fill_in_first(chat)
    chat.say("Hello")
    expect(chat.button(words.say("end"))).to_be_enabled()
    hear(chat, agent, livechat, "Hi there")
    return chat


def hear(chat: Chat, agent: AgentClient, livechat: Sandbox, text: str) -> None:
    agent.say(text, customer_id="", chat_id=newest_chat(livechat), active=True)
    expect(chat.messages.filter(has_text=text)).to_be_visible()


def send(livechat: Sandbox, event: dict[str, Any]) -> None:
    ask_as_agent(livechat, "send_event", json={"chat_id": newest_chat(livechat), "event": event})


def choose(chat: Chat, entry: str) -> Locator:
    """Opens a dialog of the menu with the keyboard alone."""
    chat.button(words.say("menu")).focus()
    chat.page.keyboard.press("Enter")
    item = chat.page.get_by_role("menuitem", name=entry, exact=True)
    expect(item).to_be_visible()
    item.press("Enter")
    dialog = chat.page.get_by_role("dialog")
    expect(dialog.get_by_text(entry, exact=True).first).to_be_visible()
    return dialog


def told(livechat: Sandbox, action: str) -> int:
    """How often the sandbox was asked for it."""
    return [request.action for request in list(livechat.requests)].count(action)


def pick(box: Locator, name: str) -> None:
    """Picks an option. Whatever scrolls the page closes the list of them again."""
    option = box.page.get_by_role("option", name=name)

    def picked() -> bool:
        box.click()
        try:
            option.click(timeout=2_000)
        except PlaywrightError:
            return False
        return True

    until(box.page, picked)


FORM_EVENT = {
    "type": "form",
    "form_id": "contact",
    "fields": [
        {"type": "name", "id": "1", "label": "Your name", "required": True},
        {"type": "textarea", "id": "2", "label": "More", "required": True},
        {
            "type": "checkbox",
            "id": "3",
            "label": "Topics",
            "options": [{"id": "a", "label": "Prices"}, {"id": "b", "label": "Colours"}],
        },
        {
            "type": "checkbox",
            "id": "4",
            "label": "Reasons",
            "options": [{"id": "a", "label": "Something that no pill has room for"}],
        },
        {
            "type": "radio",
            "id": "5",
            "label": "Pace",
            "options": [{"id": "a", "label": "Slow"}, {"id": "b", "label": "Fast"}],
        },
        {
            "type": "select",
            "id": "6",
            "label": "Country",
            "options": [{"id": "a", "label": "Poland"}, {"id": "b", "label": "Peru"}],
        },
        {"type": "rating", "id": "7", "label": "So far"},
    ],
}


def test_what_is_typed_into_a_form_survives_what_arrives(
    chatting: Chat, agent: AgentClient, livechat: Sandbox
) -> None:
    send(livechat, FORM_EVENT)
    form = chatting.page.get_by_test_id("stForm")
    box(form, "name").fill("Ada")
    form.get_by_role("button", name="Colours").click()
    form.get_by_text("Something that no pill has room for").click()
    form.get_by_text("Fast", exact=True).click()
    pick(form.get_by_role("combobox"), "Peru")
    form.get_by_role("radio", name="Thumbs up").click()
    area = form.locator("textarea")
    area.click()
    area.press_sequentially("Typed befo")
    hear(chatting, agent, livechat, "Are you still there?")
    hear(chatting, agent, livechat, "Hello?")
    expect(area).to_be_focused()
    chatting.page.keyboard.type("re and after")
    expect(area).to_have_value("Typed before and after")
    form.get_by_role("button", name=words.say("submit"), exact=True).dblclick()
    expect(form).to_have_count(0)
    own = chatting.own("Your name")
    expect(own).to_have_count(1)
    for said in ("Ada", "Typed before and after", "Colours", "Something that no", "Fast", "Peru"):
        expect(own).to_contain_text(said)


def is_not_wider_than_the_page(form: Locator) -> None:
    expect(form).to_be_visible()
    assert form.evaluate("form => form.scrollWidth <= form.clientWidth")
    box = form.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= form.page.viewport_size["width"]  # type: ignore[index]


def test_the_prechat_form_names_what_is_missing_and_loses_nothing(chat: Chat) -> None:
    page = chat.page
    form = page.get_by_test_id("stForm")
    is_not_wider_than_the_page(form)
    box(page, "email").fill("ada@example")
    form.locator("textarea").fill("Unsent")
    chat.button(words.say("start_chat")).click()
    expect(page.get_by_role("alert").get_by_text("Please check: Name, E-mail")).to_be_visible()
    expect(box(page, "email")).to_have_value("ada@example")
    chat.say("Hello")
    expect(page.get_by_text(words.say("waits_for_form"))).to_be_visible()
    expect(form.locator("textarea")).to_have_value("Unsent")
    box(page, "name").fill("Ada")
    box(page, "email").fill("ada@example.com")
    chat.button(words.say("start_chat")).dblclick()
    expect(chat.own("Hello")).to_have_count(1)
    expect(chat.button(words.say("end"))).to_be_enabled()
    expect(chat.own("Unsent")).to_have_count(1)


def test_a_chat_is_rated_with_the_keyboard_alone(chatting: Chat, livechat: Sandbox) -> None:
    page = chatting.page
    livechat.requests.clear()
    chatting.button(words.say("end")).click()
    expect(page.get_by_text(words.say("rate_ask"))).to_be_visible()
    good, bad = (page.get_by_role("radio", name=f"Thumbs {way}") for way in ("up", "down"))
    good.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text(words.say("rated.good"))).to_be_visible()
    page.get_by_label(words.say("rate_comment")).fill("Quick")
    page.keyboard.press("Enter")
    until(page, lambda: told(livechat, "update_thread_properties") == 2)
    page.wait_for_function("() => !JSON.stringify(sessionStorage).includes('Quick')")
    expect(page.get_by_text(words.say("rated_thanks"))).to_be_visible()
    page.reload()
    dialog = choose(chatting, words.say("rate"))
    expect(dialog.get_by_role("radio", name="Thumbs up")).to_be_checked()
    expect(dialog.get_by_label(words.say("rate_comment"))).to_have_value("Quick")
    dialog.get_by_role("radio", name="Thumbs down").click()
    expect(dialog.get_by_text(words.say("rated.bad"))).to_be_visible()
    dialog.get_by_role("radio", name="Thumbs down").focus()
    page.keyboard.press("Space")
    expect(dialog.get_by_text(words.say("rated.bad"))).to_have_count(0)
    expect(dialog.get_by_role("radio", name="Thumbs down")).not_to_be_checked()
    expect(bad).to_have_count(1)


def test_the_dialogs_of_the_menu(
    chatting: Chat, agent: AgentClient, livechat: Sandbox, tmp_path: Path
) -> None:
    a_search_answers_while_it_is_typed(chatting)
    who_cancels_is_not_forgotten(chatting)
    details_are_not_lost_to_what_arrives(chatting, agent, livechat)
    a_transcript_holds_what_is_not_loaded(chatting, tmp_path)


def details_are_not_lost_to_what_arrives(
    chatting: Chat, agent: AgentClient, livechat: Sandbox
) -> None:
    dialog = choose(chatting, words.say("details"))
    name = box(dialog, "name")
    expect(name).to_have_value("Ada")
    name.click()
    name.fill("Ada Lo")
    looks = told(livechat, "list_chats")
    agent.say("Are you there?", customer_id="", chat_id=newest_chat(livechat), active=True)
    until(chatting.page, lambda: told(livechat, "list_chats") > looks)
    expect(name).to_be_focused()
    chatting.page.keyboard.type("velace")
    dialog.get_by_role("button", name=words.say("save")).click()
    expect(dialog).to_have_count(0)
    expect(chatting.messages.filter(has_text="Are you there?")).to_be_visible()
    dialog = choose(chatting, words.say("details"))
    expect(box(dialog, "name")).to_have_value("Ada Lovelace")
    expect(box(dialog, "email")).to_have_value("ada@example.com")
    chatting.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def a_transcript_holds_what_is_not_loaded(chatting: Chat, tmp_path: Path) -> None:
    page = chatting.page
    for number in range(3):
        if number:
            chatting.say(f"Thread {number}")
            expect(chatting.own(f"Thread {number}")).to_be_visible()
        for message in range(2):
            chatting.say("\n".join(f"{number}.{message}" for _ in range(2)))
            expect(chatting.own(f"{number}.{message}")).to_be_visible()
        expect(chatting.button(words.say("end"))).to_be_enabled()
        chatting.button(words.say("end")).click()
        expect(page.get_by_text(words.say("rate_ask"))).to_be_visible()
    dialog = choose(chatting, words.say("transcript"))
    with page.expect_download() as download:
        dialog.get_by_role("button", name=words.say("transcript_download")).click()
    assert download.value.suggested_filename == words.say("transcript_file")
    download.value.save_as(tmp_path / "transcript.txt")
    said = (tmp_path / "transcript.txt").read_text(encoding="utf-8")
    assert said.startswith(words.say("title"))
    for text in ("Hello", "Thread 1", "Thread 2", "2.1\n    2.1", "Ada"):
        assert text in said


def a_search_answers_while_it_is_typed(chatting: Chat) -> None:
    dialog = choose(chatting, words.say("search"))
    dialog.get_by_label(words.say("search_for")).press_sequentially("THERE")
    expect(dialog.get_by_text(words.say("search_found", count=1))).to_be_visible()
    expect(dialog.get_by_text("Hi there")).to_be_visible()
    chatting.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def who_cancels_is_not_forgotten(chatting: Chat) -> None:
    dialog = choose(chatting, words.say("forget"))
    dialog.get_by_role("button", name=words.say("forget_not")).click()
    expect(dialog).to_have_count(0)
    expect(chatting.own("Hello")).to_be_visible()
