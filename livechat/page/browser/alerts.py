"""A sound and a notification for who is not looking, if they have switched them on.

`alerting.js`, which is sent with the keeper's script (`keeper.py`), hears of an agent's message as
soon as it is drawn, as it is behind another tab, too. It tells of it only where nobody sees it, in
one of the browser's tabs: who has written, never what, since others may see the screen. Both are
off until the visitor wants them, which their browser keeps, and none of it ever reaches the app.

The switches are a component in a dialog of the menu, since a browser is to be asked for its
permission in the very moment that the visitor presses.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from livechat.page import words

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

_STYLE = """
label {
  display: flex;
  align-items: center;
  gap: 0.75rem;
  min-height: 44px;
  color: var(--st-text-color);
  cursor: pointer;
}
input {
  flex: none;
  width: 1.25rem;
  height: 1.25rem;
  margin: 0;
  accent-color: var(--st-primary-color);
}
label:has(:disabled) {
  cursor: not-allowed;
}
p {
  margin: 0;
  color: var(--st-text-color);
}
p:empty {
  display: none;
}
"""

_HTML = """
<p id="when"></p>
<label><input id="sound" type="checkbox" role="switch"><span id="sound-label"></span></label>
<label><input id="notices" type="checkbox" role="switch"><span id="notices-label"></span></label>
<p id="said" role="status"></p>
"""

_switches = st.components.v2.component("livechat.alerts", html=_HTML, css=_STYLE, js=_SCRIPT)


def draw() -> None:
    """Draws the switches, which the browser keeps and answers to by itself."""
    _switches(
        key="alerts",
        data={
            "when": words.say("alerts_when"),
            "sound": words.say("alert_by_sound"),
            "notices": words.say("alert_by_notice"),
            "denied": words.say("alerts_denied"),
            "impossible": words.say("alerts_impossible"),
        },
    )


def says() -> dict[str, str]:
    """What `alerting.js` says."""
    return {
        "alert": words.say("alert"),
        "alerts_on": words.say("alerts_on"),
    }
