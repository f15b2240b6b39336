"""Many open chats in one process: how long a tick takes, and what it costs.

Each chat is a tab of its own that has sent one message and now polls every three seconds. The load
generator, the app and the LiveChat stand-in share the machine. Run from the repository's root:

    python -m tests.bench.load [--chats 300] [--seconds 60]

Where the time goes shows py-spy, given the process that is printed while it runs:

    py-spy record --gil --rate 250 --duration 30 --output tick.svg --pid PID
"""

from __future__ import annotations

import argparse
import asyncio

from tests.bench.browser import Tab
from tests.bench.processes import (
    App,
    StandIn,
    app,
    open_files,
    resident_mib,
    stand_in,
    threads,
)
from tests.bench.ticking import INTERVAL, Minute, measure, percentile

_OPENING_AT_ONCE = 8
_CLOSED_FOR = 3.0  # seconds


def main() -> None:
    """Reads the options, measures, prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--chats", type=int, default=300, help="open chats (300)")
    parser.add_argument("--seconds", type=float, default=60, help="how long they tick (60)")
    options = parser.parse_args()
    with stand_in() as livechat:
        poll = {"LIVECHAT_POLL_SECONDS": f"{INTERVAL:g}"}
        with app(livechat.settings | poll) as page:
            asyncio.run(_run(options.chats, options.seconds, page, livechat))


async def _run(chats: int, seconds: float, page: App, livechat: StandIn) -> None:
    # The first visitor has the process import what all others share.
    first = await _open_chat(page.url)
    before = resident_mib(page.pid)
    print(f"{chats} open chats, a tick every {INTERVAL:g} s, app process {page.pid}", flush=True)
    opening = asyncio.Semaphore(_OPENING_AT_ONCE)

    async def another() -> Tab:
        async with opening:
            return await _open_chat(page.url)

    tabs = [first, *await asyncio.gather(*(another() for _ in range(chats - 1)))]
    opened, held = resident_mib(page.pid), _held(page)
    minute = await measure(tabs, seconds, page, livechat)
    await asyncio.gather(*(tab.close() for tab in tabs))
    await asyncio.sleep(_CLOSED_FOR)

    _print_ticks(minute)
    print(
        f"memory          {before:.1f} MiB with one chat, {opened:.1f} with all,"
        f" {' '.join(f'{mib:.1f}' for mib in minute.memory)} while they ticked"
    )
    others = max(1, chats - 1)
    each = [(mib - before) / others * 1024 for mib in (opened, minute.memory[-1])]
    print(f"memory a chat   {each[0]:.0f} KiB when opened, {each[1]:.0f} KiB at the end")
    print(f"the app holds   {held} with all chats open, {_held(page)} with all closed")


def _held(page: App) -> str:
    return f"{threads(page.pid)} threads and {open_files(page.pid)} files"


async def _open_chat(url: str) -> Tab:
    tab = Tab(url)
    await tab.open()
    await tab.say("Hello, is anybody there?")
    if not tab.can_end:
        raise RuntimeError("The chat was not started")
    return tab


def _print_ticks(minute: Minute) -> None:
    ticks = minute.ticks
    answers = [tick.seconds * 1000 for tick in ticks]
    late = percentile([seconds * 1000 for seconds in minute.lateness], 95)
    redrew = sum(tick.redrew for tick in ticks)
    count = max(1, len(ticks))
    print(
        f"ticks           {len(ticks)} in {minute.seconds:.0f} s"
        f" ({len(ticks) / minute.seconds:.1f} a second), {minute.failed} failed,"
        f" {redrew} redrew the page"
    )
    p50, p95, longest = (percentile(answers, percent) for percent in (50, 95, 100))
    print(
        f"tick            p50 {p50:.0f} ms, p95 {p95:.0f} ms, max {longest:.0f} ms"
        f" (sent late by p95 {late:.0f} ms)"
    )
    print(f"to the browser  {sum(tick.bytes for tick in ticks) / count:.0f} bytes a tick")
    actions = ", ".join(
        f"{action} {number}" for action, number in minute.answered.requests.most_common()
    )
    print(
        f"of LiveChat     {minute.answered.requests.total() / count:.2f} requests and"
        f" {minute.answered.bytes / count:.0f} bytes a tick ({actions})"
    )
    for name, cpu in (
        ("app", minute.app_cpu),
        ("stand-in", minute.stand_in_cpu),
        ("generator", minute.generator_cpu),
        ("all others", minute.others_cpu),
    ):
        print(
            f"CPU {name:<11} {cpu:.1f} s, {cpu / minute.seconds:.0%} of a core,"
            f" {cpu / count * 1000:.1f} ms a tick"
        )


if __name__ == "__main__":
    main()
