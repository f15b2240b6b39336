"""The sandbox in a process of its own, which also says what it was asked for.

``python -m livechat.sandbox`` would serve the same, but keeps its records to itself; served by a
thread of the benchmark it would contend with the load generator for the interpreter's lock, and
its CPU time could not be told apart. So: a process, which prints its settings as a line of JSON,
and for each line that it reads another one with all that it has answered so far.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter

from livechat.sandbox import Sandbox, start

_COUNT_EVERY = 1.0  # seconds; the sandbox keeps a limited number of records


class Tally:
    """Counts the sandbox's records, and drops them.

    Only what a customer asks for: neither the agents' requests nor the pings of the real-time API,
    which keep a connection alive.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        """Counts from now on, in a thread."""
        self._sandbox = sandbox
        self._requests: Counter[str] = Counter()
        self._bytes = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._keep_counting, daemon=True).start()

    def _keep_counting(self) -> None:
        while True:
            time.sleep(_COUNT_EVERY)
            self.total()

    def total(self) -> dict[str, object]:
        """All answers since the start: how many of each action, and the bytes of the Web API's."""
        with self._lock:
            while self._sandbox.requests:
                record = self._sandbox.requests.popleft()
                if record.api == "rtm" and record.action != "ping":
                    self._requests[f"rtm {record.action}"] += 1
                elif record.api in ("customer", "accounts"):
                    self._requests[record.action] += 1
                    self._bytes += record.bytes_out
            return {"requests": dict(self._requests), "bytes": self._bytes}


def main() -> None:
    """Serves until the standard input is closed."""
    sandbox = start(bot=False)
    tally = Tally(sandbox)
    print(json.dumps(sandbox.settings()), flush=True)
    for _ in sys.stdin:
        print(json.dumps(tally.total()), flush=True)
    sandbox.stop()


if __name__ == "__main__":
    main()
