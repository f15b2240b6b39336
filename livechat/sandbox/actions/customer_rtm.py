"""Customer API: what only RTM has (sections 6.2 and 6.3)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from ..world import greetings, routing
from ..world.errors import ApiError
from ..world.model import Chat, Customer
from ..world.sample_organization import DEFAULT_GROUP
from ..world.versions import has
from . import customer_chats, customer_details
from .registry import Action, Actions, CustomerCall
from .request_schemas import RTM

JSON = dict[str, Any]

# The methods of the Web API that RTM has, too (section 6.2).
_SHARED = {
    *("list_chats", "list_threads", "get_chat", "resume_chat", "deactivate_chat"),
    *("send_event", "send_rich_message_postback", "send_sneak_peek", "mark_events_as_seen"),
    "delete_event",
    *("update_chat_properties", "delete_chat_properties"),
    *("update_thread_properties", "delete_thread_properties"),
    *("update_event_properties", "delete_event_properties"),
    *("get_customer", "update_customer", "set_customer_session_fields"),
    *("list_group_statuses", "get_form", "get_predicted_agent", "get_url_info"),
    *("accept_greeting", "cancel_greeting", "send_greeting_button_clicked"),
    "request_welcome_message",
}

action: Actions[CustomerCall] = Actions(RTM)


def find(name: str, version: str) -> Action[CustomerCall] | None:
    """Return the method of that name, or None if that version of RTM has none."""
    if name in _SHARED:
        shared = customer_chats.action.get(name, version)
        return shared or customer_details.action.get(name, version)
    return action.get(name, version)


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
    page = request.get("customer_page")
    is_new = page is not None and greetings.meet(call.organization, customer, page)
    if page is not None:
        customer.group_ids = _groups_on(call, page)
    answer: JSON = {
        "customer": customer_details.get_customer(call, {}),
        "has_active_thread": chat is not None and chat.active_thread is not None,
        "chats": [] if chat is None else [_state_of(chat, customer)],
        "__priv_dynamic_config": config,
    }
    if customer.greeting is not None:
        answer["greeting"] = {
            **greetings.view(call.organization, customer.greeting),
            "displayed_first_time": is_new,
            "accepted": customer.greeting.accepted,
        }
    return answer


def _dynamic_config(call: CustomerCall, group_id: int) -> JSON:
    known = customer_details.dynamic_configuration(call, group_id)
    where = {"organization_id": call.organization.organization_id, "group_id": group_id}
    config = urlencode({**where, "version": known["config_version"]})
    phrases = urlencode(
        {**where, "language": known["language"], "version": known["localization_version"]}
    )
    actions = f"{call.base_url}/v{call.version}/customer/action"
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
        event.is_for_customers and (seen is None or event.created_at > seen)
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
def update_customer_page(call: CustomerCall, request: JSON) -> JSON:
    """Count another page view, which a greeting may be for; tell groups that are others here."""
    call.customer.page_changes_count += 1
    greetings.meet(call.organization, call.customer, request)
    groups = _groups_on(call, request)
    if groups == call.customer.group_ids or not has(call.version, "3.6"):
        return {}
    call.customer.group_ids = groups
    statuses = [(group, routing.status(call.organization, [group])) for group in groups]
    return {"groups": [{"id": group, "status": status} for group, status in statuses]}


def _groups_on(call: CustomerCall, page: JSON) -> list[int]:
    rules = call.organization.page_groups.items()
    return next((groups for part, groups in rules if part in page["url"]), [DEFAULT_GROUP])


@action
def activate_customer_page(_call: CustomerCall, _request: JSON) -> JSON:
    """Tell that the page's tab has the focus: nobody in the sandbox looks."""
    return {}


@action
def deactivate_customer_page(_call: CustomerCall, _request: JSON) -> JSON:
    """Tell that the page's tab has lost the focus: nobody in the sandbox looks."""
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
