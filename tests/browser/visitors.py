"""A visitor with one browser, wherever the page is in it, and what they see in each of its tabs."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, expect

from tests.browser.chat import MESSAGES
from tests.field import browsers

FORGOTTEN = "This device has forgotten you."

AppIn = Callable[[Page], Page | FrameLocator]


def as_it_is(tab: Page) -> Page:
    """The app in a tab that has nothing else."""
    return tab


class Visitor:
    """One browser, and its way to the app."""

    def __init__(self, context: BrowserContext, url: str, app_in: AppIn = as_it_is) -> None:
        """`app_in` finds the app in a tab that holds it in a frame."""
        self.context = context
        self.url = url
        self._app_in = app_in

    def opens(self) -> Chat:
        tab = self.context.new_page()
        tab.goto(self.url)
        return self.chat(tab)

    def opens_at_once(self, count: int) -> list[Chat]:
        return [self.chat(tab) for tab in browsers.opened_at_once(self.context, self.url, count)]

    def chat(self, tab: Page) -> Chat:
        return Chat(tab, self._app_in(tab))

    @property
    def cookies(self) -> list[str]:
        """The values by which the visitor is known."""
        found = self.context.cookies()
        return [c["value"] for c in found if c["name"] in ("livechat", "__Host-livechat")]


class Chat:
    """A tab with the page."""

    def __init__(self, tab: Page, app: Page | FrameLocator) -> None:
        self.tab = tab
        self.app = app

    @property
    def messages(self) -> Locator:
        return self.app.locator(MESSAGES)

    @property
    def input(self) -> Locator:
        return self.app.get_by_test_id("stChatInput").locator("textarea")

    def button(self, name: str) -> Locator:
        return self.app.get_by_role("button", name=name, exact=True)

    def writes(self, text: str) -> Locator:
        self.input.fill(text)
        self.input.press("Enter")
        message = self.messages.filter(has_text=text)
        expect(message).to_be_visible()
        return message

    def says(self, text: str) -> None:
        expect(self.writes(text)).to_contain_text("Delivered")

    def has(self, *texts: str) -> None:
        """Sees this conversation, and nothing else."""
        expect(self.messages).to_have_count(len(texts))
        for message, text in zip(self.messages.all(), texts, strict=True):
            expect(message).to_contain_text(text)

    def forgets(self) -> None:
        self.button("More").click()
        self.app.get_by_text("Forget this device").click()
        self.button("Forget me").click()
        self.is_forgotten()

    def is_forgotten(self) -> None:
        expect(self.app.get_by_text(FORGOTTEN)).to_be_visible()
        expect(self.button("Start a new conversation")).to_be_visible()
        expect(self.messages).to_have_count(0)
        expect(self.input).to_have_count(0)
