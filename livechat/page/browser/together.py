"""What several components tell at the same moment: none of it is left unheard.

Streamlit (1.67) sends it as one message, which runs the fragment of the first of them alone. What
the others tell is known to the app then, but nobody looks at it until something else happens.
"""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState


def heard() -> None:
    """The callback of each component in a fragment, for all that it may tell.

    Where another fragment than the component's is to run, the page runs instead, and all of them.
    """
    context = get_script_run_ctx()
    running = context.fragment_ids_this_run if context else None
    if running and ThreadState.get().fragment_id not in running:
        st.rerun()
