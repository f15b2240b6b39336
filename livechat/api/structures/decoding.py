"""JSON as all else is given it: whatever came, it can be read, compared, shown and sent on.

Nothing that is JSON is lost for one odd part of it. What would be in the way later is replaced:

    nested deeper than anything of LiveChat's    null, since comparing or showing it has no end
    NaN, Infinity, 1e999, endless integers       null: no JSON, or no number of everybody's
    half of a surrogate pair, bytes not UTF-8    U+FFFD, or it could not be sent to a browser

Of two fields with the same name the last one counts, as in a browser.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

from livechat.api.structures.parsing import LARGEST, Malformed, clean

# Of what LiveChat sends nothing is half as deep.
DEPTH = 50

# A text, which may be cut off, or a bracket.
_TOKENS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)

_LONGEST_NUMBER = 400  # characters


def decoded(content: bytes | str) -> object:
    """What some JSON says, made harmless. Raises Malformed for what is none."""
    text = content if isinstance(content, str) else _text(content)
    try:
        try:
            data = _DECODER.decode(text)
        except RecursionError:
            data = _DECODER.decode(_cut(text))
    except (ValueError, RecursionError):  # which what has no end at all is even then
        raise Malformed("no JSON") from None
    return harmless(data)


def harmless(data: object, depth: int = DEPTH) -> object:
    """The same for what others have decoded, as Streamlit does what a browser tells."""
    if isinstance(data, str):
        return _clean(data)
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if data is None or isinstance(data, bool):
        return data
    if isinstance(data, int):
        return data if -LARGEST <= data <= LARGEST else None
    if depth and isinstance(data, list):
        return [harmless(item, depth - 1) for item in data]
    if depth and isinstance(data, Mapping):
        return {_clean(str(name)): harmless(of, depth - 1) for name, of in data.items()}
    return None


def _clean(text: str) -> str:
    return text if text.isascii() else clean(text)  # most are, and each poll has some of them


def _text(content: bytes) -> str:
    return content.decode(json.detect_encoding(content), "replace")


def _number(digits: str) -> float | None:
    return float(digits) if len(digits) <= _LONGEST_NUMBER else None


def _whole_number(digits: str) -> int | None:
    # Python refuses to read longer ones.
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


# In a text control characters are taken as they are, though they should be escaped.
_DECODER = json.JSONDecoder(
    parse_float=_number, parse_int=_whole_number, parse_constant=lambda _: None, strict=False
)


def _cut(text: str) -> str:
    """The same JSON with null for what is nested too deep: Python itself cannot read that."""
    kept, depth, begin = [], 0, 0
    for token in _TOKENS.finditer(text):
        kind = text[token.start()]
        if kind in "[{":
            depth += 1
            if depth == DEPTH + 1:
                kept.append(text[begin : token.start()])
        elif kind in "]}":
            if depth == DEPTH + 1:
                kept.append("null")
                begin = token.end()
            depth -= 1
    return "".join([*kept, text[begin:]])
