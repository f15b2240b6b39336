"""All benchmarks, one after the other.

python -m tests.bench [--quick] [--only screen idle cpu load crowd cliff]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from tests.bench import cliff, cpu, crowd, idle, load, screen, variants
from tests.bench.yardstick import print_yardstick

_PARTS = ("screen", "idle", "cpu", "load", "crowd", "cliff")
_MESSAGES = (10, 1000)
_ARRIVALS = (5, 16, 40)  # visitors a second


@dataclass(frozen=True)
class _Extent:
    sends: int
    seconds: float
    rounds: int
    chats: int
    tabs: int


_FULL = _Extent(sends=5, seconds=15, rounds=3, chats=300, tabs=300)
_QUICK = _Extent(sends=3, seconds=10, rounds=1, chats=60, tabs=60)


def main() -> None:
    """Reads the options, and runs."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--quick", action="store_true", help="fewer messages and chats, less time")
    parser.add_argument("--only", nargs="+", choices=_PARTS, default=_PARTS, help="some of them")
    options = parser.parse_args()
    extent = _QUICK if options.quick else _FULL
    print_yardstick()
    if "screen" in options.only:
        screen.run(_MESSAGES, extent.sends)
    if "idle" in options.only:
        idle.run(_MESSAGES, extent.seconds)
    if "cpu" in options.only:
        cpu.run((0, *_MESSAGES), extent.rounds)
    if "load" in options.only:
        load.run(variants.PUSH, extent.chats, extent.seconds, says=1, again=False)
    if "crowd" in options.only:
        for rate in _ARRIVALS:
            crowd.arrivals(rate, extent.seconds)
        crowd.storm(extent.tabs)
    if "cliff" in options.only:
        for variant in (variants.POLLING, variants.PUSH):
            cliff.run(variant)


if __name__ == "__main__":
    main()
