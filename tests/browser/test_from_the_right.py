"""The page is read from the left or from the right: one is the other's mirror."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from livechat.page import words
from tests.browser.chat import Chat
from tests.conftest import until

WIDTH = 1280
MESSAGE = "[data-testid=stChatMessage]"
# Nothing leads out of the window, whichever side is its beginning.
IS_INSIDE = """() => [document.documentElement,
  document.querySelector("[data-testid=stAppScrollToBottomContainer]")]
  .every(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)"""


def sides(page: Page, *, mirrored: bool) -> Callable[[Locator], tuple[float, float]]:
    """Where something begins and ends, as seen from the side that one reads from."""

    def of(part: Locator) -> tuple[float, float]:
        expect(part).to_be_visible()
        box = part.bounding_box()
        assert box
        left, right = box["x"], box["x"] + box["width"]
        return (WIDTH - right, WIDTH - left) if mirrored else (left, right)

    return of


@pytest.mark.parametrize(("locale", "dir"), [("en-US", "ltr"), ("he-IL", "rtl")])
def test_everything_has_its_side(browser: Browser, sandbox_app: str, locale: str, dir: str) -> None:
    size = {"width": WIDTH, "height": 800}
    with (
        words.speaking(locale[:2]),
        browser.new_context(locale=locale, viewport=size) as context,  # type: ignore[arg-type]
    ):
        chat = Chat(context, sandbox_app)
        page = chat.page
        of = sides(page, mirrored=dir == "rtl")
        expect(page.locator("html")).to_have_attribute("dir", dir)
        chat.say("file")
        picture = page.locator(".picture")
        expect(picture).to_be_visible()
        own = page.locator(f"{MESSAGE}:has(.own) [data-testid=stChatMessageContent]").first
        theirs = page.locator(f"{MESSAGE}:has(.picture)")

        # Messages, with their faces and times; what is in Latin letters has its own direction.
        foot = page.get_by_test_id("stChatInput")
        begins, ends = of(foot)
        assert of(own)[1] == pytest.approx(ends, abs=2)
        assert of(own.locator("time"))[1] < of(own)[0]
        assert of(theirs.locator("> img"))[0] == pytest.approx(begins, abs=2)
        assert of(theirs.locator("> img"))[1] < of(picture)[0]
        expect(own.locator(".typed")).to_have_css("direction", "ltr")
        # The header and the foot.
        head = page.locator(".st-key-header")
        assert of(head.locator(".face"))[1] < of(head.locator("h1"))[0] < begins + 100
        expect(head.locator("h1")).to_have_css("text-align", "left" if dir == "ltr" else "right")
        status = page.locator(".st-key-row .quiet")
        end, menu = page.locator(".st-key-end button"), page.locator(".st-key-menu button")
        assert of(status)[0] < of(end)[0] < of(menu)[0]
        assert of(page.get_by_test_id("stChatInputSubmitButton"))[0] > ends - 100
        # Dialogs.
        menu.click()
        page.get_by_role("menuitem", name=words.say("details")).click()
        dialog = page.get_by_role("dialog")
        field = dialog.get_by_role("textbox").first
        close = dialog.locator("> button")
        assert of(close)[0] > of(field)[1] - 50
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        # A large picture.
        picture.click()
        expect(page.locator("#lightbox")).to_be_visible()
        assert of(page.locator("#close"))[0] > WIDTH - 100
        page.keyboard.press("Escape")
        expect(page.locator("#lightbox")).to_be_hidden()
        # The sidebar, which is out of sight until it is wanted.
        desk = page.get_by_test_id("stSidebarUserContent")
        expect(desk).not_to_be_in_viewport()
        assert page.evaluate(IS_INSIDE)
        page.get_by_test_id("stExpandSidebarButton").click()
        expect(desk).to_be_in_viewport()
        until(page, lambda: of(page.get_by_test_id("stSidebar"))[0] == 0)
