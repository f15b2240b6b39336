"""What a session has: the settings, and the visit of whoever is at the browser."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from livechat.api.accounts import Identity
from livechat.page import words
from livechat.page.browser import address, identity_cookie
from livechat.settings import Settings, SettingsError, enter_sandbox, load
from livechat.visit import Visit

_LONGEST_FIELD = 1_000  # characters; anybody can write anything into an address
_DOTENV = Path(__file__).parents[2] / ".env"


def visit() -> Visit:
    """This session's visit; a new one for whom the browser's cookie says the visitor is.

    A page that cannot start says what is wrong with the settings, and does nothing else.
    """
    found = st.session_state.get("visit")
    if isinstance(found, Visit):
        return found
    try:
        settings = load(os.environ, _DOTENV, _secrets())
    except SettingsError as error:
        problems = "\n".join(f"- {problem}" for problem in error.problems)
        st.error(problems, title=words.CANNOT_START, icon=":material/settings:")
        st.stop()
    if not settings.redirect_uri and not address.origin():
        st.error(words.NO_ADDRESS, title=words.CANNOT_START, icon=":material/settings:")
        st.stop()
    # Streamlit reloads the modules that a developer edits: `found` is a visit of an old class.
    identity = found.identity if found else identity_cookie.read()
    visit = st.session_state.visit = _new_visit(settings, identity)
    return visit


def _new_visit(settings: Settings, identity: Identity | None) -> Visit:
    if settings.sandbox:
        known = identity.organization_id if identity else None
        settings = enter_sandbox(settings, known)
    fields = {**settings.session_fields, **_query_fields(settings.query_fields)}
    return Visit(
        settings,
        settings.redirect_uri or address.origin() or "",
        identity,
        asks_browser=True,
        session_fields=fields,
    )


def _query_fields(names: Iterable[str]) -> dict[str, str]:
    """What the page's address says, as far as the settings let it; never who the visitor is."""
    given = {name: st.query_params.get(name, "").strip() for name in names}
    return {name: value[:_LONGEST_FIELD] for name, value in given.items() if value}


def begin_anew(visit: Visit) -> None:
    """What is left of a visit whose visitor was forgotten: the browser forgets them, too."""
    st.info(words.FORGOTTEN, icon=":material/check:")
    if st.button(words.BEGIN_ANEW):
        # Not by the cookie: Streamlit has those that the browser sent when the session began.
        st.session_state.visit = _new_visit(visit.settings, None)
        st.session_state.dialog = None
        st.rerun()
    if visit.was_told_to_forget:
        identity_cookie.remove(visit)
    else:
        identity_cookie.remove_everywhere(visit)


def _secrets() -> Mapping[str, Any]:
    try:
        return st.secrets.to_dict()
    except StreamlitSecretNotFoundError:
        # Raised for a missing file and for a broken one alike.
        if any(Path(file).exists() for file in st.get_option("secrets.files")):
            raise SettingsError((words.BROKEN_SECRETS,)) from None
        return {}
