"""The head of the page, which stays in sight: whose chat this is, and whether anybody is there."""

from __future__ import annotations

import html
from base64 import b64encode
from pathlib import Path

import streamlit as st

from livechat.api.structures.events import User
from livechat.chat.conversation import State
from livechat.chat.outgoing import Problem
from livechat.page import authors, safe_text, style, words
from livechat.settings import Settings
from livechat.visit import Glance, Visit

# Part of the page, as a logo is (`settings_logo.py`): nobody else is asked for it.
_ICON = Path(__file__).with_name("icon.svg").read_bytes()
ICON = f"data:image/svg+xml;base64,{b64encode(_ICON).decode()}"


def title(settings: Settings) -> str:
    """What the page is called."""
    return safe_text.name(settings.title or "", words.say("title"))


def face(settings: Settings) -> str:
    """The company's face, as an address."""
    return settings.logo or ICON


def draw(visit: Visit, glance: Glance | None = None) -> None:
    """Draws it, and names the page's tab; without a glance the visit is over."""
    settings = visit.settings
    name, unseen = title(settings), glance.unseen if glance else 0
    st.set_page_config(
        page_title=words.say("title_unseen", count=unseen, title=name) if unseen else name,
        # Once, since it may be large.
        page_icon=face(settings) if visit.drawn is None else None,
        initial_sidebar_state="collapsed",
    )
    with style.closed("header"):
        st.title(safe_text.heading(name), anchor=False)
        st.html(_about(settings, glance))
    if settings.sandbox:
        st.html(f'<div class="notice">{safe_text.status_line(words.say("sandbox"))}</div>')


def configure() -> None:
    """Names the tab of a page that cannot start."""
    st.set_page_config(
        page_title=words.say("title"), page_icon=ICON, initial_sidebar_state="collapsed"
    )


def _about(settings: Settings, glance: Glance | None) -> str:
    """What stands around the title as HTML, for the stylesheet to lay out."""
    about = []
    if (online := _is_online(glance)) is not None:
        state, said = ("on", words.say("online")) if online else ("off", words.say("offline"))
        about.append(f'<span class="presence {state}">{html.escape(said)}</span>')
    if settings.privacy_url:
        link = safe_text.link_tag(settings.privacy_url)
        about.append(f"{link}{html.escape(words.say('privacy'))}</a>")
    shown = html.escape(_shown(settings, glance))
    return f'<img class="face" src="{shown}" alt=""><div class="about">{" ".join(about)}</div>'


def _is_online(glance: Glance | None) -> bool | None:
    """Whether anybody is there; None as long as that is not known, and where nobody can be."""
    if glance and glance.problem is Problem.MISCONFIGURED:
        return None
    if _present(glance):
        return True
    return glance.company.online if glance and glance.company else None


def _present(glance: Glance | None) -> tuple[User, ...]:
    """Who is there for this chat. Others may come for a new one while nobody takes any."""
    conversation = glance.conversation if glance else None
    is_open = conversation and conversation.state is State.ACTIVE
    return conversation.agents.present if conversation and is_open else ()


def _shown(settings: Settings, glance: Glance | None) -> str:
    """The company's face, or that of who is there for it."""
    faces = (authors.face(user) for user in _present(glance))
    return settings.logo or next(filter(None, faces), None) or ICON
