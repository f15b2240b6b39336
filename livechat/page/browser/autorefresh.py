"""The poll: a fragment that draws nothing, and has the page drawn only if something changed."""

from __future__ import annotations

import gc
import sys

import streamlit as st
from streamlit_autorefresh import st_autorefresh

from livechat.page import dialogs
from livechat.visit.visit import Visit

# Each run of Streamlit's leaves some 140 objects in cycles, a third of which live until the tab's
# next poll. By Python's 700 they all grow old, and the whole process stands still while they are
# looked for: with hundreds of chats half a second at a time.
gc.set_threshold(20_000)

# One thread of Streamlit's sends and receives for all visitors, and waits for those that run pages:
# with 600 polling chats 2.7 s in all by Python's 5 ms, 0.2 s by half a millisecond (95 of 100).
sys.setswitchinterval(0.0005)  # seconds


# The poll is st_autorefresh's. That the fragment also runs by itself, once an hour, has the browser
# ask for the whole page when it finds the app restarted; the new app knows no fragment to poll.
@st.fragment(run_every="1h")
def poll(visit: Visit) -> None:
    """Does what is due for the visit, at each tick and at the end of each run of the page.

    At the end, so that all that the visitor did is on the screen before any request.
    """
    # Without debounce=False each rerun would restart the interval, and a busy visitor never poll.
    tick = st_autorefresh(interval=int(visit.pace * 1000), debounce=False, key="heartbeat")
    work(visit, tick)


def work(visit: Visit, tick: int | None = None) -> None:
    """Does what is due, and has the page drawn if that changed something; `tick` is the poll's."""
    is_torn = visit.is_torn()
    visit.work(tick)
    if (visit.needs_drawing or is_torn) and not dialogs.is_disturbed(visit):
        st.rerun()
