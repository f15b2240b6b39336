"""The document: in which language it is, from which side one reads it, and who may translate it.

Streamlit's document is English for good. A line of script sets that before there is a word to be
read, on every page, whatever else is to be loaded first.

What the page itself says no translator touches if the page speaks the visitor's own language. Where
it cannot all of it may be translated, and what people write anywhere. So that is said where the
words stand, never of what is around somebody's text: browsers look no further in there. And no text
claims a language: which one people write nobody knows, and some browsers leave out what is in
another one than the document.

The tab remembers which language was chosen (`language.py`): in the page's address, which the app
hears of with its very first run, and in its storage, which counts where the address names none.
Where the address is lost, as in the frame of a site that is loaded anew, a script that is sent with
the keeper's (`screen.py`) tells the app, and until it is drawn nothing is seen.

Whoever is asked for a picture does not learn on which page it is. Only the document can say so:
`st.html` and faces have no attribute for it. A picture that is there before that line of script, as
where a browser loads Streamlit's files slowly, tells the page's origin, unless a header said so.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import streamlit as st

from livechat.page import language, words
from livechat.page.browser import identity_cookie

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

_TAGS = {"zh": "zh-Hans"}  # where the name of its words does not tell how they are written

# In the tab's storage.
_CHOSEN = f"{identity_cookie.KEYS}language"
_UNSEEN_FOR = 3_000  # milliseconds, at most

_SET = """({ lang, dir, skip, spoken, chosen, known, place, unseenFor }) => {
  Object.assign(document.documentElement, { lang, dir });
  if (!document.querySelector("meta[name=referrer]")) {
    const policy = { name: "referrer", content: "same-origin" };
    document.head.append(Object.assign(document.createElement("meta"), policy));
  }
  const link = skip && document.querySelector("[data-testid=stSkipToContent]");
  if (link) link.textContent = skip;
  try {
    const kept = chosen ?? sessionStorage.getItem(place);
    if (kept === spoken || !known.includes(kept)) return;
    document.body.animate({ opacity: [0, 0] }, { id: place, duration: unseenFor });
  } catch {
    // Some browsers keep nothing.
  }
}"""


def draw(*, is_final: bool = False) -> None:
    """Sets it, whatever was drawn before; `is_final` if no script is there to tell of another."""
    unseen_for = 0 if is_final else _UNSEEN_FOR
    about = {**_attributes(), **_choice(), "unseenFor": unseen_for}
    if is_final:  # nor one that renames what Streamlit says
        about["skip"] = words.say("streamlit.skip")
    st.html(f"<script>({_SET})({json.dumps(about)})</script>", unsafe_allow_javascript=True)


def says() -> dict[str, Any]:
    """What the script needs to know of it."""
    return {
        "language": {
            **_choice(),
            "parameter": language.PARAMETER,
            "own": language.is_visitors_own(),
        }
    }


def _choice() -> dict[str, Any]:
    return {
        "spoken": words.spoken(),
        "chosen": language.asked_for(),
        "known": words.languages(),
        "place": _CHOSEN,
    }


def _attributes() -> dict[str, str]:
    spoken = words.spoken()
    return {"lang": _TAGS.get(spoken, spoken), "dir": words.direction()}
