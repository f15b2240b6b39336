"""What the visitor is asked below the transcript: forms, and how good the chat was."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from livechat.api.structures.forms import RATING, FilledForm, Form
from livechat.chat.conversation import State
from livechat.chat.outgoing import Delivery, Problem
from livechat.page import forms, rating, text, words
from livechat.visit.visit import Glance, Visit


def draw(visit: Visit, glance: Glance) -> None:
    """Draws what is to be filled in now, if anything, into a place of its own."""
    with st.container(key="asking"):
        if glance.problem is Problem.BANNED:
            return
        ticket = _ticket(glance)
        if glance.asks_first and (glance.conversation.outbox.next or not ticket):
            _draw_first(visit, glance, glance.asks_first)
        elif ticket:
            _draw_afterwards(visit, glance)
            _draw_ticket(visit, glance, ticket)
        elif glance.has_ended:
            _draw_afterwards(visit, glance)
        elif _is_filled_first(glance):
            st.html(text.status_line(words.FORM_FILLED))


def _draw_first(visit: Visit, glance: Glance, form: Form) -> None:
    forms.draw(
        form,
        "prechat",
        submit=words.say(words.START_CHAT, glance.configuration),
        on_submit=visit.fill_in_first,
        prefill=glance.customer,
    )
    if glance.conversation.outbox.next:
        st.info(words.WAITS_FOR_FORM, icon=":material/schedule:")


def _is_filled_first(glance: Glance) -> bool:
    company, conversation = glance.configuration, glance.conversation
    enabled = company is not None and company.prechat is not None
    return enabled and conversation.state is State.NONE and not conversation.outbox


def _ticket(glance: Glance) -> Form | None:
    """The form for a message to somebody who is not here now, unless something else comes first."""
    company, state = glance.configuration, glance.conversation.state
    idle = state in (State.NONE, State.CLOSED) and not glance.asks_afterwards
    return company.ticket if company and idle and not company.online else None


def _draw_ticket(visit: Visit, glance: Glance, form: Form) -> None:
    if _is_left(glance, form):
        st.html(text.paragraph(words.say(words.TICKET_LEFT, glance.configuration)))
        return
    forms.draw(
        form,
        "ticket",
        submit=words.say(words.SUBMIT, glance.configuration),
        on_submit=visit.leave_ticket,
        prefill=glance.customer,
    )


def _is_left(glance: Glance, form: Form) -> bool:
    """Whether the newest of what the visitor has said is the form, filled in."""
    return next(_said_by_visitor(glance), None) == form.id


def _said_by_visitor(glance: Glance) -> Iterator[str | None]:
    """The ID of the form for each filled one, None for anything else; the newest one first."""
    conversation = glance.conversation
    for message in reversed(conversation.outbox):
        if message.delivery is not Delivery.FAILED:
            yield message.content.get("form_id")
    for event in reversed(conversation.transcript.timeline):
        if event.author_id == conversation.customer_id:
            yield event.body.form_id if isinstance(event.body, FilledForm) else None


def _draw_afterwards(visit: Visit, glance: Glance) -> None:
    if not glance.has_ended:
        return
    form = glance.asks_afterwards
    with st.container():
        if form is None or all(field.type != RATING for field in form.fields):
            rating.draw(visit, glance, "end")
    if form:
        forms.draw(
            form,
            f"postchat-{glance.conversation.thread_id}",
            submit=words.say(words.SUBMIT, glance.configuration),
            on_submit=visit.fill_in_afterwards,
            prefill=glance.customer,
            rated=glance.conversation.rating,
            skip=visit.skip_form,
        )
