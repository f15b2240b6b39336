"""The sandbox, for a browser on another machine, which cannot reach it.

LiveChat's files are on the internet, the sandbox's on the loopback of the machine that the app
runs on. A browser elsewhere, such as a phone or a hosted demo's visitor, gets them from the app.
"""

from __future__ import annotations

import base64
import logging

from livechat.api import transport
from livechat.api.errors import Unreachable
from livechat.page.browser import address
from livechat.settings import Settings, is_loopback

_log = logging.getLogger("livechat")


def is_out_of_reach(url: str, settings: Settings) -> bool:
    """Whether an address is the sandbox's, and the browser on another machine."""
    page = address.host()
    is_ours = settings.sandbox and url.startswith(f"{settings.api_url}/")
    return is_ours and page is not None and not is_loopback(page)


def fetched(url: str) -> bytes:
    """The content of a file of the sandbox; none if the sandbox no longer has it."""
    try:
        return transport.download(url)
    except Unreachable as error:
        _log.debug("A file of the sandbox could not be read: %s", error)
        return b""


def inlined(url: str) -> str:
    """A picture of the sandbox as an address that holds it."""
    return f"data:image/png;base64,{base64.b64encode(fetched(url)).decode()}"
