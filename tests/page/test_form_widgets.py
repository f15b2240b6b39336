"""Forms alone: what can be typed and chosen, and what is sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from livechat.api.structures.forms import (
    Fault,
    Form,
    Option,
    Rating,
    parse_filled_form,
    parse_form,
)
from livechat.page import form_widgets, words
from livechat.page.folding import Room
from tests.page.whole_page import drawn, faults, press

OPTIONS = [{"id": "a", "label": "First"}, {"id": "b", "label": "Second"}]


def field(type: str, label: str = "Field:", required: bool = False, **more: Any) -> dict[str, Any]:
    return {"type": type, "id": "id", "label": label, "required": required, **more}


def form_page(fields: str, customer: tuple[str, str]) -> None:
    """A page with a form, which keeps what is sent."""
    import json

    import streamlit as st

    from livechat.api.structures.forms import parse_form
    from livechat.page import form_widgets
    from livechat.visit import Customer

    sent = st.session_state.setdefault("sent", [])
    form_widgets.draw(
        parse_form({"id": "f", "fields": json.loads(fields)}),
        "form",
        submit="Go",
        on_submit=lambda form, answers: sent.append(answers),
        prefill=Customer(*customer),
        skip=lambda: sent.append("skipped"),
    )


def with_form(*fields: dict[str, Any], customer: tuple[str, str] = ("", "")) -> AppTest:
    app = AppTest.from_function(form_page, args=(json.dumps(fields), customer), default_timeout=30)
    app.run()
    assert not app.exception
    return app


def sent(app: AppTest) -> list[Any]:
    return list(app.session_state["sent"])


@pytest.mark.parametrize("type", ["name", "email", "question", "subject", "textarea"])
def test_a_text_is_kept_and_sent_once(type: str) -> None:
    app = with_form(field(type, required=True))
    (widget,) = [*app.text_input, *app.text_area]
    assert widget.label == "Field (required)"
    press(app, "Go")
    assert faults(app) == [words.say("fault", of=Fault.MISSING)]
    assert [error.value for error in app.error] == [words.say("check", fields="Field")]
    assert sent(app) == []
    (widget,) = [*app.text_input, *app.text_area]
    widget.set_value(" ada@example.com ")
    press(app, "Go")
    assert sent(app) == [{"id": "ada@example.com"}]
    assert not faults(app)
    assert not app.error


def test_an_answer_in_which_nothing_can_be_seen_is_none() -> None:
    app = with_form(field("question", required=True))
    app.text_input[0].set_value("\u200b \u2060")
    press(app, "Go")
    assert faults(app) == [words.say("fault", of=Fault.MISSING)]
    assert sent(app) == []


def test_an_address_that_is_none_is_named_and_kept() -> None:
    app = with_form(field("email"))
    app.text_input[0].set_value("ada@example")
    press(app, "Go")
    assert faults(app) == [words.say("fault", of=Fault.NOT_AN_EMAIL)]
    assert app.text_input[0].value == "ada@example"
    assert sent(app) == []


@pytest.mark.parametrize(
    ("type", "options", "answer"),
    [
        ("radio", OPTIONS, Option("b", "Second")),
        ("select", OPTIONS, Option("b", "Second")),
        ("group_chooser", [OPTIONS[0], {**OPTIONS[1], "group_id": 2}], Option("b", "Second", 2)),
        ("checkbox", OPTIONS, (Option("b", "Second"),)),
        (
            "checkbox",
            [OPTIONS[0], {"id": "b", "label": "Second, and long"}, {"id": "c", "label": "x" * 99}],
            (Option("b", "Second, and long"),),
        ),
    ],
)
def test_a_choice_begins_with_none_and_is_sent(
    type: str, options: list[dict[str, Any]], answer: object
) -> None:
    app = with_form(field(type, required=True, options=options))
    press(app, "Go")
    assert faults(app) == [words.say("fault", of=Fault.MISSING)]
    if app.checkbox:
        app.checkbox[1].check()
    elif app.pills:
        app.pills[0].set_value([1])
    else:
        [*app.radio, *app.selectbox][0].set_value(1)
    press(app, "Go")
    assert sent(app) == [{"id": answer}]


@pytest.mark.parametrize("type", ["radio", "select", "checkbox"])
def test_what_is_checked_is_chosen_from_the_start(type: str) -> None:
    app = with_form(field(type, options=[OPTIONS[0], {**OPTIONS[1], "checked": True}]))
    press(app, "Go")
    second = Option("b", "Second", checked=True)
    assert sent(app) == [{"id": (second,) if type == "checkbox" else second}]


@pytest.mark.parametrize("type", ["radio", "select", "checkbox"])
@pytest.mark.parametrize("long", [False, True])
def test_options_are_told_apart_whatever_they_are_called(type: str, long: bool) -> None:
    label = "x" * 99 if long else "same"
    options = [{"id": "a", "label": label}, {"id": "b", "label": label}, {"id": "c"}]
    app = with_form(field(type, options=options))
    if app.checkbox:
        labels = [box.label for box in app.checkbox]
        app.checkbox[1].check()
    else:
        (widget,) = [*app.radio, *app.selectbox, *app.pills]
        labels = list(widget.options)
        widget.set_value([1] if type == "checkbox" else 1)
    assert len(set(labels)) == 3
    assert labels[2] == "Option 3"
    press(app, "Go")
    chosen = Option("b", label)
    assert sent(app) == [{"id": (chosen,) if type == "checkbox" else chosen}]


@pytest.mark.parametrize("type", ["radio", "select", "checkbox", "group_chooser"])
@pytest.mark.parametrize("options", [None, [], [{"label": "without an ID"}]])
def test_a_choice_from_nothing_is_not_asked_for(type: str, options: object) -> None:
    app = with_form(field(type, required=True, options=options), {**field("name"), "id": "n"})
    app.text_input[0].set_value("Ada")
    press(app, "Go")
    assert sent(app) == [{"n": "Ada"}]


def test_a_box_may_have_to_be_checked() -> None:
    app = with_form(field("checkbox_for_email", "I agree", required=True))
    press(app, "Go")
    assert faults(app) == [words.say("fault", of=Fault.MISSING)]
    app.checkbox[0].check()
    press(app, "Go")
    assert sent(app) == [{"id": True}]


def test_a_box_that_is_not_checked_says_so() -> None:
    app = with_form(field("checkbox_for_email", checked=True))
    app.checkbox[0].uncheck()
    press(app, "Go")
    assert sent(app) == [{"id": False}]


def test_a_rating_has_a_comment_and_no_comment_is_lost() -> None:
    app = with_form(field("rating", comment_label="Tell us *why*"))
    assert "Tell us" in app.text_input[0].label
    app.text_input[0].set_value("Quick")
    press(app, "Go")
    assert faults(app) == [words.say("fault", of=Fault.MISSING)]
    assert app.text_input[0].value == "Quick"
    app.feedback[0].set_value(0)
    press(app, "Go")
    assert sent(app) == [{"id": Rating(0, "Quick")}]


def test_no_answer_is_an_answer_to_what_is_not_required() -> None:
    app = with_form(
        {"type": "header", "label": "**Hello**\u202e <b>", "required": True},
        *({**field(type, options=OPTIONS), "id": type} for type in ("name", "email", "radio")),
        {**field("rating"), "id": "rating"},
        {**field("checkbox", options=OPTIONS), "id": "checkbox"},
    )
    assert "**Hello** &lt;b&gt;" in drawn(app)
    press(app, "Go")
    assert sent(app) == [{}]


def test_what_is_known_is_filled_in() -> None:
    app = with_form(
        {**field("name"), "id": "n"}, {**field("email"), "id": "e"}, customer=("Ada", "a@b.example")
    )
    press(app, "Go")
    assert sent(app) == [{"n": "Ada", "e": "a@b.example"}]


def test_a_form_can_be_skipped_without_an_answer() -> None:
    app = with_form(field("name", required=True))
    press(app, words.say("skip"))
    assert sent(app) == ["skipped"]


def test_a_second_click_before_the_form_is_gone_sends_nothing() -> None:
    def page() -> None:
        import streamlit as st

        from livechat.api.structures.forms import parse_form
        from livechat.page import form_widgets

        sent = st.session_state.setdefault("sent", [])
        name = {"type": "name", "id": "n", "label": "Name"}

        def twice(form: object, answers: object) -> None:
            sent.append(answers)
            form_widgets._submit(parse_form({"fields": [name]}), "form", twice)

        if not sent:
            form = parse_form({"fields": [name]})
            form_widgets.draw(form, "form", submit="Go", on_submit=twice)

    app = AppTest.from_function(page).run()
    app.text_input[0].set_value("Ada")
    press(app, "Go")
    assert sent(app) == [{"n": "Ada"}]


def test_nothing_that_a_company_writes_breaks_a_form() -> None:
    odd = ["", " ", "**b** :smile: $x$ [a](b) <b>", "x" * 3000, "ملاحظات", "1. a", "# b"]
    types = ("name", "email", "question", "textarea", "radio", "select", "checkbox", "rating")
    options = [{"id": str(n), "label": odd[n % len(odd)]} for n in range(50)]
    fields = [field(type, label, options=options) for label in odd for type in types]
    app = with_form(*fields, *fields)
    press(app, "Go")
    assert len(sent(app)) == 1


def test_a_filled_form_as_html() -> None:
    html = form_widgets.filled(
        parse_filled_form(
            {
                "form_id": "f",
                "fields": [
                    {"label": "Name:", "answer": "<b>Ada</b>"},
                    {"label": "M\u202eail", "answer": True},
                    {"label": "News", "answer": False},
                    {"label": "<i>", "answers": [{"label": "one"}, {"label": "two"}]},
                    {"label": "Left out"},
                ],
            }
        ),
        Room(),
    )
    assert "&lt;b&gt;Ada&lt;/b&gt;" in html
    assert "&lt;i&gt;" in html
    assert "one, two" in html
    assert f">{words.say('yes')}<" in html
    assert ">Mail<" in html
    assert "News" not in html
    assert "Left out" not in html
    assert 'dir="auto"' in html


def test_a_filled_form_is_one_line_until_it_is_opened() -> None:
    fields = [{"label": "Name", "answer": "Ada"}, {"label": "More", "answer": " "}]
    html = form_widgets.filled(parse_filled_form({"form_id": "f", "fields": fields}), Room())
    assert html.startswith("<details><summary ")
    assert html.index(words.say("form_filled_in")) < html.index("</summary>") < html.index("Ada")
    assert "More" not in html


def test_a_filled_form_without_an_answer_is_not_blank() -> None:
    html = form_widgets.filled(parse_filled_form({"form_id": "f", "fields": []}), Room())
    assert words.say("form_filled_in") in html
    assert "<details" not in html


def test_a_form_that_was_filled_in_is_one_line() -> None:
    form = parse_form({"id": "f", "fields": [{"type": "name", "label": "Your\n<name>:"}] * 2})
    assert "Form: Your &lt;name&gt; · Your &lt;name&gt;</div>" in form_widgets.asked(form)
    assert words.say("form_without_labels") in form_widgets.asked(Form("f", ()))


@pytest.mark.parametrize(
    ("language", "fields"),
    [("de", "Ort, Straße"), ("zh", "Ort、Straße"), ("ar", "\u2068Ort\u2069، \u2068Straße\u2069")],
)
def test_what_is_to_be_checked_is_listed_as_the_language_has_it(language: str, fields: str) -> None:
    app = with_form(
        field("question", "Ort", True), field("question", "Straße", True) | {"id": "other"}
    )
    app.session_state["language"] = language
    press(app, "Go")
    with words.speaking(language):
        assert [error.value for error in app.error] == [words.say("check", fields=fields)]


def test_a_label_does_not_turn_what_was_asked_round() -> None:
    form = parse_form({"id": "f", "fields": [field("question", "שם"), field("question", "City")]})
    labels = "\u2068שם\u2069 · City"
    html = form_widgets.asked(form)
    assert html.startswith('<div dir="ltr" ')
    assert f">{words.say('form', labels=labels)}<" in html
    nameless = parse_form({"id": "f", "fields": [field("question", " ")]})
    with words.speaking("he"):
        assert f">{words.say('form_without_labels')}<" in form_widgets.asked(nameless)
