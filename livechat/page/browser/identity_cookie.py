"""The browser's cookie, by which a visitor comes back as the same customer of LiveChat's.

It holds the visitor's identity, a password to their chats. It belongs to this site alone:
SameSite=Lax, and on https Secure with the `__Host-` prefix, so that no other host can set it. It
lives as long as LiveChat's own cookies (2.3). A script writes it, since Streamlit has no way to set
a cookie, so it cannot be HttpOnly.
"""

from __future__ import annotations

import base64
import json

import streamlit as st

from livechat.api.accounts import Identity

NAME, NAME_ON_HTTPS = "livechat", "__Host-livechat"

_TWO_YEARS = 63_072_000  # seconds

# One letter of version, so that a later format can tell this one apart.
_VERSION = "1."


def read() -> Identity | None:
    """Who the visitor is, by what the browser sent as the session began; None for somebody new."""
    return decoded(st.context.cookies.get(_name()))


def write(identity: Identity | None, grants: int) -> None:
    """Has the browser keep who the visitor is, if that is known; each grant renews its life."""
    if identity:
        _write(encoded(identity), _TWO_YEARS, grants)


def delete() -> None:
    """Has the browser forget who the visitor is."""
    _write("", 0, 0)


def encoded(identity: Identity) -> str:
    """The identity as the cookie's value: URL-safe ASCII, less than the 4096 browsers keep."""
    parts = [identity.organization_id, identity.customer_id, identity.secret]
    written = json.dumps(parts, separators=(",", ":"))
    return _VERSION + base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def decoded(value: str | None) -> Identity | None:
    """What `encoded` wrote; None for anything else."""
    if not value or not value.startswith(_VERSION):
        return None
    text = value.removeprefix(_VERSION)
    try:
        identity = Identity(*json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))))
    except (ValueError, TypeError, RecursionError):
        return None
    return identity if encoded(identity) == value else None  # one spelling only


def _is_https() -> bool:
    return (st.context.url or "").startswith("https:")


def _name() -> str:
    return NAME_ON_HTTPS if _is_https() else NAME


def _write(value: str, max_age: int, grants: int) -> None:
    secure = "; Secure" if _is_https() else ""
    cookie = f"{_name()}={value}; Path=/; Max-Age={max_age}; SameSite=Lax{secure}"
    # The changed body makes the browser run it again.
    st.html(
        f'<script>document.cookie = "{cookie}"; /* {grants} */</script>',
        unsafe_allow_javascript=True,
    )
