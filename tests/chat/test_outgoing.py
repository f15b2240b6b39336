"""What the visitor sends, and how each is made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livechat.api.structures.forms import Field, Form
from livechat.api.structures.rich_messages import Button
from livechat.chat import outgoing
from livechat.chat.attachment import MAX_BYTES, Attachment
from livechat.chat.outgoing import LONGEST_TEXT, Delivery, Problem, Route
from tests.chat.samples import message

ID = "0123456789abcdef" * 2
PHOTO = Attachment("a.png", "image/png", b"\x89PNG")
FORM = Form("f", (Field("name", "1", "Name"),))


def test_a_message_waits_to_be_sent_under_an_id_of_its_own() -> None:
    first, second = (outgoing.message("Hello", 7.0) for _ in range(2))
    assert first.content == {"type": "message", "text": "Hello"}
    assert (first.text, first.typed_at, first.tried_since) == ("Hello", 7.0, 7.0)
    assert (first.delivery, first.problem, first.on_its_way) == (Delivery.WAITING, None, True)
    assert first.custom_id != second.custom_id


@pytest.mark.parametrize("letter", ["a", "é", "👋"])
def test_a_text_is_measured_in_bytes(letter: str) -> None:
    longest = letter * (LONGEST_TEXT // len(letter.encode()))
    assert outgoing.message(longest, 0).problem is None
    too_long = outgoing.message(longest + letter, 0)
    assert (too_long.delivery, too_long.problem) == (Delivery.FAILED, Problem.TOO_LONG)
    assert too_long.text == longest + letter
    assert too_long.is_hopeless


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\N{NO-BREAK SPACE}", "\u200b \u2060"])
def test_a_blank_text_is_none_but_its_files_are_sent(blank: str) -> None:
    assert list(outgoing.said(blank, (), 0)) == []
    (file,) = outgoing.said(blank, [PHOTO], 0)
    assert file.file == PHOTO


def test_a_text_is_sent_with_every_character_that_was_typed() -> None:
    typed = "\u200f 👩\u200d🔧 ❤\ufe0f می\u200cخواهم\u200b \n"
    (text,) = outgoing.said(typed, (), 0)
    assert text.text == typed


def test_all_that_was_said_at_once_is_known_by_one_id() -> None:
    text, first, second = said = list(outgoing.said("Look", [PHOTO, PHOTO], 0, ID))
    assert text.custom_id == ID
    assert len({ID, first.custom_id, second.custom_id}) == 3
    assert {outgoing.submitted_as(m) for m in said} == {ID}


def test_half_a_character_is_not_sent() -> None:
    text, file = outgoing.said("\ud83d", [replace(PHOTO, name="\ud83d.png")], 0)
    assert text.text == "\N{REPLACEMENT CHARACTER}"
    assert file.file
    assert file.file.name == "\N{REPLACEMENT CHARACTER}.png"


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (PHOTO, None),
        (replace(PHOTO, content=bytes(MAX_BYTES)), None),
        (replace(PHOTO, content=bytes(MAX_BYTES + 1)), Problem.FILE_TOO_LARGE),
        (replace(PHOTO, name="a.exe"), Problem.FILE_EXECUTABLE),
    ],
)
def test_a_file_that_livechat_would_not_take_is_kept(
    file: Attachment, problem: Problem | None
) -> None:
    (made,) = outgoing.files([file], 0)
    assert (made.file, made.problem) == (file, problem)
    assert made.on_its_way == (problem is None)
    assert made.is_hopeless == (problem is not None)


def test_where_a_file_was_uploaded_to_goes_with_it() -> None:
    (file,) = outgoing.files([PHOTO], 0)
    assert outgoing.uploaded(file, "https://files.example/a").file == replace(
        PHOTO, url="https://files.example/a"
    )
    text = outgoing.message("Hello", 0)
    assert outgoing.uploaded(text, "https://files.example/a") == text


def test_what_another_visit_has_sent_is_not_delivered_and_may_have_arrived() -> None:
    left = outgoing.left_over(outgoing.message("Hello", 0))
    assert (left.delivery, left.problem) == (Delivery.FAILED, Problem.UNREACHABLE)
    assert left.maybe_arrived
    too_long = outgoing.left_over(outgoing.message("a" * (LONGEST_TEXT + 1), 0))
    assert too_long.problem is Problem.TOO_LONG


def test_nothing_goes_without_a_file_that_went_with_it() -> None:
    said = list(outgoing.said("Look", [PHOTO], 0, ID))
    text, photo, lost = outgoing.without(said, [("lost.png", Problem.FILE_LOST)], 0, ID)
    assert [m.delivery for m in (text, photo, lost)] == [Delivery.FAILED] * 3
    assert [m.problem for m in (text, photo)] == [Problem.LACKS_FILES] * 2
    assert not text.is_hopeless  # the visitor may send it alone
    assert lost.problem is Problem.FILE_LOST
    assert lost.is_hopeless
    assert lost.maybe_arrived  # by a visit before
    assert lost.file
    assert lost.file.name == "lost.png"
    assert lost.custom_id not in (text.custom_id, photo.custom_id)
    assert outgoing.submitted_as(lost) == ID


@pytest.mark.parametrize(
    "problem", [Problem.FILE_TOO_LARGE, Problem.FILE_NOT_UPLOADED, Problem.FILE_NEEDS_COOKIE]
)
def test_nor_without_one_that_was_refused_before(problem: Problem) -> None:
    text, refused = outgoing.without(list(outgoing.said("Look", [], 0)), [("b", problem)], 0, ID)
    assert text.problem is Problem.LACKS_FILES
    assert (refused.problem, refused.is_hopeless) == (problem, True)
    assert not refused.maybe_arrived


def test_nor_without_one_that_livechat_would_not_take() -> None:
    program = replace(PHOTO, name="a.exe")
    text, photo, refused = outgoing.said("Look", [PHOTO, program], 0)
    assert [m.problem for m in (text, photo)] == [Problem.LACKS_FILES] * 2
    assert not text.is_hopeless
    assert refused.problem is Problem.FILE_EXECUTABLE


def test_a_problem_that_nothing_mends_is_named_before_a_lost_file() -> None:
    said = outgoing.said("a" * (LONGEST_TEXT + 1), (), 0, ID)
    text, _ = outgoing.without(list(said), [("lost.png", Problem.FILE_LOST)], 0, ID)
    assert text.problem is Problem.TOO_LONG


@pytest.mark.parametrize(
    ("button", "more"),
    [
        (Button("Yes", "p", "message", "yes"), {"type": "message", "value": "yes"}),
        (Button("Yes", "p", "message"), {}),
        (Button("Yes", "p"), {}),
    ],
)
def test_a_button_says_its_text_and_which_one_it_is(button: Button, more: dict[str, str]) -> None:
    reply = outgoing.reply(message("e1", 1), "t1", button, 0)
    where = {"id": "p", "thread_id": "t1", "event_id": "e1"}
    assert reply.content == {"type": "message", "text": "Yes", "postback": where | more}


@pytest.mark.parametrize("type", ["prechat", "postchat"])
def test_a_filled_form_says_which_one_it_is(type: str) -> None:
    filled = outgoing.filled_form(FORM, {"1": "Ada"}, 0, type=type, route=Route.LAST_THREAD)
    assert filled.content["form_id"] == "f"
    assert filled.content["properties"] == {"lc2": {"form_type": type}}
    assert filled.route is Route.LAST_THREAD


def test_a_form_of_the_chat_has_no_type() -> None:
    filled = outgoing.filled_form(FORM, {"1": "Ada"}, 0)
    assert "properties" not in filled.content
    assert filled.route is Route.OPEN_THREAD
