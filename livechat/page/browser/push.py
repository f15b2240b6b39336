"""LiveChat's pushes: the visitor's browser hears them, and has the page read what is new.

A component of Streamlit's whose script holds a connection of LiveChat's real-time API (section 6),
logged in with the visitor's own token. It passes on that something has happened, never what: the
conversation is always read from LiveChat. Only that an agent is typing, which no other API tells,
the script draws itself, in a line that is kept free for it.

Where the browser cannot connect the page polls, as it does without this.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from livechat.api import regions
from livechat.page import authors, safe_text, words
from livechat.page.browser import remote
from livechat.page.browser.autorefresh import hear_pushes, work
from livechat.visit import Glance, Visit

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

# The line is there before anybody types, so that nothing moves when it is written.
_STYLE = """
p {
  margin: 0;
  padding-inline-start: 1rem; /* as the messages above */
  min-height: 1.25rem;
  line-height: 1.25rem;
  font-size: 0.875rem;
  color: var(--st-text-color);
  opacity: 0.7;
}
"""

_push = st.components.v2.component(
    "livechat.push", html='<p aria-live="polite"></p>', css=_STYLE, js=SCRIPT
)


# A fragment, so that the page is not drawn for what changes nothing on it.
@st.fragment
def listen(visit: Visit, glance: Glance) -> None:
    """Has the browser listen, and does what is due by what it has heard."""
    if not visit.settings.push:
        return
    _push(
        key="push",
        data=_needed(visit, glance),
        default={"told": {}},
        on_told_change=lambda: None,
    )
    if hear_pushes(visit):
        work(visit)


def connection(url: str | None) -> dict[str, str | None]:
    """Where the script connects to, and where in another region; None where it is not to.

    It is told what it may take for a region, since it follows LiveChat there by itself.
    """
    regional = regions.in_region(url, "{region}") if url else None
    return {"url": url, "regional": regional, "region": regions.REGION}


def _needed(visit: Visit, glance: Glance) -> dict[str, Any]:
    """What the script needs to know."""
    settings, users = visit.settings, glance.conversation.agents.users.values()
    address = f"{visit.api_url}/v3.5/customer/rtm/ws?organization_id={settings.organization_id}"
    can_connect = visit.token and not remote.is_out_of_reach(address, settings)
    return {
        **connection(f"ws{address.removeprefix('http')}" if can_connect else None),
        "token": visit.token,
        "customer": glance.conversation.customer_id,
        "group": settings.group_id,
        "names": {user.id: safe_text.isolated(authors.name(user)) for user in users},
        "agent": words.AGENT,
        "typing": words.TYPING,
    }
