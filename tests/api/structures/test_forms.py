"""The bodies of events: files, rich messages and forms, with everything in them and nothing."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.api.structures import events
from livechat.api.structures.events import File, Preview, parse_event, parse_thread
from livechat.api.structures.forms import (
    Answers,
    Fault,
    Field,
    FilledForm,
    Form,
    Option,
    Rating,
    chosen_group,
    faults,
    filled_fields,
    given_rating,
    given_text,
    parse_filled_form,
    parse_form,
)
from livechat.api.structures.rich_messages import (
    MAX_BUTTONS,
    MAX_ELEMENTS,
    Button,
    Element,
    Image,
    RichMessage,
)

URL = "https://cdn.example.com/a.png"


def event(**fields: Any) -> events.Event:
    return parse_event({"id": "e", "created_at": "2026-05-01T12:00:00Z", **fields})


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (
            {
                "type": "file",
                "url": URL,
                "name": "a.png",
                "content_type": "image/png",
                "size": 7,
                "width": 640,
                "height": 480,
                "thumbnail_url": URL + "?1x",
                "thumbnail2x_url": URL + "?2x",
                "alternative_text": "A cat",
            },
            File(URL, "a.png", "image/png", 7, URL + "?2x", 640, 480, "A cat"),
        ),
        ({"type": "file", "url": URL, "thumbnail_url": "t"}, File(URL, "", thumbnail_url="t")),
        ({"type": "file", "url": URL, "size": -1, "width": "wide"}, File(URL, "")),
        ({"type": "file", "name": "a.png"}, None),
        ({"type": "rich_message", "template_id": "cards"}, RichMessage("cards")),
        ({"type": "rich_message"}, None),
        ({"type": "rich_message", "template_id": "new", "elements": 7}, RichMessage("new")),
        (
            {"type": "rich_message", "template_id": "cards", "elements": [{}, None, {"title": 7}]},
            RichMessage("cards", (Element(), Element())),
        ),
        (
            {
                "type": "rich_message",
                "template_id": "cards",
                "elements": [
                    {
                        "title": "T",
                        "subtitle": "S",
                        "image": {"url": URL, "width": 1, "height": 2, "name": "a.png"},
                        "buttons": [
                            {
                                "type": "url",
                                "text": "Go",
                                "value": URL,
                                "postback_id": "go",
                                "user_ids": ["me", 7],
                                "role": "primary",
                                "target": "new",
                                "webview_height": "tall",
                            },
                            {"text": "Plain", "postback_id": "plain"},
                            {"text": "Nowhere"},
                            {"postback_id": "wordless"},
                        ],
                    },
                    {"image": {"name": "no address"}},
                ],
            },
            RichMessage(
                "cards",
                (
                    Element(
                        "T",
                        "S",
                        Image(URL, 1, 2, "a.png"),
                        (
                            Button("Go", "go", "url", URL, "primary", ("me",)),
                            Button("Plain", "plain"),
                        ),
                    ),
                    Element(),
                ),
            ),
        ),
        ({"type": "form"}, None),
        ({"type": "form", "form_id": "f"}, Form("f", ())),
        (
            {
                "type": "form",
                "form_id": "f",
                "fields": [
                    {"type": "header", "label": "Hello"},
                    {"type": "name", "id": "n", "label": "Name", "required": True},
                    {"type": "hologram", "id": "x", "label": "?"},
                    {"id": "typeless"},
                    {
                        "type": "group_chooser",
                        "id": "g",
                        "label": "Where",
                        "options": [{"id": "0", "label": "Sales", "group_id": 1}, {"label": "?"}],
                    },
                    {"type": "checkbox_for_email", "id": "c", "checked": True},
                    {"type": "rating", "id": "r", "label": "How", "comment_label": "Why"},
                ],
            },
            Form(
                "f",
                (
                    Field("header", "0", "Hello"),
                    Field("name", "n", "Name", required=True),
                    Field("group_chooser", "g", "Where", options=(Option("0", "Sales", 1),)),
                    Field("checkbox_for_email", "c", "", checked=True),
                    Field("rating", "r", "How", comment_label="Why"),
                ),
            ),
        ),
        ({"type": "filled_form"}, None),
        (
            {
                "type": "filled_form",
                "form_id": "f",
                "fields": [
                    {"type": "name", "id": "1", "label": "Name", "answer": "Ada"},
                    {"type": "email", "id": "2", "label": "E-mail"},
                    {"type": "radio", "id": "3", "label": "Which", "answer": {"label": "That"}},
                    {"type": "checkbox", "id": "4", "label": "All", "answers": [{"label": "A"}, 7]},
                    {"type": "checkbox_for_email", "id": "5", "label": "Mail", "answer": False},
                    {"type": "checkbox", "id": "6", "label": "Odd", "answer": ["?"]},
                    {"type": "select", "id": "7", "answer": {"id": "no label"}},
                    "nonsense",
                ],
            },
            FilledForm(
                "f",
                (
                    ("Name", "Ada"),
                    ("E-mail", ""),
                    ("Which", "That"),
                    ("All", "A"),
                    ("Mail", False),
                    ("Odd", ""),
                    ("", ""),
                ),
            ),
        ),
        ({"type": "custom", "content": {"a": 1}}, None),
        ({"type": "hologram"}, None),
        ({"type": "message", "text": "Hello"}, None),
    ],
)
def test_a_body(fields: dict[str, Any], body: events.Body | None) -> None:
    assert event(**fields).body == body


@pytest.mark.parametrize(
    ("details", "preview"),
    [
        (None, None),
        ({}, None),
        ({"url": URL}, None),
        ({"title": "T"}, None),
        ({"url": URL, "title": "T"}, Preview(URL, "T")),
        ({"url": URL, "title": "T", "description": "D", "image_url": URL}, Preview(URL, "T", "D")),
        ({"url": 7, "title": "T"}, None),
    ],
)
def test_the_preview_of_a_link(details: object, preview: Preview | None) -> None:
    properties = {"url_details": details}
    assert event(type="message", text=URL, properties=properties).preview == preview


def test_what_exceeds_the_limits_is_cut() -> None:
    button = {"text": "B", "postback_id": "b"}
    element = {"title": "T", "buttons": [button] * (MAX_BUTTONS + 5)}
    rich = event(type="rich_message", template_id="cards", elements=[element] * (MAX_ELEMENTS + 5))
    assert isinstance(rich.body, RichMessage)
    assert len(rich.body.elements) == MAX_ELEMENTS
    assert len(rich.body.elements[0].buttons) == MAX_BUTTONS


@pytest.mark.parametrize(
    "fields", [{"type": "hologram"}, {"type": "file"}, {"type": "rich_message", "text": "secret"}]
)
def test_what_cannot_be_shown_is_logged_once_without_its_words(
    fields: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    events._note.cache_clear()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            event(**fields)
    assert len(caplog.records) == 1
    assert fields["type"] in caplog.text
    assert "secret" not in caplog.text


NAMES = st.sampled_from(
    [
        *("id", "type", "label", "required", "options", "answer", "answers", "elements", "buttons"),
        *("image", "url", "title", "text", "postback_id", "user_ids", "fields", "form_id"),
        *("template_id", "group_id", "checked", "properties", "rating", "score"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)


@given(
    kind=st.sampled_from(["file", "rich_message", "form", "filled_form", "message"]),
    fields=st.dictionaries(NAMES, JSON),
)
def test_no_body_is_a_reason_to_fail(kind: str, fields: dict[str, Any]) -> None:
    parsed = event(**{**fields, "type": kind, "id": "e"})
    assert parsed.type == kind


# Forms

FORM = Form(
    "f",
    (
        Field("header", "h", "Hello", required=True),
        Field("name", "n", "Name", required=True),
        Field("email", "e", "E-mail"),
        Field("radio", "r", "Which", options=(Option("0", "this"), Option("1", "that"))),
        Field("checkbox", "c", "All", required=True, options=(Option("0", "one"),)),
        Field("group_chooser", "g", "Where", options=(Option("0", "Sales", 1),)),
        Field("checkbox_for_email", "m", "Mail me"),
        Field("rating", "s", "How"),
    ),
)
FULL: Answers = {
    "n": "Ada",
    "e": "ada@example.com",
    "r": Option("1", "that"),
    "c": (Option("0", "one"),),
    "g": Option("0", "Sales", 1),
    "m": True,
    "s": Rating(1, "good"),
}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (FULL, {}),
        ({}, {"n": Fault.MISSING, "c": Fault.MISSING}),
        ({"n": "", "c": ()}, {"n": Fault.MISSING, "c": Fault.MISSING}),
        ({**FULL, "e": ""}, {}),
        ({**FULL, "e": "ada"}, {"e": Fault.NOT_AN_EMAIL}),
        ({**FULL, "e": "a b@example.com"}, {"e": Fault.NOT_AN_EMAIL}),
        ({**FULL, "e": "ada@example"}, {"e": Fault.NOT_AN_EMAIL}),
    ],
)
def test_faults(answers: Answers, expected: dict[str, Fault]) -> None:
    assert faults(FORM, answers) == expected


def test_a_filled_form_says_what_was_answered() -> None:
    fields = filled_fields(FORM, FULL)
    assert [field["type"] for field in fields] == [
        "name",
        "email",
        "radio",
        "checkbox",
        "group_chooser",
        "checkbox_for_email",
    ]
    read = parse_filled_form({"form_id": "f", "fields": fields})
    assert [answer for _, answer in read.answers] == [
        "Ada",
        "ada@example.com",
        "that",
        "one",
        "Sales",
        True,
    ]
    empty = filled_fields(FORM, {"n": ""})
    assert all(not {"answer", "answers"} & field.keys() for field in empty)


def test_what_a_form_is_asked_for() -> None:
    assert (chosen_group(FORM, FULL), chosen_group(FORM, {})) == (1, None)
    assert (given_rating(FORM, FULL), given_rating(FORM, {})) == (Rating(1, "good"), None)
    assert (given_text(FORM, FULL, "email"), given_text(FORM, {}, "email")) == (
        "ada@example.com",
        None,
    )


def test_a_form_without_an_id_gets_the_one_that_is_given() -> None:
    assert parse_form({"fields": []}, id="ticket").id == "ticket"
    assert parse_form({"id": "7", "fields": []}, id="ticket").id == "7"


# Threads


@pytest.mark.parametrize(
    ("properties", "rating", "email"),
    [
        (None, None, None),
        ({}, None, None),
        ({"rating": {"score": 1, "comment": "good"}}, Rating(1, "good"), None),
        ({"rating": {"score": 0}}, Rating(0), None),
        ({"rating": {"comment": "no score"}}, None, None),
        ({"rating": {"score": 5}}, None, None),
        ({"rating": {"score": True}}, None, None),
        ({"rating": 7, "routing": {"transcript_email": "a@b.c"}}, None, "a@b.c"),
    ],
)
def test_the_properties_of_a_thread(
    properties: object, rating: Rating | None, email: str | None
) -> None:
    json = {"id": "t", "created_at": "2026-05-01T12:00:00Z", "active": True}
    thread = parse_thread({**json, "properties": properties})
    assert (thread.rating, thread.transcript_email) == (rating, email)
