"""Handing a chat to other agents or groups (sections 8.3 and 8.4)."""

from __future__ import annotations

from typing import Any

from ..world import routing
from ..world.chats import serve_waiting
from ..world.errors import ApiError
from ..world.events import system_message
from ..world.model import Agent, Chat, Organization, Thread
from ..world.sample_organization import GROUPS
from ..world.views import CustomerView

JSON = dict[str, Any]


def transfer(
    organization: Organization,
    requester: Agent,
    chat: Chat,
    thread: Thread,
    target: JSON,
    *,
    ignore_availability: bool,
) -> None:
    """Transfer an active thread to ``target`` (the field of `transfer_chat`).

    Raises ApiError ``not_found``, ``missing_access``, and ``agent_offline`` if nobody can take it
    at once and ``ignore_availability`` is not set (the reference names no errors). It is then
    queued or, where everyone is offline, waits for someone to come online.
    """
    if target["type"] == "agent":
        wanted = [_agent(organization, agent_id) for agent_id in target["ids"]]
        group_ids, names = thread.group_ids, [agent.name for agent in wanted]
        allowed = routing.agents_of(organization, group_ids)
        if not all(agent in allowed for agent in wanted):
            raise ApiError("missing_access", "The agent has no access to the chat")
    else:
        group_ids = target["ids"]
        if not GROUPS.keys() >= set(group_ids):
            raise ApiError("not_found", "Group not found")
        names = [GROUPS[group_id] for group_id in group_ids]
        wanted = [
            agent
            for agent in routing.agents_of(organization, group_ids)
            if agent.id != thread.assignee
        ]
    free = [agent for agent in wanted if routing.has_room(organization, agent)]
    if not free and not ignore_availability:
        raise ApiError("agent_offline", "Nobody can take the chat now")
    takers = free or (wanted if target["type"] == "agent" else [])
    taker = takers[0] if takers else None
    routing.dequeue(organization, chat, thread)
    chat.group_ids = thread.group_ids = group_ids
    thread.assignee = taker.id if taker is not None else None
    leaving = [
        agent
        for agent in organization.agents.values()
        if agent.id in chat.users and chat.users[agent.id].present and agent is not taker
    ]
    for agent in leaving:
        chat.users[agent.id].present = False
    if taker is None and routing.status(organization, group_ids) == routing.FOR_QUEUE:
        routing.enqueue(organization, chat, thread)
    _announce(organization, requester, chat, thread, taker)
    system_message(
        organization,
        chat,
        thread,
        "chat_transferred",
        initiator=requester.name,
        targets=", ".join(names),
    )
    for agent in leaving:
        _announce_leaving(organization, requester, chat, thread, agent)
    if taker is not None:
        routing.add_agent(chat, thread, taker)
        routing.announce_agent(organization, chat, thread, taker, "manual", requester)
    serve_waiting(organization)


def _agent(organization: Organization, agent_id: str) -> Agent:
    agent = organization.agents.get(agent_id)
    if agent is None:
        raise ApiError("not_found", "Agent not found")
    return agent


def _announce(
    organization: Organization, requester: Agent, chat: Chat, thread: Thread, taker: Agent | None
) -> None:
    payload: JSON = {
        "chat_id": chat.id,
        "thread_id": thread.id,
        "requester_id": requester.hash,
        "reason": "manual",
        "transferred_to": {"group_ids": thread.group_ids},
    }
    if thread.queued_at is not None:
        payload["queue"] = CustomerView(organization).queue(chat, thread)
    if taker is not None:
        payload["transferred_to"]["agent_ids"] = [taker.hash]
    organization.push("chat_transferred", payload, chat.customer.id)


def _announce_leaving(
    organization: Organization, requester: Agent, chat: Chat, thread: Thread, agent: Agent
) -> None:
    if chat.users[agent.id].visibility == "all":
        organization.push(
            "user_removed_from_chat",
            {
                "chat_id": chat.id,
                "thread_id": thread.id,
                "user_id": agent.hash,
                "reason": "manual",
                "requester_id": requester.hash,
            },
            chat.customer.id,
        )
