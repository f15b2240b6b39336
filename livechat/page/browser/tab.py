"""What only the browser knows: whether the page is on the screen, and what is read there.

A component of Streamlit's that draws nothing. Its script tells when the page goes off the screen,
behind another tab, and comes back. And it keeps what the visitor reads in its place while earlier
messages are inserted above.

When another tab of the browser has the visitor forgotten, nothing of the page is shown or kept any
more, whether or not the app can be reached, which is told so.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from livechat.page import words
from livechat.page.browser.identity_cookie import FORGOTTEN, KEYS, name
from livechat.visit import Visit

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

# One for all of this: each component costs every poll half a millisecond, drawn or not.
_tab = st.components.v2.component("livechat.tab", js=_SCRIPT)


# A fragment, so that the page is not drawn because it goes off the screen.
@st.fragment
def draw(visit: Visit) -> None:
    """Notes whether the page is on the screen, which it is unless the browser says otherwise.

    Back on the screen the page is drawn, if there is news, and then marked as seen.
    """
    told = _tab(
        key="tab",
        data={
            "visit": visit.id,
            "forgotten": FORGOTTEN,
            "says": words.FORGOTTEN,
            "keys": KEYS,
            "sent": name() if visit.who.was_sent else None,
        },
        default={"on_screen": True, "forgotten": None},
        on_on_screen_change=lambda: None,
        on_forgotten_change=lambda: None,
    )
    forget_if_told(visit)
    came_back = told.on_screen and not visit.on_screen
    visit.on_screen = bool(told.on_screen)
    if visit.is_torn() or (came_back and visit.needs_drawing):
        st.rerun()


def forget_if_told(visit: Visit) -> None:
    """Forgets the visitor whom another tab of the browser has forgotten."""
    told = st.session_state.get("tab")
    if told and told.get("forgotten") == visit.id:
        visit.forget(is_told=True)
        st.rerun()
