"""What reaches the log, and at which level: as Streamlit's own lines do, as of `logger.level`.

No line of any library tells anything of a visitor, whatever the level. What an exception says may
be their words: a fault is told where it is and of which type. What Streamlit fills into the lines
of its `debug` may be anything. And the ID of a session, by which Streamlit lets somebody back in
(`reconnecting.py`), is in several.

A fault would also be told by every poll of every page, so each is told once an hour.
"""

from __future__ import annotations

import logging
import re
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from functools import cache

import streamlit as st
from streamlit.logger import get_logger

from livechat.api.rarely import HOUR, Rarely

_log = logging.getLogger("livechat")

_FILLED_IN = re.compile(r"%%|%[-#0 +]*+[\d*]*+(?:\.[\d*]++)?[a-zA-Z]")
# Of a session of Streamlit's, of which it also tells the first part alone, or of what one has.
_ID = re.compile(r"\b(?:[0-9a-f]{8}(?:(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?|[0-9a-f]{32,})\b")
_LEFT_OUT = "…"


def _without_words(record: logging.LogRecord) -> logging.LogRecord:
    """The record, of whichever library, without anything of a visitor's."""
    error = record.exc_info and record.exc_info[1]
    if error:
        frames = traceback.extract_tb(error.__traceback__)
        record.exc_text = f"{_type(error)}, at\n{''.join(traceback.format_list(frames))}".rstrip()
    if not isinstance(record.name, str) or record.name.partition(".")[0] == "livechat":
        return record  # one without a name is yet to be filled, as by `logging.makeLogRecord`
    if not isinstance(record.msg, str):
        record.msg, record.args = _type(record.msg), ()
    elif record.levelno < logging.INFO:
        record.msg, record.args = _FILLED_IN.sub(_blank, record.msg), ()
    else:
        if isinstance(record.args, tuple):  # as they are, if they may: uvicorn has use for them
            record.args = tuple(map(_harmless, record.args))
        elif isinstance(record.args, Mapping):
            record.args = {name: _harmless(of) for name, of in record.args.items()}
        try:
            said = record.getMessage()
        except Exception:  # what is filled in does not fit, which is no fault of ours
            record.msg, record.args = _ID.sub(_LEFT_OUT, record.msg), ()
            return record
        # Of a task that nobody waits for asyncio tells the fault, in full, in the next line.
        told = _ID.sub(_LEFT_OUT, said.partition("\n")[0] if error else said)
        if told != said:
            record.msg, record.args = told, ()
    return record


def _harmless(filled_in: object) -> object:
    if isinstance(filled_in, BaseException):
        return _type(filled_in)
    return _ID.sub(_LEFT_OUT, filled_in) if isinstance(filled_in, str) else filled_in


def _blank(found: re.Match[str]) -> str:
    return "%" if found[0] == "%%" else _LEFT_OUT


def _type(of: object) -> str:
    return type(of).__qualname__


class _Faults(logging.Filter):
    """Passes each fault on once an hour."""

    def __init__(self) -> None:
        super().__init__()
        self._rarely = Rarely(HOUR)

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info and record.exc_info[1]
        if not error:
            return True
        frames = traceback.extract_tb(error.__traceback__)
        place = frames and (frames[-1].filename, frames[-1].lineno)
        return self._rarely.may_say((type(error), place), time.monotonic())


_faults = _Faults()
_beginning = threading.Lock()


def begin() -> None:
    """Sets this for the whole process; once more changes nothing."""
    with _beginning:  # of two visitors at once, each would have all that follows written once more
        _leave_words_out()
        # Where `rich` is installed, Streamlit would have it write faults past the log.
        st.set_option("logger.enableRich", False)
        for name in ("livechat", "streamlit.error_util"):
            get_logger(name).addFilter(_faults)
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _has_failed


@cache
def _leave_words_out() -> None:
    made: Callable[..., logging.LogRecord] = logging.getLogRecordFactory()
    logging.setLogRecordFactory(lambda *args, **more: _without_words(made(*args, **more)))


def _has_failed(thread: threading.ExceptHookArgs) -> None:
    if thread.exc_value and not isinstance(thread.exc_value, SystemExit):
        _log.error("A thread of the page has failed", exc_info=thread.exc_value)
