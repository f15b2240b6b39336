"""The scripts that keep the focus and the words, on a page of their own without Streamlit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from livechat.page import words
from livechat.page.browser import announcing, keeper, renewing, screen
from livechat.sandbox import Sandbox

INPUT = """<div data-testid="stChatInput">
  <textarea data-testid="stChatInputTextArea"></textarea>
  <div data-testid="stChatInputFileUploadButton"><button>Attach</button></div>
</div>"""
PAGE = f"""<a data-testid="stSkipToContent" href="#stMain">Skip to main content</a>
<div data-testid="stApp" data-test-script-state="notRunning"><main id="stMain" tabindex="0">
  <button>Something else</button>
  <div data-testid="stForm"><div>
    <div class="st-key-form-0" data-testid="stElementContainer"><input aria-label="First"></div>
    <div data-testid="stLayoutWrapper"><div id="fault"></div></div>
    <div class="st-key-form-submit" data-testid="stElementContainer">
      <div data-testid="stFormSubmitButton"><button>Submit</button></div>
    </div>
  </div></div>
  <div id="bottom">{INPUT}</div>
</main></div>
<div id="place">{screen.HTML}<p id="attach-again"></p>{renewing.HTML}</div>"""

MOUNT = """async ([html, script, data]) => {
  document.body.innerHTML = html;
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { default: mount } = await import(url);
  mount({ data, parentElement: document.querySelector("#place") });
}"""
MOUNT_NEWER = """async ([script, data]) => {
  const url = URL.createObjectURL(new Blob([script, "// newer"], { type: "text/javascript" }));
  const { default: mount } = await import(url);
  mount({ data, parentElement: document.querySelector("#place") });
}"""
USE = """(data) => {
  globalThis.told = [];
  globalThis.livechatKeeper.use({ data, setTriggerValue: (name) => told.push(name) });
}"""
ATTACH = """(name) => document.querySelector("[data-testid=stChatInput]").insertAdjacentHTML(
  "beforeend", `<div data-testid="stFileChip"><span title="${name}"></span></div>`
)"""
REPLACE = """(html) => { document.querySelector("#bottom").innerHTML = html; }"""
KEPT = "JSON.stringify(sessionStorage)"
POLL = """() => document.body.insertAdjacentHTML(
  "beforeend", '<div class="st-key-poll" id="poll"><iframe></iframe></div>'
)"""
A_CHANGE = "document.body.append(document.createElement('p'))"
A_FRAME = """() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"""

SAID = {
    "attach_again": "Attach again: {files}",
    "list_separator": "、",
    **announcing.says(),
    **screen.says(),
    **renewing.says(),
}
SCRIPT = screen.SCRIPT + announcing.SCRIPT + keeper.SCRIPT
TAKEN = {"taken": [], "undelivered": [], "sent_forms": {}, "leads_to": None}
HEARD = {"heard": {"customer": "C", "from": ""}}


SCROLLER = """() => document.body.insertAdjacentHTML("beforeend", `
  <div data-testid="stAppScrollToBottomContainer" style="height: 200px; overflow: auto">
    <div id="all" style="height: 600px"></div>
  </div>`)"""
BELOW = """() => {
  const { scrollHeight, clientHeight, scrollTop } = livechatScreen.reading.scroller;
  return scrollHeight - clientHeight - scrollTop;
}"""
GROW = "(pixels) => { document.querySelector('#all').style.height = `${pixels}px`; }"


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox, request: pytest.FixtureRequest) -> Iterator[Page]:
    with browser.new_context(**getattr(request, "param", {})) as context:
        page = context.new_page()
        page.goto(f"{sandbox.url}/")  # to have a place where the tab keeps something
        page.evaluate(MOUNT, [PAGE, SCRIPT, SAID])
        use(page)
        page.keyboard.press("Escape")
        yield page


def use(page: Page, **data: Any) -> None:
    """A run of the page tells this."""
    page.evaluate(USE, {"visit": "V", "customer": "C", "likely": None, **TAKEN, **HEARD, **data})


def writing(page: Page) -> Locator:
    return page.get_by_test_id("stChatInputTextArea")


def test_what_was_disabled_for_a_moment_has_the_focus_again(page: Page) -> None:
    writing(page).focus()
    writing(page).evaluate("area => { area.disabled = true; area.blur(); area.disabled = false; }")
    expect(writing(page)).to_be_focused()
    # Who leaves it wants the focus nowhere.
    page.evaluate(A_FRAME)
    writing(page).evaluate("area => area.blur()")
    page.evaluate(A_FRAME)
    page.evaluate(A_CHANGE)
    page.evaluate(A_FRAME)
    expect(writing(page)).not_to_be_focused()


def test_an_input_that_is_drawn_anew_has_the_words_and_the_focus(page: Page) -> None:
    writing(page).press_sequentially("Half a")
    page.evaluate(ATTACH, "report.txt")
    page.evaluate(ATTACH, "list.txt")
    page.evaluate(REPLACE, "")
    page.evaluate(A_FRAME)
    assert page.evaluate(KEPT).count("Half a") == 1
    page.evaluate(REPLACE, INPUT)
    expect(writing(page)).to_have_value("Half a")
    expect(writing(page)).to_be_focused()
    page.keyboard.type(" word")
    expect(writing(page)).to_have_value("Half a word")
    expect(page.get_by_text("Attach again: report.txt、list.txt")).to_be_visible()


def test_what_closes_has_the_focus_of_what_has_opened(page: Page) -> None:
    replace = """(html) => { document.querySelector("#fold").innerHTML = html; }"""
    page.evaluate("document.querySelector('#fault').id = 'fold'")
    page.evaluate(replace, '<button aria-controls="bar">Open</button>')
    page.get_by_role("button", name="Open").focus()
    page.evaluate(replace, '<button aria-controls="bar">Close</button>')
    expect(page.get_by_role("button", name="Close")).to_be_focused()


def test_on_a_page_that_is_over_the_next_step_has_the_focus(page: Page) -> None:
    writing(page).focus()
    page.evaluate(REPLACE, "")
    expect(page.get_by_role("button", name="Something else")).to_be_focused()


def test_who_is_at_the_end_stays_there_when_it_grows_by_a_line(page: Page) -> None:
    page.evaluate(SCROLLER)
    page.wait_for_function("() => livechatScreen.reading.scroller")
    page.evaluate("livechatScreen.reading.toEnd()")
    for height in (500, 534):
        page.evaluate(GROW, height)
        page.wait_for_function(f"() => ({BELOW})() < 1 && {height}")
    page.evaluate("livechatScreen.reading.scroller.scrollTop -= 100")  # who scrolls back leaves it
    page.wait_for_function("() => !livechatScreen.reading.isAtEnd")
    page.evaluate(GROW, 568)
    page.evaluate(A_FRAME)
    assert page.evaluate(BELOW) == 134


@pytest.mark.parametrize("page", [{"has_touch": True}], ids=["touch"], indirect=True)
def test_with_a_finger_the_focus_goes_on_without_a_keyboard_on_the_screen(page: Page) -> None:
    page.get_by_role("button", name="Submit").tap()
    page.get_by_role("button", name="Submit").evaluate("button => button.remove()")
    expect(page.get_by_role("main")).to_be_focused()
    writing(page).tap()
    expect(writing(page)).to_be_focused()
    page.evaluate(REPLACE, INPUT)
    page.evaluate(A_FRAME)
    expect(writing(page)).not_to_be_focused()


def test_a_fault_has_the_focus_even_if_nobody_saw_the_page_run(page: Page) -> None:
    page.get_by_role("button", name="Submit").press("Enter")
    page.evaluate("document.querySelector('#fault').className = 'st-key-form-1-fault'")
    expect(page.get_by_label("First")).to_be_focused()


def test_a_fault_belongs_to_its_field_until_it_is_mended(page: Page) -> None:
    field = page.get_by_label("First")
    page.locator("#fault").evaluate(
        """fault => {
          fault.innerHTML = '<i data-testid="stIconMaterial">error</i> This is needed.';
          fault.className = "st-key-form-0-fault";
        }"""
    )
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("This is needed.")
    page.get_by_text("This is needed.").evaluate("fault => fault.remove()")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("")


def test_what_nobody_sees_nobody_comes_to_and_a_rating_has_a_question(page: Page) -> None:
    page.evaluate(POLL)
    page.evaluate(
        """html => document.querySelector("main").insertAdjacentHTML("afterbegin", html)""",
        """<div data-testid="stSidebar" data-collapsed="true"><button>Desk</button></div>
        <div data-testid="stElementContainer">How was this chat?</div>
        <div data-testid="stElementContainer"><div data-testid="stFeedback">
          <div role="radiogroup" aria-label="Feedback rating"></div></div></div>""",
    )
    expect(page.get_by_role("radiogroup", name="How was this chat?")).to_be_attached()
    expect(page.locator("iframe")).to_have_attribute("tabindex", "-1")
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).to_have_js_property("inert", True)
    sidebar.evaluate("bar => { bar.dataset.collapsed = false; }")
    expect(sidebar).to_have_js_property("inert", False)


def test_a_form_that_was_sent_is_forgotten_whichever_run_tells_it(page: Page) -> None:
    field = page.get_by_label("First")
    field.press_sequentially("Ada")
    page.wait_for_function(f"{KEPT}.includes('Ada')")
    use(page, sent_forms={"form": 1})
    assert "Ada" not in page.evaluate(KEPT)
    # What is written into it then is half filled in again, until that is sent.
    field.press_sequentially(" L.")
    page.wait_for_function(f"{KEPT}.includes('Ada L.')")
    use(page, sent_forms={"form": 1})
    assert "Ada L." in page.evaluate(KEPT)
    use(page, sent_forms={"form": 2})
    assert "Ada" not in page.evaluate(KEPT)


@pytest.mark.parametrize("loses", ["livechatLine = null", "poll.remove()"])
def test_a_page_that_has_lost_what_hears_of_news_is_asked_for_once_more(
    page: Page, loses: str
) -> None:
    page.evaluate("livechatLine = {}")
    page.evaluate(POLL)
    page.evaluate(A_FRAME)
    page.evaluate(loses)
    page.evaluate(A_CHANGE)
    page.wait_for_function("told.includes('torn')")


# Another version of the scripts


def test_a_newer_script_has_what_the_older_one_was_about_to_put_back(page: Page) -> None:
    page.get_by_label("First").press_sequentially("Ada")
    writing(page).press_sequentially("Half a")
    page.evaluate(REPLACE, "")
    page.evaluate(A_FRAME)
    page.evaluate(MOUNT_NEWER, [SCRIPT, SAID])
    page.evaluate(REPLACE, INPUT)
    use(page)
    expect(writing(page)).to_have_value("Half a")
    assert "Ada" in page.evaluate(KEPT)


@pytest.mark.parametrize(
    "kept",
    [
        "7",
        '{"tab": 7, "customer": 7, "entries": {"a": 1}, "draft": 7, "forms": 7}',
        '{"entries": [7, null, {"id": 7}], "draft": {"text": 7, "files": "x"}, "forms": [7]}',
        '{"entries": [{"id": "a"}], "draft": {"text": null, "files": [7]}, "forms": {"a": 7}}',
    ],
)
def test_what_another_version_has_kept_is_in_nobodys_way(page: Page, kept: str) -> None:
    page.evaluate("kept => sessionStorage.setItem('livechat-kept', kept)", kept)
    page.evaluate("livechatKeeper = undefined")
    page.evaluate(MOUNT_NEWER, [SCRIPT, SAID])
    use(page)
    writing(page).press_sequentially("Half a")
    page.wait_for_function(f"{KEPT}.includes('Half a')")


def test_what_is_of_another_version_is_not_heard(page: Page) -> None:
    """The page's scripts come one by one: an older one does not know what newer data mean."""
    page.evaluate(
        """() => livechatKeeper.hear({ data: { scripts: "newer" }, setTriggerValue: () => {} })"""
    )
    assert page.evaluate("livechatKeeper.data.visit") == "V"


LOSES = """() => document.body.insertAdjacentHTML("beforeend", `
  <div data-testid="stAlertContainer"><strong>TypeError: </strong>Failed to fetch
    <pre data-testid="stErrorElementStack"></pre></div>`)"""


def is_reloaded(page: Page) -> None:
    page.wait_for_function("() => !document.querySelector('#place')")


def test_a_tab_is_not_reloaded_while_a_file_would_be_lost(page: Page) -> None:
    page.route(page.url, lambda route: route.fulfill(body="<p>Here</p>"))
    page.evaluate(ATTACH, "report.txt")
    page.evaluate(LOSES)
    expect(page.get_by_text(words.say("outdated"))).to_be_visible()
    expect(page.get_by_role("button", name=words.say("renew"))).to_be_visible()
    page.evaluate("document.querySelector('[data-testid=stFileChip]').remove()")
    is_reloaded(page)


def test_a_tab_is_not_reloaded_under_a_dialog_nor_without_the_app(page: Page) -> None:
    served = False
    page.route(page.url, lambda route: route.fulfill(status=200 if served else 502, body="Here"))
    page.evaluate("document.querySelector('main').setAttribute('role', 'dialog')")
    page.evaluate(LOSES)
    page.wait_for_timeout(6_000)  # longer than it waits by itself
    page.evaluate("document.querySelector('main').removeAttribute('role')")
    page.wait_for_timeout(2_000)
    assert page.evaluate("document.querySelector('#outdated').textContent") == ""
    served = True
    is_reloaded(page)


def test_where_the_browser_keeps_nothing_the_visitor_reloads_the_tab(page: Page) -> None:
    page.route(page.url, lambda route: route.fulfill(body="Here"))
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    page.evaluate(LOSES)
    page.get_by_role("button", name=words.say("renew")).click()
    is_reloaded(page)
