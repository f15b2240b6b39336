"""All the sandbox knows: the organizations, the tokens and the files, within bounded memory."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .clock import Clock
from .errors import ApiError
from .files import Files
from .lru import Lru
from .model import Agent, Customer, Organization, Push
from .pagination import Pages
from .regions import FIRST
from .sample_organization import new_agents

# Stable, so that a .env made of the printed lines stays valid from run to run.
CLIENT_ID = "5a2d0c1e9b7f4c3d8e6a1b0c9d8e7f60"
DEFAULT_ORGANIZATION_ID = "0b6f3c52-9d1e-4a87-b5c4-7e2f1a3d9c08"
DEFAULT_AGENT_TOKEN = "dal:agent-sandbox-default-0b6f3c52"

MAX_ORGANIZATIONS = 1_000
"""One per visitor of a hosted demo; the ones used least recently are dropped beyond it."""

MAX_CUSTOMER_BYTES = 256 * 1024 * 1024
"""Of all customers with their chats, roughly; the ones used least recently are dropped beyond."""

MAX_TOKENS = 100_000

TOKEN_LIFETIME = timedelta(seconds=28_800)
TRANSFER_LIFETIME = timedelta(seconds=3_600)


@dataclass(frozen=True, slots=True)
class Token:
    """A customer access token."""

    text: str
    organization: Organization
    customer_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Transfer:
    """An identity transfer token (section 2.6)."""

    organization: Organization
    customer_id: str
    expires_at: datetime
    challenge: str | None
    method: str


class State:
    """The root of all state. Used in the event loop's thread only."""

    def __init__(
        self,
        clock: Clock,
        redirect_uris: Sequence[str] | None = None,
        region: str = FIRST,
        refused_versions: Iterable[str] = (),
    ) -> None:
        """Start with the default organization only.

        ``redirect_uris``: those of the app; None accepts any http(s) address. ``region`` and
        ``refused_versions`` are those of every new organization.
        """
        self.clock = clock
        self.redirect_uris = redirect_uris
        self.region = region
        self.refused_versions = frozenset(refused_versions)
        self.listeners: list[Callable[[Push], None]] = []
        self.keep: Callable[[], None] = lambda: None
        """Has what changed kept. Called before anybody is told of it; may raise ApiError."""
        self.reset()

    def reset(self) -> None:
        """Forget everything but the listeners; the default organization starts anew."""
        self.files = Files(self.clock)
        self.tokens: Lru[str, Token] = Lru(MAX_TOKENS)
        self.transfers: Lru[str, Transfer] = Lru(MAX_TOKENS)
        self.customers: Lru[str, Organization] = Lru(
            MAX_CUSTOMER_BYTES, on_evict=lambda key, owner: owner.forget_customer(key)
        )
        self.lodged: Lru[str, Organization] = Lru(
            MAX_ORGANIZATIONS, on_evict=lambda _key, organization: self._forget(organization)
        )
        self._agent_tokens: dict[str, Organization] = {}
        self.sign_with(secrets.token_bytes(32))
        self.default = self._new_organization(DEFAULT_ORGANIZATION_ID, DEFAULT_AGENT_TOKEN)

    def _new_organization(
        self, organization_id: str, agent_token: str | None = None
    ) -> Organization:
        organization = Organization(
            organization_id=organization_id,
            license_id=secrets.randbelow(90_000_000) + 10_000_000,
            agents=new_agents(agent_token),
            clock=self.clock,
            ledger=self.customers,
            listeners=self.listeners,
            client_id=CLIENT_ID,
            region=self.region,
            refused_versions=set(self.refused_versions),
        )
        self.know_agents(organization)
        return organization

    def know_agents(self, organization: Organization) -> None:
        """Take the tokens of its agents from now on."""
        for agent in organization.agents.values():
            self._agent_tokens[agent.token] = organization

    def sign_with(self, key: bytes) -> None:
        """Know customers by what is signed with ``key``, and pages of lists."""
        self.signing_key = key
        self.pages = Pages(self.clock, key)

    def restored(self, organization: Organization, *, is_default: bool) -> None:
        """Have an organization that was there before."""
        if is_default:
            self._agent_tokens.clear()
            self.default = organization
        else:
            self.lodged.put(organization.organization_id, organization)
        self.know_agents(organization)

    def _forget(self, organization: Organization) -> None:
        for agent in organization.agents.values():
            del self._agent_tokens[agent.token]
        for customer_id in list(organization.customers):
            self.customers.pop(customer_id)
            organization.forget_customer(customer_id)

    def organizations(self) -> list[Organization]:
        """Return all organizations."""
        return [self.default, *self.lodged.values()]

    def organization(self, organization_id: str) -> Organization | None:
        """Return an organization, and mark it as used."""
        if organization_id == self.default.organization_id:
            return self.default
        return self.lodged.get(organization_id)

    def lodge(self, organization_id: str | None) -> Organization:
        """Return the organization of that id, or else a new one with an id of its own."""
        known = self.organization(organization_id) if organization_id is not None else None
        if known is not None:
            return known
        organization = self._new_organization(str(uuid.uuid4()))
        self.lodged.put(organization.organization_id, organization)
        return organization

    def agent(self, token: str) -> tuple[Organization, Agent]:
        """Return whose agent access token it is. Raises ApiError ``authentication``."""
        organization = self._agent_tokens.get(token)
        if organization is None:
            raise ApiError("authentication", "Invalid access token")
        self.organization(organization.organization_id)
        agents = organization.agents.values()
        return organization, next(agent for agent in agents if agent.token == token)

    def secret(self, organization: Organization, customer_id: str) -> str:
        """Return the value of ``__lc_cst`` that belongs to a customer.

        It is computed, not stored: a customer dropped from memory is still recognised.
        """
        message = f"{organization.organization_id}/{customer_id}".encode()
        return hmac.new(self.signing_key, message, hashlib.sha256).hexdigest()

    def customer(self, organization: Organization, customer_id: str) -> Customer:
        """Return a customer who has proved to be one, even if dropped from memory meanwhile."""
        customer = organization.customers.get(customer_id)
        if customer is None:
            customer = organization.add_customer(customer_id)
        self.customers.get(customer_id)
        return customer

    def issue(self, organization: Organization, customer: Customer, seconds: int | None) -> Token:
        """Issue an access token; ``seconds`` may shorten its life."""
        lifetime = TOKEN_LIFETIME
        if seconds is not None:
            lifetime = min(lifetime, timedelta(seconds=seconds))
        token = Token(
            text=f"{organization.region}:{secrets.token_urlsafe(32)}",
            organization=organization,
            customer_id=customer.id,
            expires_at=self.clock.now() + lifetime,
        )
        self.tokens.put(token.text, token)
        return token

    def token(self, text: str) -> Token:
        """Return a customer access token that is in force. Raises ApiError ``authentication``."""
        token = self.tokens.get(text)
        if (
            token is None
            or token.expires_at <= self.clock.now()
            or self.organization(token.organization.organization_id) is not token.organization
        ):
            raise ApiError("authentication", "Invalid access token")
        return token
