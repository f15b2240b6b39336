"""LiveChat's clock, as its answers tell it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from livechat.api.client import Client
from livechat.api.server_clock import ServerClock, date_of
from livechat.sandbox import Sandbox
from tests.driver import Clock, Page

DAY = 86_400.0
SECOND = timedelta(seconds=1)


class Server:
    """A server whose clock is ahead of this machine's, and what is known of it."""

    def __init__(self, ahead: float = 0) -> None:
        self.clock = Clock()
        self.known = ServerClock(self.clock)
        self.began = datetime.now(UTC) + timedelta(seconds=ahead)
        self.at_first = self.clock.now

    @property
    def now(self) -> datetime:
        return self.began + timedelta(seconds=self.clock.now - self.at_first)

    @property
    def error(self) -> timedelta:
        return abs(self.known.at(self.clock.now) - self.now)

    def answer(self, there: float = 0.0, back: float = 0.0, date: str | None = None) -> None:
        asked_at = self.clock.now
        self.clock.now += there
        date = format_datetime(self.now, usegmt=True) if date is None else date
        self.clock.now += back
        self.known.hear({"Date": date}, asked_at)


def test_before_the_first_answer_it_is_as_late_as_here() -> None:
    assert Server().error < SECOND


@pytest.mark.parametrize("ahead", [300, -300, DAY, -DAY, 20, -20])
def test_a_clock_that_disagrees_is_followed(ahead: float) -> None:
    server = Server(ahead)
    server.answer()
    server.answer()
    assert server.error <= SECOND
    earlier = server.clock.now - 3600
    assert abs(server.known.at(earlier) - (server.now - timedelta(hours=1))) <= SECOND


@given(
    ahead=some.sampled_from([0.0, 0.4, -0.6, 300.0, -DAY]),
    trips=some.lists(some.tuples(*[some.floats(0, 5)] * 3), min_size=2, max_size=20),
)
def test_each_answer_leaves_it_within_a_second_and_its_way(
    ahead: float, trips: list[tuple[float, float, float]]
) -> None:
    server = Server(ahead)
    for pause, there, back in trips:
        before = server.error
        server.clock.now += pause
        server.answer(there, back)
    assert server.error <= timedelta(seconds=1.01 + there + back)
    if before <= SECOND:
        assert server.error <= before + SECOND / 100


def test_one_answer_alone_is_not_believed() -> None:
    server = Server()
    for wrong in (DAY, -300.0, DAY):
        date = server.now + timedelta(seconds=wrong)
        server.answer(date=format_datetime(date, usegmt=True))
        assert server.error <= SECOND
    server.answer()
    server.answer(date=format_datetime(date, usegmt=True))
    assert server.error <= SECOND


def test_a_clock_that_is_set_is_followed() -> None:
    server = Server(300)
    for _ in range(3):
        server.answer()
    server.began -= timedelta(minutes=20)
    server.answer()
    server.answer()
    assert server.error <= SECOND


@pytest.mark.parametrize(
    "date",
    [
        "",
        "today",
        "Sat, 99 Nov 2026 10:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Fri, 31 Dec 99999999999999999999 23:59:59 GMT",
        "Fri, 31 Dec 2026 23:59:59 +99999999999999999999",
    ],
)
def test_what_cannot_be_is_not_believed_however_often(date: str) -> None:
    server = Server()
    for _ in range(5):
        server.answer(date=date)
    assert server.error < SECOND


def test_a_date_without_a_zone_is_in_utc() -> None:
    expected = datetime(2026, 11, 28, 10, tzinfo=UTC)
    for zone in ("GMT", "-0000", ""):
        assert date_of({"Date": f"Sat, 28 Nov 2026 10:00:00 {zone}".strip()}) == expected
    assert date_of({}) is None


@pytest.mark.parametrize("ahead", [300, -DAY])
def test_a_client_hears_it_with_each_answer(sandbox: Sandbox, ahead: float) -> None:
    sandbox.clock.advance(ahead)
    visit = Page(sandbox).visit
    client: Client = visit._client
    client.list_chats()
    now = client.server_clock.at(visit._clock())
    assert abs(now - sandbox.clock.now()) < 5 * SECOND


def test_what_a_cache_may_have_kept_tells_no_time(page: Page) -> None:
    kept = {"Date": format_datetime(datetime.now(UTC) - timedelta(days=2), usegmt=True)}
    page.sandbox.faults.add("get_dynamic_configuration", times=5, headers=kept)
    for _ in range(3):
        page.visit._client.get_dynamic_configuration()
    now = page.visit.moment(page.clock())
    assert abs(now - page.sandbox.clock.now()) < 5 * SECOND
