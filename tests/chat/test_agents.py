"""The agents: who is there, and how far they have seen what the visitor wrote."""

from __future__ import annotations

from datetime import datetime

import pytest

from livechat.api.structures.events import User
from livechat.chat.agents import Agents
from livechat.chat.values import LONG_AGO
from tests.chat.samples import at


def test_who_wrote_without_joining_is_known_but_not_present() -> None:
    kate, bob = User("k", "agent", "Kate", present=True), User("b", "agent", "Bob")
    agents = Agents().met([kate, bob], ())
    assert agents.present == (kate,)
    assert agents.users == {"k": kate, "b": bob}


def test_who_was_once_met_stays_known_as_last_named() -> None:
    agents = Agents().met([User("k", "agent", "Kate")], ()).met([User("b", "agent", "Bob")], ())
    agents = agents.met([User("k", "agent", "Katharina")], ())
    assert {id: user.name for id, user in agents.users.items()} == {"k": "Katharina", "b": "Bob"}


@pytest.mark.parametrize(
    ("seen", "own_times", "after"),
    [
        (None, (at(5), at(3)), LONG_AGO),
        (at(4), (), LONG_AGO),
        (at(2), (at(5), at(3)), LONG_AGO),
        (at(4), (at(5), at(3)), at(3)),
        (at(9), (at(5), at(3)), at(5)),
    ],
)
def test_a_receipt_is_the_newest_own_event_that_was_seen(
    seen: datetime | None, own_times: tuple[datetime, ...], after: datetime
) -> None:
    agents = Agents().met([User("k", "agent", events_seen_up_to=seen)], own_times)
    assert agents.seen_up_to == after


def test_a_receipt_never_goes_back_and_only_agents_give_one() -> None:
    own_times = (at(5), at(3))
    agents = Agents().met([User("k", "agent", events_seen_up_to=at(9))], own_times)
    assert agents.met([User("b", "agent", events_seen_up_to=at(4))], own_times) == agents.met(
        [User("b", "agent")], own_times
    )
    customer = User("c", "customer", events_seen_up_to=at(9))
    assert Agents().met([customer], own_times).seen_up_to == LONG_AGO


def test_whatever_else_an_agent_sees_changes_nothing() -> None:
    own_times = (at(5), at(3))
    agents = Agents().met([User("k", "agent", events_seen_up_to=at(6))], own_times)
    assert agents.met([User("k", "agent", events_seen_up_to=at(7))], own_times) == agents
