"""The control endpoint: ``POST /sandbox/action/<action>``, with an agent's token.

It is the sandbox's own, LiveChat has nothing like it. Requests and errors have the form of the
Agent API's. `show` has the scripted agent show something, whether or not it answers by itself;
`disconnect` ends a customer's RTM connections; `configure` stands for what a company sets in
LiveChat's own settings.
"""

from __future__ import annotations

from typing import Any

from ..actions.registry import Actions, AgentCall
from ..bot import tricks
from ..world import chats, pushes
from ..world.json_schema import OBJECT, STR, Form, array, obj, one_of
from ..world.localization import PHRASES
from ..world.sample_organization import FORMS

JSON = dict[str, Any]

action: Actions[AgentCall] = Actions(
    {
        "show": Form(obj({"chat_id": STR, "what": one_of(*tricks.NAMES)})),
        "disconnect": Form(
            obj({"customer_id": STR, "reason": one_of(*pushes.REASONS)}, {"data": OBJECT})
        ),
        "configure": Form(
            obj(
                optional={
                    "enabled_forms": array(one_of(*FORMS), uniqueItems=True),
                    "language": one_of(*PHRASES),
                }
            )
        ),
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
def disconnect(call: AgentCall, request: JSON) -> JSON:
    """End the customer's RTM connections with ``customer_disconnected`` (section 6.5)."""
    payload = {name: value for name, value in request.items() if name != "customer_id"}
    call.organization.push(pushes.DISCONNECTED, payload, request["customer_id"])
    return {}


@action
def configure(call: AgentCall, request: JSON) -> JSON:
    """Replace what is given of the enabled forms and the language; return what is in force."""
    organization = call.organization
    organization.enabled_forms = set(request.get("enabled_forms", organization.enabled_forms))
    organization.language = request.get("language", organization.language)
    return {
        "enabled_forms": sorted(organization.enabled_forms),
        "language": organization.language,
    }
