"""Customer API: the customer, configuration, statuses, forms and greetings (3.6 to 3.8)."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlsplit

from ..world import greetings, routing
from ..world.errors import ApiError
from ..world.localization import phrases_in
from ..world.model import size_of
from ..world.sample_organization import (
    BUTTONS,
    DEFAULT_GROUP,
    FORMS,
    GROUP_PROPERTIES,
    GROUPS,
    LICENSE_PROPERTIES,
)
from ..world.versions import NEWEST, OLDEST, has
from ..world.views import agent_fields, customer_fields, statistics
from .registry import Actions, CustomerCall
from .registry import Call as AnyCall
from .request_schemas import CUSTOMER

JSON = dict[str, Any]

MAX_SESSION_FIELDS = 100

action: Actions[CustomerCall] = Actions(CUSTOMER)
open_action: Actions[AnyCall] = Actions(CUSTOMER)
"""The five GET methods: they need no token."""


def _group(group_id: int) -> int:
    if group_id not in GROUPS:
        raise ApiError("group_not_found")
    return group_id


# -- 3.6 Customer


@action
def get_customer(call: CustomerCall, _request: JSON) -> JSON:
    """The customer; with ``statistics``, without which the JavaScript SDK fails (section 4.4)."""
    customer = call.customer
    return {
        "id": customer.id,
        "type": "customer",
        **customer_fields(customer, call.version),
        "email_verified": False,
        "statistics": statistics(customer),
    }


@action
def update_customer(call: CustomerCall, request: JSON) -> JSON:
    """Change what is given of the customer's details.

    Raises ApiError ``customer_session_fields_limit_reached``.
    """
    before = size_of(customer_fields(call.customer, NEWEST))
    if "session_fields" in request:
        _merge_session_fields(call, request["session_fields"])
    for name in ("name", "email", "avatar", "phone_number"):
        if name in request:
            setattr(call.customer, name, request[name])
    for name in ("address", "omnichannel"):
        if name in request:
            setattr(call.customer, name, getattr(call.customer, name) | request[name])
    after = customer_fields(call.customer, NEWEST)
    call.organization.ledger.grow(call.customer.id, size_of(after) - before)
    changed = {name: after[name] for name in request if name in after}
    always = customer_fields(call.customer, OLDEST)
    call.organization.push(
        "customer_updated",
        {"id": call.customer.id, **{name: changed[name] for name in changed if name in always}},
        call.customer.id,
        later=changed,
    )
    return {}


@action
def set_customer_session_fields(call: CustomerCall, request: JSON) -> JSON:
    """Add session fields; those of the same key are replaced.

    No push (D14). Raises ApiError ``customer_session_fields_limit_reached``.
    """
    before = size_of(customer_fields(call.customer, NEWEST))
    _merge_session_fields(call, request["session_fields"])
    after = size_of(customer_fields(call.customer, NEWEST))
    call.organization.ledger.grow(call.customer.id, after - before)
    return {}


def _merge_session_fields(call: CustomerCall, fields: list[dict[str, str]]) -> None:
    merged = dict(call.customer.session_fields)
    for field in fields:
        merged.update(field)
    if len(merged) > MAX_SESSION_FIELDS:
        raise ApiError("customer_session_fields_limit_reached")
    call.customer.session_fields = merged


# -- 3.5 and 3.7 Properties, configuration, localization, statuses


def _chosen(properties: JSON, request: JSON) -> JSON:
    namespace, name = request.get("namespace"), request.get("name")
    chosen = {
        key: {known: value for known, value in values.items() if name in (None, known)}
        for key, values in properties.items()
        if namespace in (None, key)
    }
    return {key: values for key, values in chosen.items() if values}


@open_action
def list_license_properties(_call: AnyCall, request: JSON) -> JSON:
    """Properties of the license that a customer may read."""
    return _chosen(LICENSE_PROPERTIES, request)


@open_action
def list_group_properties(_call: AnyCall, request: JSON) -> JSON:
    """Properties of a group that a customer may read. Raises ApiError ``group_not_found``."""
    _group(request["id"])
    return _chosen(GROUP_PROPERTIES, request)


@open_action
def get_dynamic_configuration(call: AnyCall, request: JSON) -> JSON:
    """What changes from day to day: the online groups and the versions of the rest.

    From 3.6 on what is LiveChat's is an object of its own, which is missing where the subscription
    has ended (livechat-api-v36, 1.3). Raises ApiError ``group_not_found``.
    """
    head: JSON = {"organization_id": call.organization.organization_id}
    group_id = request.get("group_id", DEFAULT_GROUP)
    if not has(call.version, "3.6"):
        return head | dynamic_configuration(call, group_id)
    head["default_widget"] = "livechat"
    if call.organization.subscription_ended:
        return head | {"livechat_active": False}
    return head | {"livechat_active": True, "livechat": dynamic_configuration(call, group_id)}


def dynamic_configuration(call: AnyCall, group_id: int) -> JSON:
    """Return what all versions tell of the group. Raises ApiError ``group_not_found``."""
    answer: JSON = {
        "group_id": _group(group_id),
        "client_limit_exceeded": False,
        "domain_allowed": True,
        "config_version": _config_version(call),
        "localization_version": _version(phrases_in(call.organization.language)),
        "language": call.organization.language,
    }
    if online := routing.online_groups(call.organization):
        answer["online_group_ids"] = online
    return answer


@open_action
def get_configuration(call: AnyCall, request: JSON) -> JSON:
    """Buttons, forms and properties of a group in a version.

    Raises ApiError ``group_not_found``, and ``not_found`` for a version that is not the present
    one (no error is documented).
    """
    _group(request["group_id"])
    _check_version(request, _config_version(call))
    return _configuration(call)


@open_action
def get_localization(call: AnyCall, request: JSON) -> JSON:
    """The phrases of the organization's language in a version; errors as in `get_configuration`."""
    _group(request["group_id"])
    if request["language"] != call.organization.language:
        raise ApiError("not_found", "Language not found")
    phrases = phrases_in(call.organization.language)
    _check_version(request, _version(phrases))
    return dict(phrases)


def _configuration(call: AnyCall) -> JSON:
    forms = {
        f"{kind}_form": FORMS[kind]
        for kind in ("ticket", "prechat")
        if kind in call.organization.enabled_forms
    }
    return {
        "buttons": BUTTONS,
        **forms,
        "integrations": {},
        "properties": {
            "group": GROUP_PROPERTIES,
            "license": LICENSE_PROPERTIES,
        },
    }


def _version(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def _config_version(call: AnyCall) -> str:
    # The post-chat form is part of the configuration, though only `get_form` tells it.
    return _version([_configuration(call), "postchat" in call.organization.enabled_forms])


def _check_version(request: JSON, version: str) -> None:
    if request["version"] != version:
        raise ApiError("not_found", "Version not found")


@action
def list_group_statuses(call: CustomerCall, request: JSON) -> JSON:
    """Statuses of all or some groups; unknown groups are left out."""
    wanted = request.get("group_ids", GROUPS)
    return {
        "groups_status": {
            str(group_id): routing.status(call.organization, [group_id])
            for group_id in wanted
            if group_id in GROUPS
        }
    }


# -- 3.8 Other


@action
def get_form(call: CustomerCall, request: JSON) -> JSON:
    """A form, if the organization has it enabled. Raises ApiError ``group_not_found``."""
    _group(request["group_id"])
    if request["type"] not in call.organization.enabled_forms:
        return {"enabled": False}
    return {"enabled": True, "form": FORMS[request["type"]]}


@action
def get_predicted_agent(call: CustomerCall, request: JSON) -> JSON:
    """Who would take a chat started now; does not insist on a login over RTM (D25).

    Raises ApiError ``group_not_found``, ``group_offline``, ``group_unavailable``.
    """
    group_id = _group(request.get("group_id", DEFAULT_GROUP))
    agent = routing.pick(call.organization, [group_id])
    if agent is None:
        offline = routing.status(call.organization, [group_id]) == routing.OFFLINE
        raise ApiError("group_offline" if offline else "group_unavailable")
    view = {"id": agent.hash, "type": "agent", **agent_fields(agent), "is_bot": False}
    return {"agent": view, "queue": False}


@action
def get_url_info(_call: CustomerCall, request: JSON) -> JSON:
    """What is known of a page. The sandbox fetches nothing: all it knows is the host."""
    return {"title": urlsplit(request["url"]).netloc, "url": request["url"]}


@action
def check_goals(_call: CustomerCall, request: JSON) -> JSON:
    """Check goals, of which there are none. Raises ApiError ``group_not_found``."""
    _group(request["group_id"])
    return {}


@action
def accept_greeting(call: CustomerCall, request: JSON) -> JSON:
    """Accept the greeting shown. Raises ApiError ``greeting_not_found``."""
    id, unique_id = request["greeting_id"], request["unique_id"]
    greetings.accept(call.organization, call.customer, id, unique_id)
    return {}


@action
def cancel_greeting(call: CustomerCall, request: JSON) -> JSON:
    """Dismiss the greeting shown. Raises ApiError ``greeting_not_found``."""
    greetings.cancel(call.organization, call.customer, request["unique_id"])
    return {}


@action
def send_greeting_button_clicked(call: CustomerCall, request: JSON) -> JSON:
    """Note a click on a greeting. Raises ApiError ``greeting_not_found``, ``validation``."""
    greetings.click(call.customer, request["greeting_unique_id"], request["button_id"])
    return {}


@action
def request_welcome_message(call: CustomerCall, request: JSON) -> JSON:
    """Say who would welcome the customer, and push what they say; errors as in the prediction.

    Like that, this does not insist on a login over RTM. Whether there is a push where the company
    has no welcome message is not documented: there is none.
    """
    predicted = get_predicted_agent(call, {k: v for k, v in request.items() if k != "id"})
    id = greetings.welcome(
        call.organization, call.customer, predicted["agent"]["id"], request.get("id")
    )
    return {"id": id, "predicted_agent": predicted["agent"], "queue": predicted["queue"]}


@action
def request_email_verification(_call: CustomerCall, _request: JSON) -> JSON:
    """Ask for a confirmation mail. The sandbox sends no mail, so nobody ever confirms."""
    return {}
