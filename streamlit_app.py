"""The chat page, from top to bottom: the visit, the input, the transcript, the foot, the poll."""

import streamlit as st

from livechat.page import (
    agent_desk,
    asking,
    chat_input,
    session,
    status_bar,
    style,
    transcript,
    tuning,
    words,
)
from livechat.page.browser import autorefresh, identity_cookie, keeper, push, tab, who
from livechat.page.times import here
from livechat.visit import Visit


def page(visit: Visit) -> None:
    """Draws the page of a visit; last comes all that asks LiveChat for something."""
    foot = st.bottom.container(key="foot")
    chat_input.draw(visit)

    visit.zone = here().zone
    glance = visit.glance()
    visit.drew(glance)
    if glance.unseen:
        st.set_page_config(
            page_title=words.TITLE_UNSEEN.format(count=glance.unseen, title=words.TITLE)
        )
    transcript.draw(visit, glance)
    asking.draw(visit, glance)
    # Before the dialogs, which come and go: what is in it keeps its place, and so its nodes.
    end = st.container(gap=None)
    status_bar.draw(visit, glance, foot)
    if visit.settings.sandbox:
        agent_desk.draw(visit)

    with end:
        push.listen(visit, glance)
        identity_cookie.write(visit, glance)
        tab.draw(visit)
        autorefresh.poll(visit)
        if glance.question:  # last, since it goes again
            who.ask(visit, glance.question)
    visit.completed()


tuning.tune()
# Community Cloud overrides the configuration's file.
st.set_option("client.showErrorDetails", "none")
st.set_page_config(
    page_title=words.TITLE, page_icon=":material/forum:", initial_sidebar_state="collapsed"
)

visit = session.visit()

style.draw()
st.subheader(words.TITLE, anchor=False)
if visit.settings.sandbox:
    st.caption(words.SANDBOX)

# No `st.stop` here: fragments of the page before would live on, and draw into this one.
if visit.forgotten:
    session.begin_anew(visit)
    keeper.forget()
else:
    page(visit)
