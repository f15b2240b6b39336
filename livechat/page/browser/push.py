"""LiveChat's pushes: the visitor's browser hears them, and has the page read what is new.

A component of Streamlit's whose script holds a connection of LiveChat's real-time API (section 6),
logged in with the visitor's own token. It passes on that something has happened, never what: the
conversation is always read from LiveChat. What is not part of it the script draws and sends itself:
who is typing (`typing_line.py`), and what the visitor is writing (`sneak_peek.py`). But for a
greeting, which comes before a conversation (`greetings.py`).

Where the browser cannot connect the page polls, as it does without this. Of several tabs one does
all of this (`reader.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from livechat.api import route
from livechat.chat import pushes
from livechat.chat.pushes import Told
from livechat.page import authors, safe_text, words
from livechat.page.browser import (
    greetings,
    reader,
    remote,
    sneak_peek,
    tab,
    together,
    typing_line,
)
from livechat.settings import VERSIONS
from livechat.visit import Visit, load

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
_MOST_NAMES = 100  # of who was in the chat last

_PARTS = (reader, tab, typing_line, sneak_peek, greetings)
SCRIPT = "\n".join((*(part.SCRIPT for part in _PARTS), _SCRIPT))

# Two, since Streamlit sends a large message once if it never changes. Only the small one is sent
# anew with each poll.
HAND_ON = """
export default function ({ data, setStateValue }) {
  const setTold = (told) => setStateValue("told", told);
  globalThis.livechatNeeded = { data, setTold };
  globalThis.livechatLine?.use(data, setTold);
}
"""
_line = st.components.v2.component(
    "livechat.line", html=typing_line.HTML, css=typing_line.STYLE, js=SCRIPT
)
_push = st.components.v2.component("livechat.push", js=HAND_ON)


def listen(visit: Visit, heard: Told) -> None:
    """Has the browser listen, and look after the page (`tab.py`), and says what was `heard`."""
    tab.mount(_line, visit)
    _push(
        key="push",
        data={**_needed(visit), "heard": heard.number},
        default={"told": {}},
        on_told_change=together.heard,
    )


def hear(visit: Visit) -> Told:
    """Returns what the browser has heard so far, which the visit is told."""
    result = st.session_state.get("push")
    told = pushes.parse(result.get("told") if result else None)
    visit.told(told)
    return told


def connection(url: str | None) -> dict[str, str | None]:
    """Where the script connects to, None where it is not to, and the version that this is of.

    Of the pushes it chooses those of the newest version as well (v36 1.1).
    """
    return {"url": url, "version": route.VERSION.current, "newest": VERSIONS[-1]}


def _needed(visit: Visit) -> dict[str, Any]:
    """What the script needs to know; the number of the page's run it tells again (`Told`)."""
    settings, conversation = visit.settings, visit.conversation
    is_reachable = settings.push and not remote.is_out_of_reach(f"{settings.api_url}/", settings)
    can_connect = visit.token and is_reachable
    return {
        **connection(visit.rtm_url if can_connect else None),
        "token": visit.token,
        "customer": conversation.customer_id,
        "tabs": reader.tabs(settings.organization_id, conversation.customer_id),
        "known": reader.known(conversation),
        "trusted": visit.trusts_pushes,
        "group": settings.group_id,
        "listens": settings.push,
        "names": {
            user.id: safe_text.isolated(authors.name(user))
            for user in list(conversation.agents.users.values())[-_MOST_NAMES:]
        },
        "agent": words.say("agent"),
        "signs": typing_line.signs(),
        "page": greetings.page(settings),
        "welcomes": greetings.is_welcomed(visit),
        "peek": sneak_peek.wanted(visit),
        # Who waits for an answer has it as soon as there is one.
        "hold": 0.0 if conversation.awaits_answer else load.PROCESS.hold,
        "run": visit.run,
    }
