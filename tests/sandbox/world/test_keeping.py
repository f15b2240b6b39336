"""The file of ``--state``: what the sandbox knows is in it, whenever somebody is told."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from livechat.sandbox import Sandbox, start
from livechat.sandbox.bot import tricks
from livechat.sandbox.world import keeping, model, state, state_file
from livechat.sandbox.world.clock import Clock
from livechat.sandbox.world.keeping import Keeping
from livechat.sandbox.world.state import State
from tests.sandbox.actors import Agent, Customer, wait_for
from tests.sandbox.python_sdk import run_python_sdk
from tests.sandbox.test_process import SDK_SESSION

# What is no knowledge: what carries it, and marks of the file's own.
_LEFT_OUT = {"clock", "ledger", "listeners", "is_kept"}


def known(state: State) -> object:
    """All that a state knows, to be compared."""
    return [
        *(state.signing_key, state.clock.ahead, state.default.organization_id),
        [_plain(organization) for organization in state.organizations()],
        *(_by_key(lru) for lru in (state.tokens, state.transfers, state.files.stored)),
        _by_key(state.customers),
    ]


def _by_key(lru: Any) -> object:
    return {key: _plain(value, is_named=True) for key, value in zip(lru, lru.values(), strict=True)}


def _plain(value: Any, *, is_named: bool = False) -> object:
    """A value as plain data; what leads back to where it came from is named."""
    if is_named and isinstance(value, model.Organization):
        return value.organization_id
    if isinstance(value, dict):
        return [(key, _plain(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not is_dataclass(value):
        return value
    found = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in _LEFT_OUT}
    if isinstance(value, model.Chat):
        found["customer"] = value.customer.id
    if isinstance(value, model.Organization):
        found["queue"] = [chat.id for chat in value.queue]
    return {n: _plain(item, is_named=n == "organization") for n, item in found.items()}


def after_a_kill(file: Path) -> State:
    """What a sandbox would know that is started now, if the one that runs were killed."""
    copy = file.with_name("copy")
    for ending in ("", "-wal"):
        shutil.copy(f"{file}{ending}", f"{copy}{ending}")
    state = State(Clock())
    Keeping(state, copy).close()
    return state


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state"


Run = Callable[..., Sandbox]


@pytest.fixture
def run(file: Path) -> Iterator[Run]:
    """Starts a sandbox that keeps what it knows, and compares that with its file each time."""
    started: list[Sandbox] = []

    def run(**more: Any) -> Sandbox:
        sandbox = start(state_file=file, **more)
        state = sandbox._state
        keep = state.keep

        def compare() -> None:
            keep()
            assert known(after_a_kill(file)) == known(state)

        state.keep = compare
        started.append(sandbox)
        return sandbox

    yield run
    for sandbox in started:
        sandbox.stop()


def stopped(sandbox: Sandbox) -> object:
    """What a sandbox knew in the end."""
    sandbox.stop()
    return known(sandbox._state)


def test_nobody_is_told_what_is_not_kept(
    run: Run, tls_sandbox: tuple[Sandbox, str], tmp_path: Path
) -> None:
    """LiveChat's own SDK goes through all methods; after each the file knows what is known."""
    certificate = tls_sandbox[1]
    key = str(Path(certificate).with_name("key.pem"))
    sandbox = run(bot=False, ssl_certfile=certificate, ssl_keyfile=key)
    run_python_sdk(SDK_SESSION, "3.6", sandbox, certificate, tmp_path)
    knew = stopped(sandbox)
    assert known(run(bot=False)._state) == knew


def test_what_the_scripted_agent_shows_is_kept(run: Run) -> None:
    sandbox = run(bot=False)
    customer, agent = Customer(sandbox), Agent(sandbox)
    chat_id = customer.start("hello")
    for name in tricks.NAMES:
        if sandbox.default.chats[chat_id].active_thread is None:
            agent.ok("resume_chat", chat={"id": chat_id})
        agent.show(chat_id, name)
    sandbox.clock.advance(3_600)  # everybody is back, nobody has written
    customer.call("list_chats", {})
    knew = stopped(sandbox)
    assert known(run(bot=False)._state) == knew


def test_what_agents_and_time_do_is_kept(run: Run) -> None:
    sandbox = run(bot=False)
    customer, agent = Customer(sandbox), Agent(sandbox)
    sandbox.default.chat_limit = 0
    chat_id = customer.start("hello", continuous=True)
    first = customer.threads()[0]["id"]
    assert sandbox.default.queue
    # Nobody is left, which the next look at the clock finds: that is pushed to nobody.
    agent.ok("set_routing_status", status="not_accepting_chats")
    sandbox.default.chat_limit = None
    agent.ok("set_routing_status", status="accepting_chats")
    # Unseen by the customer, an agent looks on.
    joined = {"user_id": agent.colleague, "user_type": "agent", "visibility": "agents"}
    agent.ok("add_user_to_chat", chat_id=chat_id, ignore_requester_presence=True, **joined)
    agent.token = sandbox.default.agents[agent.colleague].token
    agent.ok("mark_events_as_seen", chat_id=chat_id, seen_up_to="2030-01-01T00:00:00.000000Z")
    # Closed for want of a word, and resumed with the same request.
    sandbox.clock.advance(3_600)
    customer.ok("resume_chat", chat={"id": chat_id})
    customer.ok(
        "update_thread_properties",
        **{"chat_id": chat_id, "thread_id": first, "properties": {"rating": {"score": 1}}},
    )
    knew = stopped(sandbox)
    assert known(run(bot=False)._state) == knew


def test_what_was_left_unanswered_is_answered_at_the_next_start(run: Run) -> None:
    sandbox = run(bot=False)
    customer = Customer(sandbox)
    customer.start("hello")
    sandbox.stop()
    customer.sandbox = run()
    wait_for(lambda: len(customer.texts()) == 2)


def test_what_is_too_old_for_a_long_chat_is_dropped(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (model, keeping):
        monkeypatch.setattr(module, "MAX_EVENTS_PER_CHAT", 6)
    sandbox = run(bot=False)
    customer, agent = Customer(sandbox), Agent(sandbox)
    chat_id = customer.start("1", "2")
    customer.say("3")
    agent.ok("deactivate_chat", id=chat_id, ignore_requester_presence=True)
    agent.ok("resume_chat", chat={"id": chat_id})
    for text in "456789":
        customer.say(text)
    assert customer.texts() == ["5", "6", "7", "8", "9"]
    sandbox.stop()
    customer.sandbox = run(bot=False)
    assert customer.texts() == ["5", "6", "7", "8", "9"]


def test_who_is_dropped_from_memory_is_dropped_from_the_file(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "MAX_CUSTOMER_BYTES", 12_000)
    sandbox = run(bot=False)
    first, second = Customer(sandbox), Customer(sandbox)
    first.start("hello")
    second.start("hello")
    assert list(sandbox.default.customers) == [second.id]
    sandbox.reset()
    Customer(sandbox)


@pytest.fixture
def full(file: Path) -> Path:
    """A file with a chat in it."""
    sandbox = start(state_file=file, bot=False)
    Customer(sandbox).start("Is this kept?")
    sandbox.stop()
    return file


def _replace(file: Path, old: bytes, new: bytes) -> None:
    content = file.read_bytes()
    assert old in content
    file.write_bytes(content.replace(old, new))


def _execute(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        for statement in statements:
            database.execute(statement)


def _lack_a_field(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        query = "SELECT kind, id, owner, value FROM kept WHERE kind = 'customer'"
        row = state_file.Row(*database.execute(query).fetchone())
        row = row._replace(value=row.value.replace('"language"', '"tongue"'))
        update = "UPDATE kept SET value = ?, checksum = ? WHERE id = ?"
        database.execute(update, (row.value, row.checksum, row.id))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            lambda file: _replace(file, b"Is this kept?", b"Is that kept?"),
            r"a row \(event\) has changed",
        ),
        (lambda file: file.write_text("no database"), "is not a database"),
        (lambda file: os.truncate(file, file.stat().st_size // 2), "malformed"),
        (lambda file: _execute(file, "PRAGMA application_id = 1"), "is another program's"),
        (lambda file: _execute(file, "PRAGMA user_version = 99"), "another version of the sandbox"),
        (_lack_a_field, "another version of the sandbox: a Customer has other fields"),
        (
            lambda file: _execute(file, "DELETE FROM kept WHERE kind = 'chat'"),
            "in which chat is a thread",
        ),
    ],
    ids=["changed", "text", "half", "a database", "later", "other fields", "without a chat"],
)
def test_a_file_that_cannot_be_used_is_left_as_it_is(
    full: Path, damage: Callable[[Path], object], said: str
) -> None:
    damage(full)
    before = full.read_bytes()
    with pytest.raises(state_file.Unusable, match=said) as refused:
        start(state_file=full)
    assert str(full) in str(refused.value)
    assert full.read_bytes() == before


def test_a_file_that_cannot_be_had_is_named(full: Path) -> None:
    missing = full.parent / "missing" / "state"
    sandbox = start(state_file=full)
    for file in (full.parent, missing, full):  # a folder, in none, in use
        with pytest.raises(state_file.Unusable, match=f"{file} cannot be used"):
            start(state_file=file)
    sandbox.stop()
