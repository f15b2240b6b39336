"""A page that is closed for good: what was kept for it is given back, not sooner and not later."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field

import pytest

from livechat.chat.attachment import MAX_BYTES, Attachment
from livechat.page.leaving import Leaving
from tests.driver import Page

KEPT_FOR = 120


@dataclass
class Server:
    """What Streamlit tells of its sessions."""

    connected: set[str] = field(default_factory=set)
    dropped: list[str] = field(default_factory=list)
    now: float = 0.0


@pytest.fixture
def server() -> Server:
    return Server({"a", "b"})


@pytest.fixture
def leaving(server: Server, chatting: Page) -> Leaving:
    leaving = Leaving(
        lambda id: id in server.connected, server.dropped.append, clock=lambda: server.now
    )
    leaving.watch("a", chatting.visit)
    return leaving


def sweep(leaving: Leaving, server: Server, seconds: int) -> None:
    for _ in range(seconds // 30):
        server.now += 30.01  # a thread that sleeps wakes a bit late
        leaving.sweep(KEPT_FOR)


def test_who_is_there_is_let_alone_however_long(
    leaving: Leaving, server: Server, chatting: Page
) -> None:
    sweep(leaving, server, 7_200)
    assert chatting.texts
    assert server.dropped == []


def test_a_line_that_comes_back_in_time_finds_everything(
    leaving: Leaving, server: Server, chatting: Page
) -> None:
    for _ in range(10):
        server.connected.clear()
        sweep(leaving, server, KEPT_FOR - 30)
        server.connected.add("a")
        sweep(leaving, server, 30)
    assert chatting.texts
    assert server.dropped == []


def test_for_as_long_as_streamlit_takes_a_line_back_everything_is_there(
    leaving: Leaving, server: Server, chatting: Page
) -> None:
    sweep(leaving, server, 60)
    server.connected.clear()  # just before the next one
    sweep(leaving, server, KEPT_FOR + 29)
    assert chatting.texts
    assert server.dropped == []


def test_a_visit_that_still_asks_livechat_for_something_holds_up_no_other(
    leaving: Leaving, server: Server, chatting: Page
) -> None:
    other = Page(chatting.sandbox)
    other.say("Hello")
    leaving.watch("b", other.visit)
    server.connected.clear()
    assert chatting.visit._work_lock.begin(waits=False)
    sweep(leaving, server, 180)
    assert set(server.dropped) == {"a", "b"}
    assert other.texts == []
    assert chatting.texts
    chatting.visit._work_lock.end()
    sweep(leaving, server, 30)
    assert chatting.texts == []


def test_within_three_minutes_of_the_end_everything_is_given_back_without_a_collector(
    leaving: Leaving, server: Server, chatting: Page
) -> None:
    sweep(leaving, server, 60)
    content = bytes(MAX_BYTES + 1)  # so that it waits for the visitor
    chatting.visit.say("Look", [Attachment("a.txt", "text/plain", content)])
    chatting.run()
    assert chatting.undelivered
    server.connected.clear()
    gc.disable()
    try:
        sweep(leaving, server, 180)
        assert server.dropped == ["a"]
        assert not any(content is held for held in _attached())
    finally:
        gc.enable()
    assert chatting.texts == []
    assert chatting.undelivered == []
    since = len(chatting.sandbox.requests)
    chatting.poll(600)
    assert chatting.asked(since, about_all=True) == []
    sweep(leaving, server, 600)
    assert server.dropped == ["a"]


def _attached() -> list[bytes]:
    # isinstance would ask what a weak reference refers to, which may be gone.
    return [held.content for held in gc.get_objects() if type(held) is Attachment]


def test_whose_visit_is_another_by_now_has_that_one_end(
    leaving: Leaving, server: Server, chatting: Page
) -> None:
    other = Page(chatting.sandbox)
    other.say("Hello")
    leaving.watch("a", other.visit)
    server.connected.clear()
    sweep(leaving, server, 180)
    assert other.texts == []
    assert server.dropped == ["a"]
