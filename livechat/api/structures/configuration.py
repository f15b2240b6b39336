"""What LiveChat says of a company to everybody (3.7), in the shape of each version of its API."""

from __future__ import annotations

from dataclasses import dataclass, fields

from livechat.api.structures.parsing import (
    Json,
    Malformed,
    a_number_if_any,
    an_id_if_any,
    an_object,
    number,
    text,
)


@dataclass(frozen=True, slots=True)
class DynamicConfiguration:
    """The answer of `get_dynamic_configuration` (3.7, v36 1.3).

    What LiveChat has left out is "" or 0; nobody is there if no group is online.
    """

    group_id: int
    config_version: str
    language: str
    online_group_ids: frozenset[int]


_NAMES = {field.name for field in fields(DynamicConfiguration)}


def parse_dynamic_configuration(data: object) -> DynamicConfiguration | None:
    """Either shape, None if the subscription has ended.

    Raises Malformed where all of it is missing, which is not to say that nobody is there.
    """
    json = an_object(data)
    if json.get("livechat_active") is False:
        return None
    is_nested = "livechat_active" in json or "livechat" in json
    found = an_object(json.get("livechat")) if is_nested else json
    if not found.keys() & _NAMES:
        raise Malformed("no configuration")
    return _configuration(found)


def _configuration(json: Json) -> DynamicConfiguration:
    online = json.get("online_group_ids")
    ids = map(a_number_if_any, online if isinstance(online, list) else ())
    return DynamicConfiguration(
        group_id=number(json, "group_id") or 0,
        config_version=an_id_if_any(json, "config_version") or "",
        language=text(json, "language") or "",
        online_group_ids=frozenset(id for id in ids if id is not None),
    )
