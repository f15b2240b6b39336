"""Messages of emoji alone, which are shown large."""

from __future__ import annotations

import re

_MOST = 6
_LONGEST = 100  # characters: a family of four, each with their own skin, has eleven

# Emoji_Presentation (Unicode 16.0, emoji-data.txt) where a code is a picture by itself, whole
# blocks where none of it is a letter; what else is a picture has a variation selector behind it.
_PICTURES = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1"
    "\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705"
    "\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50"
    "\u2b55\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f201\U0001f21a\U0001f22f"
    "\U0001f232-\U0001f236\U0001f238-\U0001f23a\U0001f250\U0001f251\U0001f300-\U0001f64f"
    "\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7eb\U0001f7f0\U0001f90c-\U0001f9ff"
    "\U0001fa70-\U0001faff"
)
# The heart, hands and faces that are older than emoji are often written without one.
_OLD = "\u261d\u2639\u263a\u2665\u270c\u270d\u2763\u2764"
_SELECTED = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf"
    "\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f170-\U0001f251"
)
_ONE = rf"(?:[{_SELECTED}]\ufe0f|[{_PICTURES}{_OLD}])[\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?"
_EMOJI = (
    rf"{_ONE}[\U000e0020-\U000e007f]*(?:\u200d(?:{_ONE}|[\u2640\u2642\u2695\u2696\u2708]\ufe0f?))*"
    r"|[\U0001f1e6-\U0001f1ff]{2}"
    r"|[0-9#*]\ufe0f?\u20e3"
)
_ONLY_EMOJI = re.compile(rf"\s*(?:(?:{_EMOJI})\s*){{1,{_MOST}}}")


def is_emoji(text: str) -> bool:
    """Whether a text is some emoji and nothing else: flags, keycaps, and what is joined count one.

    Digits, `#` and `*` are none, though Unicode has them among the emoji.
    """
    return len(text) <= _LONGEST and not text.isascii() and bool(_ONLY_EMOJI.fullmatch(text))
