"""What time and which day it is for a visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from livechat.sandbox import Sandbox
from tests.driver import Page
from tests.visit.scenes import ALWAYS


def at(sandbox: Sandbox, hour: int, minute: int) -> Page:
    """The page of a visitor who comes when it is so late at LiveChat, in UTC."""
    now = sandbox.clock.now()
    then = now.replace(hour=hour, minute=minute, second=0) + timedelta(days=1)
    sandbox.clock.advance((then - now).total_seconds())
    return Page(sandbox)


def test_at_midnight_there_is_something_to_draw_without_other_news(sandbox: Sandbox) -> None:
    page = at(sandbox, 23, 58)
    page.say("Hello")
    page.poll()
    before = page.visit.glance()
    assert before.today == sandbox.clock.now().date()
    sandbox.clock.advance(420)
    page.clock.now += 420
    sandbox.requests.clear()
    assert page.visit.needs_drawing
    assert page.visit.glance() == replace(before, today=before.today + timedelta(days=1))
    assert page.asked(about_all=True) == []


def test_between_two_events_at_midnight_there_is_another_day(sandbox: Sandbox) -> None:
    page = at(sandbox, 23, 59)
    sandbox.clock.advance(58)
    page.clock.now += 58
    page.say("Hello")
    today = page.visit.glance().today
    sandbox.clock.advance(3)
    page.hear("Good morning")
    page.poll()
    assert page.visit.drawn
    assert page.visit.drawn.today == today + timedelta(days=1)


@pytest.mark.parametrize("zone", ["UTC", "America/St_Johns"])
def test_a_page_polls_when_the_day_is_over(sandbox: Sandbox, zone: str) -> None:
    page = at(sandbox, 23, 59)
    page.say("Hello")
    page.visit.end()
    page.run()
    page.visit.zone = ZoneInfo(zone)
    page.clock.now += 3600  # untouched since
    sandbox.clock.advance(3600 - 30)
    page.poll()
    page.run()
    pace, next = page.visit.pace, page.visit.until_next_poll()
    local = page.visit.moment(page.clock.now).astimezone(page.visit.zone)
    passed = local.hour * 3600 + local.minute * 60 + local.second
    assert next == pytest.approx(min(pace, 86_400 - passed), abs=5)


@pytest.mark.parametrize(
    ("zone", "days"), [("Pacific/Kiritimati", 1), ("America/Los_Angeles", 0), ("Europe/Paris", 1)]
)
def test_the_day_is_the_visitors(sandbox: Sandbox, zone: str, days: int) -> None:
    page = at(sandbox, 23, 30)
    page.say("Hello")
    page.visit.zone = ZoneInfo(zone)
    assert page.visit.glance().today == sandbox.clock.now().date() + timedelta(days=days)


@pytest.mark.parametrize("ahead", [300.0, -300.0, 86_400.0, -86_400.0])
def test_the_day_is_that_of_livechats_clock(sandbox: Sandbox, ahead: float) -> None:
    sandbox.clock.advance(ahead)
    page = Page(sandbox)
    page.say("Hello")
    assert page.visit.glance().today == sandbox.clock.now().date()
    assert abs(page.visit.moment(page.clock()) - sandbox.clock.now()) < timedelta(seconds=5)


def test_what_livechat_has_stamped_is_not_of_tomorrow(sandbox: Sandbox) -> None:
    sandbox.faults.add("*", times=ALWAYS, headers={"Date": ""})
    now = sandbox.clock.now()
    sandbox.clock.advance(2 * 3600)
    page = Page(sandbox)
    since_midnight = now - now.replace(hour=0, minute=0, second=0, microsecond=0)
    page.visit.zone = timezone(timedelta(hours=23) - since_midnight)  # it is 23:00 there, and 1:00
    here = now.astimezone(page.visit.zone).date()
    assert page.visit.glance().today == here
    page.say("Hello")
    page.poll()
    assert page.visit.glance().today == here + timedelta(days=1)


def test_what_is_stamped_by_a_broken_clock_makes_no_day(chatting: Page) -> None:
    def at_the_end_of_time(answer: dict[str, Any]) -> dict[str, Any]:
        for thread in answer["threads"]:
            thread["events"][-1]["created_at"] = "9999-12-31T23:59:59.999999Z"
        return answer

    chatting.visit.zone = ZoneInfo("Pacific/Kiritimati")
    before = chatting.visit.glance().today
    chatting.sandbox.faults.add("customer/list_threads", rewrite=at_the_end_of_time)
    chatting.hear("When?")
    chatting.poll()
    assert chatting.visit.conversation.transcript.ends_at.year == 9999
    assert chatting.visit.glance().today == before
