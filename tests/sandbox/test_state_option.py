"""``--state``: what was answered is kept, whenever the sandbox is killed."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.conftest import ROOT
from tests.sandbox.process import Customer, Process

_KILLS = 3
_WRITERS = 3
_WITHIN = 60.0  # seconds


class Writer(Customer):
    """A customer who writes one message after the other, and knows which were answered."""

    def __init__(self, process: Process) -> None:
        super().__init__(process)
        self.written: list[str] = []
        self.answered: list[str] = []

    def write(self, length: int = 10) -> bool:
        """Writes a message; says whether that was answered."""
        text = f"{len(self.written)} ".ljust(length, "x")
        self.written.append(text)
        try:
            answer = self.say(text)
        except requests.RequestException:
            return False
        if answer.status_code == 200:
            self.answered.append(text)
        return answer.status_code == 200

    def write_on(self) -> None:
        """Until one is not answered."""
        while self.write():
            pass

    def read(self) -> list[str]:
        """What LiveChat has of it."""
        answer = self.ask("list_threads", {"chat_id": self.chat_id})
        assert answer.status_code == 200, answer.text
        return [event["text"] for event in answer.json()["threads"][0]["events"]]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path / "state")
    yield process
    process.kill()


def test_what_was_answered_is_there_after_a_kill(process: Process) -> None:
    writers = [Writer(process) for _ in range(_WRITERS)]
    for _ in range(_KILLS):
        threads = [threading.Thread(target=writer.write_on) for writer in writers]
        enough = random.randint(1, 40) + sum(len(writer.answered) for writer in writers)
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + _WITHIN
        while sum(len(writer.answered) for writer in writers) < enough:
            assert time.monotonic() < deadline
        process.kill()
        for thread in threads:
            thread.join()
        process.start()
        for writer in writers:
            kept = writer.read()
            # What nobody had an answer to may be there, or not.
            assert [text for text in kept if text in writer.answered] == writer.answered
            assert kept == [text for text in writer.written if text in kept]


def test_what_cannot_be_kept_is_refused_and_kept_once_it_can(process: Process) -> None:
    writer = Writer(process)
    assert writer.write()
    small = (100_000, resource.RLIM_INFINITY)  # bytes of a file
    limit = resource.prlimit(process.process.pid, resource.RLIMIT_FSIZE, small)
    while writer.write(10_000):
        pass
    assert writer.ask("list_chats", {}).json()["error"]["type"] == "internal"
    resource.prlimit(process.process.pid, resource.RLIMIT_FSIZE, limit)
    assert writer.write()
    process.kill()
    process.start()
    kept = writer.read()
    assert [text for text in kept if text in writer.answered] == writer.answered


def test_what_the_command_line_asks_for_goes_before_what_is_kept(process: Process) -> None:
    organization = {"organization_id": process.settings["LIVECHAT_ORGANIZATION_ID"]}
    for options, region, refused in (
        ((), None, None),
        (("--region", "fra", "--refuse-version", "3.5"), "fra", "unsupported_version"),
        ((), "fra", "unsupported_version"),
        (("--region", "dal"), None, "unsupported_version"),
    ):
        process.kill()
        process.start(*options)
        url = f"{process.url}/v{{}}/customer/action/get_dynamic_configuration"
        newer, older = (requests.get(url.format(v), organization).json() for v in ("3.6", "3.5"))
        assert newer.get("error", {}).get("data", {}).get("region") == region
        assert older.get("error", {}).get("type") == refused
        assert process.ask_as_agent("list_chats", {}).ok  # after which it is kept


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / "state"
    file.write_text("Dear diary")
    command = [sys.executable, "-m", "livechat.sandbox", "--port", "0", "--state", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_WITHIN)
    said = f"{file} cannot be used: file is not a database\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert file.read_text() == "Dear diary"
