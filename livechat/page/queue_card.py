"""The visitor's place in the queue, as a card at the end of the transcript (4.7)."""

from __future__ import annotations

import streamlit as st

from livechat.page import safe_text, words
from livechat.visit import Glance

_LAST_PLACE = 9_999
_LONGEST_WAIT = 24 * 3600  # seconds


def draw(glance: Glance) -> None:
    """Draws the card while there is a place in the queue that says something."""
    if said := sentences(glance):
        place, *wait = said
        st.html(
            f'<div class="card" id="queue">{safe_text.as_typed(place, "bold")}'
            f"{''.join(map(safe_text.status_line, wait))}</div>"
        )


def sentences(glance: Glance) -> list[str]:
    """What there is to say of the queue; nothing where a place or a time would tell nobody a thing.

    Nor is anything said of it while the chat has a problem or is being ended.
    """
    queue = glance.conversation.queue
    if queue is None or not 1 <= queue.position <= _LAST_PLACE or glance.problem or glance.ending:
        return []
    said = [words.say("queued", position=queue.position)]
    seconds = queue.wait_time or 0
    if 0 < seconds <= _LONGEST_WAIT:
        said.append(words.say("queued_for", count=-(-seconds // 60)))
    return said
