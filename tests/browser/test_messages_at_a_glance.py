"""Who says what is seen at a glance, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import Chat
from tests.conftest import live, relaunched
from tests.driver import ask_as_agent
from tests.field.cloud import app_in, cloud

PHONE = {"width": 390, "height": 844}
HEADER = 56  # pixels, which a header may take
FINGER = 44  # pixels, which a finger needs

# What lies whole between the header and the foot.
WHOLE = """([messages, header]) => {
    const end = document.querySelector("[data-testid=stBottom]").getBoundingClientRect().top;
    const boxes = messages.map((message) => message.getBoundingClientRect());
    return boxes.filter(({ top, bottom }) => top >= header && bottom <= end).length;
}"""
HEIGHTS = "messages => messages.map((message) => message.getBoundingClientRect().height)"


@pytest.fixture(scope="module")
def url(run_app: Apps, shared_sandbox: Sandbox) -> str:
    return run_app(**live(shared_sandbox, LIVECHAT_POLL_SECONDS="0.5", LIVECHAT_PUSH="off"))


@pytest.fixture
def chat(browser: Browser, url: str, sandbox: Sandbox) -> Iterator[Chat]:
    with browser.new_context(viewport=PHONE, has_touch=True) as context:
        chat = Chat(context, url)
        chat.say_all(["Hello"])
        yield chat


def hear(chat: Chat, sandbox: Sandbox, *texts: str) -> None:
    """The agent says something, which comes onto the screen."""
    (chat_id,) = sandbox.default.chats
    for text in texts:
        event = {"type": "message", "text": text}
        ask_as_agent(sandbox, "send_event", json={"chat_id": chat_id, "event": event})
    expect(chat.messages.filter(has_text=texts[-1])).to_be_in_viewport(ratio=1)


def content(message: Locator) -> Locator:
    return message.get_by_test_id("stChatMessageContent")


def left(part: Locator) -> float:
    return box(part)[0]


def right(part: Locator) -> float:
    x, _, width, _ = box(part)
    return x + width


def box(part: Locator) -> tuple[float, float, float, float]:
    found = part.bounding_box()
    assert found
    return found["x"], found["y"], found["width"], found["height"]


def test_a_run_has_one_face_one_name_and_one_time_and_moves_nothing(
    chat: Chat, sandbox: Sandbox
) -> None:
    hear(chat, sandbox, "One", "Two")
    names = chat.messages.get_by_text("Kate Novak", exact=True)
    times = chat.messages.locator("time")
    before = chat.messages.evaluate_all(HEIGHTS)
    expect(times.nth(1)).not_to_be_visible()
    expect(times.nth(2)).to_be_visible()
    hear(chat, sandbox, "Three")
    assert chat.messages.evaluate_all(HEIGHTS)[:3] == before
    assert [name.is_visible() for name in names.all()] == [True, False, False]
    faces = chat.messages.get_by_test_id("stChatMessageAvatarImage")
    assert [face.is_visible() for face in faces.all()] == [True, False, False]
    assert [time.is_visible() for time in times.all()] == [True, False, False, True]
    assert times.first.get_attribute("datetime")
    content(chat.messages.nth(1)).hover()
    expect(times.nth(1)).to_be_visible()

    own, agents = content(chat.messages.first), content(chat.messages.last)
    assert right(own) > PHONE["width"] - 20
    assert left(own) > left(agents)
    assert own.evaluate("c => getComputedStyle(c).backgroundColor") != agents.evaluate(
        "c => getComputedStyle(c).backgroundColor"
    )
    chat.page.evaluate("document.documentElement.dir = 'rtl'")
    assert left(own) < 20
    assert right(own) < right(agents)
    assert left(times.last) >= 0
    assert right(times.last) <= left(agents)


def test_ten_messages_are_whole_on_a_phone_and_the_foot_is_one_row(
    chat: Chat, sandbox: Sandbox
) -> None:
    for number in range(6):
        hear(chat, sandbox, f"Answer {number}")
        chat.say_all([f"Question {number}"])
    expect(chat.messages.last).to_be_in_viewport(ratio=1)
    handles = chat.messages.element_handles()
    assert chat.page.evaluate(WHOLE, [handles, HEADER]) >= 10
    for part in (chat.button("End chat"), chat.button("Send message"), *buttons(chat.page)):
        _, _, width, height = box(part)
        assert min(width, height) >= FINGER
    assert chat.input.evaluate("input => parseFloat(getComputedStyle(input).fontSize)") >= 16
    _, y, _, height = box(chat.page.get_by_test_id("stChatInput"))
    assert round(PHONE["height"] - y - height) == 12

    row = chat.page.locator(".st-key-row")
    before = box(row)
    status = row.get_by_text("You are talking to")
    status.evaluate("line => { line.textContent = 'Nobody is here '.repeat(30); }")
    assert box(row) == before
    chat.page.set_viewport_size({"width": 320, "height": 640})
    assert chat.page.evaluate("document.scrollingElement.scrollWidth") <= 320
    assert right(chat.page.locator(".st-key-menu button")) <= 320


def buttons(page: Page) -> list[Locator]:
    """What else there is to press in the foot."""
    return [
        page.locator(".st-key-menu button"),
        page.get_by_test_id("stChatInputFileUploadButton").locator("button"),
        page.get_by_test_id("stChatInputMicButton"),
    ]


def test_the_clouds_controls_leave_the_send_button_free_on_a_phone(
    browser: Browser, url: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    chromium = relaunched(browser, "--host-resolver-rules=MAP *.streamlit.app 127.0.0.1")
    with (
        cloud(url, tmp_path, tls=True) as address,
        chromium.new_context(viewport=PHONE, has_touch=True, ignore_https_errors=True) as context,
    ):
        tab = context.new_page()
        tab.goto(address.replace("localhost", "chat.streamlit.app"))
        app = app_in(tab)
        app.get_by_test_id("stChatInput").locator("textarea").fill("Hello")
        button = app.get_by_test_id("stChatInputSubmitButton")
        expect(button).to_be_enabled()
        x, y, width, height = box(button)
        assert y + height <= PHONE["height"] - 56
        tab.touchscreen.tap(x + width / 2, y + height / 2)
        expect(app.get_by_label("Chat message from You")).to_contain_text("Hello")
    chromium.close()
