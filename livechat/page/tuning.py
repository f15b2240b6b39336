"""How Python and Streamlit are set for a process that serves hundreds of visitors, and its log."""

from __future__ import annotations

import gc
import sys

from streamlit import config

from livechat.page import log


def tune() -> None:
    """Sets it for the whole process; once more changes nothing."""
    # Each run of Streamlit's leaves some 140 objects in cycles, a third of which live until the
    # tab's next poll. By Python's 700 they all grow old, and the whole process stands still while
    # they are looked for: with hundreds of chats half a second at a time.
    gc.set_threshold(20_000)

    # One thread of Streamlit's sends and receives for all visitors, and waits for those that run
    # pages: with 600 polling chats 2.7 s in all by Python's 5 ms, 0.2 s by half a millisecond (95
    # of 100).
    sys.setswitchinterval(0.0005)  # seconds

    # Streamlit (1.67) offers whoever comes from this machine, and so all visitors of a proxy on it,
    # to write files for developers next to the page; but not here.
    config.set_option("server.headless", True)
    log.begin()
