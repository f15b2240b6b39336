"""The chat page, from top to bottom: the header, the transcript, the foot, the poll."""

import streamlit as st

from livechat.page import (
    agent_desk,
    asking,
    chat_input,
    header,
    language,
    session,
    status_bar,
    style,
    transcript,
    tuning,
    turns,
    words,
)
from livechat.page.browser import autorefresh, identity_cookie, keeper
from livechat.page.times import here
from livechat.visit import Visit


def page(visit: Visit) -> None:
    """Draws the page of a visit; last comes all that asks LiveChat for something."""
    foot = st.bottom.container(key="foot")
    chat_input.draw(visit)

    visit.zone = here().zone
    visit.language = words.spoken()
    glance = visit.glance()
    header.draw(visit, glance)
    visit.drew(glance)
    with style.closed("conversation"):
        transcript.draw(visit, glance)
        asking.draw(visit, glance)
        # Before the dialogs, which come and go: what is in it keeps its place, and so its nodes.
        end = st.container(gap=None, key="unseen")
    status_bar.draw(visit, glance, foot)
    if visit.settings.sandbox:
        agent_desk.draw(visit)

    with end:
        identity_cookie.write(visit, glance)
        autorefresh.poll(visit)
    visit.completed()


tuning.tune()
with turns.turn():
    # Community Cloud overrides the configuration's file.
    st.set_option("client.showErrorDetails", "none")
    visit = session.visit()
    language.settle(visit)
    style.draw()

    # No `st.stop` here: fragments of the page before would live on, and draw into this one.
    if visit.forgotten:
        header.draw(visit)
        session.begin_anew(visit)
        keeper.forget()
    else:
        page(visit)
