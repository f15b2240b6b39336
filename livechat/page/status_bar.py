"""The foot of the page: what is going on, and what one can do about the chat."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from livechat.chat.conversation import State
from livechat.chat.outgoing import Problem
from livechat.page import authors, dialogs, safe_text, words
from livechat.visit import Glance, Visit

_MOST_NAMES = 3  # in the one line


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
            st.html(safe_text.status_line(_status(glance)))
            st.button(
                safe_text.label(words.say("end")),
                key="end",
                type="tertiary",
                disabled=not _can_end(glance),
                on_click=visit.end,
            )
            st.menu_button(
                words.say("menu"),
                dialogs.entries(glance),
                key="menu",
                type="tertiary",
                on_click=dialogs.open_chosen,
                args=("menu",),
                format_func=dialogs.labelled,
            )
    dialogs.draw(visit, glance)


def _can_end(glance: Glance) -> bool:
    # A ban closes the chat (8.4), and nothing tells a banned customer so but the ban.
    active = glance.conversation.state is State.ACTIVE
    return active and not glance.ending and glance.problem is not Problem.BANNED


def _trouble(glance: Glance) -> None:
    if glance.problem:
        said = [words.say("trouble", of=glance.problem)]
        if glance.advice:
            said.append(words.say("for_operator"))
        st.error(" ".join(said), icon=":material/block:")
        if glance.advice:
            st.html(safe_text.for_operator([glance.advice]))
    elif glance.end_refused:
        st.warning(words.say("not_ended"), icon=":material/error:")
    elif glance.refused and words.has("refused", glance.refused):
        st.warning(words.say("refused", of=glance.refused), icon=":material/error:")
    elif glance.out_of_touch:
        st.warning(words.say("out_of_touch"), icon=":material/cloud_off:")
    elif glance.too_fast:
        st.info(words.say("too_fast"), icon=":material/speed:")


def _status(glance: Glance) -> str:
    conversation = glance.conversation
    if glance.problem:
        return ""
    if glance.out_of_touch:
        return words.say("out_of_touch_now")
    if glance.ending:
        return words.say("ending")
    match conversation.state:
        case State.UNKNOWN:
            return words.say("connecting")
        case State.ACTIVE:
            return _who_answers(glance)
        case _ if _is_away(glance):
            return words.say("away")
        case State.NONE:
            return words.say("ready")
        case State.CLOSED:
            return words.say("closed")


def _who_answers(glance: Glance) -> str:
    conversation = glance.conversation
    if not conversation.agents.present:
        if _is_away(glance):
            return words.say("away_noted")
        return words.say("waiting_for_agent")
    present = [safe_text.isolated(authors.name(user)) for user in conversation.agents.present]
    names = words.say("list_separator").join(present[:_MOST_NAMES])
    if others := present[_MOST_NAMES:]:
        names = words.say("and_others", names=names, count=len(others))
    return words.say("with_agent", names=names)


def _is_away(glance: Glance) -> bool:
    return glance.company is not None and not glance.company.online
