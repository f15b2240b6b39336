"""What proves that no answer is hidden: each row of the rule, by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livechat.api.structures.events import ChatSummary, User
from livechat.chat.proof import Read, essence
from livechat.chat.pushes import Line
from tests.chat.samples import message, summary

LINE = Line("first")
OLD, NEW, FILE = message("e1", 1), message("e2", 2), replace(message("e3", 3), type="file")
BEFORE = summary(OLD)
READ = Read(BEFORE, LINE, "t1")


@pytest.mark.parametrize("line", [None, LINE])
def test_a_summary_that_has_not_changed_proves_that_nothing_came(line: Line | None) -> None:
    assert READ.tells_all(BEFORE, line)


@pytest.mark.parametrize(
    "now",
    [
        summary(NEW),
        summary(OLD, FILE),
        summary(OLD, active=False),
        summary(OLD, thread_id="t2"),
        replace(BEFORE, id="another"),
    ],
)
def test_one_that_has_changed_does_not(now: ChatSummary) -> None:
    assert not READ.tells_all(now, LINE)


def test_who_is_there_is_no_news_of_the_threads() -> None:
    agent = User("agent", "agent", present=True)
    assert READ.tells_all(replace(BEFORE, users=(agent,)), LINE)
    assert essence(replace(BEFORE, users=(agent,))) == BEFORE


@pytest.mark.parametrize("line", [Line("second"), replace(LINE, reads=1)])
def test_another_line_or_one_that_tells_of_what_no_summary_holds_has_them_read(line: Line) -> None:
    assert not READ.tells_all(BEFORE, line)
    assert not Read(BEFORE, None).tells_all(BEFORE, LINE)


def test_an_active_chats_summary_without_its_events_proves_nothing() -> None:
    blind = replace(BEFORE, last_events=None)
    assert not Read(blind).tells_all(blind, None)
    closed = replace(blind, active=False)
    assert Read(closed).tells_all(closed, None)


def test_on_a_line_that_has_stood_the_new_events_are_those_that_the_summary_adds() -> None:
    assert READ.new_events(BEFORE, LINE) == ()
    assert READ.new_events(summary(NEW), LINE) == (NEW,)
    assert READ.new_events(summary(OLD, FILE), LINE) == (FILE,)
    assert READ.new_events(summary(NEW, FILE), LINE) == (NEW, FILE)
    nothing = Read(replace(BEFORE, last_events=None), LINE)
    assert nothing.new_events(summary(NEW), LINE) == (NEW,)


@pytest.mark.parametrize(
    ("read", "now", "line"),
    [
        (READ, summary(NEW), None),
        (READ, summary(NEW), Line("second")),
        (READ, summary(NEW), replace(LINE, reads=1)),
        (replace(READ, line=None), summary(NEW), None),
        (replace(READ, is_whole=False), summary(NEW), LINE),
        (READ, summary(NEW, active=False), LINE),
        (READ, summary(NEW, thread_id="t2"), LINE),
        (READ, replace(summary(NEW), last_events=None), LINE),
        (READ, replace(summary(NEW), last_thread_id=None), LINE),
    ],
)
def test_nothing_is_proven_without_a_line_that_stood_or_if_more_than_events_is_new(
    read: Read, now: ChatSummary, line: Line | None
) -> None:
    assert read.new_events(now, line) is None


def test_an_event_that_was_edited_counts_as_new() -> None:
    edited = replace(NEW, id=OLD.id)
    assert READ.new_events(summary(edited), LINE) == (edited,)
