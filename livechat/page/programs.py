"""A program at the page in a browser's place, over Streamlit's agent API.

An operator switches that on (`server.enableAgentApi`). Streamlit then runs the page whenever the
program asks for it, and answers with what is drawn; no script runs anywhere. So nobody can be asked
who the visitor is: each session is a customer of its own, at once, known by nothing that a request
holds. And nothing ticks: the program polls by asking for the page.
"""

from __future__ import annotations

import math
import time

import streamlit as st
from streamlit.elements.lib import agent_spec

from livechat.visit import Visit


def is_here() -> bool:
    """Whether a program has the session that runs now, and not a browser."""
    # Streamlit (1.67) has no public word for it.
    return agent_spec.is_recording()


def tick(visit: Visit) -> int:
    """The number of the poll that this run is part of: a new one as often as a page polls."""
    state, now = st.session_state, time.monotonic()
    if now - state.get("ticked_at", -math.inf) >= visit.pace:
        state.ticks, state.ticked_at = state.get("ticks", 0) + 1, now
    return int(state.ticks)
