"""Whatever stands in a structure, it is read, or said to be none; and what is beside it is read.

Some of what can be odd is tried each time; ODDITIES=100000 tries all of it, SEED=7 the same again.
"""

from __future__ import annotations

import copy
import itertools
import json
import os
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.api import errors, route
from livechat.api.accounts import Accounts
from livechat.api.structures.configuration import parse_dynamic_configuration
from livechat.api.structures.decoding import decoded
from livechat.api.structures.events import (
    parse_chat,
    parse_chat_list,
    parse_event,
    parse_sent,
    parse_thread_page,
    parse_user,
)
from livechat.api.structures.forms import parse_form
from livechat.api.structures.greetings import parse_greeting
from livechat.api.structures.parsing import LONGEST_ID, Malformed
from livechat.api.transport import Answer
from tests.api.structures.samples import AGENT, EVENT, THREAD, URL
from tests.oddities import ODD, UNREADABLE, Oddity, dumped, kinds_of_places, places

ODDITIES = int(os.environ.get("ODDITIES", "1200"))
SEED = int(os.environ.get("SEED", random.randrange(10**6)))

OPTION = {"option_id": "o", "label": "Blue", "price": "9", "currency": "USD", "color": "#00f"}
PRODUCT = {
    **{"product_id": "p", "view_type": "swatch", "label": "Colour", "options": [OPTION, OPTION]},
    "addons": [{"addon_type": "gift", "range_from": 1.5, "range_to": "2", "currency": "USD"}],
}
BUTTON = {"text": "Yes", "postback_id": "y", "type": "message", "value": "v", "user_ids": ["a"]}
CARD = {
    **{"title": "A", "subtitle": "B", "buttons": [BUTTON, BUTTON], "ecommerce": PRODUCT},
    "image": {"url": URL, "width": 3, "height": 2, "alternative_text": "C"},
}
CHOICES = [{"id": "0", "label": "Sales", "group_id": 1, "checked": True}, {"id": "1", "label": "B"}]
FIELDS = [
    {"id": "n", "type": "name", "label": "Name", "required": True},
    {"id": "g", "type": "group_chooser", "label": "Whom?", "options": CHOICES},
    {"id": "r", "type": "rating", "label": "How?", "comment_label": "Why?"},
]
ANSWERS = [
    {"type": "name", "id": "n", "label": "Name", "answer": "Ada"},
    {"type": "group_chooser", "id": "g", "label": "Whom?", "answer": CHOICES[0]},
    {"type": "checkbox", "id": "c", "label": "What?", "answers": CHOICES},
]
ORDER = {"order": {"order_number": "#1", "total_price": 9.5, "currency": "USD"}}
PROPERTIES = {
    "url_details": {"url": URL, "title": "A page", "description": "about"},
    "chats": {"formatting": "commonmark"},
    "lc2": {"greeting_unique_id": "u", "welcome_message": True},
}
POSTBACK = {"id": "y", "event_id": "T1_1", "ecommerce": {"product_id": "p", "option_id": "o"}}
BODIES: list[dict[str, Any]] = [
    {"properties": PROPERTIES, "postback": POSTBACK},
    {"type": "file", "url": URL, "name": "a.png", "content_type": "image/png", "size": 9},
    {"type": "rich_message", "template_id": "cards", "elements": [CARD, CARD]},
    {"type": "form", "form_id": "f", "fields": FIELDS},
    {"type": "filled_form", "form_id": "f", "fields": ANSWERS},
    {"type": "system_message", "system_message_type": "chat_transferred", "text_vars": {"a": "b"}},
    {
        **{"type": "system", "source": "cdp", "subtype": "store_order_was_created"},
        "details": json.dumps(ORDER),
    },
    {"type": "custom", "content": {"a": [{"b": None}]}},
]
EVENTS = [{**EVENT, "id": f"T1_{number}", **body} for number, body in enumerate(BODIES, start=1)]
RATED = {
    "rating": {"score": 1, "comment": "good"},
    "routing": {"transcript_email": "a@example.com"},
}
WHOLE = {**THREAD, "events": EVENTS, "properties": RATED}
LAST = {event["type"]: {"thread_id": "T1", "event": event} for event in EVENTS}
CHAT_OF_LIST = {
    **{"id": "C1", "active": True, "users": [AGENT], "last_thread_id": "T1"},
    "last_event_per_type": LAST,
}
SAMPLES: dict[str, tuple[Callable[[object], Any], dict[str, Any]]] = {
    "chats": (parse_chat_list, {"chats_summary": [CHAT_OF_LIST] * 2, "next_page_id": "p"}),
    "threads": (parse_thread_page, {"threads": [WHOLE, {**WHOLE, "id": "T0"}]}),
    "chat": (parse_chat, {"id": "C1", "users": [AGENT], "thread": WHOLE}),
    "sent": (parse_sent, {"chat_id": "C1", "thread_id": "T1", "event_ids": ["e", "f"]}),
    "user": (parse_user, AGENT),
    "form": (parse_form, {"id": "f", "fields": FIELDS}),
    "greeting": (
        parse_greeting,
        {"id": 7, "unique_id": "u", "event": EVENTS[2], "agent": AGENT, "is_exit_intent": False},
    ),
    "company": (
        parse_dynamic_configuration,
        {
            "livechat_active": True,
            "livechat": {
                **{"group_id": 0, "config_version": "c", "language": "en"},
                "online_group_ids": [0, 1],
            },
        },
    ),
}


def read(parse: Callable[[object], Any], content: bytes) -> Any:
    """What is read, None for nothing. It can be compared, and each ID in it has an end."""
    try:
        found, same = parse(decoded(content)), parse(decoded(content))
    except Malformed:
        return None
    assert found == same
    assert copy.deepcopy(found) == found
    assert len(repr(found)) < 100 * len(content) + 100_000
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_one_odd_field_of_a_structure(name: str) -> None:
    print(f"SEED={SEED}")
    parse, sample = SAMPLES[name]
    assert read(parse, dumped(sample))
    odd = [Oddity(path, kind) for path in kinds_of_places(sample) for kind in ODD]
    most = ODDITIES // len(SAMPLES)
    for oddity in random.Random(SEED).sample(odd, min(len(odd), most)):
        print(oddity)
        found = read(parse, dumped(oddity.in_(sample)))
        match oddity.path:
            case ["threads", thread, "events", event, _, *_] if oddity.kind not in UNREADABLE:
                whole = {(t.id, e.id) for t in found.threads for e in t.events}
                beside = {
                    (t["id"], e["id"])
                    for i, t in enumerate(sample["threads"])
                    for j, e in enumerate(t["events"])
                    if (i, j) != (thread, event)
                }
                assert beside <= whole
            case ["chats_summary", _, _, *_] if oddity.kind not in UNREADABLE:
                assert len(found.chats) >= 1
                assert found.is_whole or oddity.path[2] in ("id", "active")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_anything_in_the_place_of_any_field(name: str, data: st.DataObject) -> None:
    parse, sample = SAMPLES[name]
    *way, last = data.draw(st.sampled_from(list(places(sample))))
    changed = place = json.loads(json.dumps(sample))
    for step in way:
        place = place[step]
    place[last] = data.draw(JSON)
    with suppress(Malformed):
        parse(decoded(json.dumps(changed)))


GRANT: Mapping[str, Any] = {
    **{"access_token": "dal:t", "entity_id": "c", "expires_in": 60, "token_type": "Bearer"},
    **{"client_id": "k", "organization_id": "o"},
}


def test_odd_grants() -> None:
    for field, kind in itertools.product(GRANT, ODD.keys() - UNREADABLE):
        answer: Any = decoded(dumped(Oddity((field,), kind).in_(GRANT)))
        heard = Answer(answer, {}, ())
        accounts = Accounts("", "", "o", "", exchange=lambda *_, heard=heard, **__: heard)
        with suppress(errors.Unreachable):
            grant = accounts.grant(None)
            assert grant.access_token.isprintable()
            assert 0 < len(grant.customer_id) <= LONGEST_ID
        with suppress(errors.Unreachable):
            accounts.info("dal:t")


FAILURES: list[dict[str, Any]] = [
    {"error": {"type": "misdirected_request", "message": "secret", "data": {"region": "fra"}}},
    {"error": {"type": "validation", "message": "secret", "data": None}},
    {"identity_exception": "unauthorized", "exception_details": "secret"},
    {"oauth_exception": "invalid_request", "exception_description": "secret redirect"},
]


@pytest.mark.parametrize("failure", FAILURES)
def test_odd_failures(failure: dict[str, Any]) -> None:
    """Each is some failure, and no log line is broken by what is told of it."""
    way = route.Route("https://api.livechatinc.com", "o")
    for path, kind in itertools.product(kinds_of_places(failure), ODD.keys() - UNREADABLE):
        answer = decoded(dumped(Oddity(path, kind).in_(failure)))
        for status in (200, 401, 421, 500):
            error = errors.from_answer("call", answer, status, {})
            assert error or status == 200
            if error:
                said = str(error)
                assert said.isascii()
                assert said.isprintable()
                assert len(said) < 300
                assert "secret" not in said
                after = way.after(None, error.data.get("region"))
                assert after is None or after.name in ("fra", "word")


def test_an_event_of_no_type_or_without_an_id_is_none() -> None:
    for event in EVENTS:
        for field in ("id", "type"):
            for kind in ("absent", "null", "no list", "no object", "true", "1.5", "nothing"):
                assert read(parse_event, dumped(Oddity((field,), kind).in_(event))) is None
