"""Who is signed in, as `st.user` says. The page only reads it, and never signs anybody in or out.

Who that is decides which of the browser's cookies is theirs (`browser/identity_cookie.py`): whoever
signs in after them, or nobody, does not get to see their chat.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from livechat.api.structures import parsing
from livechat.api.structures.forms import is_email
from livechat.page import safe_text
from livechat.settings import Settings
from livechat.visit import SignedIn

_LONGEST_NAME = 100  # characters
_LONGEST_EMAIL = 254  # which is what an address can have (RFC 5321)

_NO = ("false", "0")  # as a header may have it

_log = logging.getLogger("livechat")


def read(settings: Settings) -> SignedIn | None:
    """Who is; None if nobody is, or if the operator does not want to know.

    An e-mail address that is said not to be verified is none: it could be anybody's.
    """
    if not settings.signed_in:
        return None
    user = st.user.to_dict()
    if not user:
        _note("st.user is empty: configure [auth] in the secrets, or server.trustedUserHeaders")
    if not any(user.values()):  # nobody, or LiveChat would be told of headers that are not there
        return None
    is_unverified = str(user.get("email_verified")).lower() in _NO
    email = "" if is_unverified else _email(user)
    subject = _subject(user, email)
    if not subject:
        if user.get("is_logged_in") is not False:
            _note("st.user has neither a sub nor an e-mail address that tells who it is")
        return None
    # The sandbox gives each visitor an organization of their own.
    key = "" if settings.sandbox else settings.organization_id
    mark = hmac.digest(key.encode(), subject.encode(), "sha256").hex()[:24]
    return SignedIn(mark, _name(user), email)


def _subject(user: Mapping[str, Any], email: str) -> str:
    """What tells one person from others: an issuer's name for them, or else their address."""
    if subject := parsing.visible(user, "sub"):
        return f"{parsing.text(user, 'iss') or ''} {subject}"
    return email.lower()


def _email(user: Mapping[str, Any]) -> str:
    email = (parsing.text(user, "email") or "").strip()
    return email if len(email) <= _LONGEST_EMAIL and is_email(email) else ""


def _name(user: Mapping[str, Any]) -> str:
    parts = (parsing.visible(user, name) for name in ("given_name", "family_name"))
    name = parsing.visible(user, "name") or " ".join(filter(None, parts))
    return safe_text.name(_decoded(name))[:_LONGEST_NAME].strip()


def _decoded(text: str) -> str:
    """A text as it was meant: what stands in a header in UTF-8 is read as Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


@cache
def _note(what: str) -> None:
    # Once in the process.
    _log.warning("LIVECHAT_SIGNED_IN is on, but %s", what)
