"""What one thing costs the app: a page that opens, a poll, a message of the agent's, an own one.

In milliseconds of the app's CPU, which a machine that does something else as well hardly changes.
The medians of some rounds, for a newcomer and for who has said something; the pages listen for
pushes, but for the poll. Run from the repository's root:

    python -m tests.bench.cpu [--messages 0 10] [--rounds 3]

What follows a message is part of it: its delivery, its receipt, the seen mark.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from livechat.page.browser import identity_cookie
from tests.bench import variants
from tests.bench.browser import Tab
from tests.bench.conversations import Conversation, converse
from tests.bench.processes import App, StandIn, app, cpu_seconds, stand_in
from tests.bench.table import print_table
from tests.bench.ticking import LAST_ANSWERS_WITHIN
from tests.bench.yardstick import print_yardstick

_OPENINGS, _POLLS, _SAID = 10, 50, 3  # in a round; so much is said in each chat
_CHATS = 4

# Seconds
_OPEN_EVERY = 0.1
_SETTLES_WITHIN = 1.2


@dataclass(frozen=True)
class Costs:
    """Milliseconds of CPU."""

    opening: float
    poll: float
    agents: float
    own: float


_numbers = itertools.count()

_FIGURES: Mapping[str, Callable[[Costs], str]] = {
    "a page that opens": lambda costs: f"{costs.opening:.1f}",
    "a poll": lambda costs: f"{costs.poll:.1f}",
    "an agent's message": lambda costs: f"{costs.agents:.1f}",
    "an own message": lambda costs: f"{costs.own:.1f}",
}


def main() -> None:
    """Reads the options, and runs."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cpu", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--messages", type=int, nargs="+", default=[0, 10], help="of each chat (0 10)"
    )
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts (3)")
    options = parser.parse_args()
    print_yardstick()
    run(options.messages, options.rounds)


def run(messages: Sequence[int], rounds: int) -> None:
    """Measures one conversation after the other, and prints them side by side."""
    print_table(
        f"Milliseconds of the app's CPU, median of {rounds} rounds",
        [[f"{number} messages" for number in messages]],
        _FIGURES,
        [asyncio.run(_measure(number, rounds)) for number in messages],
    )


async def _measure(messages: int, rounds: int) -> Costs:
    with stand_in() as livechat:
        # Who has said nothing yet cannot be answered: the first message makes the chat.
        talks = [converse(livechat.settings, max(messages, 1)) for _ in range(_CHATS)]
        with app(variants.PUSH, livechat.settings) as page:
            meter = _Meter(page, rounds)
            cookie = _cookie(talks[0]) if messages else None
            opening = await meter.cost(_OPENINGS, lambda: _open(page, cookie))
            tabs = await asyncio.gather(*(_opened(page.url, _cookie(talk)) for talk in talks))
            agents = await meter.cost(_SAID * _CHATS, lambda: _hear(talks, tabs))
            own = await meter.cost(_SAID * _CHATS, lambda: _say(tabs))
            await asyncio.gather(*(tab.close() for tab in tabs))
        poll = await _polls(livechat, talks[0], rounds)
    return Costs(opening, poll, agents, own)


async def _polls(livechat: StandIn, talk: Conversation, rounds: int) -> float:
    with app(variants.POLLING, livechat.settings) as page:
        tab = Tab(page.url, _cookie(talk))
        await tab.open()
        await tab.until_chatting()
        await asyncio.sleep(_SETTLES_WITHIN)

        async def poll() -> None:
            for _ in range(_POLLS):
                await tab.tick_once(LAST_ANSWERS_WITHIN)

        cost = await _Meter(page, rounds).cost(_POLLS, poll)
        await tab.close()
        return cost


class _Meter:
    """Reads the app's clock around something that is done in rounds."""

    def __init__(self, page: App, rounds: int) -> None:
        self._pid = page.pid
        self._rounds = rounds

    async def cost(self, times: int, act: Callable[[], Awaitable[None]]) -> float:
        """What one of so many costs that are done in each round; a first one does not count."""
        await act()
        taken = []
        for _ in range(self._rounds):
            before = cpu_seconds(self._pid)
            await act()
            taken.append((cpu_seconds(self._pid) - before) / times * 1000)
        return statistics.median(taken)


async def _opened(url: str, cookie: str | None) -> Tab:
    tab = Tab(url, cookie)
    await tab.open()
    await tab.until(lambda: bool(tab.line.told["open"]))
    await asyncio.sleep(_SETTLES_WITHIN)
    return tab


async def _open(page: App, cookie: str | None) -> None:
    async def one(number: int) -> Tab:
        await asyncio.sleep(number * _OPEN_EVERY)
        return await _opened(page.url, cookie)

    tabs = await asyncio.gather(*(one(number) for number in range(_OPENINGS)))
    await asyncio.gather(*(tab.close() for tab in tabs))


async def _hear(talks: Sequence[Conversation], tabs: Sequence[Tab]) -> None:
    async def one(talk: Conversation, tab: Tab) -> None:
        text = f"Answer {next(_numbers)} of the agent."
        seen = tab.expect(text)
        await asyncio.to_thread(talk.say_as_agent, text)
        await tab.until(seen.done)

    for _ in range(_SAID):
        await asyncio.gather(*map(one, talks, tabs))
        await asyncio.sleep(_SETTLES_WITHIN)


async def _say(tabs: Sequence[Tab]) -> None:
    for _ in range(_SAID):
        await asyncio.gather(*(tab.say(f"Question {next(_numbers)} of mine.") for tab in tabs))
        await asyncio.sleep(_SETTLES_WITHIN)


def _cookie(talk: Conversation) -> str:
    return f"{identity_cookie.NAME}={identity_cookie.encoded(talk.identity)}"


if __name__ == "__main__":
    main()
