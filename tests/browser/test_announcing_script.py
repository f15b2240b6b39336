"""What a screen reader is told: the script alone, on a page of its own like Streamlit's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from livechat.page.browser import announcing

PAGE = """<main id="root">
  <div class="st-key-transcript"><div id="earlier"></div><div id="newest"></div></div>
  <div class="st-key-foot"><div id="alert"></div>
    <div class="st-key-row"><div data-testid="stHtml" id="status">Connecting…</div></div>
  </div>
</main>"""

# What the page shows, and where: a page of it is drawn anew as a whole.
DRAW = """([where, html]) => { document.querySelector(where).innerHTML = html; }"""
USE = "heard => livechatAnnouncer.use(words, heard)"
MESSAGES = "[...document.querySelectorAll('[role=log] p')].map((line) => line.textContent)"
NOTICES = "[...livechatAnnouncer.notices.children].map((line) => line.textContent)"
LOOK = "livechatAnnouncer.look()"  # as it does by itself some time after something has changed


def html(content: str) -> str:
    return f'<div data-testid="stElementContainer"><div data-testid="stHtml">{content}</div></div>'


def message(author: str, id: str, text: str, *more: str) -> str:
    head = f'<div id="event-{id}"><b>{author}</b> 12:00</div>' if id else "<div>Sending…</div>"
    content = "".join([html(f"{head}<div>{text}</div>"), *more])
    return (
        '<div data-testid="stChatMessage"><div data-testid="stChatMessageContent"'
        f' aria-label="Chat message from {author}">{content}</div></div>'
    )


def icon(name: str) -> str:
    return f'<span data-testid="stIconMaterial">{name}</span>'


def button(key: str, label: str) -> str:
    inner = f'<button>{icon("x")}<div data-testid="stMarkdownContainer">{label}</div></button>'
    return f'<div class="st-key-{key}" data-testid="stElementContainer">{inner}</div>'


def markdown(text: str) -> str:
    inner = f'<div data-testid="stMarkdownContainer"><p>{icon("error")} {text}</p></div>'
    return f'<div data-testid="stElementContainer">{inner}</div>'


@pytest.fixture(scope="module")
def shared(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture
def page(shared: Page) -> Page:
    """A page that has just been opened: what was said before is read, but not drawn yet."""
    shared.goto("about:blank")
    shared.set_content(PAGE)
    shared.evaluate("words => { globalThis.words = words; }", announcing.says())
    shared.evaluate(announcing.SCRIPT)
    use(shared, "C", None)
    return shared


def use(page: Page, customer: str | None, before: str | None) -> None:
    page.evaluate(USE, {"customer": customer, "from": before})


def draw(page: Page, *messages: str, where: str = "#newest") -> None:
    page.evaluate(DRAW, [where, "".join(messages)])


def said(page: Page) -> list[str]:
    """The messages that were announced last, now that all is drawn."""
    page.evaluate(LOOK)
    return list(page.evaluate(MESSAGES))


def noted(page: Page) -> list[str]:
    """What was announced besides."""
    page.evaluate(LOOK)
    return list(page.evaluate(NOTICES))


OLD = message("Kate", "1", "Said before")
NEW = message("Kate", "2", "Said now")


def test_each_message_of_an_agent_is_announced_once_by_its_author(page: Page) -> None:
    draw(page, OLD)
    assert said(page) == []  # it is not known yet what was there before
    use(page, "C", "event-1")
    own = message("You", "", "My own words")
    draw(page, OLD, own, where="#newest")
    assert said(page) == []
    draw(page, OLD, message("You", "3", "My own words"), NEW)
    assert said(page) == ["Kate: Said now"]
    # Drawn anew, and then without its place in the page.
    draw(page, OLD, message("You", "3", "My own words"), NEW)
    draw(page)
    draw(page, OLD, NEW)
    draw(page, message("Tom", "0", "Much earlier"), where="#earlier")
    assert said(page) == ["Kate: Said now"]
    draw(page, OLD, NEW, message("Tom Reyes", "4", "One\n two"), message("Kate", "5", "And I"))
    assert said(page) == ["Tom Reyes: One two", "Kate: And I"]


def test_what_was_there_before_is_not_said_however_late_it_is_drawn(page: Page) -> None:
    use(page, "C", "event-1")
    draw(page, message("Kate", "0", "Long ago"), where="#earlier")
    assert said(page) == []
    draw(page, OLD, NEW)
    assert said(page) == ["Kate: Said now"]
    # The same page under another visit, with what came while there was none: known, or news.
    use(page, "C", "event-6")
    draw(page, OLD, NEW, message("Kate", "6", "While you were out of touch"))
    assert said(page) == ["Kate: While you were out of touch"]
    # Another customer's conversation.
    use(page, "D", "event-7")
    draw(page, message("Tom", "7", "To somebody else"))
    draw(page, "", where="#earlier")
    assert said(page) == ["Kate: While you were out of touch"]
    draw(page, message("Tom", "7", "To somebody else"), message("Tom", "8", "Hello"))
    assert said(page) == ["Tom: Hello"]


def test_what_it_ended_with_may_be_taken_back_before_it_is_drawn(page: Page) -> None:
    use(page, "C", "event-gone")
    draw(page, OLD)
    assert said(page) == []
    use(page, "C", "event-1")
    assert said(page) == []
    draw(page, OLD, NEW)
    assert said(page) == ["Kate: Said now"]


def test_who_is_nobody_yet_hears_the_first_answer(page: Page) -> None:
    use(page, None, "")
    assert said(page) == []
    use(page, "C", None)
    use(page, "C", "")
    draw(page, message("You", "1", "Hello"), NEW)
    assert said(page) == ["Kate: Said now"]


def test_what_has_no_words_is_named(page: Page) -> None:
    use(page, "C", "")
    form = f'<div data-testid="stForm">{html("Your name")}{button("submit", "Submit")}</div>'
    cards = html('<div><img alt="A tent"><div>Tent</div><div>Sleeps two</div></div>')
    draw(
        page,
        message("Kate", "1", "", html('<a><img src="data:," alt="receipt.png"></a>')),
        message("Kate", "2", "", html('<img src="data:," alt="">')),
        message("Kate", "3", "", button("file-1", "hours.pdf PDF")),
        message("Kate", "4", "Please", form),
        message("Kate", "5", "", cards, button("press-1", "Take it")),
    )
    assert said(page) == [
        "Kate: receipt.png",
        "Kate: Picture",
        "Kate: hours.pdf PDF",
        "Kate: Please Form",
        "Kate: A tent Tent Sleeps two Take it",
    ]


def test_a_message_is_said_when_all_of_it_is_there(page: Page) -> None:
    use(page, "C", "")
    skeleton = '<div data-testid="stElementContainer"><div data-testid="stSkeleton"></div></div>'
    draw(page, message("Kate", "1", "", skeleton))
    assert said(page) == []
    draw(page, message("Kate", "1", "", button("file-1", "hours.pdf")))
    assert said(page) == ["Kate: hours.pdf"]


def test_what_nobody_hears_behind_a_picture_is_said_afterwards(page: Page) -> None:
    use(page, "C", "")
    page.evaluate("globalThis.livechatScreen = { lightbox: { isOpen: true } }")
    draw(page, NEW)
    assert said(page) == []
    page.evaluate("livechatScreen.lightbox.isOpen = false")
    draw(page, "<button>Back</button>", where="#alert")
    page.get_by_role("button", name="Back").focus()
    page.wait_for_function(f"{MESSAGES}.at(-1) === 'Kate: Said now'")


def test_what_becomes_of_the_chat_is_said(page: Page) -> None:
    draw(page, OLD)
    draw(page, "You are talking to Kate", where="#status")
    use(page, "C", "event-1")
    assert noted(page) == []  # so it was
    closed = '<div id="event-2" dir="auto">Kate has closed the chat</div>'
    draw(page, OLD, html(closed))
    draw(page, "Chat closed", where="#status")
    assert noted(page) == ["Kate has closed the chat", "Chat closed"]
    draw(page, '<div role="alert">Out of touch</div>', where="#alert")
    draw(page, "Reconnecting…", where="#status")
    assert len(noted(page)) == 2  # the alert is read by itself
    draw(page, "", where="#alert")
    draw(page, "Chat closed", where="#status")
    assert noted(page)[2:] == ["Chat closed"]
    for _ in range(2):
        page.evaluate("livechatAnnouncer.say('typing', 'Kate is typing…')")
        assert noted(page)[3:] == ["Kate is typing…"]
    queue = '<div class="card" id="queue"><div>You are number 2</div><div>about 3 min</div></div>'
    for _ in range(2):
        draw(page, OLD, html(closed), html(queue))
        assert noted(page)[4:] == ["You are number 2 about 3 min"]
    assert said(page) == []


def test_a_failure_is_said_once_with_its_reason(page: Page) -> None:
    use(page, "C", "")
    assert noted(page) == []
    late = message("You", "", "Hi", markdown("Not delivered yet."), button("retry-a", "Retry"))
    for _ in range(2):
        draw(page, late)
        assert noted(page) == ["Not delivered yet."]
    both = button("retry-a", "Retry") + button("discard-a", "Discard")
    draw(page, message("You", "", "Hi", markdown("Not delivered."), both))
    assert noted(page)[1:] == ["Not delivered."]


def test_the_last_message_stays_and_the_region_does_too(page: Page) -> None:
    use(page, "C", "")
    draw(page, NEW)
    assert said(page) == ["Kate: Said now"]
    for number in range(9):
        page.evaluate("text => livechatAnnouncer.say('typing', text)", f"Typing {number}")
    assert noted(page) == [f"Typing {number}" for number in range(4, 9)]
    assert said(page) == ["Kate: Said now"]
    # A newer script of a newer app finds it, and what is there.
    page.evaluate("globalThis.region = document.querySelector('[aria-live=polite]')")
    page.evaluate(announcing.SCRIPT)
    use(page, "C", "event-2")
    draw(page, NEW, message("Kate", "3", "And now"))
    page.wait_for_function(f"{MESSAGES}.at(-1) === 'Kate: And now'")
    regions = "[...document.querySelectorAll('[role=log]')]"
    assert page.evaluate(f"{regions}.length === 1 && {regions}[0] === region")
