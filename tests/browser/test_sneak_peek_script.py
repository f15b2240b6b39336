"""Agents see what the visitor is writing: in a real browser, without Streamlit around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from livechat.chat.outgoing import LONGEST_TEXT
from livechat.page.browser import push
from livechat.sandbox import Sandbox
from tests.browser.component import Component
from tests.driver import Page as Visitor

INPUT = """() => {
    const area = document.createElement("textarea");
    area.dataset.testid = "stChatInputTextArea";
    document.body.append(area);
}"""
# As Streamlit empties it, or the keeper fills it.
PUT = """text => {
    const area = document.querySelector("textarea");
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.fixture
def writer(browser: Browser, sandbox: Sandbox) -> Iterator[Component]:
    component = opened(browser, sandbox)
    component.wait_until_open()
    component.stop_time()
    yield component
    component.page.close()


def opened(browser: Browser | BrowserContext, sandbox: Sandbox, visitor: Any = None) -> Component:
    component = Component(browser, sandbox, visitor)
    component.page.evaluate(INPUT)
    component.mount(peek=chat_of(component))
    return component


def chat_of(component: Component, **more: Any) -> dict[str, Any]:
    visit = component.visitor.visit
    return {"chat": visit.chat_id, "thread": visit.thread_id, "longest": LONGEST_TEXT, **more}


def write(component: Component, text: str) -> None:
    """As a person does, whose input is trusted."""
    component.page.locator("textarea").fill(text)


def peeks(component: Component) -> list[str]:
    asked = (r for r in component.sandbox.requests if r.action == "send_sneak_peek")
    return [r.payload.get("sneak_peek_text", "refused") for r in asked]


def later(component: Component) -> None:
    """So much later that the next one may be sent."""
    component.pass_time(2_000)
    component.pass_some_ticks()


def test_what_is_written_is_shown_to_the_agents(writer: Component) -> None:
    write(writer, "I am n\x01ot <b>sure</b>")
    later(writer)
    (record,) = (r for r in writer.sandbox.requests if r.action == "send_sneak_peek")
    assert (record.api, record.error) == ("rtm", None)
    assert record.payload["chat_id"] == writer.visitor.visit.chat_id
    assert record.payload["sneak_peek_text"] == "I am n\x01ot <b>sure</b>"
    later(writer)
    assert len(peeks(writer)) == 1


def test_at_most_every_two_seconds(writer: Component) -> None:
    for text in ("a", "ab", "abc"):
        write(writer, text)
        writer.pass_some_ticks()
    assert peeks(writer) == ["a"]
    writer.pass_time(1_900)
    writer.pass_some_ticks()
    assert peeks(writer) == ["a"]
    later(writer)
    assert peeks(writer) == ["a", "abc"]


@pytest.mark.parametrize("empty", ["", "  \n"])
def test_what_is_sent_or_deleted_is_shown_no_longer(writer: Component, empty: str) -> None:
    write(writer, "abc")
    later(writer)
    writer.page.evaluate("text => { document.querySelector('textarea').value = text }", empty)
    later(writer)
    later(writer)
    assert peeks(writer) == ["abc", ""]
    write(writer, "d")
    later(writer)
    assert peeks(writer) == ["abc", "", "d"]


def test_blanks_are_nothing(writer: Component) -> None:
    write(writer, "  \n ")
    later(writer)
    assert peeks(writer) == []


def test_what_is_too_long_to_be_sent_is_not_shown(writer: Component) -> None:
    write(writer, "é" * (LONGEST_TEXT // 2))
    later(writer)
    write(writer, "é" * (LONGEST_TEXT // 2) + "!")
    later(writer)
    assert [len(text) for text in peeks(writer)] == [LONGEST_TEXT // 2]


def test_half_of_a_character_is_none(writer: Component) -> None:
    write(writer, "a")
    writer.page.evaluate(PUT, "a\ud83d")
    later(writer)
    assert peeks(writer)[-1] == "a\ufffd"


def test_what_the_page_itself_has_put_there_is_not_shown(writer: Component) -> None:
    writer.page.evaluate(PUT, "A draft")
    later(writer)
    assert peeks(writer) == []
    write(writer, "A draft of mine")
    later(writer)
    writer.page.evaluate(PUT, "")
    later(writer)
    writer.page.evaluate(PUT, "Another draft")
    later(writer)
    assert peeks(writer) == ["A draft of mine", ""]


def test_what_is_written_as_soon_as_the_chat_is_open_is_shown(writer: Component) -> None:
    # No tick comes between; and what this inserts counts as written.
    at_once = """peek => {
        document.querySelector("textarea").focus();
        livechatLine.data.peek = peek;
        document.execCommand("insertText", false, "abc");
    }"""
    writer.page.evaluate(at_once, chat_of(writer, thread="another"))
    later(writer)
    assert peeks(writer) == ["abc"]


def test_what_is_written_elsewhere_is_not_shown(writer: Component) -> None:
    writer.page.evaluate("document.body.append(document.createElement('input'))")
    writer.page.locator("input").fill("My name")
    later(writer)
    assert peeks(writer) == []


def test_without_an_open_chat_nothing_is_shown(writer: Component) -> None:
    writer.give(peek=None)
    write(writer, "a")
    later(writer)
    writer.give(peek=chat_of(writer))
    later(writer)
    assert peeks(writer) == []  # it was written to nobody
    write(writer, "ab")
    later(writer)
    assert peeks(writer) == ["ab"]


def test_a_chat_that_is_closed_hears_nothing_more(writer: Component) -> None:
    write(writer, "a")
    later(writer)
    writer.visitor.agent.end(writer.visitor.visit.chat_id or "")
    writer.wait("livechatLine.peek.closed")
    write(writer, "ab")
    later(writer)
    assert peeks(writer) == ["a"]
    writer.visitor.hear("One more thing", active=False)
    writer.visitor.poll()
    writer.give(peek=chat_of(writer))
    write(writer, "abc")
    later(writer)
    assert peeks(writer) == ["a", "abc"]


def test_without_a_connection_nothing_is_shown_until_there_is_one(writer: Component) -> None:
    write(writer, "a")
    later(writer)
    writer.give(**push.connection(None))
    write(writer, "ab")
    later(writer)
    assert peeks(writer) == ["a"]
    writer.give(**push.connection(writer.address("127.0.0.1")))
    writer.wait_until_open(2)
    later(writer)
    assert peeks(writer) == ["a", "ab"]


def test_what_livechat_answers_is_let_pass(writer: Component) -> None:
    writer.sandbox.faults.add("rtm/send_sneak_peek", error="too_many_requests")
    for text in ("a", "ab"):
        write(writer, text)
        later(writer)
    assert peeks(writer) == ["refused", "ab"]
    assert writer.page.evaluate("told.at(-1).open")


def test_of_several_tabs_that_with_the_connection_shows_it(
    browser: Browser, sandbox: Sandbox
) -> None:
    visitor = Visitor(sandbox)
    visitor.say("Hello")
    with browser.new_context() as context:
        first = opened(context, sandbox, visitor)
        first.wait_until_open()
        second = opened(context, sandbox, visitor)
        second.wait("told.at(-1)?.follows && told.at(-1).open")
        write(second, "Not seen")
        later(second)
        assert peeks(second) == []
        write(first, "Seen")
        later(first)
        assert peeks(second) == ["Seen"]
