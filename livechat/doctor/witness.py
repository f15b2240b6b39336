"""Looks at all that goes to LiveChat and comes from there: how many requests, and which answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from livechat.api import route, transport
from livechat.api.errors import TooManyRequests
from livechat.api.server_clock import parse_date
from livechat.doctor.comparing import Difference, differences
from livechat.doctor.shapes import shapes
from livechat.settings import VERSIONS, Version

AGES = ("Legacy", "Deprecation")  # headers (1.10)


@dataclass
class Witness:
    """What was seen. `ages` are LiveChat's dates for the version that answered last."""

    requests: int = 0
    was_too_many: bool = False
    heard: list[tuple[str, Version, Mapping[str, Any]]] = field(default_factory=list)
    ages: dict[str, str] = field(default_factory=dict)

    def exchange(self, call: str, method: str, url: str, **request: Any) -> transport.Answer:
        """Does what `transport.exchange` does."""
        self.requests += 1
        try:
            answer = transport.exchange(call, method, url, **request)
        except TooManyRequests:
            self.was_too_many = True
            raise
        self.hear(call, answer.json)
        for header in AGES:
            if header in answer.headers:
                self.ages[header] = _date(answer.headers[header])
        return answer

    def hear(self, call: str, answer: Mapping[str, Any]) -> None:
        """An answer of the version that is spoken."""
        self.heard.append((call, route.VERSION.current, answer))

    def last(self, call: str) -> Mapping[str, Any]:
        """The last answer to a call; empty if there was none."""
        return next((answer for known, _, answer in reversed(self.heard) if known == call), {})

    def differences(self) -> dict[str, list[Difference]]:
        """How answers differ from what is expected, by their call, each difference once."""
        found: dict[str, dict[Difference, None]] = {}
        for call, version, answer in self.heard:
            known = shapes(is_newest=version == VERSIONS[-1])
            if call in known:
                found.setdefault(call, {}).update(dict.fromkeys(differences(answer, known[call])))
        return {call: list(these) for call, these in found.items()}


def _date(header: str) -> str:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", header):
        return header
    date = parse_date(header)
    return f"{date:%Y-%m-%d}" if date else "an unreadable date"
