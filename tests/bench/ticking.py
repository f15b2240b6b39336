"""What both benchmarks do: have open tabs tick for a while, and read the meters around it."""

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

INTERVAL = 3.0  # seconds between two ticks of a tab

_SETTLE_ROUNDS = 2
_LAST_ANSWERS_WITHIN = 10.0  # seconds
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
    memory: list[float]
    """MiB that the app held at the start, and after each quarter of the time."""


async def measure(tabs: Sequence[Tab], seconds: float, app: App, stand_in: StandIn) -> Minute:
    """Has all tabs tick, evenly spread; reads the meters once the first ticks are over.

    The first ones still tell LiveChat what has been seen and draw what opening left to draw.
    """
    await _tick(tabs, _SETTLE_ROUNDS)
    for tab in tabs:
        tab.forget_ticks()

    pids = (app.pid, stand_in.pid, os.getpid())
    answered = stand_in.answered()
    began, machine = time.perf_counter(), machine_cpu_seconds()
    before = [cpu_seconds(pid) for pid in pids]
    memory = asyncio.create_task(_watch_memory(app, seconds))
    lateness = await _tick(tabs, max(1, round(seconds / INTERVAL)))
    used = [cpu_seconds(pid) - cpu for pid, cpu in zip(pids, before, strict=True)]
    return Minute(
        seconds=time.perf_counter() - began,
        ticks=[tick for tab in tabs for tick in tab.ticks],
        failed=sum(tab.failed for tab in tabs),
        lateness=lateness,
        app_cpu=used[0],
        stand_in_cpu=used[1],
        generator_cpu=used[2],
        others_cpu=max(0.0, machine_cpu_seconds() - machine - sum(used)),
        answered=stand_in.answered().since(answered),
        memory=await memory,
    )


async def _tick(tabs: Sequence[Tab], rounds: int) -> list[float]:
    """Every tab ticks so many times, whatever the answers take; returns how late each was sent."""
    lateness = []
    began = time.perf_counter()
    for number in range(rounds * len(tabs)):
        due = began + number * INTERVAL / len(tabs)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        lateness.append(time.perf_counter() - due)
        await tabs[number % len(tabs)].tick()
    # The last round lasts an interval too, for what is counted per second.
    await asyncio.sleep(max(0.0, began + rounds * INTERVAL - time.perf_counter()))
    await asyncio.gather(*(tab.settle(_LAST_ANSWERS_WITHIN) for tab in tabs))
    return lateness


async def _watch_memory(app: App, seconds: float) -> list[float]:
    samples = [resident_mib(app.pid)]
    for _ in range(_MEMORY_SAMPLES):
        await asyncio.sleep(seconds / _MEMORY_SAMPLES)
        samples.append(resident_mib(app.pid))
    return samples


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent of `values` do not exceed; NaN if there are none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
