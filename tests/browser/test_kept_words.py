"""A word that was typed is a word kept: over a deaf line, a restart, a reload, in a copied tab."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect
from playwright.sync_api import Page as Tab

from livechat.api.agent_client import AgentClient
from livechat.page import words
from livechat.page.browser import keeper
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import MESSAGES, retry_if_asked
from tests.conftest import as_new, live, until
from tests.driver import ask_as_agent, cut_off
from tests.field import browsers
from tests.field.line import Line


@pytest.fixture(scope="module")
def url(run_app: Apps, shared_sandbox: Sandbox) -> str:
    return run_app(**live(shared_sandbox))


@pytest.fixture(scope="module")
def line(url: str) -> Iterator[Line]:
    with Line(url) as line:
        yield line


@pytest.fixture
def context(kept_context: BrowserContext, sandbox: Sandbox) -> Iterator[BrowserContext]:
    with as_new(kept_context) as context:
        yield context


@pytest.fixture
def tab(context: BrowserContext, line: Line) -> Iterator[Tab]:
    """A tab with an active chat, whose app is at the other end of the line."""
    yield begin(context, line.url)
    line.heal()
    line.open()


def writing(tab: Tab) -> Locator:
    return tab.get_by_test_id("stChatInput").locator("textarea")


def submit(tab: Tab, text: str) -> None:
    writing(tab).fill(text)
    tab.keyboard.press("Enter")


def message(tab: Tab, text: str) -> Locator:
    return tab.locator(MESSAGES).filter(has_text=text)


def say(tab: Tab, text: str) -> Locator:
    submit(tab, text)
    expect(message(tab, text)).to_be_visible()
    return message(tab, text)


def begin(context: BrowserContext, url: str) -> Tab:
    tab = context.new_page()
    tab.goto(url)
    say(tab, "Hello")
    expect(tab.get_by_role("button", name="End chat")).to_be_enabled()
    expect(message(tab, "Hello")).to_contain_text("Delivered")
    return tab


def on_its_way(tab: Tab) -> Locator:
    """What the tab itself draws, until the app has it."""
    return tab.locator("#on-its-way p")


def to_attach(tab: Tab) -> Locator:
    """The button, which is on for as long as the line is open."""
    return tab.get_by_test_id("stChatInputFileUploadButton").locator("button")


def attach(tab: Tab, *names: str) -> None:
    files = [{"name": name, "mimeType": "text/plain", "buffer": b"content"} for name in names]
    tab.locator("input[type=file]").set_input_files(files)  # type: ignore[arg-type]
    expect(tab.get_by_test_id("stFileChip")).to_have_count(len(names))
    expect(tab.get_by_test_id("stFileChipIconSpinner")).to_have_count(0)


def said(sandbox: Sandbox) -> list[str]:
    """What LiveChat has of the customer's, in its order."""
    threads = (t for chat in sandbox.default.chats.values() for t in chat.threads)
    events = [event for thread in threads for event in thread.events]
    return [e.content.get("text") or e.type for e in events if e.type in ("message", "file")]


def arrive(sandbox: Sandbox, tab: Tab, *texts: str) -> None:
    """Waits until LiveChat has these, and sees that each is there once, in this order."""
    for text in texts:
        expect(message(tab, text)).to_have_count(1)
    expect(message(tab, texts[-1])).to_contain_text("Delivered")
    expect(on_its_way(tab)).to_have_count(0)
    assert said(sandbox) == ["Hello", *texts]


# A line that loses it


@pytest.mark.parametrize("closes", [True, False], ids=["closed", "not closed"])
def test_what_is_said_into_a_deaf_line_arrives_once(
    tab: Tab, line: Line, sandbox: Sandbox, closes: bool
) -> None:
    sent: list[str] = []
    for way in ("to both", "to_app", "to_browser"):
        line.deafen(to_app=way != "to_browser", to_browser=way != "to_app")
        texts = [f"First {way}", f"Second {way}"]
        for text in texts:
            submit(tab, text)
        # It is nowhere else: neither in the input nor, on this line, in the transcript.
        expect(on_its_way(tab)).to_have_text([f"Sending…{text}" for text in texts])
        if closes:
            line.close()
        line.heal()
        sent += texts
        arrive(sandbox, tab, *sent)


def test_fifty_messages_in_a_row_arrive_in_order(tab: Tab, sandbox: Sandbox) -> None:
    texts = [f"Message {number:02}" for number in range(50)]
    # While Streamlit runs one of them, a newer one replaces the one that is to be run next.
    for text in texts[:17]:
        submit(tab, text)
        tab.wait_for_timeout(5)
    for text in texts[17:34]:
        submit(tab, text)
        tab.wait_for_timeout(60)
    for text in texts[34:]:
        tab.keyboard.insert_text(text)
        tab.keyboard.press("Enter")
    expect(tab.get_by_text(words.say("too_fast"))).to_be_visible()
    arrive(sandbox, tab, *texts)


def test_typing_right_after_sending_loses_no_letter(tab: Tab, sandbox: Sandbox) -> None:
    """The page is drawn, and by news of the agent's, all the while."""
    chat = next(iter(sandbox.default.chats))
    writing(tab).focus()
    for number in range(8):
        tab.keyboard.type(f"Line {number} of the visitor")
        tab.keyboard.press("Enter")
        event = {"type": "message", "text": f"Answer {number}"}
        ask_as_agent(sandbox, "send_event", json={"chat_id": chat, "event": event})
    for number in range(8):
        expect(message(tab, f"Line {number} of the visitor")).to_contain_text("You")
    own = [text for text in said(sandbox) if text.startswith("Line")]
    assert own == [f"Line {number} of the visitor" for number in range(8)]
    expect(writing(tab)).to_have_value("")


def test_what_is_typed_while_the_line_is_closed_stays(
    tab: Tab, line: Line, sandbox: Sandbox
) -> None:
    writing(tab).focus()
    tab.keyboard.type("Half")
    line.refuse()
    line.close()
    expect(to_attach(tab)).to_be_disabled()
    tab.keyboard.type(" a word")
    expect(writing(tab)).to_be_focused()
    expect(writing(tab)).to_have_value("Half a word")
    # What is submitted then is on its way, and the next text is another one.
    tab.keyboard.press("Enter")
    tab.keyboard.type("and the next")
    expect(writing(tab)).to_have_value("and the next")
    expect(on_its_way(tab)).to_have_text(["Sending…Half a word"])
    line.open()
    arrive(sandbox, tab, "Half a word")
    expect(writing(tab)).to_be_focused()
    expect(writing(tab)).to_have_value("and the next")


def test_an_input_that_is_drawn_while_the_line_is_closed_is_open(tab: Tab, line: Line) -> None:
    line.refuse()
    line.close()
    expect(to_attach(tab)).to_be_disabled()
    drawn = "area => { area.outerHTML = area.outerHTML.replace('<textarea', '<textarea disabled') }"
    writing(tab).evaluate(drawn)
    expect(writing(tab)).to_be_enabled()


def test_streamlits_dialog_is_in_nobodys_way(tab: Tab, line: Line, sandbox: Sandbox) -> None:
    tab.evaluate(
        """() => new MutationObserver(() => {
            const title = document.querySelector("[role=dialog] h2");
            if (title) window.shown = title.textContent;
        }).observe(document.body, { childList: true, subtree: true })"""
    )
    writing(tab).focus()
    line.refuse()
    line.close()
    expect(tab.get_by_text(words.say("reconnecting"))).to_be_visible()
    tab.wait_for_function("window.shown === 'Connection error'")
    expect(tab.get_by_role("dialog")).to_have_count(0)
    expect(writing(tab)).to_be_focused()
    tab.keyboard.type("A word")
    tab.keyboard.press("Enter")
    tab.keyboard.type("and the next")
    expect(on_its_way(tab)).to_have_text(["Sending…A word"])
    line.open()
    arrive(sandbox, tab, "A word")
    expect(tab.get_by_text(words.say("reconnecting"))).to_have_count(0)
    expect(writing(tab)).to_have_value("and the next")
    expect(writing(tab)).to_be_focused()


# A restart, a reload


@pytest.mark.parametrize("later", [0, 70], ids=["at once", "70 ms later"])
def test_what_is_submitted_to_a_killed_app_is_kept(
    context: BrowserContext, run_app: Apps, url: str, sandbox: Sandbox, later: int
) -> None:
    tab = begin(context, url)
    writing(tab).fill("Late")
    run_app.kill(url)
    tab.wait_for_timeout(later)
    tab.keyboard.press("Enter")
    expect(on_its_way(tab)).to_have_text("Sending…Late")
    run_app.restart(url)
    # Whether the app had it before its end cannot be known, unless the browser knew of that.
    retry_if_asked(message(tab, "Late"))
    arrive(sandbox, tab, "Late")


def test_what_is_submitted_while_the_app_restarts_is_sent_by_itself(
    tab: Tab, line: Line, run_app: Apps, url: str, sandbox: Sandbox
) -> None:
    line.refuse()
    line.close()
    expect(to_attach(tab)).to_be_disabled()
    submit(tab, "While it restarts")
    run_app.restart(url)
    line.open()
    arrive(sandbox, tab, "While it restarts")


def test_a_reload_before_it_arrived_loses_nothing(tab: Tab, line: Line, sandbox: Sandbox) -> None:
    line.deafen(to_browser=False)
    submit(tab, "Lost")
    line.close()
    line.heal()
    tab.reload()
    expect(message(tab, "Lost")).to_contain_text("Not delivered")
    tab.get_by_role("button", name="Retry").click()
    arrive(sandbox, tab, "Lost")
    tab.reload()
    arrive(sandbox, tab, "Lost")


def test_nothing_is_overwritten_before_it_was_taken_over(tab: Tab, sandbox: Sandbox) -> None:
    cut_off(sandbox)
    say(tab, "First")
    say(tab, "Second")
    tab.reload()
    submit(tab, "Third")
    expect(message(tab, "Third")).to_be_visible()
    tab.reload()
    for text in ("First", "Second", "Third"):
        expect(message(tab, text)).to_contain_text("Not delivered")
        expect(message(tab, text)).to_have_count(1)


def test_a_reload_or_a_restart_loses_nothing_and_doubles_nothing(
    context: BrowserContext, run_app: Apps, url: str, sandbox: Sandbox
) -> None:
    tab = begin(context, url)
    cut_off(sandbox)
    undelivered = say(tab, "Not yet delivered")
    tab.reload()
    expect(undelivered).to_contain_text("Not delivered")
    sandbox.faults.clear()
    run_app.restart(url)
    until(tab, lambda: [r.action for r in sandbox.requests].count("token") >= 3)
    expect(undelivered).to_contain_text("Not delivered")
    # Until the run ends that draws it in another place, Streamlit shows what was there before; and
    # a press that the new app hears before it has drawn the button is none.
    expect(tab.locator("[data-test-script-state=notRunning]")).to_be_attached()
    tab.get_by_role("button", name="Retry").first.click()
    arrive(sandbox, tab, "Not yet delivered")
    tab.reload()
    arrive(sandbox, tab, "Not yet delivered")


# What was not submitted


def test_a_draft_survives_a_reload_back_and_forward(tab: Tab) -> None:
    writing(tab).press_sequentially("A draft")
    tab.reload()
    expect(writing(tab)).to_have_value("A draft")
    tab.goto("about:blank")
    tab.go_back()
    expect(writing(tab)).to_have_value("A draft")
    tab.keyboard.press("Tab")
    submit(tab, "A draft, sent")
    expect(message(tab, "A draft, sent")).to_contain_text("Delivered")
    tab.reload()
    expect(message(tab, "A draft, sent")).to_be_visible()
    expect(writing(tab)).to_have_value("")


def test_what_is_typed_before_the_draft_is_back_goes_on_with_it(tab: Tab, sandbox: Sandbox) -> None:
    writing(tab).press_sequentially("A dra")
    sandbox.faults.add("token", delay=2)
    tab.reload()
    writing(tab).press_sequentially("ft")
    expect(writing(tab)).to_have_value("A draft")


def test_what_was_attached_has_to_be_attached_again(tab: Tab, sandbox: Sandbox) -> None:
    writing(tab).press_sequentially("See this")
    attach(tab, "first.txt", "second.txt")
    tab.reload()
    expect(writing(tab)).to_have_value("See this")
    again = tab.get_by_text("Has to be attached again: first.txt, second.txt")
    expect(again).to_be_visible()
    tab.reload()
    expect(again).to_be_visible()
    attach(tab, "first.txt")
    expect(tab.get_by_text("Has to be attached again: second.txt")).to_be_visible()
    writing(tab).press("Enter")
    expect(message(tab, "See this")).to_contain_text("Retry sends it without that")
    expect(message(tab, "second.txt")).to_contain_text("has to be attached again")
    expect(tab.get_by_text("Has to be attached again:")).not_to_be_visible()
    assert said(sandbox) == ["Hello"]
    message(tab, "See this").get_by_role("button", name="Retry").click()
    expect(message(tab, "See this")).to_contain_text("Delivered")


def test_with_the_draft_it_is_given_up_what_went_with_it(tab: Tab, sandbox: Sandbox) -> None:
    writing(tab).press_sequentially("See this")
    attach(tab, "first.txt")
    tab.reload()
    expect(tab.get_by_text("Has to be attached again: first.txt")).to_be_visible()
    writing(tab).fill("")
    expect(tab.get_by_text("Has to be attached again:")).not_to_be_visible()
    expect(message(tab, "Hello")).to_contain_text("Delivered")
    say(tab, "Something else")
    arrive(sandbox, tab, "Something else")


def test_a_text_does_not_go_without_its_file(tab: Tab, line: Line, sandbox: Sandbox) -> None:
    writing(tab).press_sequentially("See this")
    attach(tab, "report.txt")
    line.deafen(to_browser=False)
    tab.keyboard.press("Enter")
    expect(writing(tab)).to_have_value("")
    line.close()
    line.heal()
    expect(message(tab, "See this")).to_contain_text("Retry sends it without that")
    expect(message(tab, "report.txt")).to_contain_text("has to be attached again")
    assert said(sandbox) == ["Hello"]
    tab.get_by_role("button", name="Retry").click()
    expect(message(tab, "See this")).to_contain_text("Delivered")


def test_a_file_that_is_refused_while_the_line_is_closed_is_named_once(
    tab: Tab, line: Line, sandbox: Sandbox
) -> None:
    line.refuse()
    line.close()
    expect(to_attach(tab)).to_be_disabled()
    attach(tab, "report.txt")
    expect(tab.get_by_test_id("stFileChipIconError")).to_be_visible()
    submit(tab, "See this")
    expect(tab.get_by_test_id("stFileChip")).to_have_count(0)
    submit(tab, "Something else")
    line.open()
    expect(message(tab, "Something else")).to_contain_text("Delivered")
    expect(message(tab, "See this")).to_contain_text("Retry sends it without that")
    expect(message(tab, "report.txt")).to_have_count(1)
    assert said(sandbox) == ["Hello", "Something else"]


def test_a_restart_loses_what_is_attached_and_says_so(
    context: BrowserContext, run_app: Apps, url: str, sandbox: Sandbox
) -> None:
    tab = begin(context, url)
    writing(tab).press_sequentially("See this")
    attach(tab, "report.txt")
    run_app.restart(url)
    expect(tab.get_by_text("Has to be attached again: report.txt")).to_be_visible()
    writing(tab).press("Enter")
    expect(message(tab, "See this")).to_contain_text("Retry sends it without that")
    expect(message(tab, "report.txt")).to_contain_text("has to be attached again")
    assert said(sandbox) == ["Hello"]


# A form that is half filled in

FORM = {
    "type": "form",
    "form_id": "contact",
    "fields": [
        {"type": "name", "id": "1", "label": "Your name", "required": True},
        {"type": "email", "id": "2", "label": "Your e-mail"},
        {"type": "textarea", "id": "3", "label": "More"},
        {
            "type": "radio",
            "id": "4",
            "label": "How fast",
            "options": [{"id": "a", "label": "Slow"}, {"id": "b", "label": "Fast"}],
        },
        {
            "type": "select",
            "id": "5",
            "label": "Country",
            "options": [{"id": "a", "label": "Poland"}, {"id": "b", "label": "Peru"}],
        },
        {
            "type": "checkbox",
            "id": "6",
            "label": "About",
            "options": [{"id": x, "label": x * 3} for x in "abc"],
        },
        {
            "type": "checkbox",
            "id": "7",
            "label": "Which",
            "options": [{"id": "a", "label": "Something that no pill has room for"}],
        },
        {"type": "checkbox_for_email", "id": "8", "label": "By e-mail"},
    ],
}


def form_of(tab: Tab) -> Locator:
    return tab.get_by_test_id("stForm")


def pick(box: Locator, name: str) -> None:
    """Picks an option. Whatever scrolls the page closes the list of them again."""
    option = box.page.get_by_role("option", name=name)
    while not option.is_visible():
        box.click()
        box.page.wait_for_timeout(200)
    option.click()


def half_fill(form: Locator) -> None:
    form.get_by_label("Your name").press_sequentially("Ada")
    form.get_by_label("More").press_sequentially("Half a wo")
    form.get_by_text("Fast", exact=True).click()
    pick(form.get_by_role("combobox"), "Peru")
    for pill in ("aaa", "ccc"):
        form.get_by_role("button", name=pill).click()
    form.get_by_text("Something that no pill").click()
    form.get_by_text("By e-mail").click()


def expect_half_filled(form: Locator) -> None:
    expect(form.get_by_label("Your name")).to_have_value("Ada")
    expect(form.get_by_label("Your e-mail")).to_have_value("")
    expect(form.get_by_label("More")).to_have_value("Half a wo")
    expect(form.get_by_role("radio").nth(0)).not_to_be_checked()
    expect(form.get_by_role("radio").nth(1)).to_be_checked()
    expect(form.get_by_role("combobox")).to_have_value("Peru")
    for pill, pressed in {"aaa": "true", "bbb": "false", "ccc": "true"}.items():
        expect(form.get_by_role("button", name=pill)).to_have_attribute("aria-pressed", pressed)
    for box in form.get_by_role("checkbox").all():
        expect(box).to_be_checked()


def send_form(tab: Tab, sandbox: Sandbox) -> Locator:
    chat = next(iter(sandbox.default.chats))
    ask_as_agent(sandbox, "send_event", json={"chat_id": chat, "event": FORM})
    expect(form_of(tab)).to_be_visible()
    return form_of(tab)


def test_a_half_filled_form_survives_a_reload(tab: Tab, sandbox: Sandbox) -> None:
    form = send_form(tab, sandbox)
    half_fill(form)
    kept = "() => JSON.stringify(sessionStorage).includes('Peru')"
    tab.wait_for_function(kept)
    tab.reload()
    expect_half_filled(form)
    tab.wait_for_function(kept)
    tab.reload()
    expect_half_filled(form)
    form.get_by_label("Your e-mail").fill("ada@example.com")
    form.get_by_role("button", name="Submit").click()
    expect(form).to_have_count(0)
    for answer in ("Ada", "Half a wo", "Fast", "Peru", "aaa, ccc", "Something that no pill", "Yes"):
        expect(message(tab, "Your name").last).to_contain_text(answer)
    tab.wait_for_function("() => !JSON.stringify(sessionStorage).includes('Half a wo')")
    # The same form once more is empty.
    send_form(tab, sandbox)
    expect(form.get_by_label("Your name")).to_have_value("")
    tab.reload()
    expect(form.get_by_label("Your name")).to_have_value("")


SETS_BACK = """addEventListener("input", ({ target }) => {
  const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(target), "value");
  set.call(target, "");
  target.dispatchEvent(new Event("input", { bubbles: true }));
}, { once: true })"""


def test_a_half_filled_form_stays_where_streamlit_sets_it_back(tab: Tab, sandbox: Sandbox) -> None:
    form = send_form(tab, sandbox)
    half_fill(form)
    tab.wait_for_function("() => JSON.stringify(sessionStorage).includes('Peru')")
    tab.add_init_script(SETS_BACK)  # as it does a moment after it has drawn it, now and then
    tab.reload()
    expect(form.get_by_label("Your name")).to_have_value("Ada")
    tab.wait_for_timeout(1_000)
    expect_half_filled(form)


def test_a_half_filled_form_survives_a_restart_of_the_app(
    context: BrowserContext, run_app: Apps, url: str, sandbox: Sandbox
) -> None:
    tab = begin(context, url)
    form = send_form(tab, sandbox)
    half_fill(form)
    run_app.restart(url)
    until(tab, lambda: [r.action for r in sandbox.requests].count("token") >= 2)
    tab.wait_for_timeout(2_000)
    expect_half_filled(form)
    form.get_by_role("button", name="Submit").click()
    for answer in ("Ada", "Half a wo", "Fast", "Peru", "aaa, ccc", "Yes"):
        expect(message(tab, "Your name").last).to_contain_text(answer)


def test_what_is_typed_into_a_form_while_the_line_is_closed_stays(
    tab: Tab, line: Line, sandbox: Sandbox
) -> None:
    form = send_form(tab, sandbox)
    form.get_by_label("More").press_sequentially("Half")
    line.refuse()
    line.close()
    expect(to_attach(tab)).to_be_disabled()
    tab.keyboard.type(" a word")
    expect(form.get_by_label("More")).to_be_focused()
    line.open()
    expect(to_attach(tab)).to_be_enabled()
    expect(tab.locator("[data-test-script-state=notRunning]")).to_be_visible()
    form.get_by_label("More").press("End")  # it may have been drawn anew
    form.get_by_label("More").press_sequentially(" more")
    expect(form.get_by_label("More")).to_have_value("Half a word more")
    form.get_by_label("Your name").fill("Ada")
    form.get_by_role("button", name="Submit").click()
    expect(message(tab, "Your name").last).to_contain_text("Half a word more")


def test_that_a_form_is_half_filled_is_told_again_if_that_was_lost(
    tab: Tab, line: Line, sandbox: Sandbox
) -> None:
    form = send_form(tab, sandbox)
    line.deafen(to_browser=False)
    form.get_by_label("More").press_sequentially("Half a wo")
    tab.wait_for_function("() => JSON.stringify(sessionStorage).includes('Half a wo')")
    line.heal()
    # The form of which the app does not know would not stay.
    say(tab, "By the way")
    expect(form.get_by_label("More")).to_have_value("Half a wo")


def half_write(tab: Tab) -> None:
    """Into the last field of the form; what was written is there after a reload."""
    field = form_of(tab).locator("textarea").last
    expect(tab.get_by_test_id("stChatInputTextArea")).to_be_visible()
    expect(field).to_be_visible()
    field.press_sequentially("Half a wo")
    tab.wait_for_function("() => JSON.stringify(sessionStorage).includes('Half a wo')")
    tab.reload()
    expect(field).to_have_value("Half a wo")
    expect(field).to_be_visible()
    field.press("End")
    assert tab.evaluate("JSON.stringify(sessionStorage).includes('Half a wo')")
    field.press_sequentially("rd")
    expect(field).to_have_value("Half a word")


def test_a_ticket_form_survives_a_reload(
    context: BrowserContext, run_app: Apps, sandbox: Sandbox
) -> None:
    sandbox.default.enabled_forms = {"ticket"}
    AgentClient(sandbox.url, sandbox.default.agent_token).accept_chats(False)
    tab = context.new_page()
    tab.goto(run_app(**live(sandbox)))
    half_write(tab)


def test_the_forms_before_and_after_a_chat_survive_a_reload(
    context: BrowserContext, run_app: Apps, sandbox: Sandbox
) -> None:
    sandbox.default.enabled_forms = {"prechat", "postchat"}
    tab = context.new_page()
    tab.goto(run_app(**live(sandbox)))
    half_write(tab)
    form_of(tab).get_by_role("textbox", name="Name").fill("Ada")
    form_of(tab).get_by_role("textbox", name="E-mail").fill("ada@example.com")
    form_of(tab).get_by_role("button", name=words.say("start_chat")).click()
    expect(form_of(tab)).to_have_count(0)
    tab.wait_for_function("() => !JSON.stringify(sessionStorage).includes('Half a')")
    say(tab, "Hello")
    tab.get_by_role("button", name="End chat").click()
    half_write(tab)
    form_of(tab).get_by_role("button", name="Skip").click()
    expect(form_of(tab)).to_have_count(0)
    tab.wait_for_function("() => !JSON.stringify(sessionStorage).includes('Half a')")
    tab.reload()
    expect(message(tab, "Hello")).to_be_visible()
    expect(form_of(tab)).to_have_count(0)


# Another tab, another customer


def test_a_copied_tab_leaves_it_to_the_original(tab: Tab, sandbox: Sandbox) -> None:
    sandbox.faults.add("send_event", status=502, times=1_000)
    say(tab, "On its way")
    writing(tab).press_sequentially("A draft")
    copy = browsers.duplicated(tab)
    expect(message(copy, "Hello")).to_be_visible()
    copy.wait_for_timeout(1_000)
    expect(message(copy, "On its way")).to_have_count(0)
    expect(writing(copy)).to_have_value("")
    sandbox.faults.clear()
    arrive(sandbox, tab, "On its way")
    copy.reload()
    arrive(sandbox, copy, "On its way")
    # The original still has what is its own.
    tab.reload()
    expect(writing(tab)).to_have_value("A draft")


def test_a_copied_tab_that_is_left_alone_has_it(tab: Tab, sandbox: Sandbox) -> None:
    cut_off(sandbox)
    say(tab, "On its way")
    tab.context.route("**/*", lambda route: route.fulfill(body="Later"))
    copy = browsers.duplicated(tab)
    tab.close()
    copy.context.unroute("**/*")
    copy.reload()
    expect(message(copy, "On its way")).to_contain_text("Not delivered")


def test_a_copied_tab_leaves_it_to_the_original_without_https(
    browser: Browser, url: str, sandbox: Sandbox
) -> None:
    with browsers.elsewhere(browser) as chromium, chromium.new_context() as context:
        tab = begin(context, browsers.as_elsewhere(url))
        assert tab.evaluate("() => navigator.locks === undefined")
        writing(tab).press_sequentially("A draft")
        tab.reload()
        expect(writing(tab)).to_have_value("A draft")
        copy = browsers.duplicated(tab)
        expect(message(copy, "Hello")).to_be_visible()
        copy.wait_for_timeout(2_000)
        expect(writing(copy)).to_have_value("")


def test_another_customer_gets_none_of_it(tab: Tab, sandbox: Sandbox) -> None:
    cut_off(sandbox)
    say(tab, "My secret")
    writing(tab).press_sequentially("My draft")
    sandbox.faults.clear()
    tab.context.clear_cookies()
    tab.reload()
    expect(tab.get_by_text("Ready when you are")).to_be_visible()
    tab.wait_for_function("() => !JSON.stringify(sessionStorage).includes('My ')")
    expect(message(tab, "My secret")).to_have_count(0)
    expect(writing(tab)).to_have_value("")
    assert len(sandbox.default.chats) == 1  # the first customer's, who may still have said it


def test_who_is_forgotten_leaves_nothing_behind(tab: Tab, sandbox: Sandbox) -> None:
    cut_off(sandbox)
    say(tab, "My secret")
    writing(tab).press_sequentially("My draft")
    tab.wait_for_function("() => JSON.stringify(sessionStorage).includes('My secret')")
    tab.get_by_role("button", name="More").click()
    tab.get_by_text("Forget this device").click()
    tab.get_by_role("button", name="Forget me").click()
    expect(tab.get_by_text("This device has forgotten you.")).to_be_visible()
    tab.wait_for_function("() => !JSON.stringify(sessionStorage).includes('My ')")
    sandbox.faults.clear()
    tab.get_by_role("button", name="Start a new conversation").click()
    expect(tab.get_by_text("Ready when you are")).to_be_visible()
    expect(tab.locator(MESSAGES)).to_have_count(0)
    expect(writing(tab)).to_have_value("")


def test_where_the_browser_keeps_nothing_the_chat_goes_on(
    browser: Browser, url: str, run_app: Apps, sandbox: Sandbox
) -> None:
    with browser.new_context() as context:
        context.add_init_script(
            "Object.defineProperty(window, 'sessionStorage',"
            " { get() { throw new Error('blocked') } })"
        )
        tab = begin(context, url)
        say(tab, "And on it goes")
        arrive(sandbox, tab, "And on it goes")
        # What a restart would have lost is in the page's memory.
        run_app.kill(url)
        submit(tab, "Late")
        run_app.restart(url)
        expect(message(tab, "Late")).to_be_visible()


def test_after_an_update_the_newer_script_keeps_alone(tab: Tab, sandbox: Sandbox) -> None:
    """An open page has the older one as well."""
    writing(tab).press_sequentially("A draft")
    tab.evaluate(
        """async (script) => {
          const blob = new Blob([script, "// newer"], { type: "text/javascript" });
          const { default: mount } = await import(URL.createObjectURL(blob));
          const data = { sending: "", attach_again: "", scripts: globalThis.livechatScripts };
          mount({ data, parentElement: document.body });
        }""",
        keeper.SCRIPT,
    )
    expect(writing(tab)).to_have_value("A draft")
    say(tab, "Once")
    arrive(sandbox, tab, "Once")
