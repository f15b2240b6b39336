"""The life of a chat: start, resume, send, seen, transfer, deactivate (sections 1, 3.3, 3.4, 8.3).

The rules both APIs share. Everything here runs in the event loop's thread, and checks all before
it changes anything.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from . import properties, routing
from .clock import from_text, to_text
from .errors import ApiError
from .events import Caller, Draft, append, publish, system_message
from .model import Agent, Chat, Customer, Event, Membership, Organization, Thread
from .sample_organization import GROUPS
from .versions import NEWEST
from .views import CustomerView

JSON = dict[str, Any]

_ID_CHARACTERS = string.ascii_uppercase + string.digits
_DAY = timedelta(days=1)


def new_id() -> str:
    """Return an id that looks like those of LiveChat's chats and threads."""
    return "".join(secrets.choice(_ID_CHARACTERS) for _ in range(10))


def display_name(caller: Caller) -> str:
    """Return the name system messages use."""
    return caller.name if isinstance(caller, Agent) else caller.display_name


def find_chat(organization: Organization, chat_id: str) -> Chat:
    """Return a chat of the organization. Raises ApiError ``not_found``."""
    chat = organization.chats.get(chat_id)
    if chat is None:
        raise ApiError("not_found", "Chat not found")
    organization.use(chat.customer)
    return chat


def active_thread(chat: Chat) -> Thread:
    """Return the open thread. Raises ApiError ``chat_inactive``."""
    thread = chat.active_thread
    if thread is None:
        raise ApiError("chat_inactive")
    return thread


def find_thread(chat: Chat, thread_id: str) -> Thread:
    """Return a thread of the chat. Raises ApiError ``not_found``."""
    for thread in chat.threads:
        if thread.id == thread_id:
            thread.is_kept = False  # whoever looks for one may be about to change it
            return thread
    raise ApiError("not_found", "Thread not found")


def find_event(thread: Thread, event_id: str, *, for_agents: bool = False) -> Event:
    """Return an event of the thread that the caller may see. Raises ApiError ``not_found``."""
    for event in thread.events:
        if event.id == event_id and (for_agents or event.is_for_customers):
            event.is_kept = False
            return event
    raise ApiError("not_found", "Event not found")


def check_opening(
    organization: Organization,
    caller: Caller,
    chat: JSON,
    *,
    active: bool,
    continuous: bool,
    group_ids: list[int],
) -> None:
    """Refuse a `start_chat` or `resume_chat` whose properties or groups do not allow it.

    Raises ApiError ``validation``, ``authorization``, ``group_not_found`` and, for a customer who
    wants an active, not continuous thread while nobody takes chats, ``groups_offline``.
    """
    by_agent = isinstance(caller, Agent)
    spec = chat.get("thread", {})
    properties.check(chat.get("properties", {}), "chat", organization.client_id, by_agent=by_agent)
    properties.check(
        spec.get("properties", {}), "thread", organization.client_id, by_agent=by_agent
    )
    if not GROUPS.keys() >= set(group_ids):
        raise ApiError("group_not_found")
    nobody = routing.status(organization, group_ids) == routing.OFFLINE
    if nobody and active and not continuous and not by_agent:
        raise ApiError("groups_offline")


def open_thread(
    organization: Organization,
    caller: Caller,
    chat: Chat,
    request: JSON,
    drafts: list[Draft],
    *,
    active: bool,
    continuous: bool,
    opening: Sequence[Draft] = (),
) -> tuple[Thread, list[str]]:
    """Add a thread to the chat, route it, and push ``incoming_chat``.

    ``request`` is the ``chat`` of `start_chat` or `resume_chat`, checked before. It begins with
    what was said to the customer before: the ``opening``. Returns the thread and the ids of the
    initial events.
    """
    if "access" in request:
        chat.group_ids = request["access"]["group_ids"]
    source = {"client_id": organization.client_id, "customer_client_id": organization.client_id}
    marks: JSON = {"source": source, "routing": {"continuous": continuous}}
    properties.update(chat.properties, marks)
    properties.update(chat.properties, request.get("properties", {}))
    now = organization.clock.now()
    thread = Thread(
        id=new_id(),
        created_at=now,
        last_activity=now,
        active=active,
        group_ids=chat.group_ids,
        properties={},
        user_ids=[chat.customer.id],
    )
    properties.update(thread.properties, marks)
    properties.update(thread.properties, request.get("thread", {}).get("properties", {}))
    organization.add_thread(chat, thread)
    if active and isinstance(caller, Agent):
        thread.assignee = caller.id
        thread.taken_over = True
        routing.add_agent(chat, thread, caller)
    elif active:
        routing.place(organization, chat, thread)
    for user in request.get("users", []):
        if user["type"] == "agent":
            routing.add_agent(chat, thread, organization.agents[user["id"]])
    for said in opening:
        append(organization, chat, thread, said)
        chat.users.setdefault(str(said.author_id), Membership(present=False))
    event_ids = [append(organization, chat, thread, draft).id for draft in drafts]
    see_all(organization, chat, caller)
    organization.push(
        "incoming_chat",
        {
            "requester_id": CustomerView(organization).user_id(caller.id),
            "chat": CustomerView(organization).chat(chat, thread),
        },
        chat.customer.id,
        later={"chat": CustomerView(organization, NEWEST).chat(chat, thread)},
    )
    routing.announce_statuses(organization)
    return thread, event_ids


def new_chat(organization: Organization, customer: Customer) -> Chat:
    """Give the customer a chat, as yet without a thread.

    Raises ApiError ``chat_limit_reached``: one chat per customer (D24).
    """
    if customer.chat is not None:
        raise ApiError("chat_limit_reached")
    chat = Chat(id=new_id(), customer=customer, group_ids=[0], properties={})
    chat.users[customer.id] = Membership()
    organization.chats[chat.id] = chat
    customer.chat = chat
    return chat


def send(
    organization: Organization,
    caller: Caller,
    chat: Chat,
    draft: Draft,
    *,
    attach_to_last_thread: bool = False,
) -> Event:
    """Add an event to the active thread (or the last one) and move the caller's seen mark.

    An agent who has not joined becomes a user who is not present (D32). Raises ApiError
    ``chat_inactive``.
    """
    thread = chat.active_thread
    if thread is None and not attach_to_last_thread:
        raise ApiError("chat_inactive")
    thread = thread or chat.last_thread
    if isinstance(caller, Agent) and caller.id not in chat.users:
        chat.users[caller.id] = Membership(present=False, visibility=draft.visibility)
        routing.announce_agent(organization, chat, thread, caller, "manual", caller)
    event = publish(organization, chat, thread, draft)
    see_all(organization, chat, caller)
    return event


def edit_event(
    organization: Organization, chat: Chat, thread: Thread, event: Event, text: str
) -> None:
    """Give a message another text, and push ``event_updated``.

    No method of the public APIs does so; LiveChat's own apps do.
    """
    before = event.weight
    event.content["text"] = text
    event.is_kept = False
    organization.ledger.grow(chat.customer.id, event.weight - before)
    if event.is_for_customers:
        shown = CustomerView(organization).event(event)
        payload = {"chat_id": chat.id, "thread_id": thread.id, "event": shown}
        organization.push("event_updated", payload, chat.customer.id)


def delete_event(organization: Organization, chat: Chat, thread: Thread, event: Event) -> None:
    """Hide an event from customers for good, and push ``event_deleted`` (v3.6)."""
    was_shown, event.deleted = event.is_for_customers, True
    event.is_kept = False
    if was_shown:
        payload = {"chat_id": chat.id, "thread_id": thread.id, "event_id": event.id}
        organization.push("event_deleted", payload, chat.customer.id)


def see_all(organization: Organization, chat: Chat, caller: Caller) -> None:
    """Move the caller's ``events_seen_up_to`` as if all events had been seen (section 3.3)."""
    membership = chat.users.get(caller.id)
    if membership is not None:
        membership.events_seen_up_to = organization.clock.now()


def mark_seen(organization: Organization, chat: Chat, caller: Caller, seen_up_to: str) -> None:
    """Move the caller's ``events_seen_up_to`` forward, never back.

    Raises ApiError ``validation`` for what is no time.
    """
    moment = parse_time(seen_up_to)
    membership = chat.users.get(caller.id)
    if membership is None or (membership.events_seen_up_to or moment) > moment:
        return
    membership.events_seen_up_to = moment
    if membership.visibility == "all":
        organization.push(
            "events_marked_as_seen",
            {
                "user_id": CustomerView(organization).user_id(caller.id),
                "chat_id": chat.id,
                "seen_up_to": to_text(moment),
            },
            chat.customer.id,
        )


def parse_time(text: str) -> datetime:
    """Read an RFC 3339 time of a request. Raises ApiError ``validation``."""
    try:
        return from_text(text)
    except (ValueError, OverflowError):
        raise ApiError("validation", "Not an RFC 3339 time") from None


def deactivate(organization: Organization, chat: Chat, caller: Caller) -> None:
    """Close the active thread for the caller. Raises ApiError ``chat_inactive``.

    (Of a chat that is closed already the reference says nothing.)
    """
    if chat.active_thread is None:
        raise ApiError("chat_inactive")
    if isinstance(caller, Agent):
        close(organization, chat, "manual_archived_agent", caller, agent=caller.name)
    else:
        customer = caller.display_name
        close(organization, chat, "manual_archived_customer", caller, customer=customer)


def close(
    organization: Organization,
    chat: Chat,
    type: str,
    caller: Caller | None = None,
    **text_vars: str,
) -> None:
    """Close the active thread with a system message of ``type``; the next in the queue moves up."""
    thread = chat.last_thread
    system_message(organization, chat, thread, type, **text_vars)
    email = thread.properties.get("routing", {}).get("transcript_email")
    if email:
        customer = chat.customer.display_name
        system_message(
            organization, chat, thread, "transcript_sent", customer=customer, email=email
        )
    routing.dequeue(organization, chat, thread)
    thread.active = False
    for user_id, membership in chat.users.items():
        if user_id != chat.customer.id:
            membership.present = False
    payload = {"chat_id": chat.id, "thread_id": thread.id}
    if caller is not None:
        payload["user_id"] = CustomerView(organization).user_id(caller.id)
    organization.push("chat_deactivated", payload, chat.customer.id)
    serve_waiting(organization)


def serve_waiting(organization: Organization) -> None:
    """Route what waits; close what nobody is left to take (``routing.archived_offline``)."""
    for chat, thread in routing.serve_waiting(organization):
        if thread.active:
            close(organization, chat, "routing.archived_offline")


def catch_up(organization: Organization) -> None:
    """Do what is due in the organization by now: agents come back, the queue moves up."""
    now = organization.clock.now()
    agents = organization.agents.values()
    back = [agent for agent in agents if agent.back_at is not None and agent.back_at <= now]
    free = sum(moment <= now for moment in organization.busy_until)
    if not back and not free:
        return
    routing.announce_statuses(organization)
    for agent in back:
        agent.routing_status, agent.back_at = "accepting_chats", None
    del organization.busy_until[:free]
    if organization.busy_until:
        routing.announce_places(organization, organization.queue)
    serve_waiting(organization)


def close_if_idle(organization: Organization, chat: Chat) -> None:
    """Close a thread nothing has happened in for the organization's time (section 1.5)."""
    thread = chat.active_thread
    if thread is None:
        return
    seconds = organization.inactivity_seconds
    if (organization.clock.now() - thread.last_activity).total_seconds() >= seconds:
        close(organization, chat, "routing.archived_inactive", duration=f"{seconds / 60:g}")


def ban(organization: Organization, agent: Agent, customer: Customer, days: float) -> None:
    """Close all sessions of a customer and refuse new ones for ``days``."""
    customer.banned_until = organization.clock.now() + days * _DAY
    if customer.chat is not None and customer.chat.active_thread is not None:
        close(
            organization,
            customer.chat,
            "customer_banned",
            agent,
            agent=agent.name,
            duration=f"{days:g}",
        )
    organization.push("customer_disconnected", {"reason": "customer_banned"}, customer.id)


def show_thinking(
    organization: Organization, chat: Chat, thread: Thread, agent: Agent, said: JSON
) -> None:
    """Push ``incoming_thinking_indicator``; of ``said`` what the push has, too."""
    names = ("title", "description", "custom_id")
    organization.push(
        "incoming_thinking_indicator",
        {
            "chat_id": chat.id,
            "thread_id": thread.id,
            "author_id": agent.hash,
            "sent_at": to_text(organization.clock.now()),
            **{name: said[name] for name in names if name in said},
        },
        chat.customer.id,
    )


def show_preview(
    organization: Organization, chat: Chat, thread: Thread, agent: Agent, draft: Draft
) -> None:
    """Push ``incoming_event_preview``: an event that has no id, since no thread ever holds it."""
    custom_id = {} if draft.custom_id is None else {"custom_id": draft.custom_id}
    organization.push(
        "incoming_event_preview",
        {
            "chat_id": chat.id,
            "thread_id": thread.id,
            "event": {
                "created_at": to_text(organization.clock.now()),
                "type": draft.type,
                "text": draft.content["text"],
                "author_id": agent.hash,
                **custom_id,
            },
        },
        chat.customer.id,
    )


def show_typing(
    organization: Organization, chat: Chat, thread: Thread, agent: Agent, is_typing: bool
) -> None:
    """Push ``incoming_typing_indicator``."""
    organization.push(
        "incoming_typing_indicator",
        {
            "chat_id": chat.id,
            "thread_id": thread.id,
            "typing_indicator": {
                "author_id": agent.hash,
                "recipients": "all",
                "timestamp": int(organization.clock.now().timestamp()),
                "is_typing": is_typing,
            },
        },
        chat.customer.id,
    )
