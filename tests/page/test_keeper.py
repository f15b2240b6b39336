"""What the tab tells of half-filled forms: nothing of it is trusted."""

from __future__ import annotations

import pytest

from livechat.page.browser.keeper import choices, keys


def test_what_was_chosen_is_read() -> None:
    assert dict(choices({"prechat-4": "Peru"})) == {"prechat-4": "Peru"}


@pytest.mark.parametrize("told", [None, [], "prechat-4", {"prechat-4": 1}, {"prechat-4": None}])
def test_what_cannot_be_read_was_not_chosen(told: object) -> None:
    assert list(choices(told)) == []


def test_forms_are_told_by_their_keys() -> None:
    assert keys(["prechat", "postchat-T1", "prechat"]) == {"prechat", "postchat-T1"}


@pytest.mark.parametrize("told", [None, {}, "postchat-T1", [None, 1, []]])
def test_what_cannot_be_read_is_no_form(told: object) -> None:
    assert keys(told) == set()


def test_sizes_are_bounded() -> None:
    chosen = list(choices({f"{number:04}" * 1_000: "x" for number in range(1_000)}))
    assert len(chosen) == 100
    assert all(len(key) == 1_000 for key, _ in chosen)
    found = keys([f"{number:04}" * 1_000 for number in range(1_000)])
    assert len(found) == 100
    assert all(len(key) == 1_000 for key in found)
