"""The Agent desk: in the sandbox, one person can also play the agent of their own chat."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache

import streamlit as st

from livechat.api import route
from livechat.api.agent_client import AgentClient, Configured
from livechat.api.errors import ChatInactive, LiveChatError
from livechat.chat.conversation import State
from livechat.page import safe_text, words
from livechat.visit import Visit

# What can be shown, as the sandbox's agent knows it, and the forms.
SHOWN = (
    *("cards", "quick_replies", "shop", "sticker", "file", "form", "formatting", "edit", "delete"),
    *("delete_mine", "order", "help", "thinking", "queue", "transfer", "region", "away"),
    "greeting",
)
FORMS = ("prechat", "postchat", "ticket")

_LOOKS_EVERY = 1.0  # seconds


def draw(visit: Visit) -> None:
    """Draws the desk into the sidebar, which is folded away until it is wanted."""
    settings = visit.settings
    agent = _agent(settings.api_url, settings.agent_token or "")
    with st.sidebar:
        st.subheader(words.say("desk"), anchor=False)
        st.html(safe_text.status_line(words.say("desk_help")))
        _draw_chat(visit, agent)
        with st.container(horizontal=True):
            if st.button(words.say("desk_online"), key="desk-online"):
                _do(visit, lambda: agent.accept_chats(True), words.say("desk_is_online"))
            if st.button(words.say("desk_offline"), key="desk-offline"):
                _do(visit, lambda: agent.accept_chats(False), words.say("desk_is_offline"))
        _draw_company(visit, agent)
        st.html(safe_text.status_line(words.say("desk_go_live")))


@lru_cache(maxsize=1_000)  # one for each visitor's organization
def _agent(api_url: str, agent_token: str) -> AgentClient:
    return AgentClient(api_url, agent_token)


def _draw_chat(visit: Visit, agent: AgentClient) -> None:
    conversation = visit.conversation
    active = conversation.state is State.ACTIVE
    chat_id = conversation.chat_id or ""
    with st.form("desk", clear_on_submit=True, border=False):
        text = st.text_area(words.say("desk_reply"), key="desk-text")
        if st.form_submit_button(words.say("desk_send")) and text.strip():
            _do(
                visit,
                lambda: agent.say(
                    text,
                    customer_id=conversation.customer_id or "",
                    chat_id=conversation.chat_id,
                    active=active,
                ),
            )
    with st.container(horizontal=True):
        what = st.menu_button(
            words.say("desk_show"),
            SHOWN,
            format_func=lambda name: words.say(f"desk_shown.{name}"),
            key="desk-show",
            disabled=not active,
        )
        if what:
            _do(visit, lambda: agent.show(what, chat_id))
        customer_id = conversation.customer_id
        cannot_greet = active or customer_id is None
        if st.button(words.say("desk_greet"), key="desk-greet", disabled=cannot_greet):
            _do(visit, lambda: agent.greet(customer_id or ""))
        if st.button(words.say("desk_end"), key="desk-end", disabled=not active):
            _do(visit, lambda: agent.end(chat_id))
    if st.toggle(words.say("desk_peek"), key="desk-peek") and active:
        _draw_peek(agent, chat_id)


# While it is wanted: nothing else draws anything here because the visitor writes.
@st.fragment(run_every=_LOOKS_EVERY)
def _draw_peek(agent: AgentClient, chat_id: str) -> None:
    text = ""

    def look() -> None:
        nonlocal text
        with suppress(ChatInactive):  # just now, as the page has yet to hear
            text = agent.peek(chat_id)

    if _works(look):
        typed = safe_text.isolated(safe_text.titled(text))
        said = words.say("desk_peeked", text=typed) if text else words.say("desk_peeked_nothing")
        st.html(safe_text.status_line(said))


def _draw_company(visit: Visit, agent: AgentClient) -> None:
    """Draws what a company sets in LiveChat's settings, and sets what is chosen."""
    kept = st.session_state.setdefault("desk-configured", {})
    organization_id = visit.settings.organization_id

    def ask(choice: Configured | None = None) -> None:
        kept[organization_id] = (
            agent.configure(enabled_forms=choice.enabled_forms, language=choice.language)
            if choice
            else agent.configure()
        )

    def welcome(message: str | None) -> None:
        kept[organization_id] = agent.welcome(message)

    if organization_id not in kept and not _works(ask):
        return
    known = kept[organization_id]
    enabled = frozenset(
        form
        for form in FORMS
        if st.toggle(
            words.say(f"desk_form.{form}"), form in known.enabled_forms, key=f"desk-{form}"
        )
    )
    languages = words.languages()
    language = st.selectbox(
        words.say("desk_language"),
        languages,
        languages.index(known.language),
        format_func=words.name_of,
        key="desk-language",
        placeholder=words.say("choose"),
    )
    chosen = replace(known, enabled_forms=enabled, language=language)
    if chosen != known:
        _do(visit, lambda: ask(chosen))
    if route.VERSION.is_newest:  # only there LiveChat has welcome messages
        is_on = known.welcome_message is not None
        wanted = st.toggle(words.say("desk_welcome"), is_on, key="desk-welcome")
        if wanted != is_on:
            _do(visit, lambda: welcome(words.say("desk_welcomes") if wanted else None))


def _do(visit: Visit, act: Callable[[], None], done: str = "") -> None:
    if _works(act):
        visit.expect_news()
        if done:
            st.toast(done)


def _works(act: Callable[[], None]) -> bool:
    try:
        act()
    except LiveChatError as error:
        st.error(str(error))
        return False
    return True
