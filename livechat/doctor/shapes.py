"""What the page expects of each answer of LiveChat's, as the reference has it (sections 2 to 6).

The code reads far less of it; what differs from this is worth a word in a bug report all the same.
`tests/doctor/test_shapes.py` holds the sandbox's answers to it, and it to the sandbox's answers.
"""

from __future__ import annotations

from collections.abc import Mapping

from livechat.doctor.comparing import (
    ANYTHING,
    BOOLEAN,
    INTEGER,
    STRING,
    Keyed,
    OneOf,
    Shape,
)

_PROPERTIES = Keyed(Keyed(ANYTHING))  # 4.8: by namespace and name
_ACCESS = {"group_ids": [INTEGER]}

# 2.2
_TOKEN: Shape = {
    "access_token": STRING,
    "entity_id": STRING,
    "expires_in": INTEGER,
    "token_type": STRING,
    "organization_id": STRING,
    "client_id?": STRING,
}

# 4.4
_CUSTOMER: Shape = {
    "id": STRING,
    "type": STRING,
    "name?": STRING,
    "email?": STRING,
    "email_verified?": BOOLEAN,
    "avatar?": STRING,
    "session_fields?": [Keyed(STRING)],
}
_COUNTS = ("chats", "threads", "visits", "page_views", "greetings_shown", "greetings_accepted")
_STATISTICS: Shape = {"statistics?": {f"{count}_count": INTEGER for count in _COUNTS}}
_MEMBER: Shape = {"present": BOOLEAN, "events_seen_up_to?": STRING}
_AGENT: Shape = {
    "id": STRING,
    "type": STRING,
    "name": STRING,
    "avatar": STRING,
    "job_title": STRING,
}
# v36 1.5
_NEWEST_CUSTOMER: Shape = {
    "phone_number?": STRING,
    "name_is_default?": BOOLEAN,
    "address?": Keyed(STRING),
    "omnichannel?": Keyed(ANYTHING),
}

# 4.9
_OPTION: Shape = {"id": STRING, "label": STRING, "checked?": BOOLEAN}
_HEADER: Shape = {"type": STRING, "id?": STRING, "label": STRING}
_FIELD: Shape = {**_HEADER, "required?": BOOLEAN}
_CHOICE: Shape = {**_FIELD, "options": [_OPTION]}
_FORM: Shape = {
    "id?": STRING,
    "fields": [
        OneOf(
            "type",
            {
                "header": _HEADER,
                **dict.fromkeys(("name", "email", "question", "textarea", "subject"), _FIELD),
                **dict.fromkeys(("radio", "select", "checkbox"), _CHOICE),
                "group_chooser": {**_FIELD, "options": [{**_OPTION, "group_id": INTEGER}]},
                "checkbox_for_email": {**_FIELD, "checked?": BOOLEAN},
                "rating": {**_FIELD, "comment_label?": STRING},
            },
        )
    ],
}

# 3.7
_DYNAMIC: Shape = {
    "group_id": INTEGER,
    "client_limit_exceeded": BOOLEAN,
    "domain_allowed": BOOLEAN,
    "online_group_ids?": [INTEGER],
    "config_version": STRING,
    "localization_version": STRING,
    "language": STRING,
}
_CONFIGURATION: Shape = {
    "buttons": [{"id": STRING, "type": STRING, "online_value": STRING, "offline_value": STRING}],
    "ticket_form?": _FORM,
    "prechat_form?": _FORM,
    "integrations": Keyed(ANYTHING),
    "properties": {"group": _PROPERTIES, "license": _PROPERTIES},
}

# 4.1, 4.2: those that a chat of the doctor's begins and ends with. Others may come in between.
_EVENT: Shape = {
    "id": STRING,
    "custom_id?": STRING,
    "created_at": STRING,
    "type": STRING,
    "properties?": _PROPERTIES,
}
_OTHER_EVENTS = ("file", "rich_message", "form", "filled_form", "custom", "system")
_EVENTS = OneOf(
    "type",
    {
        **dict.fromkeys(_OTHER_EVENTS, Keyed(ANYTHING)),
        "message": {**_EVENT, "author_id": STRING, "text": STRING},
        "system_message": {
            **_EVENT,
            "system_message_type": STRING,
            "text?": STRING,
            "text_vars?": Keyed(STRING),
        },
    },
)


def shapes(*, is_newest: bool) -> Mapping[str, Shape]:
    """The shape of each answer, by its call, in the newest version of the API or before it."""
    customer = _CUSTOMER | (_NEWEST_CUSTOMER if is_newest else {})
    organization: Shape = {"organization_id": STRING}
    nested: Shape = {
        **organization,
        "default_widget": STRING,
        "livechat_active": BOOLEAN,
        "livechat?": _DYNAMIC,
    }
    users = [OneOf("type", {"customer": customer | _MEMBER, "agent": _AGENT | _MEMBER})]
    thread: Shape = {
        "id": STRING,
        "created_at": STRING,
        "active": BOOLEAN,
        "user_ids": [STRING],
        "events?": [_EVENTS],
        "access?": _ACCESS,
        "properties?": _PROPERTIES,
        "queue?": {"position": INTEGER, "wait_time": INTEGER, "queued_at": STRING},
        "previous_thread_id?": STRING,
        "next_thread_id?": STRING,
    }
    last = {"thread_id": STRING, "thread_created_at": STRING, "event": _EVENTS}
    summary: Shape = {
        "id": STRING,
        "active": BOOLEAN,
        "last_thread_id?": STRING,
        "last_thread_created_at?": STRING,
        "last_event_per_type?": Keyed(last),
        "users": users,
        "access?": _ACCESS,
        "properties?": _PROPERTIES,
    }
    pages: Shape = {"next_page_id?": STRING, "previous_page_id?": STRING}
    return {
        "token": _TOKEN,
        "get_dynamic_configuration": nested if is_newest else organization | _DYNAMIC,
        "get_configuration": _CONFIGURATION,
        "list_group_statuses": {"groups_status": Keyed(STRING)},
        "get_form": {"enabled": BOOLEAN, "form?": _FORM},
        "get_customer": customer | _STATISTICS,
        "login": {
            "customer": customer | {"type?": STRING} | _STATISTICS,
            "has_active_thread": BOOLEAN,
            "chats": [
                {"chat_id": STRING, "has_unread_events": BOOLEAN, "has_active_thread?": BOOLEAN}
            ],
            "greeting?": Keyed(ANYTHING),
            "__priv_dynamic_config?": Keyed(ANYTHING),
        },
        "list_chats": {"chats_summary": [summary], "total_chats": INTEGER, **pages},
        "start_chat": {"chat_id": STRING, "thread_id": STRING, "event_ids?": [STRING]},
        "send_event": {"event_id": STRING},
        "list_threads": {"threads": [thread], "found_threads": INTEGER, **pages},
        "get_chat": {
            "id": STRING,
            "users": users,
            "thread?": thread,
            "access?": _ACCESS,
            "properties?": _PROPERTIES,
        },
    }
