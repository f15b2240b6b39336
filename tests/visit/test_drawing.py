"""What the browser has of the page."""

from __future__ import annotations

from livechat.visit.drawing import MOST_MENDS, TORN_WITHIN, Drawing
from tests.driver import Page
from tests.visit.scenes import Alone


def test_a_page_that_has_just_come_to_its_end_may_be_torn(chatting: Page) -> None:
    visit = chatting.visit
    assert not visit.is_torn()
    for _ in range(MOST_MENDS):  # what is drawn again may be torn as well
        visit.completed()
        assert visit.is_torn()
        visit.drew(visit.glance())
        assert not visit.is_torn()
    visit.completed()
    assert not visit.is_torn()
    visit.drew(visit.glance())
    visit.completed()
    chatting.clock.now += TORN_WITHIN
    assert not visit.is_torn()


def test_a_run_that_the_browser_has_is_not_torn(chatting: Page) -> None:
    visit = chatting.visit
    visit.drew(visit.glance())
    visit.completed()
    assert not visit.is_torn(arrived=visit.run)
    assert visit.is_torn(arrived=visit.run - 1)


def test_a_run_of_the_visit_before_is_not_taken_for_one_of_this(alone: Alone) -> None:
    assert len({Drawing(alone.clock).run for _ in range(10)}) == 10


def test_what_was_drawn_is_known_by_itself(alone: Alone, page: Page) -> None:
    drawing, glance = Drawing(alone.clock), page.visit.glance()
    assert drawing.drawn is None
    assert not drawing.is_torn()
    drawing.drew(glance)
    assert drawing.drawn is glance
    drawing.completed()
    assert drawing.is_torn()
