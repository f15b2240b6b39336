"""The regions of LiveChat's data centres, and how a request says which one it is meant for.

Documented once, then taken out (livechat-api-v36, F1): the region is the prefix of the token; a
request names it in a header, or in the query where a browser can set no header. ``api-fra`` is the
one host of its own that is known to be used; the JavaScript SDK 4.0.2 makes others after its
pattern. What names no region comes to the first.
"""

from __future__ import annotations

FIRST = "dal"
KNOWN = (FIRST, "fra", "fra-a", "fra-b", "eu-west3", "us-south1")

_HOSTS = {"fra": ("fra", "eu-west3")}


def reaches(region: str, named: str | None, host: str) -> bool:
    """Whether a request that names a region, or else is for ``host``, comes to ``region``."""
    if named:
        return named == region
    label, _, _ = host.partition(".")
    if label.startswith("api-"):
        there = label.removeprefix("api-")
        return region in _HOSTS.get(there, (there,))
    return region == FIRST
