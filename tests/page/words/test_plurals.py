"""Plural forms, as CLDR's rules for whole numbers have them."""

from __future__ import annotations

import pytest

from livechat.page.words import plurals
from livechat.settings import LANGUAGES


@pytest.mark.parametrize(
    ("language", "of"),
    [
        ("en", {"one": [1], "other": [0, 2, 21, 101, 1_000_000]}),
        ("de", {"one": [1], "other": [0, 2, 21]}),
        ("nl", {"one": [1], "other": [0, 2]}),
        ("tr", {"one": [1], "other": [0, 2]}),
        ("fr", {"one": [0, 1], "many": [1_000_000, 3_000_000], "other": [2, 1_000_001]}),
        ("pt-BR", {"one": [0, 1], "many": [1_000_000], "other": [2]}),
        ("pt-PT", {"one": [1], "many": [1_000_000], "other": [0, 2]}),
        ("es", {"one": [1], "many": [1_000_000], "other": [0, 2, 1_000]}),
        ("it", {"one": [1], "many": [1_000_000], "other": [0, 2]}),
        ("pl", {"one": [1], "few": [2, 4, 22, 104], "many": [0, 5, 12, 14, 21, 112]}),
        ("uk", {"one": [1, 21, 101], "few": [2, 24], "many": [0, 5, 11, 12, 111]}),
        ("cs", {"one": [1], "few": [2, 4], "other": [0, 5, 22]}),
        ("he", {"one": [1], "two": [2], "other": [0, 3, 10, 20]}),
        (
            "ar",
            {
                "zero": [0],
                "one": [1],
                "two": [2],
                "few": [3, 10, 103, 110],
                "many": [11, 99, 111],
                "other": [100, 102, 1_000],
            },
        ),
        ("ja", {"other": [0, 1, 2]}),
        ("zh-Hant", {"other": [0, 1, 2]}),
        ("ko", {"other": [0, 1, 2]}),
        ("sv", {"one": [1], "other": [0, 2]}),  # which is not named
    ],
)
def test_which_form_a_number_asks_for(language: str, of: dict[str, list[int]]) -> None:
    found = {name: [plurals.category(language, n) for n in numbers] for name, numbers in of.items()}
    assert found == {name: [name] * len(numbers) for name, numbers in of.items()}
    assert plurals.categories(language) == {*of, "other"}


@pytest.mark.parametrize("language", [*plurals.NAMED, *LANGUAGES])
def test_each_form_is_asked_for_by_some_number(language: str) -> None:
    numbers = (*range(200), 1_000_000)
    asked = {plurals.category(language, number) for number in numbers}
    assert asked | {"other"} == plurals.categories(language)


def test_which_forms_have_but_one_number() -> None:
    assert plurals.is_one_number("de", "one")
    assert plurals.is_one_number("ar", "two")
    assert not plurals.is_one_number("fr", "one")
    assert not plurals.is_one_number("uk", "one")
    assert not plurals.is_one_number("fr", "many")
