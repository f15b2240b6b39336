"""What several components tell at the same moment."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def _script() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx
    from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

    from livechat.page.browser import together

    st.session_state.runs = st.session_state.get("runs", 0) + 1
    if st.session_state.runs == 1:
        context = get_script_run_ctx()
        assert context
        context.fragment_ids_this_run = st.session_state.running
        with ThreadState.scoped(fragment_id="its own"):
            together.heard()


@pytest.mark.parametrize(
    ("running", "runs"), [(["another"], 2), (["another", "its own"], 1), (None, 1)]
)
def test_where_another_fragment_is_to_run_the_page_does(
    running: list[str] | None, runs: int
) -> None:
    app = AppTest.from_function(_script)
    app.session_state["running"] = running
    app.run()
    assert not app.exception
    assert app.session_state["runs"] == runs
