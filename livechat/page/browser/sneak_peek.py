"""The sneak peek: agents see what the visitor is writing before it is sent (3.4).

The script that holds LiveChat's connection (`push.py`) looks at the page's input and sends what is
in it, at most every two seconds and only if it has changed; the app is asked for nothing. Once the
text is sent or deleted it sends an empty one. Only what the visitor writes while the chat is open
is shown: no draft that the page itself has put back, no name of a file, nothing that is too long to
be sent. What LiveChat answers is let pass.

Of several tabs of one browser only that with the connection shows what is written in it.
"""

from __future__ import annotations

from pathlib import Path

from livechat.chat.conversation import State
from livechat.chat.outgoing import LONGEST_TEXT
from livechat.visit import Visit

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def wanted(visit: Visit) -> dict[str, str | int | None] | None:
    """In which chat the agents are shown what is written, and how long it may be; None: in none."""
    conversation = visit.conversation
    is_open = conversation.state is State.ACTIVE and not visit.is_ending
    if not (visit.settings.sneak_peek and is_open):
        return None
    return {
        "chat": conversation.chat_id,
        "thread": conversation.thread_id,
        "longest": LONGEST_TEXT,  # bytes
    }
