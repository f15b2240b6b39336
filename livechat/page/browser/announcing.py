"""What a screen reader is told of, by the page's one live region.

A script that is sent with the keeper's (`keeper.py`). It announces what is drawn: each message of
an agent's once, by its author, what LiveChat says of the chat (its end, who comes and goes), what
could not be delivered and why, the place in the queue, and the line about what is going on. Never
the visitor's own words, nor what was said before the page was opened. Other scripts have it say
what they show (`livechatAnnouncer.say`): that somebody is typing, that the connection is lost.
"""

from __future__ import annotations

from pathlib import Path

from livechat.chat.conversation import State
from livechat.page import words
from livechat.page.browser import leading
from livechat.page.plain_text import plain
from livechat.visit import Visit

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def says() -> dict[str, str]:
    """What the script calls what has no words, and by which name it knows the visitor's own."""
    return {
        "form": words.say("form_without_labels"),
        "picture": words.say("picture"),
        "you": words.say("you"),
    }


def heard(visit: Visit) -> dict[str, str | None]:
    """Whose conversation it is, and which message it ended with when the page was opened.

    That is blank if there was none, and None while it is not read.
    """
    conversation = visit.conversation
    is_read = conversation.state is State.NONE or conversation.read is not None
    opened_at = visit.moment(visit.began_at)
    before = (
        leading.anchor(event.id)
        for event in reversed(conversation.transcript.timeline)
        if event.created_at < opened_at and (not event.is_by_nobody or plain(event))
    )
    return {"customer": conversation.customer_id, "from": next(before, "") if is_read else None}
