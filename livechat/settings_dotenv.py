"""What stands in a file `.env`."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream


def values(path: Path) -> dict[str, str | None]:
    """Each name, and what it is given; empty without such a file.

    Raises OSError and UnicodeDecodeError for one that is no text.
    """
    return {binding.key: binding.value for binding in _bindings(path) if binding.key}


def left_out(path: Path) -> tuple[int, ...]:
    """The numbers of the lines that set nothing, though they are no comment.

    Of a file that cannot be read there are none.
    """
    try:
        return tuple(binding.original.line for binding in _bindings(path) if binding.error)
    except (OSError, UnicodeDecodeError):
        return ()


def _bindings(path: Path) -> list[Binding]:
    # Not by `dotenv_values`, which logs each such line whenever somebody opens the page.
    try:
        # Some editors begin with a mark, which python-dotenv before 1.2.3 takes for a letter.
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        return []
    return list(parse_stream(StringIO(text)))
