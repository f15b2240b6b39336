"""``python -m livechat.sandbox``: serve until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading

from . import start


def main() -> int:
    """Print the settings, one ``KEY=VALUE`` a line, once connections are accepted; then serve."""
    parser = argparse.ArgumentParser(
        prog="python -m livechat.sandbox", description="A local stand-in for LiveChat."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8900, help="port to listen on, 0: a free one")
    parser.add_argument("--no-bot", action="store_true", help="let no scripted agent answer")
    options = parser.parse_args()
    try:
        sandbox = start(options.host, options.port, bot=not options.no_bot)
    except (OSError, OverflowError) as error:
        print(f"Cannot listen on {options.host}:{options.port}: {error}", file=sys.stderr)
        return 1
    with contextlib.suppress(KeyboardInterrupt):
        for name, value in sandbox.settings().items():
            print(f"{name}={value}", flush=True)
        threading.Event().wait()
    sandbox.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
