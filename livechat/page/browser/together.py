"""What is told at the same moment, by several components or by the visitor: all of it is heard.

Streamlit (1.67) sends it as one message, which runs the fragment of the first of them alone. What
the others tell is known to the app then, but nobody looks at it until something else happens. On a
slow phone what is pressed comes together with a tick of the poll.
"""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState


def heard() -> None:
    """The callback of each component in a fragment, for all that it may tell.

    It also ends the callback of what is pressed or typed, if that changes the page but not the
    visit, whose changes the poll sees. Where another fragment than the component's is to run, the
    page runs instead, and all of them.
    """
    context = get_script_run_ctx()
    running = context.fragment_ids_this_run if context else None
    if running and ThreadState.get().fragment_id not in running:
        st.rerun()
