"""``python -m livechat.sandbox``: serve until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
from pathlib import Path

from . import start
from .web.faults import WAYS, deviation
from .world.regions import FIRST, KNOWN
from .world.state_file import Unusable
from .world.versions import SERVED

_ALL = 1_000_000_000  # requests


def _fault(text: str) -> tuple[str, str]:
    action, _, error = text.partition("=")
    if not action or not error:
        raise argparse.ArgumentTypeError("expected ACTION=ERROR")
    return action, error


def _deviation(text: str) -> tuple[str, str, str]:
    action, _, rest = text.partition("=")
    how, _, path = rest.partition(":")
    if not action or how not in WAYS or not path:
        raise argparse.ArgumentTypeError(f"expected ACTION={'|'.join(WAYS)}:FIELD")
    return action, how, path


def main() -> int:
    """Print the settings, one ``KEY=VALUE`` a line, once connections are accepted; then serve."""
    parser = argparse.ArgumentParser(
        prog="python -m livechat.sandbox", description="A local stand-in for LiveChat."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8900, help="port to listen on, 0: a free one")
    parser.add_argument("--no-bot", action="store_true", help="let no scripted agent answer")
    parser.add_argument(
        "--region",
        choices=KNOWN,
        help=f"the region in which it is (default: {FIRST}, or as in the file of --state)",
    )
    parser.add_argument(
        "--refuse-version",
        choices=SERVED,
        action="append",
        default=[],
        help="a version of the API that is shut down",
    )
    parser.add_argument(
        "--fault",
        metavar="ACTION=ERROR",
        type=_fault,
        action="append",
        default=[],
        help="the next request of this action is refused so: customer/send_event=internal",
    )
    parser.add_argument(
        "--deviate",
        metavar="ACTION=HOW:FIELD",
        type=_deviation,
        action="append",
        default=[],
        help="all answers to this action lack, gain or change a field (one for each action): "
        "customer/list_chats=lacks:chats_summary[].active",
    )
    parser.add_argument(
        "--state",
        metavar="FILE",
        type=Path,
        help="keep all that happens in this file, and go on with what is in it",
    )
    options = parser.parse_args()
    try:
        sandbox = start(
            options.host,
            options.port,
            bot=not options.no_bot,
            region=options.region or FIRST,
            refused_versions=options.refuse_version,
            state_file=options.state,
        )
    except Unusable as error:
        print(error, file=sys.stderr)
        return 1
    except (OSError, OverflowError) as error:
        print(f"Cannot listen on {options.host}:{options.port}: {error}", file=sys.stderr)
        return 1
    # As they are asked for now, whatever a file of --state says.
    sandbox.default.region = options.region or sandbox.default.region
    sandbox.default.refused_versions |= set(options.refuse_version)
    for action, kind in options.fault:
        sandbox.faults.add(action, error=kind)
    for action, how, path in options.deviate:
        sandbox.faults.add(action, times=_ALL, rewrite=deviation(how, path))
    with contextlib.suppress(KeyboardInterrupt):
        for name, value in sandbox.settings().items():
            print(f"{name}={value}", flush=True)
        threading.Event().wait()
    sandbox.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
