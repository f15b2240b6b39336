"""Python imports this first in an app whose calls are written down (see `calls.Calls`)."""

import os
import sys

_file = open(os.environ["FIELD_CALLS"], "a", buffering=1, encoding="utf-8")  # noqa: SIM115


def _hear(event: str, given: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(given[1], tuple):
        _file.write(f"{given[1][0]}:{given[1][1]}\n")
    elif event == "socket.getaddrinfo":
        _file.write(f"{given[0]}:{given[1]}\n")


sys.addaudithook(_hear)
