"""What people would call the same, so that a search finds it.

Case, accents, white space, forms of Unicode (full-width, ligatures, composed or not), invisible
characters, and which of several quotes or dashes was typed make no difference. Each character is
folded by itself, so a place in what was folded leads back to one in the text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from livechat.api.structures.characters import IGNORABLE

# Letters that do not decompose.
_ALIKE = str.maketrans(
    {
        **{"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "\N{LATIN SMALL LETTER DOTLESS I}": "i"},
        **{"ŧ": "t", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th"},
    }
)
# Marks of these combining classes are left out: the points of Hebrew, Arabic and Syriac, and what
# stands above and below letters. Others tell letters apart (Indic, Thai, or kana's voicing).
_POINTS = range(10, 37)
_ACCENTS = range(200, 241)


class _Folding(dict[int, str]):
    """Each character as it is compared, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", chr(code))
        alike = unicodedata.normalize("NFKD", decomposed.casefold().translate(_ALIKE))
        folded = self[code] = "".join(map(_as_typed, alike))
        return folded


_folding = _Folding()


def fold(text: str) -> str:
    """A text as it is compared with others."""
    return " ".join(text.translate(_folding).split())


def excerpt(text: str, wanted: str, before: int, longest: int) -> str:
    """The part of a text, as one line, in which what is `wanted` (folded) first stands.

    At most so many characters `before` that, and of all.
    """
    line = " ".join(text.split())
    start = max(0, _place(line, wanted) - before)
    end = start + longest
    return f"{'…' if start else ''}{line[start:end].strip()}{'…' if end < len(line) else ''}"


def _place(line: str, wanted: str) -> int:
    folded = list(_folded(line))
    found = "".join(character for _, character in folded).find(wanted)
    return folded[found][0] if found > 0 else 0


def _folded(line: str) -> Iterator[tuple[int, str]]:
    is_after_space = True
    for at, character in enumerate(line):
        for folded in _folding[ord(character)]:
            if not (folded == " " and is_after_space):
                yield at, folded
            is_after_space = folded == " "


def _as_typed(character: str) -> str:
    """What a keyboard has in the place of a character, if anything."""
    if character.isspace():
        return " "
    kind = unicodedata.combining(character)
    if kind in _POINTS or kind in _ACCENTS or IGNORABLE.match(character):
        return ""
    if unicodedata.category(character) == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    name = unicodedata.name(character, "")
    if "QUOTATION MARK" in name:
        return "'" if "SINGLE" in name else '"'
    return character
