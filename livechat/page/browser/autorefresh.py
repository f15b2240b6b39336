"""The poll: a fragment that draws nothing, and has the page drawn only if something changed."""

from __future__ import annotations

import streamlit as st
from streamlit_autorefresh import st_autorefresh

from livechat.chat import pushes
from livechat.page import dialogs
from livechat.page.browser import identity_cookie, tab, who
from livechat.visit import Visit


# The poll is st_autorefresh's. That the fragment also runs by itself, once an hour, has the browser
# ask for the whole page when it finds the app restarted; the new app knows no fragment to poll.
@st.fragment(run_every="1h")
def poll(visit: Visit) -> None:
    """Does what is due for the visit, at each tick and at the end of each run of the page.

    At the end, so that all that the visitor did is on the screen before any request.
    """
    # Without debounce=False each rerun would restart the interval, and a busy visitor never poll.
    # Streamlit drops what comes for a fragment that is just being drawn anew: it is heard here.
    tab.forget_if_told(visit)
    who.hear(visit)
    tick = st_autorefresh(interval=int(visit.pace * 1000), debounce=False, key="poll")
    work(visit, tick)


def hear_pushes(visit: Visit) -> bool:
    """Hears what the browser says of LiveChat's pushes; returns whether it has not said so before.

    What two components tell at the same moment Streamlit sends as one, for one of their fragments.
    """
    told = st.session_state.get("push")
    return told is not None and visit.told(pushes.parse(told.get("told")))


def work(visit: Visit, tick: int | None = None) -> None:
    """Does what is due, and has the page drawn if that changed something; `tick` is the poll's.

    The browser keeps who the visitor is before LiveChat is asked for more: the tab may be closed.
    """
    hear_pushes(visit)
    is_torn = visit.is_torn()
    visit.work(tick, when_known=lambda: identity_cookie.write(visit, visit.glance()))
    if (visit.needs_drawing or is_torn) and not dialogs.is_disturbed(visit):
        st.rerun()
