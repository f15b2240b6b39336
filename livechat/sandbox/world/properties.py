"""Properties of chats, threads and events: who may read and write which (sections 3.5 and 4.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .errors import ApiError
from .model import size_of

JSON = dict[str, Any]

_INT32 = range(-(2**31), 2**31)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in _INT32


_TYPES: dict[str, Callable[[Any], bool]] = {
    "int": _is_int,
    "bool": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "tokenized_string": lambda value: isinstance(value, str),
}

# namespace.name -> (type, {where: what a customer may do there}), as printed in section 4.8.
# An empty right: agents only.
_RW_ALL = {"chat": "rw", "thread": "rw", "event": "rw"}
_BUILT_IN: dict[str, tuple[str, dict[str, str]]] = {
    "rating.score": ("int", _RW_ALL),
    "rating.comment": ("string", _RW_ALL),
    "status.delivered": ("bool", {"event": "rw"}),
    "routing.continuous": ("bool", {"chat": "r", "thread": "r"}),
    "routing.start_url": ("string", {"thread": "r"}),
    "routing.email_follow_up": ("bool", {"chat": "rw"}),
    "routing.ignore_agents_routing": ("bool", {"chat": "rw"}),
    "routing.ignore_bots": ("bool", {"thread": "w"}),
    "routing.offline_message": ("bool", {"thread": "rw"}),
    "routing.transcript_email": ("string", {"thread": "rw"}),
    "routing.idle": ("bool", {"thread": ""}),
    "routing.unreplied": ("bool", {"thread": ""}),
    "routing.last_transfer_timestamp": ("int", {"thread": ""}),
    "routing.referrer": ("string", {"thread": ""}),
    "routing.unassigned": ("bool", {"chat": "", "thread": ""}),
    "routing.pinned": ("bool", {"chat": "", "thread": ""}),
    "routing.was_pinned": ("bool", {"chat": ""}),
    "source.client_id": ("string", {"chat": "r", "thread": "r", "event": "r"}),
    "source.customer_client_id": ("string", {"chat": "r", "thread": "r"}),
    "lc2.form_type": ("string", {"event": "rw"}),
    "lc2.greeting_id": ("int", {"thread": "rw", "event": "r"}),
    "lc2.greeting_unique_id": ("string", {"thread": "rw", "event": "r"}),
    "lc2.welcome_message": ("bool", {"event": "r"}),
    "chats.formatting": ("string", {"event": "rw"}),
    "chats.welcome_message_source": ("string", {"event": "r"}),
    "url_details.title": ("string", {"event": "rw"}),
    "url_details.description": ("string", {"event": "rw"}),
    "url_details.url": ("string", {"event": "rw"}),
    "url_details.image_url": ("string", {"event": "rw"}),
    "url_details.image_width": ("int", {"event": "rw"}),
    "url_details.image_height": ("int", {"event": "rw"}),
    "translation.source_lang_code": ("string", {"event": "r"}),
    "translation.target_lang_code": ("string", {"event": "r"}),
    "translation.target_message": ("tokenized_string", {"event": "r"}),
    "test.bool_property": ("bool", _RW_ALL),
    "test.int_property": ("int", _RW_ALL),
    "test.string_property": ("string", _RW_ALL),
    "test.tokenized_string_property": ("tokenized_string", _RW_ALL),
}

_VALUES: dict[str, tuple[Any, ...]] = {
    "rating.score": (0, 1),
    "lc2.form_type": ("prechat", "postchat"),
    "chats.formatting": ("commonmark",),
    "chats.welcome_message_source": ("ai_agent", "welcome_phrase"),
}


def check(properties: JSON, where: str, client_id: str, *, by_agent: bool = False) -> None:
    """Refuse an update the caller may not make of a ``chat``, ``thread`` or ``event``.

    A namespace is built in, or the client id of the app the token was made for: private
    properties can be used with that app's tokens only. Raises ApiError ``validation`` (unknown
    property, wrong type) and ``authorization`` (not writable); the reference names neither.
    """
    for namespace, values in properties.items():
        for name, value in values.items():
            if namespace == client_id:
                if not any(is_type(value) for is_type in _TYPES.values()):
                    raise ApiError("validation", f"`{namespace}.{name}` has a wrong type")
                continue
            full = _writable(namespace, name, where, by_agent)
            type_name = _BUILT_IN[full][0]
            if not _TYPES[type_name](value) or value not in _VALUES.get(full, (value,)):
                raise ApiError("validation", f"`{full}` must be of type {type_name}")


def check_delete(
    properties: dict[str, list[str]], where: str, client_id: str, *, by_agent: bool = False
) -> None:
    """Refuse a deletion the caller may not make; errors as in `check`."""
    for namespace, names in properties.items():
        for name in names:
            if namespace != client_id:
                _writable(namespace, name, where, by_agent)


def _writable(namespace: str, name: str, where: str, by_agent: bool) -> str:
    full = f"{namespace}.{name}"
    rights = _BUILT_IN[full][1].get(where) if full in _BUILT_IN else None
    if rights is None:
        raise ApiError("validation", f"There is no property `{full}` of a {where}")
    if "w" not in rights and not by_agent:
        raise ApiError("authorization", f"`{full}` is read-only")
    return full


def update(target: JSON, changes: JSON) -> int:
    """Set the given properties; all others stay. Returns the bytes that `target` grew by."""
    before = size_of(target)
    for namespace, values in changes.items():
        target.setdefault(namespace, {}).update(values)
    return size_of(target) - before


def delete(target: JSON, names: dict[str, list[str]]) -> JSON:
    """Remove the given properties; return those that were there."""
    removed: JSON = {}
    for namespace, listed in names.items():
        values = target.get(namespace, {})
        gone = {name: values.pop(name) for name in listed if name in values}
        if gone:
            removed[namespace] = gone
        if namespace in target and not values:
            del target[namespace]
    return removed


def readable(properties: JSON, where: str, client_id: str) -> JSON:
    """Return the properties a customer may see."""
    visible: JSON = {}
    for namespace, values in properties.items():
        shown = {
            name: value
            for name, value in values.items()
            if namespace == client_id or _readable(f"{namespace}.{name}", where)
        }
        if shown:
            visible[namespace] = shown
    return visible


def _readable(full: str, where: str) -> bool:
    return full in _BUILT_IN and "r" in _BUILT_IN[full][1].get(where, "")
