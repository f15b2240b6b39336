"""LiveChat's hosts: each region has its own (1.1), and says at times that another one is right."""

from __future__ import annotations

import re
from typing import TypeGuard

# What LiveChat may name as a region: it becomes part of a host name.
REGION = "[a-z0-9]{1,20}(-[a-z0-9]{1,20})?"

_API_LABEL = re.compile(r"^(\w+://)api(?:-[a-z0-9-]+)?\.", re.IGNORECASE)


def is_region(named: object) -> TypeGuard[str]:
    """Whether this can be a region."""
    return isinstance(named, str) and re.fullmatch(REGION, named) is not None


def in_region(address: str, region: str) -> str:
    """An address of LiveChat's in another region; any other address as it is."""
    return _API_LABEL.sub(rf"\1api-{region}.", address)
