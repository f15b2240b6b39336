"""What a session has: the settings, and the visit of whoever is at the browser."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NoReturn

import streamlit as st

from livechat.api.accounts import Identity
from livechat.page import (
    header,
    language,
    leaving,
    programs,
    reconnecting,
    safe_text,
    signed_in,
    sources,
    starting,
    words,
)
from livechat.page.browser import address, document, identity_cookie
from livechat.settings import Settings, SettingsError, enter_sandbox, load
from livechat.visit import SignedIn, Visit

NO_ADDRESS = (
    "The browser names no http:// or https:// address for this page. Open it at its own, or set "
    "LIVECHAT_REDIRECT_URI."
)

_LONGEST_FIELD = 1_000  # characters; anybody can write anything into an address


def visit() -> Visit:
    """This session's visit; a new one for whom the browser's cookie says the visitor is.

    A page that cannot start says what is wrong with the settings, and does nothing else.
    """
    found = st.session_state.get("visit")
    if isinstance(found, Visit) and _is_theirs(found):
        return found
    starting.say_what_is_left_out()
    starting.say_what_is_not_spoken()
    try:
        settings = load(os.environ, sources.DOTENV, sources.secrets())
    except SettingsError as error:
        starting.say_why_not(error.problems)
        _cannot_start(*error.problems)
    if not settings.redirect_uri and not address.origin():
        _cannot_start(NO_ADDRESS)
    starting.say(settings)
    person = signed_in.read(settings)
    if isinstance(found, Visit):
        found.forgotten, found = True, None
        st.session_state.dialog = None
    # Streamlit reloads the modules that a developer edits: `found` is a visit of an old class.
    identity = found.identity if found else identity_cookie.read(person)
    return _keep(_new_visit(settings, identity, person))


def _keep(visit: Visit) -> Visit:
    st.session_state.visit = visit
    leaving.watch(visit)
    reconnecting.watch(visit)
    return visit


def _is_theirs(visit: Visit) -> bool:
    """Whether nobody has signed in or out since the visit began, nor become somebody else."""
    person = signed_in.read(visit.settings)
    return (person and person.mark) == (visit.signed_in and visit.signed_in.mark)


def _cannot_start(*why: str) -> NoReturn:
    language.settle()
    header.configure()
    document.draw(is_final=True)
    said, title = words.say("for_operator"), words.say("cannot_start")
    st.error(said, title=title, icon=":material/settings:")
    st.html(safe_text.for_operator(why))
    st.stop()


def _new_visit(settings: Settings, identity: Identity | None, person: SignedIn | None) -> Visit:
    if settings.sandbox:
        known = identity.organization_id if identity else None
        settings = enter_sandbox(settings, known)
    fields = {**settings.session_fields, **_query_fields(settings.query_fields)}
    return Visit(
        settings,
        settings.redirect_uri or address.origin() or "",
        identity,
        asks_browser=not programs.is_here(),
        session_fields=fields,
        signed_in=person,
    )


def _query_fields(names: Iterable[str]) -> dict[str, str]:
    """What the page's address says, as far as the settings let it; never who the visitor is."""
    given = {name: st.query_params.get(name, "").strip() for name in names}
    return {name: value[:_LONGEST_FIELD] for name, value in given.items() if value}


def begin_anew(visit: Visit) -> None:
    """What is left of a visit whose visitor was forgotten: the browser forgets them, too."""
    st.info(words.say("forgotten"), icon=":material/check:")
    if st.button(words.say("begin_anew"), key="begin-anew"):
        # Not by the cookie: Streamlit has those that the browser sent when the session began.
        _keep(_new_visit(visit.settings, None, visit.signed_in))
        st.session_state.dialog = None
        st.rerun()
    if visit.was_told_to_forget:
        identity_cookie.remove(visit)
    else:
        identity_cookie.remove_everywhere(visit)
