"""What the visitor is asked below the transcript: forms, and how good the chat was.

What comes now is the visit's decision (`livechat/visit/asking.py`); here it is drawn.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from livechat.api.structures.forms import EMAIL, Answers, Field, Form, given_text
from livechat.page import form_widgets, rating, safe_text, transcript, words
from livechat.visit import Glance, Visit


def draw(visit: Visit, glance: Glance) -> None:
    """Draws what is to be filled in now, if anything, into a place of its own."""
    asks = glance.asks
    with st.container(key="asking", gap=None):
        if asks.rating or asks.type == "postchat":
            with st.container(border=asks.rating, gap="xsmall", key="rating"):
                if asks.rating:
                    rating.draw_card(visit, glance, asks.rating_key, asks.thread_id)
        if asks.type and asks.is_filled:
            _draw_filled(glance)
        elif asks.type == "address":
            _draw_address(visit, glance)
        elif asks.form:
            _draw_form(visit, glance, asks.form)


def _draw_filled(glance: Glance) -> None:
    if glance.asks.type == "ticket":
        st.html(safe_text.paragraph(words.say("ticket_left")))
    elif glance.asks.type == "address":
        st.html(safe_text.status_line(words.say("address_given")))
    else:
        st.html(safe_text.status_line(words.say("form_filled")))


def _draw_address(visit: Visit, glance: Glance) -> None:
    def give(form: Form, answers: Answers) -> None:
        visit.answer_to(given_text(form, answers, EMAIL) or "")

    form_widgets.draw(
        Form("address", (Field(EMAIL, "email", words.say("address_ask"), required=True),)),
        glance.asks.form_key,
        submit=words.say("save"),
        on_submit=give,
        skip=visit.skip_address,
    )


def _draw_form(visit: Visit, glance: Glance, form: Form) -> None:
    key, thread_id = glance.asks.form_key, glance.asks.thread_id
    submit = words.say("submit")
    match glance.asks.type:
        case "prechat":
            form_widgets.draw(
                form,
                key,
                submit=words.say("start_chat"),
                on_submit=visit.fill_in_first,
                prefill=glance.prefill,
            )
            if glance.asks.is_awaited:
                with st.container(key="waiting"):
                    st.info(words.say("waits_for_form"), icon=":material/schedule:")
                    transcript.draw_waiting(visit, glance)
        case "ticket":
            form_widgets.draw(
                form,
                key,
                submit=submit,
                on_submit=visit.leave_ticket,
                prefill=glance.prefill,
            )
        case "postchat":
            form_widgets.draw(
                form,
                key,
                submit=submit,
                on_submit=partial(visit.fill_in_afterwards, thread_id=thread_id),
                prefill=glance.prefill,
                rated=glance.conversation.rating_of(thread_id),
                skip=partial(visit.skip_form, thread_id),
            )
        case "address" | None:
            pass  # LiveChat has no form of that type
