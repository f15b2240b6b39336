"""Pushes that do not come: looks find out, and the polls are back for a while."""

from __future__ import annotations

import pytest

from livechat.chat.pushes import Told
from livechat.sandbox import Sandbox
from livechat.visit.trust import (
    DOUBT_SECONDS,
    LATELY,
    PUSHED_SECONDS,
    SEVERAL,
    TOLD_WITHIN,
    Doubts,
)
from tests.conftest import Said
from tests.driver import Page
from tests.visit.scenes import idle_for


def deaf(page: Page) -> Page:
    """A page with a chat, whose browser says that it hears pushes, and then tells of none."""
    page.say("Hello")
    page.visit.told(Told(open=True, connection="deaf", looks=1))
    page.run()
    page.hear("How can I help?")
    page.poll(page.visit.pace)
    return page


@pytest.fixture
def missing(page: Page) -> Page:
    return deaf(page)


def test_a_look_that_finds_what_was_not_pushed_brings_the_polls_back(
    missing: Page, said: Said
) -> None:
    assert missing.texts[-1] == "How can I help?"
    assert missing.visit.pace == 3.0
    idle_for(missing, DOUBT_SECONDS)
    assert missing.visit.pace == 3.0
    assert said() == []  # it may be that browser alone
    idle_for(missing, TOLD_WITHIN)
    assert missing.visit.pace == PUSHED_SECONDS


def test_meanwhile_its_pushes_prove_nothing(missing: Page) -> None:
    missing.hear("One")
    missing.hear("Two")
    chat = missing.sandbox.default.chats[missing.visit.chat_id or ""]
    newest = chat.threads[-1].events[-1].id
    missing.visit.told(
        Told(open=True, connection="deaf", looks=1, events=frozenset({newest})),
    )
    missing.run()
    assert missing.texts[-2:] == ["One", "Two"]


def test_a_push_that_only_comes_later_than_a_look_is_none_that_is_missing(missing: Page) -> None:
    chat = missing.sandbox.default.chats[missing.visit.chat_id or ""]
    events = frozenset(event.id for event in chat.threads[-1].events)
    missing.visit.told(Told(open=True, connection="deaf", looks=1, events=events))
    assert missing.visit.pace == PUSHED_SECONDS
    idle_for(missing, TOLD_WITHIN)
    assert missing.visit.pace >= PUSHED_SECONDS


def test_a_push_that_names_no_event_can_come_later_as_well(missing: Page) -> None:
    missing.visit.told(Told(open=True, connection="deaf", looks=2))
    missing.run()
    idle_for(missing, 2 * TOLD_WITHIN)
    assert missing.visit.pace >= PUSHED_SECONDS


def test_a_connection_that_turns_out_to_have_died_explains_it(missing: Page) -> None:
    missing.visit.told(Told(open=False, connection="deaf", looks=1))
    missing.run()
    missing.visit.told(Told(open=True, connection="second", looks=2))
    missing.run()
    missing.poll(TOLD_WITHIN)
    assert missing.visit.pace == PUSHED_SECONDS


def test_from_the_third_visitor_on_all_poll(sandbox: Sandbox, said: Said) -> None:
    fine = Page(sandbox)
    fine.say("Hello")
    fine.visit.told(Told(open=True, connection="fine", looks=1))
    fine.run()
    for n in range(SEVERAL):
        assert fine.visit.pace >= PUSHED_SECONDS
        visitor = deaf(Page(sandbox))
        idle_for(visitor, TOLD_WITHIN + 3)
        lines = said()
        assert len(lines) == (n + 1 == SEVERAL)
    fine.clock.now = visitor.clock.now
    assert fine.visit.pace == 3.0
    assert "all pages poll" in lines[0][1]
    idle_for(fine, DOUBT_SECONDS)
    assert fine.visit.pace >= PUSHED_SECONDS
    fine.poll(PUSHED_SECONDS)
    ((_, told),) = said()
    assert told.startswith("Pages rely on LiveChat's pushes again, after 6")


def test_one_browser_that_hears_nothing_slows_down_no_other(missing: Page) -> None:
    doubts = missing.visit._company.doubts
    for _ in range(SEVERAL):
        missing.hear("And now?")
        idle_for(missing, DOUBT_SECONDS + 2 * PUSHED_SECONDS)
    assert not doubts.are_general(missing.clock.now)


# By itself


def test_what_was_missed_long_ago_does_not_count() -> None:
    doubts = Doubts()
    for n in range(SEVERAL):
        doubts.add(n * LATELY)
    assert not doubts.are_general(SEVERAL * LATELY)
