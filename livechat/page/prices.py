"""What a product costs, in words (v3.6): amounts are shown as LiveChat words them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from livechat.api.structures.ecommerce import Addon, Ecommerce, ProductOption
from livechat.page import safe_text, words

_LONGEST = 40  # characters of an amount, or of a currency


def described(product: Ecommerce) -> Iterator[str]:
    """A product as text: its options with their prices, and what may come with it."""
    for number, option in enumerate(product.options, start=1):
        name = safe_text.name(option.label or "", words.say("option", number=number))
        yield f"• {priced(available(name, option), option)}"
    yield from map(with_addon, product.addons)


def available(name: str, option: ProductOption) -> str:
    """An option's name, with a note if it cannot be had."""
    if option.available:
        return name
    return words.say("not_available", option=safe_text.isolated(name))


def priced(name: str, option: ProductOption) -> str:
    """An option's name and its price, if it has one."""
    if not option.price:
        return name
    price = safe_text.isolated(now(option))
    return words.say("priced", option=safe_text.isolated(name), price=price)


def now(option: ProductOption) -> str:
    """What an option costs; blank if LiveChat does not say."""
    return _money(option.price, option.currency)


def regular(option: ProductOption) -> str:
    """What it costs otherwise; blank if that is the same."""
    price = _money(option.regular_price, option.currency)
    return "" if price == now(option) else price


def with_addon(addon: Addon) -> str:
    """Something that may come with a product, and the range of its price."""
    name = safe_text.name(addon.addon_type.replace("_", " "), words.say("unnamed_addon"))
    name = name[:1].upper() + name[1:]
    ends = (_money(end, addon.currency) for end in (addon.range_from, addon.range_to))
    low, high = (end and safe_text.isolated(end) for end in ends)
    if not (low or high):
        return safe_text.isolated(name)
    if low and high:
        price = low if low == high else words.say("from_to", low=low, high=high)
    else:
        price = words.say("from", low=low) if low else words.say("up_to", high=high)
    return words.say("with", addon=safe_text.isolated(name), price=price)


def _money(amount: str | None, currency: str | None) -> str:
    """An amount, with the currency if it does not name one itself."""
    amount = safe_text.name(amount or "", longest=_LONGEST)
    currency = safe_text.name(currency or "", longest=_LONGEST)
    is_named = any(c.isalpha() or unicodedata.category(c) == "Sc" for c in amount)
    return amount if is_named or not (amount and currency) else f"{amount} {currency}"
