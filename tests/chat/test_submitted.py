"""What the tab tells of what was submitted: nothing of it is trusted."""

from __future__ import annotations

import pytest

from livechat.chat.outgoing import Problem
from livechat.chat.submitted import Submitted, as_typed, parse

ID = "0123456789abcdef" * 2


def test_a_message_is_read() -> None:
    data = {"id": ID, "text": "Hi", "visit": "v", "customer": "c", "files": ["a.txt"]}
    assert parse({"messages": [data]}) == (Submitted(ID, "Hi", "v", "c", ("a.txt",)),)


def test_what_is_missing_or_wrong_counts_as_absent() -> None:
    data = [{"id": ID}, {"id": ID, "text": 1, "visit": 1, "customer": [], "files": {"a": 1}}]
    assert parse({"messages": data}) == (Submitted(ID, ""), Submitted(ID, ""))


def test_files_that_were_refused_before_are_named_with_the_reason() -> None:
    refused = [
        {"name": "big.mov", "reason": "size"},
        {"name": "photo.png", "reason": "upload"},
        {"name": "notes.txt", "reason": "cookie"},
        *({}, {"name": "a"}, {"name": 1, "reason": "size"}, {"name": "a", "reason": "?"}, None, []),
    ]
    (found,) = parse({"messages": [{"id": ID, "refused": refused}]})
    assert found.refused == (
        ("big.mov", Problem.FILE_TOO_LARGE),
        ("photo.png", Problem.FILE_NOT_UPLOADED),
        ("notes.txt", Problem.FILE_NEEDS_COOKIE),
    )


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "messages",
        {},
        {"messages": None},
        {"messages": {"0": {"id": ID}}},
        {"messages": [None, [], {}, {"id": 1}, {"id": "x"}, {"id": ID + "0"}, {"id": ID.upper()}]},
    ],
)
def test_what_cannot_be_read_is_let_pass(data: object) -> None:
    assert parse(data) == ()


def test_sizes_are_bounded() -> None:
    refused = [{"name": "n" * 5_000, "reason": "size"}] * 500
    message = {"id": ID, "text": "x" * 300_000, "files": ["n" * 5_000] * 500, "refused": refused}
    found = parse({"messages": [message] * 1_000})
    assert len(found) == 200
    assert len(found[0].text) == 100_000
    assert len(found[0].files) == len(found[0].refused) == 50
    assert len(found[0].files[0]) == 1_000


def test_half_a_character_is_replaced() -> None:
    (found,) = parse({"messages": [{"id": ID, "text": "\ud83d", "files": ["\ud83d"]}]})
    assert found.text == as_typed("\ud83d") == "\N{REPLACEMENT CHARACTER}"
    assert found.files == ("\N{REPLACEMENT CHARACTER}",)
