"""Characters that are not seen."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from livechat.api.structures.characters import IGNORABLE, is_visible

# Prepended_Concatenation_Mark (PropList.txt): format controls that are drawn.
DRAWN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}


@pytest.mark.parametrize(
    "visible", ["a", " .", "\u0301", "\ufffd", "\u0600", "👩\u200d🔧", "\u200bא"]
)
def test_what_is_seen(visible: str) -> None:
    assert is_visible(visible)


@pytest.mark.parametrize(
    "blank",
    [
        *(
            "",
            " ",
            "\r\n\t\u2028\u3000\xa0",
            "\u200b\u2060",
            "\ufeff",
            "\xad",
            "\u034f",
            "\u3164\uffa0",
        ),
        *(
            "\u115f\u1160",
            "\u17b4",
            "\u180e",
            "\u2800",
            "\ufe0f",
            "\U000e0041\U000e007f",
            "\x00\x07\x9f",
        ),
        *("\u202e\u2066\u200f\u061c", "\u2061\u2065\u206a", "\ufff9", "\U0001d173", "\U00013441"),
    ],
)
def test_what_is_not_seen(blank: str) -> None:
    assert not is_visible(blank)
    assert is_visible(f"{blank}a{blank}")


def test_no_character_that_unicode_knows_is_taken_for_another() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        category = unicodedata.category(character)
        if category in ("Cc", "Zs", "Zl", "Zp") or (category == "Cf" and code not in DRAWN):
            assert not is_visible(character), hex(code)
        elif category[0] in "LNPS" and IGNORABLE.match(character):
            assert "FILLER" in unicodedata.name(character)
        elif category[0] in "NPS" or code in DRAWN:
            assert (
                is_visible(character) or "BLANK" in unicodedata.name(character) or code == 0x1D159
            )
