"""What a page load begins with: the settings, the visit, and the cookie that outlives it.

The cookie holds the visitor's LiveChat identity, a password to their chats. It belongs to this
site alone: SameSite=Lax, and on https Secure with the `__Host-` prefix, so that no other host can
set it. A script writes it, since Streamlit has no way to set a cookie, so it cannot be HttpOnly.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError
from streamlit.typing import ChatInputValue

from livechat import settings as configuration
from livechat.api.accounts import Identity
from livechat.chat.attachment import MAX_BYTES
from livechat.page import words
from livechat.page.entries.files import attachments
from livechat.settings import Settings, SettingsError
from livechat.visit.visit import Glance, Visit

_LONGEST_FIELD = 1_000  # characters; anybody can write anything into an address
_TWO_YEARS = 63_072_000  # seconds, as LiveChat's own cookies (2.3)
_DOTENV = Path(__file__).parents[2] / ".env"


def visit() -> Visit:
    """This session's visit; a new one for whom the browser's cookie says the visitor is.

    A page that cannot start says what is wrong with the settings, and does nothing else.
    """
    found = st.session_state.get("visit")
    if isinstance(found, Visit):
        return found
    try:
        settings = configuration.load(os.environ, _DOTENV, _secrets())
    except SettingsError as error:
        problems = "\n".join(f"- {problem}" for problem in error.problems)
        st.error(problems, title=words.CANNOT_START, icon=":material/settings:")
        st.stop()
    if found:
        # Streamlit reloads the modules that a developer edits: this is a visit of an old class.
        identity = found.identity
    else:
        identity = Identity.from_cookie(st.context.cookies.get(_cookie_name()))
    visit = st.session_state.visit = _new_visit(settings, identity)
    return visit


def _new_visit(settings: Settings, identity: Identity | None) -> Visit:
    if settings.sandbox:
        known = identity.organization_id if identity else None
        settings = configuration.enter_sandbox(settings, known)
    if identity and identity.organization_id != settings.organization_id:
        identity = None
    fields = {**settings.session_fields, **_query_fields(settings.query_fields)}
    return Visit(settings, settings.redirect_uri or _origin(), identity, session_fields=fields)


def _query_fields(names: Iterable[str]) -> dict[str, str]:
    """What the page's address says, as far as the settings let it; never who the visitor is."""
    given = {name: st.query_params.get(name, "").strip() for name in names}
    return {name: value[:_LONGEST_FIELD] for name, value in given.items() if value}


def listen(visit: Visit) -> None:
    """Draws the input, which Streamlit pins to the bottom of the page, and takes what is typed.

    In a callback, since a run that a later message interrupts may never come to its first line. A
    session that begins with a message, because the app was restarted under an open page, has no
    callback yet: there the value is taken.
    """
    # What may be attached never changes: another widget would lose what is being typed.
    typed = st.chat_input(
        words.say(words.WRITE, visit.configuration),
        key="typed",
        accept_file="multiple",
        max_upload_size=MAX_BYTES // 1024**2,
        on_submit=_hear,
        args=(visit,),
    )
    if not st.session_state.pop("heard", False) and typed:
        _say(visit, typed)


def _hear(visit: Visit) -> None:
    _say(visit, st.session_state.typed)
    st.session_state.heard = True


def _say(visit: Visit, typed: ChatInputValue) -> None:
    visit.say(typed.text, attachments(typed.files))
    visit.work_in_background()


def remember(visit: Visit, glance: Glance) -> None:
    """Has the browser keep who the visitor is."""
    if visit.identity:
        # A new grant renews the cookie's life: the changed body makes the browser run it again.
        _write_cookie(visit.identity.to_cookie(), _TWO_YEARS, glance.grants)


def begin_anew(visit: Visit) -> None:
    """What is left of a visit whose visitor was forgotten: the browser drops the cookie."""
    st.info(words.FORGOTTEN, icon=":material/check:")
    if st.button(words.BEGIN_ANEW):
        # Not from the cookie: Streamlit has those that the browser sent when the session began.
        st.session_state.visit = _new_visit(visit.settings, None)
        st.rerun()
    _write_cookie("", 0, 0)


def _secrets() -> Mapping[str, Any]:
    try:
        return st.secrets.to_dict()
    except StreamlitSecretNotFoundError:
        # Raised for a missing file and for a broken one alike.
        if any(Path(file).exists() for file in st.get_option("secrets.files")):
            raise SettingsError((words.BROKEN_SECRETS,)) from None
        return {}


def _origin() -> str:
    url = urlsplit(st.context.url or "http://localhost:8501")
    return f"{url.scheme}://{url.netloc}"


def _is_https() -> bool:
    return _origin().startswith("https:")


def _cookie_name() -> str:
    return "__Host-livechat" if _is_https() else "livechat"


def _write_cookie(value: str, max_age: int, grants: int) -> None:
    secure = "; Secure" if _is_https() else ""
    cookie = f"{_cookie_name()}={value}; Path=/; Max-Age={max_age}; SameSite=Lax{secure}"
    st.html(
        f'<script>document.cookie = "{cookie}"; /* {grants} */</script>',
        unsafe_allow_javascript=True,
    )
