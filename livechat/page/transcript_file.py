"""A conversation as plain text, to keep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from livechat.api.structures.characters import is_visible
from livechat.chat.conversation import Conversation
from livechat.page import authors, words
from livechat.page.plain_text import plain
from livechat.page.times import Here

# No day is "Today": whoever reads it does so later.
_LATER = date.max


def as_text(conversation: Conversation, here: Here, title: str = "") -> str:
    """All that was read of a conversation, with the times of where the visitor is."""
    return "\n".join([title or words.say("title"), *_lines(conversation, here)]) + "\n"


def _lines(conversation: Conversation, here: Here) -> Iterator[str]:
    timeline = conversation.transcript.timeline
    if timeline:
        ends = (here.day(event.created_at, _LATER) for event in (timeline[0], timeline[-1]))
        yield " \N{EN DASH} ".join(dict.fromkeys(ends))
    known_day = None
    for event in timeline:
        said = "\n    ".join(plain(event).splitlines())
        if not is_visible(said):
            continue
        day = here.day(event.created_at, _LATER)
        if day != known_day:
            known_day = day
            yield f"\n{day}\n"
        author = "" if event.is_by_nobody else f"{authors.author(conversation, event).name}: "
        yield f"[{here.clock(event.created_at)}] {author}{said}"
