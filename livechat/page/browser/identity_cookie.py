"""The browser's cookie, by which a visitor comes back as the same customer of LiveChat's.

It holds the visitor's identity, a password to their chats. Whoever is signed in (`signed_in.py`)
has one of their own, of another name. It belongs to this site alone:
SameSite=Lax, and on https Secure with the `__Host-` prefix, so that no other host can set it. It
lives as long as LiveChat's own cookies (2.3). A script writes it, since Streamlit has no way to set
a cookie, so it cannot be HttpOnly.

In another site's frame no browser keeps such a cookie. There it is Partitioned: that frame's alone,
and no other site's. Where no cookie is kept at all the tab's storage has the same, until the tab is
closed. Which of them it is the script finds out by trying.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

import streamlit as st

from livechat.api.accounts import Identity
from livechat.page import programs
from livechat.page.browser import address
from livechat.visit import Glance, SignedIn, Visit

NAME, NAME_ON_HTTPS = "livechat", "__Host-livechat"

_TWO_YEARS = 63_072_000  # seconds

# What the browser keeps besides the cookie, in the tab's storage or for all tabs, begins so.
KEYS = "livechat-"
# In the storage of all tabs: which visit was the last to be forgotten.
FORGOTTEN = f"{KEYS}forgotten"

# One letter of version, so that a later format can tell this one apart.
_VERSION = "1."

# In the tab's storage: whose tab it is, where there is no cookie.
_IN_TAB = f"{KEYS}as-"

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def read(signed_in: SignedIn | None) -> Identity | None:
    """Who the visitor is, by what the browser sent as the session began; None if by nothing.

    That proves nothing: a proxy may have dropped the cookie.
    """
    return decoded(st.context.cookies.get(name(signed_in)))


def name(signed_in: SignedIn | None) -> str:
    """The cookie's name: who is signed in has one of their own, and nobody else's."""
    name = NAME_ON_HTTPS if address.is_https() else NAME
    return f"{name}-{signed_in.mark}" if signed_in else name


def write(visit: Visit, glance: Glance) -> None:
    """Has the browser keep who the visitor is, if that is known; each grant renews its life.

    Only over what the visit has read there, or written: never over the identity of somebody else,
    whom another tab may have just become. And only once where there is none: else whoever was
    forgotten would come back.
    """
    if visit.identity:
        _run(
            "write",
            visit,
            seconds=_TWO_YEARS,
            value=encoded(visit.identity),
            own=_own(visit),
            visit=visit.id,
            isNew=not visit.who.was_read,
            grants=glance.grants,
        )
    else:
        st.empty()  # or what comes after it would move, and connect to LiveChat once more


def remove(visit: Visit) -> None:
    """Has the browser forget a visitor whom another tab has forgotten, and nobody else."""
    _run("remove", visit, keys=KEYS, own=_own(visit))


def remove_everywhere(visit: Visit) -> None:
    """Has the browser forget who the visitor is, and its other tabs as well (`tab.js`)."""
    _run("removeEverywhere", visit, keys=KEYS, visit=visit.id)


def kept_as(signed_in: SignedIn | None) -> dict[str, str]:
    """What the scripts need to know of where an identity is kept."""
    return {
        "name": name(signed_in),
        "secure": "; Secure" if address.is_https() else "",
        "place": _IN_TAB + name(signed_in),
        "forgotten": FORGOTTEN,
    }


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


def _own(visit: Visit) -> list[str]:
    return sorted(map(encoded, visit.who.own))


def _run(function: str, visit: Visit, /, **data: object) -> None:
    """Has the browser call a function of the script, once for each different `data`."""
    if programs.is_here():  # where there is none
        return
    given = json.dumps({**kept_as(visit.signed_in), **data})
    st.html(f"<script>{{ {SCRIPT} {function}({given}); }}</script>", unsafe_allow_javascript=True)
