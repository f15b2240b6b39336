"""More visitors than are good for one process: arrivals, a storm, and more than it can hold.

Each has a chat already and comes with a cookie, as after the app was restarted. Those who stay poll
as often as the page tells them to, answered or not. Run from the repository's root:

    python -m tests.bench.crowd arrivals [--rate 5] [--seconds 20]
    python -m tests.bench.crowd storm [--tabs 300]
    python -m tests.bench.crowd polls [--tabs 900] [--rate 12] [--seconds 40]

`arrivals` open a page and close it when it is complete. In a `storm` all tabs ask a process that
has just been started for their page at once. `polls` come at that rate, are counted when all are
there, and one visitor a second writes something.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from livechat.page.browser import identity_cookie
from tests.bench import variants
from tests.bench.browser import Tab
from tests.bench.conversations import converse
from tests.bench.processes import App, StandIn, app, cpu_seconds, machine_cpu_seconds, stand_in
from tests.bench.ticking import LAST_ANSWERS_WITHIN, percentile

_CUSTOMERS_AT_ONCE = 8
_SETTLES_FOR = 20.0  # seconds
_SAID_WITHIN = 30.0  # seconds
_ROOM_WITHIN = 120.0  # seconds
_STAY = 20  # tabs that are left when there is room again


def main() -> None:
    """Reads the options, and runs."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.crowd", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("crowd", choices=["arrivals", "storm", "polls"])
    parser.add_argument("--rate", type=float, help="visitors a second (arrivals 5, polls 12)")
    parser.add_argument("--seconds", type=float, help="for so long (arrivals 20, polls 40)")
    parser.add_argument("--tabs", type=int, help="so many (storm 300, polls 900)")
    options = parser.parse_args()
    match options.crowd:
        case "arrivals":
            arrivals(options.rate or 5, options.seconds or 20)
        case "storm":
            storm(options.tabs or 300)
        case "polls":
            polls(options.tabs or 900, options.rate or 12, options.seconds or 40)


def arrivals(rate: float, seconds: float) -> None:
    """So many visitors a second open the page."""

    async def arrive(page: App, come: Sequence[str]) -> None:
        tabs = await open_tabs(page, come, rate, lambda tab: tab.close())
        _print_opening(f"{rate:g} visitors a second", tabs, len(come))

    _run(int(rate * seconds), arrive)


def storm(number: int) -> None:
    """So many open tabs find the app restarted."""

    async def rush(page: App, come: Sequence[str]) -> None:
        tabs = await open_tabs(page, come, rate=1e6)
        _print_opening(f"{number} tabs at once", tabs, len(come))
        await close(tabs)

    _run(number, rush)


def polls(number: int, rate: float, seconds: float) -> None:
    """So many tabs stay and poll."""

    async def stay(page: App, come: Sequence[str]) -> None:
        tabs = await open_tabs(page, come, rate, start)
        _print_opening(f"{number} tabs that stay, {rate:g} a second", tabs, len(come))
        await asyncio.sleep(_SETTLES_FOR)
        (await measure(tabs, page, seconds)).print()
        await close(tabs[_STAY:])
        began = time.perf_counter()
        while max(tab.interval for tab in tabs[:_STAY]) > variants.INTERVAL:
            if time.perf_counter() - began > _ROOM_WITHIN:
                break
            await asyncio.sleep(0.5)
        print(f"room again      every 3 s after {time.perf_counter() - began:.0f} s")
        await close(tabs[:_STAY])

    _run(number, stay)


@dataclass(frozen=True)
class Polling:
    """What tabs that stay have seen for a while: times in seconds, CPU in cores."""

    ticks: list[float]
    a_second: float
    failed: int
    silent: int
    """Tabs of which no tick was answered."""
    paces: list[float]
    own: list[float]
    """From writing something until it is on the page."""
    asked: int
    app_cpu: float
    others_cpu: float

    def print(self) -> None:
        """Prints it."""
        print(
            f"polls           {times(self.ticks)}; {self.a_second:.0f} a second,"
            f" {self.failed} not answered, {self.silent} tabs without one\n"
            f"pace            {times(self.paces)}\n"
            f"own message     {times(self.own)}; {len(self.own)} of {self.asked}\n"
            f"CPU             {self.app_cpu:.0%} of a core for the app,"
            f" {self.others_cpu:.0%} for all else",
            flush=True,
        )


async def measure(tabs: Sequence[Tab], page: App, seconds: float) -> Polling:
    """What tabs that tick see for so long, while one visitor a second writes something."""
    for tab in tabs:
        tab.forget_ticks()
    began, cpu, machine = time.perf_counter(), cpu_seconds(page.pid), machine_cpu_seconds()
    own = await _say(tabs, int(seconds))
    took = time.perf_counter() - began
    used = cpu_seconds(page.pid) - cpu
    others = machine_cpu_seconds() - machine - used
    for tab in tabs:
        tab.stop_ticking()
    await asyncio.gather(*(tab.settle(LAST_ANSWERS_WITHIN) for tab in tabs))
    measured = Polling(
        ticks=[tick.seconds for tab in tabs for tick in tab.ticks],
        a_second=sum(len(tab.ticks) for tab in tabs) / took,
        failed=sum(tab.failed for tab in tabs),
        # One that polls more rarely has had no time to.
        silent=sum(not tab.ticks and tab.interval < seconds for tab in tabs),
        paces=[tab.interval for tab in tabs],
        own=own,
        asked=int(seconds),
        app_cpu=used / took,
        others_cpu=others / took,
    )
    for number, tab in enumerate(tabs):
        tab.start_ticking(tab.interval * number / len(tabs))
    return measured


async def start(tab: Tab) -> None:
    """Has a tab tick from now on."""
    tab.start_ticking(tab.interval)


async def close(tabs: Sequence[Tab]) -> None:
    """Closes them."""
    await asyncio.gather(*(tab.close() for tab in tabs))


def cookies(livechat: StandIn, visitors: int) -> list[str]:
    """Of so many visitors, each of whom has a chat in which they have said something."""

    def cookie(_: int) -> str:
        identity = converse(livechat.settings, 1).identity
        return f"{identity_cookie.NAME}={identity_cookie.encoded(identity)}"

    with ThreadPoolExecutor(_CUSTOMERS_AT_ONCE) as asking:
        return list(asking.map(cookie, range(visitors)))


async def open_tabs(
    page: App,
    come: Sequence[str],
    rate: float,
    then: Callable[[Tab], Awaitable[None]] | None = None,
) -> list[Tab]:
    """The tabs that have opened the page, of all who came with these cookies at this rate."""

    async def one(number: int, cookie: str) -> Tab | None:
        await asyncio.sleep(number / rate)
        tab = Tab(page.url, cookie)
        try:
            await tab.open()
        except (TimeoutError, OSError):
            return None
        if then:
            await then(tab)
        return tab

    tabs = await asyncio.gather(*(one(*numbered) for numbered in enumerate(come)))
    return [tab for tab in tabs if tab]


def times(seconds: Sequence[float]) -> str:
    """The median, what 95 of 100 do not exceed, and the longest."""
    p50, p95, longest = (percentile(seconds, percent) for percent in (50, 95, 100))
    return f"p50 {p50:.2f} s, p95 {p95:.2f} s, max {longest:.2f} s"


def _run(visitors: int, crowd: Callable[[App, Sequence[str]], Awaitable[None]]) -> None:
    with stand_in() as livechat:
        come = cookies(livechat, visitors)
        with app(variants.POLLING, livechat.settings) as page:
            asyncio.run(_measured(crowd, page, come))


async def _measured(
    crowd: Callable[[App, Sequence[str]], Awaitable[None]], page: App, come: Sequence[str]
) -> None:
    began, cpu, machine = time.perf_counter(), cpu_seconds(page.pid), machine_cpu_seconds()
    await crowd(page, come)
    took, used = time.perf_counter() - began, cpu_seconds(page.pid) - cpu
    others = machine_cpu_seconds() - machine - used
    print(
        f"in all          {used:.1f} s of CPU in {took:.0f} s, {others:.1f} s for all else",
        flush=True,
    )


async def _say(tabs: Sequence[Tab], times: int) -> list[float]:
    """Each second another visitor writes; in how many seconds they see it on the page."""

    async def one(number: int) -> float | None:
        await asyncio.sleep(number)
        began = time.perf_counter()
        try:
            async with asyncio.timeout(_SAID_WITHIN):
                await tabs[number * 7 % len(tabs)].say(f"Question {number} of {began}.")
        except TimeoutError:
            return None
        return time.perf_counter() - began

    said = await asyncio.gather(*(one(number) for number in range(times)), asyncio.sleep(times))
    return [took for took in said if took is not None]


def _print_opening(what: str, tabs: Sequence[Tab], came: int) -> None:
    print(f"\n{what}: {len(tabs)} of {came} have the page")
    print(f"input drawn     {times([tab.drawn_after or 0.0 for tab in tabs])}")
    print(f"page complete   {times([tab.complete_after for tab in tabs])}", flush=True)


if __name__ == "__main__":
    main()
