"""An idle minute of an open chat, for a short and for a long conversation, side by side.

Neither side says anything: a page polls and finds nothing new. A conversation is one thread, half
the customer's and half the agent's, made through LiveChat's APIs and then opened by that customer.
Several tabs of it are open at once, so that the CPU time of one is more than the clock's
resolution; all figures are per tab. Run from the repository's root:

    python -m tests.bench.idle [--messages 10 1000] [--seconds 60]

LiveChat bills requests: what an open chat costs in an hour in which nobody says anything, the pings
of the real-time API aside, is a line of its own. What the process asks for all of its visitors, at
most every two minutes, is shared by the tabs that are open here. With pushes the first minutes are
the dearest, since looks become rarer: what an hour costs takes `--seconds 3600`.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Mapping, Sequence

from livechat.page.browser import identity_cookie
from tests.bench import variants
from tests.bench.browser import Tab
from tests.bench.conversations import converse
from tests.bench.processes import app, stand_in
from tests.bench.table import print_table
from tests.bench.ticking import LAST_ANSWERS_WITHIN, Minute, measure, percentile
from tests.bench.variants import Variant

_TABS = 10

_FIGURES: Mapping[str, Callable[[Minute], str]] = {
    "requests": lambda minute: f"{minute.answered.requests.total() / _TABS:.1f}",
    "of which list_threads": lambda m: f"{m.answered.requests['list_threads'] / _TABS:.1f}",
    "requests per open chat-hour": lambda m: (
        f"{m.answered.requests.total() / _TABS / m.seconds * 3600:.0f}"
    ),
    "KiB from LiveChat": lambda minute: f"{minute.answered.bytes / _TABS / 1024:.1f}",
    "KiB to the browser": lambda minute: f"{minute.to_browsers / _TABS / 1024:.1f}",
    "CPU of the app, ms": lambda minute: f"{minute.app_cpu / _TABS * 1000:.0f}",
    "ticks": lambda minute: f"{len(minute.ticks) / _TABS:.1f}",
    "ticks that redrew the page": lambda m: f"{sum(tick.redrew for tick in m.ticks) / _TABS:.1f}",
    "ticks failed": lambda minute: f"{minute.failed / _TABS:.1f}",
    "tick p50, ms": lambda m: f"{percentile([tick.seconds for tick in m.ticks], 50) * 1000:.1f}",
    "tick p95, ms": lambda m: f"{percentile([tick.seconds for tick in m.ticks], 95) * 1000:.1f}",
    "others' CPU, % of a core": lambda m: f"{m.others_cpu / m.seconds * 100:.0f}",
}


def main() -> None:
    """Reads the options, and runs."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.idle", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--messages", type=int, nargs="+", default=[10, 1000], help="of each chat (10 1000)"
    )
    parser.add_argument("--seconds", type=float, default=60, help="how long each idles (60)")
    options = parser.parse_args()
    run(options.messages, options.seconds)


def run(messages: Sequence[int], seconds: float) -> None:
    """Measures one page and conversation after the other, and prints them side by side."""
    cases = [(variant, number) for variant in variants.ALL for number in messages]
    print_table(
        f"An open chat, {seconds:g} seconds in which nothing happens",
        [[variant.name for variant, _ in cases], [f"{number} messages" for _, number in cases]],
        _FIGURES,
        [_idle(variant, number, seconds) for variant, number in cases],
    )


def _idle(variant: Variant, messages: int, seconds: float) -> Minute:
    with stand_in() as livechat:
        identity = converse(livechat.settings, messages).identity
        cookie = f"{identity_cookie.NAME}={identity_cookie.encoded(identity)}"
        # A fresh app for each, so that none has the other's sessions in its memory.
        with app(variant, livechat.settings) as page:

            async def idle() -> Minute:
                tabs = [Tab(page.url, cookie) for _ in range(_TABS)]
                for tab in tabs:
                    await tab.open()
                    await tab.until_chatting()
                    await tab.tick_once(LAST_ANSWERS_WITHIN)
                minute = await measure(tabs, seconds, page, livechat)
                await asyncio.gather(*(tab.close() for tab in tabs))
                return minute

            return asyncio.run(idle())


if __name__ == "__main__":
    main()
