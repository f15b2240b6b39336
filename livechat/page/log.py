"""What reaches the log, and at which level: as Streamlit's own lines do, as of `logger.level`.

A fault of this code would be told with what the exception says, which may be a visitor's words, and
by every poll of every page. So it is told where it is and of which type, once an hour.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback

import streamlit as st
from streamlit.logger import get_logger

from livechat.api.rarely import HOUR, Rarely

_log = logging.getLogger("livechat")


class _Faults(logging.Filter):
    """Passes each fault on once an hour, and without its words but to developers."""

    def __init__(self) -> None:
        super().__init__()
        self._rarely = Rarely(HOUR)

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info and record.exc_info[1]
        if not error:
            return True
        frames = traceback.extract_tb(error.__traceback__)
        place = frames and (frames[-1].filename, frames[-1].lineno)
        if not _log.isEnabledFor(logging.DEBUG):
            name = type(error).__qualname__
            record.exc_text = f"{name}, at\n{''.join(traceback.format_list(frames))}".rstrip()
        return self._rarely.may_say((type(error), place), time.monotonic())


_faults = _Faults()
_beginning = threading.Lock()


def begin() -> None:
    """Sets this for the whole process; once more changes nothing."""
    with _beginning:  # of two visitors at once, each would have all that follows written once more
        # Where `rich` is installed, Streamlit would have it write faults past the log.
        st.set_option("logger.enableRich", False)
        for name in ("livechat", "streamlit.error_util"):
            get_logger(name).addFilter(_faults)
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _has_failed


def _has_failed(thread: threading.ExceptHookArgs) -> None:
    if thread.exc_value and not isinstance(thread.exc_value, SystemExit):
        _log.error("A thread of the page has failed", exc_info=thread.exc_value)
