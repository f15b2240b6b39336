"""The foot of the page: what is going on, and what one can do about the chat."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from livechat.conversation import Conversation, Problem, State
from livechat.page import text, words
from livechat.visit import Glance, Visit


def draw(visit: Visit, glance: Glance, foot: DeltaGenerator) -> None:
    """Draws into `foot`, which stays in sight whatever the transcript does."""
    with foot:
        _trouble(glance)
        with st.container(
            horizontal=True,
            wrap=False,
            horizontal_alignment="distribute",
            vertical_alignment="center",
            key="row",
        ):
            st.html(text.status_line(_status(glance)))
            st.button(
                words.END,
                key="end",
                disabled=not _can_end(glance),
                on_click=visit.end,
            )
            st.menu_button(words.MENU, [words.FORGET], key="menu", type="tertiary", on_click=_ask)
    if st.session_state.get("asking"):
        _forget(visit)


def _can_end(glance: Glance) -> bool:
    # A ban closes the chat (8.4), and nothing tells a banned customer so but the ban.
    active = glance.conversation.state is State.ACTIVE
    return active and not glance.ending and glance.problem is not Problem.BANNED


def _ask() -> None:
    # Kept, since each rerun of the page would close a dialog that is not drawn again.
    st.session_state.asking = True


def _asked() -> None:
    st.session_state.asking = False


@st.dialog(words.FORGET, on_dismiss=_asked)
def _forget(visit: Visit) -> None:
    st.write(words.FORGET_ASK)
    with st.container(horizontal=True, horizontal_alignment="right"):
        cancelled = st.button(words.FORGET_NOT, on_click=_asked)
        if st.button(words.FORGET_DO, type="primary", on_click=_asked):
            visit.forget()
            st.rerun()
    if cancelled:
        st.rerun()


def _trouble(glance: Glance) -> None:
    if glance.problem:
        st.error(f"{words.TROUBLE[glance.problem]} {glance.advice}", icon=":material/block:")
    elif glance.end_refused:
        st.warning(words.NOT_ENDED, icon=":material/error:")
    elif glance.out_of_touch:
        st.warning(words.OUT_OF_TOUCH, icon=":material/cloud_off:")


def _status(glance: Glance) -> str:
    conversation = glance.conversation
    if glance.problem:
        return ""
    if glance.ending:
        return words.ENDING
    match conversation.state:
        case State.UNKNOWN:
            return words.CONNECTING
        case State.NONE:
            return words.READY
        case State.CLOSED:
            return words.CLOSED
        case State.ACTIVE:
            return _company(conversation)


def _company(conversation: Conversation) -> str:
    if queue := conversation.queue:
        minutes = -(-queue.wait_time // 60) if queue.wait_time else None
        sentence = words.QUEUED_FOR if minutes else words.QUEUED
        return sentence.format(position=queue.position, minutes=minutes)
    if not conversation.agents_present:
        return words.WAITING_FOR_AGENT
    names = ", ".join(user.name or words.AGENT for user in conversation.agents_present)
    return words.WITH_AGENT.format(names=names)
