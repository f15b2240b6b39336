"""`streamlit run`, in a process that also says what it holds.

    python -m tests.bench.serving run streamlit_app.py --server.port 8501 ...

For each line that it reads it prints one of JSON, with what is still there: the sessions of
Streamlit and the app's visits, and the process's threads. How much memory they take is seen from
outside, but only what the allocator has: after the line `collect` it has given back all it can.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import sys
import threading
from collections import Counter
from typing import TextIO

from streamlit.web import cli

COLLECT = "collect"

_COUNTED = {"AppSession": "sessions", "Visit": "visits"}


def _held() -> dict[str, int]:
    # All objects, not what Streamlit still lists: what it has lost sight of must count, too.
    classes = Counter(type(thing).__name__ for thing in gc.get_objects())
    held = {name: classes[of_class] for of_class, name in _COUNTED.items()}
    return held | {"threads": threading.active_count()}


def _answer(answers: TextIO) -> None:
    for line in sys.stdin:
        if line.strip() == COLLECT:
            gc.collect()
            ctypes.CDLL(None).malloc_trim(0)
        print(json.dumps(_held()), file=answers, flush=True)


def main() -> None:
    """Serves until it is terminated."""
    # Streamlit and the page print, too.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    threading.Thread(target=_answer, args=(answers,), name="meter", daemon=True).start()
    cli.main(prog_name="streamlit")


if __name__ == "__main__":
    main()
