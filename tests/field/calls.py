"""Whom an app calls: each address that its process connects to, or asks the name service for."""

from __future__ import annotations

from pathlib import Path


class Calls:
    """The calls of an app's process, which is started with `settings`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "calls"
        self._file.touch()
        scripts = str(Path(__file__).with_name("app_calls"))
        self.settings = {"PYTHONPATH": scripts, "FIELD_CALLS": str(self._file)}

    @property
    def made(self) -> set[str]:
        """Host and port of each so far, as the app wrote them."""
        return set(self._file.read_text(encoding="utf-8").split())
