"""The control plane for tests: answers that go wrong on request, and records of what was seen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """One way an answer goes wrong; see `Faults.add`."""

    action: str
    error: str | None
    status: int | None
    body: bytes | None
    content_type: str | None
    headers: dict[str, str]
    lose_answer: bool
    truncate: bool
    delay: float
    hang: float
    rewrite: Callable[[JSON], Any] | None
    data: JSON | None

    @property
    def refuses(self) -> bool:
        """Whether the request is answered by the fault and never carried out."""
        return self.error is not None or self.status is not None or self.body is not None


class Faults:
    """What is to go wrong, in the order it was added. Thread-safe."""

    def __init__(self) -> None:
        """Start with nothing going wrong."""
        self._lock = threading.Lock()
        self._armed: list[tuple[Fault, int]] = []

    def add(
        self,
        action: str,
        times: int = 1,
        *,
        error: str | None = None,
        status: int | None = None,
        body: bytes | str | None = None,
        content_type: str | None = None,
        headers: dict[str, str] | None = None,
        lose_answer: bool = False,
        truncate: bool = False,
        delay: float = 0.0,
        hang: float = 0.0,
        rewrite: Callable[[JSON], Any] | None = None,
        data: JSON | None = None,
    ) -> None:
        """Make the next ``times`` requests of ``action`` (``"*"``: of any) go wrong.

        Customer and Agent API share names: ``customer/send_event`` is the customers' alone, and
        ``rtm/send_event`` that of RTM.

        ``error`` (with ``data``), ``status`` and ``body`` (with ``content_type``) answer in place
        of the action, which is then not carried out. It *is* carried out with ``lose_answer`` (the
        connection dies before a usable answer arrives), ``truncate`` (half of the JSON arrives),
        ``rewrite`` (a callable from the answer to another, or to the bytes of what may be no
        JSON), ``delay`` (real seconds before anything happens) and ``hang`` (real seconds until the
        answer, which is in the records by then). ``headers`` are added to whatever is answered.

        Over RTM ``lose_answer`` and ``truncate`` close the connection without an answer, ``status``
        alone refuses with ``internal``, and there are no headers and no ``hang``. ``rtm/connect``
        meets those who open a connection: with ``error``, the reason of a ``customer_disconnected``
        (and ``data``), or else refused.

        Accounts actions are named ``token``, ``revoke``, ``info`` and ``identity_transfer``; there
        ``error`` is an ``oauth_exception``.
        """
        raw = body.encode() if isinstance(body, str) else body
        fault = Fault(
            action=action,
            error=error,
            status=status,
            body=raw,
            content_type=content_type,
            headers=headers or {},
            lose_answer=lose_answer,
            truncate=truncate,
            delay=delay,
            hang=hang,
            rewrite=rewrite,
            data=data,
        )
        with self._lock:
            self._armed.append((fault, times))

    def clear(self) -> None:
        """Let everything go right again."""
        with self._lock:
            self._armed.clear()

    def take(self, api: str, action: str) -> Fault | None:
        """Return the oldest fault that is due for ``action``, and count it as used."""
        with self._lock:
            for index, (fault, times) in enumerate(self._armed):
                if fault.action in (action, f"{api}/{action}", "*"):
                    self._armed[index : index + 1] = [(fault, times - 1)] if times > 1 else []
                    return fault
        return None


@dataclass
class Record:
    """One request, for tests that count and inspect them; filled in by the time it is answered."""

    api: str
    """``accounts``, ``customer``, ``rtm``, ``agent``; ``sandbox`` for what is not LiveChat's."""
    action: str
    """The method's name, e.g. ``list_chats``; the accounts actions as in `Faults.add`."""
    headers: dict[str, str]
    """Request headers by lower-case name, without ``authorization`` and ``cookie``."""
    organization_id: str | None = None
    status: int = 0
    error: str | None = None
    """``error.type``, ``oauth_exception`` or ``identity_exception`` of the answer."""
    bytes_in: int = 0
    bytes_out: int = 0
    """Length of the answer's body; of the whole one where a fault let it be lost."""
    payload: JSON = field(default_factory=dict)
    """The request's JSON, or query parameters; ``{}`` where it was too long to keep.

    Of a login over RTM without the token.
    """


WAYS = ("lacks", "gains", "changes")
"""How an answer may deviate from the reference."""

GAINED = "a value that no report may hold"


def deviation(how: str, path: str) -> Callable[[JSON], JSON]:
    """Return a `rewrite` by which an answer lacks, gains or changes a field (`WAYS`).

    ``path`` leads to the field, through objects by ``.`` and through all items of an array by
    ``[]``: ``chats_summary[].active``. Where there is no such place nothing happens.
    """
    *way, last = path.replace("[]", ".[]").split(".")

    def rewrite(answer: JSON) -> JSON:
        places: list[Any] = [answer]
        for step in way:
            places = [found for place in places for found in _inside(place, step)]
        for place in places:
            if isinstance(place, dict):
                _deviate(place, last, how)
        return answer

    return rewrite


def _inside(place: Any, step: str) -> list[Any]:
    if step == "[]":
        return place if isinstance(place, list) else []
    return [place[step]] if isinstance(place, dict) and step in place else []


def _deviate(place: JSON, field: str, how: str) -> None:
    if how == "gains":
        place[field] = GAINED
    elif field in place and how == "lacks":
        del place[field]
    elif field in place:
        place[field] = 7 if isinstance(place[field], str) else GAINED
