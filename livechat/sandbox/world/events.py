"""From the event of a request to the event of a thread, and the system messages of section 7."""

from __future__ import annotations

import copy
import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from . import properties
from .errors import ApiError
from .event_schemas import check_event
from .files import File, Files
from .model import Agent, Chat, Customer, Event, Organization, Thread
from .sample_organization import FORMS
from .versions import NEWEST
from .views import CustomerView

JSON = dict[str, Any]
Caller = Agent | Customer
"""Who acts: an agent through the Agent API, or a customer."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A checked event that is not in a thread yet."""

    type: str
    author_id: str | None
    visibility: str
    content: JSON
    custom_id: str | None = None
    properties: JSON = field(default_factory=dict)
    file: File | None = None
    """The uploaded file of a ``file`` event."""


def draft(
    organization: Organization,
    files: Files,
    caller: Caller,
    event: JSON,
    *,
    initial: bool = False,
    version: str = NEWEST,
) -> Draft:
    """Check the event of a request (section 4.2) and give it the fields of the answer.

    Raises ApiError ``validation``, ``authorization`` (a read-only property).
    """
    by_agent = isinstance(caller, Agent)
    check_event(event, by_agent=by_agent, initial=initial, version=version)
    content = copy.deepcopy(event)
    content.pop("type")
    custom_id = content.pop("custom_id", None)
    values = content.pop("properties", {})
    properties.check(values, "event", organization.client_id, by_agent=by_agent)
    visibility = content.pop("visibility" if by_agent else "recipients", "all")
    author_id = content.pop("author_id", caller.id)
    file = None
    if event["type"] == "file":
        file = files.claim(organization.organization_id, content["url"])
        if file.size is None:
            content.pop("alternative_text", None)
        content |= file.event_content()
    elif event["type"] in ("form", "filled_form"):
        content |= _form_type(content, values)
    elif event["type"] == "rich_message":
        for button in _buttons(content):
            button.setdefault("user_ids", [])
    elif event["type"] == "system_message":
        author_id = None
    return Draft(event["type"], author_id, visibility, content, custom_id, values, file)


def drafts(
    organization: Organization, files: Files, caller: Caller, events: Sequence[JSON], version: str
) -> list[Draft]:
    """Check the initial events of `start_chat` or `resume_chat`; errors as in `draft`."""
    return [
        draft(organization, files, caller, event, initial=True, version=version) for event in events
    ]


def _form_type(content: JSON, values: JSON) -> JSON:
    """Return the ``form_type`` of the answer: of the organization's forms, or as the sender says.

    Where LiveChat takes it from is not documented.
    """
    own = [kind for kind in ("prechat", "postchat") if content["form_id"] == FORMS[kind]["id"]]
    kind = own[0] if own else values.get("lc2", {}).get("form_type")
    return {} if kind is None else {"form_type": kind}


def append(organization: Organization, chat: Chat, thread: Thread, draft: Draft) -> Event:
    """Put an event into a thread, without telling anyone."""
    if draft.file is not None:
        draft.file.permanent = True
    thread.events_count += 1
    # The samples of the one type have such IDs, those of all others the thread's.
    is_system = draft.type == "system"
    event = Event(
        id=str(uuid.uuid4()) if is_system else f"{thread.id}_{thread.events_count}",
        type=draft.type,
        created_at=organization.clock.now(),
        author_id=draft.author_id,
        visibility=draft.visibility,
        content=draft.content,
        custom_id=draft.custom_id,
        properties=draft.properties,
    )
    organization.add_event(chat, thread, event)
    return event


def publish(organization: Organization, chat: Chat, thread: Thread, draft: Draft) -> Event:
    """Put an event into a thread and push ``incoming_event``."""
    event = append(organization, chat, thread, draft)
    if event.is_for_customers:
        organization.push(
            "incoming_event",
            {
                "chat_id": chat.id,
                "thread_id": thread.id,
                "event": CustomerView(organization).event(event),
            },
            chat.customer.id,
        )
    return event


# system_message_type -> text, as printed in section 7: those the sandbox has a cause for.
_TEMPLATES = {
    "agent_added": "%initiator% added %agent% to the chat",
    "agent_joined": "%agent% joined the chat",
    "chat_transferred": "%initiator% transferred the chat to %targets%",
    "customer_banned": (
        "Chat archived because customer was banned by %agent% for %duration% day(s)"
    ),
    "manual_archived_agent": "%agent% archived the chat",
    "manual_archived_customer": "%customer% archived the chat",
    "rating.chat_commented": "%customer% left the following comment: %comment%",
    "rating.chat_rated": "%customer% rated the chat as %score%",
    "rating.chat_rating_canceled": "%customer% canceled the chat rating",
    "routing.archived_inactive": "Chat archived due to %duration% minutes of inactivity",
    "routing.archived_offline": "Chat archived due to no available agents",
    "transcript_requested": ("%customer% requested the chat transcript to be sent to %email%"),
    "transcript_sent": "%customer% sent the chat transcript to %email%",
}


def system_message(
    organization: Organization, chat: Chat, thread: Thread, type: str, **text_vars: str
) -> None:
    """Add and push a system message of section 7, its template filled in.

    Whom each is meant for is not documented: all of these are shown to the customer.
    """
    text = re.sub(r"%(\w+)%", lambda match: text_vars[match[1]], _TEMPLATES[type])
    content: JSON = {"system_message_type": type, "text": text}
    if text_vars:
        content["text_vars"] = text_vars
    publish(organization, chat, thread, Draft("system_message", None, "all", content))


def system_event(
    organization: Organization,
    chat: Chat,
    thread: Thread,
    kind: str,
    details: JSON,
    *,
    version: int = 1,
    visibility: str = "all",
) -> None:
    """Add and push a ``system`` event of v3.6, of a ``kind`` such as ``messaging.summary``.

    Whether v3.5 leaves them out is not documented: here both versions have them.
    """
    source, subtype = kind.split(".")
    content: JSON = {"source": source, "subtype": subtype, "version": version}
    content["details"] = json.dumps(details)  # a string, to be parsed once more
    publish(organization, chat, thread, Draft("system", None, visibility, content))


def press_button(event: Event, user_id: str, postback_id: str, toggled: bool) -> None:
    """Note who toggled a rich message's button (section 3.4).

    Raises ApiError ``validation`` if there is no such button (no error is documented).
    """
    pressed = [button for button in _buttons(event.content) if button["postback_id"] == postback_id]
    if event.type != "rich_message" or not pressed:
        raise ApiError("validation", "`postback.id` is no button of the event")
    for button in pressed:
        users = [user for user in button["user_ids"] if user != user_id]
        button["user_ids"] = [*users, user_id] if toggled else users


def _buttons(content: JSON) -> list[JSON]:
    return [
        button for element in content.get("elements", []) for button in element.get("buttons", [])
    ]
