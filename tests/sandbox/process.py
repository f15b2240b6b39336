"""A sandbox in a process of its own, which can be killed and started again at its address."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import requests

from tests.conftest import ROOT

_SETTINGS = 5  # lines, once connections are accepted


class Process:
    """One that keeps what it knows in `file`, and whose agent does not answer by itself."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._port = 0
        self.start()

    def start(self, *options: str) -> None:
        command = [sys.executable, "-m", "livechat.sandbox", "--no-bot"]
        command += ["--port", str(self._port), "--state", str(self._file), *options]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        lines = [self.process.stdout.readline().strip() for _ in range(_SETTINGS)]
        self.settings = dict(line.split("=", 1) for line in lines)
        self.url = self.settings["LIVECHAT_API_URL"]
        self._port = int(self.url.rsplit(":", 1)[1])

    def ask_as_agent(self, action: str, payload: object) -> requests.Response:
        """Asks the Agent API."""
        token = self.settings["LIVECHAT_AGENT_TOKEN"]
        url = f"{self.url}/v3.6/agent/action/{action}"
        return requests.post(url, json=payload, headers={"Authorization": f"Bearer {token}"})

    def kill(self) -> None:
        """Ends it as a crash does."""
        self.process.kill()
        self.process.communicate()


class Customer:
    """A customer of such a sandbox, with a chat."""

    def __init__(self, process: Process) -> None:
        self._process = process
        settings = process.settings
        self._query = {"organization_id": settings["LIVECHAT_ORGANIZATION_ID"]}
        grant = {
            "grant_type": "cookie",
            "client_id": settings["LIVECHAT_CLIENT_ID"],
            "response_type": "token",
            "redirect_uri": process.url,
            **self._query,
        }
        granted = requests.post(f"{process.url}/v2/customer/token", json=grant).json()
        self._headers = {"Authorization": f"Bearer {granted['access_token']}"}
        self._http = requests.Session()
        self.chat_id = self.ask("start_chat", {}).json()["chat_id"]

    def ask(self, action: str, payload: object) -> requests.Response:
        url = f"{self._process.url}/v3.6/customer/action/{action}"
        return self._http.post(url, json=payload, params=self._query, headers=self._headers)

    def say(self, text: str) -> requests.Response:
        event = {"type": "message", "text": text}
        return self.ask("send_event", {"chat_id": self.chat_id, "event": event})
