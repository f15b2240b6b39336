"""The chat page, from top to bottom: the visit, the input, the transcript, the foot, the poll."""

import streamlit as st

from livechat.page import controls, desk, session, transcript, words
from livechat.page.heartbeat import heartbeat

st.set_page_config(
    page_title=words.TITLE, page_icon=":material/forum:", initial_sidebar_state="collapsed"
)

visit = session.visit()

# Streamlit pins the input to the bottom of the page. Its arguments never change: another widget
# would lose what is being typed.
foot = st.bottom.container(key="foot")
typed = st.chat_input(words.WRITE, key="typed", on_submit=session.hear, args=(visit,))
if typed and visit.is_new:
    visit.say(typed)

glance = visit.glance()
visit.drew(glance)

st.subheader(words.TITLE, anchor=False)
if visit.settings.sandbox:
    st.caption(words.SANDBOX)

if glance.forgotten:
    session.begin_anew(visit)
else:
    transcript.draw(visit, glance)
    controls.draw(visit, glance, foot)
    if visit.settings.sandbox:
        desk.draw(visit)

session.remember(visit)
heartbeat(visit)
