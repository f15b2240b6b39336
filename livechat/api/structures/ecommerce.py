"""What a rich message of the template `ecommerce` offers: a product, its options and add-ons.

Section 1.4 of the notes on v3.6.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from livechat.api.structures.parsing import (
    Json,
    an_id,
    an_id_if_any,
    an_object,
    each,
    required,
    visible,
)

MAX_OPTIONS = 100
MAX_ADDONS = 10

TAGS, SWATCH, IMAGES, SELECT = "tags", "swatch", "images", "select"


@dataclass(frozen=True, slots=True)
class ProductOption:
    """One of a product's options. Prices are as LiveChat words them, and `color` as it is sent."""

    option_id: str
    label: str | None = None
    price: str | None = None
    regular_price: str | None = None
    currency: str | None = None
    color: str | None = None
    image_url: str | None = None
    image_thumbnail_url: str | None = None
    available: bool = True
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Addon:
    """Something that may come with a product, for a price of this range."""

    addon_type: str
    range_from: str | None = None
    range_to: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Ecommerce:
    """A product. `label` is what its options are about; no two of them have the same ID."""

    product_id: str
    view_type: str | None = None
    label: str | None = None
    options: tuple[ProductOption, ...] = ()
    addons: tuple[Addon, ...] = ()

    def option(self, option_id: object) -> ProductOption | None:
        """The option of that ID."""
        return next((o for o in self.options if o.option_id == option_id), None)


@dataclass(frozen=True, slots=True)
class Picked:
    """A product, and which of its options, that a customer means by pressing a button."""

    product_id: str
    option_id: str | None = None

    @property
    def json(self) -> dict[str, str]:
        """As it stands in a postback."""
        option = {} if self.option_id is None else {"option_id": self.option_id}
        return {"product_id": self.product_id, **option}


def parse_picked(data: object) -> Picked:
    """The `ecommerce` of a message's `postback`. Raises Malformed without a `product_id`."""
    json = an_object(data)
    return Picked(an_id(json, "product_id"), an_id_if_any(json, "option_id"))


def parse_ecommerce(data: object) -> Ecommerce:
    """A product. Raises Malformed without `product_id`; what exceeds the limits is cut."""
    json = an_object(data)
    options = {option.option_id: option for option in reversed(each(_option, json.get("options")))}
    return Ecommerce(
        product_id=an_id(json, "product_id"),
        view_type=visible(json, "view_type"),
        label=visible(json, "label"),
        options=tuple(reversed(options.values()))[:MAX_OPTIONS],
        addons=each(_addon, json.get("addons"))[:MAX_ADDONS],
    )


def _option(data: object) -> ProductOption:
    json = an_object(data)
    return ProductOption(
        option_id=an_id(json, "option_id"),
        label=visible(json, "label"),
        price=_amount(json, "price"),
        regular_price=_amount(json, "regular_price"),
        currency=visible(json, "currency"),
        color=visible(json, "color"),
        image_url=visible(json, "image_url"),
        image_thumbnail_url=visible(json, "image_thumbnail_url"),
        available=json.get("available") is not False,
        selected=json.get("selected") is True,
    )


def _addon(data: object) -> Addon:
    json = an_object(data)
    return Addon(
        addon_type=required(json, "addon_type"),
        range_from=_amount(json, "range_from"),
        range_to=_amount(json, "range_to"),
        currency=visible(json, "currency"),
    )


def _amount(json: Json, name: str) -> str | None:
    """A price, which is a text, but only in the types of an SDK: the reference does not say."""
    value = json.get(name)
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.2f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**15 else None
    return visible(json, name)
