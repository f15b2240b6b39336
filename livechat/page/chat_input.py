"""The input: what the visitor writes and attaches.

It is taken in a callback, since a run that a later message interrupts may never come to its first
line. A session that begins with a message, because the app was restarted under an open page, has no
callback yet: there the value is taken.
"""

from __future__ import annotations

import streamlit as st
from streamlit.typing import ChatInputValue

from livechat.chat import submitted
from livechat.page import style, words
from livechat.page.browser import keeper
from livechat.page.entries.files import attachments
from livechat.visit import Visit


def draw(visit: Visit) -> None:
    """Draws the input, which Streamlit pins to the bottom of the page, and takes what is typed."""
    # Before the input: whatever ends this run, the tab has heard of what a callback has taken.
    with style.closed("kept", st.bottom, gap=None):
        from_tab = keeper.draw(visit, on_submitted=_hear_tab)
    # What may be attached never changes: another widget would lose what is being typed. It is all
    # that the app takes, which is more than LiveChat does: that is said in the transcript.
    typed = st.chat_input(
        words.say("write"),
        key="typed",
        accept_file="multiple",
        accept_audio=True,
        on_submit=_hear,
        args=(visit,),
    )
    if not st.session_state.pop("heard", False):
        _take(visit, from_tab, typed)


def write(text: str) -> None:
    """Puts a text into the input, where it can be changed. For a callback."""
    st.session_state.typed = text


def send(visit: Visit, text: str) -> None:
    """A message that the visitor has chosen rather than typed. For a callback."""
    if visit.kept.take((), text):
        visit.work_in_background()


def _hear(visit: Visit) -> None:
    _take(visit, keeper.submitted(), st.session_state.typed)
    st.session_state.heard = True


def _hear_tab() -> None:
    # With what is typed it is one message, and `_hear` is called as well. In a session whose first
    # run was ended before the input, nobody knows yet whether something was: `draw` takes it.
    if "typed" in st.session_state and st.session_state.typed is None:
        _take(st.session_state.visit, keeper.submitted(), None)


def _take(visit: Visit, from_tab: object, typed: ChatInputValue | None) -> None:
    told = submitted.parse(from_tab)
    text, files = None, []
    if typed is not None:
        names = (name for message in told for name in message.files)
        recorded = [typed.audio] if typed.audio else []
        text, files = typed.text, attachments([*typed.files, *recorded], names)
    if visit.kept.take(told, text, files):
        visit.work_in_background()
