"""Who takes a chat: group statuses, assignment and the queue (sections 1.6 to 1.8)."""

from __future__ import annotations

from collections.abc import Iterable

from .events import Draft, publish
from .model import Agent, Chat, Membership, Organization, Thread
from .sample_organization import GROUPS
from .views import CustomerView

ONLINE, FOR_QUEUE, OFFLINE = "online", "online_for_queue", "offline"


def agents_of(organization: Organization, group_ids: Iterable[int]) -> list[Agent]:
    """Return the agents of any of the groups; group 0 is everyone."""
    wanted = set(group_ids)
    return [
        agent
        for agent in organization.agents.values()
        if 0 in wanted or wanted.intersection(agent.group_ids)
    ]


def has_room(organization: Organization, agent: Agent) -> bool:
    """Whether the agent takes chats, is not busy and has fewer than the organization's limit."""
    if not agent.accepts_chats or organization.busy_until:
        return False
    limit = organization.chat_limit
    return limit is None or limit > sum(
        thread.assignee == agent.id
        for chat in organization.chats.values()
        if (thread := chat.active_thread) is not None
    )


def status(organization: Organization, group_ids: Iterable[int]) -> str:
    """Return what `list_group_statuses` says of a group, or of several taken together."""
    accepting = [agent for agent in agents_of(organization, group_ids) if agent.accepts_chats]
    if any(has_room(organization, agent) for agent in accepting):
        return ONLINE
    return FOR_QUEUE if accepting else OFFLINE


def online_groups(organization: Organization) -> list[int]:
    """Return the groups that take chats, at once or through the queue."""
    return [group_id for group_id in GROUPS if status(organization, [group_id]) != OFFLINE]


def announce_statuses(organization: Organization) -> None:
    """Push ``groups_status_updated`` for the groups that changed since the last time."""
    now = {group_id: status(organization, [group_id]) for group_id in GROUPS}
    before, organization.group_statuses = organization.group_statuses, now
    changed = [
        {"id": group_id, "status": is_now}
        for group_id, is_now in now.items()
        if before.get(group_id, is_now) != is_now
    ]
    if changed:
        organization.push("groups_status_updated", {"groups": changed})


def pick(organization: Organization, group_ids: Iterable[int]) -> Agent | None:
    """Return the first agent of the groups with room."""
    for agent in agents_of(organization, group_ids):
        if has_room(organization, agent):
            return agent
    return None


def add_agent(chat: Chat, thread: Thread, agent: Agent, visibility: str = "all") -> None:
    """Make the agent a present user of the chat and a user of the thread."""
    membership = chat.users.setdefault(agent.id, Membership(visibility=visibility))
    membership.present, membership.visibility = True, visibility
    if agent.id not in thread.user_ids:
        thread.user_ids.append(agent.id)


def place(organization: Organization, chat: Chat, thread: Thread) -> None:
    """Assign a new thread to an agent, or queue it; with nobody online it stays unassigned."""
    agent = pick(organization, thread.group_ids)
    if agent is not None:
        thread.assignee = agent.id
        add_agent(chat, thread, agent)
    elif status(organization, thread.group_ids) == FOR_QUEUE:
        enqueue(organization, chat, thread)


def enqueue(organization: Organization, chat: Chat, thread: Thread) -> None:
    """Put a thread at the end of the queue."""
    organization.use(chat.customer)
    thread.queued_at = organization.clock.now()
    organization.queue.append(chat)


def dequeue(organization: Organization, chat: Chat, thread: Thread) -> None:
    """Take a thread out of the queue, if it is there, and tell those behind it."""
    if thread.queued_at is None:
        return
    organization.use(chat.customer)
    index = organization.queue.index(chat)
    del organization.queue[index]
    thread.queued_at = None
    announce_places(organization, organization.queue[index:])


def announce_places(organization: Organization, moved: Iterable[Chat]) -> None:
    """Push ``queue_position_updated`` for the chats that have moved up in the queue."""
    view = CustomerView(organization)
    for waiting in moved:
        place_now = view.queue(waiting, waiting.last_thread)
        place_now.pop("queued_at", None)
        organization.push(
            "queue_position_updated",
            {"chat_id": waiting.id, "thread_id": waiting.last_thread.id, "queue": place_now},
            waiting.customer.id,
        )


def serve_waiting(organization: Organization) -> list[tuple[Chat, Thread]]:
    """Assign waiting threads to agents with room: the queue first, then those left unassigned.

    Returns the queued ones that nobody is left to take.
    """
    unassigned = [
        chat
        for chat in organization.chats.values()
        if (thread := chat.active_thread) is not None
        and thread.assignee is None
        and thread.queued_at is None
    ]
    stranded = []
    for chat in [*organization.queue, *unassigned]:
        thread = chat.last_thread
        agent = pick(organization, thread.group_ids)
        if agent is not None:
            dequeue(organization, chat, thread)
            thread.assignee = agent.id
            add_agent(chat, thread, agent)
            _announce_assignment(organization, chat, thread, agent)
            announce_agent(organization, chat, thread, agent, "assigned")
            if thread.first_words is not None:
                said = {"text": thread.first_words}
                publish(organization, chat, thread, Draft("message", agent.id, "all", said))
                thread.first_words = None
        elif thread.queued_at is None:
            if status(organization, thread.group_ids) == FOR_QUEUE:
                enqueue(organization, chat, thread)
                announce_places(organization, [chat])
        elif status(organization, thread.group_ids) == OFFLINE:
            dequeue(organization, chat, thread)
            # A continuous chat goes on without an agent.
            if not thread.properties.get("routing", {}).get("continuous"):
                stranded.append((chat, thread))
    announce_statuses(organization)
    return stranded


def _announce_assignment(
    organization: Organization, chat: Chat, thread: Thread, agent: Agent
) -> None:
    organization.push(
        "chat_transferred",
        {
            "chat_id": chat.id,
            "thread_id": thread.id,
            "reason": "assigned",
            "transferred_to": {"group_ids": thread.group_ids, "agent_ids": [agent.hash]},
        },
        chat.customer.id,
    )


def announce_agent(
    organization: Organization,
    chat: Chat,
    thread: Thread,
    agent: Agent,
    reason: str,
    requester: Agent | None = None,
) -> None:
    """Push ``user_added_to_chat`` for an agent the customer may see."""
    membership = chat.users[agent.id]
    if membership.visibility != "all":
        return
    payload = {
        "chat_id": chat.id,
        "user": CustomerView(organization).agent(agent, membership),
        "reason": reason,
    }
    if thread.active:
        payload["thread_id"] = thread.id
    if requester is not None:
        payload["requester_id"] = requester.hash
    organization.push("user_added_to_chat", payload, chat.customer.id)
