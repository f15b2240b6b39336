"""Reading chats, for both APIs: `list_threads`, `get_chat`, and the order of `list_chats`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..world.chats import find_thread, parse_time
from ..world.clock import from_text
from ..world.model import Chat, Thread
from ..world.pagination import Pages
from ..world.views import AgentView, CustomerView

JSON = dict[str, Any]

DEFAULT_CHATS = 10
DEFAULT_THREADS = 3


def list_threads(
    pages: Pages, view: CustomerView | AgentView, chat: Chat, scope: str, request: JSON
) -> JSON:
    """Return a page of a chat's threads (sections 3.2, 3.3 and 8.3).

    ``scope`` says whose list it is. Raises ApiError ``validation``.
    """
    options = {name: value for name, value in request.items() if name != "chat_id"}
    page = pages.cut(f"{scope}/{chat.id}", options, lambda known: _threads(chat, known), _how_many)
    return {
        "threads": [view.thread(chat, thread) for thread in page.items],
        "found_threads": len(_filtered(chat.threads, request.get("filters", {}))),
        **page.links,
    }


def get_chat(view: CustomerView | AgentView, chat: Chat, request: JSON) -> JSON:
    """Return a chat with the thread asked for, or its newest (sections 3.3 and 8.3).

    Raises ApiError ``not_found``.
    """
    thread_id = request.get("thread_id")
    thread = chat.last_thread if thread_id is None else find_thread(chat, thread_id)
    return view.chat(chat, thread)


def _threads(chat: Chat, options: JSON) -> list[Thread]:
    until = from_text(options["until"])
    threads = _filtered(chat.threads, options.get("filters", {}))
    threads = [thread for thread in threads if thread.created_at <= until]
    # `min_events_count` always counts from the newest thread.
    oldest_first = options.get("sort_order") == "asc" and "min_events_count" not in options
    return threads if oldest_first else threads[::-1]


def _filtered(threads: Iterable[Thread], filters: JSON) -> list[Thread]:
    since = parse_time(filters["from"]) if "from" in filters else None
    until = parse_time(filters["to"]) if "to" in filters else None
    return [
        thread
        for thread in threads
        if (since is None or thread.created_at >= since)
        and (until is None or thread.created_at <= until)
    ]


def _how_many(options: JSON, threads: list[Thread]) -> int:
    wanted = options.get("min_events_count")
    if wanted is None:
        return min(len(threads), int(options.get("limit", DEFAULT_THREADS)))
    events = 0
    for count, thread in enumerate(threads, start=1):
        events += len(thread.events)
        if events >= wanted:
            return count
    return len(threads)


def sort_chats(chats: Iterable[Chat], options: JSON) -> list[Chat]:
    """Sort by the creation of the last thread, newest first by default.

    Leaves out chats that got one since the first page was asked for.
    """
    until = from_text(options["until"])
    return sorted(
        (chat for chat in chats if chat.last_thread.created_at <= until),
        key=lambda chat: chat.last_thread.created_at,
        reverse=options.get("sort_order") != "asc",
    )


def page_of_chats(options: JSON, chats: list[Chat]) -> int:
    """How many of the remaining chats make a page."""
    return min(len(chats), int(options.get("limit", DEFAULT_CHATS)))
