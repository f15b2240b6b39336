"""What the doctor writes: plain text of 80 columns, one line for each thing, and what to do.

It is made to be passed on, so whatever comes from outside is either known to tell nothing, or is
replaced by what it is: a value never stands in it, a name only if it can be no ID and no text.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable
from typing import Literal
from urllib.parse import urlsplit

Mark = Literal["ok", "note", "FAIL"]

_WIDTH = 80
_MARK, _NAME = 6, 25  # columns

_LONGEST_NAME = 40
# A name of LiveChat's: words with underscores or humps. IDs have more digits, or no such words.
_WORDS = re.compile(r"_{0,2}[A-Za-z][a-z0-9]*((_|\.|[A-Z])[a-z0-9]+)*")
_MOST_DIGITS = 2


class Report:
    """Lines as they come. Each `write` is given one."""

    def __init__(self, write: Callable[[str], object]) -> None:
        """Nothing is written yet."""
        self.failures = 0
        self._write = write

    def title(self, title: str) -> None:
        """What the lines that follow are about."""
        self._write("")
        self._write(plain(title))

    def line(self, mark: Mark, name: str, said: str, todo: str = "") -> None:
        """One thing: how it is, and what to do about it."""
        self.failures += mark == "FAIL"
        head = f"  {mark:<{_MARK}}{name:<{_NAME}}"
        text = f"{said}. {todo}" if todo else said
        indent = " " * len(head)
        for line in _wrapped(text, head if len(head.rstrip()) < len(head) else f"{head} ", indent):
            self._write(line)

    def text(self, text: str) -> None:
        """A paragraph."""
        self._write("")
        for line in _wrapped(text):
            self._write(line)


def _wrapped(text: str, first: str = "", others: str = "") -> Iterable[str]:
    return textwrap.wrap(
        plain(text),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_on_hyphens=False,
    )


def plain(text: str) -> str:
    """A text in which nothing but printable ASCII is left."""
    return re.sub(r"[^ -~]", "?", text)


def name(given: str) -> str:
    """A name that LiveChat gives something, if it can be told from an ID and from what people say.

    Cut to 40 characters.
    """
    cut = given[:_LONGEST_NAME]
    if not _WORDS.fullmatch(cut) or len(re.findall("[0-9]", cut)) > _MOST_DIGITS:
        return "<name>"
    return cut if cut == given else f"{cut}..."


def masked(id: str) -> str:
    """The end of an ID, by which who knows it can tell it from another."""
    return f"...{id[-4:]}" if len(id) >= 12 else "..."


def address(url: str) -> str:
    """An address without what may be a secret in it: user, password, query and fragment."""
    parts = urlsplit(url)
    netloc = parts.netloc.rpartition("@")[2]
    rest = "?..." if parts.query or parts.fragment else ""
    return f"{parts.scheme}://{netloc}{parts.path}{rest}"
