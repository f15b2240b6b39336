"""The control endpoint: ``POST /sandbox/action/<action>``, with an agent's token.

It is the sandbox's own, LiveChat has nothing like it. Requests and errors have the form of the
Agent API's. `show` has the scripted agent show something, whether or not it answers by itself;
`greet` shows a customer a greeting; `disconnect` ends a customer's RTM connections; `configure`
stands for what a company sets in LiveChat's own settings, and for what LiveChat makes of versions,
regions and subscriptions; `peek` for ``incoming_sneak_peek``, which agents hear over an RTM API of
theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from ..actions.registry import Actions, AgentCall
from ..bot import tricks
from ..world import chats, greetings, pushes, sentences
from ..world.errors import ApiError
from ..world.json_schema import BOOL, OBJECT, STR, TEXT, Form, array, obj, one_of
from ..world.model import Target
from ..world.regions import KNOWN
from ..world.sample_organization import FORMS, GREETINGS
from ..world.versions import SERVED

JSON = dict[str, Any]

_DATE = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_DATES = obj(optional=dict.fromkeys(SERVED, _DATE))
_SETTINGS = {
    "enabled_forms": array(one_of(*FORMS), uniqueItems=True),
    "language": one_of(*sentences.languages()),
    "targets": array(obj({"greeting": one_of(*GREETINGS)}, {"url": TEXT, "title": TEXT})),
    "welcome_message": {"type": ["string", "null"]},
    "region": one_of(*KNOWN),
    "subscription_ended": BOOL,
    "refused_versions": array(one_of(*SERVED), uniqueItems=True),
    "legacy": _DATES,
    "deprecation": _DATES,
}
_KEPT_AS: dict[str, Callable[[Any], Any]] = {
    "enabled_forms": set,
    "refused_versions": set,
    "targets": lambda targets: [Target(**target) for target in targets],
}

action: Actions[AgentCall] = Actions(
    {
        "show": Form(obj({"chat_id": STR, "what": one_of(*tricks.NAMES)})),
        "greet": Form(obj({"customer_id": STR, "what": one_of(*GREETINGS)})),
        "disconnect": Form(
            obj({"customer_id": STR, "reason": one_of(*pushes.REASONS)}, {"data": OBJECT})
        ),
        "peek": Form(obj({"chat_id": STR})),
        "configure": Form(obj(optional=_SETTINGS)),
    }
)


@action
def show(call: AgentCall, request: JSON) -> JSON:
    """Show one of `tricks.NAMES` in the active thread, even one that a person has taken over.

    Raises ApiError ``not_found``, ``chat_inactive``, ``validation``.
    """
    chat = chats.find_chat(call.organization, request["chat_id"])
    tricks.show(call.organization, call.state.files, call.base_url, chat, request["what"])
    return {}


@action
def greet(call: AgentCall, request: JSON) -> JSON:
    """Show the customer one of `GREETINGS`. Raises ApiError ``not_found``."""
    customer = call.organization.customers.get(request["customer_id"])
    if customer is None:
        raise ApiError("not_found", "Customer not found")
    greetings.show(call.organization, customer, request["what"])
    return {}


@action
def disconnect(call: AgentCall, request: JSON) -> JSON:
    """End the customer's RTM connections with ``customer_disconnected`` (section 6.5)."""
    payload = {name: value for name, value in request.items() if name != "customer_id"}
    call.organization.push(pushes.DISCONNECTED, payload, request["customer_id"])
    return {}


@action
def peek(call: AgentCall, request: JSON) -> JSON:
    """Return what the customer is writing, as `send_sneak_peek` has shown it.

    Raises ApiError ``not_found``, ``chat_inactive``.
    """
    chat = chats.find_chat(call.organization, request["chat_id"])
    return {"sneak_peek_text": chats.active_thread(chat).sneak_peek}


@action
def configure(call: AgentCall, request: JSON) -> JSON:
    """Replace what is given of these settings of `Organization`; return what is in force."""
    organization = call.organization
    for name, value in request.items():
        setattr(organization, name, _KEPT_AS[name](value) if name in _KEPT_AS else value)
    return {name: _told(getattr(organization, name)) for name in _SETTINGS}


def _told(value: Any) -> Any:
    if isinstance(value, set):
        return sorted(value)
    return [asdict(target) for target in value] if isinstance(value, list) else value
