"""The search: what was said in the conversation, and the way there."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from livechat.api.structures.events import Event
from livechat.chat import keys
from livechat.page import authors, safe_text, sought, words
from livechat.page.browser import leading, together
from livechat.page.entries import commonmark
from livechat.page.folding import Fold
from livechat.page.plain_text import plain
from livechat.page.times import here
from livechat.visit import Glance, Visit

_MOST_FOUND = 50
_EXCERPT = 240  # characters, of which some before the hit
_BEFORE_HIT = 80


def draw(visit: Visit, glance: Glance, *, close: Callable[[], None]) -> None:
    """Draws what to search for and what was found; `close` closes the dialog around it.

    What is not drawn any more has something in its place, as `dialogs.py` has it.
    """
    wanted = st.text_input(
        words.say("search_for"),
        key="search",
        type="search",
        placeholder="",
        live=True,
        on_change=together.heard,
    )
    conversation = glance.conversation
    if conversation.transcript.older_page_id:
        st.html(safe_text.status_line(words.say("search_not_all")))
        st.button(words.say("search_earlier"), key="search-earlier", on_click=_load, args=(visit,))
    else:
        st.empty()
        st.empty()
    hits: list[Event] = []
    if wanted := sought.fold(wanted):
        timeline = conversation.transcript.timeline
        found = [event for event in reversed(timeline) if _tells(event, wanted)]
        hits = found[:_MOST_FOUND]
        sentence = "search_found" if hits == found else "search_found_more"
        st.html(safe_text.status_line(words.say(sentence, count=len(found), shown=len(hits))))
    else:
        st.empty()
    for place in range(_MOST_FOUND):
        if place < len(hits):
            _draw_hit(visit, glance, hits[place], wanted, close)
        else:
            st.empty()


def _draw_hit(
    visit: Visit, glance: Glance, event: Event, wanted: str, close: Callable[[], None]
) -> None:
    author = authors.author(glance.conversation, event).name
    at = here().stamp(event.created_at, glance.today)
    with st.container(gap=None, key=f"hit-{keys.part(event.id)}"):
        st.button(
            f"{safe_text.label(author)} · {safe_text.isolated(safe_text.heading(at))}",
            key=f"found-{keys.part(event.id)}",
            type="tertiary",
            on_click=_lead_to,
            args=(visit, event, wanted, close),
        )
        excerpt = sought.excerpt(_read(event, plain(event)), wanted, _BEFORE_HIT, _EXCERPT)
        st.html(safe_text.paragraph(excerpt))


def _load(visit: Visit) -> None:
    visit.read_everything()
    together.heard()


def _tells(event: Event, wanted: str) -> bool:
    if event.is_by_nobody:
        return False
    folded = sought.fold(plain(event))
    if not event.commonmark:
        return wanted in folded
    # What is formatted takes long to read; signs may stand between its words.
    might = all(word in folded for word in wanted.split())
    return might and wanted in sought.fold(_read(event, event.text))


def _read(event: Event, text: str) -> str:
    """A text of an event as people read it."""
    return commonmark.as_text(text) if event.commonmark else text


def _lead_to(visit: Visit, event: Event, wanted: str, close: Callable[[], None]) -> None:
    visit.show_back_to(event.id)
    fold = Fold(keys.part(event.id))
    fold.unfold(plain(event), lambda shown: wanted in sought.fold(_read(event, shown)))
    leading.lead_to(visit.conversation.known_as(event), wanted)
    close()
