"""What the visitor is asked below the transcript: forms, and how good the chat was.

What comes now is the visit's decision (`livechat/visit/asking.py`); here it is drawn.
"""

from __future__ import annotations

import streamlit as st

from livechat.api.structures.forms import Form
from livechat.page import form_widgets, rating, safe_text, words
from livechat.visit import Glance, Visit


def draw(visit: Visit, glance: Glance) -> None:
    """Draws what is to be filled in now, if anything, into a place of its own."""
    asks = glance.asks
    with st.container(key="asking"):
        if asks.rating or asks.type == "postchat":
            with st.container():
                if asks.rating:
                    rating.draw(visit, glance, "end")
        if asks.form and asks.is_filled:
            _draw_filled(glance)
        elif asks.form:
            _draw_form(visit, glance, asks.form)


def _draw_filled(glance: Glance) -> None:
    if glance.asks.type == "ticket":
        st.html(safe_text.paragraph(words.say(words.TICKET_LEFT, glance.company)))
    else:
        st.html(safe_text.status_line(words.FORM_FILLED))


def _draw_form(visit: Visit, glance: Glance, form: Form) -> None:
    submit = words.say(words.SUBMIT, glance.company)
    match glance.asks.type:
        case "prechat":
            form_widgets.draw(
                form,
                "prechat",
                submit=words.say(words.START_CHAT, glance.company),
                on_submit=visit.fill_in_first,
                prefill=glance.customer,
            )
            if glance.asks.is_awaited:
                st.info(words.WAITS_FOR_FORM, icon=":material/schedule:")
        case "ticket":
            form_widgets.draw(
                form,
                "ticket",
                submit=submit,
                on_submit=visit.leave_ticket,
                prefill=glance.customer,
            )
        case "postchat":
            form_widgets.draw(
                form,
                f"postchat-{glance.conversation.thread_id}",
                submit=submit,
                on_submit=visit.fill_in_afterwards,
                prefill=glance.customer,
                rated=glance.conversation.rating,
                skip=visit.skip_form,
            )
        case None:
            pass  # there is no form without a type
