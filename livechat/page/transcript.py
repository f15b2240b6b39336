"""The conversation: the newest events, then what is still to be delivered."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from livechat.conversation import Conversation, Delivery, Outgoing, State
from livechat.events import Event, User
from livechat.page import text, words
from livechat.page.plain import plain
from livechat.visit import Glance, Visit

_VISITOR = ":material/person:"
_UNNAMED = ":material/support_agent:"
_IMAGE = re.compile(r"https?://[\w.-]+[:/]|data:image/")


def draw(visit: Visit, glance: Glance) -> None:
    """Draws a window of the transcript, so that its price does not grow with the conversation."""
    conversation = glance.conversation
    entries = conversation.newest(glance.shown)
    with st.container(key="transcript"):
        if len(conversation.timeline) > glance.shown or conversation.older_page_id:
            st.button(words.EARLIER, key="earlier", type="tertiary", on_click=visit.show_earlier)
        if not entries and conversation.state is not State.UNKNOWN:
            st.markdown(words.GREETING)
        for entry in entries:
            if isinstance(entry, Outgoing):
                _outgoing(visit, entry)
            else:
                _event(conversation, entry)


def _event(conversation: Conversation, event: Event) -> None:
    if event.type == "system_message":
        said = words.SYSTEM.get(event.system_message_type or "", event.text)
        if said:
            st.html(text.system_line(said))
        return
    at = _time(event.created_at)
    if event.author_id == conversation.customer_id:
        _message(words.YOU, _VISITOR, at, plain(event))
    else:
        author = conversation.users.get(event.author_id or "")
        _message(_name(author), _avatar(author), at, plain(event))


def _outgoing(visit: Visit, message: Outgoing) -> None:
    on_its_way = message.on_its_way and message.problem is None
    at = words.SENDING if on_its_way else _time(message.typed_at)
    with _message(words.YOU, _VISITOR, at, message.text):
        if message.problem is None:
            return
        failed = message.delivery is Delivery.FAILED
        if failed:
            st.markdown(f":small[:red[:material/error: {words.UNDELIVERED[message.problem]}]]")
        else:
            st.caption(f":material/schedule: {words.STILL_TRYING}")
        with st.container(horizontal=True):
            st.button(
                words.RETRY,
                key=f"retry-{message.custom_id}",
                icon=":material/refresh:",
                on_click=visit.retry,
                args=(message.custom_id,),
            )
            if failed:
                st.button(
                    words.DISCARD,
                    key=f"discard-{message.custom_id}",
                    type="tertiary",
                    on_click=visit.discard,
                    args=(message.custom_id,),
                )


def _message(name: str, avatar: str, at: str, said: str) -> DeltaGenerator:
    message = st.chat_message(name, avatar=avatar)
    message.html(text.message(name, at, said))
    return message


def _name(author: User | None) -> str:
    return (author.name or "").strip() or words.AGENT if author else words.AGENT


def _avatar(author: User | None) -> str:
    avatar = (author.avatar or "").strip() if author else ""
    if "://" not in avatar and re.match(r"[\w.-]+\.\w+/", avatar):
        avatar = f"https://{avatar}"  # LiveChat leaves the scheme out at times (4.4)
    # Streamlit would open anything else as a file of the server.
    return avatar if _IMAGE.match(avatar) else _UNNAMED


def _time(moment: datetime) -> str:
    local = moment.astimezone(_zone())
    same_day = local.date() == datetime.now(local.tzinfo).date()
    return f"{local:%H:%M}" if same_day else f"{local:%Y-%m-%d %H:%M}"


def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
