"""A product of a rich message, with everything in it and nothing."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.api.structures.ecommerce import (
    MAX_ADDONS,
    MAX_OPTIONS,
    Addon,
    Ecommerce,
    Picked,
    ProductOption,
)
from livechat.api.structures.rich_messages import Element, Postback, RichMessage, postback_of
from tests.api.structures.samples import URL, parsed


def product(**fields: Any) -> Ecommerce | None:
    element = {"title": "T", "ecommerce": fields}
    body = parsed(type="rich_message", template_id="ecommerce", elements=[element]).body
    assert isinstance(body, RichMessage)
    (found,) = body.elements
    assert found.title == "T"
    return found.ecommerce


def test_a_product() -> None:
    assert product(
        view_type="swatch",
        product_id="mug",
        label="Glaze",
        options=[
            {
                "option_id": "red",
                "label": "Red",
                "price": "18.00",
                "regular_price": "24.00",
                "currency": "USD",
                "color": "#f00",
                "image_url": URL,
                "image_thumbnail_url": URL,
                "available": False,
                "selected": True,
            },
            {"option_id": "blue"},
        ],
        addons=[{"addon_type": "wrapping", "range_from": "2", "range_to": "5", "currency": "USD"}],
    ) == Ecommerce(
        "mug",
        "swatch",
        "Glaze",
        (
            ProductOption(
                "red",
                "Red",
                "18.00",
                "24.00",
                "USD",
                "#f00",
                URL,
                URL,
                available=False,
                selected=True,
            ),
            ProductOption("blue"),
        ),
        (Addon("wrapping", "2", "5", "USD"),),
    )


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, None),
        ({"product_id": 7}, None),
        ({"product_id": "p", "options": 7, "addons": "x", "label": " ", "view_type": []}, ()),
        ({"product_id": "p", "options": [None, {}, {"label": "L"}, {"option_id": "a"}]}, ("a",)),
        ({"product_id": "p", "options": [{"option_id": "a", "label": "\u200b"}]}, ("a",)),
    ],
)
def test_what_is_broken_is_left_out(fields: dict[str, Any], found: tuple[str, ...] | None) -> None:
    read = product(**fields)
    assert (read and tuple(option.option_id for option in read.options)) == found
    if read:
        assert read == Ecommerce("p", options=tuple(map(ProductOption, found or ())))


@pytest.mark.parametrize(
    ("price", "read"),
    [
        ("$5", "$5"),
        (5, "5"),
        (5.5, "5.50"),
        (True, None),
        (10**400, None),
        (float("inf"), None),
        ({}, None),
        (" ", None),
    ],
)
def test_a_price_may_be_a_number(price: object, read: str | None) -> None:
    found = product(product_id="p", options=[{"option_id": "a", "price": price}])
    assert found == Ecommerce("p", options=(ProductOption("a", price=read),))


def test_of_options_with_one_id_the_first_counts_and_of_many_some() -> None:
    twice = [{"option_id": "a", "label": "A"}, {"option_id": "a", "label": "B"}]
    many = [{"option_id": str(number)} for number in range(MAX_OPTIONS + 5)]
    addons = [{"addon_type": "x"}] * (MAX_ADDONS + 5)
    found = product(product_id="p", options=twice + many, addons=addons)
    assert found
    assert found.option("a") == ProductOption("a", "A")
    assert len(found.options) == MAX_OPTIONS
    assert len(found.addons) == MAX_ADDONS
    assert found.option(None) is None


def test_an_element_without_a_product() -> None:
    body = parsed(type="rich_message", template_id="ecommerce", elements=[{"title": "T"}]).body
    assert body == RichMessage("ecommerce", (Element("T"),))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({}, None),
        ({"postback": 7}, None),
        ({"postback": {"id": "b"}}, None),
        ({"postback": {"id": "b", "event_id": "e"}}, Postback("b", "e")),
        ({"postback": {"id": "b", "event_id": "e", "ecommerce": {}}}, Postback("b", "e")),
        (
            {"postback": {"id": "b", "event_id": "e", "ecommerce": {"product_id": "p"}}},
            Postback("b", "e", Picked("p")),
        ),
        (
            {
                "postback": {
                    "id": "b",
                    "event_id": "e",
                    "ecommerce": {"product_id": "p", "option_id": "o", "quantity": 2},
                }
            },
            Postback("b", "e", Picked("p", "o")),
        ),
    ],
)
def test_what_a_message_answers_with(content: dict[str, Any], found: Postback | None) -> None:
    assert postback_of(content) == found


def test_what_was_picked_as_it_is_sent() -> None:
    assert Picked("p").json == {"product_id": "p"}
    assert Picked("p", "o").json == {"product_id": "p", "option_id": "o"}
