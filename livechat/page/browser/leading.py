"""Leads to a message: the browser scrolls to it, and shows which one it is.

The script is sent with the keeper's (`keeper.py`), and so is what it is told.
"""

from __future__ import annotations

import streamlit as st

from livechat.chat import keys


def anchor(event_id: str) -> str:
    """What the browser knows the message of an event by."""
    return f"event-{keys.part(event_id)}"


def lead_to(event_id: str, wanted: str) -> None:
    """Has the next run of the page lead to what is `wanted`, folded, in an event's message."""
    before = st.session_state.get("leads_to")
    times = before["times"] + 1 if before else 1
    st.session_state.leads_to = {"id": anchor(event_id), "wanted": wanted, "times": times}


def told() -> dict[str, object] | None:
    """What the script is told: where to, and how often it was asked for.

    Each run of the page tells it, since what one tells may be lost with it.
    """
    leads_to: dict[str, object] | None = st.session_state.get("leads_to")
    return leads_to
