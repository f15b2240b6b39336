"""Who may come back into a session of Streamlit's: the browser that has begun it, and nobody else.

A line that was cut connects anew and names its session. Streamlit (1.67) takes that ID for proof:
whoever knows it would have the page as it stands, the visitor's token and words in it, and write in
their name, while the visitor's own line is cut. So a connection is let into a session only with a
cookie that an earlier one of it has brought: the visitor's identity, or else Streamlit's own cookie
against forged requests. Without that it begins a session of its own, as after a restart.

Where something in front hands on no cookie there is nothing to compare, and the ID is all.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.session_manager import SessionClient
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

from livechat.page.browser import identity_cookie
from livechat.visit import Visit


@dataclass
class _Session:
    """Of one session: its visit, which cookie holds whose that is, and what has been brought."""

    visit: weakref.ref[Visit]
    cookie: str
    is_known: bool = False  # by a cookie of this visit
    token: bytes | None = None

    def is_entered(self, cookies: Mapping[str, str]) -> bool:
        """Whether it is by its own browser; what that brings is asked for from now on."""
        visit = self.visit()
        if visit is None:
            return False
        identity = identity_cookie.decoded(cookies.get(self.cookie))
        token, _ = decode_xsrf_token_string(cookies.get(XSRF_COOKIE_NAME, ""))
        is_known = identity is not None and identity in visit.who.own
        if not is_known and (self.is_known or (self.token and token != self.token)):
            return False
        self.is_known |= is_known
        self.token = self.token or token
        return True


class Sessions:
    """The sessions of this process that may be come back into."""

    def __init__(self) -> None:
        """There is none yet."""
        self._sessions: dict[str, _Session] = {}
        self._lock = threading.Lock()

    def watch(self, session_id: str, visit: Visit, cookie: str, cookies: Mapping[str, str]) -> None:
        """From now on this is the session's visit; `cookies` are what its connection has brought.

        `cookie` is the name of the one that holds who the visitor is.
        """
        session = _Session(weakref.ref(visit), cookie)
        session.is_entered(cookies)
        with self._lock:
            self._sessions[session_id] = session

    def is_entered(self, session_id: str, cookies: Mapping[str, str]) -> bool:
        """Whether a connection that brings these cookies may have that session."""
        with self._lock:
            session = self._sessions.get(session_id)
            return session is not None and session.is_entered(cookies)

    def forget(self, session_id: str) -> None:
        """Nobody comes back into that session."""
        with self._lock:
            self._sessions.pop(session_id, None)


_beginning = threading.Lock()


def watch(visit: Visit) -> None:
    """Lets nobody but this browser back into the session that runs now."""
    context = get_script_run_ctx()
    if not context or not runtime.exists():
        return
    sessions, name = _guarded(), identity_cookie.name(visit.signed_in)
    client = runtime.get_instance().get_client(context.session_id)
    if client and client.client_context:
        sessions.watch(context.session_id, visit, name, client.client_context.cookies)
    else:  # cut already, and nobody knows what it has brought
        sessions.forget(context.session_id)


def forget(session_id: str) -> None:
    """The session is over."""
    _guarded().forget(session_id)


def _guarded() -> Sessions:
    # Of two visitors at once each would have some that the other does not know of.
    with _beginning:
        return _sessions()


@cache
def _sessions() -> Sessions:
    """Those of this process, which from now on Streamlit asks for before it has anybody in."""
    sessions = Sessions()
    streamlit = runtime.get_instance()
    connect = streamlit.connect_session

    def connect_session(
        client: SessionClient,
        user_info: dict[str, Any],
        existing_session_id: str | None = None,
        session_id_override: str | None = None,
    ) -> str:
        context = client.client_context
        cookies = context.cookies if context else {}
        if existing_session_id and not sessions.is_entered(existing_session_id, cookies):
            existing_session_id = None
        return connect(client, user_info, existing_session_id, session_id_override)

    # Here, since it has no hook for it, and before it cuts the line that it takes for an old one.
    streamlit.connect_session = connect_session  # type: ignore[method-assign]
    return sessions
