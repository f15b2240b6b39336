"""The chat page, from top to bottom: the visit, the input, the transcript, the foot, the poll."""

import streamlit as st

from livechat.page import controls, desk, session, transcript, words
from livechat.page.heartbeat import heartbeat

st.set_page_config(
    page_title=words.TITLE, page_icon=":material/forum:", initial_sidebar_state="collapsed"
)

visit = session.visit()

# Streamlit pins this to the bottom of the page. It comes before all else that takes time, since a
# rerun that begins earlier would lose the message; its arguments never change, since another
# widget would lose what is being typed.
foot = st.bottom.container(key="foot")
if typed := st.chat_input(words.WRITE, key="typed"):
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
