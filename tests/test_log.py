"""What an operator sees while the page runs: in the README, and of `streamlit run`."""

from __future__ import annotations

import ast
import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from livechat.sandbox import Sandbox
from livechat.settings import VERSIONS
from livechat.settings_code import version
from tests.bench.browser import Tab
from tests.browser.apps import Apps
from tests.conftest import ROOT, apart, live
from tests.field.clocks import AppClock

LEVELS = ("debug", "info", "warning", "error", "critical", "exception", "log")
WORDS = "I am Ada Lovelace, ada@example.com, and my order is late"


class Running:
    """An app, what it has logged, and the pages that are open in it, which poll."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        folder.mkdir()
        self.clock = AppClock(folder)
        self._log = folder / "log"
        with self._log.open("wb") as log:
            self._apps = Apps(log=log)
            self.url = self._apps(**settings, **self.clock.settings)
        self._tabs: list[Tab] = []

    def stop(self) -> None:
        self._apps.stop()

    @property
    def logged(self) -> str:
        return self._log.read_text("utf-8")

    @property
    def lines(self) -> list[str]:
        """The page's own lines, without the time, but for those that only developers see."""
        found = re.findall(r"^\S+ \S+ (\w+) livechat: (.*)$", self.logged, re.MULTILINE)
        return [f"{level} {line}" for level, line in found if level != "DEBUG"]

    async def open(self, visitors: int) -> None:
        self._tabs = [Tab(self.url) for _ in range(visitors)]
        await asyncio.gather(*(tab.open() for tab in self._tabs))
        await asyncio.gather(*(tab.say(WORDS) for tab in self._tabs))
        await asyncio.gather(*(tab.until_chatting() for tab in self._tabs))

    async def close(self) -> None:
        for tab in self._tabs:
            await tab.close()

    async def until(self, line: str, *, seconds: float = 0.0) -> None:
        """Has all pages poll until that is logged; between two polls so many seconds pass."""
        for _ in range(60):
            self.clock.advance(seconds)
            await asyncio.gather(*(tab.tick_once(60) for tab in self._tabs))
            if line in self.logged:
                return
        pytest.fail(f"never logged: {line}\n{self.logged}")


@pytest.fixture
def run(tmp_path: Path, sandbox: Sandbox) -> Iterator[Callable[..., Running]]:
    running: list[Running] = []

    def start(name: str, **settings: str) -> Running:
        given = live(sandbox, LIVECHAT_PUSH="off", LIVECHAT_POLL_SECONDS="0.1", **settings)
        running.append(Running(tmp_path / name, given))
        return running[-1]

    yield start
    for app in running:
        app.stop()


def is_alive(app: Running) -> bool:
    return requests.get(f"{app.url}/_stcore/health", timeout=60).text == "ok"


@pytest.mark.parametrize("level", ["info", "debug"])
def test_three_visitors_see_a_bad_day_of_livechats_and_the_log_tells_it_once(
    run: Callable[..., Running], sandbox: Sandbox, level: str
) -> None:
    app = run("app", STREAMLIT_LOGGER_LEVEL=level)
    apart(bad_day(app, sandbox))
    beginnings = [
        f"INFO Live chat {version()} starts (Streamlit ",
        "WARNING Out of touch with LiveChat for ",
        "INFO In touch with LiveChat again, after ",
        f"WARNING LiveChat serves version {VERSIONS[0]} of its API no more",
        "WARNING LiveChat serves the organization in region fra: all pages ask at 127.0.0.1:",
        "ERROR LiveChat serves no visitor: The organization's LiveChat trial or subscription has ",
    ]
    # How much a machine has to do is its own.
    lines = [line for line in app.lines if not re.search("More visitors than|come in time", line)]
    assert len(lines) == len(beginnings), app.logged
    for line, beginning in zip(lines, beginnings, strict=True):
        assert line.startswith(beginning)
    organization = sandbox.default
    secrets = [*WORDS.split(", "), *organization.customers, *sandbox._state.tokens]
    assert len(organization.customers) == 3
    assert [secret for secret in secrets if secret in app.logged] == []
    assert ("DEBUG" in app.logged) == (level == "debug")


AT_ONCE = """
import logging, sys, threading
from livechat.page import log
from streamlit import logger

sys.setswitchinterval(1e-6)
start = threading.Barrier(8)

def visitor():
    start.wait()
    log.begin()

for _ in range(50):
    logger._loggers.clear()
    logging.getLogger("livechat").handlers.clear()
    visitors = [threading.Thread(target=visitor) for _ in range(8)]
    for thread in visitors:
        thread.start()
    for thread in visitors:
        thread.join()
    print(len(logging.getLogger("livechat").handlers), end="")
"""


def test_visitors_who_come_at_once_have_each_line_written_once() -> None:
    command = [sys.executable, "-c", AT_ONCE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.stdout == 50 * "1", done.stderr


async def bad_day(app: Running, sandbox: Sandbox) -> None:
    organization = sandbox.default
    await app.open(3)
    sandbox.faults.add("*", status=503, times=100_000)
    await app.until("Out of touch", seconds=3)
    assert is_alive(app)
    for _ in range(3):  # it goes on
        await app.until("Out of touch", seconds=60)
    sandbox.faults.clear()
    await app.until("In touch", seconds=60)
    organization.refused_versions = {VERSIONS[0]}
    await app.until(f"serves version {VERSIONS[0]}")
    organization.region = "fra"
    await app.until("in region fra")
    organization.subscription_ended = True
    await app.until("has ended")
    await app.close()


# The README's table of lines is the code's.


def lines_of_the_code() -> Iterator[tuple[str, str]]:
    """What each room can log for operators: the level, and the line with … for what is put in."""
    for file in ROOT.glob("livechat/**/*.py"):
        if "sandbox" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(ast.Attribute(ast.Name("_log"), level), [ast.Constant(line), *_]):
                    if level != "debug":
                        yield level, re.sub(r"%[.\d]*[a-z]", "…", line)
                case ast.Call(ast.Attribute(ast.Name("logging"), name)):
                    assert name not in LEVELS, f"{file}:{node.lineno}"


def test_each_line_that_the_code_can_log_stands_in_the_readme_and_no_other() -> None:
    section = (ROOT / "README.md").read_text("utf-8").split("\n## While it runs\n")[1]
    table = section.split("\n## ")[0]
    rows = re.findall(r"^\| ([a-z]+) \| `([^`]*)` \| \S.* \|$", table, re.MULTILINE)
    code = list(lines_of_the_code())
    assert sorted(rows) == sorted(code)
    assert len(set(rows)) == len(rows) == table.count("\n| ") - 1
