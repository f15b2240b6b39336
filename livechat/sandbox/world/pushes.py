"""What RTM tells customers (section 6.4), and the envelopes of section 6.2."""

from __future__ import annotations

import json
from typing import Any

from .errors import ApiError
from .versions import SERVED, has

JSON = dict[str, Any]

DISCONNECTED = "customer_disconnected"

_NAMES = (
    "chat_deactivated",
    "chat_properties_deleted",
    "chat_properties_updated",
    "chat_transferred",
    "customer_side_storage_updated",
    "customer_updated",
    "event_properties_deleted",
    "event_properties_updated",
    "event_updated",
    "events_marked_as_seen",
    "greeting_accepted",
    "greeting_canceled",
    "groups_status_updated",
    "incoming_chat",
    "incoming_event",
    "incoming_greeting",
    "incoming_multicast",
    "incoming_rich_message_postback",
    "incoming_typing_indicator",
    "queue_position_updated",
    "thread_properties_deleted",
    "thread_properties_updated",
    "user_added_to_chat",
    "user_removed_from_chat",
)
# Gone from the API, but LiveChat's JavaScript SDK 4.0.2 asks for it.
_ONLY_OF_FIRST = ("customer_page_updated",)
_SINCE = {
    "3.6": (
        "event_deleted",
        "incoming_event_preview",
        "incoming_thinking_indicator",
        "incoming_welcome_message",
    )
}


def names(version: str) -> tuple[str, ...]:
    """Return all that a login can choose from: every push but ``customer_disconnected``."""
    added = (name for since, names in _SINCE.items() if has(version, since) for name in names)
    gone = _ONLY_OF_FIRST if version == SERVED[0] else ()
    return (*_NAMES, *gone, *added)


REASONS = (
    "access_token_expired",
    "access_token_revoked",
    "connection_evicted",
    "connection_timeout",
    "customer_banned",
    "customer_temporarily_blocked",
    "inactivity_timeout",
    "internal_error",
    "license_expired",
    "license_not_found",
    "logged_out_remotely",
    "misdirected_connection",
    "product_version_changed",
    "service_temporarily_unavailable",
    "too_many_connections",
    "too_many_unauthorized_connections",
    "unsupported_version",
)
"""Of ``customer_disconnected`` (section 6.5)."""

_ANSWERS = {
    "start_chat": "incoming_chat",
    "resume_chat": "incoming_chat",
    "send_event": "incoming_event",
}


class Asked:
    """A request while it is carried out: which of its pushes carry its id."""

    def __init__(self, request_id: str | None, action: str) -> None:
        """Begin a request."""
        self._request_id = request_id
        self._answer = _ANSWERS.get(action)

    def id_for(self, push: str) -> str | None:
        """Return the request's id if it goes with ``push``.

        SDKs take an ``incoming_chat`` or ``incoming_event`` with an id for the answer, so just one
        of them has it: the first.
        """
        if push not in _ANSWERS.values():
            return self._request_id
        if push != self._answer:
            return None
        self._answer = None
        return self._request_id


def push(action: str, version: str, payload: JSON, request_id: str | None = None) -> str:
    """Return the frame of a push."""
    return _frame({"version": version}, request_id, action, "push", payload=payload)


def success(action: str, request_id: str | None, payload: JSON) -> str:
    """Return the frame that answers a request."""
    return _frame({}, request_id, action, "response", success=True, payload=payload)


def failure(action: str, request_id: str | None, error: ApiError) -> str:
    """Return the frame that refuses a request."""
    return _frame({}, request_id, action, "response", success=False, payload=error.body())


def _frame(head: JSON, request_id: str | None, action: str, type: str, **rest: Any) -> str:
    asked = {} if request_id is None else {"request_id": request_id}
    return json.dumps({**head, **asked, "action": action, "type": type, **rest})
