"""Who is who in the chat: names, faces and job titles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from livechat.api.structures.events import Event, User
from livechat.chat.conversation import Conversation
from livechat.page import addresses, safe_text, words

VISITOR = ":material/person:"
_UNNAMED = ":material/support_agent:"


@dataclass(frozen=True)
class Author:
    """Who has written an event. `avatar` is what `st.chat_message` takes."""

    name: str
    avatar: str
    title: str = ""


def author(conversation: Conversation, event: Event) -> Author:
    """The author of an event, as a customer knows them (4.4)."""
    if event.author_id == conversation.customer_id:
        return Author(words.say("you"), VISITOR)
    user = conversation.agents.users.get(event.author_id or "")
    if greeted := conversation.greeted if conversation.is_greeting(event) else None:
        user = user or greeted.greeting.agent  # nobody is in a chat with them yet
    title = safe_text.name(user.job_title or "") if user else ""
    return Author(name(user), face(user) or _UNNAMED, title)


def name(user: User | None) -> str:
    """An agent's name; some may have none, or may not be known yet."""
    return safe_text.name((user.name if user else None) or "", words.say("agent"))


def face(user: User | None) -> str | None:
    """An agent's picture, as an address."""
    avatar = (user.avatar or "").strip() if user else ""
    if "://" not in avatar and re.match(r"[\w.-]+\.\w+/", avatar):
        avatar = f"https://{avatar}"  # LiveChat leaves the scheme out at times (4.4)
    # Streamlit would open anything else as a file of the server.
    return addresses.picture(avatar)
