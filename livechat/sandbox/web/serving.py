"""Whom a request is refused for where it came, before anybody looks at what it asks.

A version that is shut down, a region that is not the organization's, a subscription that has ended:
the same on the Web and over RTM, where the second has another name.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import HTTPConnection

from ..world.model import Organization
from ..world.regions import reaches
from ..world.versions import SERVED

JSON = dict[str, Any]

UNSUPPORTED, MISDIRECTED, EXPIRED = "unsupported_version", "misdirected", "license_expired"


def refusal(
    organization: Organization, version: str, connection: HTTPConnection | None
) -> tuple[str, JSON | None] | None:
    """Return the kind of refusal and its ``data``; None if the organization is served here.

    ``connection`` is None where the region does not matter: how agents' requests name it is not
    documented.
    """
    if version not in SERVED or version in organization.refused_versions:
        return UNSUPPORTED, None
    if connection is not None and not _reaches(organization.region, connection):
        return MISDIRECTED, {"region": organization.region}
    return (EXPIRED, None) if organization.subscription_ended else None


def _reaches(region: str, connection: HTTPConnection) -> bool:
    query = connection.query_params
    # In the query the widget calls it ``x-region``, the JavaScript SDK ``region`` (F1).
    named = connection.headers.get("x-region") or query.get("x-region") or query.get("region")
    return reaches(region, named, connection.url.hostname or "")
