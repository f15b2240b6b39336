"""The reader: of the tabs of one browser with the same visitor's page, one reads for all of them.

A script elects it with the browser's Web Locks. The reader alone polls, or holds the connection
that hears LiveChat's pushes, and passes on what it hears through a `BroadcastChannel`. The others
read only when they are told that there is news, and only on the screen; back on it they ask what
there was. Any tab tells the others when it knows something new, as after a message of its own.

Who closes the reader, or whose browser stops it, has given back the lock, and the next one has it.
A reader on the screen is not disturbed. One that is not gives way to a tab that is, unless it is
connected: browsers let what is hidden poll late, or not at all. So does one that does not answer,
and one that has a greeting for the visitor (`greetings.py`).

A tab without Web Locks, which browsers keep for https, reads for itself. On the server, no tab's
session knows of another's.
"""

from __future__ import annotations

from hashlib import blake2s
from pathlib import Path

from livechat.chat.conversation import Conversation
from livechat.chat.outgoing import Delivery
from livechat.page.browser.identity_cookie import KEYS

_NEWEST = 10  # events

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def tabs(organization_id: str, customer_id: str | None) -> str | None:
    """What the tabs of this customer have in common; None if nobody is one yet."""
    return f"{KEYS}reader/{organization_id}/{customer_id}" if customer_id else None


def known(conversation: Conversation) -> str:
    """What a tab shows of the chat, short: where another one shows the same there is no news."""
    own, agents = conversation.customer_id, conversation.agents
    newest = conversation.transcript.timeline[-_NEWEST:]
    # What was sent is the same before and after it is read.
    events = {e.id: None if e.author_id == own else repr(e.content) for e in newest}
    sent = (m.event_id for m in conversation.outbox if m.delivery is Delivery.SENT)
    events |= {id: None for id in sent if id}
    who = [(user.id, user.name) for user in agents.present], agents.seen_up_to
    # Once LiveChat has it: else it could be looked for before it is there.
    thread = conversation.transcript.threads.get(conversation.thread_id or "")
    said = thread and (thread.rating, thread.transcript_email)
    what = list(events.items())[-_NEWEST:], conversation.state, conversation.queue, who, said
    return blake2s(repr(what).encode(), digest_size=8).hexdigest()
