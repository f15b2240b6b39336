"""The company's greeting: the first bubble of the conversation, which stays above all that is said.

It is no message of LiveChat's. Whoever has said nothing yet may choose what to begin with. A
greeting that LiveChat shows them, in an agent's name, stands below it, as a message of the
transcript's with a cross.
"""

from __future__ import annotations

import streamlit as st

from livechat.chat.conversation import Conversation, State
from livechat.page import chat_input, header, marks, safe_text, words
from livechat.visit import Glance, Visit


def draw(visit: Visit, glance: Glance) -> None:
    """Draws it into the place above the very first message."""
    settings = visit.settings
    said = settings.greeting or words.say("greeting")
    name = safe_text.name(settings.title or "", words.say("company"))
    with st.container(key="greeting"), st.chat_message(name, avatar=header.face(settings)):
        st.html(safe_text.message(name, said, marks=(marks.FIRST, marks.LAST)))
        if not settings.suggestions:
            return
        if not _is_to_begin(glance):
            st.empty()  # at once in their place: nothing that is read moves later
            return
        with st.container(horizontal=True, gap="xsmall", key="suggestions"):
            for number, question in enumerate(settings.suggestions):
                st.button(
                    safe_text.label(question),
                    key=f"suggestion-{number}",
                    on_click=_ask,
                    args=(visit, question),
                )


def draw_cross(visit: Visit, conversation: Conversation) -> None:
    """Draws what closes LiveChat's greeting, until that is answered."""
    greeted = conversation.greeted
    if greeted and not greeted.is_answered and greeted.greeting.id is not None:
        st.button(
            words.say("no_greeting"),
            key="no-greeting",
            icon=":material/close:",
            type="tertiary",
            on_click=_cancel,
            args=(visit,),
        )
    else:
        st.empty()


def _cancel(visit: Visit) -> None:
    visit.cancel_greeting()
    visit.work_in_background()


def _ask(visit: Visit, question: str) -> None:
    # Who presses twice, before the page has heard of it, has asked once.
    if _is_to_begin(visit.glance()):
        chat_input.send(visit, question)


def _is_to_begin(glance: Glance) -> bool:
    conversation = glance.conversation
    return conversation.state is State.NONE and not conversation.outbox and not glance.problem
