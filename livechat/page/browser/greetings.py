"""Greetings: LiveChat's pushes bring them, and its answer to a login tells which one there is.

In the newest version of the API it also welcomes who has said nothing yet, if it is asked to.

The script that holds the connection (`push.py`) hands a greeting on to the app, which shows it, as
long as LiveChat shows it to the visitor. Here it is the only thing of which the app is told what it
says; why that is safe stands in `api/structures/greetings.py`. One for who is about to leave waits
until the pointer leaves the page.

LiveChat chooses by the page that the visitor is on, so it is told where that is: the address that
the visitor sees, of whose parameters only those that the settings name, and the page's title
without the count of messages.

Of several tabs of one browser, only that with the connection has the greeting. The others hear
which one it is, not what it says: one on the screen, where the greeting is shown in a hidden tab,
takes the connection over, and LiveChat tells it at the login.
"""

from __future__ import annotations

from pathlib import Path

from livechat.api import route
from livechat.chat.conversation import State
from livechat.page import header
from livechat.settings import Settings
from livechat.visit import Visit

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def page(settings: Settings) -> dict[str, object]:
    """What the script is to call the page, and the parameters of its address that it may tell."""
    return {"title": header.title(settings), "fields": list(settings.query_fields)}


def is_welcomed(visit: Visit) -> bool:
    """Whether the script is to ask for a welcome message (v36 1.2)."""
    conversation = visit.conversation
    is_silent = conversation.state is State.NONE and not conversation.outbox
    return route.VERSION.is_newest and is_silent
