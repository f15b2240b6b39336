"""What runs with each poll, and with each thing that the browser tells."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest

from livechat.visit.trust import PUSHED_SECONDS
from tests.driver import Page


def _script() -> None:
    import streamlit as st

    from livechat.page.browser import autorefresh

    visit = st.session_state["visit"]
    visit.drew(visit.glance())
    autorefresh.poll(visit)


def test_what_is_pushed_is_heard(chatting: Page) -> None:
    app = AppTest.from_function(_script)
    app.session_state["visit"] = chatting.visit
    app.run()
    assert chatting.visit.pace == 3.0
    chatting.hear("Something new")
    told = {"open": True, "connection": "first", "looks": 1, "number": 5}
    app.session_state["push"] = {"told": told}
    app.run()
    assert not app.exception
    assert chatting.texts[-1] == "Something new"
    assert chatting.visit.pace == PUSHED_SECONDS
    [needed] = [
        component.proto
        for component in app.get("bidi_component")
        if component.proto.component_name == "livechat.push"
    ]
    assert json.loads(needed.json)["heard"] == 5
