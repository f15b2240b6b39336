"""Pagination (section 3.2): ``page_id`` in place of limit, order and filters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from itsdangerous import BadSignature, URLSafeSerializer

from .clock import Clock, from_text, to_text
from .errors import ApiError

JSON = dict[str, Any]
T = TypeVar("T")

PAGE_LIFETIME = timedelta(days=30)


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list."""

    items: list[T]
    links: JSON
    """``next_page_id`` and ``previous_page_id``, each only where there is such a page."""


class Pages:
    """Cuts lists into pages. A page id carries all it stands for, signed: nothing is stored."""

    def __init__(self, clock: Clock, key: bytes) -> None:
        """Sign with ``key``."""
        self._clock = clock
        self._signer = URLSafeSerializer(key, salt="page")

    def cut(
        self,
        scope: str,
        request: JSON,
        select: Callable[[JSON], list[T]],
        size: Callable[[JSON, list[T]], int],
    ) -> Page[T]:
        """Return the page that ``request`` asks for.

        ``select`` returns all items in order for the options of the first request, to which
        ``until`` (the time of that request) is added, so that what was added since does not shift
        the pages; ``size`` says how many of the remaining items make a page. ``scope`` names the
        list: a page id of another one is refused. Raises ApiError ``validation``.
        """
        if "page_id" in request:
            options, starts = self._read(scope, request["page_id"])
        else:
            options, starts = {**request, "until": to_text(self._clock.now())}, [0]
        items = select(options)[starts[-1] :]
        count = size(options, items)
        links = {}
        if count < len(items):
            links["next_page_id"] = self._write(scope, options, [*starts, starts[-1] + count])
        if len(starts) > 1:
            links["previous_page_id"] = self._write(scope, options, starts[:-1])
        return Page(items[:count], links)

    def _write(self, scope: str, options: JSON, starts: list[int]) -> str:
        expires = to_text(self._clock.now() + PAGE_LIFETIME)
        return str(self._signer.dumps([scope, expires, options, starts]))

    def _read(self, scope: str, page_id: str) -> tuple[JSON, list[int]]:
        try:
            of_scope, expires, options, starts = self._signer.loads(page_id)
        except BadSignature:
            raise ApiError("validation", "`page_id` is unknown") from None
        if of_scope != scope or from_text(expires) < self._clock.now():
            raise ApiError("validation", "`page_id` is unknown or has expired")
        return options, starts
