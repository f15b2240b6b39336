"""The input: what the visitor writes and attaches.

It is taken in a callback, since a run that a later message interrupts may never come to its first
line. A session that begins with a message, because the app was restarted under an open page, has no
callback yet: there the value is taken.
"""

from __future__ import annotations

import streamlit as st
from streamlit.typing import ChatInputValue

from livechat.chat import submitted
from livechat.chat.attachment import MAX_BYTES
from livechat.page import words
from livechat.page.browser import keeper
from livechat.page.entries.files import attachments
from livechat.visit import Visit


def draw(visit: Visit) -> None:
    """Draws the input, which Streamlit pins to the bottom of the page, and takes what is typed."""
    # Before the input: whatever ends this run, the tab has heard of what a callback has taken.
    with st.bottom.container(gap=None):
        from_tab = keeper.draw(visit, on_submitted=_hear_tab)
    # What may be attached never changes: another widget would lose what is being typed.
    typed = st.chat_input(
        words.say(words.WRITE, visit.company),
        key="typed",
        accept_file="multiple",
        max_upload_size=MAX_BYTES // 1024**2,
        on_submit=_hear,
        args=(visit,),
    )
    if not st.session_state.pop("heard", False):
        _take(visit, from_tab, typed)


def _hear(visit: Visit) -> None:
    _take(visit, keeper.submitted(), st.session_state.typed)
    st.session_state.heard = True


def _hear_tab() -> None:
    # With what is typed it is one message, and `_hear` is called as well. In a session whose first
    # run was ended before the input, nobody knows yet whether something was: `draw` takes it.
    if "typed" in st.session_state and st.session_state.typed is None:
        _take(st.session_state.visit, keeper.submitted(), None)


def _take(visit: Visit, from_tab: object, typed: ChatInputValue | None) -> None:
    text, files = (typed.text, attachments(typed.files)) if typed is not None else (None, [])
    if visit.kept.take(submitted.parse(from_tab), text, files):
        visit.work_in_background()
