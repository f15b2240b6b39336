"""`python -m tests.schedules 10000`: as many random schedules, spread over processes.

Each batch of them has a seed of its own, which is printed, and with which it can be run again:
`python -m tests.schedules 100 --seed 7005`. Of one that fails the steps are printed, as few as
lead to it.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from tests.schedules import machine
from tests.schedules.batch import run

BATCH = 100  # schedules


def main() -> int:
    """Returns the exit status: 1 if a schedule has failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.schedules", description=__doc__)
    parser.add_argument("schedules", type=int, nargs="?", default=1_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--whole", action="store_true", help="looks for no shorter schedule")
    given = parser.parse_args()
    left = range(0, given.schedules, BATCH)
    batches = {given.seed + n: min(BATCH, given.schedules - b) for n, b in enumerate(left)}
    print(
        f"{given.schedules} schedules of up to {machine.STEPS} steps, seed {given.seed}", flush=True
    )
    began, done, failed = time.monotonic(), 0, []
    with ProcessPoolExecutor(given.processes, mp_context=get_context("spawn")) as pool:
        running = {
            pool.submit(run, count, seed, not given.whole): (seed, count)
            for seed, count in batches.items()
        }
        for batch in as_completed(running):
            seed, count = running[batch]
            done += count
            print(f"{done} after {time.monotonic() - began:.0f} s, seed {seed}", flush=True)
            if failure := batch.result():
                failed.append(seed)
                print(f"{failure}\nfailed: python -m tests.schedules {count} --seed {seed}")
    print(f"failed: {', '.join(map(str, failed))}" if failed else "all agree")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
