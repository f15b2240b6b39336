"""The JSON of users, events, threads and chats as customers and agents see it (4 and 8.2)."""

from __future__ import annotations

from typing import Any

from . import properties
from .clock import to_text
from .model import Agent, Chat, Customer, Event, Membership, Organization, Thread, with_time
from .versions import OLDEST, has

JSON = dict[str, Any]

WAIT_PER_POSITION = 60  # seconds of `queue.wait_time` per place; LiveChat estimates it from history


class _View:
    """What both sides see alike."""

    for_agents: bool

    def __init__(self, organization: Organization, version: str = OLDEST) -> None:
        """Look at one organization as that version does; the oldest shows what all have."""
        self.organization = organization
        self.version = version

    def user_id(self, user_id: str) -> str:
        """The id this side knows a user by."""
        raise NotImplementedError

    def agent(self, agent: Agent, membership: Membership) -> JSON:
        """An agent as a user of a chat."""
        raise NotImplementedError

    def customer(self, customer: Customer, membership: Membership) -> JSON:
        """The customer as a user of a chat."""
        user = {"id": customer.id, "type": "customer", **customer_fields(customer, self.version)}
        user["email_verified"] = False
        user["present"] = membership.present
        return with_time(user, "events_seen_up_to", membership.events_seen_up_to)

    def properties(self, values: JSON, where: str) -> JSON:
        """The properties this side may read."""
        raise NotImplementedError

    def sees(self, visibility: str) -> bool:
        """Whether this side sees a user of that visibility."""
        return self.for_agents or visibility == "all"

    def sees_event(self, event: Event) -> bool:
        """Whether this side sees an event."""
        return self.for_agents or event.is_for_customers

    def users(self, chat: Chat) -> list[JSON]:
        """All users of a chat."""
        agents = self.organization.agents
        return [
            self.agent(agents[user_id], membership)
            if user_id in agents
            else self.customer(chat.customer, membership)
            for user_id, membership in chat.users.items()
            if self.sees(membership.visibility)
        ]

    def event(self, event: Event) -> JSON:
        """An event, with the fields of its type."""
        view: JSON = {
            "id": event.id,
            "created_at": to_text(event.created_at),
            "type": event.type,
            **event.content,
        }
        if event.custom_id is not None:
            view["custom_id"] = event.custom_id
        if event.author_id is not None:
            view["author_id"] = self.user_id(event.author_id)
        if shown := self.properties(event.properties, "event"):
            view["properties"] = shown
        if self.for_agents:
            view["visibility"] = event.visibility
        return view

    def events(self, thread: Thread) -> list[JSON]:
        """The events of a thread, oldest first."""
        return [self.event(event) for event in thread.events if self.sees_event(event)]

    def thread(self, chat: Chat, thread: Thread) -> JSON:
        """A thread with its events (section 4.7)."""
        view = self.thread_head(chat, thread)
        view["events"] = self.events(thread)
        index = chat.threads.index(thread)
        if index > 0:
            view["previous_thread_id"] = chat.threads[index - 1].id
        if index + 1 < len(chat.threads):
            view["next_thread_id"] = chat.threads[index + 1].id
        return view

    def thread_head(self, chat: Chat, thread: Thread) -> JSON:
        """What is known of a thread without its events."""
        view: JSON = {
            "id": thread.id,
            "created_at": to_text(thread.created_at),
            "active": thread.active,
            "user_ids": [
                self.user_id(user_id)
                for user_id in thread.user_ids
                if self.sees(chat.users[user_id].visibility)
            ],
            "access": {"group_ids": thread.group_ids},
            "properties": self.properties(thread.properties, "thread"),
        }
        if thread.queued_at is not None:
            view["queue"] = self.queue(chat, thread)
        return view

    def queue(self, chat: Chat, thread: Thread) -> JSON:
        """The place of a queued thread."""
        ahead = max(len(self.organization.busy_until) - 1, 0)
        position = ahead + self.organization.queue.index(chat) + 1
        queue: JSON = {"position": position, "wait_time": position * WAIT_PER_POSITION}
        return with_time(queue, "queued_at", thread.queued_at)

    def chat(self, chat: Chat, thread: Thread) -> JSON:
        """A chat with one thread (section 4.5)."""
        return {
            "id": chat.id,
            "users": self.users(chat),
            "thread": self.thread(chat, thread),
            "access": {"group_ids": chat.group_ids},
            "properties": self.properties(chat.properties, "chat"),
        }

    def summary(self, chat: Chat) -> JSON:
        """What both kinds of chat summary share (section 4.6)."""
        last: JSON = {}
        for thread in reversed(chat.threads):
            for event in reversed(thread.events):
                if event.type not in last and self.sees_event(event):
                    last[event.type] = {
                        "thread_id": thread.id,
                        "thread_created_at": to_text(thread.created_at),
                        "event": self.event(event),
                    }
        return {
            "id": chat.id,
            "last_event_per_type": last,
            "users": self.users(chat),
            "access": {"group_ids": chat.group_ids},
            "properties": self.properties(chat.properties, "chat"),
        }


class CustomerView(_View):
    """As the Customer API shows it: nothing meant for agents, and agents by their hash."""

    for_agents = False

    def user_id(self, user_id: str) -> str:
        """An agent's hash, or the customer's id."""
        agent = self.organization.agents.get(user_id)
        return agent.hash if agent is not None else user_id

    def agent(self, agent: Agent, membership: Membership) -> JSON:
        """An agent by the hash, with job title (section 4.4)."""
        user: JSON = {"id": agent.hash, "type": "agent", **agent_fields(agent)}
        user["present"] = membership.present
        return with_time(user, "events_seen_up_to", membership.events_seen_up_to)

    def properties(self, values: JSON, where: str) -> JSON:
        """Those a customer may read."""
        return properties.readable(values, where, self.organization.client_id)

    def summary(self, chat: Chat) -> JSON:
        """The summary of `list_chats`."""
        last = chat.last_thread
        return {
            **super().summary(chat),
            "active": last.active,
            "last_thread_id": last.id,
            "last_thread_created_at": to_text(last.created_at),
        }


class AgentView(_View):
    """As the Agent API shows it."""

    for_agents = True

    def user_id(self, user_id: str) -> str:
        """E-mail address or customer id, as stored."""
        return user_id

    def agent(self, agent: Agent, membership: Membership) -> JSON:
        """An agent by e-mail address, with visibility."""
        user: JSON = {
            "id": agent.id,
            "type": "agent",
            "name": agent.name,
            "email": agent.id,
            "avatar": agent.avatar,
            "present": membership.present,
            "visibility": membership.visibility,
        }
        return with_time(user, "events_seen_up_to", membership.events_seen_up_to)

    def customer(self, customer: Customer, membership: Membership) -> JSON:
        """The customer, with visits and statistics."""
        later = has(self.version, "3.6")
        return {
            **super().customer(customer, membership),
            "created_at": to_text(customer.created_at),
            "visit" if later else "last_visit": {"started_at": to_text(customer.last_visit)},
            "statistics": statistics(customer) | ({"tickets_count": 0} if later else {}),
        }

    def properties(self, values: JSON, where: str) -> JSON:
        """All of them."""
        return values

    def event(self, event: Event) -> JSON:
        """An event; of one that was deleted what an agent of the role ``normal`` sees (v3.6)."""
        view = super().event(event)
        if not event.deleted:
            return view
        kept = ("id", "created_at", "type", "visibility", "author_id", "custom_id")
        return {name: view[name] for name in kept if name in view} | {"deleted": True}

    def chat(self, chat: Chat, thread: Thread) -> JSON:
        """A chat; following chats is not part of the subset."""
        return {**super().chat(chat, thread), "is_followed": False}

    def summary(self, chat: Chat) -> JSON:
        """The summary of the agents' `list_chats`."""
        return {
            **super().summary(chat),
            "is_followed": False,
            "last_thread_summary": self.thread_head(chat, chat.last_thread),
        }


def agent_fields(agent: Agent) -> JSON:
    """What customers may know of an agent besides the id."""
    return {"name": agent.name, "avatar": agent.avatar, "job_title": agent.job_title}


def customer_fields(customer: Customer, version: str) -> JSON:
    """The customer's own details that a version knows; those not given are left out."""
    fields: JSON = {
        name: value
        for name in ("name", "email", "avatar")
        if (value := getattr(customer, name)) is not None
    }
    if customer.session_fields:
        fields["session_fields"] = [{key: value} for key, value in customer.session_fields.items()]
    return fields | _later_fields(customer) if has(version, "3.6") else fields


# What answers call the fields of a request's ``omnichannel.fbmessenger`` (livechat-api-v36, 1.5).
_FB_MESSENGER = {
    "id": "ID",
    "name": "Name",
    "first_name": "FirstName",
    "last_name": "LastName",
    "profile_pic": "ProfilePicURL",
    "gender": "Gender",
    "locale": "Locale",
    "is_verified_user": "IsVerifiedUser",
}


def _later_fields(customer: Customer) -> JSON:
    fields: JSON = {
        name: value for name in ("phone_number", "address") if (value := getattr(customer, name))
    }
    elsewhere: JSON = {}
    if messenger := customer.omnichannel.get("fbmessenger"):
        elsewhere["fb_messenger"] = [
            {_FB_MESSENGER[name]: value for name, value in messenger.items()}
        ]
    if twilio := customer.omnichannel.get("twilio"):
        elsewhere["twilio"] = [{twilio["phone_number"]: {"phone_number": twilio["phone_number"]}}]
    return fields | {"omnichannel": elsewhere} if elsewhere else fields


def statistics(customer: Customer) -> JSON:
    """The counters of section 4.4. A visit is a token; its other pages come by RTM."""
    return {
        "chats_count": int(customer.chat is not None),
        "threads_count": len(customer.chat.threads) if customer.chat is not None else 0,
        "visits_count": customer.visits_count,
        "page_views_count": customer.visits_count + customer.page_changes_count,
        "greetings_shown_count": customer.greetings_shown_count,
        "greetings_accepted_count": customer.greetings_accepted_count,
    }
