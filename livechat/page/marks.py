"""Which messages belong together: what one author says in a row is a run.

A run has its author's face and name once, above, and the time once, below. What a message is
within it is told to the stylesheet in classes, so that it has one height for ever: nothing that is
on the screen moves when its run grows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

OWN = "own"  # the visitor's
FIRST, LAST = "first", "last"  # of a run
NEW = "new"  # the author, who may have a title: none of the agents before was this one
WIDE = "wide"  # no text, but something with a shape of its own

_LONGEST_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True)
class Said:
    """By whom something was said, and when; `author` is None for LiveChat itself."""

    author: str | None
    at: datetime
    day: str


def marked(said: Sequence[Said]) -> list[set[str]]:
    """Where in its run each of these stands, which are a page of the transcript.

    A page begins a run, so that what is read of the time before it changes nothing in it.
    """
    marks: list[set[str]] = [set() for _ in said]
    agent: str | None = None
    for place, one in enumerate(said):
        if place == 0 or not _go_on(said[place - 1], one):
            marks[place].add(FIRST)
        if place == len(said) - 1 or not _go_on(one, said[place + 1]):
            marks[place].add(LAST)
        if one.author == OWN:
            marks[place].add(OWN)
        elif one.author is not None:
            if one.author != agent:
                marks[place].add(NEW)
            agent = one.author
    return marks


def _go_on(before: Said, after: Said) -> bool:
    same = before.author is not None and (before.author, before.day) == (after.author, after.day)
    return same and abs(after.at - before.at) <= _LONGEST_PAUSE
