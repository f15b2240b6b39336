"""The bodies of `system` events (v36 1.4): what a shop tells of the visitor's order and cart.

All others are for agents. What an event tells is JSON in a text, whose meaning depends on its
source, subtype and version; later versions add to earlier ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from livechat.api.structures.decoding import decoded
from livechat.api.structures.parsing import Json, Malformed, an_object, every, text, visible

_LARGEST_SUM = 1e15

_CARTS = {"store_product_added_to_cart": True, "store_product_removed_from_cart": False}


@dataclass(frozen=True, slots=True)
class Order:
    """An order that was placed. `total` is None where it has none that can be read."""

    number: str
    total: float | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class CartChange:
    """Products that were put into a cart, or taken out of it: what each is called, and how many."""

    is_added: bool
    products: tuple[tuple[str, int], ...]


def parse_system_event(event: Json) -> Order | CartChange:
    """What a shop tells. Raises Malformed for what is not for customers, or cannot be read."""
    subtype = text(event, "subtype")
    if text(event, "source") != "cdp":
        raise Malformed("not for customers")
    details = _details(event)
    if subtype == "store_order_was_created":
        return _order(an_object(details.get("order")))
    if subtype in _CARTS:
        return CartChange(_CARTS[subtype], _products(details))
    raise Malformed("not for customers")


def _details(event: Json) -> Json:
    return an_object(decoded(text(event, "details") or ""))


def _order(order: Json) -> Order:
    number = visible(order, "order_number")
    if number is None:
        raise Malformed("no order_number")
    return Order(number, _amount(order.get("total_price")), text(order, "currency") or "")


def _products(details: Json) -> tuple[tuple[str, int], ...]:
    products = every(_product, details.get("cart_lines"))
    if not products:
        raise Malformed("no cart_lines")
    return products


def _product(data: object) -> tuple[str, int]:
    line = an_object(data)
    product = an_object(line.get("product"))
    quantity = _amount(line.get("quantity"))
    title = visible(product, "title") or visible(product, "sku") or ""
    return title, max(1, int(quantity)) if quantity is not None else 1


def _amount(given: object) -> float | None:
    """A sum or a count: the table calls each a text, in the samples they are numbers."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        amount = float(given)
    except (ValueError, OverflowError):
        return None
    return amount if math.isfinite(amount) and 0 <= amount < _LARGEST_SUM else None
