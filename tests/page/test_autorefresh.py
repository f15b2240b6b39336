"""What runs with each poll, and with each thing that the browser tells."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from livechat.visit.pace import PUSHED_SECONDS
from tests.driver import Page


def _script() -> None:
    import streamlit as st

    from livechat.page.browser import autorefresh

    visit = st.session_state["visit"]
    visit.drew(visit.glance())
    autorefresh.work(visit)


def test_pushes_are_heard_whichever_fragment_streamlit_runs_for_it(chatting: Page) -> None:
    app = AppTest.from_function(_script)
    app.session_state["visit"] = chatting.visit
    app.run()
    assert chatting.visit.pace == 3.0
    chatting.hear("Something new")
    app.session_state["push"] = {"told": {"open": True, "connection": "first", "looks": 1}}
    app.run()
    assert not app.exception
    assert chatting.texts[-1] == "Something new"
    assert chatting.visit.pace == PUSHED_SECONDS
