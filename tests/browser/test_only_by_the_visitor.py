"""What only the visitor does, in a real browser: sees, scrolls, rates, has the focus, fills in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from livechat.api.agent_client import AgentClient
from livechat.api.structures.forms import Fault
from livechat.chat.outgoing import Problem
from livechat.page import words
from livechat.sandbox import Sandbox, start
from tests.browser.chat import Chat, newest_chat
from tests.browser.test_languages import choose
from tests.conftest import until
from tests.driver import ask_as_agent

SCROLLER = "[data-testid=stAppScrollToBottomContainer]"
GIF = "https://cdn.example/wave.gif"


@pytest.fixture(scope="module")
def livechat() -> Iterator[Sandbox]:
    sandbox = start(port=0, bot=False)
    sandbox.default.enabled_forms = {"ticket"}
    yield sandbox
    sandbox.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """The browser of somebody who wants less motion."""
    with browser.new_context(reduced_motion="reduce") as context:
        context.route(GIF, lambda route: route.fulfill(body=waving(), content_type="image/gif"))
        yield context


def waving() -> bytes:
    """A picture that moves."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=50, loop=0)
    return out.getvalue()


def send(livechat: Sandbox, event: dict[str, Any]) -> None:
    ask_as_agent(livechat, "send_event", json={"chat_id": newest_chat(livechat), "event": event})


def asked(livechat: Sandbox, action: str) -> list[dict[str, Any]]:
    return [r.payload for r in list(livechat.requests) if r.action == action and r.api != "agent"]


def wait_for(page: Page, livechat: Sandbox, action: str, times: int) -> None:
    until(page, lambda: len(asked(livechat, action)) >= times)
    assert len(asked(livechat, action)) == times


def scroll_back(page: Page) -> None:
    """Scrolls back, once Streamlit does not scroll to the newest message any more."""
    scroller = page.locator(SCROLLER)
    while scroller.evaluate("scroller => scroller.scrollTop") > 0:
        scroller.evaluate("scroller => { scroller.scrollTop = 0 }")
        page.wait_for_timeout(200)


def by_keyboard(button: Locator) -> None:
    button.focus()
    button.press("Enter")


CONTACT = {
    "type": "form",
    "form_id": "contact",
    "fields": [{"type": "textarea", "id": "1", "label": "Tell us more"}],
}


def test_what_is_half_filled_in_stays_whatever_happens(
    context: BrowserContext, live_app: str, agent: AgentClient, livechat: Sandbox
) -> None:
    agent.accept_chats(False)
    chat = Chat(context, live_app)
    page = chat.page
    area = page.get_by_test_id("stForm").locator("textarea")
    expect(area).to_be_visible()
    area.click()
    page.keyboard.type("Two lines\nof a ticket")
    agent.accept_chats(True)
    expect(page.get_by_text(words.say("ready"))).to_be_visible()
    page.keyboard.type(", and more")
    expect(area).to_have_value("Two lines\nof a ticket, and more")
    area.fill("")
    expect(area).to_have_count(0)

    chat.say("Hello")
    expect(chat.button(words.say("end"))).to_be_enabled()
    send(livechat, CONTACT)
    area.fill("It is")
    agent.end(newest_chat(livechat))
    expect(chat.button(words.say("end"))).to_be_disabled()
    page.keyboard.type(" broken")
    expect(area).to_have_value("It is broken")
    page.get_by_role("radio", name="Thumbs down").click()
    comment = page.get_by_label(words.say("rate_comment"))
    comment.fill("Too ")
    agent.say("Are you there?", customer_id="", chat_id=newest_chat(livechat), active=False)
    expect(chat.button(words.say("end"))).to_be_enabled()
    page.keyboard.type("slow")
    expect(area).to_have_value("It is broken")
    expect(comment).to_have_value("Too slow")
    page.keyboard.press("Enter")
    expect(page.get_by_text(words.say("rate_ask"))).to_have_count(0)
    expect(chat.input).to_be_focused()
    by_keyboard(page.get_by_test_id("stForm").get_by_role("button"))
    own = chat.own(words.say("form_filled_in"))
    expect(own).to_contain_text("It is broken")
    expect(page.get_by_test_id("stForm")).to_have_count(0)
    expect(chat.input).to_be_focused()


def test_what_only_the_visitor_does(
    context: BrowserContext, live_app: str, agent: AgentClient, livechat: Sandbox
) -> None:
    livechat.requests.clear()
    chat = Chat(context, live_app)
    page = chat.page
    seen, rated = "mark_events_as_seen", "update_thread_properties"
    chat.say("Hello")
    expect(chat.button(words.say("end"))).to_be_enabled()
    agent.say("One\n" * 60, customer_id="", chat_id=newest_chat(livechat), active=True)
    expect(chat.messages).to_have_count(2)
    wait_for(page, livechat, seen, 1)

    # 1. What is below the fold is told, and is not seen before it is on the screen.
    scroll_back(page)
    agent.say("Below the fold", customer_id="", chat_id=newest_chat(livechat), active=True)
    news = page.get_by_role("button", name=words.say("news_count", count=1))
    expect(news).to_be_visible()
    expect(chat.messages.last).not_to_be_in_viewport()
    wait_for(page, livechat, seen, 1)
    by_keyboard(news)
    expect(chat.messages.last).to_be_in_viewport()
    expect(news).to_have_count(0)
    wait_for(page, livechat, seen, 2)
    expect(chat.input).to_be_focused()

    # 2. What they write themselves is brought onto it.
    scroll_back(page)
    chat.say("On the screen")
    expect(chat.own("On the screen")).to_be_in_viewport()

    # 3. With less motion wanted nothing moves until it is started.
    image = {"url": GIF, "content_type": "image/gif", "width": 40, "height": 40, "name": "a.gif"}
    sticker = {"type": "rich_message", "template_id": "sticker", "elements": [{"image": image}]}
    send(livechat, sticker)
    play = chat.button(words.say("play"))
    expect(play).to_be_visible()
    picture = chat.messages.last.locator("img[data-halted]")
    expect(picture).to_be_hidden()
    expect(chat.messages.last.locator("canvas")).to_be_visible()
    play.click()
    expect(picture).to_be_visible()
    play.click()
    expect(picture).to_be_hidden()
    choose(page, "en", "de")
    with words.speaking("de"):
        expect(chat.button(words.say("play"))).to_be_visible()
    choose(page, "de", "en")
    expect(play).to_be_visible()

    # 4. Where a button goes the focus goes on.
    reply = {"type": "message", "text": "Yes please", "postback_id": "yes", "value": "yes"}
    replies = {"title": "Which one?", "buttons": [{**reply, "user_ids": []}]}
    event = {"type": "rich_message", "template_id": "quick_replies", "elements": [replies]}
    send(livechat, event)
    by_keyboard(chat.button("Yes please"))
    expect(chat.own("Yes please")).to_be_visible()
    expect(chat.button("Yes please")).to_have_count(0)
    expect(chat.input).to_be_focused()

    livechat.faults.add("customer/send_event", error="validation", times=2)
    chat.say("Refused")
    expect(chat.button(words.say("retry"))).to_be_visible()
    tries = len(asked(livechat, "send_event"))
    by_keyboard(chat.button(words.say("retry")))
    wait_for(page, livechat, "send_event", tries + 1)  # what is on its way cannot be discarded
    expect(page.get_by_text(words.say("undelivered", of=Problem.REFUSED))).to_be_visible()
    by_keyboard(chat.button(words.say("discard")))
    expect(chat.own("Refused")).to_have_count(0)
    expect(chat.input).to_be_focused()

    # 5. A dialog that is closed, or a form in it that has a fault.
    by_keyboard(chat.button(words.say("menu")))
    page.get_by_role("menuitem", name=words.say("details")).press("Enter")
    dialog = page.get_by_role("dialog")
    email = dialog.locator("input[autocomplete=email]")
    dialog.locator("input[autocomplete=name]").fill("Ada")
    email.fill("nonsense")
    by_keyboard(dialog.get_by_role("button", name=words.say("save")))
    expect(dialog.get_by_text(words.say("fault", of=Fault.NOT_AN_EMAIL))).to_be_visible()
    expect(email).to_be_focused()
    agent.say("Behind a dialog", customer_id="", chat_id=newest_chat(livechat), active=True)
    expect(page.get_by_test_id("stToast").get_by_text(words.say("news"))).to_be_visible()
    expect(email).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(chat.button(words.say("menu"))).to_be_focused()
    expect(chat.messages.last).to_contain_text("Behind a dialog")

    # 6. A rating belongs to the thread for which it was given.
    by_keyboard(chat.button(words.say("end")))
    expect(page.get_by_text(words.say("rate_ask"))).to_be_visible()
    expect(chat.input).to_be_focused()
    page.get_by_role("radio", name="Thumbs up").click()
    expect(page.get_by_text(words.say("rated.good"))).to_be_visible()
    wait_for(page, livechat, rated, 1)
    chat.say("And on")
    expect(chat.button(words.say("end"))).to_be_enabled()
    expect(page.get_by_text(words.say("rate_ask"))).to_have_count(0)
    chat.say("And on again")
    expect(chat.own("And on again")).not_to_contain_text(words.say("sending"))
    wait_for(page, livechat, rated, 1)
