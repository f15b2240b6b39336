"""What was not delivered, kept by the visitor's browser until it is.

A visit lives in the memory of the app. When the page is reloaded, or the app ends, texts that were
still on their way would be gone: a component of Streamlit's has the tab keep them, and brings them
back to the next visit, which shows them as not delivered unless they have arrived after all.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from livechat.visit import Visit

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

_PLACE = "livechat-undelivered"

_kept = st.components.v2.component("livechat.kept", js=_SCRIPT)


# A fragment, so that the page is not drawn because the browser has put something away.
@st.fragment
def draw(visit: Visit) -> None:
    """Has the browser keep what is not delivered, and takes back what it has kept."""
    told = _kept(
        key="kept",
        data={
            "place": _PLACE,
            "visit": visit.id,
            "customer": visit.conversation.customer_id,
            "messages": visit.undelivered,
            "taken": visit.taken_over,
        },
        default={"found": None},
        on_found_change=lambda: None,
    )
    if told.found and visit.take_over(told.found):
        st.rerun()


def forget() -> None:
    """Has the browser throw away what it keeps."""
    st.html(f'<script>sessionStorage.removeItem("{_PLACE}")</script>', unsafe_allow_javascript=True)
