"""How good a chat was, in the visitor's opinion (3.5)."""

from __future__ import annotations

import streamlit as st

from livechat.api.structures.forms import Rating
from livechat.page import safe_text, words
from livechat.page.browser import keeper
from livechat.page.guard import guarded
from livechat.visit import Glance, Visit


@guarded("rating")
def draw(visit: Visit, glance: Glance, key: str) -> None:
    """Draws what rates the newest thread, with the rating that it has.

    `key` tells it from another one on the same page.
    """
    given = glance.conversation.rating
    key = f"{key}-{glance.conversation.thread_id}"
    score, comment = f"{key}-score", f"{key}-comment"
    st.html(safe_text.paragraph(words.say(words.RATE_ASK, glance.company)))
    _show(score, given.score if given else None)
    st.feedback("thumbs", key=score, on_change=_rate, args=(visit, score))
    if given is None:
        # In a dialog, what is only left out may stay on the screen (`dialogs.py`).
        st.empty()
        st.empty()
        return
    st.html(safe_text.status_line(words.RATED[given.score]))
    _show(comment, given.comment)
    keeper.form_opened(key)
    with (
        st.form(f"{key}-why", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(words.RATE_COMMENT, key=comment)
        st.form_submit_button(words.SUBMIT, key=f"{key}-send", on_click=_comment, args=(visit, key))


def _show(key: str, value: object) -> None:
    # A widget keeps what was chosen, whatever LiveChat has made of it.
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _rate(visit: Visit, key: str) -> None:
    score = st.session_state[key]
    before = visit.conversation.rating
    comment = before.comment if before else ""
    visit.rate(None if score is None else Rating(score, comment))
    visit.work_in_background()


def _comment(visit: Visit, key: str) -> None:
    before = visit.conversation.rating
    keeper.form_sent(key)
    if before:
        visit.rate(Rating(before.score, st.session_state[f"{key}-comment"].strip()))
        visit.work_in_background()
