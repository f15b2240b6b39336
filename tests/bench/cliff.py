"""How many open chats one process holds, and what becomes of twice and of four times as many.

It holds as many as are served with 70% of a core or less, 95 of 100 within 250 ms: their polls,
every 3 seconds, or with pushes their agents' messages. Machines differ by a third: what holds at
93% of a core on a good day is none. Run from the repository's root:

    python -m tests.bench.cliff [polling] [push] [--says 4]

Tabs tick as the page tells them to, answered or not, and one visitor a second writes something.
With pushes an agent writes so many messages a minute in each chat.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench import crowd, variants
from tests.bench.browser import Tab
from tests.bench.load import Agents
from tests.bench.processes import App, StandIn, app, stand_in
from tests.bench.ticking import percentile
from tests.bench.variants import Variant

SAYS = 4.0  # agent's messages a minute in each chat

_WITHIN = 0.25  # seconds
_OF_A_CORE = 0.7
_FIRST = 100  # chats
_MORE = 1.12  # times as many
_MOST_STEPS = 7
_OPEN_A_SECOND = 12.0
_SETTLES_FOR = 6.0  # seconds
_SETTLES_BEYOND_FOR = 20.0
_SECONDS = 12.0
_SECONDS_BEYOND = 30.0


def main() -> None:
    """Reads the options, and runs."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cliff", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    pages = {variant.name: variant for variant in (variants.POLLING, variants.PUSH)}
    parser.add_argument("pages", nargs="*", choices=pages, default=list(pages), help="both")
    parser.add_argument("--says", type=float, default=SAYS, help="agent's messages a minute (4)")
    options = parser.parse_args()
    for name in options.pages:
        run(pages[name], options.says)


def run(variant: Variant, says: float = SAYS) -> None:
    """Finds the cliff of a page, goes beyond it, and prints."""
    with stand_in() as livechat, app(variant, livechat.settings) as page:
        asyncio.run(_Cliff(variant, says, page, livechat).run())


@dataclass(frozen=True)
class _Step:
    """What so many chats have seen."""

    polling: crowd.Polling
    heard: list[float]
    """Seconds from an agent's message to the tab, with pushes."""
    lost: int

    @property
    def holds(self) -> bool:
        """Whether the process has served them well."""
        served = self.heard or self.polling.ticks
        is_quick = percentile(served, 95) < _WITHIN and not self.lost and not self.polling.failed
        is_at_ease = self.polling.app_cpu <= _OF_A_CORE
        pace = percentile(self.polling.paces, 95)
        return is_quick and is_at_ease and (bool(self.heard) or pace <= variants.INTERVAL)


class _Cliff:
    def __init__(self, variant: Variant, says: float, page: App, livechat: StandIn) -> None:
        self._pushes = variant is variants.PUSH
        self._says = says if self._pushes else 0.0
        self._name = variant.name
        self._page = page
        self._livechat = livechat
        self._tabs: list[Tab] = []

    async def run(self) -> None:
        """Ever more chats, until they are too many; then twice and four times what has held."""
        held = await self._find()
        print(f"held            {held} chats ({self._name})", flush=True)
        for times in (2, 4):
            await self._grow(times * held)
            await self._step(_SETTLES_BEYOND_FOR, _SECONDS_BEYOND)
        await crowd.close(self._tabs)

    async def _find(self) -> int:
        held, number = 0, _FIRST
        for _ in range(_MOST_STEPS):
            await self._grow(number)
            step = await self._step(_SETTLES_FOR, _SECONDS)
            if not step.holds:
                return held or number
            # What this many take tells where it is worth while to look.
            expected = 0.85 * len(self._tabs) * _OF_A_CORE / step.polling.app_cpu
            held, number = len(self._tabs), int(max(expected, _MORE * len(self._tabs)))
        return held

    async def _grow(self, number: int) -> None:
        """Opens chats until there are so many."""
        visitors = max(0, number - len(self._tabs))
        come = await asyncio.to_thread(crowd.cookies, self._livechat, visitors)
        self._tabs += await crowd.open_tabs(self._page, come, _OPEN_A_SECOND, crowd.start)

    async def _step(self, settles: float, seconds: float) -> _Step:
        await asyncio.sleep(settles)
        agents = Agents(self._livechat)
        writing = asyncio.create_task(agents.write(self._reached(), self._says))
        polling = await crowd.measure(self._tabs, self._page, seconds)
        writing.cancel()
        await agents.finish()
        print(f"\n{len(self._tabs)} chats ({self._name})")
        polling.print()
        if self._pushes:
            print(
                f"agent to tab    {crowd.times(agents.heard)};"
                f" {len(agents.heard)} messages, {agents.lost} not within 30 s",
                flush=True,
            )
        return _Step(polling, agents.heard, agents.lost)

    def _reached(self) -> Sequence[Tab]:
        """The chats whose line to LiveChat is up; agents write in no others."""
        return [tab for tab in self._tabs if tab.line.chat_id]


if __name__ == "__main__":
    main()
