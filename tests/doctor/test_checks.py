"""What the doctor says of LiveChat: when all is well, and of each thing that can be wrong."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from livechat import settings_code
from livechat.api import transport
from livechat.sandbox import Sandbox, start
from livechat.sandbox.web.faults import GAINED, WAYS, deviation
from livechat.settings import VERSIONS
from tests.api.wire import Wire, serving
from tests.conftest import live
from tests.doctor.conftest import Doctor
from tests.driver import ask_as_agent

ON_EACH_VERSION = pytest.mark.parametrize("version", VERSIONS, indirect=True)


def control(sandbox: Sandbox, **settings: object) -> None:
    """Has the sandbox's company set something, or LiveChat do something to it."""
    organization = sandbox.default

    def change() -> None:
        for name, value in settings.items():
            setattr(organization, name, value)

    sandbox._in_loop(change)


@ON_EACH_VERSION
def test_all_is_well(doctor: Doctor, sandbox: Sandbox, version: str) -> None:
    said = doctor()
    assert said.status == 0
    assert "note" not in said.text
    assert "FAIL" not in said.text
    assert said.about("Web API") == f"ok answers at {sandbox.url}"
    assert said.about("API version") == f"ok {version}, no end is announced"
    assert said.about("groups") == "ok 3 online"
    assert said.about("forms") == "ok none is enabled"
    assert said.about("RTM login").startswith("ok ")
    assert said.about("chat") == ""
    assert said.text.startswith(f"Live chat {settings_code.version()}, Streamlit ")
    assert said.text.endswith("\nA visitor could chat. 10 requests to LiveChat.\n")


def test_it_asks_no_more_than_it_says_and_leaves_only_a_customer(
    doctor: Doctor, sandbox: Sandbox
) -> None:
    doctor()
    assert len(sandbox.requests) == 10
    (customer,) = sandbox.default.customers.values()
    assert (customer.name, customer.chat) == ("python -m livechat", None)
    assert sandbox.requests[-1].action == "revoke"


@ON_EACH_VERSION
def test_a_chat_if_it_is_told_to(doctor: Doctor, sandbox: Sandbox) -> None:
    said = doctor("--chat")
    assert (said.status, said.about("chat")) == (0, "ok started, written in, read and ended")
    assert "note" not in said.text
    (chat,) = sandbox.default.chats.values()
    assert chat.active_thread is None
    assert [event.type for event in chat.last_thread.events] == [
        "message",
        "message",
        "system_message",
    ]
    assert said.text.endswith(f" {len(sandbox.requests)} requests to LiveChat.\n")


def test_a_chat_in_the_group_that_is_set(doctor: Doctor, sandbox: Sandbox) -> None:
    assert doctor("--chat", LIVECHAT_GROUP_ID="2").status == 0
    (login,) = (record for record in sandbox.requests if record.action == "login")
    assert login.payload["group_id"] == 2
    (chat,) = sandbox.default.chats.values()
    assert chat.group_ids == [2]


def test_a_chat_while_nobody_is_online(doctor: Doctor, sandbox: Sandbox) -> None:
    ask_as_agent(sandbox, "set_routing_status", json={"status": "not_accepting_chats"})
    said = doctor("--chat")
    assert said.status == 0
    assert said.about("groups").startswith("note 3 offline; nobody is online. Visitors can leave")


@pytest.mark.parametrize("action", ["start_chat", "send_event", "get_chat"])
def test_a_chat_that_livechat_refuses(doctor: Doctor, sandbox: Sandbox, action: str) -> None:
    sandbox.faults.add(f"customer/{action}", error="limit_reached")
    said = doctor("--chat")
    assert (said.status, said.about("chat")) == (
        1,
        "FAIL LiveChat refuses it (limit_reached). Report it, with this text.",
    )
    assert all(chat.active_thread is None for chat in sandbox.default.chats.values())


def test_an_old_version_that_is_gone(doctor: Doctor, sandbox: Sandbox) -> None:
    control(sandbox, refused_versions={VERSIONS[0]})
    said = doctor(LIVECHAT_API_VERSION=VERSIONS[0])
    assert said.status == 0
    assert said.about("API version") == (
        f"note {VERSIONS[0]} is gone, so the page speaks {VERSIONS[1]}. "
        f"Set LIVECHAT_API_VERSION={VERSIONS[1]}."
    )
    assert said.about("as expected").startswith("ok get_dynamic_configuration, token, ")
    assert said.text.endswith(" 11 requests to LiveChat.\n")


@ON_EACH_VERSION
def test_no_version_is_left(doctor: Doctor, sandbox: Sandbox) -> None:
    control(sandbox, refused_versions=set(VERSIONS))
    said = doctor()
    assert said.status == 1
    assert said.about("Web API") == (
        "FAIL LiveChat serves no version of its API that this page speaks. "
        "Leave LIVECHAT_API_VERSION out; if that does not help, update the page."
    )
    assert said.about("token grant").startswith("ok")


@ON_EACH_VERSION
def test_dates_of_a_version(doctor: Doctor, sandbox: Sandbox, version: str) -> None:
    control(sandbox, legacy={version: "2027-03-01"}, deprecation={version: "2027-09-30"})
    said = doctor()
    assert said.status == 0
    todo = f"Set LIVECHAT_API_VERSION={VERSIONS[-1]}."
    if version == VERSIONS[-1]:
        todo = "Look for an update of this page before."
    assert said.about("API version") == f"ok {version}"
    assert said.about("Legacy") == (f"note {version} will be deprecated after 2027-03-01. {todo}")
    assert said.about("Deprecation") == (
        f"note {version} will be shut down after 2027-09-30. {todo}"
    )


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("secret", "after an unreadable date."),
        ("2027-03-01; secret", "after an unreadable date."),
        ("Mon, 01 Mar 2027 00:00:00 GMT", "after 2027-03-01."),
    ],
)
def test_another_form_of_a_date(doctor: Doctor, sandbox: Sandbox, header: str, told: str) -> None:
    sandbox.faults.add("get_dynamic_configuration", headers={"Legacy": header})
    said = doctor()
    assert told in said.about("Legacy")
    assert "secret" not in said.text


@ON_EACH_VERSION
def test_another_region(doctor: Doctor, sandbox: Sandbox) -> None:
    control(sandbox, region="us-south1")
    said = doctor()
    assert (said.status, said.about("region")) == (0, "ok us-south1, which LiveChat names")
    assert said.about("RTM login").startswith("ok")


def test_a_region_that_cannot_be_reached(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.faults.add("customer/get_dynamic_configuration", error="misdirected_request", data={})
    said = doctor()
    assert said.status == 1
    assert said.about("Web API").startswith("FAIL another region serves this organization")


def test_a_wrong_organization(doctor: Doctor) -> None:
    said = doctor(LIVECHAT_ORGANIZATION_ID="00000000-0000-4000-8000-000000000000")
    assert said.status == 1
    for what in ("Web API", "token grant"):
        assert said.about(what).startswith("FAIL LiveChat knows no such organization (")
        assert "Check LIVECHAT_ORGANIZATION_ID" in said.about(what)


def test_a_wrong_client(doctor: Doctor) -> None:
    said = doctor(LIVECHAT_CLIENT_ID="0123456789abcdef0123456789abcdef")
    assert said.status == 1
    assert said.about("Web API").startswith("ok")
    assert said.about("token grant").startswith(
        "FAIL LiveChat does not take this app (unauthorized_client). Check LIVECHAT_CLIENT_ID"
    )
    assert "could not chat" in said.text


def test_a_group_that_is_none(doctor: Doctor) -> None:
    said = doctor(LIVECHAT_GROUP_ID="71")
    assert said.status == 1
    assert said.about("Web API") == (
        "FAIL LiveChat knows no such group (group_not_found). "
        "Check LIVECHAT_GROUP_ID, or leave it out."
    )


@pytest.fixture(scope="module")
def registered() -> Iterator[Sandbox]:
    """A LiveChat that knows the app's redirect URIs."""
    sandbox = start(redirect_uris=["https://chat.example.com", "https://chat.example.com/x/"])
    yield sandbox
    sandbox.stop()


@pytest.mark.parametrize(
    ("arguments", "settings", "uri"),
    [
        ((), {}, "http://localhost:8501"),
        (("https://other.example.com/chat",), {}, "https://other.example.com"),
        ((), {"LIVECHAT_REDIRECT_URI": "https://chat.example.com/x"}, "https://chat.example.com/x"),
    ],
)
def test_a_redirect_uri_that_is_not_registered(
    patient: Doctor,
    registered: Sandbox,
    arguments: tuple[str, ...],
    settings: dict[str, str],
    uri: str,
) -> None:
    said = patient(*arguments, **live(registered, **settings))
    assert said.status == 1
    line = said.about("token grant")
    assert line.startswith(
        f"FAIL {uri} is none of the app's redirect URIs. Add it in the Developer"
    )
    assert ("python -m livechat ADDRESS" in line) is not bool(settings)


@pytest.mark.parametrize(
    ("arguments", "settings", "uri"),
    [
        (("https://ann:1234@chat.example.com/?embed=true",), {}, "https://chat.example.com"),
        (
            ("https://other.example.com",),
            {"LIVECHAT_REDIRECT_URI": "https://chat.example.com/x/"},
            "https://chat.example.com/x/",
        ),
    ],
)
def test_a_redirect_uri_that_is_registered(
    patient: Doctor,
    registered: Sandbox,
    arguments: tuple[str, ...],
    settings: dict[str, str],
    uri: str,
) -> None:
    said = patient(*arguments, **live(registered, **settings))
    assert (said.status, said.about("token grant")) == (0, f"ok with the redirect URI {uri}")


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable"])
def test_a_token_server_in_trouble(doctor: Doctor, sandbox: Sandbox, error: str) -> None:
    sandbox.faults.add("token", error=error)
    said = doctor()
    assert said.status == 1
    assert said.about("token grant") == f"FAIL LiveChat has trouble ({error}). Try again later."
    assert "list_chats" not in {record.action for record in sandbox.requests}


def test_a_banned_visitor(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.faults.add("list_chats", error="customer_banned")
    said = doctor()
    assert said.status == 1
    assert said.about("token", "FAIL").startswith("FAIL LiveChat bans this visitor")


def test_a_token_that_is_not_taken(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.faults.add("list_chats", times=2, error="authentication")
    said = doctor()
    assert said.status == 1
    assert "LiveChat does not take the token" in said.about("token", "FAIL")


def test_too_many_requests(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.faults.add("list_chats", error="too_many_requests")
    assert "too many requests. Wait a minute" in doctor().about("token", "FAIL")


def test_too_many_requests_of_what_a_chat_can_do_without(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.faults.add("get_form", error="too_many_requests")
    assert doctor().about("limits").startswith("note a request was one too many.")


@ON_EACH_VERSION
def test_a_subscription_that_has_ended(doctor: Doctor, sandbox: Sandbox) -> None:
    control(sandbox, subscription_ended=True)
    said = doctor()
    assert said.status == 1
    assert said.about("Web API") == (
        "FAIL the organization's LiveChat subscription has ended. Renew it."
    )


def test_an_account_of_another_product(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.faults.add("get_dynamic_configuration", error="wrong_product_version")
    assert "has no LiveChat account" in doctor().about("Web API", "FAIL")


@ON_EACH_VERSION
def test_forms_that_are_enabled(doctor: Doctor, sandbox: Sandbox) -> None:
    control(sandbox, enabled_forms={"prechat", "postchat", "ticket"})
    said = doctor()
    assert said.about("forms") == "ok prechat, postchat, ticket"
    assert "note" not in said.text


def test_one_group_of_several_is_offline(doctor: Doctor, sandbox: Sandbox) -> None:
    def only_sales() -> None:
        for agent in sandbox.default.agents.values():
            agent.group_ids = (1,)

    sandbox._in_loop(only_sales)
    assert doctor(LIVECHAT_GROUP_ID="1").about("groups") == "ok 2 online, 1 offline"
    said = doctor(LIVECHAT_GROUP_ID="2")
    assert said.status == 0
    assert "; nobody of LIVECHAT_GROUP_ID is online." in said.about("groups")


@pytest.mark.parametrize(
    ("statuses", "told"),
    [({}, "none is told"), ([1], "none is told"), ({"0": "secret", "1": 7}, "2 other")],
)
def test_groups_that_cannot_be_read(
    doctor: Doctor, sandbox: Sandbox, statuses: object, told: str
) -> None:
    sandbox.faults.add("list_group_statuses", rewrite=lambda _: {"groups_status": statuses})
    said = doctor()
    assert (said.status, said.about("groups")) == (0, f"ok {told}")
    assert "secret" not in said.text


@pytest.mark.parametrize(
    ("action", "what"),
    [
        ("get_customer", "customer"),
        ("list_group_statuses", "groups"),
        ("get_form", "forms"),
        ("get_configuration", "forms"),
        ("rtm/login", "RTM login"),
        ("rtm/connect", "RTM login"),
        ("revoke", "token"),
    ],
)
def test_what_a_chat_can_do_without(
    doctor: Doctor, sandbox: Sandbox, action: str, what: str
) -> None:
    error = None if action == "rtm/connect" else "server_error"
    sandbox.faults.add(action, error=error, status=503)
    said = doctor()
    assert said.about(what, "note").startswith("note ")
    assert said.status == 0


def test_no_login_where_no_pushes_are_wanted(doctor: Doctor, sandbox: Sandbox) -> None:
    said = doctor(LIVECHAT_PUSH="off")
    assert said.about("RTM login") == "note not tried: LIVECHAT_PUSH is off"
    assert "rtm" not in {record.api for record in sandbox.requests}


@ON_EACH_VERSION
def test_limits_that_are_reached(doctor: Doctor, sandbox: Sandbox, version: str) -> None:
    nested = "livechat." if version == VERSIONS[-1] else ""

    def change(answer: dict[str, object]) -> dict[str, object]:
        inner = answer["livechat"] if nested else answer
        assert isinstance(inner, dict)
        inner |= {"client_limit_exceeded": True, "domain_allowed": False}
        return answer

    sandbox.faults.add("get_dynamic_configuration", rewrite=change)
    said = doctor()
    assert said.status == 0
    assert said.about("limits").startswith("note more visitors than the plan has.")
    assert said.about("domain").startswith("note LiveChat does not allow it.")


# What cannot be reached


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving() as wire:
        yield wire


def unreachable(patient: Doctor, url: str) -> str:
    """What is said of a LiveChat at that address, of its API and its token server alike."""
    ids = {"LIVECHAT_CLIENT_ID": "c" * 32, "LIVECHAT_ORGANIZATION_ID": "o" * 36}
    said = patient(LIVECHAT_API_URL=url, LIVECHAT_ACCOUNTS_URL=url, **ids)
    assert said.status == 1
    api, grant = said.about("Web API"), said.about("token grant")
    assert grant == api.replace("LIVECHAT_API_URL", "LIVECHAT_ACCOUNTS_URL")
    return api


def test_nobody_at_that_port(patient: Doctor) -> None:
    assert unreachable(patient, "http://127.0.0.1:1") == (
        "FAIL 127.0.0.1:1 refuses the connection. "
        "Check LIVECHAT_API_URL if it is set, and any firewall in between."
    )


def test_no_such_host(patient: Doctor) -> None:
    assert unreachable(patient, "https://livechat.invalid").startswith(
        "FAIL no host of the name livechat.invalid is known."
    )


def test_no_tls_there(patient: Doctor, wire: Wire) -> None:
    url = wire.url.replace("http", "https")
    assert "there is no trusted TLS connection to" in unreachable(patient, url)


def test_no_answer_in_time(patient: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "READ_TIMEOUT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        assert "does not answer in time. Is a firewall" in unreachable(patient, url)


def test_a_connection_that_is_cut(patient: Doctor, sandbox: Sandbox) -> None:
    sandbox.faults.add("*", times=9, lose_answer=True)
    assert "ends without an answer." in unreachable(patient, sandbox.url)


def test_a_proxy_that_leads_nowhere(patient: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    url = "https://livechat-behind-a-proxy.invalid"
    assert "the proxy of the environment does not lead to" in unreachable(patient, url)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        *(
            (status, "what answers at {host} is not LiveChat ({answered}). ")
            for status in (200, 302, 511)
        ),
        *(
            (status, "{host} has trouble, or what is in between ({answered}). ")
            for status in (500, 502, 503, 504)
        ),
    ],
)
def test_a_page_in_place_of_livechat(patient: Doctor, wire: Wire, status: int, said: str) -> None:
    wire.status, wire.body = status, b"<html>Welcome to Grand Hotel</html>"
    wire.headers = [("Content-Type", "text/html; charset=utf-8"), ("Location", "/login")]
    named = {"host": wire.url.removeprefix("http://"), "answered": f"HTTP {status}, text/html"}
    assert unreachable(patient, wire.url).startswith(f"FAIL {said.format_map(named)}")


def test_json_that_is_not_livechats(patient: Doctor, wire: Wire) -> None:
    assert unreachable(patient, wire.url).startswith("FAIL the answer lacks what the page needs.")


# How answers differ


@pytest.mark.parametrize(
    ("action", "how", "path", "told"),
    [
        ("list_chats", "lacks", "total_chats", "total_chats: missing (integer)"),
        ("get_customer", "gains", "shoe_size", "shoe_size: new (string)"),
        ("get_form", "changes", "enabled", "enabled: string instead of boolean"),
        ("token", "lacks", "token_type", "token_type: missing (string)"),
        ("login", "gains", "customer.shoe_size", "customer.shoe_size: new (string)"),
        ("get_configuration", "changes", "buttons[].id", "buttons[].id: integer instead of string"),
        (
            "list_group_statuses",
            "changes",
            "groups_status.1",
            "groups_status.<id>: integer instead of string",
        ),
    ],
)
def test_an_answer_that_differs(
    doctor: Doctor, sandbox: Sandbox, action: str, how: str, path: str, told: str
) -> None:
    sandbox.faults.add(action, times=9, rewrite=deviation(how, path))
    said = doctor()
    differing = [line for line in said.about(action).splitlines() if line.startswith("note")]
    assert (said.status, differing) == (0, [f"note {told}"])
    assert GAINED not in said.text


@pytest.mark.parametrize("how", WAYS)
def test_an_answer_of_a_chat_that_differs(doctor: Doctor, sandbox: Sandbox, how: str) -> None:
    path = "threads[].events[].created_at" if how != "gains" else "threads[].events[].mood"
    sandbox.faults.add("list_threads", rewrite=deviation(how, path))
    line = doctor("--chat").about("list_threads")
    assert line.startswith(f"note {path}: ")
    assert "\n" not in line


def test_without_what_the_page_needs_nobody_could_chat(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.faults.add("list_chats", times=9, rewrite=deviation("lacks", "chats_summary"))
    said = doctor()
    assert said.status == 1
    assert said.about("token", "FAIL").startswith("FAIL the answer lacks what the page needs.")
    assert said.about("list_chats") == "note chats_summary: missing (array)"


# What may not be told


SECRETS = {
    "LIVECHAT_GREETING": "Hello to Ann Lee",
    "LIVECHAT_TITLE": "Flowers of Ann",
    "LIVECHAT_SUGGESTIONS": "Where is Ann?",
    "LIVECHAT_SESSION_FIELDS": "plan=gold",
    "LIVECHAT_QUERY_FIELDS": "order",
    "LIVECHAT_PRIVACY_URL": "https://example.com/privacy",
    "LIVECHAT_REDIRECT_URI": "https://ann:pass@example.com/?code=1234",
}


def test_no_secret_no_id_and_no_text(doctor: Doctor, sandbox: Sandbox) -> None:
    organization = sandbox.default
    control(sandbox, enabled_forms={"prechat", "postchat", "ticket"}, welcome_message="Dear Ann")
    said = doctor("--chat", **SECRETS)
    assert said.status == 0
    (customer,) = organization.customers.values()
    (chat,) = organization.chats.values()
    told = said.text.replace(sandbox.url, "").replace("16 KB", "").replace("10 MB", "")
    for secret in (
        sandbox.client_id,
        organization.organization_id,
        organization.agent_token,
        customer.id,
        chat.id,
        chat.last_thread.id,
        *(event.id for event in chat.last_thread.events),
        *(agent.hash for agent in organization.agents.values()),
        *("Ann", "Kate", "Flowers", "gold", "order", "privacy", "pass", "1234", "Order number"),
        *("Bearer", "dal:", "@"),
    ):
        assert secret not in told, secret


@pytest.mark.parametrize("action", ["customer/list_chats", "token", "rtm/login"])
def test_what_livechat_says_of_an_error_is_not_told(
    doctor: Doctor, sandbox: Sandbox, action: str
) -> None:
    text = "ann@example.com wrote: my password is 1234"
    sandbox.faults.add(action, error=text, data={"exception_description": text})
    said = doctor()
    assert "(<name>)" in said.text
    for secret in ("ann@", "example", "password", "1234", "wrote"):
        assert secret not in said.text


def test_names_of_fields_that_are_values(doctor: Doctor, sandbox: Sandbox) -> None:
    for path in ("ann@example!com", "PJ0MRSHTDG", "Ann Lee", "a" * 500):
        sandbox.faults.add("get_customer", rewrite=deviation("gains", path))
        line = doctor().about("get_customer")
        expected = "<name>" if path[0] != "a" or "@" in path else f"{'a' * 40}..."
        assert line == f"note {expected}: new (string)"


def test_of_many_differences_only_the_first_are_told(doctor: Doctor, sandbox: Sandbox) -> None:
    def gains(answer: dict[str, object]) -> dict[str, object]:
        return answer | {f"field_{'a' * (n + 1)}": n for n in range(30)}

    sandbox.faults.add("customer/get_customer", rewrite=gains)
    told = doctor().about("get_customer", "note").splitlines()
    assert len(told) == 21
    assert told[-1] == "note and 10 more"
