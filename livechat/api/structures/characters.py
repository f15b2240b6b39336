"""Characters that are not seen, by Unicode's own properties."""

from __future__ import annotations

import re

# Bidi_Control (Unicode 16.0, PropList.txt): what turns the direction of the text around it.
DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"

# Default_Ignorable_Code_Point (Unicode 16.0, DerivedCoreProperties.txt): what is not drawn, even
# by a font that does not know it.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
# What else is no white space: controls, the other format controls (for interlinear annotations and
# within hieroglyphs), and characters that are blank by their very names: BRAILLE PATTERN BLANK, the
# full and the half blank of hieroglyphs, KHITAN SMALL SCRIPT FILLER, MUSICAL SYMBOL NULL NOTEHEAD.
_BLANK = (
    "\x00-\x1f\x7f-\x9f\ufff9-\ufffb\U00013430-\U0001343f"
    "\u2800\U00013441\U00013442\U00016fe4\U0001d159"
)

IGNORABLE = re.compile(f"[{_IGNORABLE}]")
_VISIBLE = re.compile(rf"[^\s{_IGNORABLE}{_BLANK}]")


def is_visible(text: str) -> bool:
    """Whether there is anything in a text that can be seen."""
    return _VISIBLE.search(text) is not None
