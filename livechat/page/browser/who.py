"""Asks the browser who the visitor is, where its connection did not say it.

A proxy may have dropped the cookie, as Community Cloud's does, or the tab keep it instead: a script
reads it then, and says what the browser keeps. That there
is none is told to one of the browser's tabs at a time, which is about to become a new customer; the
others wait until its cookie is there, and are the same. The component is there only as long as
there is a question.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from livechat.api.accounts import Identity
from livechat.page import turns
from livechat.page.browser import identity_cookie, together
from livechat.settings import Settings, enter_sandbox
from livechat.visit import Keeps, Question, Visit

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

_who = st.components.v2.component("livechat.who", js=f"{identity_cookie.SCRIPT}\n{_SCRIPT}")


def ask(visit: Visit, question: Question) -> None:
    """Asks the question, in a fragment that hears the answer when it runs by itself."""
    _who(
        key="who",
        data={
            "visit": visit.id,
            "number": question.number,
            "takesTurn": question.takes_turn,
            "strangers": sorted(map(identity_cookie.encoded, question.strangers)),
            **identity_cookie.kept_as(visit.signed_in),
        },
        default={"answer": None},
        on_answer_change=together.heard,
    )


def hear(visit: Visit) -> None:
    """Takes the browser's answer, if it has come.

    Whatever was written meanwhile goes out in the name of the answer. It is sent again with
    whatever the browser sends later: so it is heard although Streamlit drops what comes for a
    fragment that is just being drawn anew, and also by an app that was restarted, which has asked
    another question.
    """
    question = visit.who.question
    told = st.session_state.get("who") if question else None
    answer = told.get("answer") if told else None
    if not isinstance(answer, Mapping) or question is None:
        return
    if (answer.get("visit"), answer.get("number")) != (visit.id, question.number):
        return
    if answer.get("waits"):
        visit.who.waits(question.number)
        return
    if (keeps := answer.get("keeps")) in list(Keeps):
        visit.who.keeps = Keeps(keeps)
    cookie = answer.get("cookie")
    identity = identity_cookie.decoded(cookie if isinstance(cookie, str) else None)
    turns.give_back()
    visit.recognise(question.number, identity, _settings(visit, identity))


def _settings(visit: Visit, identity: Identity | None) -> Settings:
    """Those of the identity's organization: each visitor of the sandbox has one of their own."""
    settings = visit.settings
    if settings.sandbox and identity:
        known = enter_sandbox(settings, identity.organization_id)
        if known.organization_id == identity.organization_id:
            return known
    return settings
