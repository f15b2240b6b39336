"""The shapes against the sandbox, both ways: no answer differs, no field stands there in vain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from livechat.api import route, rtm
from livechat.doctor.comparing import Keyed, OneOf, Shape, differences
from livechat.doctor.shapes import shapes
from livechat.sandbox import Sandbox
from livechat.settings import VERSIONS
from tests.driver import ask_as_agent
from tests.sandbox.actors import Customer

# What the reference has, and the sandbox has no reason to send: where it stands, and its name.
ONLY_LIVECHATS = {
    "options checked?",  # (4.9, SDK)
    "get_customer name_is_default?",  # (v36 1.5, SDK)
    "customer name_is_default?",
    "list_chats previous_page_id?",
    "list_chats next_page_id?",
    "list_threads previous_page_id?",
    "list_threads next_page_id?",
    "system_message custom_id?",  # D22
    "system_message properties?",
}
# Fields of the newest version.
NEWEST = {"get_customer name_is_default?", "customer name_is_default?"}

FORMS = {"prechat", "postchat", "ticket"}

Answers = list[tuple[str, dict[str, Any]]]


def answers_to_all(sandbox: Sandbox, version: str) -> Answers:
    """What the sandbox answers to each call, in as many states as there are."""
    heard: Answers = []
    customer = Customer(sandbox)
    customer.version = version
    heard.append(("token", customer.authorize()))

    def ask(action: str, **payload: Any) -> dict[str, Any]:
        answer = customer.ok(action, **payload)
        heard.append((action, answer))
        return answer

    def get(action: str, **query: Any) -> dict[str, Any]:
        answer: dict[str, Any] = customer.get(action, **query).json()
        heard.append((action, answer))
        return answer

    def log_in() -> None:
        way = route.Route(sandbox.url, sandbox.default.organization_id)
        heard.append(("login", rtm.login(way.rtm_url(None), customer.token, name="Ada")))

    def read_company() -> None:
        known = get("get_dynamic_configuration")
        known = known.get("livechat", known)
        versions = {"group_id": 0, "version": known["config_version"]}
        get("get_configuration", **versions)
        for form in sorted(FORMS):
            ask("get_form", group_id=0, type=form)
        ask("list_group_statuses", all=True)

    def read_chat(chat_id: str) -> None:
        ask("list_chats")
        ask("get_chat", chat_id=chat_id)
        ask("list_threads", chat_id=chat_id)

    organization = sandbox.default
    read_company()
    ask("get_customer")
    log_in()
    ask("list_chats")
    sandbox._in_loop(lambda: organization.enabled_forms.update(FORMS))
    read_company()
    newest = {
        "phone_number": "+1 555 0100",
        "address": {"city": "Oslo"},
        "omnichannel": {"twilio": {"phone_number": "+1 555 0100"}},
    }
    customer.ok(
        "update_customer",
        name="Ada",
        email="ada@example.com",
        avatar="https://example.com/ada.png",
        session_fields=[{"plan": "gold"}],
        **(newest if version == VERSIONS[-1] else {}),
    )
    ask("get_customer")
    hello = {"type": "message", "text": "hello", "custom_id": "one"}
    started = ask("start_chat", chat={"thread": {"events": [hello]}})
    chat_id = started["chat_id"]
    event_id = ask("send_event", chat_id=chat_id, event=hello)["event_id"]
    customer.ok(
        "update_event_properties",
        chat_id=chat_id,
        thread_id=started["thread_id"],
        event_id=event_id,
        properties={"status": {"delivered": True}},
    )
    customer.ok("mark_events_as_seen", chat_id=chat_id, seen_up_to="2030-01-01T00:00:00.000000Z")
    ask_as_agent(sandbox, "send_event", json={"chat_id": chat_id, "event": hello})
    ask_as_agent(
        sandbox,
        "mark_events_as_seen",
        json={"chat_id": chat_id, "seen_up_to": "2030-01-01T00:00:00.000000Z"},
    )
    log_in()
    read_chat(chat_id)
    customer.ok("deactivate_chat", id=chat_id)
    read_chat(chat_id)
    ask_as_agent(sandbox, "set_routing_status", json={"status": "not_accepting_chats"})
    read_company()
    ask_as_agent(sandbox, "set_routing_status", json={"status": "accepting_chats"})
    organization.chat_limit = 0
    customer.ok("resume_chat", chat={"id": chat_id, "thread": {"events": [hello]}})
    read_chat(chat_id)
    sandbox.greet(organization, customer.id)
    log_in()
    return heard


@pytest.fixture
def answers(sandbox: Sandbox, version: str) -> Answers:
    return answers_to_all(sandbox, version)


ON_EACH_VERSION = pytest.mark.parametrize("version", VERSIONS, indirect=True)


@ON_EACH_VERSION
def test_no_answer_differs(answers: Answers, version: str) -> None:
    expected = shapes(is_newest=version == VERSIONS[-1])
    assert {call for call, _ in answers} == expected.keys()
    found = [(c, one) for c, answer in answers for one in differences(answer, expected[c])]
    assert found == []


@ON_EACH_VERSION
def test_each_field_is_there_sometimes(answers: Answers, version: str) -> None:
    expected = shapes(is_newest=version == VERSIONS[-1])
    sent = set() if version == VERSIONS[-1] else NEWEST
    assert unseen(expected, answers) == ONLY_LIVECHATS - sent


Seen = dict[int, tuple[str, Shape, list[Any]]]


def unseen(expected: Mapping[str, Shape], answers: Answers) -> set[str]:
    """The fields that no answer has wherever their structure is found, and what that is in."""
    seen: Seen = {}
    for call, answer in answers:
        see(call, expected[call], answer, seen)
    return {
        f"{where} {field}"
        for where, shape, found in seen.values()
        for field in shape
        if not any(field.removesuffix("?") in one for one in found)
    }


def see(where: str, shape: Shape, found: Any, seen: Seen) -> None:
    """Notes what was found of each structure with fields in `shape`."""
    match shape:
        case Keyed():
            for value in found.values():
                see(where, shape.held, value, seen)
        case OneOf():
            kind = found[shape.by]
            see(kind, shape.shapes[kind], found, seen)
        case dict():
            seen.setdefault(id(shape), (where, shape, []))[2].append(found)
            for field, inner in shape.items():
                if (name := field.removesuffix("?")) in found:
                    see(name, inner, found[name], seen)
        case list():
            for item in found:
                see(where, shape[0], item, seen)


def test_a_field_that_is_never_seen_is_found() -> None:
    shape = {"a": [{"b?": "string", "c?": "string"}], "d": Keyed({"e?": "string"})}
    answers: Answers = [("x", {"a": [{"b": "x"}], "d": {"1": {}}})]
    assert unseen({"x": shape}, answers) == {"a c?", "d e?"}
