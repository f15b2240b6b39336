"""What the benchmarks have in common: open tabs tick for a while, the meters are read around it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.browser import Tab, Tick
from tests.bench.processes import (
    Answered,
    App,
    StandIn,
    cpu_seconds,
    machine_cpu_seconds,
    resident_mib,
)
from tests.bench.variants import INTERVAL

_SETTLE = 2 * INTERVAL  # seconds
LAST_ANSWERS_WITHIN = 10.0  # seconds
_MEMORY_SAMPLES = 4


@dataclass(frozen=True)
class Minute:
    """What happened while the tabs ticked (a minute, by default)."""

    seconds: float
    ticks: list[Tick]
    failed: int
    lateness: list[float]
    """Seconds by which each tick was sent after it was due: the load generator's own delay."""
    app_cpu: float
    stand_in_cpu: float
    generator_cpu: float
    others_cpu: float
    """CPU seconds of all other processes of the machine: if many, measure again."""
    answered: Answered
    to_browsers: int
    """Bytes that the app sent to all tabs."""
    memory: list[float]
    """MiB that the app held at the start, and after each quarter of the time."""


async def measure(tabs: Sequence[Tab], seconds: float, app: App, stand_in: StandIn) -> Minute:
    """Has all tabs tick, evenly spread, and reads the meters after two rounds."""
    for number, tab in enumerate(tabs):
        tab.start_ticking(tab.interval * number / len(tabs))
    await asyncio.sleep(_SETTLE)
    for tab in tabs:
        tab.forget_ticks()

    pids = (app.pid, stand_in.pid, os.getpid())
    answered, received = stand_in.answered(), sum(tab.received for tab in tabs)
    began, machine = time.perf_counter(), machine_cpu_seconds()
    before = [cpu_seconds(pid) for pid in pids]
    memory = [resident_mib(app.pid)]
    for _ in range(_MEMORY_SAMPLES):
        await asyncio.sleep(seconds / _MEMORY_SAMPLES)
        memory.append(resident_mib(app.pid))
    for tab in tabs:
        tab.stop_ticking()
    await asyncio.gather(*(tab.settle(LAST_ANSWERS_WITHIN) for tab in tabs))
    used = [cpu_seconds(pid) - cpu for pid, cpu in zip(pids, before, strict=True)]
    return Minute(
        seconds=time.perf_counter() - began,
        ticks=[tick for tab in tabs for tick in tab.ticks],
        failed=sum(tab.failed for tab in tabs),
        lateness=[seconds for tab in tabs for seconds in tab.lateness],
        app_cpu=used[0],
        stand_in_cpu=used[1],
        generator_cpu=used[2],
        others_cpu=max(0.0, machine_cpu_seconds() - machine - sum(used)),
        answered=stand_in.answered().since(answered),
        to_browsers=sum(tab.received for tab in tabs) - received,
        memory=memory,
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent of `values` do not exceed; NaN if there are none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
