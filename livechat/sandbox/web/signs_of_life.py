"""How the sandbox hears of all that a client sends over a WebSocket, its pings included.

A connection is ended when its client has been silent for too long, and a ping is a sign of life
(section 6.1). ASGI says nothing of pings: only the server's own protocol sees them. Uvicorn takes
a protocol from its user, but has no public one to build on; this is the one place that reaches for
its private class.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

try:
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
except ImportError as error:
    raise ImportError(
        "This version of uvicorn, which comes with Streamlit, has moved the protocol that"
        " livechat/sandbox/web/signs_of_life.py is made of: name the one that"
        " `uvicorn --ws websockets-sansio` runs."
    ) from error


class LivelyProtocol(WebSocketsSansIOProtocol):
    """Tells the application of all that the client sends, control frames included."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start a connection; the application finds its `Life` in the scope's state."""
        super().__init__(*args, **kwargs)
        self.conn.debug = False  # or it logs frames, which hold tokens and texts
        self._life = Life()
        self.app_state = {**self.app_state, "life": self._life}

    def data_received(self, data: bytes) -> None:
        """Take what the client has sent."""
        self._life.heard()
        super().data_received(data)


class Life:
    """Who hears of a sign of life."""

    def __init__(self) -> None:
        """Start with nobody."""
        self.heard: Callable[[], None] = lambda: None
