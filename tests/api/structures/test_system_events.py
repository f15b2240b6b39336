"""What a shop tells in `system` events: the line it makes, and what is no line at all."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from livechat.api.structures.system_events import CartChange, Order
from tests.api.structures.samples import parsed

ORDER = {"order_number": "1001", "total_price": 59, "currency": "EUR"}
LINE = {"quantity": 2, "product": {"id": "7", "title": "Tulips", "sku": "T"}}


def system(subtype: str, details: object, source: str = "cdp", **more: Any) -> dict[str, Any]:
    said = details if isinstance(details, str) else json.dumps(details)
    event = {"type": "system", "source": source, "subtype": subtype, "version": 1}
    return event | {"details": said} | more


@pytest.mark.parametrize(
    ("total", "read"),
    [
        (59, 59.0),
        (29.5, 29.5),
        ("29.50", 29.5),
        (None, None),
        (True, None),
        ("much", None),
        (-1, None),
        (10**400, None),
        (float("inf"), None),
        (float("nan"), None),
    ],
)
def test_an_order(total: object, read: float | None) -> None:
    details = {"store": {}, "order": {**ORDER, "total_price": total}}
    event = parsed(**system("store_order_was_created", details, version=2))
    assert event.body == Order("1001", read, "EUR")
    assert event.is_for_people
    assert event.is_by_nobody
    assert event.author_id is None


def test_a_cart() -> None:
    lines = [LINE, {"product": {"sku": "S"}, "quantity": "3"}, {"product": {}}, None]
    added = parsed(**system("store_product_added_to_cart", {"cart_lines": lines}))
    assert added.body == CartChange(True, (("Tulips", 2), ("S", 3), ("", 1)))
    removed = parsed(**system("store_product_removed_from_cart", {"cart_lines": [LINE]}))
    assert removed.body == CartChange(False, (("Tulips", 2),))


@pytest.mark.parametrize(
    "event",
    [
        system("custom_skill_started", {"skillName": "Refund"}, source="ai_agents"),
        system("summary", {"summary": {"text": "secret"}}, source="messaging"),
        system("store_order_was_created", {"order": ORDER}, source="other"),
        system("something_new", {"order": ORDER}),
        system("store_order_was_created", ""),
        system("store_order_was_created", "{"),
        system("store_order_was_created", "[" * 100_000),
        system("store_order_was_created", "7"),
        system("store_order_was_created", {"order": [ORDER]}),
        system("store_order_was_created", {"order": {"order_number": " "}}),
        system("store_product_added_to_cart", {"cart_lines": []}),
        system("store_product_added_to_cart", {"cart_lines": {}}),
        {**system("store_order_was_created", ""), "details": {"order": ORDER}},
        {**system("store_order_was_created", ""), "details": None},
        {"type": "system"},
    ],
)
def test_all_else_says_nothing_to_people_and_nothing_in_the_log(
    event: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        said = parsed(**event)
    assert said.body is None
    assert not said.is_for_people
    assert caplog.text == ""
