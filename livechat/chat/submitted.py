"""What was submitted, as the browser's tab keeps and tells it: nothing of it is trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from livechat.api.structures import parsing
from livechat.api.structures.parsing import Malformed, an_object, clean, each, required
from livechat.chat.outgoing import Problem

# More of a text is not looked at: LiveChat takes 16 KB of it at most.
LONGEST = 100_000  # characters
_MOST = 200  # at a time; the others are told again
_MOST_FILES = 50
_LONGEST_NAME = 1_000  # characters

_ID = re.compile("[0-9a-f]{32}")

# What the tab says of a file that it could not hand on.
_REASONS = {
    "size": Problem.FILE_TOO_LARGE,
    "cookie": Problem.FILE_NEEDS_COOKIE,
    "upload": Problem.FILE_NOT_UPLOADED,
}


@dataclass(frozen=True, slots=True)
class Submitted:
    """A message that was submitted, with the names of the `files` that went with it.

    `visit` is the one that it was told to first, None if to none so far. `customer` is whose it is,
    None if that was not known yet. `refused` are files that were attached, too, but not taken by
    the browser or by the app's address for uploads: their names, and why.
    """

    id: str
    text: str
    visit: str | None = None
    customer: str | None = None
    files: tuple[str, ...] = ()
    refused: tuple[tuple[str, Problem], ...] = ()


def parse(data: object) -> tuple[Submitted, ...]:
    """The messages of a list, in the order in which they were submitted."""
    messages = data.get("messages") if isinstance(data, dict) else None
    return each(_submitted, messages[:_MOST] if isinstance(messages, list) else None)


def as_typed(text: str) -> str:
    """A text as `parse` has it."""
    return clean(text)[:LONGEST]


def _submitted(data: object) -> Submitted:
    json = an_object(data)
    id = required(json, "id")
    if not _ID.fullmatch(id):
        raise Malformed("no such id")
    return Submitted(
        id,
        as_typed(parsing.text(json, "text") or ""),
        visit=parsing.text(json, "visit"),
        customer=parsing.text(json, "customer"),
        files=each(_name, _some(json.get("files"))),
        refused=each(_refused, _some(json.get("refused"))),
    )


def _some(files: object) -> list[object] | None:
    return files[:_MOST_FILES] if isinstance(files, list) else None


def _refused(data: object) -> tuple[str, Problem]:
    json = an_object(data)
    reason = _REASONS.get(required(json, "reason"))
    if reason is None:
        raise Malformed("no such reason")
    return _name(json.get("name")), reason


def _name(data: object) -> str:
    if not isinstance(data, str) or not data:
        raise Malformed("no name")
    return clean(data)[:_LONGEST_NAME]
