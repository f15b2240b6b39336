"""What only the browser knows: whether the page is on the screen, and what is read there.

A script tells when the page goes off the screen, behind another tab, and comes back, and when the
visitor scrolls away from the end of the transcript (`screen.py`): what comes then is not seen. And
it keeps what the visitor reads in its place while earlier messages are inserted above.

When another tab of the browser has the visitor forgotten, nothing of the page is shown or kept any
more, whether or not the app can be reached, which is told so.

It is part of a component that is there anyway (`push.py`): each one costs every poll something, and
each fragment every run of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from livechat.page import turns, words
from livechat.page.browser import together
from livechat.page.browser.identity_cookie import FORGOTTEN, KEYS, name
from livechat.visit import Visit

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

_KEY = "line"  # of the component


def mount(component: Callable[..., object], visit: Visit) -> None:
    """Draws the component with what the script needs to know."""
    component(
        key=_KEY,
        data={
            "visit": visit.id,
            "forgotten": FORGOTTEN,
            "says": words.say("forgotten"),
            "keys": KEYS,
            "sent": name(visit.signed_in) if visit.who.was_sent else None,
        },
        default={"on_screen": True, "at_end": True, "forgotten": None},
        on_on_screen_change=together.heard,
        on_at_end_change=together.heard,
        on_forgotten_change=together.heard,
    )


def hear(visit: Visit) -> None:
    """Notes whether the page is on the screen, which it is unless the browser says otherwise.

    Back on the screen it looks at once, and what is drawn then is marked as seen.
    """
    told = _told()
    on_screen, visit.at_end = bool(told.get("on_screen", True)), bool(told.get("at_end", True))
    if on_screen and not visit.on_screen:
        visit.came_back()
    visit.on_screen = on_screen


def forget_if_told(visit: Visit) -> None:
    """Forgets the visitor whom another tab of the browser has forgotten."""
    if _told().get("forgotten") == visit.id:
        turns.give_back()
        visit.forget(is_told=True)
        st.rerun()


def _told() -> dict[str, Any]:
    return st.session_state.get(_KEY) or {}
