"""A visit whose page follows another tab of the browser: that one reads, and tells what is new."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from livechat.chat.outgoing import Delivery
from livechat.chat.pushes import Told
from livechat.visit.pace import HIDDEN_SECONDS
from livechat.visit.seen import MARK_AFTER
from livechat.visit.trust import LONGEST_SECONDS, PUSHED_SECONDS, SEVERAL, TOLD_WITHIN
from tests.driver import Page, cut_off
from tests.visit.scenes import idle_for


class Tab:
    """What the page's component tells, if another tab reads for it."""

    def __init__(self, page: Page, **told: Any) -> None:
        self.page = page
        self.said = Told(follows=True)
        self.tell(**told)
        page.sandbox.requests.clear()

    def tell(self, **change: Any) -> None:
        self.said = replace(self.said, **change)
        if self.page.visit.told(self.said):
            self.page.run()

    def ring(self) -> None:
        self.tell(looks=self.said.looks + 1)


@pytest.fixture
def polling(chatting: Page) -> Tab:
    """The other tab polls."""
    return Tab(chatting)


@pytest.fixture
def pushing(chatting: Page) -> Tab:
    """The other tab hears pushes."""
    return Tab(chatting, open=True, connection="first", looks=1)


ANY = pytest.mark.parametrize("tab", ["polling", "pushing"])
# Only pushes tell of what no summary does.
LOOKS = {"polling": "get_chat", "pushing": "list_chats"}


@ANY
def test_it_asks_for_nothing_off_the_screen(tab: str, request: pytest.FixtureRequest) -> None:
    page = request.getfixturevalue(tab).page
    page.visit.on_screen = False
    page.run()
    assert page.visit.pace == LONGEST_SECONDS
    idle_for(page, 7_200)
    assert page.asked(about_all=True) == []
    page.visit.on_screen = True
    page.visit.came_back()
    page.visit.work()
    assert page.asked(about_all=True) == [LOOKS[tab]]


@ANY
def test_on_the_screen_it_only_makes_sure(tab: str, request: pytest.FixtureRequest) -> None:
    page = request.getfixturevalue(tab).page
    idle_for(page, 3_600)
    assert set(page.asked(about_all=True)) == {LOOKS[tab]}
    assert len(page.asked()) <= 6


@ANY
def test_without_a_chat_neither(tab: str, request: pytest.FixtureRequest) -> None:
    followed = request.getfixturevalue(tab)
    page = followed.page
    page.visit.end()
    page.run()
    followed.ring()  # that it was ended
    page.sandbox.requests.clear()
    for _ in range(6):
        page.visit.came_back()
        page.clock.now += LONGEST_SECONDS / 10
        page.visit.work()
    page.visit.on_screen = False
    idle_for(page, 3_600)
    assert page.asked(about_all=True) == []


def test_rung_it_reads_and_what_was_read_is_seen(polling: Tab) -> None:
    page = polling.page
    page.tick = page.visit._tick = 0  # as a page that was opened just now
    page.hear("Are you there?")
    idle_for(page, LONGEST_SECONDS - 1)
    assert page.asked() == []
    polling.ring()
    assert page.texts[-1] == "Are you there?"
    page.clock.now += MARK_AFTER
    page.visit.work()
    assert page.asked() == ["get_chat", "mark_events_as_seen"]


def test_what_the_other_one_hears_pushed_costs_one_small_read(pushing: Tab) -> None:
    page = pushing.page
    page.hear("Are you there?")
    chat = page.sandbox.default.chats[page.visit.chat_id or ""]
    pushing.tell(events=frozenset({chat.threads[-1].events[-1].id}))
    assert page.texts[-1] == "Are you there?"
    page.clock.now += MARK_AFTER
    page.visit.work()
    assert page.asked() == ["list_chats", "mark_events_as_seen"]


@ANY
def test_a_visitor_who_waits_is_looked_for_by_the_other_one(
    tab: str, request: pytest.FixtureRequest
) -> None:
    page = request.getfixturevalue(tab).page
    page.say("Are you there?")
    assert page.visit.pace == LONGEST_SECONDS


def test_while_something_waits_it_looks_itself(polling: Tab) -> None:
    page = polling.page
    cut_off(page.sandbox)
    page.say("Is this on its way?")
    assert page.visit.pace == 3.0
    page.sandbox.faults.clear()
    page.poll(60)
    assert page.undelivered == [("Is this on its way?", Delivery.SENT, None)]
    assert page.visit.pace == LONGEST_SECONDS


def test_who_reads_again_does_so_at_its_own_pace(polling: Tab) -> None:
    page = polling.page
    page.visit.on_screen = False
    polling.tell(follows=False)
    assert page.visit.pace == HIDDEN_SECONDS
    page.visit.on_screen = True
    polling.tell(open=True, connection="own", looks=1)
    assert page.visit.pace == PUSHED_SECONDS


def test_where_the_company_is_not_known_it_is_read(polling: Tab) -> None:
    page = polling.page
    page.visit._company.current = None
    page.visit._company.expire()
    polling.ring()
    assert page.visit.company


def test_what_the_other_one_misses_is_no_doubt_of_this_one(pushing: Tab) -> None:
    page = pushing.page
    for _ in range(SEVERAL):
        page.hear("Not pushed")
        page.poll(LONGEST_SECONDS)
        assert page.visit.pace == 3.0
        assert not page.visit.trusts_pushes
        idle_for(page, TOLD_WITHIN + 2 * LONGEST_SECONDS)
    assert not page.visit._company.doubts.are_general(page.clock.now)


def test_a_ring_that_was_lost_is_no_push_that_was_missed(polling: Tab) -> None:
    page = polling.page
    page.hear("Nobody told")
    page.poll(LONGEST_SECONDS)
    assert page.texts[-1] == "Nobody told"
    assert page.visit.pace == LONGEST_SECONDS
    assert page.visit.trusts_pushes
