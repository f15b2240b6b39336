"""Asks the browser who the visitor is, where its connection did not say it.

A proxy may have dropped the cookie, as Community Cloud's does: a script reads it then. That there
is none is told to one of the browser's tabs at a time, which is about to become a new customer; the
others wait until its cookie is there, and are the same. The component is there only as long as
there is a question.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from livechat.page.browser import address, identity_cookie
from livechat.page.browser.autorefresh import work
from livechat.settings import enter_sandbox
from livechat.visit import Question, Visit

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

_who = st.components.v2.component("livechat.who", js=f"{identity_cookie.SCRIPT}\n{_SCRIPT}")


# A fragment, so that the page is drawn once for an answer, when all is done that waited for it.
@st.fragment
def ask(visit: Visit, question: Question) -> None:
    """Asks the question; whatever was written meanwhile goes out in the name of the answer."""
    told = _who(
        key="who",
        data={
            "visit": visit.id,
            "number": question.number,
            "takesTurn": question.takes_turn,
            "strangers": sorted(map(identity_cookie.encoded, question.strangers)),
            "name": identity_cookie.name(),
            "secure": "; Secure" if address.is_https() else "",
        },
        default={"answer": None},
        on_answer_change=lambda: None,
    )
    answer = told.answer if isinstance(told.answer, Mapping) else {}
    # It is sent again with whatever runs later, perhaps to an app that has been restarted.
    if answer.get("visit") != visit.id or answer.get("number") != question.number:
        return
    if answer.get("waits"):
        visit.who.waits(question.number)
        return
    cookie = answer.get("cookie")
    identity = identity_cookie.decoded(cookie if isinstance(cookie, str) else None)
    settings = visit.settings
    if settings.sandbox and identity:
        known = enter_sandbox(settings, identity.organization_id)
        if known.organization_id == identity.organization_id:
            settings = known
    visit.recognise(question.number, identity, settings)
    work(visit)
    st.rerun()
