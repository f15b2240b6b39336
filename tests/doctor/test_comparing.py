"""How an answer differs from a shape: each field by its name and type, never a value."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.doctor.comparing import (
    ANYTHING,
    BOOLEAN,
    INTEGER,
    NUMBER,
    STRING,
    Keyed,
    OneOf,
    Shape,
    differences,
)


def told(found: Any, shape: Shape) -> list[str]:
    return [f"{one.where}: {one.what}" for one in differences(found, shape)]


@pytest.mark.parametrize(
    ("found", "shape"),
    [
        ({"a": "x", "b": 1}, {"a": STRING, "b": INTEGER}),
        ({}, {"a?": STRING}),
        ({"a": 1}, {"a": NUMBER}),
        ({"a": 1.5}, {"a": NUMBER}),
        ({"a": [None]}, {"a": ANYTHING}),
        ({"a": []}, {"a": [STRING]}),
        ({"x": {"n": True}}, Keyed({"n": BOOLEAN})),
        ({"t": "b", "n": 1}, OneOf("t", {"b": {"t": STRING, "n": INTEGER}})),
    ],
)
def test_what_fits(found: Any, shape: Shape) -> None:
    assert told(found, shape) == []


@pytest.mark.parametrize(
    ("found", "shape", "difference"),
    [
        ({}, {"a": STRING}, "a: missing (string)"),
        ({}, {"a": [STRING]}, "a: missing (array)"),
        ({"a": 1}, {}, "a: new (integer)"),
        ({"a": {"b": "text"}}, {}, "a: new (object)"),
        ({"a": 1.5}, {"a": INTEGER}, "a: number instead of integer"),
        ({"a": True}, {"a": INTEGER}, "a: boolean instead of integer"),
        ({"a": None}, {"a?": STRING}, "a: null instead of string"),
        ({"a": {}}, {"a": [STRING]}, "a: object instead of array"),
        ({"a": []}, {"a": {"b": STRING}}, "a: array instead of object"),
        ({"a": "x"}, {"a": Keyed(STRING)}, "a: string instead of object"),
        ({"a": "x"}, {"a": OneOf("t", {})}, "a: string instead of object"),
        ([], {"a": STRING}, "the answer: array instead of object"),
        ({"a": [{"b": 1}]}, {"a": [{"b": STRING}]}, "a[].b: integer instead of string"),
        ({"a": {"b": {}}}, {"a": {"b": {"c": STRING}}}, "a.b.c: missing (string)"),
        ({"s": {"71": 3}}, {"s": Keyed(STRING)}, "s.<id>: integer instead of string"),
        ({"t": "b"}, OneOf("t", {"b": {"t": STRING, "c": STRING}}), "c: missing (string)"),
        ({"t": "secret"}, OneOf("t", {"b": {}}), "t: of an unknown kind"),
        ([{"t": [1]}], [OneOf("t", {"b": {}})], "[].t: of an unknown kind"),
        ({"PJ0MRSHTDG": 1}, {}, "<name>: new (integer)"),
    ],
)
def test_what_differs(found: Any, shape: Shape, difference: str) -> None:
    assert told(found, shape) == [difference]
