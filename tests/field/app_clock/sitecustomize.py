"""Python imports this first in an app that runs by a clock of the tests (see `clocks.AppClock`).

`time` is moved for the whole process. `datetime` only in the app's own modules: libraries written
in C take that class for their own.
"""

import datetime
import mmap
import os
import struct
import sys
import time
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

with open(os.environ["FIELD_CLOCK"], "rb") as _file:
    _shared = mmap.mmap(_file.fileno(), 0, access=mmap.ACCESS_READ)

_time, _time_ns, _monotonic = time.time, time.time_ns, time.monotonic


def _ahead() -> float:
    return float(struct.unpack_from("d", _shared)[0])


def _passed() -> float:
    return float(struct.unpack_from("d", _shared, 8)[0])


class _Kind(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime.datetime)


class _Moved(datetime.datetime, metaclass=_Kind):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
        return datetime.datetime.now(tz) + datetime.timedelta(seconds=_ahead())


class _Finder(PathFinder):
    """Finds the app's modules as Python does, and gives them the other `datetime`."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith("livechat."):
            return None
        spec = super().find_spec(fullname, path, target)
        if spec and spec.loader:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                if getattr(module, "datetime", None) is datetime.datetime:
                    module.datetime = _Moved  # type: ignore[attr-defined]

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


time.time = lambda: _time() + _ahead()
time.time_ns = lambda: _time_ns() + int(_ahead() * 1e9)
time.monotonic = lambda: _monotonic() + _passed()
sys.meta_path.insert(0, _Finder)
