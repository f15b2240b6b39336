"""The command: its arguments, the order of the report, and its exit status."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import traceback
from collections.abc import Sequence
from urllib.parse import urlsplit

from livechat.doctor import given
from livechat.doctor.checks import AT_HOME, CUSTOMER, Checks
from livechat.doctor.report import Report
from livechat.doctor.witness import Witness
from livechat.page import sources
from livechat.settings import is_web_address
from livechat.settings_code import version

_ABOUT = f"""\
Says whether the chat page is set up right, and what to do where it is not. What it writes holds no
secrets and no texts, and of IDs their ends, so that it may be attached to a bug report. It asks
LiveChat a dozen times, which bills that like what visitors ask, and becomes a new customer, whom
agents may see for a moment as "{CUSTOMER}". The exit status is 0 only if a visitor could chat."""


_MOST_DIFFERENCES = 20  # of one call that are written: an object may come to have values for names


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs it; returns the exit status: 0, 1 for what is wrong, 130 if interrupted."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options.address, chat=options.chat)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Nobody reads on; nor shall Python try to once more as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m livechat", description=_ABOUT)
    parser.add_argument(
        "address",
        nargs="?",
        type=_origin,
        help="the page's address, as the browser shows it, unless LIVECHAT_REDIRECT_URI is set "
        f"(default: {AT_HOME})",
    )
    parser.add_argument(
        "--chat",
        action="store_true",
        help="start a chat as well, write in it and end it: agents see it",
    )
    return parser


def _origin(text: str) -> str:
    if not is_web_address(text):
        raise argparse.ArgumentTypeError("expected an http:// or https:// address")
    parts = urlsplit(text)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _run(origin: str | None, *, chat: bool) -> int:
    report = Report(lambda line: print(line, flush=True))
    python = f"Python {platform.python_version()} on {platform.system()}"
    print(f"Live chat {version()}, Streamlit {sources.STREAMLIT}, {python}", flush=True)
    witness = Witness()
    try:
        settings = given.read(report, sources.DOTENV, sources.secrets)
        if settings:
            uri = settings.redirect_uri or origin or AT_HOME
            Checks(report, settings, uri, witness).run(chat=chat)
            _compare(report, witness)
    except Exception as error:
        # No text of it: that may hold anything.
        report.line(
            "FAIL", "the doctor", f"{type(error).__name__} in {_place(error)}", "Report it."
        )
    could = "could not" if report.failures else "could"
    report.text(f"A visitor {could} chat. {_count(witness.requests, 'request')} to LiveChat.")
    return 1 if report.failures else 0


def _place(error: Exception) -> str:
    """The innermost line of ours that an error has passed."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if f"{os.sep}livechat{os.sep}" in frame.filename]
    return f"{os.path.basename(ours[-1].filename)}:{ours[-1].lineno}"


def _compare(report: Report, witness: Witness) -> None:
    found = witness.differences()
    if not found:
        return
    report.title("Answers, compared to what this page expects")
    for call, differences in found.items():
        for one in differences[:_MOST_DIFFERENCES]:
            report.line("note", call, f"{one.where}: {one.what}")
        if more := len(differences[_MOST_DIFFERENCES:]):
            report.line("note", call, f"and {more} more")
    as_expected = [call for call, differences in found.items() if not differences]
    if as_expected:
        report.line("ok", "as expected", ", ".join(as_expected))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
