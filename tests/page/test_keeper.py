"""What the tab tells of half-filled forms: nothing of it is trusted."""

from __future__ import annotations

import pytest

from livechat.page.browser.keeper import choices, threads


def test_what_was_chosen_is_read() -> None:
    assert dict(choices({"prechat-4": "Peru"})) == {"prechat-4": "Peru"}


@pytest.mark.parametrize("told", [None, [], "prechat-4", {"prechat-4": 1}, {"prechat-4": None}])
def test_what_cannot_be_read_was_not_chosen(told: object) -> None:
    assert list(choices(told)) == []


def test_only_post_chat_forms_name_their_thread() -> None:
    assert list(threads(["prechat", "postchat-T1", "form-1", "postchat-T2"])) == ["T1", "T2"]


@pytest.mark.parametrize("told", [None, {}, "postchat-T1", [None, 1, []]])
def test_what_cannot_be_read_is_no_thread(told: object) -> None:
    assert list(threads(told)) == []


def test_sizes_are_bounded() -> None:
    found = list(choices({f"{number:04}" * 1_000: "x" for number in range(1_000)}))
    assert len(found) == 100
    assert all(len(key) == 1_000 for key, _ in found)
    assert len(list(threads(["postchat-T"] * 1_000))) == 100
