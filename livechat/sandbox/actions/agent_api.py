"""Agent API: the methods of section 8.3."""

from __future__ import annotations

from typing import Any

from ..world import chats, properties, routing
from ..world.errors import ApiError
from ..world.events import Draft, draft, drafts, system_message
from ..world.model import Agent, Chat, Customer
from ..world.views import AgentView, CustomerView
from .customer_chats import store
from .registry import Actions, AgentCall
from .request_schemas import AGENT
from .shared_reads import get_chat as chat_with_thread
from .shared_reads import list_threads as threads_page
from .shared_reads import page_of_chats, sort_chats
from .transfers import transfer

JSON = dict[str, Any]

MAX_ADDED_AGENTS = 4

action: Actions[AgentCall] = Actions(AGENT)


def _check_presence(call: AgentCall, chat: Chat, request: JSON) -> None:
    membership = chat.users.get(call.agent.id)
    present = membership is not None and membership.present
    if not present and not request.get("ignore_requester_presence", False):
        raise ApiError("authorization", "Requester is not present in the chat")


def _agent(call: AgentCall, agent_id: str) -> Agent:
    agent = call.organization.agents.get(agent_id)
    if agent is None:
        raise ApiError("not_found", "Agent not found")
    return agent


@action
def list_chats(call: AgentCall, request: JSON) -> JSON:
    """Summaries of all chats of the organization that pass the filters."""
    page = call.state.pages.cut(
        f"agent/{call.organization.organization_id}/chats",
        request,
        lambda options: sort_chats(_filtered(call, options), options),
        page_of_chats,
    )
    view = AgentView(call.organization, call.version)
    return {
        "chats_summary": [view.summary(chat) for chat in page.items],
        "found_chats": len(_filtered(call, request)),
        **page.links,
    }


def _filtered(call: AgentCall, options: JSON) -> list[Chat]:
    filters = options.get("filters", {})
    found = list(call.organization.chats.values())
    if not filters.get("include_active", True):
        found = [chat for chat in found if chat.active_thread is None]
    if (active := filters.get("active")) is not None:  # from 3.6 on, in its place
        found = [chat for chat in found if chat.last_thread.active is active]
    if "group_ids" in filters:
        wanted = set(filters["group_ids"])
        found = [chat for chat in found if wanted.intersection(chat.group_ids)]
    for namespace, names in filters.get("properties", {}).items():
        for name, rule in names.items():
            found = [chat for chat in found if _passes(chat, namespace, name, rule)]
    return found


def _passes(chat: Chat, namespace: str, name: str, rule: JSON) -> bool:
    values = chat.properties.get(namespace, {})
    return (
        rule.get("exists", name in values) == (name in values)
        and ("values" not in rule or values.get(name) in rule["values"])
        and values.get(name) not in rule.get("exclude_values", [])
    )


@action
def list_threads(call: AgentCall, request: JSON) -> JSON:
    """Threads of a chat with their events. Raises ApiError ``not_found``."""
    chat = chats.find_chat(call.organization, request["chat_id"])
    view = AgentView(call.organization, call.version)
    return threads_page(call.state.pages, view, chat, "agent/threads", request)


@action
def get_chat(call: AgentCall, request: JSON) -> JSON:
    """A chat with one thread, the newest by default. Raises ApiError ``not_found``."""
    chat = chats.find_chat(call.organization, request["chat_id"])
    return chat_with_thread(AgentView(call.organization, call.version), chat, request)


@action
def start_chat(call: AgentCall, request: JSON) -> JSON:
    """Start a chat for one of ``users``, a customer without one.

    The reference would also allow a chat without a customer; in the sandbox every chat has one.
    Raises ApiError ``validation``, ``not_found``, ``chat_limit_reached``, ``group_not_found``.
    """
    spec = request.get("chat", {})
    customers = [user for user in spec.get("users", []) if user["type"] == "customer"]
    if len(customers) != 1:
        raise ApiError("validation", "`chat.users` must name one customer")
    customer = _customer(call, customers[0]["id"])
    if customer.chat is not None:
        raise ApiError("chat_limit_reached")
    group_ids = spec.get("access", {}).get("group_ids", [0])
    continuous = request.get("continuous", False)
    initial = _checked(call, customer, spec, group_ids)
    chat = chats.new_chat(call.organization, customer)
    thread, event_ids = chats.open_thread(
        call.organization,
        call.agent,
        chat,
        spec,
        initial,
        active=request.get("active", True),
        continuous=continuous,
    )
    return {"chat_id": chat.id, "thread_id": thread.id, **_ids(event_ids)}


@action
def resume_chat(call: AgentCall, request: JSON) -> JSON:
    """Open a new thread in a chat.

    Raises ApiError ``not_found``, ``chat_already_active``, ``validation``, ``group_not_found``.
    """
    spec = request["chat"]
    chat = chats.find_chat(call.organization, spec["id"])
    if chat.active_thread is not None:
        raise ApiError("chat_already_active")
    group_ids = spec.get("access", {}).get("group_ids", chat.group_ids)
    initial = _checked(call, chat.customer, spec, group_ids)
    thread, event_ids = chats.open_thread(
        call.organization,
        call.agent,
        chat,
        spec,
        initial,
        active=request.get("active", True),
        continuous=request.get("continuous", chat.properties["routing"]["continuous"]),
    )
    return {"thread_id": thread.id, **_ids(event_ids)}


def _ids(event_ids: list[str]) -> JSON:
    return {"event_ids": event_ids} if event_ids else {}


def _customer(call: AgentCall, customer_id: str) -> Customer:
    customer = call.organization.customers.get(customer_id)
    if customer is None:
        raise ApiError("not_found", "Customer not found")
    return customer


def _checked(call: AgentCall, customer: Customer, spec: JSON, group_ids: list[int]) -> list[Draft]:
    users = spec.get("users", [])
    agents = [user["id"] for user in users if user["type"] == "agent"]
    if len(agents) > MAX_ADDED_AGENTS:
        raise ApiError("validation", f"`chat.users` may add {MAX_ADDED_AGENTS} agents")
    for agent_id in agents:
        _agent(call, agent_id)
    if any(user["type"] == "customer" and user["id"] != customer.id for user in users):
        raise ApiError("validation", "The chat belongs to another customer")
    chats.check_opening(
        call.organization, call.agent, spec, active=True, continuous=True, group_ids=group_ids
    )
    events = spec.get("thread", {}).get("events", [])
    initial = drafts(call.organization, call.state.files, call.agent, events, call.version)
    authors = {None, call.agent.id, *(user["id"] for user in users)}
    if any(event.author_id not in authors for event in initial):
        raise ApiError("validation", "The author of an initial event is not in `chat.users`")
    return initial


@action
def deactivate_chat(call: AgentCall, request: JSON) -> JSON:
    """Close the active thread.

    Raises ApiError ``not_found``, ``chat_inactive``, and ``authorization`` if the caller is not in
    the chat (the reference names no error).
    """
    chat = chats.find_chat(call.organization, request["id"])
    chats.active_thread(chat)
    _check_presence(call, chat, request)
    chats.deactivate(call.organization, chat, call.agent)
    return {}


@action
def transfer_chat(call: AgentCall, request: JSON) -> JSON:
    """Hand the active thread to other agents or groups; errors as in `transfers.transfer`."""
    chat = chats.find_chat(call.organization, request["id"])
    thread = chats.active_thread(chat)
    _check_presence(call, chat, request)
    transfer(
        call.organization,
        call.agent,
        chat,
        thread,
        request.get("target", {"type": "group", "ids": thread.group_ids}),
        ignore_availability=request.get("ignore_agents_availability", False),
    )
    thread.taken_over = True
    return {}


@action
def add_user_to_chat(call: AgentCall, request: JSON) -> JSON:
    """Let an agent join the active thread. A chat has its one customer already.

    Raises ApiError ``not_found``, ``chat_inactive``, ``authorization``, ``validation``.
    """
    chat = chats.find_chat(call.organization, request["chat_id"])
    thread = chats.active_thread(chat)
    if request["user_type"] == "customer":
        raise ApiError("validation", "The chat has a customer already")
    agent = _agent(call, request["user_id"])
    if agent is not call.agent:
        _check_presence(call, chat, request)
    first = not any(
        membership.present
        for user_id, membership in chat.users.items()
        if user_id in call.organization.agents
    )
    routing.add_agent(chat, thread, agent, request["visibility"])
    if thread.assignee is None:
        routing.dequeue(call.organization, chat, thread)
        thread.assignee = agent.id
    routing.announce_agent(call.organization, chat, thread, agent, "manual", call.agent)
    if not first and request["visibility"] == "all":
        if agent is call.agent:
            kind, text_vars = "agent_joined", {"agent": agent.name}
        else:
            kind = "agent_added"
            text_vars = {"initiator": call.agent.name, "agent": agent.name}
        system_message(call.organization, chat, thread, kind, **text_vars)
    return {}


@action
def send_event(call: AgentCall, request: JSON) -> JSON:
    """Send an event into the active thread.

    An agent who has not joined may write, too (D32). Raises ApiError ``not_found``,
    ``chat_inactive``, ``validation``.
    """
    chat = chats.find_chat(call.organization, request["chat_id"])
    thread = chats.active_thread(chat)
    event = draft(
        call.organization, call.state.files, call.agent, request["event"], version=call.version
    )
    membership = chat.users.get(call.agent.id)
    if membership is not None and membership.visibility == "agents" and event.visibility == "all":
        raise ApiError("validation", "Only agents see you: your events must be for agents, too")
    thread.taken_over = True
    return {"event_id": chats.send(call.organization, call.agent, chat, event).id}


@action
def upload_file(call: AgentCall, request: JSON) -> JSON:
    """Store a file for 24 hours; errors as in `files.Files.add`."""
    return store(call.state.files, call.organization.organization_id, call.base_url, request)


@action
def update_thread_properties(call: AgentCall, request: JSON) -> JSON:
    """Set properties of a thread. Raises ApiError ``not_found``, ``validation``."""
    chat = chats.find_chat(call.organization, request["chat_id"])
    thread = chats.find_thread(chat, request["thread_id"])
    changes = request["properties"]
    properties.check(changes, "thread", call.organization.client_id, by_agent=True)
    grown = properties.update(thread.properties, changes)
    call.organization.ledger.grow(chat.customer.id, grown)
    if shown := CustomerView(call.organization).properties(changes, "thread"):
        payload = {"chat_id": chat.id, "thread_id": thread.id, "properties": shown}
        call.organization.push("thread_properties_updated", payload, chat.customer.id)
    return {}


@action
def mark_events_as_seen(call: AgentCall, request: JSON) -> JSON:
    """Move the agent's ``events_seen_up_to``. Raises ApiError ``not_found``."""
    chat = chats.find_chat(call.organization, request["chat_id"])
    chats.mark_seen(call.organization, chat, call.agent, request["seen_up_to"])
    return {}


@action
def send_typing_indicator(call: AgentCall, request: JSON) -> JSON:
    """Show the customer that the agent is typing. Raises ApiError ``not_found``."""
    chat = chats.find_chat(call.organization, request["chat_id"])
    thread = chats.active_thread(chat)
    if request.get("visibility", "all") == "all":
        chats.show_typing(call.organization, chat, thread, call.agent, request["is_typing"])
    return {}


@action
def send_thinking_indicator(call: AgentCall, request: JSON) -> JSON:
    """Show the customer that an answer is being prepared.

    Raises ApiError ``not_found``, ``chat_inactive``.
    """
    chat = chats.find_chat(call.organization, request["chat_id"])
    thread = chats.active_thread(chat)
    chats.show_thinking(call.organization, chat, thread, call.agent, request)
    return {}


@action
def send_event_preview(call: AgentCall, request: JSON) -> JSON:
    """Show the customer a message that is still being written; no thread keeps it.

    Raises ApiError ``not_found``, ``chat_inactive``, ``authorization`` if the caller is not in the
    chat (the reference names no error), ``validation`` for what is no message for customers.
    """
    chat = chats.find_chat(call.organization, request["chat_id"])
    thread = chats.active_thread(chat)
    _check_presence(call, chat, request)
    if request["event"].get("type") != "message":
        raise ApiError("validation", "Only messages have a preview")
    event = draft(call.organization, call.state.files, call.agent, request["event"])
    if event.visibility != "all":
        raise ApiError("validation", "Only the customer is shown a preview")
    chats.show_preview(call.organization, chat, thread, call.agent, event)
    return {}


@action
def set_routing_status(call: AgentCall, request: JSON) -> JSON:
    """Start or stop accepting chats. Raises ApiError ``not_found``."""
    agent = _agent(call, request["agent_id"]) if "agent_id" in request else call.agent
    routing.announce_statuses(call.organization)
    agent.routing_status, agent.back_at = request["status"], None
    chats.serve_waiting(call.organization)
    return {}


@action
def ban_customer(call: AgentCall, request: JSON) -> JSON:
    """Ban a customer for some days. Raises ApiError ``not_found``."""
    customer = _customer(call, request["id"])
    chats.ban(call.organization, call.agent, customer, request["ban"]["days"])
    return {}
