"""How LiveChat's JSON is read: nothing in it is trusted.

A required field that is missing or of the wrong type raises `Malformed`, an optional one that is
wrong counts as absent, and a list drops the items that cannot be read, so that one odd item never
hides the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from livechat.api.structures.characters import is_visible

Json = Mapping[str, Any]
T = TypeVar("T")

# A lone surrogate is valid in JSON ("\ud83d") and in a Python string, but not in UTF-8: Streamlit
# could not send it to the browser.
_SURROGATES = re.compile("[\ud800-\udfff]")

LARGEST = 2**53 - 1  # the largest whole number that JSON carries exactly everywhere
LONGEST_ID = 1_000  # characters; LiveChat's have some 40, and become parts of keys and addresses

# The ends of the calendar, less a day for each time zone.
FIRST_TIME = datetime(1, 1, 2, tzinfo=UTC)
LAST_TIME = datetime(9999, 12, 30, tzinfo=UTC)


class Malformed(ValueError):
    """A structure without a field that the reference promises always."""


def clean(text: str) -> str:
    """`text` with lone surrogates replaced by U+FFFD."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def an_object(data: object) -> Json:
    """`data` itself. Raises Malformed if it is no object."""
    if not isinstance(data, Mapping):
        raise Malformed(f"expected an object, got {type(data).__name__}")
    return data


def required(json: Json, name: str) -> str:
    """A text that must be there. Raises Malformed without it."""
    value = text(json, name)
    if not value:
        raise Malformed(f"no {name}")
    return value


def an_id(json: Json, name: str) -> str:
    """An ID that must be there. Raises Malformed without it, and for one of no end."""
    value = required(json, name)
    if len(value) > LONGEST_ID:
        raise Malformed(f"too long an {name}")
    return value


def an_id_if_any(json: Json, name: str) -> str | None:
    """An optional ID."""
    try:
        return an_id(json, name)
    except Malformed:
        return None


def text(json: Json, name: str) -> str | None:
    """A text, or None."""
    value = json.get(name)
    return clean(value) if isinstance(value, str) else None


def visible(json: Json, name: str) -> str | None:
    """A text in which something can be seen, or None."""
    value = text(json, name)
    return value if value and is_visible(value) else None


def number(json: Json, name: str) -> int | None:
    """A whole number that is not negative, and that every program can read; or None."""
    return a_number_if_any(json.get(name))


def a_number_if_any(value: object) -> int | None:
    """The same for a value."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= LARGEST else None


def flag(json: Json, name: str) -> bool:
    """A bool that must be there. Raises Malformed without it."""
    value = json.get(name)
    if not isinstance(value, bool):
        raise Malformed(f"no {name}")
    return value


def a_time(value: object) -> datetime:
    """An RFC 3339 time. One without a zone is UTC, as the reference says all are.

    One that some time zone could not express counts as the nearest one that all can. Raises
    Malformed if it is none.
    """
    try:
        time = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise Malformed("not a time") from None
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    return min(max(time, FIRST_TIME), LAST_TIME)


def a_time_if_any(value: object) -> datetime | None:
    """An optional time."""
    try:
        return a_time(value)
    except Malformed:
        return None


def every(parse: Callable[[object], T], items: object) -> tuple[T, ...]:
    """The items of a list that must be there. Raises Malformed if it is none."""
    return each(parse, a_list(items))


def a_list(items: object) -> list[object]:
    """`items` itself. Raises Malformed if it is no list."""
    if not isinstance(items, list):
        raise Malformed("expected a list")
    return items


def each(parse: Callable[[object], T], items: object) -> tuple[T, ...]:
    """The items of a list that can be read; nothing for what is no list."""
    parsed = []
    for item in items if isinstance(items, list) else ():
        try:
            parsed.append(parse(item))
        except Malformed:
            continue
    return tuple(parsed)
