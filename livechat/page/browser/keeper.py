"""The keeper: a word that was typed stays in the browser's tab until LiveChat has it.

A component of Streamlit's whose script keeps, in the `sessionStorage` of the tab:

- what is submitted, since Streamlit's input empties itself and nobody says that it has arrived. The
  script tells it in the same message as the input its text, and again until the app has taken it;
- what the app has taken and LiveChat does not have yet: a visit lives in the memory of the app, and
  is gone when the page is reloaded or the app ends. The next one shows it as not delivered, unless
  it turns out to have arrived;
- what is not submitted yet: the draft in the input, and half-filled forms. The script puts them
  back after a reload; only what is chosen in a list has to be drawn (`chosen`). It tells which
  forms are half filled, so that they stay on the page whatever happens (`visit/asking.py`), and
  which was skipped for good.

What was attached cannot be kept, only that it was; a file that Streamlit loses on its way into the
input is attached once more. While Streamlit is not connected the script says so, the input stays
open, and what is submitted then is told as soon as it is. What the browser or the app's address for
uploads refuses never reaches the app, so the script names it along with what it was attached to,
and says whether that was for want of a cookie;
and what is submitted while a file is still going up, which Streamlit does not hear, it submits as
soon as that is there. A tab that is a copy of one that is still open leaves all of that to the
other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from livechat.api.structures import parsing
from livechat.chat.outgoing import LONGEST_TEXT
from livechat.page import language, programs, words
from livechat.page.browser import announcing, document, leading, renewing, screen
from livechat.visit import Visit

# In one, of which every run of the page names but the hash.
_HERE = Path(__file__).parent
SCRIPT = "\n".join(
    (_HERE / name).read_text(encoding="utf-8")
    for name in ("keeper.js", "attaching.js", "writing.js", "leading.js", "renewing.js")
)

_STYLE = """
#on-its-way {
  max-height: 30vh;
  overflow-y: auto;
}
p {
  margin: 0;
  padding: 0.25rem 1rem;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  font-size: 0.875rem;
  color: var(--st-text-color);
}
small {
  display: block;
  opacity: 0.7;
}
p:empty {
  display: none;
}
"""

_HTML = """
<p id="connection"></p>
<div id="on-its-way"></div>
<p id="attach-again"></p>
<p id="waits"></p>
<p id="too-long"></p>
"""

# Two, since Streamlit sends a large message once if it never changes. Only the small one is sent
# anew with each run of the page.
_HAND_ON = """
export default function (taken) {
  globalThis.livechatTaken = taken;
  globalThis.livechatKeeper?.hear?.(taken);
}
"""
_keeper = st.components.v2.component(
    "livechat.keeper",
    html=screen.HTML + _HTML + renewing.HTML,
    css=screen.STYLE + _STYLE + renewing.STYLE,
    js=screen.SCRIPT + announcing.SCRIPT + SCRIPT,
)
_taken = st.components.v2.component("livechat.taken", js=_HAND_ON)

_LONGEST_KEY = 1_000  # characters
_MOST = 100  # forms, or lists to choose from


# Not in a fragment: what the script tells has to go in one message with what the input says, and
# that one has to run the whole page.
def draw(visit: Visit, on_submitted: Callable[[], None]) -> object:
    """Has the tab forget what is no longer to be kept; returns what it says was submitted.

    `on_submitted` is called when it says that.
    """
    if programs.is_here():
        return None
    identity, kept = visit.identity, visit.kept
    _draw_script()
    result = _taken(
        key="taken",
        data={
            "scripts": renewing.SCRIPTS,
            "visit": kept.id,
            "customer": visit.conversation.customer_id,
            "likely": identity.customer_id if identity else None,
            # As one, so that nothing is lost if the app ends in between.
            "taken": kept.taken,
            "undelivered": kept.undelivered,
            "sent_forms": _sent_forms(),
            "skipped_forms": visit.skipped_forms,
            "half_filled": visit.half_filled,
            "leads_to": leading.told(),
            "heard": announcing.heard(visit),
        },
        on_submitted_change=on_submitted,
        on_chosen_change=_hear_chosen,
        on_half_filled_change=_hear_forms,
        on_torn_change=lambda: None,  # the page is drawn once more
    )
    # In a session that begins with it, after a restart of the app, there was no callback yet.
    _hear(result)
    return result.submitted


def submitted() -> object:
    """The same for a callback, which runs before anything is drawn."""
    return _told().get("submitted")


def forget() -> None:
    """Has the tab throw away all that it keeps."""
    if programs.is_here():
        return
    _draw_script()
    _taken(key="taken", data={"scripts": renewing.SCRIPTS, "visit": None})


def chosen(key: str, labels: list[str]) -> int | None:
    """What was chosen in the list of that key before the page was reloaded; told once."""
    choice = st.session_state.get("choices", {}).pop(_as_class(key), None)
    return labels.index(choice) if choice in labels else None


def form_sent(key: str) -> None:
    """A form was sent or skipped: what was filled in is no longer to be kept."""
    name, sent = _as_class(key), _sent_forms()
    sent[name] = sent.get(name, 0) + 1
    if visit := st.session_state.get("visit"):
        visit.is_done_with(key)


# Callbacks, since what two components tell at the same moment Streamlit sends as one, maybe for a
# fragment: then `draw` is not called, and what was told is gone in the next run of the page.
def _hear_forms() -> None:
    _hear(_told())


def _hear_chosen() -> None:
    _hear(_told())
    st.rerun()  # the page, which draws it


def _hear_language() -> None:
    language.choose((st.session_state.get("keeper") or {}).get("language"))
    st.rerun()  # the page, which speaks it


def _hear(told: Mapping[str, Any]) -> None:
    if (half_filled := told.get("half_filled")) is not None:
        st.session_state.visit.are_half_filled(keys(half_filled))
    for key, choice in choices(told.get("chosen")):
        st.session_state.setdefault("choices", {})[key] = choice


def _told() -> Mapping[str, Any]:
    return st.session_state.get("taken") or {}


def _draw_script() -> None:
    document.draw()
    said = {
        "sending": words.say("sending"),
        "attach_again": words.say("attach_again"),
        "list_separator": words.say("list_separator"),
        "sent_once_uploaded": words.say("sent_once_uploaded"),
        "too_long": words.forms("too_long"),
        "longest": LONGEST_TEXT,
        "reconnecting": words.say("reconnecting"),
        "uploads_in_frames": st.get_option("server.xsrfCookieSameSite").lower() == "none",
        **announcing.says(),
        **screen.says(),
        **renewing.says(),
    }
    _keeper(key="keeper", data=said, on_language_change=_hear_language)


def _sent_forms() -> dict[str, int]:
    """How often each form was sent. Each run tells all: what one tells may be lost with it."""
    times: dict[str, int] = st.session_state.setdefault("sent_forms", {})
    return times


def keys(forms: object) -> set[str]:
    """The forms that the tab says are half filled in, by their keys as the browser has them."""
    found = forms[:_MOST] if isinstance(forms, list) else []
    return {parsing.clean(key[:_LONGEST_KEY]) for key in found if isinstance(key, str)}


def choices(chosen: object) -> Iterator[tuple[str, str]]:
    """What the tab says was chosen, by the widget's key as the browser has it."""
    found = list(chosen.items()) if isinstance(chosen, Mapping) else []
    for key, choice in found[:_MOST]:
        if isinstance(key, str) and isinstance(choice, str):
            yield parsing.clean(key[:_LONGEST_KEY]), parsing.clean(choice)


def _as_class(key: str) -> str:
    """The key of a widget as Streamlit names it in the browser."""
    return re.sub(r"[^a-zA-Z0-9_-]", "-", key.strip())
