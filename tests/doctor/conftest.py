"""The doctor, run in this process against the sandbox."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from livechat.doctor import command
from livechat.page import sources
from livechat.sandbox import Sandbox
from livechat.settings import Version
from tests.conftest import live


@dataclass(frozen=True)
class Said:
    """What the doctor wrote, and its exit status."""

    status: int
    text: str

    def about(self, name: str, mark: str = "") -> str:
        """What it says of one thing, each time with its mark, in one line."""
        found, inside = [], False
        for line in self.text.splitlines():
            if line[:2] == "  " and line[2:3] != " ":
                inside = line[8:].split("  ")[0].startswith(name) and mark in line[:8]
                if inside:
                    found.append(f"{line[2:8].strip()} {line[8 + len(name) :].strip()}")
            elif inside and line.startswith("   "):
                found[-1] += f" {line.strip()}"
            else:
                inside = False
        return "\n".join(found)


Doctor = Callable[..., Said]


@pytest.fixture
def patient(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Doctor:
    """The doctor for whom nothing is set but what it is given: the environment, and `_secrets`."""
    for name in [name for name in os.environ if name.startswith("LIVECHAT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(sources, "DOTENV", tmp_path / ".env")

    def run(*arguments: str, _secrets: dict[str, Any] | None = None, **settings: str) -> Said:
        monkeypatch.setattr(sources, "secrets", lambda: _secrets or {})
        with monkeypatch.context() as here:
            for name, value in settings.items():
                here.setenv(name, value)
            status = command.main(arguments)
        out, err = capsys.readouterr()
        assert err == ""
        assert all(len(line) <= 80 for line in out.splitlines())
        assert out.isascii()
        return Said(status, out)

    return run


@pytest.fixture
def doctor(patient: Doctor, sandbox: Sandbox, version: Version) -> Doctor:
    """The doctor for whom the sandbox is LiveChat."""

    def run(*arguments: str, **settings: str) -> Said:
        return patient(*arguments, **live(sandbox, **{"LIVECHAT_API_VERSION": version} | settings))

    return run
