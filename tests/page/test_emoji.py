"""Which messages are emoji alone."""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest

from livechat.page import safe_text
from livechat.page.emoji import is_emoji

FAMILY = "\u200d".join(("\U0001f468\U0001f3fd", "\U0001f469\U0001f3fb", "\U0001f467", "\U0001f466"))
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    "text",
    [
        *("👍", "👍🏽", "❤️", "❤", "☺️", "☎️", "™️", "⌚", "🅰️", "🈯", "🀄", "🫠", "🟰"),
        *("🇩🇪", "🇵🇱🇩🇪", SCOTLAND, "🏳️‍🌈", "🏴‍☠️", "👩‍❤️‍👨", "👩🏽‍⚕️", "🤷‍♂️", FAMILY),
        *("1️⃣", "#️⃣", "*⃣", " 👍 \n 🎉 ", "😀😀😀😀😀😀", FAMILY * 6),
    ],
)
def test_emoji_alone_are_large(text: str) -> None:
    assert is_emoji(text)
    assert 'class="typed emoji"' in safe_text.message("Kate", text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "\n",
            "1",
            "12",
            "#",
            "*",
            "1 2",
            ":-)",
            "<3",
            "a",
            "é",
            "谢",
            "Ж",
            "№",
            "€",
            "½",
        ),
        *(
            "👍 ok",
            "ok 👍",
            "👍.",
            "1👍",
            "©",
            "™",
            "→",
            "☎",
            "\u200d",
            "\ufe0f",
            "🇩",
            "A\ufe0f",
            "①",
        ),
        *("😀" * 7, "\u20e3", "1\ufe0f", "𝕏", "𓀀", "ﷺ", " ️", "👍\u200d" + "x", "👍" * 10_000),
    ],
)
def test_whatever_else_is_said_is_not(text: str) -> None:
    assert not is_emoji(text)
    assert 'class="typed emoji"' not in safe_text.message("Kate", text)


def test_no_letter_and_no_digit_is_one() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character)[0] in "LNP" and not re.match("[‼⁉〰〽]", character):
            assert not is_emoji(character), hex(code)
