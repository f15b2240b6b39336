"""What each action's request must look like: sections 3 and 8.3 as JSON schemas."""

from __future__ import annotations

from ..world import pushes
from ..world.event_schemas import PICKED
from ..world.json_schema import (
    ACCESS,
    BOOL,
    CHANGED_PROPERTIES,
    DELETED_PROPERTIES,
    EMAIL,
    INT,
    OBJECT,
    PROPERTIES,
    SESSION_FIELDS,
    SORT_ORDER,
    STR,
    TEXT,
    TIME,
    URL,
    Form,
    Schema,
    array,
    instead_of,
    integer,
    obj,
    one_of,
    since,
    until,
)
from ..world.versions import SERVED

# Events are checked one by one, by their type, in `world.event_schemas`.
_EVENTS = array(OBJECT)
_THREAD = obj(optional={"events": _EVENTS, "properties": PROPERTIES})
_CHAT: dict[str, Schema] = {"properties": PROPERTIES, "access": ACCESS, "thread": _THREAD}
_OPENED: dict[str, Schema] = {
    "active": BOOL,
    "continuous": BOOL,
    # Only in LiveChat's JavaScript SDK.
    "welcome_message_id": since("3.6", STR),
}
_THREAD_OF = {"chat_id": STR, "thread_id": STR}
_EVENT_OF = {**_THREAD_OF, "event_id": STR}

_USERS = array(obj({"id": STR, "type": one_of("agent", "customer")}))

_LIST_THREADS: dict[str, Schema] = {
    "sort_order": SORT_ORDER,
    "limit": integer(1, 100),
    "page_id": STR,
    "min_events_count": integer(1, 100),
}

_ADDRESS = obj(optional=dict.fromkeys(("address", "city", "country", "state", "postal_code"), TEXT))
_OMNICHANNEL = obj(
    optional={
        "fbmessenger": obj(
            {"id": STR},
            {
                **dict.fromkeys(("name", "first_name", "last_name"), TEXT),
                **dict.fromkeys(("profile_pic", "gender", "locale"), TEXT),
                "is_verified_user": BOOL,
            },
        ),
        "twilio": obj({"phone_number": STR}),
    }
)
_CUSTOMER_AT_LOGIN: dict[str, Schema] = {
    "name": TEXT,
    "email": EMAIL,
    "avatar": URL,
    "session_fields": SESSION_FIELDS,
    "address": since("3.6", _ADDRESS),
}
_CUSTOMER_DETAILS: dict[str, Schema] = {
    **_CUSTOMER_AT_LOGIN,
    "omnichannel": since("3.6", _OMNICHANNEL),
    # Both of these only LiveChat's Python SDK knows.
    "phone_number": since("3.6", TEXT),
    "name_is_default": since("3.6", BOOL),
}

_PROPERTY_FILTER = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "additionalProperties": obj(
            optional={"exists": BOOL, "values": array({}), "exclude_values": array({})},
            minProperties=1,
        ),
    },
}

CUSTOMER: dict[str, Form] = {
    action: Form(schema)
    for action, schema in {
        # 3.3 Chats
        "list_chats": obj(
            optional={"limit": integer(1, 25), "sort_order": SORT_ORDER, "page_id": STR},
            **instead_of("page_id", "limit", "sort_order"),
        ),
        "list_threads": obj(
            {"chat_id": STR},
            _LIST_THREADS,
            allOf=[
                instead_of("page_id", "limit", "sort_order", "min_events_count"),
                instead_of("min_events_count", "limit"),
            ],
        ),
        "get_chat": obj({"chat_id": STR}, {"thread_id": STR}),
        "start_chat": obj(optional={"chat": obj(optional=_CHAT), **_OPENED}),
        "resume_chat": obj({"chat": obj({"id": STR}, _CHAT)}, _OPENED),
        "deactivate_chat": obj({"id": STR}),
        # 3.4 Events
        "send_event": obj({"chat_id": STR, "event": OBJECT}, {"attach_to_last_thread": BOOL}),
        "upload_file": obj({"file": {}}),
        "send_rich_message_postback": obj(
            {
                **_EVENT_OF,
                "postback": obj(
                    {"id": STR, "toggled": BOOL},
                    {
                        "button_type": since("3.6", STR),
                        "button_value": since("3.6", TEXT),
                        "ecommerce": since("3.6", PICKED),
                    },
                ),
            }
        ),
        "send_sneak_peek": obj({"chat_id": STR, "sneak_peek_text": TEXT}),
        "delete_event": since("3.6", obj(_EVENT_OF)),
        # 3.5 Properties
        "update_chat_properties": obj({"id": STR, "properties": CHANGED_PROPERTIES}),
        "delete_chat_properties": obj({"id": STR, "properties": DELETED_PROPERTIES}),
        "update_thread_properties": obj({**_THREAD_OF, "properties": CHANGED_PROPERTIES}),
        "delete_thread_properties": obj({**_THREAD_OF, "properties": DELETED_PROPERTIES}),
        "update_event_properties": obj({**_EVENT_OF, "properties": CHANGED_PROPERTIES}),
        "delete_event_properties": obj({**_EVENT_OF, "properties": DELETED_PROPERTIES}),
        "list_license_properties": obj(optional={"namespace": STR, "name": STR}),
        "list_group_properties": obj({"id": INT}, {"namespace": STR, "name": STR}),
        # 3.6 Customer
        "get_customer": obj(),
        "update_customer": obj(optional=_CUSTOMER_DETAILS, minProperties=1),
        "set_customer_session_fields": obj({"session_fields": SESSION_FIELDS}),
        # 3.7 Configuration, localization, status
        "get_dynamic_configuration": obj(
            optional={"group_id": INT, "url": TEXT, "channel_type": TEXT, "test": BOOL}
        ),
        "get_configuration": obj({"group_id": INT, "version": STR}),
        "get_localization": obj({"group_id": INT, "language": STR, "version": STR}),
        "list_group_statuses": {
            "oneOf": [obj({"all": {"const": True}}), obj({"group_ids": array(INT, minItems=1)})]
        },
        # 3.8 Other
        "get_form": obj({"group_id": INT, "type": one_of("prechat", "postchat", "ticket")}),
        "get_predicted_agent": obj(optional={"group_id": INT}),
        "get_url_info": obj({"url": URL}),
        "mark_events_as_seen": obj({"chat_id": STR, "seen_up_to": TIME}),
        "check_goals": obj({"session_fields": SESSION_FIELDS, "group_id": INT, "page_url": STR}),
        "accept_greeting": obj({"greeting_id": INT, "unique_id": STR}),
        "cancel_greeting": obj({"unique_id": STR}),
        "send_greeting_button_clicked": since(
            "3.6", obj({"greeting_unique_id": STR, "button_id": STR})
        ),
        "request_welcome_message": since("3.6", obj(optional={"id": STR, "group_id": INT})),
        "request_email_verification": obj({"callback_uri": URL}),
    }.items()
}

# What RTM has besides, or otherwise (sections 6.2 and 6.3).
RTM: dict[str, Form] = {
    action: Form(schema)
    for action, schema in {
        "login": obj(
            {"token": STR},
            {
                "customer": obj(optional=_CUSTOMER_AT_LOGIN),
                "customer_page": obj({"url": STR}, {"title": TEXT}),
                "customer_side_storage": OBJECT,
                "is_mobile": BOOL,
                "group_id": INT,
                "referrer": TEXT,
                "application": obj(optional={"name": TEXT, "version": TEXT, "channel_type": TEXT}),
                "pushes": obj(
                    optional={
                        version: array(one_of("all", *pushes.names(version))) for version in SERVED
                    }
                ),
                "tab_id": since("3.6", STR),
            },
        ),
        "ping": obj(),
        "update_customer_page": obj({"url": STR}, {"title": TEXT}),
        # Only in LiveChat's Python SDK, for 3.6 and later.
        "activate_customer_page": since("3.6", obj()),
        "deactivate_customer_page": since("3.6", obj()),
        "start_chat": obj(
            optional={
                "chat": obj(
                    optional={
                        **_CHAT,
                        "users": array(obj({"id": STR, "type": one_of("customer")}), maxItems=1),
                    }
                ),
                **_OPENED,
            }
        ),
    }.items()
}

AGENT: dict[str, Form] = {
    action: Form(schema)
    for action, schema in {
        "list_chats": obj(
            optional={
                "filters": obj(
                    optional={
                        "include_active": until("3.5", BOOL),
                        "active": since("3.6", {"type": ["boolean", "null"]}),
                        "include_chats_without_threads": BOOL,
                        "group_ids": array(INT, maxItems=200),
                        "properties": _PROPERTY_FILTER,
                    }
                ),
                "sort_order": SORT_ORDER,
                "limit": integer(1, 100),
                "page_id": STR,
            },
            **instead_of("page_id", "limit", "sort_order", "filters"),
        ),
        "list_threads": obj(
            {"chat_id": STR},
            {**_LIST_THREADS, "filters": obj(optional={"from": TIME, "to": TIME})},
            allOf=[
                instead_of("page_id", "limit", "sort_order", "min_events_count", "filters"),
                instead_of("min_events_count", "limit", "filters"),
            ],
        ),
        "get_chat": obj({"chat_id": STR}, {"thread_id": STR}),
        "start_chat": obj(
            optional={
                "chat": obj(optional={**_CHAT, "users": _USERS}),
                "active": BOOL,
                "continuous": BOOL,
            }
        ),
        "resume_chat": obj(
            {"chat": obj({"id": STR}, {**_CHAT, "users": _USERS})},
            {"active": BOOL, "continuous": BOOL},
        ),
        "deactivate_chat": obj({"id": STR}, {"ignore_requester_presence": BOOL}),
        "transfer_chat": obj(
            {"id": STR},
            {
                "target": {
                    "oneOf": [
                        obj({"type": {"const": "group"}, "ids": array(INT, minItems=1)}),
                        obj({"type": {"const": "agent"}, "ids": array(STR, minItems=1)}),
                    ]
                },
                "ignore_agents_availability": BOOL,
                "ignore_requester_presence": BOOL,
            },
        ),
        "add_user_to_chat": obj(
            {
                "chat_id": STR,
                "user_id": STR,
                "user_type": one_of("agent", "customer"),
                "visibility": one_of("all", "agents"),
            },
            {"ignore_requester_presence": BOOL},
        ),
        "send_event": obj({"chat_id": STR, "event": OBJECT}),
        "upload_file": obj({"file": {}}),
        "update_thread_properties": obj({**_THREAD_OF, "properties": CHANGED_PROPERTIES}),
        "mark_events_as_seen": obj({"chat_id": STR, "seen_up_to": TIME}),
        "send_typing_indicator": obj(
            {"chat_id": STR, "is_typing": BOOL}, {"visibility": one_of("all", "agents")}
        ),
        "send_thinking_indicator": since(
            "3.6",
            obj(
                {"chat_id": STR},
                {
                    "title": TEXT,
                    "description": TEXT,
                    "visibility": one_of("all"),
                    "custom_id": TEXT,
                },
            ),
        ),
        "send_event_preview": since("3.6", obj({"chat_id": STR, "event": OBJECT})),
        # `offline` is for bots, which the sandbox has none of.
        "set_routing_status": obj(
            {"status": one_of("accepting_chats", "not_accepting_chats")}, {"agent_id": STR}
        ),
        "ban_customer": obj(
            {
                "id": STR,
                "ban": obj({"days": {"type": "number", "exclusiveMinimum": 0, "maximum": 36500}}),
            }
        ),
    }.items()
}
