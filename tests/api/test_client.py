"""The client against the sandbox, with the sandbox's faults."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from livechat.api import client as client_module
from livechat.api import errors, transport
from livechat.api.accounts import Accounts, Grant
from livechat.api.client import Client
from livechat.sandbox import Sandbox


class Visitor:
    """Credentials as a visit keeps them: one token, and a new grant in place of a refused one."""

    def __init__(self, sandbox: Sandbox) -> None:
        organization_id = sandbox.default.organization_id
        self._accounts = Accounts(
            sandbox.url, sandbox.client_id, organization_id, "http://localhost:8501"
        )
        self.grant: Grant = self._accounts.grant(None)
        self.refused: list[str] = []

    def access_token(self) -> str:
        return self.grant.access_token

    def renew(self, refused: str) -> str:
        self.refused.append(refused)
        self.grant = self._accounts.grant(self.grant.identity)
        return self.grant.access_token


@pytest.fixture
def visitor(sandbox: Sandbox) -> Visitor:
    return Visitor(sandbox)


@pytest.fixture
def client(sandbox: Sandbox, visitor: Visitor) -> Client:
    return Client(sandbox.url, sandbox.default.organization_id, visitor)


def message(text: str = "Hi", **fields: Any) -> dict[str, Any]:
    return {"type": "message", "text": text, **fields}


def asked(sandbox: Sandbox, api: str = "customer") -> list[str]:
    return [record.action for record in sandbox.requests if record.api == api]


def texts(client: Client, chat_id: str) -> list[str]:
    """The messages of a chat, oldest first."""
    page = client.list_threads(chat_id, sort_order="asc", limit=100)
    return [e.text for t in page.threads for e in t.events if e.type == "message"]


# The story of one chat


def test_a_chat_from_start_to_end_and_on(client: Client, visitor: Visitor) -> None:
    assert client.list_chats().chats == ()

    started = client.start_chat(events=[message("one", custom_id="1")], continuous=True)
    assert started.chat_id
    chat_id = started.chat_id
    assert len(started.event_ids) == 1
    sent = client.send_event(chat_id, event=message("two"))
    (summary,) = client.list_chats().chats
    assert (summary.id, summary.active) == (chat_id, True)
    chat = client.get_chat(chat_id)
    assert chat.thread is not None
    assert chat.thread.id == started.thread_id
    assert chat.thread.events[-1].id == sent.event_ids[0]
    assert chat.thread.events[-1].author_id == visitor.grant.customer_id

    client.deactivate_chat(chat_id)
    with pytest.raises(errors.ChatInactive):
        client.send_event(chat_id, event=message("three"))
    client.send_event(chat_id, event=message("three"), attach_to_last_thread=True)

    resumed = client.resume_chat(chat_id, events=[message("four")])
    assert resumed.thread_id not in (None, started.thread_id)
    assert texts(client, chat_id) == ["one", "two", "three", "four"]
    client.mark_events_as_seen(chat_id, seen_up_to=datetime.now(UTC))


def test_pages_of_threads(client: Client) -> None:
    chat_id = client.start_chat(events=[message()], continuous=True).chat_id
    assert chat_id
    for _ in range(3):
        client.deactivate_chat(chat_id)
        client.resume_chat(chat_id, events=[message()])
    page = client.list_threads(chat_id, limit=3)
    assert len(page.threads) == 3
    assert page.next_page_id
    rest = client.list_threads(chat_id, page_id=page.next_page_id)
    assert len(rest.threads) == 1
    assert rest.next_page_id is None


def test_a_file(client: Client) -> None:
    chat_id = client.start_chat(continuous=True).chat_id
    assert chat_id
    url = client.upload_file("a.txt", b"data", "text/plain")
    client.send_event(chat_id, event={"type": "file", "url": url})
    thread = client.get_chat(chat_id).thread
    assert thread
    assert thread.events[-1].content["name"] == "a.txt"


def test_the_rest_of_the_actions(client: Client) -> None:
    started = client.start_chat(events=[message()], continuous=True)
    chat_id, thread_id, event_id = started.chat_id, started.thread_id, started.event_ids[0]
    assert chat_id
    assert thread_id
    prop = {"test": {"bool_property": True}}
    client.update_chat_properties(chat_id, properties=prop)
    client.delete_chat_properties(chat_id, properties={"test": ["bool_property"]})
    client.update_thread_properties(
        chat_id, thread_id=thread_id, properties={"rating": {"score": 1}}
    )
    client.delete_thread_properties(chat_id, thread_id=thread_id, properties={"rating": ["score"]})
    client.update_event_properties(chat_id, thread_id=thread_id, event_id=event_id, properties=prop)
    client.delete_event_properties(
        chat_id, thread_id=thread_id, event_id=event_id, properties={"test": ["bool_property"]}
    )
    client.send_sneak_peek(chat_id, sneak_peek_text="typing")
    client.update_customer(name="Ada")
    client.set_customer_session_fields(session_fields=[{"k": "v"}])
    assert client.get_customer()["name"] == "Ada"
    assert isinstance(client.list_license_properties(), dict)
    assert isinstance(client.list_group_properties(0), dict)
    config = client.get_dynamic_configuration(group_id=0, test=False)
    assert "buttons" in client.get_configuration(0, version=config.config_version)
    assert "0" in client.list_group_statuses(all=True)["groups_status"]
    assert "enabled" in client.get_form(0, type="prechat")
    assert "url" in client.get_url_info("https://example.com")
    client.check_goals(session_fields=[], group_id=0, page_url="https://example.com")
    client.request_email_verification("https://example.com/verified")
    with pytest.raises(errors.Refused):
        client.accept_greeting(greeting_id=1, unique_id="none")
    with pytest.raises(errors.Refused):
        client.cancel_greeting("none")
    with pytest.raises(errors.Refused):
        client.send_rich_message_postback(
            chat_id, thread_id=thread_id, event_id=event_id, postback={"id": "p", "toggled": True}
        )


def test_a_greeting(sandbox: Sandbox, client: Client, visitor: Visitor) -> None:
    greeting_id, unique_id = sandbox.greet(sandbox.default, visitor.grant.customer_id)
    client.accept_greeting(greeting_id=greeting_id, unique_id=unique_id)
    client.cancel_greeting(unique_id)


def test_livechat_is_told_the_language_from_the_next_request_on(
    sandbox: Sandbox, client: Client
) -> None:
    client.list_chats()
    client.language = "pt-BR"
    client.list_chats()
    client.upload_file("a.txt", b"x", "text/plain")
    client.language = "ja"
    client.get_dynamic_configuration()
    told = [r.headers.get("accept-language") for r in sandbox.requests if r.api == "customer"]
    assert told == [None, "pt-BR", "pt-BR", "ja"]


def test_two_visitors_are_two_customers(sandbox: Sandbox, client: Client) -> None:
    chat_id = client.start_chat(events=[message()], continuous=True).chat_id
    assert chat_id
    other = Client(sandbox.url, sandbox.default.organization_id, Visitor(sandbox))
    assert other.list_chats().chats == ()
    with pytest.raises(errors.Refused):
        other.get_chat(chat_id)


# Refusals


def test_refusals_of_the_sandbox_itself(sandbox: Sandbox, client: Client) -> None:
    chat_id = client.start_chat(events=[message()], continuous=True).chat_id
    assert chat_id
    with pytest.raises(errors.ChatLimitReached):
        client.start_chat(events=[message()], continuous=True)
    with pytest.raises(errors.ChatAlreadyActive):
        client.resume_chat(chat_id, events=[message()])
    with pytest.raises(errors.TooLarge):
        client.upload_file("a.bin", bytes(10 * 1024 * 1024 + 1), "application/octet-stream")
    with pytest.raises(errors.Refused) as caught:
        client.send_event(chat_id, event=message("x" * 16385))
    assert caught.value.type == "validation"


@pytest.mark.parametrize(
    ("type", "expected"),
    [
        ("customer_banned", errors.CustomerBanned),
        ("groups_offline", errors.GroupsOffline),
        ("not_found", errors.ChatNotFound),
        ("license_expired", errors.Misconfigured),
        ("something_new", errors.Refused),
    ],
)
@pytest.mark.parametrize("status", [None, 200])
def test_the_type_decides(
    sandbox: Sandbox,
    client: Client,
    type: str,
    expected: type[errors.LiveChatError],
    status: int | None,
) -> None:
    if status:
        body = json.dumps({"error": {"type": type, "message": "m"}})
        sandbox.faults.add("start_chat", status=status, body=body)
    else:
        sandbox.faults.add("start_chat", error=type)
    with pytest.raises(expected) as caught:
        client.start_chat(events=[message()])
    assert caught.value.type == type


# Answers that are none


@pytest.mark.parametrize(
    "fault",
    [
        {"body": "<html>Bad gateway</html>", "status": 502, "content_type": "text/html"},
        {"body": "<html>Welcome</html>", "content_type": "text/html"},
        {"body": ""},
        {"body": "  "},
        {"body": "[]"},
        {"body": "null"},
        {"body": "{}"},
        {"body": '{"thread_id": "t"}'},
        {"body": '{"chat_id": "c", "thread_id": 7}'},
        {"body": b'{"chat_id": "\xff"}'},
        {"body": "[" * 100_000},
        {"body": "{}", "status": 500},
        {"status": 503},
        {"truncate": True},
        {"lose_answer": True},
        {"error": "internal"},
        {"error": "request_timeout"},
    ],
)
def test_g3_no_usable_answer_to_a_send(
    sandbox: Sandbox, client: Client, fault: dict[str, Any]
) -> None:
    sandbox.faults.add("start_chat", **fault)
    with pytest.raises(errors.Unreachable) as caught:
        client.start_chat(events=[message()], continuous=True)
    assert caught.value.maybe_done
    assert asked(sandbox) == ["start_chat"]


@pytest.mark.parametrize(
    ("call", "body"),
    [
        (lambda c: c.list_chats(), "{}"),
        (lambda c: c.list_chats(), '{"chats_summary": {}}'),
        (lambda c: c.list_threads("c"), '{"threads": 7}'),
        (lambda c: c.get_chat("c"), '{"id": null}'),
        (lambda c: c.resume_chat("c"), "{}"),
        (lambda c: c.send_event("c", event=message()), '{"event_id": 1}'),
        (lambda c: c.upload_file("a", b"", "text/plain"), "{}"),
        (lambda c: c.get_customer(), ""),
    ],
)
def test_answers_of_the_wrong_shape(
    sandbox: Sandbox, visitor: Visitor, call: Callable[[Client], object], body: str
) -> None:
    sandbox.faults.add("*", body=body)
    client = Client(sandbox.url, sandbox.default.organization_id, visitor, retries=0)
    with pytest.raises(errors.Unreachable) as caught:
        call(client)
    assert caught.value.maybe_done


@pytest.mark.parametrize("body", ["", "{}", " \n"])
def test_empty_answers(sandbox: Sandbox, client: Client, body: str) -> None:
    sandbox.faults.add("deactivate_chat", body=body, status=200)
    client.deactivate_chat("c")


def test_no_answer_in_time(
    sandbox: Sandbox, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "READ_TIMEOUT", 0.2)
    sandbox.faults.add("send_event", delay=0.6)
    with pytest.raises(errors.Unreachable) as caught:
        client.send_event("c", event=message())
    assert caught.value.maybe_done


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_no_connection_means_not_done(visitor: Visitor) -> None:
    client = Client(f"http://127.0.0.1:{closed_port()}", "o", visitor)
    with pytest.raises(errors.Unreachable) as caught:
        client.send_event("c", event=message())
    assert not caught.value.maybe_done


def test_a_connection_that_takes_too_long_means_not_done(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "CONNECT_TIMEOUT", 0.2)
    with socket.socket() as full:
        # A queue of one that nobody serves, and a second connection to fill it.
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with socket.create_connection(full.getsockname()):
            client = Client(f"http://127.0.0.1:{full.getsockname()[1]}", "o", visitor)
            with pytest.raises(errors.Unreachable) as caught:
                client.send_event("c", event=message())
    assert not caught.value.maybe_done


@pytest.mark.parametrize("type", ["service_unavailable", "too_many_requests"])
def test_turned_away_means_not_done(sandbox: Sandbox, client: Client, type: str) -> None:
    sandbox.faults.add("send_event", error=type)
    with pytest.raises(errors.Unreachable) as caught:
        client.send_event("c", event=message())
    assert not caught.value.maybe_done


# Authorization


def test_g17_one_silent_reauthorization(sandbox: Sandbox, client: Client, visitor: Visitor) -> None:
    first = visitor.grant
    sandbox.faults.add("start_chat", error="authentication")
    chat_id = client.start_chat(events=[message("once")], continuous=True).chat_id
    assert chat_id
    assert texts(client, chat_id) == ["once"]
    assert visitor.refused == [first.access_token]
    assert visitor.grant.customer_id == first.customer_id


def test_an_expired_token_is_renewed(sandbox: Sandbox, client: Client, visitor: Visitor) -> None:
    chat_id = client.start_chat(events=[message()], continuous=True).chat_id
    sandbox.clock.advance(28801)
    assert [chat.id for chat in client.list_chats().chats] == [chat_id]
    assert len(visitor.refused) == 1


def test_refused_twice(sandbox: Sandbox, client: Client, visitor: Visitor) -> None:
    sandbox.faults.add("list_chats", 2, error="authentication")
    with pytest.raises(errors.Unauthorized):
        client.list_chats()
    assert len(visitor.refused) == 1
    assert asked(sandbox) == ["list_chats"] * 2


@pytest.mark.parametrize("at", ["access_token", "renew"])
def test_without_a_token_nothing_was_done(
    sandbox: Sandbox, client: Client, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    def unreachable(*_: str) -> str:
        raise errors.Unreachable("token: no answer")

    monkeypatch.setattr(visitor, at, unreachable)
    sandbox.faults.add("send_event", error="authentication")
    with pytest.raises(errors.Unreachable) as caught:
        client.send_event("c", event=message())
    assert not caught.value.maybe_done


@pytest.mark.parametrize("type", ["server_error", "temporarily_unavailable"])
def test_the_token_is_not_asked_for_again_and_again(
    sandbox: Sandbox, client: Client, type: str
) -> None:
    sandbox.requests.clear()
    sandbox.faults.add("list_chats", error="authentication")
    sandbox.faults.add("token", error=type)
    with pytest.raises(errors.Unreachable):
        client.list_chats()
    assert asked(sandbox, "accounts") == ["token"]


# Repeating


@pytest.mark.parametrize(
    "fault",
    [
        {"error": "internal"},
        {"error": "service_unavailable"},
        {"lose_answer": True},
        {"truncate": True},
        {"body": "<html>", "status": 502},
        {"body": ""},
    ],
)
def test_reads_are_repeated(sandbox: Sandbox, client: Client, fault: dict[str, Any]) -> None:
    sandbox.faults.add("list_chats", 2, **fault)
    assert client.list_chats().chats == ()
    assert asked(sandbox) == ["list_chats"] * 3


def test_reads_are_repeated_twice_at_most(sandbox: Sandbox, client: Client) -> None:
    sandbox.faults.add("list_chats", 9, error="internal")
    with pytest.raises(errors.Unreachable):
        client.list_chats()
    assert asked(sandbox) == ["list_chats"] * 3


@pytest.mark.parametrize(
    "fault",
    [
        {"error": "too_many_requests"},
        {"error": "service_unavailable", "headers": {"Retry-After": "30"}},
        {"error": "not_found"},
    ],
)
def test_not_repeated_when_asked_to_wait_or_refused(
    sandbox: Sandbox, client: Client, fault: dict[str, Any]
) -> None:
    sandbox.faults.add("list_chats", **fault)
    with pytest.raises(errors.LiveChatError):
        client.list_chats()
    assert asked(sandbox) == ["list_chats"]


def test_not_repeated_late(
    sandbox: Sandbox, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "_REPEAT_WITHIN", 0.2)
    sandbox.faults.add("list_chats", error="internal", delay=0.3)
    with pytest.raises(errors.Unreachable):
        client.list_chats()
    assert asked(sandbox) == ["list_chats"]


@pytest.mark.parametrize(
    ("action", "call"),
    [
        ("start_chat", lambda c: c.start_chat(events=[message()], continuous=True)),
        ("resume_chat", lambda c: c.resume_chat("c", events=[message()])),
        ("send_event", lambda c: c.send_event("c", event=message())),
        ("upload_file", lambda c: c.upload_file("a.txt", b"a", "text/plain")),
        (
            "send_rich_message_postback",
            lambda c: c.send_rich_message_postback(
                "c", thread_id="t", event_id="e", postback={"id": "p", "toggled": True}
            ),
        ),
        ("request_email_verification", lambda c: c.request_email_verification("https://a")),
        ("send_sneak_peek", lambda c: c.send_sneak_peek("c", sneak_peek_text="a")),
    ],
)
def test_what_could_happen_twice_is_never_repeated(
    sandbox: Sandbox, client: Client, action: str, call: Callable[[Client], object]
) -> None:
    sandbox.faults.add(action, error="service_unavailable")
    with pytest.raises(errors.Unreachable):
        call(client)
    assert asked(sandbox) == [action]


def test_a_lost_answer_to_end_chat_ends_it_once(sandbox: Sandbox, client: Client) -> None:
    chat_id = client.start_chat(events=[message()], continuous=True).chat_id
    assert chat_id
    sandbox.faults.add("deactivate_chat", lose_answer=True)
    with pytest.raises(errors.ChatInactive):
        client.deactivate_chat(chat_id)
    assert not client.list_chats().chats[0].active


# The region (hosts: see test_route)


def test_g33_a_send_is_repeated_in_its_region(sandbox: Sandbox, client: Client) -> None:
    sandbox.faults.add("start_chat", error="misdirected_request", data={"region": "dal"})
    chat_id = client.start_chat(events=[message("once")], continuous=True).chat_id
    assert chat_id
    assert texts(client, chat_id) == ["once"]
