"""The app in a process of its own, as `streamlit run` serves it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from typing import IO

import pytest
import requests

from tests.conftest import ROOT

ELSEWHERE = "visitor.example"  # the page's host, for a browser on another machine


class Apps:
    """Apps on ports of their own, started as `streamlit run` does.

    What they log goes to a file, or else to where this process writes its own.
    """

    def __init__(self, log: IO[bytes] | None = None) -> None:
        self._log = log
        self._running: dict[str, tuple[subprocess.Popen[bytes], dict[str, str]]] = {}

    def __call__(self, **settings: str) -> str:
        """Starts the app with these settings, and returns its address."""
        return self._start(free_port(), settings)

    def restart(self, url: str) -> None:
        """Ends an app and starts it anew at the same address."""
        _, settings = self._running[url]
        self._stop(url)
        self._start(int(url.rsplit(":", 1)[1]), settings)

    def kill(self, url: str) -> None:
        """Ends an app as a crash does; `restart` brings it back."""
        process, _ = self._running[url]
        process.kill()
        process.wait(timeout=60)

    def stop(self) -> None:
        """Ends all of them, at once."""
        for process, _ in self._running.values():
            process.kill()
        for process, _ in self._running.values():
            process.wait(timeout=60)
        self._running.clear()

    def _start(self, port: int, settings: dict[str, str]) -> str:
        environ = {k: v for k, v in os.environ.items() if not k.startswith("LIVECHAT_")}
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
        options = ["--server.port", str(port), "--server.headless", "true"]
        options += ["--server.fileWatcherType", "none"]
        process = subprocess.Popen(
            command + options,
            cwd=ROOT,
            env=environ | settings,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
        )
        certificate = settings.get("STREAMLIT_SERVER_SSL_CERT_FILE")
        url = f"{'https' if certificate else 'http'}://localhost:{port}"
        self._running[url] = process, settings
        wait_for(f"{url}/_stcore/health", process, certificate)
        return url

    def _stop(self, url: str) -> None:
        process, _ = self._running.pop(url)
        process.terminate()
        process.wait(timeout=60)


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
