"""Leads to a message: the browser scrolls to it, and shows which one it is."""

from __future__ import annotations

import json
from pathlib import Path

import streamlit as st

from livechat.chat import keys

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def anchor(event_id: str) -> str:
    """What the browser knows the message of an event by."""
    return f"event-{keys.part(event_id)}"


def lead_to(event_id: str) -> None:
    """Has the next run of the page lead to the message of an event."""
    _, times = st.session_state.get("leads_to", ("", 0))
    st.session_state.leads_to = event_id, times + 1


def draw() -> None:
    """Draws what leads there, once for each time that it was asked for."""
    if "leads_to" in st.session_state:
        event_id, times = st.session_state.leads_to
        given = json.dumps({"id": anchor(event_id), "times": times})
        st.html(f"<script>{{ {_SCRIPT} leadTo({given}); }}</script>", unsafe_allow_javascript=True)
