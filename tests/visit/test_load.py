"""How busy the process is, and how much later its pages poll for that."""

from __future__ import annotations

import heapq
import random
import re
from collections import deque

import pytest

from livechat.visit import load
from livechat.visit.load import CALM_AFTER, DOWN_AFTER, FACTORS, HOLDS, LONGEST_SECONDS, Load
from tests.driver import Clock

POLL, PAGE, NEWS = 0.006, 0.03, 0.022  # seconds of CPU
STEP = 0.05  # seconds
SETTLED = 60  # seconds


class Process:
    """A process that has so many cores, and tabs that tick whether they are answered or not.

    It serves polls before new pages, and each tab once however often it has ticked. `waits` are the
    seconds that the polls took which were answered since `runs` was called last.
    """

    def __init__(self, tabs: int, *, cores: float = 1.0) -> None:
        self.clock, self.cpu = Clock(), Clock()
        self.clock.now = self.cpu.now = 0.0  # always the same: it swings around where it settles
        self.load = Load(self.clock, self.cpu)
        self.cores = cores
        self.waits: list[float] = []
        self._interval: dict[int, float] = {}
        self._next: dict[int, float] = {}
        self._ticks: list[tuple[float, int]] = []  # a heap
        self._polls: dict[int, float] = {}  # that wait: since when
        self._pages: deque[tuple[int, float]] = deque()
        self._came = 0
        for _ in range(tabs):
            self._told(self._comes())
            self.clock.now += 3.0 / tabs

    def _comes(self) -> int:
        self._came += 1
        return self._came

    def _told(self, tab: int) -> None:
        interval = self.load.next_poll(tab, 3.0, tab % 21 / 10 - 1)
        if self._interval.get(tab) != interval:  # the timer begins anew
            self._interval[tab] = interval
            self._tick_at(self.clock.now + interval, tab)

    def close_most(self) -> None:
        """Nine of ten tabs are closed."""
        for tab in [tab for tab in self._interval if tab % 10]:
            del self._interval[tab]
            self._polls.pop(tab, None)

    def runs(self, seconds: float, *, arrivals: float = 0) -> float:
        """Goes on for so long, while so many pages are opened each second; returns the factor."""
        self.waits.clear()
        arriving = budget = 0.0
        for _ in range(round(seconds / STEP)):
            self.clock.now += STEP
            arriving += arrivals * STEP
            while arriving >= 1:
                arriving -= 1
                self._pages.append((self._comes(), self.clock.now))
            self._tick()
            budget = min(budget, 0.0) + self.cores * STEP
            while budget > 0 and (self._polls or self._pages):
                budget -= self._serve()
        return self.load.factor

    def _tick_at(self, at: float, tab: int) -> None:
        self._next[tab] = at
        heapq.heappush(self._ticks, (at, tab))

    def _tick(self) -> None:
        while self._ticks and self._ticks[0][0] <= self.clock.now:
            at, tab = heapq.heappop(self._ticks)
            if tab in self._interval and self._next[tab] == at:
                self._polls.setdefault(tab, at)
                self._tick_at(at + self._interval[tab], tab)

    def _serve(self) -> float:
        now = self.clock.now
        if self._polls:
            tab, since = next(iter(self._polls.items()))
            del self._polls[tab]
            self.waits.append(now - since)
            self.load.polled()
            cost = POLL
        else:
            tab, since = self._pages.popleft()
            self.load.queued(now - since)
            self.load.drew()
            cost = PAGE
        self.cpu.now += cost
        self._told(tab)
        return cost


class Pushed:
    """A process of so many cores, to whose tabs LiveChat pushes something each 15 seconds."""

    def __init__(self, tabs: int, *, cores: float = 1.0) -> None:
        self.clock, self.cpu = Clock(), Clock()
        self.load = Load(self.clock, self.cpu)
        self.cores = cores
        self.waits: list[float] = []
        self.served = 0
        self._random = random.Random(7)
        self._tabs = tabs
        # As each was told, and until when that counts.
        self._hold = dict.fromkeys(range(tabs), (0.0, 0.0))
        self._unread: dict[int, list[float]] = {}  # by tab: when it was pushed
        self._tells_at: dict[int, float] = {}
        self._queue: deque[tuple[int, float]] = deque()

    def runs(self, seconds: float) -> float:
        """Goes on for so long; returns for how long pushes are kept."""
        self.waits.clear()
        self.served = 0
        budget = 0.0
        for _ in range(round(seconds / STEP)):
            self.clock.now += STEP
            for tab in range(self._tabs):
                if self._random.random() < STEP / 15:
                    self._push(tab)
            for tab in [tab for tab, at in self._tells_at.items() if at <= self.clock.now]:
                del self._tells_at[tab]
                self._queue.append((tab, self.clock.now))
            budget = min(budget, 0.0) + self.cores * STEP
            while budget > 0 and self._queue:
                budget -= NEWS
                self._serve(*self._queue.popleft())
        return self.load.hold

    def _push(self, tab: int) -> None:
        if tab not in self._unread:
            hold, until = self._hold[tab]
            wait = hold * self._random.uniform(0.75, 1.25) if self.clock.now < until else 0.0
            self._tells_at[tab] = self.clock.now + wait
        self._unread.setdefault(tab, []).append(self.clock.now)

    def _serve(self, tab: int, told_at: float) -> None:
        self.load.queued(self.clock.now - told_at)
        came = self._unread.pop(tab)
        self.waits += [self.clock.now - at for at in came]
        self.served += 1
        self.cpu.now += NEWS
        self.load.heard(tab, len(came))
        self.load.drew()
        self._hold[tab] = self.load.hold, self.clock.now + 30


def answered(process: Process, seconds: float = 60) -> float:
    """How many tabs a second have an answer."""
    process.runs(SETTLED)
    process.runs(seconds)
    return len(process.waits) / seconds


def test_as_long_as_there_is_room_pages_poll_as_ever() -> None:
    process = Process(300)
    assert process.runs(60) == 1
    assert process.load.next_poll("a page", 3.0, 1.0) == 3.0


def test_what_does_not_fit_comes_later_and_at_once() -> None:
    assert Process(600).runs(3) >= 2  # 600 x 6 ms / 0.75 = 4.8 s, which 6 s are


def test_the_more_pages_the_later_and_never_later_than_that() -> None:
    factors = [Process(pages).runs(90) for pages in (300, 600, 900, 1_800, 7_200)]
    assert factors == [1, 2, 3, 6, 10]


def test_it_stays_as_it_is_where_that_is_enough() -> None:
    process = Process(900)
    process.runs(20)
    assert {process.runs(1) for _ in range(60)} == {3}
    assert max(process.waits) < 0.2


@pytest.mark.parametrize("cores", [1.0, 0.4, 0.2])
def test_no_load_makes_it_serve_fewer_than_a_smaller_one(cores: float) -> None:
    rates = [answered(Process(tabs, cores=cores)) for tabs in (100, 200, 400, 900, 1_800, 3_600)]
    most = 0.0
    for rate in rates:
        # Three quarters are what polls may take; as many tabs as just fit take all there is.
        assert rate > 0.6 * most, rates
        most = max(most, rate)


@pytest.mark.parametrize("cores", [1.0, 0.4])
def test_pages_that_open_are_part_of_it(cores: float) -> None:
    process = Process(300, cores=cores)
    before = process.runs(20)
    assert process.runs(20, arrivals=12) > before


def test_new_pages_that_wait_have_polls_come_later() -> None:
    process = Process(300)
    process.runs(20)
    process.cores = 0.75  # of which polls would leave a fifth
    process.runs(60, arrivals=12)
    assert process.load.factor >= 4
    process.runs(30)
    assert not process._pages


def test_where_others_use_the_machine_there_is_less_room() -> None:
    process = Process(300, cores=0.3)
    process.runs(SETTLED)
    assert process.runs(30) > 1
    assert sorted(process.waits)[len(process.waits) * 95 // 100] < 3


def test_when_others_are_done_with_the_machine_it_is_as_before() -> None:
    process = Process(300, cores=0.3)
    process.runs(SETTLED)
    process.cores = 1.0
    assert process.runs(90) == 1


def test_others_do_not_matter_where_there_is_room_for_what_is_to_be_done() -> None:
    assert Process(30, cores=0.2).runs(60) == 1


def test_when_there_is_room_again_it_waits_a_moment_and_polls_as_ever() -> None:
    process = Process(900)
    assert process.runs(30) == 3
    for tab in range(1, 900):
        if tab % 10:
            process.load.next_poll(tab, 60.0, 0.0)  # these need not any more
    process.close_most()
    assert process.runs(DOWN_AFTER - 1) == 3
    assert process.runs(5) == 1


def test_a_page_that_does_not_come_any_more_is_forgotten() -> None:
    process = Process(900)
    process.runs(30)
    process.close_most()
    assert process.runs(30) == 1
    assert len(process.load._pages) == 90


def test_but_not_so_soon_while_it_may_be_waiting() -> None:
    process = Process(400, cores=0.02)
    process.runs(30)
    assert len(process.load._pages) == 400
    process.cores = 1.0
    process.runs(60)
    process.close_most()
    process.runs(60)
    assert len(process.load._pages) == 40


def test_a_poll_that_livechat_has_delayed_tells_nothing_of_the_process() -> None:
    process = Process(0)
    for _ in range(20):
        for page in range(30):
            process.load.next_poll(page, 3.0, 0.0)
        process.clock.now += 8.0  # it takes so long to answer
        for page in range(30):
            process.load.waited(page)
    assert process.load._capacity == 1.0
    process.load.waited("a page that does not poll")


def test_timers_of_hidden_tabs_tell_nothing_of_the_process() -> None:
    process = Process(0)
    for _ in range(20):
        for page in range(30):
            process.load.next_poll(page, 15.0, 0.0)
        process.clock.now += 60.0
    assert process.load._capacity == 1.0


def test_a_page_that_is_drawn_between_two_polls_is_no_punctual_one() -> None:
    process = Process(0)
    for _ in range(20):
        for page in range(30):
            process.load.next_poll(page, 3.0, 0.0)
            process.load.next_poll(page, 3.0, 0.0)
        process.clock.now += 8.0
    assert process.load._capacity < 1.0


def test_a_page_that_polls_seldom_goes_on_as_ever() -> None:
    process = Process(3_600)
    process.runs(20)
    assert process.load.next_poll("a page", 60.0, 1.0) == 60.0
    assert process.load.next_poll("a page", 15.0, 1.0) == LONGEST_SECONDS


def test_pages_do_not_keep_in_step() -> None:
    process = Process(900)
    process.runs(20)
    early, late = (process.load.next_poll("a page", 3.0, spread) for spread in (-1, 1))
    assert (early, late) == (pytest.approx(8.1), pytest.approx(9.9))
    assert -1 <= load.spread() <= 1


def test_as_long_as_there_is_room_pushes_are_told_at_once() -> None:
    process = Pushed(400)
    assert process.runs(SETTLED) == 0
    assert max(process.waits) < 1


def test_with_twice_as_many_pushes_as_there_is_room_for_they_are_kept_for_a_while() -> None:
    process = Pushed(1_200)
    assert 0 < process.runs(120) <= HOLDS[-1]
    assert process.served * NEWS / 120 < 0.97  # there is something left for all else
    assert sorted(process.waits)[len(process.waits) * 95 // 100] < 30


@pytest.mark.parametrize("cores", [1.0, 0.5])
def test_no_number_of_pushes_makes_it_show_less(cores: float) -> None:
    shown = []
    for tabs in (200, 400, 800, 1_200, 1_600):
        process = Pushed(tabs, cores=cores)
        process.runs(SETTLED)
        process.runs(SETTLED)
        shown.append(len(process.waits))
    assert shown == sorted(shown), shown


def test_when_there_is_room_again_pushes_are_told_at_once() -> None:
    process = Pushed(1_200)
    assert process.runs(SETTLED) > 0
    process._tabs = 100
    process.runs(SETTLED)
    process.runs(30)  # for so long each goes by what it was told
    assert process.runs(SETTLED) == 0
    assert max(process.waits) < 1


def test_who_is_told_of_no_pushes_any_more_is_forgotten() -> None:
    process = Pushed(100)
    process.runs(SETTLED)
    process._tabs = 0
    process.clock.now += 2 * SETTLED
    process.load.heard("a page", 1)
    assert list(process.load._telling) == ["a page"]


def test_what_is_measured_is_the_process() -> None:
    assert load.PROCESS.factor in FACTORS


def test_too_much_to_do_is_one_line_of_the_log_and_its_end_another(
    caplog: pytest.LogCaptureFixture,
) -> None:
    process = Process(400, cores=0.4)
    assert process.runs(SETTLED) > 1
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    for cores in (1.0, 0.4) * 2:  # it swings
        process.cores = cores
        process.runs(90)
    process.close_most()
    assert process.runs(CALM_AFTER) == 1
    assert len(caplog.messages) == 1
    process.runs(SETTLED)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    times = re.fullmatch(
        r"Polls and news come in time again: for (\d+) s polls came up to ([\d.]+) times later",
        caplog.messages[1],
    )
    assert times
    assert 300 < int(times[1]) < 480
    assert float(times[2]) in FACTORS[1:]


def test_pushes_that_are_kept_are_told_to_the_log_as_well(caplog: pytest.LogCaptureFixture) -> None:
    assert Pushed(1_200).runs(SETTLED) > 0
    assert len(caplog.messages) == 1
