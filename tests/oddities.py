"""JSON as it should not be: any value of a structure in the place of which something odd stands.

What no `json.dumps` writes, as doubled fields or nesting without end, stands for itself only in
the text that `dumped` makes.
"""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

ABSENT = object()

# Written into the text, each in the place of a word.
_RAW = {
    "@deep list": b"[" * 1_500 + b"]" * 1_500,
    "@deep object": b'{"a":' * 1_500 + b"1" + b"}" * 1_500,
    "@deep for a while": b"[" * 300 + b'{"id":"x"}' + b"]" * 300,
    "@without an end": b"[" * 100_000,
    "@endless number": b"9" * 5_000,
    "@endless negative number": b"-" + b"9" * 5_000,
    "@1e999": b"1e999",
    "@-0": b"-0",
    "@-0.0": b"-0.0",
    "@NaN": b"NaN",
    "@Infinity": b"-Infinity",
    "@doubled": b'{"id":"a","id":7,"type":"message","type":"file"}',
    "@not UTF-8": b'"\xff\xfe\xc3"',
    "@control characters": b'"a\x00\x01\x1f\tb"',
    "@surrogates": rb'"\ud83d a \udc00\ud83d\\ud83d"',
    "@surrogate as a name": rb'{"\ud83d":"\udc00","id":"\ud83d"}',
}
# After these nothing of the answer can be read at all.
UNREADABLE = {"@without an end"}

ODD: dict[str, Any] = {
    "absent": ABSENT,
    "null": None,
    "true": True,
    "false": False,
    "0": 0,
    "-1": -1,
    "1.5": 1.5,
    "2^53": 2**53,
    "10^400": 10**400,
    "nothing": "",
    "blank": " \u200b\u2800",
    "word": "word",
    "long": "x" * 100_000,
    "lines": "../..\r\n/%2f?#&\x7f\x85\u2028",
    "overrides": "\u202e\u2066gpj.exe\u2069",
    "emoji": "👩\u200d💻" * 50,
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>[a](javascript:alert(1))",
    "script": "javascript:alert(1)",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "first time": "0001-01-01T00:00:00+14:00",
    "last time": "9999-12-31T23:59:59.999999-14:00",
    "no list": {},
    "no object": [],
    "list": ["word", 1, None, {}, []],
    "long list": [None] * 10_000,
    "object": {"id": "x", "type": "message", "created_at": "2026-05-01T12:00:00Z"},
    **{name: name for name in _RAW},
}

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Oddity:
    """What is odd, by the name that it has in `ODD`, and where."""

    path: Path
    kind: str

    def in_(self, json_: Any) -> Any:
        """The JSON with it; as it is where there is no such place."""
        changed = json.loads(json.dumps(json_))  # in which nothing is in two places
        *way, last = self.path
        place = changed
        try:
            for step in way:
                place = place[step]
            place[last]
        except (KeyError, IndexError, TypeError):
            return changed
        value = ODD[self.kind]
        if value is not ABSENT:
            place[last] = copy.deepcopy(value)
        else:
            del place[last]
        return changed

    def is_plausible_in(self, json: Any) -> bool:
        """Whether it cannot be told from what might stand there: it is wrong, and not broken."""
        for step in self.path:
            json = json[step]
        return type(ODD[self.kind]) is type(json) and (self.kind not in _RAW or self.is_text)

    @property
    def is_text(self) -> bool:
        """Whether it is some text once it is read."""
        return isinstance(ODD[self.kind], str) and _RAW.get(self.kind, b'"')[:1] == b'"'

    def as_told_in(self, json_: Any) -> Any:
        """What Streamlit hands on if a browser tells this: with it, or as it is if it cannot."""
        try:
            return json.loads(dumped(self.in_(json_)))
        except (ValueError, RecursionError):
            return json_

    @property
    def rewrite(self) -> Callable[[dict[str, Any]], bytes]:
        """For a fault of the sandbox's."""
        return lambda answer: dumped(self.in_(answer))


def dumped(json_: Any) -> bytes:
    """The JSON as it goes over the wire."""
    text = json.dumps(json_, ensure_ascii=True).encode()
    for name, raw in _RAW.items():
        text = text.replace(b'"%s"' % name.encode(), raw)
    return text


def places(json: Any, path: Path = ()) -> Iterator[Path]:
    """Each place in some JSON."""
    if path:
        yield path
    if isinstance(json, dict):
        for name, inner in json.items():
            yield from places(inner, (*path, name))
    elif isinstance(json, list):
        for number, inner in enumerate(json):
            yield from places(inner, (*path, number))


def kinds_of_places(json: Any) -> list[Path]:
    """Of the places that differ only by which item of a list they are in the first and the last.

    Items that call themselves of another `type` are of another kind.
    """
    found: dict[tuple[object, ...], list[Path]] = {}
    for path in places(json):
        found.setdefault(_kind(json, path), []).append(path)
    ends = itertools.chain.from_iterable((kind[:1], kind[1:][-1:]) for kind in found.values())
    return list(itertools.chain.from_iterable(ends))


def _kind(json: Any, path: Path) -> tuple[object, ...]:
    kind: list[object] = []
    for step in path:
        json = json[step]
        named = json.get("template_id", json.get("type")) if isinstance(json, dict) else None
        kind.append((0 if isinstance(step, int) else step, named))
    return tuple(kind)
