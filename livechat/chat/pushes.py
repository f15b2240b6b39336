"""What the visitor's browser tells of LiveChat's pushes (6.4).

It comes from the browser, so anything may stand in it. It says only that there is something to
read, and costs the visitor no more than a reload when it is made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from livechat.api.structures.parsing import number, text


@dataclass(frozen=True, slots=True)
class Line:
    """A connection that pushes, and how often it has told of what no summary tells of."""

    connection: str
    reads: int = 0


@dataclass(frozen=True)
class Told:
    """Whether pushes are heard, and what they have told since the page was opened.

    `connection` names the one that is, or was last, logged in. `looks` and `reads` count what calls
    for a look, or for reading the threads. `events` are the IDs of the latest events, `groups` the
    statuses of groups as they changed. `refused` is the token that LiveChat has not taken.
    """

    open: bool = False
    connection: str | None = None
    looks: int = 0
    reads: int = 0
    events: frozenset[str] = frozenset()
    groups: Mapping[str, str] = field(default_factory=dict)
    refused: str | None = None

    @property
    def line(self) -> Line | None:
        """What is heard of, None before the first login."""
        return None if self.connection is None else Line(self.connection, self.reads)


def parse(data: object) -> Told:
    """What the browser has sent; whatever is not as expected counts as not told."""
    told = data if isinstance(data, Mapping) else {}
    events, groups = told.get("events"), told.get("groups")
    return Told(
        open=told.get("open") is True,
        connection=text(told, "connection"),
        looks=number(told, "looks") or 0,
        reads=number(told, "reads") or 0,
        events=frozenset(e for e in events if isinstance(e, str))
        if isinstance(events, list)
        else frozenset(),
        groups={g: s for g, s in groups.items() if isinstance(s, str)}
        if isinstance(groups, Mapping)
        else {},
        refused=text(told, "refused"),
    )
