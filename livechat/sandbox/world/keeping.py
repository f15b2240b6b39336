"""Keeping all that the sandbox knows in a file, and knowing it again (``--state``).

What is looked at after a request is what it may have changed: the customers, tokens and files that
were used. Of these only what is not in the file as it is gets written; an event or an older thread
is not even compared, but says so itself (``is_kept``).
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from .errors import ApiError
from .files import File
from .lru import Lru
from .model import MAX_EVENTS_PER_CHAT, Chat, Customer, Event, Organization, Thread
from .state import DEFAULT_ORGANIZATION_ID, State, Token, Transfer
from .state_file import Row, StateFile, Unusable, read, written

JSON = dict[str, Any]

_REFERENCES = {
    "organization": {"clock", "ledger", "listeners", "customers", "chats", "queue"},
    "customer": {"chat"},
    "chat": {"customer", "threads"},
    "thread": {"events", "is_kept"},
    "event": {"is_kept"},
    "file": {"data"},
    "token": {"organization"},
    "transfer": {"organization"},
}
"""By the kind of thing: the fields that lead to other things, or are kept otherwise."""

_log = logging.getLogger(__name__)


class Keeping:
    """Keeps a state in a file."""

    def __init__(self, state: State, path: Path) -> None:
        """Have ``state`` know what the file knows, and from now on the file what that knows.

        Raises Unusable.
        """
        self._state = state
        self._file = StateFile(path)
        self._digests: dict[str, dict[tuple[str, str], bytes]] = {}
        try:
            _Restoring(state, self._file, self._note).restore()
            self._file.check_writable()
        except (ValueError, KeyError, TypeError) as error:
            self._file.close()
            what = f"{path} is damaged, or of another version of the sandbox"
            raise Unusable(f"{what}: {error}") from None
        except Unusable:
            self._file.close()
            raise
        for lru in self._watched():
            lru.watch()
        self._is_behind = False
        state.keep = self.keep

    def _watched(self) -> tuple[Lru[str, Any], ...]:
        state = self._state
        return state.customers, state.lodged, state.tokens, state.transfers, state.files.stored

    def keep(self) -> None:
        """Return once the file has all that has changed. Raises ApiError ``internal``."""
        try:
            if self._is_behind:
                self._keep_everything()
            self._keep()
            self._file.commit()
            self._is_behind = False
        except sqlite3.Error as error:
            self._file.rollback()
            self._is_behind = True
            _log.error("The state's file cannot be written: %s", error)
            raise ApiError("internal") from None

    def begin_anew(self) -> None:
        """Have the file forget what the state has forgotten, with the next `keep`."""
        self._is_behind = True

    def close(self) -> None:
        """Keep what is left, and give the file back."""
        with suppress(ApiError):
            self.keep()
        self._file.close()

    def _keep_everything(self) -> None:
        """Have `_keep` write all there is, as if nothing had been written before."""
        self._file.clear()
        self._digests.clear()
        for lru in self._watched():
            lru.watch()
            for key in list(lru):
                lru.get(key)
        for organization in self._state.organizations():
            for chat in organization.chats.values():
                for thread in chat.threads:
                    thread.is_kept = False
                    for event in thread.events:
                        event.is_kept = False

    def _keep(self) -> None:
        state = self._state
        self._put("sandbox", "", "", _about(state))
        customers = state.customers.used()
        organizations = {state.default.organization_id: state.default}
        for organization_id, lodged in state.lodged.used():
            if lodged is None:
                self._drop("organization", organization_id)
            else:
                organizations[organization_id] = lodged
        for customer_id, organization in customers:
            if organization is None:
                self._file.drop_owned(customer_id)
                self._digests.pop(customer_id, None)
            else:
                self._keep_customer(organization, organization.customers[customer_id])
                organizations[organization.organization_id] = organization
        for organization in organizations.values():
            queue = [chat.id for chat in organization.queue]
            value = _written("organization", organization, queue=queue)
            self._put("organization", organization.organization_id, "", value)
        for kind, lru in (("token", state.tokens), ("transfer", state.transfers)):
            self._keep_bearers(kind, lru)
        for file_id, file in state.files.stored.used():
            if file is None:
                self._drop("file", file_id)
            else:
                self._put("file", file_id, "", _written("file", file), file.data)

    def _keep_bearers(self, kind: str, lru: Lru[str, Any]) -> None:
        for text, bearer in lru.used():
            if bearer is None:
                self._drop(kind, text)
            else:
                organization_id = bearer.organization.organization_id
                self._put(kind, text, "", _written(kind, bearer, organization=organization_id))

    def _keep_customer(self, organization: Organization, customer: Customer) -> None:
        owner, chat = customer.id, customer.chat
        value = _written("customer", customer, organization=organization.organization_id)
        self._put("customer", customer.id, owner, value)
        if chat is None:
            return
        self._put("chat", chat.id, owner, _written("chat", chat))
        for thread in chat.threads:
            if not thread.is_kept or thread is chat.last_thread:
                self._put("thread", thread.id, owner, _written("thread", thread))
                thread.is_kept = True
            for event in thread.events:
                if not event.is_kept:
                    value = _written("event", event, thread_id=thread.id)
                    self._file.put(Row("event", f"{thread.id}/{event.id}", owner, value))
                    event.is_kept = True
        count = sum(len(thread.events) for thread in chat.threads)
        if count + len(chat.threads) >= MAX_EVENTS_PER_CHAT:
            self._file.drop_oldest("event", owner, but=count)
            self._file.drop_oldest("thread", owner, but=len(chat.threads))

    def _put(self, kind: str, id: str, owner: str, value: str, data: bytes = b"") -> None:
        row = Row(kind, id, owner, value, data)
        if self._note(row):
            self._file.put(row)

    def _note(self, row: Row) -> bool:
        """Say whether the row is another one than noted last."""
        of_owner = self._digests.setdefault(row.owner, {})
        digest = hashlib.blake2b(row.value.encode(), digest_size=16).digest()
        is_new = of_owner.get((row.kind, row.id)) != digest
        of_owner[row.kind, row.id] = digest
        return is_new

    def _drop(self, kind: str, id: str) -> None:
        self._file.drop(kind, id)
        self._digests.get("", {}).pop((kind, id), None)


def _about(state: State) -> str:
    return json.dumps({"signing_key": state.signing_key.hex(), "ahead": state.clock.ahead})


def _written(kind: str, thing: Any, **more: Any) -> str:
    return written(thing, _REFERENCES[kind], **more)


class _Restoring:
    """Builds what the rows of a file tell of. Owners come before what they own."""

    def __init__(self, state: State, file: StateFile, note: Callable[[Row], bool]) -> None:
        self._state = state
        self._source = file
        self._note = note
        self._organizations: dict[str, Organization] = {}
        self._queues: dict[str, list[str]] = {}
        self._threads: dict[str, tuple[Chat, Thread]] = {}

    def restore(self) -> None:
        """Raises Unusable, and ValueError, KeyError or TypeError for what is not as expected."""
        rows: dict[str, list[Row]] = {}
        for row in self._source.rows():
            rows.setdefault(row.kind, []).append(row)
        for kind in ("sandbox", *_REFERENCES):
            for row in rows.pop(kind, []):
                getattr(self, f"_{kind}")(json.loads(row.value), row)
                if kind != "event":
                    self._note(row)
        if rows:
            raise ValueError(f"what is a {next(iter(rows))}?")
        for organization_id, chat_ids in self._queues.items():
            organization = self._organizations[organization_id]
            organization.queue += [organization.chats[chat_id] for chat_id in chat_ids]

    def _sandbox(self, value: JSON, _row: Row) -> None:
        self._state.sign_with(bytes.fromhex(value["signing_key"]))
        self._state.clock.advance(value["ahead"])

    def _organization(self, value: JSON, row: Row) -> None:
        state = self._state
        self._queues[row.id] = value.pop("queue")
        organization = read(
            Organization,
            value,
            clock=state.clock,
            ledger=state.customers,
            listeners=state.listeners,
            customers={},
            chats={},
            queue=[],
        )
        self._organizations[row.id] = organization
        state.restored(organization, is_default=row.id == DEFAULT_ORGANIZATION_ID)

    def _customer(self, value: JSON, row: Row) -> None:
        organization = self._organizations[value.pop("organization")]
        organization.admit(read(Customer, value, chat=None))

    def _chat(self, value: JSON, row: Row) -> None:
        organization = self._organization_of(row)
        customer = organization.customers[row.owner]
        chat = read(Chat, value, customer=customer, threads=[])
        organization.chats[chat.id] = customer.chat = chat

    def _thread(self, value: JSON, row: Row) -> None:
        organization = self._organization_of(row)
        chat = organization.customers[row.owner].chat
        if chat is None:
            raise ValueError("in which chat is a thread?")
        thread = read(Thread, value, events=[], is_kept=True)
        self._threads[thread.id] = chat, thread
        organization.add_thread(chat, thread)

    def _event(self, value: JSON, row: Row) -> None:
        chat, thread = self._threads[value.pop("thread_id")]
        event = read(Event, value, is_kept=True)
        self._organization_of(row).add_event(chat, thread, event)
        self._state.clock.passed(event.created_at)

    def _organization_of(self, row: Row) -> Organization:
        organization = self._state.customers.get(row.owner)
        if organization is None:
            raise ValueError(f"whose is a {row.kind}?")
        return organization

    def _file(self, value: JSON, row: Row) -> None:
        self._state.files.put(read(File, value, data=row.data))

    def _token(self, value: JSON, row: Row) -> None:
        organization = self._organizations[value.pop("organization")]
        self._state.tokens.put(row.id, read(Token, value, organization=organization))

    def _transfer(self, value: JSON, row: Row) -> None:
        organization = self._organizations[value.pop("organization")]
        self._state.transfers.put(row.id, read(Transfer, value, organization=organization))
