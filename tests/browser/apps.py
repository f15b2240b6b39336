"""The app in a process of its own, as `streamlit run` serves it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest
import requests

from tests.conftest import ROOT
from tests.field import front

PAGE = "streamlit_app.py"
ELSEWHERE = "visitor.example"  # the page's host, for a browser on another machine


class Apps:
    """Apps on ports of their own, started as `streamlit run` does.

    With a `front` visitors have them through it, without one directly. What they log goes to a
    file, or else to where this process writes its own.
    """

    def __init__(self, in_front: front.Front | None = None, log: IO[bytes] | None = None) -> None:
        self._front = in_front
        self._log = log
        self._running: dict[str, _App] = {}

    def __call__(
        self, page: str = PAGE, *, tls: bool = False, root: Path = ROOT, **settings: str
    ) -> str:
        """Starts an app with these settings, and returns its address."""
        if self._front is None:
            return self.directly(page, **settings)
        url = self._front.take(tls=tls)
        port = int(url.rsplit(":", 1)[1])
        return self._start(url, _App(page, front.APPS, port, settings, root))

    def directly(self, page: str = PAGE, **settings: str) -> str:
        """Starts an app that nothing stands in front of, and returns its address."""
        port = free_port()
        scheme = "https" if "STREAMLIT_SERVER_SSL_CERT_FILE" in settings else "http"
        app = _App(page, "127.0.0.1", port, settings)
        return self._start(f"{scheme}://localhost:{port}", app)

    def restart(self, url: str, root: Path = ROOT) -> None:
        """Ends an app and starts it anew at the same address, of what is in the folder `root`."""
        app = self._running.pop(url)
        app.process.terminate()
        app.process.wait(timeout=60)
        app.root = root
        self._start(url, app)

    def kill(self, url: str) -> None:
        """Ends an app as a crash does; `restart` brings it back."""
        process = self._running[url].process
        process.kill()
        process.wait(timeout=60)

    def stop(self) -> None:
        """Ends all of them, at once."""
        for app in self._running.values():
            app.process.kill()
        for url, app in self._running.items():
            app.process.wait(timeout=60)
            if self._front and app.address == front.APPS:
                self._front.give_back(url)
        self._running.clear()

    def _start(self, url: str, app: _App) -> str:
        app.start(self._log)
        self._running[url] = app
        certificate = app.settings.get("STREAMLIT_SERVER_SSL_CERT_FILE")
        wait_for(f"{app.url}/_stcore/health", app.process, certificate)
        return url


@dataclass
class _App:
    """An app and where it listens."""

    page: str
    address: str
    port: int
    settings: dict[str, str]
    root: Path = ROOT

    def start(self, log: IO[bytes] | None) -> None:
        environ = {k: v for k, v in os.environ.items() if not k.startswith("LIVECHAT_")}
        command = [sys.executable, "-m", "streamlit", "run", self.page]
        options = ["--server.address", self.address, "--server.port", str(self.port)]
        options += ["--server.headless", "true", "--server.fileWatcherType", "none"]
        self.process = subprocess.Popen(
            command + options,
            cwd=self.root,
            env=environ | {"PYTHONPATH": str(self.root)} | self.settings,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )

    @property
    def url(self) -> str:
        has_tls = "STREAMLIT_SERVER_SSL_CERT_FILE" in self.settings
        host = "localhost" if has_tls else self.address
        return f"{'https' if has_tls else 'http'}://{host}:{self.port}"


def copy_sources(root: Path) -> None:
    """Puts the page's sources into another folder, to be changed there."""
    shutil.copy(ROOT / PAGE, root)
    for part in ("livechat", ".streamlit"):
        shutil.copytree(ROOT / part, root / part)


def free_port() -> int:
    """A port of this machine's on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], certificate: str | None) -> None:
    """Waits until a server answers; `certificate` is a file with its own."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the app has stopped"
        try:
            if requests.get(url, timeout=5, verify=certificate or True).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    pytest.fail("the app did not start within a minute")
