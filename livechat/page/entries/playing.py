"""Sound and films, played where they stand: nothing of them is loaded before that is wanted.

`st.audio` and `st.video` would be code that each visitor's browser loads, and a message has its
HTML anyway.
"""

from __future__ import annotations

import html
import mimetypes
import re

from livechat.page import safe_text, words

_TYPE = re.compile(r"(audio|video)/[\w.+-]+", re.ASCII | re.IGNORECASE)
_UNTYPED = ("", "application/octet-stream")


def player(address: str, name: str, content_type: str, about: str) -> str:
    """What plays the file at an address that may be loaded, as HTML; blank if it is no such file.

    `about` is the file as people call it, for the link below it: a browser may not know how to
    play this one, or LiveChat may no longer keep it.
    """
    content_type = content_type.partition(";")[0].strip()
    if content_type.lower() in _UNTYPED:
        content_type = mimetypes.guess_type(f"file:{name}")[0] or ""
    found = _TYPE.fullmatch(content_type)
    if found is None:
        return ""
    known_as = html.escape(safe_text.name(name, words.say("unnamed_file")))
    # Of a film its first picture and its length are loaded, of a sound nothing.
    tag, how = ("audio", "none") if found[1].lower() == "audio" else ("video", "metadata")
    return (
        f'<{tag} class="player" src="{html.escape(address)}" aria-label="{known_as}" controls'
        f' playsinline preload="{how}"></{tag}>'
        f'<div class="file">{safe_text.link_tag(address)}{html.escape(about)}</a></div>'
    )
