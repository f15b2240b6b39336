"""The versions that are served side by side; a later one only adds (livechat-api-v36, 1 and 2)."""

from __future__ import annotations

SERVED = ("3.5", "3.6")
"""Oldest first."""

OLDEST, NEWEST = SERVED[0], SERVED[-1]


def has(version: str, since: str) -> bool:
    """Whether ``version`` has what there is from ``since`` on; both are of `SERVED`."""
    return SERVED.index(version) >= SERVED.index(since)
