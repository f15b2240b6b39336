"""The poll: a fragment that draws nothing, and has the page drawn only if something changed.

It also has the browser listen for LiveChat's pushes. What these tell is done like what is due, and
the browser told at once how often to poll from now on.
"""

from __future__ import annotations

import streamlit as st
from streamlit_autorefresh import st_autorefresh

from livechat.page import dialogs, programs, turns
from livechat.page.browser import identity_cookie, push, tab, who
from livechat.visit import Visit


def poll(visit: Visit) -> None:
    """Does what is due for the visit, at the end of the page's run and at each tick or push.

    At the end, so that all that the visitor did is on the screen before any request.
    """
    if programs.is_here():
        turns.give_back()
        visit.work(programs.tick(visit))
        if visit.needs_drawing:
            turns.redraw()
    else:
        _poll(visit)


# The poll is st_autorefresh's. That the fragment also runs by itself, once an hour, has the browser
# ask for the whole page when it finds the app restarted; the new app knows no fragment to poll.
@st.fragment(run_every="1h")
def _poll(visit: Visit) -> None:
    told = push.hear(visit)
    is_torn = visit.is_torn(told.drawn)  # it can be told for a moment only
    with turns.turn(is_fragment=True, is_awaited=visit.conversation.awaits_answer):
        # Streamlit drops what comes for a fragment that is just being drawn anew: it is heard here.
        tab.forget_if_told(visit)
        who.hear(visit)
        with st.container(gap=None):
            push.listen(visit, told)
            interval = int(visit.until_next_poll() * 1000)
            # Without debounce=False each rerun would restart it, and a busy visitor never poll.
            tick = st_autorefresh(interval=interval, debounce=False, key="poll")
            if question := visit.who.question:
                who.ask(visit, question)  # last, since it goes again
        _work(visit, tick, is_torn=is_torn)


def _work(visit: Visit, tick: int, *, is_torn: bool) -> None:
    """Does what is due, and has the page drawn if that changed something; `tick` is the poll's.

    The browser keeps who the visitor is before LiveChat is asked for more: the tab may be closed.
    """
    turns.give_back()
    tab.hear(visit)
    visit.work(tick, when_known=lambda: identity_cookie.write(visit, visit.glance()))
    if not (visit.needs_drawing or is_torn):
        return
    if dialogs.is_disturbed(visit):
        dialogs.tell_news(visit)
    else:
        turns.redraw()
