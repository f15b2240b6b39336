"""The file of ``--state``: rows of JSON in SQLite, which is whole whenever its process is killed.

What is committed is in the file, or next to it in the journal that the next start reads first, when
the process ends in whatever way. When the machine itself ends, the last moments may be lost.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

from .clock import from_text, to_text

JSON = dict[str, Any]
T = TypeVar("T")

_APPLICATION = 0x4C435342  # tells the file from another program's
_FORMAT = 1  # of the table below; what is in its rows tells its own fields

_TABLE = """
CREATE TABLE kept (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    owner TEXT NOT NULL,
    value TEXT NOT NULL,
    data BLOB NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX owned ON kept (owner, kind);
"""
_PUT = """
INSERT INTO kept VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET owner = excluded.owner, value = excluded.value, data = excluded.data,
    checksum = excluded.checksum
"""


class Unusable(Exception):
    """The file cannot be had, or what is in it cannot be made use of; says why."""


class Row(NamedTuple):
    """One thing that is kept; ``owner`` is the customer with whom it goes, if there is one."""

    kind: str
    id: str
    owner: str
    value: str
    """JSON, as `written` makes it."""
    data: bytes = b""

    @property
    def checksum(self) -> int:
        """By which damage is noticed that leaves the file one of SQLite's."""
        return zlib.crc32(self.data, zlib.crc32("\0".join(self[:4]).encode()))


class StateFile:
    """An open file, which is nobody else's meanwhile."""

    def __init__(self, path: Path) -> None:
        """Open it, or make it. Raises Unusable."""
        self._path = path
        try:
            # Opened by one thread, used by another.
            self._database = sqlite3.connect(path, timeout=0, check_same_thread=False)
            try:
                self._begin()
            except BaseException:
                self._database.close()
                raise
        except sqlite3.Error as error:
            raise Unusable(f"{path} cannot be used: {error}") from None

    def _begin(self) -> None:
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        (application,) = self._database.execute("PRAGMA application_id").fetchone()
        (tables,) = self._database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        is_new = not application and not tables
        if not is_new and application != _APPLICATION:
            raise Unusable(f"{self._path} is another program's")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        if is_new:
            marks = f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {_FORMAT};"
            self._database.executescript(f"BEGIN IMMEDIATE; {_TABLE} {marks} COMMIT;")
        (found,) = self._database.execute("PRAGMA user_version").fetchone()
        if found != _FORMAT:
            raise Unusable(f"{self._path} was written by another version of the sandbox")
        (state,) = self._database.execute("PRAGMA quick_check(1)").fetchone()
        if state != "ok":
            raise Unusable(f"{self._path} is damaged: {state}")

    def check_writable(self) -> None:
        """Write to it. Raises Unusable."""
        try:
            self._database.execute(f"PRAGMA user_version = {_FORMAT}")
        except sqlite3.Error as error:
            raise Unusable(f"{self._path} cannot be used: {error}") from None

    def rows(self) -> Iterator[Row]:
        """Return all that is kept, in the order in which it came. Raises Unusable."""
        columns = "kind, id, owner, value, data, checksum"
        try:
            for *kept, checksum in self._database.execute(
                f"SELECT {columns} FROM kept ORDER BY rowid"
            ):
                row = Row(*kept)
                if row.checksum != checksum:
                    raise Unusable(f"{self._path} is damaged: a row ({row.kind}) has changed")
                yield row
        except sqlite3.Error as error:
            raise Unusable(f"{self._path} is damaged: {error}") from None

    def put(self, row: Row) -> None:
        """Add a row, or write it anew, with the next `commit`. Raises sqlite3.Error."""
        self._database.execute(_PUT, (*row, row.checksum))

    def drop(self, kind: str, id: str) -> None:
        """Drop a row, with the next `commit`. Raises sqlite3.Error."""
        self._database.execute("DELETE FROM kept WHERE kind = ? AND id = ?", (kind, id))

    def drop_owned(self, owner: str) -> None:
        """Drop all that goes with a customer. Raises sqlite3.Error."""
        self._database.execute("DELETE FROM kept WHERE owner = ?", (owner,))

    def drop_oldest(self, kind: str, owner: str, but: int) -> None:
        """Drop all of a customer's but the newest of a kind. Raises sqlite3.Error."""
        self._database.execute(
            "DELETE FROM kept WHERE rowid IN (SELECT rowid FROM kept WHERE owner = ? AND kind = ?"
            " ORDER BY rowid DESC LIMIT -1 OFFSET ?)",
            (owner, kind, but),
        )

    def clear(self) -> None:
        """Drop everything, with the next `commit`. Raises sqlite3.Error."""
        self._database.execute("DELETE FROM kept")

    def commit(self) -> None:
        """Have all since the last one in the file, or nothing of it. Raises sqlite3.Error."""
        self._database.commit()

    def rollback(self) -> None:
        """Forget what was not committed."""
        self._database.rollback()

    def close(self) -> None:
        """Give the file back, with all of it in one."""
        self._database.close()


def written(thing: Any, without: set[str], **more: Any) -> str:
    """Return a dataclass's fields as JSON, but for some, and with ``more``."""
    return json.dumps(_fields(thing, without) | more, default=_plain)


def _fields(thing: Any, without: set[str]) -> JSON:
    return {f.name: getattr(thing, f.name) for f in fields(thing) if f.name not in without}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return _fields(value, set())


def read(kind: type[T], kept: JSON, **given: Any) -> T:
    """Return the dataclass whose fields `written` has told, but for those that are ``given``.

    Raises ValueError if these are not all of its fields, or not of their types.
    """
    hints = _hints(kind)  # type: ignore[arg-type]
    if kept.keys() | given.keys() != hints.keys():
        raise ValueError(f"a {kind.__name__} has other fields")
    return kind(**{name: _value(hints[name], value) for name, value in kept.items()}, **given)


@cache
def _hints(kind: type) -> JSON:
    return get_type_hints(kind)


def _value(kind: Any, kept: Any) -> Any:
    """Raises ValueError for what is not of that type."""
    origin, of = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return None if kept is None else _value(of[0], kept)
    if kind is Any:
        return kept
    if kind is datetime and isinstance(kept, str):
        return from_text(kept)
    if kind is float and isinstance(kept, int):
        return kept
    if origin is dict and isinstance(kept, dict):
        return {_key(of[0], key): _value(of[1], value) for key, value in kept.items()}
    if origin in (list, set, tuple) and isinstance(kept, list):
        return origin(_value(of[0], value) for value in kept)
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(kept, dict):
        return read(kind, kept)
    if isinstance(kind, type) and isinstance(kept, kind):
        return kept
    raise ValueError(f"not of the type {kind}")


def _key(kind: type, kept: str) -> Any:
    return int(kept) if kind is int else kept
