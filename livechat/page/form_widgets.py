"""Forms to fill in, and what was filled in (4.9).

What is typed stays in the browser until the form is sent. So a form keeps its place and its keys
whatever else the page draws, and what is wrong with it is said without moving a field. Where
nothing is wrong any more stands `st.empty`: a form may be in a dialog (`dialogs.py`).
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import streamlit as st

from livechat.api.structures import forms
from livechat.api.structures.characters import is_visible
from livechat.api.structures.forms import (
    Answer,
    Answers,
    Fault,
    Field,
    FilledForm,
    Form,
    Option,
    Rating,
)
from livechat.page import safe_text, words
from livechat.page.browser import keeper
from livechat.page.folding import Room
from livechat.page.guard import guarded
from livechat.page.plain_text import is_given
from livechat.visit import Customer

_LONGEST_PILL = 20  # characters, even wide ones
_LONGEST_LINE = 1_000  # of which one sees less
_LONGEST_LABEL = 2_000
_PARTS = 2  # for the page's room, of what a field is, besides its options
_LISTS = frozenset(("select", forms.GROUP_CHOOSER))

_QUIET = "font-size: 0.875rem; opacity: 0.7"
_ONE_LINE = f"{_QUIET}; white-space: nowrap; overflow: hidden; text-overflow: ellipsis"

OnSubmit = Callable[[Form, Answers], None]


@guarded("form")
def draw(
    form: Form,
    key: str,
    *,
    submit: str,
    on_submit: OnSubmit,
    prefill: Customer | None = None,
    rated: Rating | None = None,
    skip: Callable[[], None] | None = None,
    border: bool = True,
) -> None:
    """Draws a form. `on_submit` is called once, when it is sent without a fault.

    `submit` is the button's label. `prefill` and `rated` are what a field begins with, and with
    `skip` there is another button that calls it.
    """
    whole = _answerable(form)
    form = _bounded(whole)
    drawing = _Drawing(key, prefill or Customer(), rated)
    # Also tells that the form is open: who clicks twice has sent it once.
    found: dict[str, Fault] = st.session_state.setdefault(_faults_key(key), {})
    with st.form(key, border=border):
        for place, field in enumerate(form.fields):
            # By this key `reading.js` finds the first one that a message waits for.
            required = f"{key}-{place}-required" if field.required else None
            with st.container(gap="xsmall", key=required):
                drawing.field(place, field)
                if field.id in found:
                    fault = words.say("fault", of=found[field.id])
                    # By this key `focus.js` finds the first one, whose field gets the focus.
                    with st.container(key=f"{key}-{place}-fault"):
                        st.markdown(f":small[:red[:material/error: {fault}]]")
                else:
                    st.empty()
        if found:
            faulty = (_label(f) for f in form.fields if f.id in found)
            st.error(words.say("check", fields=words.say("list_separator").join(faulty)))
        else:
            st.empty()
        if form != whole:
            st.html(safe_text.status_line(words.say("cut")))
        with st.container(horizontal=True):
            st.form_submit_button(
                safe_text.label(submit),
                key=f"{key}-submit",
                type="primary",
                on_click=_submit,
                args=(form, key, on_submit),
            )
            if skip:
                st.form_submit_button(
                    words.say("skip"),
                    key=f"{key}-skip",
                    type="tertiary",
                    on_click=_skip,
                    args=(key, skip),
                )


def asked(form: Form) -> str:
    """A form that is not to be filled in any more as HTML: one line."""
    names = (safe_text.name(field.label).rstrip(" :") for field in form.fields)
    labels = " · ".join(safe_text.isolated(name) for name in names if name)
    labels = labels[:_LONGEST_LINE]
    line = words.say("form", labels=labels) if labels else words.say("form_without_labels")
    return f'<div dir="{words.direction()}" style="{_ONE_LINE}">{html.escape(line)}</div>'


def filled(form: FilledForm, room: Room) -> str:
    """A filled form as HTML: one line, which shows what was answered when it is opened."""
    rows = [
        f"<div>{safe_text.quiet_text(room.shown(safe_text.titled(label)))}"
        f"{safe_text.as_typed(room.shown(words.of_answer(answer)))}</div>"
        for label, answer in form.answers
        if is_given(answer) and room.takes()
    ]
    if not rows:
        return safe_text.status_line(words.say("form_filled_in"))
    summary = f'<summary style="{_QUIET}; cursor: pointer">{words.say("form_filled_in")}</summary>'
    answers = f'<div style="display: grid; gap: 0.5rem; margin-top: 0.5rem">{"".join(rows)}</div>'
    return f"<details>{summary}{answers}</details>"


class _Drawing:
    """One drawing of a form's fields, each known by its place: nothing promises other IDs."""

    def __init__(self, key: str, customer: Customer, rated: Rating | None) -> None:
        self._key = key
        self._customer = customer
        self._rated = rated

    def field(self, place: int, field: Field) -> None:
        key = f"{self._key}-{place}"
        label = words.say("required", label=_label(field)) if field.required else _label(field)
        match field.type:
            case forms.HEADER:
                title = safe_text.titled(field.label[:_LONGEST_LABEL])
                st.html(safe_text.paragraph(title))
            case forms.NAME:
                st.text_input(label, self._customer.name, key=key, autocomplete="name")
            case forms.EMAIL:
                # Streamlit's own check says what is wrong in a tooltip only.
                st.text_input(
                    label,
                    self._customer.email,
                    key=key,
                    type="email",
                    icon="",
                    placeholder="",
                    validate="",
                )
            case "textarea":
                st.text_area(label, key=key)
            case "radio":
                self._radio(key, label, field)
            case "select" | forms.GROUP_CHOOSER:
                self._select(key, label, field)
            case forms.CHECKBOX:
                self._checkbox(key, label, field)
            case forms.CHECKBOX_FOR_EMAIL:
                st.checkbox(label, field.checked, key=key)
            case forms.RATING:
                self._rating(key, label, field)
            case _:
                st.text_input(label, key=key)

    def _radio(self, key: str, label: str, field: Field) -> None:
        labels = [safe_text.label(option) for option in _labels(field.options)]
        st.radio(
            label,
            range(len(labels)),
            index=next(iter(_checked(field)), None),
            format_func=labels.__getitem__,
            key=key,
        )

    def _select(self, key: str, label: str, field: Field) -> None:
        labels = _labels(field.options)
        chosen = keeper.chosen(key, labels)
        if chosen is not None:
            st.session_state[key] = chosen
        st.selectbox(
            label,
            range(len(labels)),
            index=None if chosen is not None else next(iter(_checked(field)), None),
            format_func=labels.__getitem__,
            key=key,
            placeholder=words.say("choose"),
        )

    def _checkbox(self, key: str, label: str, field: Field) -> None:
        label = words.say("choose_any", label=label)
        labels = [safe_text.label(option) for option in _labels(field.options)]
        if _is_short(field):
            st.pills(
                label,
                range(len(labels)),
                selection_mode="multi",
                default=_checked(field),
                format_func=labels.__getitem__,
                key=key,
            )
            return
        st.markdown(f":small[{label}]")
        for number, option in enumerate(field.options):
            st.checkbox(labels[number], option.checked, key=f"{key}-{number}")

    def _rating(self, key: str, label: str, field: Field) -> None:
        st.markdown(f":small[{label}]")
        st.feedback("thumbs", key=key, default=self._rated.score if self._rated else None)
        st.text_input(
            safe_text.label(field.comment_label or "", words.say("comment")),
            self._rated.comment if self._rated else "",
            key=f"{key}-comment",
        )


def _answerable(form: Form) -> Form:
    """The form without what nobody could answer, required or not: a choice from nothing."""
    choices = forms.CHOICES | {forms.CHECKBOX}
    return replace(form, fields=tuple(f for f in form.fields if f.options or f.type not in choices))


def _bounded(form: Form) -> Form:
    """What there is room for of a form, which is all of any that people fill in."""
    room, fields = Room(), []
    for field in form.fields:
        texts = (field.label[:_LONGEST_LABEL], (field.comment_label or "")[:_LONGEST_LABEL])
        if not room.takes(*texts, parts=_PARTS):
            break
        each = 0 if field.type in _LISTS else 1  # a list draws those that are looked at
        options = []
        for option in field.options:
            if not room.takes(option.label[:_LONGEST_LABEL], parts=each):
                break
            options.append(option)
        fields.append(replace(field, options=tuple(options)))
    return _answerable(replace(form, fields=tuple(fields)))


def _submit(form: Form, key: str, on_submit: OnSubmit) -> None:
    if _faults_key(key) not in st.session_state:
        return
    answers = _answers(form, key)
    found = forms.faults(form, answers)
    # A comment alone is no rating.
    found |= {
        field.id: Fault.MISSING
        for place, field in enumerate(form.fields)
        if field.type == forms.RATING
        and field.id not in answers
        and st.session_state[f"{key}-{place}-comment"].strip()
    }
    if found:
        st.session_state[_faults_key(key)] = found
    else:
        del st.session_state[_faults_key(key)]
        keeper.form_sent(key)
        on_submit(form, answers)


def _skip(key: str, skip: Callable[[], None]) -> None:
    keeper.form_sent(key)
    skip()


def _faults_key(key: str) -> str:
    return f"{key}-faults"


def _answers(form: Form, key: str) -> dict[str, Answer]:
    given = ((f.id, _answer(f, f"{key}-{place}")) for place, f in enumerate(form.fields))
    return {id: answer for id, answer in given if answer not in (None, "", ())}


def _answer(field: Field, key: str) -> Answer | None:
    if field.type == forms.CHECKBOX and not _is_short(field):
        boxes = enumerate(field.options)
        return tuple(o for number, o in boxes if st.session_state[f"{key}-{number}"])
    value = st.session_state.get(key)
    match value:
        case str():
            return value.strip() if is_visible(value) else ""
        case bool():
            return value
        case list():
            return tuple(field.options[number] for number in value)
        case int() if field.type == forms.RATING:
            return Rating(value, st.session_state[f"{key}-comment"].strip())
        case int():
            return field.options[value]
        case _:
            return None


def _is_short(field: Field) -> bool:
    """Whether each option fits into a pill, which Streamlit would cut, on a phone.

    Boxes have room for any text, but only pills tell a screen reader what they are about.
    """
    return all(len(label) <= _LONGEST_PILL for label in _labels(field.options))


def _label(field: Field) -> str:
    """What a field is about, as the label of a widget."""
    fallback = {forms.NAME: words.say("name"), forms.EMAIL: words.say("email")}.get(
        field.type, words.say("answer")
    )
    return safe_text.label(field.label.rstrip(" :"), fallback)


def _labels(options: Sequence[Option]) -> list[str]:
    return told_apart(option.label for option in options)


def told_apart(labels: Iterable[str]) -> list[str]:
    """Labels of options, no two alike: Streamlit knows an option by what it is called."""
    apart: list[str] = []
    for number, given in enumerate(labels, start=1):
        label = safe_text.name(given, words.say("option", number=number))
        if label in apart:
            label = words.say("option_again", label=label, number=number)
        apart.append(label)
    return apart


def _checked(field: Field) -> list[int]:
    return [number for number, option in enumerate(field.options) if option.checked]
