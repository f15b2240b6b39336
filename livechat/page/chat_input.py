"""The input: what the visitor writes and attaches.

It is taken in a callback, since a run that a later message interrupts may never come to its first
line. A session that begins with a message, because the app was restarted under an open page, has no
callback yet: there the value is taken.
"""

from __future__ import annotations

import streamlit as st
from streamlit.typing import ChatInputValue

from livechat.chat.attachment import MAX_BYTES
from livechat.page import words
from livechat.page.entries.files import attachments
from livechat.visit import Visit


def draw(visit: Visit) -> None:
    """Draws the input, which Streamlit pins to the bottom of the page, and takes what is typed."""
    # What may be attached never changes: another widget would lose what is being typed.
    typed = st.chat_input(
        words.say(words.WRITE, visit.company),
        key="typed",
        accept_file="multiple",
        max_upload_size=MAX_BYTES // 1024**2,
        on_submit=_hear,
        args=(visit,),
    )
    if not st.session_state.pop("heard", False) and typed:
        _say(visit, typed)


def _hear(visit: Visit) -> None:
    _say(visit, st.session_state.typed)
    st.session_state.heard = True


def _say(visit: Visit, typed: ChatInputValue) -> None:
    visit.say(typed.text, attachments(typed.files))
    visit.work_in_background()
