"""Writing in the input, in a real browser: what people press, paste and say."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from livechat.chat.outgoing import LONGEST_TEXT
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import Chat, Held, attach
from tests.conftest import live, relaunched

PASTE = """async ([text, hasPicture]) => {
  const item = {};
  if (text) item["text/plain"] = new Blob([text], { type: "text/plain" });
  if (text) item["text/html"] = new Blob([`<table>${text}</table>`], { type: "text/html" });
  if (hasPicture) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 8;
    item["image/png"] = new Promise((done) => canvas.toBlob(done));
  }
  await navigator.clipboard.write([new ClipboardItem(item)]);
}"""
ENDS_CONVERSION = """area => area.dispatchEvent(
  new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true })
)"""


@pytest.fixture(scope="module")
def url(run_app: Apps, shared_sandbox: Sandbox) -> str:
    return run_app(**live(shared_sandbox))


@pytest.fixture(scope="module")
def hearing(browser: Browser) -> Iterator[Browser]:
    """A browser that hears something, as soon as it is let."""
    media = "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"
    with relaunched(browser, *media) as hearing:
        yield hearing


def test_writing_at_a_desk(hearing: Browser, url: str, sandbox: Sandbox) -> None:
    with hearing.new_context() as context:
        context.grant_permissions(["clipboard-read", "clipboard-write", "microphone"])
        chat = Chat(context, url)
        chat.ready()
        chips = chat.page.get_by_test_id("stFileChip")

        # It begins by just typing, wherever the focus is; keys that do something else still do.
        chat.page.evaluate("document.activeElement.blur()")
        chat.page.keyboard.press("Control+Shift+x")
        chat.page.keyboard.press("Escape")
        chat.page.keyboard.type("right away")
        expect(chat.input).to_have_value("right away")
        expect(chat.input).to_be_focused()

        # The Enter that ends a conversion in Safari sends nothing.
        assert chat.input.evaluate(ENDS_CONVERSION)
        expect(chat.input).to_have_value("right away")
        chat.input.press("Enter")
        expect(chat.own("right away")).to_contain_text("Delivered")

        # Cells of a spreadsheet are words, a picture alone is one.
        chat.page.evaluate(PASTE, ["a\tb", True])
        chat.input.press("Control+v")
        expect(chat.input).to_have_value("a\tb")
        expect(chips).to_have_count(0)
        chat.page.evaluate(PASTE, ["", True])
        chat.input.press("Control+v")
        expect(chips).to_have_count(1)
        expect(chat.page.get_by_test_id("stFileChipIconSpinner")).to_have_count(0)
        chat.input.press("Enter")
        expect(chat.messages).to_have_count(3)
        expect(chat.messages.nth(2).get_by_role("img", name="image.png")).to_be_visible()

        # Too long a text is told before it is sent, and stays where it can be shortened.
        too_long = chat.page.get_by_text("Too long by 1 character.")
        long = "\n" * 8_000 + "x" * (LONGEST_TEXT - 8_000)  # Chromium alone takes a minute for it
        chat.page.evaluate(PASTE, [long, False])
        chat.input.press_sequentially("y")
        chat.input.press("Control+v")
        expect(too_long).to_be_visible()
        chat.input.press("Enter")
        chat.button("Send message").click()
        expect(too_long).to_be_visible()
        expect(chat.input).to_have_value("y" + long)
        chat.input.press("Backspace")
        expect(too_long).to_have_count(0)
        chat.input.press("Control+a")
        chat.page.keyboard.type("Short")
        chat.input.press("Enter")
        expect(chat.own("Short")).to_contain_text("Delivered")
        expect(chat.messages).to_have_count(4)

        # Each line reads from its own side.
        chat.input.fill("הודעה חדשה:\nTicket 12 (open).")
        assert chat.input.evaluate("area => getComputedStyle(area).unicodeBidi") == "plaintext"

        # A voice message is a file, and what was typed goes with it.
        chat.input.fill("Listen")
        chat.button("Start recording").click()
        chat.button("Submit recording").click()
        expect(chat.messages).to_have_count(6)
        expect(chat.messages.nth(4)).to_contain_text("Listen")
        expect(chat.messages.nth(5).get_by_role("link")).to_contain_text(re.compile("audio.*wav"))
        chat.page.reload()
        expect(chat.messages).to_have_count(6)
        expect(chat.input).to_have_value("")


def test_writing_on_a_phone(browser: Browser, url: str, sandbox: Sandbox) -> None:
    with browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    ) as context:
        chat = Chat(context, url)
        chat.ready()
        # Nothing smaller, or iOS zooms in and stays there.
        assert chat.input.evaluate("area => getComputedStyle(area).fontSize") == "16px"
        chat.input.press_sequentially("One")
        chat.input.press("Enter")
        chat.input.press_sequentially("Two")
        expect(chat.input).to_have_value("One\nTwo")
        chat.button("Send message").click()
        expect(chat.own("One\nTwo")).to_contain_text("Delivered")
        assert chat.messages.count() == 1

        # What is pressed while a file is going up is done as soon as that is there.
        held = Held(chat.page)
        attach(chat, ("notes.txt", "text/plain", b"notes"))
        chat.button("Send message").tap(force=True)
        expect(chat.page.get_by_text("Sent as soon as the files are uploaded.")).to_be_visible()
        held.let()
        expect(chat.messages.last.get_by_role("link")).to_contain_text("notes.txt")
