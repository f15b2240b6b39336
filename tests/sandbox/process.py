"""A sandbox in a process of its own, which can be killed and started again at its address."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

_SETTINGS = 5  # lines, once connections are accepted


class Process:
    """One that keeps what it knows in `file`, and whose agent does not answer by itself."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._port = 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "livechat.sandbox", "--no-bot"]
        command += ["--port", str(self._port), "--state", str(self._file)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        lines = [self.process.stdout.readline().strip() for _ in range(_SETTINGS)]
        self.settings = dict(line.split("=", 1) for line in lines)
        self.url = self.settings["LIVECHAT_API_URL"]
        self._port = int(self.url.rsplit(":", 1)[1])

    def kill(self) -> None:
        """Ends it as a crash does."""
        self.process.kill()
        self.process.communicate()
