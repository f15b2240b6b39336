"""What a product costs, in words."""

from __future__ import annotations

import pytest

from livechat.api.structures.ecommerce import Addon, ProductOption
from livechat.page import prices, words


@pytest.mark.parametrize(
    ("price", "currency", "said"),
    [
        ("18.00", "USD", "18.00 USD"),
        ("18,00", None, "18,00"),
        ("$18", "USD", "$18"),
        ("18 zł", "PLN", "18 zł"),
        ("EUR 18", "EUR", "EUR 18"),
        (None, "USD", ""),
        ("1\u202e8", "U\nSD", "18 U SD"),
        ("\u200b", "USD", ""),
    ],
)
def test_a_price_is_as_livechat_words_it(
    price: str | None, currency: str | None, said: str
) -> None:
    assert prices.now(ProductOption("o", price=price, currency=currency)) == said


def test_the_regular_price_is_only_said_if_it_is_another() -> None:
    option = ProductOption("o", price="18", regular_price="24", currency="USD")
    assert prices.regular(option) == "24 USD"
    assert prices.regular(ProductOption("o", price="18", regular_price="18")) == ""
    assert prices.regular(ProductOption("o", price="18")) == ""


def test_an_endless_amount_is_cut() -> None:
    assert len(prices.now(ProductOption("o", price="9" * 10_000, currency="X" * 10_000))) < 100


@pytest.mark.parametrize(
    ("addon", "said"),
    [
        (Addon("gift_wrapping", "2", "5", "USD"), "Gift wrapping: 2 USD to 5 USD"),
        (Addon("Engraving", "$2", "$2"), "Engraving: $2"),
        (Addon("חריטה"), "\u2068חריטה\u2069"),
        (Addon("Engraving", "$2"), "Engraving: from $2"),
        (Addon("Engraving", None, "$5"), "Engraving: up to $5"),
        (Addon("Engraving", currency="USD"), "Engraving"),
        (Addon("\u200b", "1"), "Add-on: from 1"),
    ],
)
def test_what_comes_with_it(addon: Addon, said: str) -> None:
    assert prices.with_addon(addon) == said


def test_read_from_the_right_names_and_prices_stay_what_they_are() -> None:
    addon = Addon("Engraving", "2", "5", "USD")
    with words.speaking("he"):
        said = prices.with_addon(addon)
    assert "\u2068Engraving\u2069" in said
    assert "\u20682 USD\u2069" in said
