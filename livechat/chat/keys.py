"""IDs of LiveChat's as parts of keys: no two things on the page are known by the same."""

from __future__ import annotations

import re
from hashlib import sha256

_OTHER = re.compile(r"[^a-zA-Z0-9]")
_LONGEST = 200  # characters; LiveChat's own have some 30


def part(id: str) -> str:
    """An ID as a part of a key that is made of parts with `-` between them.

    No two IDs have the same part, and none has a `-` in it: whatever LiveChat calls things, the key
    of one is never that of another, nor of something that belongs to another. Nor are they the same
    in the browser, where Streamlit makes a `-` of most characters.
    """
    if len(id) > _LONGEST:
        id = sha256(id.encode()).hexdigest()
    return _OTHER.sub(lambda other: f"_{ord(other[0]):x}_", id)
