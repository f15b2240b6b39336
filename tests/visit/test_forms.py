"""Filled forms, as LiveChat is to get them: the sandbox refuses what the reference does not say."""

from __future__ import annotations

import pytest

from livechat.api.structures.forms import Answer, FilledForm, Form, Option, Rating, parse_form
from livechat.chat.outgoing import Delivery
from livechat.sandbox import Sandbox
from livechat.sandbox.world.sample_organization import FORMS
from tests.driver import Page

OPTIONS = [{"id": "a", "label": "First"}, {"id": "b", "label": "Second"}]
FIELDS = [
    {"type": "header", "label": "Welcome"},
    {"type": "name", "label": "Name"},
    {"type": "email", "label": "E-mail"},
    {"type": "question", "label": "Question"},
    {"type": "textarea", "label": "More"},
    {"type": "subject", "label": "Subject"},
    {"type": "radio", "label": "Radio", "options": OPTIONS},
    {"type": "select", "label": "Select", "options": OPTIONS},
    {"type": "checkbox", "label": "Checkbox", "options": OPTIONS},
    {
        "type": "group_chooser",
        "label": "Group",
        "options": [{"id": "2", "label": "Support", "group_id": 2}],
    },
    {"type": "checkbox_for_email", "label": "Transcript"},
    {"type": "rating", "label": "Rating", "comment_label": "Why"},
]
FORM = parse_form({"id": "all", "fields": [{"id": f["label"], **f} for f in FIELDS]})
FIRST, SECOND = Option("a", "First"), Option("b", "Second")
ANSWERS: dict[str, Answer] = {
    "Name": "Ada",
    "E-mail": "ada@example.com",
    "Question": "Why?",
    "More": "One\ntwo",
    "Subject": "Ä",
    "Radio": FIRST,
    "Select": SECOND,
    "Checkbox": (FIRST, SECOND),
    "Group": Option("2", "Support", 2),
    "Transcript": True,
    "Rating": Rating(1, "Quick"),
}


@pytest.fixture
def page(sandbox: Sandbox) -> Page:
    page = Page(sandbox)
    page.say("Hello")
    page.poll()
    return page


def filled(page: Page, form: Form, answers: dict[str, Answer]) -> tuple[tuple[str, object], ...]:
    """What comes back of a form that is sent."""
    page.visit.fill_in(form, answers)
    page.run()
    page.poll()
    assert page.undelivered == []
    body = page.visit.conversation.transcript.timeline[-1].body
    assert isinstance(body, FilledForm)
    assert body.form_id == form.id
    return body.answers


def test_every_type_of_field_is_accepted(page: Page) -> None:
    assert filled(page, FORM, ANSWERS) == (
        ("Name", "Ada"),
        ("E-mail", "ada@example.com"),
        ("Question", "Why?"),
        ("More", "One\ntwo"),
        ("Subject", "Ä"),
        ("Radio", "First"),
        ("Select", "Second"),
        ("Checkbox", "First, Second"),
        ("Group", "Support"),
        ("Transcript", True),
    )


def test_an_empty_form_is_accepted(page: Page) -> None:
    assert {answer for _, answer in filled(page, FORM, {})} == {""}


@pytest.mark.parametrize("label", [name for name in ANSWERS if name != "Rating"])
def test_each_field_alone_is_accepted(page: Page, label: str) -> None:
    answers = dict(filled(page, FORM, {label: ANSWERS[label]}))
    assert [name for name, answer in answers.items() if answer] == [label]


@pytest.mark.parametrize("type", FORMS)
def test_the_forms_of_a_company_are_accepted_as_they_are(page: Page, type: str) -> None:
    form = parse_form(FORMS[type], id=type)
    answers: dict[str, Answer] = {f.id: f.options[0] for f in form.fields if f.options}
    answers |= {f.id: (f.options[0],) for f in form.fields if f.type == "checkbox"}
    answers |= {f.id: "ada@example.com" for f in form.fields if f.type in ("name", "email")}
    assert len(filled(page, form, answers)) >= 1


def test_what_livechat_refuses_can_be_tried_again(page: Page) -> None:
    page.sandbox.faults.add("customer/send_event", error="validation")
    page.visit.fill_in(FORM, ANSWERS)
    page.run()
    ((_, delivery, _),) = page.undelivered
    assert delivery is Delivery.FAILED
    page.visit.retry(page.visit.conversation.outbox[0].custom_id)
    page.run()
    page.poll()
    assert page.undelivered == []
