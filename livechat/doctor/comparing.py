"""How an answer of LiveChat's differs from the shape that is expected of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from livechat.doctor.report import name

# The types of JSON, where whole numbers are a type of their own: some code reads no others.
STRING, INTEGER, NUMBER, BOOLEAN = "string", "integer", "number", "boolean"
OBJECT, ARRAY, NULL = "object", "array", "null"
ANYTHING = "anything"

# A type; an object's fields, where "?" ends the name of one that may be missing; `[shape]` of what
# an array holds.
Shape = Any


@dataclass(frozen=True)
class Keyed:
    """An object whose keys are IDs or other values: all of them hold the same."""

    held: Shape


@dataclass(frozen=True)
class OneOf:
    """An object whose fields depend on what its field `by` says."""

    by: str
    shapes: Mapping[str, Shape]


@dataclass(frozen=True)
class Difference:
    """One field that is "missing", "new" or of another type, and where: its names alone."""

    where: str
    what: str


def differences(found: object, shape: Shape, where: str = "") -> Iterator[Difference]:
    """Each difference of what was found, and of what is in it, to a shape. Some come repeatedly."""
    match shape:
        case OneOf() if isinstance(found, Mapping):
            kind = found.get(shape.by)
            if isinstance(kind, str) and kind in shape.shapes:
                yield from differences(found, shape.shapes[kind], where)
            else:
                yield Difference(_in(where, shape.by), "of an unknown kind")
        case Keyed() if isinstance(found, Mapping):
            for held in found.values():
                yield from differences(held, shape.held, _in(where, "<id>"))
        case Mapping() if isinstance(found, Mapping):
            yield from _fields(found, shape, where)
        case list() if isinstance(found, list):
            for item in found:
                yield from differences(item, shape[0], f"{where}[]")
        case _:
            is_a, expected = type_of(found), _type(shape)
            fits = expected == NUMBER and is_a == INTEGER
            if not (is_a == expected or fits or expected == ANYTHING):
                yield Difference(where or "the answer", f"{is_a} instead of {expected}")


def type_of(found: object) -> str:
    """The type of a value of JSON's."""
    match found:
        case None:
            return NULL
        case bool():
            return BOOLEAN
        case int():
            return INTEGER
        case float():
            return NUMBER
        case str():
            return STRING
        case list():
            return ARRAY
        case _:
            return OBJECT


def _fields(
    found: Mapping[str, Any], shape: Mapping[str, Shape], where: str
) -> Iterator[Difference]:
    known = {field.removesuffix("?"): held for field, held in shape.items()}
    for field, held in shape.items():
        if field not in found and not field.endswith("?"):
            yield Difference(_in(where, field), f"missing ({_type(held)})")
    for field, value in found.items():
        if field in known:
            yield from differences(value, known[field], _in(where, field))
        else:
            yield Difference(_in(where, name(field)), f"new ({type_of(value)})")


def _type(shape: Shape) -> str:
    if isinstance(shape, str):
        return shape
    return ARRAY if isinstance(shape, list) else OBJECT


def _in(where: str, field: str) -> str:
    return f"{where}.{field}" if where else field
