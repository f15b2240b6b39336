"""Forms, empty and filled, and what is wrong with an answer."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.api.structures import events
from livechat.api.structures.forms import (
    MAX_FIELDS,
    MAX_OPTIONS,
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
from tests.api.structures.samples import parsed

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


def test_what_nobody_could_answer_is_cut() -> None:
    option = {"id": "o", "label": "O"}
    field = {"type": "select", "label": "F", "options": [option] * 30}
    form = parse_form({"id": "f", "fields": [field] * 2_000})
    assert len(form.fields) == MAX_FIELDS
    assert sum(len(field.options) for field in form.fields) == MAX_OPTIONS
    answered = {"label": "F", "answer": "a"}
    filled = parse_filled_form({"form_id": "f", "fields": [answered] * 2_000})
    assert len(filled.answers) == MAX_FIELDS


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


@pytest.mark.parametrize(
    ("fields", "body"),
    [
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
    ],
)
def test_a_form_as_an_event(fields: dict[str, Any], body: events.Body | None) -> None:
    assert parsed(**fields).body == body


def test_no_two_fields_of_a_form_have_the_same_id() -> None:
    fields = [{"type": "name", "id": "1"}, {"type": "email"}, {"type": "subject", "id": "1"}]
    ids = [field.id for field in parse_form({"fields": fields}).fields]
    assert len(set(ids)) == 3
