"""The processes that are measured: a page, and the LiveChat stand-in that it talks to."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.bench import serving
from tests.bench.variants import Variant

_ROOT = Path(__file__).parents[2]
_START_WITHIN = 60.0  # seconds
_STOP_WITHIN = 20.0  # seconds


def cpu_seconds(pid: int) -> float:
    """CPU time that a process has used so far, in user and in kernel mode, to the microsecond."""
    return time.clock_gettime(~pid << 3 | 2)  # as clock_getcpuclockid(3) names its clock on Linux


def machine_cpu_seconds() -> float:
    """CPU time that everything on this machine has used so far, waiting not counted."""
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(
        int, Path("/proc/stat").read_text().split(maxsplit=9)[1:9]
    )
    busy = user + nice + system + irq + softirq + steal
    return busy / os.sysconf("SC_CLK_TCK")


def resident_mib(pid: int) -> float:
    """Memory that a process holds now."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


@dataclass(frozen=True)
class Held:
    """What a process holds: memory in MiB, and how many of each other thing."""

    memory: float
    threads: int
    files: int
    """Open files, connections among them."""
    sessions: int
    """Streamlit's, one for each tab, and for some time for a closed one."""
    visits: int
    """The app's, one in each session."""


class App:
    """The running app, or what is measured in its place."""

    def __init__(self, url: str, process: subprocess.Popen[str]) -> None:
        self.url = url
        self.pid = process.pid
        self._process = process

    def held(self, *, collect: bool = False) -> Held:
        """What it holds now; with `collect` after it has given back all that it can."""
        counts = json.loads(_ask(self._process, serving.COLLECT if collect else ""))
        return Held(
            memory=resident_mib(self.pid),
            threads=counts["threads"],
            files=len(os.listdir(f"/proc/{self.pid}/fd")),
            sessions=counts["sessions"],
            visits=counts["visits"],
        )


@contextmanager
def app(variant: Variant, settings: Mapping[str, str]) -> Iterator[App]:
    """A page as `streamlit run` serves it, with these `LIVECHAT_` settings and its own only."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {"port": port, "address": "127.0.0.1", "headless": "true"}
    command = [sys.executable, "-m", "tests.bench.serving", "run", variant.script]
    for name, value in options.items():
        command += [f"--server.{name}", str(value)]
    command += ["--logger.level", "warning"]
    environ = {k: v for k, v in os.environ.items() if not k.startswith("LIVECHAT_")}
    process = subprocess.Popen(
        command,
        cwd=_ROOT,
        env={**environ, **settings, **variant.settings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/_stcore/health", process)
        yield App(url, process)
    finally:
        _stop(process)


@dataclass(frozen=True)
class Answered:
    """What the stand-in was asked by customers: requests by action, and the bytes of the answers.

    Those over the real-time API are the browser's: pings, which are not billed, are left out, and
    so are their bytes.
    """

    requests: Counter[str]
    bytes: int

    def since(self, before: Answered) -> Answered:
        """What it has answered after `before`."""
        return Answered(self.requests - before.requests, self.bytes - before.bytes)


class StandIn:
    """The running stand-in; `settings` are the `LIVECHAT_` ones that lead to it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert process.stdout
        self.settings: dict[str, str] = json.loads(process.stdout.readline())
        self.pid = process.pid

    def answered(self) -> Answered:
        """All that it has answered so far."""
        total = json.loads(_ask(self._process, ""))
        return Answered(Counter(total["requests"]), total["bytes"])


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """A LiveChat stand-in whose agents say nothing by themselves."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.stand_in"],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield StandIn(process)
    finally:
        _stop(process)


def _ask(process: subprocess.Popen[str], line: str) -> str:
    """Writes a line to a process, and reads one. Raises RuntimeError if it has ended."""
    assert process.stdin
    assert process.stdout
    if process.poll() is not None:
        raise RuntimeError("A process that is measured has ended before its time")
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return process.stdout.readline()


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + _START_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise RuntimeError("The app did not start")
