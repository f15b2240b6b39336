"""What only the visitor can do: see, scroll, have the focus, want no motion.

A script that is sent with the keeper's (`keeper.py`), since each component costs every poll
something. It keeps, for whoever reads:

- their place (`reading.js`). Who has scrolled back is told of news by a button, and nothing is
  marked as seen until the end is on the screen again (`tab.py`). What they send themselves is
  always brought into view;
- whether they see it at all (`framing.js`): another site's page may hide the frame that it is in;
- the focus (`focus.js`). What has it may be gone after it was pressed: what took its place gets it,
  or else the input. Of a form that comes back with faults it is the first faulty field;
- what they hear (`naming.js`): which field is faulty and why, what a rating is about, and nothing
  of what cannot be seen; and what Streamlit says, in the page's language (`renaming.py`);
- pictures that may move (`motion.js`), if the browser asks for less motion: they stand still until
  started.

It says which language the document is in (`document.py`). And it opens pictures large
(`lightbox.py`), lets the keyboard scroll cards (`cards.js`), and puts into the clipboard what a
button has for it (`copying.js`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from livechat.page import words
from livechat.page.browser import alerts, document, lightbox, renaming

_HERE = Path(__file__).parent
# Before all of them, for whoever has a number to say.
COUNTING = (_HERE / "counting.js").read_text(encoding="utf-8")
_SCRIPTS = (
    *("document.js", "framing.js", "reading.js", "alerting.js", "focus.js", "naming.js"),
    *("renaming.js", "motion.js", "lightbox.js", "cards.js", "copying.js", "screen.js"),
)
# In a block, whose names are no others': what it is joined with has some of its own.
SCRIPT = "\n".join(
    (COUNTING, "{", *((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS), "}", "")
)

_NEWS_STYLE = """
#news {
  position: fixed;
  z-index: 1;
  transform: translateX(-50%);
  padding: 0.375rem 1rem;
  border: 1px solid transparent; /* seen in forced colours */
  border-radius: 1rem;
  background: var(--st-text-color);
  color: var(--st-background-color);
  font: inherit;
  font-size: 0.875rem;
  box-shadow: 0 2px 8px rgb(0 0 0 / 0.25);
  cursor: pointer;
}
#news:empty {
  display: none;
}
@media (pointer: coarse) {
  #news {
    min-height: 44px;
    border-radius: 22px;
  }
}
"""

_NEWS = '<button id="news" type="button"></button>'

STYLE = _NEWS_STYLE + lightbox.STYLE
HTML = _NEWS + lightbox.HTML


def says() -> dict[str, Any]:
    """What the script says, and by which name it knows the visitor's own messages."""
    return {
        "news_count": words.forms("news_count"),
        "new": words.say("new_since"),
        **document.says(),
        **alerts.says(),
        "play": words.say("play"),
        "you": words.say("you"),
        "cards": words.say("cards"),
        "copied": words.say("copied"),
        "not_copied": words.say("not_copied"),
        **lightbox.says(),
        "streamlit": renaming.says(),
    }
