"""What LiveChat says of a company to everybody, in either shape."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.api.structures.configuration import (
    DynamicConfiguration,
    parse_dynamic_configuration,
)
from livechat.api.structures.parsing import Malformed

FLAT: dict[str, Any] = {
    "group_id": 3,
    "client_limit_exceeded": False,
    "domain_allowed": True,
    "online_group_ids": [0, 3],
    "config_version": "c",
    "localization_version": "l",
    "language": "de",
}
NESTED = {"organization_id": "o", "default_widget": "livechat", "livechat_active": True}


def shapes(**changes: Any) -> list[dict[str, Any]]:
    """The same in the shape of each version; None leaves a field out."""
    said = {name: value for name, value in (FLAT | changes).items() if value is not None}
    return [{"organization_id": "o", **said}, {**NESTED, "livechat": said}, {"livechat": said}]


@pytest.mark.parametrize("answer", shapes())
def test_either_shape(answer: dict[str, Any]) -> None:
    expected = DynamicConfiguration(3, "c", "de", frozenset({0, 3}))
    assert parse_dynamic_configuration(answer) == expected


@pytest.mark.parametrize(
    "answer",
    [shape for online in (None, [], "all", ["0"]) for shape in shapes(online_group_ids=online)],
)
def test_where_no_group_is_named_nobody_is_there(answer: dict[str, Any]) -> None:
    found = parse_dynamic_configuration(answer)
    assert found
    assert found.online_group_ids == frozenset()


@pytest.mark.parametrize("answer", shapes(**dict.fromkeys(FLAT, 1.5)))
def test_what_cannot_be_read_counts_as_left_out(answer: dict[str, Any]) -> None:
    assert parse_dynamic_configuration(answer) == DynamicConfiguration(0, "", "", frozenset())


@pytest.mark.parametrize("more", [{}, {"livechat": FLAT}])
def test_a_subscription_that_has_ended(more: dict[str, Any]) -> None:
    assert parse_dynamic_configuration({**NESTED, "livechat_active": False, **more}) is None


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"error": 7}, NESTED, {"livechat": {}}, {**NESTED, "livechat": 7}]
)
def test_nothing_at_all_cannot_be_read(answer: object) -> None:
    with pytest.raises(Malformed):
        parse_dynamic_configuration(answer)


def test_what_is_no_group_is_not_online() -> None:
    found = parse_dynamic_configuration({"group_id": 0, "online_group_ids": [True, 2, -1, None]})
    assert found
    assert found.online_group_ids == {2}
