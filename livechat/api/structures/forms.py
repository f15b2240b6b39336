"""Forms, and what customers answer in them (4.9).

An answer is what the customer gave for one field: a text, an `Option`, several of them, a bool, or
a `Rating`. `Answers` holds them by field ID; a field that was left empty is missing from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from livechat.api.structures.parsing import (
    Json,
    an_id,
    an_id_if_any,
    an_object,
    clean,
    each,
    number,
    required,
    text,
)

HEADER, CHECKBOX, GROUP_CHOOSER = "header", "checkbox", "group_chooser"
CHECKBOX_FOR_EMAIL, RATING, EMAIL, NAME = "checkbox_for_email", "rating", "email", "name"
TEXTS = frozenset({NAME, EMAIL, "question", "textarea", "subject"})
CHOICES = frozenset({"radio", "select", GROUP_CHOOSER})
KNOWN = TEXTS | CHOICES | {HEADER, CHECKBOX, CHECKBOX_FOR_EMAIL, RATING}

# What exceeds these is cut. The reference has no limits; a page shows less, and says so.
MAX_FIELDS = 1_000
MAX_OPTIONS = 10_000  # of all fields together

_EMAIL = re.compile(r"[^\s@]+@[^\s@.]+(\.[^\s@.]+)+")


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from; `group_id` in a group chooser."""

    id: str
    label: str
    group_id: int | None = None
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Rating:
    """How a customer rates a chat (3.5): `score` 1 is good, 0 is bad."""

    score: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    type: str
    id: str
    label: str
    required: bool = False
    options: tuple[Option, ...] = ()
    checked: bool = False
    comment_label: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form to fill in: of `get_form` or `get_configuration`, or the body of a `form` event."""

    id: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class FilledForm:
    """The body of a `filled_form` event: each label with its answer, empty if there is none."""

    form_id: str
    answers: tuple[tuple[str, str | bool], ...]


Answer = str | bool | Option | Rating | tuple[Option, ...]
Answers = Mapping[str, Answer]


class Fault(Enum):
    """What is wrong with the answer to a field."""

    MISSING = auto()
    NOT_AN_EMAIL = auto()


def parse_form(data: object, *, id: str = "") -> Form:
    """A form; one whose `fields` cannot be read has none.

    `id` is for a form that has none of its own. A field without an ID, as in a ticket form, gets
    its position for one, and no two have the same; types that the reference does not know are left
    out.
    """
    json = an_object(data)
    fields = _told_apart(_bounded(each(_field, json.get("fields"))))
    return Form(
        id=an_id_if_any(json, "id") or id,
        fields=tuple(f for f in fields if f.type in KNOWN),
    )


def parse_filled_form(json: Json) -> FilledForm:
    """A filled form. Raises Malformed without `form_id`."""
    answers = each(_answered, json.get("fields"))[:MAX_FIELDS]
    return FilledForm(an_id(json, "form_id"), answers)


def faults(form: Form, answers: Answers) -> dict[str, Fault]:
    """What is wrong, by field ID: a required field without an answer, an address that is none."""
    found = {}
    for field in form.fields:
        answer = answers.get(field.id)
        if field.required and field.type != HEADER and answer in (None, "", (), False):
            found[field.id] = Fault.MISSING
        elif field.type == EMAIL and answer and not is_email(str(answer)):
            found[field.id] = Fault.NOT_AN_EMAIL
    return found


def is_email(address: str) -> bool:
    """Whether it can be an e-mail address; only a mail that arrives would prove it."""
    return _EMAIL.fullmatch(address) is not None


def filled_fields(form: Form, answers: Answers) -> list[dict[str, Any]]:
    """The `fields` of a `filled_form` request.

    Headers are left out (4.9), and ratings: how they are to be filled in is not documented, they
    are properties of the thread.
    """
    return [
        {"type": field.type, "id": field.id, "label": field.label}
        | _filled(field, answers.get(field.id))
        for field in form.fields
        if field.type not in (HEADER, RATING)
    ]


def chosen_group(form: Form, answers: Answers) -> int | None:
    """The group that the customer chose, to route the chat to."""
    chosen = (answers.get(f.id) for f in form.fields if f.type == GROUP_CHOOSER)
    return next((a.group_id for a in chosen if isinstance(a, Option)), None)


def given_rating(form: Form, answers: Answers) -> Rating | None:
    """The rating that the customer gave in a form."""
    given = (answers.get(f.id) for f in form.fields if f.type == RATING)
    return next((a for a in given if isinstance(a, Rating)), None)


def given_text(form: Form, answers: Answers, type: str) -> str | None:
    """The answer to the first field of a type, such as the customer's name."""
    given = (answers.get(f.id) for f in form.fields if f.type == type)
    return next((a for a in given if isinstance(a, str) and a), None)


def _filled(field: Field, answer: Answer | None) -> dict[str, Any]:
    if field.type == CHECKBOX:
        chosen = answer if isinstance(answer, tuple) else ()
        return {"answers": [_chosen(option) for option in chosen]} if chosen else {}
    if answer is None or answer == "":
        return {}
    return {"answer": _chosen(answer) if isinstance(answer, Option) else answer}


def _chosen(option: Option) -> dict[str, Any]:
    group = {} if option.group_id is None else {"group_id": option.group_id}
    return {"id": option.id, "label": option.label, **group}


def _field(data: object) -> Field:
    json = an_object(data)
    return Field(
        type=required(json, "type"),
        id=an_id_if_any(json, "id") or "",
        label=text(json, "label") or "",
        required=json.get("required") is True,
        options=each(_option, json.get("options")),
        checked=json.get("checked") is True,
        comment_label=text(json, "comment_label"),
    )


def _bounded(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    bounded, left = [], MAX_OPTIONS
    for field in fields[:MAX_FIELDS]:
        bounded.append(replace(field, options=field.options[:left]))
        left -= len(bounded[-1].options)
    return tuple(bounded)


def _told_apart(fields: tuple[Field, ...]) -> Iterator[Field]:
    own, given = {field.id for field in fields}, set[str]()
    for place, field in enumerate(fields):
        id = field.id or str(place)
        while id in given or (not field.id and id in own):
            id += "_"
        given.add(id)
        yield replace(field, id=id)


def _option(data: object) -> Option:
    json = an_object(data)
    return Option(
        id=an_id(json, "id"),
        label=text(json, "label") or "",
        group_id=number(json, "group_id"),
        checked=json.get("checked") is True,
    )


def _answered(data: object) -> tuple[str, str | bool]:
    json = an_object(data)
    answer = json.get("answer")
    given = json.get("answers", [answer])
    label = text(json, "label") or ""
    if isinstance(answer, bool):
        return label, answer
    return label, ", ".join(filter(None, map(_words, given if isinstance(given, list) else ())))


def _words(answer: object) -> str:
    if isinstance(answer, Mapping):
        return text(answer, "label") or ""
    return clean(answer) if isinstance(answer, str) else ""
