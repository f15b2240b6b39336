"""The versions side by side: what each knows, what a connection may mix, and how one ends."""

from __future__ import annotations

import pytest
import requests

from livechat.sandbox.world import pushes
from livechat.sandbox.world.errors import ApiError
from livechat.sandbox.world.json_schema import (
    INT,
    STR,
    Form,
    array,
    obj,
    one_of,
    since,
    until,
)
from tests.sandbox.actors import HELLO, JSON, Agent, Customer, error_type
from tests.sandbox.rtm_socket import Open, Socket

NESTED = {"group_id", "client_limit_exceeded", "domain_allowed", "config_version"}
NESTED |= {"localization_version", "language", "online_group_ids"}


def configuration(customer: Customer) -> requests.Response:
    return customer.get("get_dynamic_configuration")


# -- What each knows


@pytest.mark.parametrize(
    ("payload", "version", "right"),
    [
        ({"a": "x"}, "3.5", True),
        ({"a": "x"}, "3.6", True),
        ({"a": "x", "new": 1}, "3.5", False),
        ({"a": "x", "new": 1}, "3.6", True),
        ({"a": "x", "old": 1}, "3.5", True),
        ({"a": "x", "old": 1}, "3.6", False),
        ({"a": "later"}, "3.5", False),
        ({"a": "later"}, "3.6", True),
        ({"a": "x", "list": [{"deep": 1}]}, "3.5", False),
        ({"a": "x", "list": [{"deep": 1}]}, "3.6", True),
        ({"a": "x", "list": [{}]}, "3.5", True),
        ({"a": "x", "list": [{}]}, "3.6", False),
        ({"a": "x", "since": "y", "until": "z"}, "3.5", True),
    ],
)
def test_a_form_of_both_versions(payload: JSON, version: str, right: bool) -> None:
    form = Form(
        obj(
            {"a": {"anyOf": [one_of("x"), since("3.6", one_of("later"))]}},
            {
                "new": since("3.6", INT),
                "old": until("3.5", INT),
                "list": array(obj({"deep": since("3.6", INT)})),
                "since": STR,
                "until": STR,
            },
        )
    )
    if right:
        form.check(payload, version)
    else:
        with pytest.raises(ApiError, match="validation"):
            form.check(payload, version)


def test_the_dynamic_configuration_has_two_shapes(customer: Customer) -> None:
    flat = configuration(customer).json()
    assert flat.keys() == NESTED | {"organization_id"}
    customer.version = "3.6"
    assert configuration(customer).json() == {
        "organization_id": flat.pop("organization_id"),
        "default_widget": "livechat",
        "livechat_active": True,
        "livechat": flat,
    }


def test_a_customer_has_more_to_tell_from_3_6_on(customer: Customer, open_socket: Open) -> None:
    more = {
        "phone_number": "+1 555 0100",
        "address": {"city": "Dallas", "country": "US"},
        "omnichannel": {
            "fbmessenger": {"id": "7", "first_name": "Ann", "is_verified_user": True},
            "twilio": {"phone_number": "+15550100"},
        },
    }
    told = more | {
        "omnichannel": {
            "fb_messenger": [{"ID": "7", "FirstName": "Ann", "IsVerifiedUser": True}],
            "twilio": [{"+15550100": {"phone_number": "+15550100"}}],
        }
    }
    for name, value in more.items():
        assert customer.error("update_customer", **{name: value}) == "validation"
    older, later = open_socket(), open_socket(version="3.6")
    older.login()
    later.login()
    customer.version = "3.6"
    customer.ok("update_customer", name="Ann", name_is_default=False, **more)
    assert customer.ok("get_customer").items() >= told.items()
    assert later.ok("get_customer").items() >= told.items()
    assert [push["payload"] for push in later.heard()] == [
        {"id": customer.id, "name": "Ann", **told}
    ]
    assert [push["payload"] for push in older.heard()] == [{"id": customer.id, "name": "Ann"}]
    customer.ok("update_customer", address={"postal_code": "75201"})
    assert customer.ok("get_customer")["address"] == {**told["address"], "postal_code": "75201"}
    chat_id = customer.start("hello")
    users = [customer.ok("get_chat", chat_id=chat_id)["users"][0]]
    users += [push["payload"]["chat"]["users"][0] for push in later.heard()[1:]]
    assert all(user.items() >= {"phone_number": "+1 555 0100"}.items() for user in users)
    customer.version = "3.5"
    assert not customer.ok("get_customer").keys() & more.keys()
    assert not customer.ok("get_chat", chat_id=chat_id)["users"][0].keys() & more.keys()
    assert not older.heard()[1]["payload"]["chat"]["users"][0].keys() & more.keys()


@pytest.mark.parametrize(
    "details",
    [
        {"address": {"street": "x"}},
        {"address": "x"},
        {"omnichannel": {"fbmessenger": {"name": "no id"}}},
        {"omnichannel": {"twilio": {}}},
        {"omnichannel": {"fb_messenger": []}},
        {"phone_number": 1},
        {"name_is_default": "yes"},
    ],
)
def test_wrong_details(customer: Customer, details: JSON) -> None:
    customer.version = "3.6"
    assert customer.error("update_customer", **details) == "validation"


def test_the_agents_version(agent: Agent, customer: Customer) -> None:
    chat_id = customer.start("hello")

    def found(version: str, **filters: object) -> list[str]:
        agent.version = version
        answer = agent.ok("list_chats", filters=filters)
        return [chat["id"] for chat in answer["chats_summary"]]

    assert found("3.5", include_active=False) == found("3.6", active=False) == []
    assert found("3.6", active=True) == found("3.6", active=None) == found("3.6") == [chat_id]
    customer.ok("deactivate_chat", id=chat_id)
    assert found("3.6", active=True) == []
    assert found("3.6", active=False) == [chat_id]
    assert agent.error("list_chats", filters={"include_active": True}) == "validation"
    user = agent.ok("get_chat", chat_id=chat_id)["users"][0]
    assert (user["statistics"]["tickets_count"], "last_visit" in user) == (0, False)
    visit = user["visit"]
    agent.version = "3.5"
    assert agent.error("list_chats", filters={"active": True}) == "validation"
    user = agent.ok("get_chat", chat_id=chat_id)["users"][0]
    assert (user["last_visit"], "visit" in user) == (visit, False)


# -- One connection


def test_a_request_may_be_of_a_later_version_than_its_connection(open_socket: Open) -> None:
    socket, later = open_socket(), open_socket(version="3.6")
    socket.login()
    later.login()
    assert socket.error("activate_customer_page", {}) == "not_found"
    for action in ("activate_customer_page", "deactivate_customer_page"):
        assert socket.call(action, {}, version="3.6")["success"]
        assert later.ok(action) == {}
    address = {"address": {"city": "Dallas"}}
    assert socket.error("update_customer", address) == "validation"
    assert socket.call("update_customer", address, version="3.6")["success"]
    assert later.error("list_chats", {}, version="3.5") == "validation"
    assert later.call("list_chats", {}, version="3.6")["success"]


def test_a_login_may_choose_pushes_of_several_versions(
    customer: Customer, agent: Agent, open_socket: Open
) -> None:
    both, only_later, twice = open_socket(), open_socket(), open_socket()
    both.login(pushes={"3.5": ["incoming_event"], "3.6": ["event_deleted"]})
    only_later.login(pushes={"3.6": ["all"]})
    twice.login(pushes={"3.5": ["all"], "3.6": ["incoming_event"]})
    chat_id = customer.start("hello")
    agent.say(chat_id, "hi")
    customer.sandbox.push(customer.organization, customer.id, "event_deleted", {"event_id": "e"})

    def told(socket: Socket) -> list[tuple[str, str]]:
        return [(push["version"], push["action"]) for push in socket.heard()]

    assert told(both) == [("3.5", "incoming_event"), ("3.6", "event_deleted")]
    assert told(only_later) == [
        ("3.6", "incoming_chat"),
        ("3.6", "incoming_event"),
        ("3.6", "event_deleted"),
    ]
    assert told(twice) == [
        ("3.5", "incoming_chat"),
        ("3.5", "incoming_event"),
        ("3.6", "incoming_event"),
    ]


def test_each_push_has_one_name() -> None:
    older, later = pushes.names("3.5"), pushes.names("3.6")
    assert len(set(older)) == len(older)
    assert len(set(later)) == len(later)
    assert set(later) - set(older) == {
        "event_deleted",
        "incoming_event_preview",
        "incoming_thinking_indicator",
        "incoming_welcome_message",
    }


@pytest.mark.parametrize(
    ("version", "payload"),
    [
        ("3.5", {"pushes": {"3.5": ["event_deleted"]}}),
        ("3.5", {"pushes": {"3.4": ["all"]}}),
        ("3.5", {"tab_id": "tab"}),
        ("3.5", {"customer": {"address": {}}}),
        ("3.6", {"pushes": {"3.5": ["incoming_event"]}}),
        ("3.6", {"pushes": {"3.6": ["customer_page_updated"]}}),
        ("3.6", {"customer": {"phone_number": "1"}}),
    ],
)
def test_refused_logins(customer: Customer, open_socket: Open, version: str, payload: JSON) -> None:
    socket = open_socket(version=version)
    login = {"token": f"Bearer {customer.token}", **payload}
    assert socket.error("login", login) == "validation"


def test_a_login_of_3_6(customer: Customer, open_socket: Open) -> None:
    socket = open_socket(version="3.6")
    answer = socket.login(
        tab_id="tab",
        customer={"address": {"city": "Dallas"}},
        pushes={"3.6": ["event_deleted", "incoming_thinking_indicator"]},
    )
    assert answer["customer"]["address"] == {"city": "Dallas"}
    links = answer["__priv_dynamic_config"]["customer_groups"]["monitoring"]
    for address in (links["static_config_url"], links["language_config_url"]):
        assert "/v3.6/" in address
        assert requests.get(address).status_code == 200


def test_another_page_may_have_other_groups(customer: Customer, open_socket: Open) -> None:
    customer.organization.page_groups = {"/shop": [1, 2]}
    socket, older = open_socket(version="3.6"), open_socket()
    socket.login(customer_page={"url": "https://example.com/shop"})
    older.login()

    def groups(name: str) -> JSON:
        return socket.ok("update_customer_page", url=f"https://example.com/{name}")

    assert groups("shop/cart") == {}
    assert groups("") == {"groups": [{"id": 0, "status": "online"}]}
    assert older.ok("update_customer_page", url="https://example.com/shop") == {}
    statuses = [{"id": group, "status": "online"} for group in (1, 2)]
    assert groups("shop") == {"groups": statuses}


# -- How one ends


def test_a_version_that_is_shut_down(
    customer: Customer, agent: Agent, socket: Socket, open_socket: Open
) -> None:
    later = open_socket(version="3.6")
    later.login()
    assert agent.control("configure", refused_versions=["3.5"]).status_code == 200
    assert customer.error("list_chats") == "unsupported_version"
    assert error_type(configuration(customer)) == "unsupported_version"
    assert agent.error("list_chats") == "unsupported_version"
    assert socket.end() == {"reason": "unsupported_version"}
    assert open_socket().end() == {"reason": "unsupported_version"}
    customer.version = agent.version = "3.6"
    assert customer.ok("list_chats")["total_chats"] == 0
    assert agent.ok("list_chats")["found_chats"] == 0
    assert later.ok("ping") == {}
    agent.control("configure", refused_versions=["3.6"])
    customer.version = "3.5"
    mixed = open_socket()
    mixed.login()
    assert mixed.error("get_customer", {}, version="3.6") == "unsupported_version"


def test_what_an_answer_says_of_its_version(customer: Customer, agent: Agent) -> None:
    dates = {"legacy": {"3.5": "2026-12-31"}, "deprecation": {"3.5": "2027-06-30"}}
    assert "Legacy" not in customer.call("list_chats", {}).headers
    agent.control("configure", **dates)
    for answer in (
        customer.call("list_chats", {}),
        customer.call("get_chat", {"chat_id": "unknown"}),
        configuration(customer),
        agent.call("list_chats", {}),
    ):
        assert answer.headers["Legacy"] == "2026-12-31"
        assert answer.headers["Deprecation"] == "2027-06-30"
    customer.version = "3.6"
    assert not {"legacy", "deprecation"} & customer.call("list_chats", {}).headers.keys()


def test_every_answer_can_be_found_by_its_id(customer: Customer) -> None:
    answers = [customer.call(action, {}) for action in ("list_chats", "get_chat", "unknown")]
    ids = {answer.headers["x-debug-id"] for answer in answers}
    assert len(ids) == 3
    headers = {**customer.headers, "X-Debug-Id": "mine"}
    answer = requests.post(
        customer.url("list_chats"), params=customer.query, json={}, headers=headers
    )
    assert answer.headers["x-debug-id"] == "mine"


def test_a_subscription_that_has_ended(
    customer: Customer, agent: Agent, socket: Socket, open_socket: Open
) -> None:
    agent.control("configure", subscription_ended=True)
    assert error_type(configuration(customer)) == "license_expired"
    assert customer.error("start_chat", chat={"thread": {"events": [HELLO]}}) == "license_expired"
    assert agent.error("list_chats") == "license_expired"
    assert socket.end() == {"reason": "license_expired"}
    customer.version = "3.6"
    assert configuration(customer).json() == {
        "organization_id": customer.organization.organization_id,
        "default_widget": "livechat",
        "livechat_active": False,
    }
    assert customer.error("list_chats") == "license_expired"
    assert open_socket(version="3.6").end() == {"reason": "license_expired"}
