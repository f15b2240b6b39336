"""JSON of any kind: what can be read of it is, and nothing in it is in anybody's way."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.api.structures.decoding import DEPTH, decoded, harmless
from livechat.api.structures.parsing import LARGEST, Malformed

DEEP = 100_000


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"a": 1, "b": "\xc3\xa9"}', {"a": 1, "b": "\xe9"}),
        ('{"a": "\xe9"}', {"a": "\xe9"}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ('{"a": "\xe9"}'.encode("utf-16"), {"a": "\xe9"}),
        (b'{"a": "\xff", "b": 2}', {"a": "\N{REPLACEMENT CHARACTER}", "b": 2}),
        (b'{"a": NaN, "b": [Infinity, -Infinity, 1e999, -1e999, 0.5]}', {"b": [None] * 4 + [0.5]}),
        (b"[" + b"9" * 5_000 + b", -" + b"9" * 5_000 + b", 7]", [None, None, 7]),
        (b"[%d, %d, -0, true]" % (LARGEST, LARGEST + 1), [LARGEST, None, 0, True]),
        (rb'["\ud83d", "\ud83d\ude00", "\\ud83d"]', ["\N{REPLACEMENT CHARACTER}", "😀", "\\ud83d"]),
        (rb'{"\udc00": 1}', {"\N{REPLACEMENT CHARACTER}": 1}),
        (b'["a\tb\x00"]', ["a\tb\x00"]),
        (b'{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_what_can_be_read_is_read(content: bytes | str, expected: Any) -> None:
    read = decoded(content)
    if isinstance(read, dict):
        read = {name: value for name, value in read.items() if value is not None}
    assert read == expected


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"<html>", b'{"a": 1} {"b": 2}', b"\xff\xfe", b"[" * DEEP, b'{"a":' * DEEP, b"]"],
)
def test_what_is_no_json_is_no_value(content: bytes) -> None:
    with pytest.raises(Malformed):
        decoded(content)


@pytest.mark.parametrize(
    "deep",
    [
        "[" * DEEP + "]" * DEEP,
        '{"[": ' * 2_000 + '"]"' + "}" * 2_000,
        "[" * 500 + "]" * 500,  # which Python can read, but not compare where the stack is long
        "[" * 60 + "]" * 60,
    ],
)
def test_what_is_nested_without_end_hides_nothing_else(deep: str) -> None:
    read = decoded(f'[{{"a": {deep}, "b": "}}\\"]"}}, {{"c": [[1], {deep}]}}]')
    assert isinstance(read, list)
    assert read[0]["b"] == '}"]'
    assert read[1]["c"][0] == [1]
    assert copy.deepcopy(read) == read
    assert len(repr(read)) < 20 * DEPTH


def test_what_is_not_nested_as_deep_is_as_it_was() -> None:
    text = "[" * (DEPTH - 1) + '{"a": 1}' + "]" * (DEPTH - 1)
    assert json.dumps(decoded(text)) == text


TEXTS = st.text(st.characters(exclude_categories=())) | st.text()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@given(JSON)
def test_what_is_read_can_be_compared_and_sent(junk: Any) -> None:
    """NaN is not even what it is itself, so that there would be news with each poll."""
    read, again = decoded(json.dumps(junk)), decoded(json.dumps(junk))
    assert read == again
    sent = json.dumps(read, allow_nan=False, ensure_ascii=False).encode()
    assert decoded(sent) == read
    assert harmless(junk) == read


@given(st.binary() | st.text().map(str.encode) | JSON.map(json.dumps).map(str.encode))
def test_whatever_comes_nothing_but_malformed_is_raised(content: bytes) -> None:
    for cut in (content, content[: len(content) // 2]):
        with suppress(Malformed):
            decoded(cut)
