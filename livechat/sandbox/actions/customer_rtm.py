"""Customer API: what only RTM has (sections 6.2 and 6.3)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from ..world import routing
from ..world.errors import ApiError
from ..world.model import Chat, Customer
from ..world.sample_organization import DEFAULT_GROUP
from . import customer_chats, customer_details
from .registry import Action, Actions, CustomerCall
from .request_schemas import RTM

JSON = dict[str, Any]

# The methods of the Web API that RTM has, too (section 6.2).
_SHARED = {
    *("list_chats", "list_threads", "get_chat", "resume_chat", "deactivate_chat"),
    *("send_event", "send_rich_message_postback", "send_sneak_peek", "mark_events_as_seen"),
    *("update_chat_properties", "delete_chat_properties"),
    *("update_thread_properties", "delete_thread_properties"),
    *("update_event_properties", "delete_event_properties"),
    *("get_customer", "update_customer", "set_customer_session_fields"),
    *("list_group_statuses", "get_form", "get_predicted_agent", "get_url_info"),
    *("accept_greeting", "cancel_greeting"),
}

action: Actions[CustomerCall] = Actions(RTM)


def find(name: str) -> Action[CustomerCall] | None:
    """Return the method of that name, or None if RTM has none."""
    if name in _SHARED:
        return customer_chats.action.get(name) or customer_details.action.get(name)
    return action.get(name)


@action
def login(call: CustomerCall, request: JSON) -> JSON:
    """Tell a customer who has logged in where things stand.

    Raises ApiError ``group_not_found``, ``customer_session_fields_limit_reached``.
    """
    group_id = request.get("group_id", DEFAULT_GROUP)
    config = _dynamic_config(call, group_id)
    if request.get("customer"):
        customer_details.update_customer(call, request["customer"])
    customer, chat = call.customer, call.customer.chat
    answer: JSON = {
        "customer": customer_details.get_customer(call, {}),
        "has_active_thread": chat is not None and chat.active_thread is not None,
        "chats": [] if chat is None else [_state_of(chat, customer)],
        "__priv_dynamic_config": config,
    }
    if customer.greeting is not None:
        answer["greeting"] = {
            **customer_details.greeting_view(call.organization, customer.greeting),
            "displayed_first_time": False,
            "accepted": customer.greeting.accepted,
        }
    return answer


def _dynamic_config(call: CustomerCall, group_id: int) -> JSON:
    known = customer_details.get_dynamic_configuration(call, {"group_id": group_id})
    where = {"organization_id": call.organization.organization_id, "group_id": group_id}
    config = urlencode({**where, "version": known["config_version"]})
    phrases = urlencode(
        {**where, "language": known["language"], "version": known["localization_version"]}
    )
    actions = f"{call.base_url}/v3.5/customer/action"
    monitoring = {
        "id": group_id,
        "static_config_url": f"{actions}/get_configuration?{config}",
        "language_config_url": f"{actions}/get_localization?{phrases}",
    }
    view: JSON = {"customer_groups": {"monitoring": monitoring}}
    if online := routing.online_groups(call.organization):
        view["online_groups_ids"] = online
    return view


def _state_of(chat: Chat, customer: Customer) -> JSON:
    seen = chat.users[customer.id].events_seen_up_to
    unread = any(
        event.visibility == "all" and (seen is None or event.created_at > seen)
        for thread in chat.threads
        for event in thread.events
    )
    return {
        "chat_id": chat.id,
        "has_unread_events": unread,
        "has_active_thread": chat.active_thread is not None,
    }


@action
def ping(_call: CustomerCall, _request: JSON) -> JSON:
    """Show that the client is there."""
    return {}


@action
def update_customer_page(call: CustomerCall, _request: JSON) -> JSON:
    """Count another page view; nobody in the sandbox looks at where the customer is."""
    call.customer.page_changes_count += 1
    return {}


@action
def start_chat(call: CustomerCall, request: JSON) -> JSON:
    """Start the customer's chat, of which ``chat.users`` may name the customer.

    Raises ApiError ``validation`` for anybody else, and what the Web API's `start_chat` raises.
    """
    spec = dict(request.get("chat", {}))
    if any(user["id"] != call.customer.id for user in spec.pop("users", [])):
        raise ApiError("validation", "`chat.users` names another customer")
    return customer_chats.start_chat(call, {**request, "chat": spec})
