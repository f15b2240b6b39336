"""Greetings: read as strictly as an answer of the API, though they come by way of a browser."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.api.structures.events import User, parse_event
from livechat.api.structures.greetings import Greeting, parse_greeting
from livechat.api.structures.parsing import Malformed
from tests.api.structures.samples import AGENT, EVENT

BUTTON = {"text": "Yes", "postback_id": "yes", "type": "message", "value": "yes"}
CARD = {
    "type": "rich_message",
    "created_at": EVENT["created_at"],
    "template_id": "cards",
    "elements": [{"title": "May I help?", "buttons": [BUTTON]}],
}
GREETING: dict[str, Any] = {
    "id": 7,
    "unique_id": "U1",
    "displayed_first_time": True,
    "is_exit_intent": False,
    "event": EVENT,
    "agent": {**AGENT, "is_bot": False},
}


def test_a_greeting() -> None:
    greeting = parse_greeting(GREETING)
    assert (greeting.id, greeting.unique_id) == (7, "U1")
    assert greeting.event.text == "hello"
    assert greeting.agent == User("a", "agent", "Agent Smith", AGENT["avatar"], "Support")
    assert greeting.button("yes") is None


def test_its_event_is_in_no_thread_and_by_the_agent_whatever_it_says() -> None:
    event = {**EVENT, "id": "T1_9", "author_id": "somebody else"}
    greeting = parse_greeting({**GREETING, "event": event})
    assert (greeting.event.id, greeting.event.author_id) == ("greeting U1", "a")
    del event["id"], event["author_id"]
    assert parse_greeting({**GREETING, "event": event}).event == greeting.event


def test_one_with_buttons() -> None:
    greeting = parse_greeting({**GREETING, "event": CARD})
    button = greeting.button("yes")
    assert button
    assert button.text == "Yes"
    assert greeting.button("no") is None


@pytest.mark.parametrize(
    ("change", "left_out"),
    [
        ({}, "id"),
        ({}, "unique_id"),
        ({}, "event"),
        ({}, "agent"),
        ({"id": "7"}, None),
        ({"id": True}, None),
        ({"is_welcome_message": 1}, "id"),
        ({"unique_id": 1}, None),
        ({"agent": {"name": "Agent Smith"}}, None),
        ({"agent": "Agent Smith"}, None),
        ({"event": "hello"}, None),
        ({"event": {**EVENT, "text": " "}}, None),
        ({"event": {**EVENT, "created_at": "today"}}, None),
        ({"event": {**EVENT, "type": "system_message", "system_message_type": "x"}}, None),
        ({"event": {**EVENT, "type": "file", "url": "https://example.com/a.png"}}, None),
        ({"event": {**CARD, "template_id": None}}, None),
    ],
)
def test_what_is_none(change: dict[str, Any], left_out: str | None) -> None:
    data = {**GREETING, **change}
    data.pop(left_out, None)  # type: ignore[arg-type]
    with pytest.raises(Malformed):
        parse_greeting(data)


@pytest.mark.parametrize("data", [None, [], "greeting", {}])
def test_what_is_no_greeting_at_all(data: object) -> None:
    with pytest.raises(Malformed):
        parse_greeting(data)


@pytest.mark.parametrize(
    ("lc2", "is_said"),
    [
        ({"greeting_unique_id": "U1", "greeting_id": 7}, True),
        ({"greeting_unique_id": "U2", "greeting_id": 7}, False),
        ({"greeting_unique_id": 1}, False),
        (None, False),
    ],
)
def test_the_event_that_it_becomes(lc2: object, is_said: bool) -> None:
    greeting: Greeting = parse_greeting(GREETING)
    event = parse_event({**EVENT, "properties": {"lc2": lc2}})
    assert greeting.is_said_by(event) is is_said


def test_a_welcome_message_has_no_number_and_is_known_by_what_it_says() -> None:
    data = {**GREETING, "is_welcome_message": True}
    del data["id"]
    welcome = parse_greeting(data)
    assert (welcome.id, welcome.unique_id) == (None, "U1")
    marks = {"lc2": {"welcome_message": True}}
    assert welcome.is_said_by(parse_event({**EVENT, "properties": marks}))
    assert not welcome.is_said_by(parse_event({**EVENT, "properties": marks, "text": "hi"}))
    assert not welcome.is_said_by(parse_event(EVENT))
