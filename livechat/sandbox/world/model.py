"""The state: organizations, agents, customers, chats, threads, events (sections 1 and 4).

Users are referred to by their Agent API id everywhere (an agent's e-mail address, a customer's
uuid); only the customer's view replaces agents' ids by their hashes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from . import sentences
from .clock import Clock, to_text
from .lru import Lru
from .regions import FIRST

JSON = dict[str, Any]

MAX_EVENTS_PER_CHAT = 20_000
"""Older events of a chat are dropped. Some 20 MB for one chat of ordinary messages."""

_EVENT_OVERHEAD = 1_000  # bytes: what an event costs besides its content, measured roughly
_CUSTOMER_OVERHEAD = 5_000


def size_of(value: JSON) -> int:
    """Return the memory a JSON object takes, in bytes, roughly."""
    return len(json.dumps(value))


@dataclass(slots=True, eq=False)
class Agent:
    """A person of the organization who can take chats."""

    id: str
    """E-mail address: the Agent API's id."""
    hash: str
    """The opaque id customers see."""
    account_id: str
    token: str
    name: str
    job_title: str
    avatar: str
    group_ids: tuple[int, ...]
    routing_status: str
    back_at: datetime | None = None
    """When they accept chats again by themselves."""

    @property
    def first_name(self) -> str:
        """The name the scripted agent uses."""
        return self.name.partition(" ")[0]

    @property
    def accepts_chats(self) -> bool:
        """Whether chats may be assigned to the agent."""
        return self.routing_status == "accepting_chats"


@dataclass(slots=True, eq=False)
class Greeting:
    """A greeting shown to a customer."""

    id: int
    unique_id: str
    shown_at: datetime
    agent_id: str
    content: JSON
    """The event, without what LiveChat adds."""
    accepted: bool = False
    clicked: list[str] = field(default_factory=list)
    """The ids of buttons, in the order in which they were clicked."""


@dataclass(frozen=True, slots=True)
class WelcomeMessage:
    """What a customer was told to begin with; the author is an agent's hash."""

    id: str
    sent_at: datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where a greeting is shown: on pages whose address and title have these parts in them."""

    greeting: str
    """Its name in `sample_organization.GREETINGS`."""
    url: str = ""
    title: str = ""


@dataclass(slots=True, eq=False)
class Customer:
    """A visitor; owns at most one chat."""

    id: str
    created_at: datetime
    last_visit: datetime
    name: str | None = None
    email: str | None = None
    avatar: str | None = None
    session_fields: dict[str, str] = field(default_factory=dict)
    language: str = sentences.ENGLISH
    """In which they are spoken to."""
    phone_number: str | None = None
    address: dict[str, str] = field(default_factory=dict)
    omnichannel: JSON = field(default_factory=dict)
    """As it was sent; answers have another form of it."""
    banned_until: datetime | None = None
    visits_count: int = 0
    group_ids: list[int] = field(default_factory=lambda: [0])
    """By the page they are on."""
    page_changes_count: int = 0
    """Pages seen during visits besides each one's first."""
    greetings_shown_count: int = 0
    greetings_accepted_count: int = 0
    greeting: Greeting | None = None
    greeted: set[str] = field(default_factory=set)
    """The targeted greetings that were shown."""
    welcome: WelcomeMessage | None = None
    chat: Chat | None = None

    @property
    def display_name(self) -> str:
        """The name system messages use."""
        return self.name or "Customer"


@dataclass(slots=True, eq=False)
class Event:
    """One item of a thread; ``content`` holds the fields of its type (section 4.2)."""

    id: str
    type: str
    created_at: datetime
    author_id: str | None
    visibility: str
    """``all``, or ``agents``: then no customer ever sees it."""
    content: JSON
    custom_id: str | None = None
    properties: JSON = field(default_factory=dict)
    deleted: bool = False
    """Taken back (v3.6): agents see that there was something, customers nothing."""
    is_kept: bool = False
    """Whether the state's file has it as it is here."""

    @property
    def is_for_customers(self) -> bool:
        """Whether the Customer API shows it."""
        return self.visibility == "all" and not self.deleted

    @property
    def weight(self) -> int:
        """The memory it takes, in bytes, roughly."""
        return _EVENT_OVERHEAD + size_of(self.content) + size_of(self.properties)


@dataclass(slots=True, eq=False)
class Thread:
    """One session of a chat."""

    id: str
    created_at: datetime
    last_activity: datetime
    active: bool
    group_ids: list[int]
    properties: JSON
    user_ids: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    events_count: int = 0
    """Events ever added, for their ids."""
    assignee: str | None = None
    """The agent it is routed to."""
    queued_at: datetime | None = None
    taken_over: bool = False
    """Someone has acted here through the Agent API: the scripted agent keeps out."""
    first_words: str | None = None
    """What the agent who takes it from the queue says to begin with."""
    sneak_peek: str = ""
    """What the customer is writing, as far as they have shown it."""
    is_kept: bool = False
    """Whether the state's file has it as it is here; the newest one is looked at anyway."""


@dataclass(slots=True, eq=False)
class Membership:
    """One user's part in a chat."""

    present: bool = True
    visibility: str = "all"
    events_seen_up_to: datetime | None = None


@dataclass(slots=True, eq=False)
class Chat:
    """The whole conversation of one customer, as a list of threads, oldest first."""

    id: str
    customer: Customer
    group_ids: list[int]
    properties: JSON
    users: dict[str, Membership] = field(default_factory=dict)
    threads: list[Thread] = field(default_factory=list)

    @property
    def last_thread(self) -> Thread:
        """The newest thread; there is always one."""
        return self.threads[-1]

    @property
    def active_thread(self) -> Thread | None:
        """The open thread, which can only be the newest one."""
        return self.last_thread if self.last_thread.active else None

    def trim(self) -> int:
        """Drop the oldest events beyond the limit; return the bytes that gave back."""
        freed = 0
        # A thread counts too, or empty ones could pile up.
        excess = sum(1 + len(thread.events) for thread in self.threads) - MAX_EVENTS_PER_CHAT
        while excess > 0:
            oldest = self.threads[0]
            dropped, oldest.events = oldest.events[:excess], oldest.events[excess:]
            freed += sum(event.weight for event in dropped)
            excess -= len(dropped)
            if not oldest.events and len(self.threads) > 1:
                del self.threads[0]
                freed += _EVENT_OVERHEAD + size_of(oldest.properties)
                excess -= 1
        return freed


@dataclass(frozen=True, slots=True)
class Push:
    """Something RTM tells the customers (section 6.4), in the customer's view."""

    organization: Organization
    customer_id: str | None
    """Whom it is for; None: every customer of the organization."""
    action: str
    payload: JSON
    token: str | None = None
    """Only connections that logged in with this token."""
    later: JSON = field(default_factory=dict)
    """What it says besides from version 3.6 on."""


@dataclass(slots=True, eq=False)
class Organization:
    """A LiveChat license: a tenant of the sandbox, wholly apart from all others.

    A test may set what stands below ``chats`` at any time, but for ``queue``.
    """

    organization_id: str
    license_id: int
    agents: dict[str, Agent]
    """By e-mail address; the first one is the owner of ``agent_token``."""
    clock: Clock
    ledger: Lru[str, Organization]
    """Weighs what each customer takes, over all organizations."""
    listeners: list[Callable[[Push], None]]
    client_id: str
    group_statuses: dict[int, str] = field(default_factory=dict)
    """As last announced to customers."""
    customers: dict[str, Customer] = field(default_factory=dict)
    chats: dict[str, Chat] = field(default_factory=dict)
    queue: list[Chat] = field(default_factory=list)
    """Chats waiting for an agent with room, in order of arrival."""
    chat_limit: int | None = None
    """Chats an agent takes at a time; None: any number."""
    busy_until: list[datetime] = field(default_factory=list)
    """When agents who are busy with chats of people not in the sandbox get free, in order.

    Each time but the last somebody who came before takes the place: until then nobody has room.
    """
    inactivity_seconds: float = 1800.0
    enabled_forms: set[str] = field(default_factory=set)
    """Of ``prechat``, ``postchat``, ``ticket``."""
    targets: list[Target] = field(default_factory=list)
    """Of greetings; the first one counts that applies."""
    welcome_message: str | None = None
    """What is said to customers who ask for it; None: nothing."""
    language: str = "en"
    """Of the phrases; one of `sentences.languages()`."""
    region: str = FIRST
    """The only one where its customers are answered; where it begins, tokens begin with it."""
    subscription_ended: bool = False
    """Then all that is answered is that it is so."""
    refused_versions: set[str] = field(default_factory=set)
    """Those that have been shut down."""
    legacy: dict[str, str] = field(default_factory=dict)
    """The date that answers of a version have in the header ``Legacy``."""
    deprecation: dict[str, str] = field(default_factory=dict)
    """The date that answers of a version have in the header ``Deprecation``."""
    page_groups: dict[str, list[int]] = field(default_factory=dict)
    """The customer's groups on pages in whose address this occurs; elsewhere the default one."""

    @property
    def agent_token(self) -> str:
        """Access token of the first agent, for ``Authorization: Bearer``."""
        return next(iter(self.agents.values())).token

    def add_customer(self, customer_id: str) -> Customer:
        """Create a customer."""
        now = self.clock.now()
        customer = Customer(id=customer_id, created_at=now, last_visit=now)
        self.admit(customer)
        return customer

    def admit(self, customer: Customer) -> None:
        """Have a customer, as yet without a chat."""
        self.customers[customer.id] = customer
        self.ledger.put(customer.id, self, _CUSTOMER_OVERHEAD)

    def forget_customer(self, customer_id: str) -> None:
        """Drop a customer and the chat from memory."""
        customer = self.customers.pop(customer_id)
        if customer.chat is not None:
            del self.chats[customer.chat.id]
            if customer.chat in self.queue:
                self.queue.remove(customer.chat)

    def add_thread(self, chat: Chat, thread: Thread) -> None:
        """Append a thread to a chat, within the bounds of memory."""
        if chat.threads:
            chat.last_thread.is_kept = False
        chat.threads.append(thread)
        weight = _EVENT_OVERHEAD + size_of(thread.properties)
        self.ledger.grow(chat.customer.id, weight - chat.trim())

    def add_event(self, chat: Chat, thread: Thread, event: Event) -> None:
        """Append an event to a thread, within the bounds of memory."""
        thread.events.append(event)
        thread.last_activity = event.created_at
        self.ledger.grow(chat.customer.id, event.weight - chat.trim())

    def use(self, customer: Customer) -> None:
        """Mark a customer, who may be about to change with the chat, as used."""
        self.ledger.get(customer.id)

    def push(
        self,
        action: str,
        payload: JSON,
        customer_id: str | None = None,
        token: str | None = None,
        later: JSON | None = None,
    ) -> None:
        """Tell the listeners of a push."""
        if customer_id in self.customers:
            self.use(self.customers[customer_id])
        push = Push(self, customer_id, action, payload, token, later or {})
        for listener in tuple(self.listeners):
            listener(push)


def with_time(fields: JSON, name: str, moment: datetime | None) -> JSON:
    """Add an optional time to a JSON object."""
    if moment is not None:
        fields[name] = to_text(moment)
    return fields
