"""Pictures that open large, on a page of its own without Streamlit, whose place a counter takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from livechat.page import words
from livechat.page.browser import screen
from livechat.sandbox import Sandbox
from tests.browser.chat import png

CDN = "https://cdn.example"


def picture(name: str, size: str = "") -> str:
    about = f' data-size="{size}"' if size else ""
    return (
        f'<a class="picture" href="{CDN}/{name}.png" target="_blank">'
        f'<img src="{CDN}/small-{name}.png" alt="{name}" {about} width="100" height="80"></a>'
    )


PICTURES = picture("hill", "600 300") + picture("lake") + picture("broken")
PAGE = f"""<div class="st-key-transcript"><div data-testid="stHtml">{PICTURES}</div>
  <div data-testid="stHtml">
    <button class="picture"><img src="{CDN}/small-held.png" alt="held"></button>
  </div>
</div>
<textarea data-testid="stChatInputTextArea"></textarea><div id="keeper"></div>"""

MOUNT = """([html, css, parts, script, words]) => {
  document.body.innerHTML = html;
  const place = document.querySelector("#keeper").attachShadow({ mode: "open" });
  place.innerHTML = `<style>${css}</style>${parts}`;
  globalThis.redrawn = 0;
  addEventListener("popstate", () => (redrawn += 1));
  (0, eval)(script);
  livechatScreen.use(words, place);
}"""
IS_BACK = "!livechatScreen.lightbox.isInHistory && !livechatScreen.lightbox.isLeaving"


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()

        def answer(route: Any) -> None:
            if "broken" in route.request.url:
                route.abort()
            else:
                size = (60, 30) if "small" in route.request.url else (600, 300)
                route.fulfill(body=png(*size), content_type="image/png")

        page.route(f"{CDN}/**", answer)
        page.goto(f"{sandbox.url}/")
        page.evaluate(MOUNT, [PAGE, screen.STYLE, screen.HTML, screen.SCRIPT, screen.says()])
        page.wait_for_function("livechatScreen.lightbox.past")
        yield page


def opened(page: Page, name: str) -> Locator:
    page.get_by_role("img", name=name).click()
    dialog = page.get_by_role("dialog", name=name)
    expect(dialog).to_be_visible()
    return dialog


def is_closed(page: Page) -> None:
    """Nothing is left of it: not in the history, and Streamlit has heard nothing."""
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.wait_for_function(IS_BACK)
    assert page.evaluate("redrawn") == 0


def test_a_picture_opens_large_and_closes_by_whatever_people_try(page: Page) -> None:
    link = page.get_by_role("link", name="hill")
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="hill")
    large = dialog.get_by_role("img", name="hill")
    expect(large).to_have_js_property("naturalWidth", 600)
    box = large.bounding_box()
    assert box
    assert (box["x"], box["width"], box["height"]) == (0, 390, 195)
    full = dialog.get_by_role("link", name=words.say("full_size"))
    expect(full).to_have_attribute("href", f"{CDN}/hill.png")
    close = dialog.get_by_role("button", name=words.say("close"))
    expect(close).to_be_focused()
    for part in (close, full, dialog.get_by_role("button", name=words.say("next"))):
        box = part.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44

    page.keyboard.press("Escape")
    is_closed(page)
    expect(page.locator("[aria-live]")).to_have_count(0)  # another region tells what is said
    expect(link).to_be_focused()
    opened(page, "hill").get_by_role("button", name=words.say("close")).click()
    is_closed(page)
    expect(link).to_be_focused()
    opened(page, "hill")
    page.mouse.click(200, 650)  # beside it
    is_closed(page)
    opened(page, "hill").get_by_role("img").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.evaluate("history.back()")
    is_closed(page)
    expect(link).to_be_focused()
    # Forward again leads to nothing that is open.
    page.evaluate("history.forward()")
    page.wait_for_timeout(100)
    is_closed(page)
    # What is opened before the browser is back waits for it.
    page.evaluate(
        "for (const is of [1, 2]) { document.querySelector('.picture').click(); "
        "livechatScreen.lightbox.dialog.close(); }"
    )
    page.evaluate("document.querySelector('.picture').click()")
    expect(page.get_by_role("dialog", name="hill")).to_be_visible()


def test_one_picture_leads_to_the_next(page: Page) -> None:
    dialog = opened(page, "hill")
    expect(dialog.get_by_text("1 of 4")).to_be_visible()
    previous = dialog.get_by_role("button", name=words.say("previous"))
    expect(previous).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("ArrowLeft")  # there is none before it
    page.keyboard.press("ArrowRight")
    dialog = page.get_by_role("dialog", name="lake")
    expect(dialog.locator("[aria-live=polite]")).to_have_text("lake")
    expect(dialog.get_by_text("2 of 4")).to_be_visible()
    dialog.get_by_role("button", name=words.say("next")).click()
    dialog = page.get_by_role("dialog", name="broken")
    expect(dialog.get_by_text(words.say("no_picture"))).to_be_visible()
    expect(dialog.get_by_role("link", name=words.say("full_size"))).to_be_visible()
    # Read from right to left, the next one is on the left.
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.keyboard.press("ArrowLeft")
    dialog = page.get_by_role("dialog", name="held")
    expect(dialog.get_by_role("img", name="held")).to_have_js_property("naturalWidth", 60)
    expect(dialog.get_by_role("link")).to_have_count(0)  # there is no address of the whole of it
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog", name="broken")).to_be_visible()


def test_a_message_that_is_drawn_anew_is_no_loss(page: Page) -> None:
    opened(page, "lake")
    page.evaluate("document.querySelector('[data-testid=stHtml]').innerHTML += '<p>Anew</p>'")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("dialog", name="hill")).to_be_visible()
    page.keyboard.press("Escape")
    is_closed(page)
    expect(page.get_by_role("link", name="lake")).to_be_focused()
    opened(page, "lake")
    page.evaluate("document.querySelector('[data-testid=stHtml]').innerHTML = ''")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_focused()


def test_whoever_wants_a_new_tab_has_one(page: Page) -> None:
    with page.context.expect_page() as tab:
        page.get_by_role("img", name="hill").click(modifiers=["ControlOrMeta"])
    tab.value.close()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_with_less_motion_wanted_it_stands_still_until_pressed(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.route(f"{CDN}/hill.gif", lambda route: route.fulfill(body=png(60, 30)))
    page.evaluate("document.querySelector('.picture').href = 'https://cdn.example/hill.gif'")
    dialog = opened(page, "hill")
    play = dialog.get_by_role("button", name=words.say("play"))
    play.click()
    expect(dialog.locator("img")).to_be_visible()
    play.click()
    expect(dialog.locator("img")).to_be_hidden()
