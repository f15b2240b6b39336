"""What the visitor's browser tells of LiveChat's pushes (6.4).

It comes from the browser, so anything may stand in it. It says only that there is something to
read, and costs the visitor no more than a reload when it is made up. But for a greeting, which
nothing else tells: why that may be shown stands in `api/structures/greetings.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from livechat.api.structures import decoding
from livechat.api.structures.greetings import Greeting, parse_greeting
from livechat.api.structures.parsing import LONGEST_ID, Malformed, number, text

_MOST = 1_000  # events, threads or groups; the script tells of 20, and of groups there are some


@dataclass(frozen=True, slots=True)
class Line:
    """A connection that pushes, and how often it has told of what no summary tells of."""

    connection: str
    reads: int = 0


@dataclass(frozen=True, slots=True)
class Turned:
    """That LiveChat has turned the browser away at `url`: for which reason, and to which region."""

    url: str
    reason: str
    region: str | None = None


@dataclass(frozen=True)
class Told:
    """Whether pushes are heard, and what they have told since the page was opened.

    `connection` names the one that is, or was last, logged in. `looks` and `reads` count what calls
    for a look, or for reading the threads. `threads` are the latest in which something has changed
    that was there before, each with a mark that is another one with each change. `events` are the
    IDs of the latest events, `deleted` of those that are no more, `groups` the statuses of groups
    as they changed. `refused` is the token that LiveChat has not taken, `turned` is there until it
    takes the browser in elsewhere. One that `follows` hears them from another tab of the browser,
    or where that polls, that there is news. `greeting` is the one that LiveChat shows now, to the
    `customer` whom the browser listened for then. `drawn` is the number of the run of the page that
    the browser had when it told this, all of it, and `number` that of what it tells, which it tells
    again until it hears it from the app.
    """

    open: bool = False
    customer: str | None = None
    connection: str | None = None
    looks: int = 0
    reads: int = 0
    events: frozenset[str] = frozenset()
    groups: Mapping[str, str] = field(default_factory=dict)
    refused: str | None = None
    turned: Turned | None = None
    follows: bool = False
    greeting: Greeting | None = None
    threads: Mapping[str, str] = field(default_factory=dict)
    deleted: frozenset[str] = frozenset()
    drawn: int | None = field(default=None, compare=False)
    number: int | None = field(default=None, compare=False)

    @property
    def line(self) -> Line | None:
        """What is heard of, None before the first login."""
        return None if self.connection is None else Line(self.connection, self.reads)

    def count_since(self, before: Told) -> int:
        """How many pushes it tells of that were not told `before`."""
        rung = self.looks + self.reads - before.looks - before.reads
        changes = self.threads.items() - before.threads.items()
        return len(self.events - before.events) + len(changes) + max(0, rung)


def parse(data: object) -> Told:
    """What the browser has sent; whatever is not as expected counts as not told."""
    harmless = decoding.harmless(data)
    told = harmless if isinstance(harmless, Mapping) else {}
    return Told(
        open=told.get("open") is True,
        customer=text(told, "customer"),
        connection=text(told, "connection"),
        looks=number(told, "looks") or 0,
        reads=number(told, "reads") or 0,
        events=_ids(told.get("events")),
        groups=_marks(told.get("groups")),
        refused=text(told, "refused"),
        turned=_turned(told.get("turned")),
        follows=told.get("follows") is True,
        greeting=_greeting(told.get("greeting")),
        threads=_marks(told.get("threads")),
        deleted=_ids(told.get("deleted")),
        drawn=number(told, "drawn"),
        number=number(told, "number"),
    )


def _ids(given: object) -> frozenset[str]:
    listed = given[:_MOST] if isinstance(given, list) else []
    return frozenset(id for id in listed if _is_id(id))


def _marks(given: object) -> dict[str, str]:
    """What is told of things, by their IDs."""
    listed = islice(given.items(), _MOST) if isinstance(given, Mapping) else ()
    return {id: mark for id, mark in listed if _is_id(id) and _is_id(mark)}


def _is_id(given: object) -> bool:
    return isinstance(given, str) and len(given) <= LONGEST_ID


def _turned(data: object) -> Turned | None:
    turned = data if isinstance(data, Mapping) else {}
    url, reason = text(turned, "url"), text(turned, "reason")
    return Turned(url, reason, text(turned, "region")) if url and reason else None


def _greeting(data: object) -> Greeting | None:
    try:
        return parse_greeting(data)
    except Malformed:
        return None
