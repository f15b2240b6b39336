"""How good a chat was, in the visitor's opinion (3.5)."""

from __future__ import annotations

import streamlit as st

from livechat.api.structures.forms import Rating
from livechat.page import safe_text, words
from livechat.page.browser import keeper
from livechat.page.guard import guarded
from livechat.visit import Errand, Glance, Visit


@guarded("rating")
def draw_card(visit: Visit, glance: Glance, key: str, thread_id: str | None) -> None:
    """Draws what rates a thread until that is done, then thanks for it; the menu can change it."""
    given = glance.conversation.rating_of(thread_id)
    is_done = given and (given.comment or st.session_state.get(_sent(key)))
    if is_done and glance.refused is not Errand.RATE:
        st.html(safe_text.status_line(words.say("rated_thanks")))
    else:
        draw(visit, glance, key, thread_id)


@guarded("rating")
def draw(visit: Visit, glance: Glance, key: str, thread_id: str | None) -> None:
    """Draws what rates a thread, with the rating that it has.

    `key` tells it from another one on the same page, and from one of another thread: Streamlit
    calls what is to be done for a widget that is gone as if it had just been pressed.
    """
    given = glance.conversation.rating_of(thread_id)
    score, comment = f"{key}-score", f"{key}-comment"
    st.html(safe_text.paragraph(words.say("rate_ask")))
    _show(score, given.score if given else None)
    st.feedback("thumbs", key=score, on_change=_rate, args=(visit, score, thread_id))
    if given is None:
        # In a dialog, what is only left out may stay on the screen (`dialogs.py`).
        st.empty()
        st.empty()
        return
    st.html(safe_text.status_line(words.say("rated.good" if given.score else "rated.bad")))
    _show(comment, given.comment)
    with (
        st.form(f"{key}-why", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(words.say("rate_comment"), key=comment)
        st.form_submit_button(
            words.say("submit"), key=f"{key}-send", on_click=_comment, args=(visit, key, thread_id)
        )


def _show(key: str, value: object) -> None:
    # A widget keeps what was chosen, whatever LiveChat has made of it.
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _sent(key: str) -> str:
    return f"{key}-sent"


def _rate(visit: Visit, key: str, thread_id: str | None) -> None:
    score = st.session_state[key]
    before = visit.conversation.rating_of(thread_id)
    comment = before.comment if before else ""
    visit.rate(None if score is None else Rating(score, comment), thread_id)
    visit.work_in_background()


def _comment(visit: Visit, key: str, thread_id: str | None) -> None:
    before = visit.conversation.rating_of(thread_id)
    keeper.form_sent(key)
    st.session_state[_sent(key)] = True
    if before:
        comment = st.session_state[f"{key}-comment"].strip()
        visit.rate(Rating(before.score, comment), thread_id)
        visit.work_in_background()
