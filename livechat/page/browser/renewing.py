"""A tab that is open while the app is updated: it is loaded anew, by itself.

Streamlit connects a tab to the app that has taken the place of the one before, and reloads it if it
is another Streamlit's. Under a new version of the page it draws the new one, with whatever scripts
of the old one are still running in the tab. And what Streamlit (1.67) loads in the browser only
when it first needs it may be gone by then, or was asked for while nobody answered: a box with an
error stands in its place for good, as in that of anything else that it fails to draw.

In both cases a script that is sent with the keeper's (`keeper.py`) reloads the tab, as soon as the
app is there, the visitor neither writes nor is in a dialog, and the tab keeps what they wrote:
once for each reason. If that did not help, where the browser keeps nothing, or while a file would
be lost, a line says so, with a button.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from livechat.page import words

_HERE = Path(__file__).parent
# What all scripts are known by.
SCRIPTS = hashlib.sha256(
    b"\n".join(file.read_bytes() for file in sorted(_HERE.glob("*.js")))
).hexdigest()[:16]

HTML = '<p id="outdated"></p><button id="renew" type="button"></button>'

STYLE = """
#renew {
  display: block;
  margin: 0.25rem 1rem 0.5rem;
  padding: 0.375rem 1rem;
  border: 1px solid currentcolor;
  border-radius: 0.5rem;
  background: none;
  color: var(--st-text-color);
  font: inherit;
  font-size: 0.875rem;
  cursor: pointer;
}
#outdated:empty + #renew {
  display: none;
}
@media (pointer: coarse) {
  #renew {
    min-height: 44px;
  }
}
"""


def says() -> dict[str, str]:
    """What the script says, and which scripts the app has."""
    return {"outdated": words.say("outdated"), "renew": words.say("renew"), "scripts": SCRIPTS}
