"""Actions as data: a function, and the form its request must have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ..world.errors import ApiError
from ..world.json_schema import Form
from ..world.model import Agent, Customer, Organization
from ..world.state import State
from ..world.versions import has

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """The one part of a multipart request; in the payload of `upload_file` as ``file``."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """Where a request arrived."""

    state: State
    organization: Organization
    base_url: str
    """Of the sandbox, as the caller knows it, without a slash at the end."""
    version: str
    """Of the API."""


@dataclass(frozen=True, slots=True)
class CustomerCall(Call):
    """A request of the Customer API by a customer."""

    customer: Customer


@dataclass(frozen=True, slots=True)
class AgentCall(Call):
    """A request of the Agent API."""

    agent: Agent


def customer_call(
    state: State, organization: Organization, base_url: str, version: str, bearer: str
) -> CustomerCall:
    """Return the call of the customer a token is for.

    Raises ApiError ``authentication``, ``customer_banned``.
    """
    token = state.token(bearer)
    if token.organization is not organization:
        raise ApiError("authentication", "Invalid access token")
    customer = state.customer(organization, token.customer_id)
    if customer.banned_until is not None and customer.banned_until > state.clock.now():
        raise ApiError("customer_banned")
    return CustomerCall(state, organization, base_url, version, customer)


C = TypeVar("C")
Handler = Callable[[C, JSON], JSON]


@dataclass(frozen=True, slots=True)
class Action(Generic[C]):
    """One method of an API."""

    run: Handler[C]
    form: Form


class Actions(Generic[C]):
    """The methods of an API by name; a decorator that registers a function under its name."""

    def __init__(self, forms: dict[str, Form]) -> None:
        """Start with no functions; each must have a form in ``forms``, which knows since when."""
        self._forms = forms
        self._actions: dict[str, Action[C]] = {}

    def __call__(self, run: Handler[C]) -> Handler[C]:
        """Register ``run``."""
        self._actions[run.__name__] = Action(run, self._forms[run.__name__])
        return run

    def get(self, name: str, version: str) -> Action[C] | None:
        """Return an action, or None if that version of the API has none of that name."""
        action = self._actions.get(name)
        return action if action is not None and has(version, action.form.since) else None
