"""Who talks with the visitor, and how far they have seen what the visitor wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from livechat.api.structures.events import User
from livechat.chat.values import LONG_AGO


@dataclass(frozen=True)
class Agents:
    """Everybody in the chat but the visitor, by ID, as far as is known.

    `seen_up_to` is the receipt: the time of the newest event of the visitor's that was seen.
    """

    users: Mapping[str, User] = field(default_factory=dict)
    seen_up_to: datetime = LONG_AGO

    @property
    def present(self) -> tuple[User, ...]:
        """The agents who are in the chat; one who wrote without joining is not (4.4)."""
        return tuple(u for u in self.users.values() if u.type == "agent" and u.present)

    def met(self, users: Iterable[User], own_times: Iterable[datetime]) -> Agents:
        """LiveChat has named users of the chat.

        `own_times` tell when the visitor's events were made, the newest one first.
        """
        users = tuple(users)
        seen = max(
            (u.events_seen_up_to for u in users if u.type == "agent" and u.events_seen_up_to),
            default=LONG_AGO,
        )
        seen_up_to = self.seen_up_to
        if seen > seen_up_to:
            # To the newest own event it covers: whatever else is seen must not redraw the page.
            seen_own = next((at for at in own_times if at <= seen), LONG_AGO)
            seen_up_to = max(seen_up_to, seen_own)
        met = {u.id: replace(u, events_seen_up_to=None) for u in users}
        return replace(self, users={**self.users, **met}, seen_up_to=seen_up_to)
