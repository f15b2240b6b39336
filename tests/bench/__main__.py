"""All benchmarks, one after the other.

python -m tests.bench [--quick] [--only screen idle load]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from tests.bench import idle, load, screen, variants
from tests.bench.variants import Variant

_PARTS = ("screen", "idle", "load")
_MESSAGES = (10, 1000)


@dataclass(frozen=True)
class _Extent:
    sends: int
    seconds: float
    chats: dict[Variant, int]


_FULL = _Extent(sends=20, seconds=60, chats=load.CHATS)
_QUICK = _Extent(sends=5, seconds=20, chats=dict.fromkeys(variants.ALL, 60))


def main() -> None:
    """Reads the options, and runs."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--quick", action="store_true", help="fewer messages and chats, less time")
    parser.add_argument("--only", nargs="+", choices=_PARTS, default=_PARTS, help="some of them")
    options = parser.parse_args()
    extent = _QUICK if options.quick else _FULL
    if "screen" in options.only:
        screen.run(_MESSAGES, extent.sends)
    if "idle" in options.only:
        idle.run(_MESSAGES, extent.seconds)
    if "load" in options.only:
        for variant in variants.ALL:
            load.run(variant, extent.chats[variant], extent.seconds, says=1, again=False)


if __name__ == "__main__":
    main()
