"""Who is thinking and what a bot is writing: in a real browser, without Streamlit around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from livechat.page.browser import leading
from livechat.sandbox import Sandbox
from tests.browser.component import Component
from tests.driver import ask_as_agent

NOTED = """() => {
    window.said = [];
    window.livechatAnnouncer = { say: (source, text) => text && said.push(text) };
}"""


@pytest.fixture
def connected(browser: Browser, sandbox: Sandbox) -> Iterator[Component]:
    component = Component(browser, sandbox)
    component.page.evaluate(NOTED)
    component.mount()
    component.wait_until_open()
    component.visitor.hear("Hi", active=True)
    component.wait("told.at(-1).events.length")
    yield component
    component.page.close()


def think(component: Component, **about: str) -> None:
    about["chat_id"] = component.visitor.visit.chat_id or ""
    ask_as_agent(component.sandbox, "send_thinking_indicator", json=about)


def write(component: Component, text: str, **about: str) -> None:
    event = {"type": "message", "text": text, **about}
    ask = {"chat_id": component.visitor.visit.chat_id, "event": event}
    ask_as_agent(component.sandbox, "send_event_preview", json=ask)


def answer(component: Component, text: str, **about: str) -> str:
    event = {"type": "message", "text": text, **about}
    ask = {"chat_id": component.visitor.visit.chat_id, "event": event}
    return str(ask_as_agent(component.sandbox, "send_event", json=ask)["event_id"])


def reads(component: Component, sign: str, preview: str = "") -> None:
    component.page.wait_for_function(
        "([said, shown]) => sign.textContent === said && preview.textContent === shown",
        arg=[sign, preview],
    )


def test_who_is_thinking_is_written_with_what_it_is_about(connected: Component) -> None:
    think(connected)
    reads(connected, "Agent is thinking…")
    think(connected, title="Looking for your order…", description="in all shops")
    reads(connected, "Agent: Looking for your order…")
    answer(connected, "I have found it.")
    reads(connected, "")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("\n two\n\tlines ", "two lines"),
        ("\u202eevil\u2066 <b>$& {name}</b>", "evil <b>$& {name}</b>"),
        ("x" * 5_000, "x" * 100 + "…"),
        ("👩‍👩‍👧‍👦" * 1_000, ("👩‍👩‍👧‍👦" * 1_000)[:100] + "…"),
    ],
)
def test_a_title_is_one_line_of_text(connected: Component, title: str, shown: str) -> None:
    think(connected, title=title)
    reads(connected, f"Agent: {shown}")


@pytest.mark.parametrize("title", ["", " \n", "\u202e", 7, None, ["a"]])
def test_a_title_that_says_nothing_is_none(connected: Component, title: object) -> None:
    connected.push("incoming_thinking_indicator", {"author_id": "Kate", "title": title})
    reads(connected, "Agent is thinking…")


def test_what_is_written_is_seen_as_it_comes_and_as_it_is(connected: Component) -> None:
    for text in ("<b>One", "<b>One two", "<b>One two</b>\n\nthree  **four**"):
        write(connected, text)
        reads(connected, "Agent is typing…", text)


def test_of_a_long_text_the_end_is_seen(connected: Component) -> None:
    write(connected, "🙂" * 2_000 + "x")
    end = "🙂" * 999 + "x"  # half of a character is none
    reads(connected, "Agent is typing…", f"…{end}")
    write(connected, "line\n" * 3_000)
    connected.wait("preview.textContent.endsWith('line\\nline')")
    assert connected.page.evaluate("preview.textContent.length") == 2_001


def test_what_was_written_stays_until_its_message_is_drawn(connected: Component) -> None:
    write(connected, "One two")
    reads(connected, "Agent is typing…", "One two")
    event_id = answer(connected, "One two three")
    reads(connected, "", "One two")
    connected.page.evaluate(
        "id => { document.body.append(Object.assign(document.createElement('p'), { id })) }",
        leading.anchor(event_id),
    )
    reads(connected, "")


def test_it_does_not_wait_for_its_message_for_ever(connected: Component) -> None:
    write(connected, "One two")
    reads(connected, "Agent is typing…", "One two")
    answer(connected, "One two three")
    reads(connected, "", "One two")
    connected.pass_time(6_000)
    reads(connected, "")


def test_what_belongs_to_another_answer_is_not_over(connected: Component) -> None:
    think(connected, custom_id="b")
    reads(connected, "Agent is thinking…")
    answer(connected, "Something else", custom_id="a")
    connected.wait("told.at(-1).events.length === 2")
    reads(connected, "Agent is thinking…")
    write(connected, "The ans", custom_id="b")
    reads(connected, "Agent is typing…", "The ans")
    answer(connected, "The answer", custom_id="b")
    reads(connected, "", "The ans")
    write(connected, "The ans", custom_id="b")  # late
    think(connected, custom_id="b")
    think(connected, custom_id="c", title="More")
    reads(connected, "Agent: More", "The ans")


def test_who_writes_without_a_name_for_it_is_done_with_any_answer(connected: Component) -> None:
    write(connected, "The ans", custom_id="a")
    reads(connected, "Agent is typing…", "The ans")
    answer(connected, "The answer")
    reads(connected, "", "The ans")


def test_others_who_answer_do_not_end_it(connected: Component) -> None:
    write(connected, "The ans")
    think(connected)
    connected.push("incoming_event", {"event": {"id": "X", "author_id": "Tom"}})
    connected.wait("told.at(-1).events.includes('X')")
    reads(connected, "Agent is typing…", "The ans")


def test_who_types_meanwhile_does_not_hide_it(connected: Component) -> None:
    write(connected, "The ans")
    connected.type(True)
    tom = {"author_id": "Tom", "is_typing": True}
    connected.push("incoming_typing_indicator", {"typing_indicator": tom})
    connected.type(False)
    write(connected, "The answer")
    reads(connected, "Agent is typing…", "The answer")


@pytest.mark.parametrize(
    ("action", "payload"),
    [("chat_deactivated", {}), ("chat_transferred", {}), ("user_removed_from_chat", {})],
)
def test_it_ends_with_the_chat_a_transfer_or_an_agent_who_leaves(
    connected: Component, action: str, payload: dict[str, Any]
) -> None:
    write(connected, "The ans")
    reads(connected, "Agent is typing…", "The ans")
    connected.push(action, payload)
    reads(connected, "")
    think(connected)
    reads(connected, "Agent is thinking…")
    connected.push(action, payload)
    reads(connected, "")
    write(connected, "The ans")
    answer(connected, "The answer")
    reads(connected, "", "The ans")
    connected.push(action, payload)
    reads(connected, "")


@pytest.mark.parametrize(
    ("action", "about"),
    [
        ("incoming_typing_indicator", {"typing_indicator": {"author_id": "k", "is_typing": True}}),
        ("incoming_thinking_indicator", {"author_id": "k"}),
        ("incoming_event_preview", {"event": {"author_id": "k", "type": "message", "text": "So"}}),
    ],
)
def test_what_comes_after_the_end_of_its_chat_is_too_late(
    connected: Component, action: str, about: dict[str, Any]
) -> None:
    connected.push("chat_deactivated", {"thread_id": "over"})
    connected.push(action, {"thread_id": "over", **about})
    connected.push("incoming_event", {"event": {"id": "a"}})
    connected.wait("told.at(-1).events.includes('a')")
    reads(connected, "")
    assert connected.page.evaluate("said") == []
    connected.push(action, {"thread_id": "next", **about})
    connected.wait("sign.textContent !== ''")


def test_it_ends_with_the_connection(connected: Component) -> None:
    write(connected, "The ans")
    reads(connected, "Agent is typing…", "The ans")
    connected.disconnect("internal_error")
    reads(connected, "")


def test_what_is_not_finished_goes_after_a_while(connected: Component) -> None:
    for begin in (think, lambda component: write(component, "The ans")):
        begin(connected)
        connected.wait("sign.textContent")
        connected.pass_time(20_000)
        begin(connected)
        connected.pass_time(20_000)
        connected.pass_some_ticks()
        assert connected.page.evaluate("sign.textContent")
        connected.pass_time(20_000)
        reads(connected, "")


def test_a_clock_that_is_set_ends_nothing(connected: Component) -> None:
    write(connected, "The ans")
    reads(connected, "Agent is typing…", "The ans")
    connected.set_clock(seconds=-86_400)
    connected.pass_some_ticks()
    reads(connected, "Agent is typing…", "The ans")


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("incoming_thinking_indicator", {}),
        ("incoming_thinking_indicator", {"author_id": None}),
        ("incoming_thinking_indicator", {"author_id": 7, "title": "Seven"}),
        ("incoming_event_preview", {}),
        ("incoming_event_preview", {"event": None}),
        ("incoming_event_preview", {"event": "text"}),
        ("incoming_event_preview", {"event": {"type": "message", "text": "x"}}),
        ("incoming_event_preview", {"event": {"author_id": "K", "type": "message"}}),
        ("incoming_event_preview", {"event": {"author_id": "K", "type": "message", "text": 7}}),
        ("incoming_event_preview", {"event": {"author_id": "K", "type": "file", "text": "x"}}),
        ("incoming_event_preview", {"event": {"author_id": ["K"], "type": "message", "text": "x"}}),
        ("incoming_typing_indicator", {"typing_indicator": None}),
        ("incoming_typing_indicator", {"typing_indicator": {"is_typing": True}}),
        ("incoming_event", {"event": None}),
    ],
)
def test_what_makes_no_sense_is_let_pass(
    connected: Component, action: str, payload: dict[str, Any]
) -> None:
    connected.push(action, payload)
    connected.type(True)
    reads(connected, "Agent is typing…")


def test_a_screen_reader_is_told_once_that_an_answer_is_coming(connected: Component) -> None:
    for text in ("One", "One two", "One two three"):
        think(connected, title=f"About {text}")
        connected.type(True)
        connected.type(False)
        write(connected, text)
    reads(connected, "Agent is typing…", "One two three")
    assert connected.page.evaluate("said") == ["Agent is thinking…"]
    answer(connected, "One two three four")
    write(connected, "Five")
    reads(connected, "Agent is typing…", "Five")
    assert connected.page.evaluate("said") == ["Agent is thinking…", "Agent is typing…"]


def test_another_theme_leaves_what_is_being_written(connected: Component) -> None:
    write(connected, "The ans")
    reads(connected, "Agent is typing…", "The ans")
    connected.page.evaluate("() => again()")
    write(connected, "The answer")
    reads(connected, "Agent is typing…", "The answer")
