"""The Agent desk: in the sandbox, one person can also play the agent of their own chat."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from livechat.conversation import State
from livechat.desk import Desk
from livechat.errors import LiveChatError
from livechat.page import words
from livechat.visit import Visit


def draw(visit: Visit) -> None:
    """Draws the desk into the sidebar, which is folded away until it is wanted."""
    settings = visit.settings
    desk = Desk(settings.api_url, settings.agent_token or "")
    conversation = visit.conversation
    active = conversation.state is State.ACTIVE
    with st.sidebar:
        st.subheader(words.DESK, anchor=False)
        st.caption(words.DESK_HELP)
        with st.form("desk", clear_on_submit=True, border=False):
            text = st.text_area(words.DESK_REPLY, key="desk-text")
            if st.form_submit_button(words.DESK_SEND) and text.strip():
                _do(
                    visit,
                    lambda: desk.say(
                        text,
                        customer_id=conversation.customer_id or "",
                        chat_id=conversation.chat_id,
                        active=active,
                    ),
                )
        if st.button(words.DESK_END, disabled=not active):
            _do(visit, lambda: desk.end(conversation.chat_id or ""))
        with st.container(horizontal=True):
            if st.button(words.DESK_ONLINE):
                _do(visit, lambda: desk.accept_chats(True), words.DESK_IS_ONLINE)
            if st.button(words.DESK_OFFLINE):
                _do(visit, lambda: desk.accept_chats(False), words.DESK_IS_OFFLINE)


def _do(visit: Visit, act: Callable[[], None], done: str = "") -> None:
    try:
        act()
    except LiveChatError as error:
        st.error(str(error))
        return
    visit.expect_news()
    if done:
        st.toast(done)
