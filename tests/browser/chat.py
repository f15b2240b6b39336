"""What a visitor does and sees, for the tests in a browser."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from contextlib import suppress

from PIL import Image
from playwright.sync_api import BrowserContext, Error, Locator, Page, Route, expect

from livechat.sandbox import Sandbox
from tests.conftest import until
from tests.driver import ask_as_agent

# What a browser, Markdown or Python could take for something else than text.
AWKWARD = [
    "**bold** _it_ ~~gone~~ `code`",
    "# Heading",
    "- item\n- item",
    "1. one\n2. two",
    "> quote",
    "```\ncode\n```",
    "    indented",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "---",
    ":smile: :material/home: :red[red] :streamlit:",
    "$a$ and $$b$$ cost $5",
    "a -> b <- c -- d >= e ~= f",
    "[link](https://example.com) ![image](https://example.com/x.png)",
    "[x](javascript:alert(1)) javascript:alert(1)",
    "<b>bold</b> <img src=x onerror=alert(1)> <script>alert(1)</script>",
    "</div></div><style>*{display:none}</style>",
    "&amp; &lt; &#65; &nbsp;",
    "two  spaces   three\ttab",
    "line\n\n\nthree breaks",
    "\"quotes\" and 'quotes' \\ backslash \\* \\\\",
    "{curly} {{twice}} %s %(x)s ${y}",
    "https://example.com/a?b=1&c=2#d_e_f and http://example.com.",
    "(see https://en.wikipedia.org/wiki/A_(b))",
    "www.example.com me@example.com mailto:x@example.com",
    "emoji 👩‍👩‍👧‍👦 🏳️‍🌈 and e\u0301 combined",
    "مرحبا بالعالم and שלום",
    "\u202eright to left override",
    "zero\u200bwidth\u200djoiner",
    "a" * 300,
    "<!-- comment --> ]]> <![CDATA[x]]>",
    "null \x01 control \x7f",
    "ﷺ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 Z̸̛a̶l̷g̵o̴",
    "@everyone #hash /slash !bang ^caret^ ==mark==",
]


# The company's greeting, which stands above them, is none.
MESSAGES = "[data-testid=stChatMessage]:not(.st-key-greeting *)"

UPLOADS = re.compile("/_stcore/upload_file/")


class OnPage:
    """What whoever has the page before them finds there."""

    page: Page

    @property
    def input(self) -> Locator:
        return self.page.get_by_test_id("stChatInput").locator("textarea")

    @property
    def messages(self) -> Locator:
        return self.page.locator(MESSAGES)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


class Chat(OnPage):
    """The page as a visitor has it before them."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.page = context.new_page()
        self.page.goto(url)
        expect(self.input).to_be_visible()

    def message(self, text: str) -> Locator:
        """What is announced to a screen reader as well stands in the transcript once."""
        return self.messages.get_by_text(text)

    def own(self, text: str) -> Locator:
        return self.page.get_by_label("Chat message from You").filter(has_text=text)

    @property
    def closed(self) -> Locator:
        return self.page.get_by_text("The chat has been closed.", exact=True)

    def say(self, text: str) -> None:
        self.input.fill(text)
        if self.page.evaluate("matchMedia('(pointer: coarse)').matches"):
            self.button("Send message").click()
        else:
            self.input.press("Enter")

    def say_all(self, texts: Sequence[str]) -> None:
        """Sends one after the other, each once the one before is on the screen.

        Faster than that, Streamlit's input at times clears what is typed along with what was sent.
        """
        shown = self.messages.count()
        for number, text in enumerate(texts, start=1):
            self.say(text)
            expect(self.messages).to_have_count(shown + number)

    def ready(self) -> None:
        expect(self.page.get_by_text("Ready when you are")).to_be_visible()

    def bodies(self) -> list[str]:
        """Each message's text alone, without who wrote it and when."""
        bodies = self.messages.locator("[data-testid=stHtml] > div:last-child")
        # Streamlit loads the code of st.html when it is first needed, after the message's frame.
        expect(bodies).to_have_count(self.messages.count())
        # When the page opens, they are seen once they are whole.
        self.page.wait_for_function("'livechatOpened' in document.documentElement.dataset")
        return bodies.all_inner_texts()


class Held:
    """A file on its way into the input, until it is `let`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._routes: list[Route] = []
        page.route(UPLOADS, lambda route: self._routes.append(route))

    def let(self) -> None:
        until(self._page, lambda: bool(self._routes))
        self._routes.pop().continue_()


def newest_chat(sandbox: Sandbox) -> str:
    """The chat with the newest thread, as an agent sees it (8.3)."""
    return str(ask_as_agent(sandbox, "list_chats", json={})["chats_summary"][0]["id"])


def retry_if_asked(message: Locator) -> None:
    """Delivers a message of which it cannot be known whether LiveChat has it, unless it has."""
    retry, delivered = message.get_by_role("button", name="Retry"), message.get_by_text("Delivered")
    expect(retry.or_(delivered).first).to_be_visible()
    for _ in range(2):  # a press may be lost while the page still goes to another process
        if retry.is_visible():
            with suppress(Error):  # it has, as is seen just now
                retry.click(timeout=20_000)
        with suppress(AssertionError):
            expect(message).to_contain_text("Delivered", timeout=20_000)
            return
    expect(message).to_contain_text("Delivered")


def attach(chat: Chat, *files: tuple[str, str, bytes]) -> None:
    """Attaches files: name, type and content of each."""
    chat.page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    )
    for name, *_ in files:
        expect(chat.page.get_by_test_id("stChatInput").get_by_text(name[:6])).to_be_visible()


def png(width: int, height: int) -> bytes:
    """A picture of so many pixels."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()
