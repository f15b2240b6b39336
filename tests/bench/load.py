"""Many open chats in one process: how long a tick takes, what a chat costs, what is left of it.

Each chat is a tab of its own that has sent one message and now polls every three seconds. With
--push it also holds the connection to LiveChat's real-time API, as the page's component does, and
polls as the page tells it to; meanwhile the agents write. The load generator, the app and the
LiveChat stand-in share the machine. Run from the repository's root:

    python -m tests.bench.load [--chats 600] [--seconds 60]
    python -m tests.bench.load --push [--chats 2000] [--seconds 60] [--says 1]
    python -m tests.bench.load --app baseline [--chats 600] [--seconds 60]

At the end all tabs are closed. Streamlit keeps the session of a closed tab for two minutes, in case
it comes back, but not more than 128 of them, and looks for old ones only when the next tab is
closed. So that is waited for, and the last tab's session is still there; everything else is not.
What the allocator keeps of the memory it can use again: with --again as many tabs are opened once
more, which should take no more than before.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from livechat.api.agent_client import AgentClient
from tests.bench import variants
from tests.bench.browser import Tab
from tests.bench.processes import App, Held, StandIn, app, resident_mib, stand_in
from tests.bench.ticking import LAST_ANSWERS_WITHIN, Minute, measure, percentile
from tests.bench.variants import Variant

CHATS = {variants.BASELINE: 600, variants.POLLING: 600, variants.PUSH: 2000}
"""How many open chats each page is measured with, unless told otherwise."""

_OPENING_AT_ONCE = 8
_AGENTS_AT_ONCE = 8
_KEPT_FOR = 125.0  # seconds: Streamlit's two minutes (MemorySessionStorage), and a little
_HEARD_WITHIN = 30.0  # seconds


def main() -> None:
    """Reads the options, and runs."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--chats", type=int, help="open chats (600; with push 2000)")
    parser.add_argument("--seconds", type=float, default=60, help="how long they tick (60)")
    parser.add_argument(
        "--says", type=float, default=1, help="agent's messages a minute in each chat, by push (1)"
    )
    parser.add_argument("--again", action="store_true", help="open as many once more at the end")
    page = parser.add_mutually_exclusive_group()
    page.add_argument("--push", action="store_true", help="with the real-time API")
    page.add_argument("--app", choices=["baseline"], help="another page than the app's")
    options = parser.parse_args()
    variant = variants.PUSH if options.push else variants.POLLING
    if options.app:
        variant = variants.BASELINE
    chats = options.chats or CHATS[variant]
    run(variant, chats, options.seconds, options.says, again=options.again)


def run(variant: Variant, chats: int, seconds: float, says: float, *, again: bool) -> None:
    """Measures so many open chats for so many seconds, and prints.

    `says` is how many messages a minute an agent writes in each chat, if the page has push; with
    `again` as many are opened once more after all were closed.
    """
    with stand_in() as livechat, app(variant, livechat.settings) as page:
        asyncio.run(_run(variant, chats, seconds, says, again, page, livechat))


async def _run(
    variant: Variant,
    chats: int,
    seconds: float,
    says: float,
    again: bool,
    page: App,
    livechat: StandIn,
) -> None:
    pushes = variant is variants.PUSH
    print(f"\n{chats} open chats ({variant.name}), the app is process {page.pid}", flush=True)
    # The first visitor has the process import what all others share.
    tabs = await _open_chats(1, page, pushes)
    before = page.held(collect=True)
    began = time.perf_counter()
    tabs += await _open_chats(chats - 1, page, pushes)
    took = time.perf_counter() - began
    stuck = sum(tab.stuck for tab in tabs)
    print(
        f"opened in       {took:.0f} s, {_OPENING_AT_ONCE} at a time, {stuck} reloaded as stuck;"
        f" a tick every {tabs[-1].interval:g} s"
    )
    opened = resident_mib(page.pid)
    torn = sum(tab.torn for tab in tabs)

    agents = Agents(livechat)
    writing = asyncio.create_task(agents.write(tabs, says if pushes else 0))
    minute = await measure(tabs, seconds, page, livechat)
    writing.cancel()
    await agents.finish()
    _print_ticks(minute, chats)
    if pushes:
        _print_pushes(agents, tabs)
    print(
        f"torn page runs  {torn} while opening, {sum(tab.torn for tab in tabs) - torn} afterwards:"
        " Streamlit lost their end"
    )
    print(
        f"memory          {before.memory:.1f} MiB with one chat, {opened:.1f} with all,"
        f" {' '.join(f'{mib:.1f}' for mib in minute.memory)} while they ticked"
    )
    others = max(1, chats - 1)
    each = [(mib - before.memory) / others * 1024 for mib in (opened, minute.memory[-1])]
    print(f"memory a chat   {each[0]:.0f} KiB when opened, {each[1]:.0f} KiB at the end")

    _print_held("with one chat", before)
    await _close(tabs)
    _print_held("all closed", page.held())
    await asyncio.sleep(_KEPT_FOR)
    last = Tab(page.url)
    await last.open()
    await last.close()
    _print_held(f"{_KEPT_FOR:.0f} s later", page.held())
    _print_held("garbage collected", page.held(collect=True))
    if again:
        tabs = await _open_chats(chats, page, pushes)
        _print_held("all opened again", page.held())
        await _close(tabs)


async def _open_chats(chats: int, page: App, pushes: bool) -> list[Tab]:
    opening = asyncio.Semaphore(_OPENING_AT_ONCE)

    async def one() -> Tab:
        async with opening:
            return await _open_chat(page.url, pushes)

    return await asyncio.gather(*(one() for _ in range(chats)))


async def _close(tabs: Sequence[Tab]) -> None:
    await asyncio.gather(*(tab.close() for tab in tabs))


async def _open_chat(url: str, pushes: bool) -> Tab:
    tab = Tab(url)
    await tab.open()
    await tab.say("Hello, is anybody there?")
    await tab.until_chatting()
    if pushes:
        await tab.until(lambda: tab.line.chat_id is not None)
    # The first tick tells LiveChat what was seen, and draws what opening left to draw: hundreds of
    # them in the same three seconds would be nothing that visitors bring about.
    await tab.tick_once(LAST_ANSWERS_WITHIN)
    return tab


class Agents:
    """Who answers. `heard` holds the seconds from each answer to its arrival at the tab."""

    def __init__(self, livechat: StandIn) -> None:
        self.heard: list[float] = []
        self.lost = 0
        settings = livechat.settings
        self._agent = AgentClient(settings["LIVECHAT_API_URL"], settings["LIVECHAT_AGENT_TOKEN"])
        self._at_work = ThreadPoolExecutor(_AGENTS_AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()

    async def write(self, tabs: Sequence[Tab], says: float) -> None:
        """Writes so many messages a minute in each tab's chat, on average, until cancelled.

        In one at a time, chosen anew: soon again in some, and not for long in others.
        """
        number = 0
        began = time.perf_counter()
        while says:
            due = began + number * 60 / (says * len(tabs))
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            task = asyncio.create_task(self._say(number, random.choice(tabs)))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            number += 1

    async def finish(self) -> None:
        """Waits for what is under way."""
        await asyncio.gather(*self._under_way)
        self._at_work.shutdown()

    async def _say(self, number: int, tab: Tab) -> None:
        text = f"Answer {number} of the agent."
        seen = tab.expect(text)
        sent = time.perf_counter()

        def say() -> None:
            self._agent.say(text, customer_id="", chat_id=tab.line.chat_id, active=True)

        await asyncio.get_running_loop().run_in_executor(self._at_work, say)
        try:
            self.heard.append(await asyncio.wait_for(seen, _HEARD_WITHIN) - sent)
        except TimeoutError:
            self.lost += 1


def _print_ticks(minute: Minute, chats: int) -> None:
    ticks = minute.ticks
    answers = [tick.seconds * 1000 for tick in ticks]
    late = percentile([seconds * 1000 for seconds in minute.lateness], 95)
    redrew = sum(tick.redrew for tick in ticks)
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
    requests, chat_minutes = minute.answered.requests, chats * minute.seconds / 60
    actions = ", ".join(f"{action} {number}" for action, number in requests.most_common())
    print(f"to the browser  {minute.to_browsers / chat_minutes / 1024:.1f} KiB a chat-minute")
    print(
        f"of LiveChat     {requests.total() / chat_minutes * 60:.0f} requests an open chat-hour,"
        f" {minute.answered.bytes / chat_minutes / 1024:.1f} KiB a chat-minute ({actions})"
    )
    for name, cpu in (
        ("app", minute.app_cpu),
        ("stand-in", minute.stand_in_cpu),
        ("generator", minute.generator_cpu),
        ("all others", minute.others_cpu),
    ):
        print(
            f"CPU {name:<11} {cpu:.1f} s, {cpu / minute.seconds:.0%} of a core,"
            f" {cpu / chat_minutes * 1000:.1f} ms a chat-minute"
        )


def _print_pushes(agents: Agents, tabs: Sequence[Tab]) -> None:
    heard = [seconds * 1000 for seconds in agents.heard]
    p50, p95, longest = (percentile(heard, percent) for percent in (50, 95, 100))
    connected = sum(tab.line.told["open"] for tab in tabs)
    print(
        f"agent to tab    p50 {p50:.0f} ms, p95 {p95:.0f} ms, max {longest:.0f} ms"
        f" ({len(heard)} messages, {agents.lost} not within {_HEARD_WITHIN:g} s)"
    )
    print(
        f"real-time API   {connected} of {len(tabs)} connected,"
        f" {sum(tab.line.lost for tab in tabs)} connections lost"
    )


def _print_held(when: str, held: Held) -> None:
    print(
        f"{when:<17} {held.memory:.1f} MiB, {held.sessions} sessions, {held.visits} visits,"
        f" {held.threads} threads, {held.files} files open",
        flush=True,
    )


if __name__ == "__main__":
    main()
