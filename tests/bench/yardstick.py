"""How fast this machine is today: a fixed piece of Python, timed.

Machines differ by a third, and so does one from hour to hour. Figures of two runs can be compared
by what this took before each.
"""

from __future__ import annotations

import json
import statistics
import time

_ROUNDS = 7


def print_yardstick() -> None:
    """Times the piece, and prints it."""
    took = statistics.median(_took() for _ in range(_ROUNDS))
    print(f"A fixed piece of Python takes {took * 1000:.0f} ms of CPU here", flush=True)


def _took() -> float:
    began = time.process_time()
    # What the page's time goes into as well: objects, dictionaries, strings.
    for number in range(200):
        rows = [{"id": str(place), "text": "x" * (place % 40)} for place in range(200)]
        ordered = sorted(rows, key=lambda row: (len(row["text"]), row["id"]))
        json.loads(json.dumps({"number": number, "rows": ordered}))
    return time.process_time() - began
