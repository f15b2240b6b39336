"""Pages and polls take turns, the most urgent ones first."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from livechat.page import turns
from livechat.page.turns import Rank
from livechat.sandbox import Sandbox
from livechat.visit import load
from livechat.visit.drawing import TORN_WITHIN
from livechat.visit.gate import Entry, Gate
from livechat.visit.load import Load
from tests.driver import Clock, Page
from tests.page.whole_page import say, visit_of, work
from tests.visit.scenes import happening, wait_until


class Watched(Gate):
    """A gate that remembers the ranks of all who came, by a clock of its own."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.clock.now = 0.0
        super().__init__(places=1, seconds=60.0, clock=self.clock)
        self.ranks: list[Rank] = []

    def come(self, rank: Callable[[], float]) -> Entry:
        self.ranks.append(Rank(self.clock.now - rank()))
        return super().come(rank)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Watched:
    gate = Watched()
    monkeypatch.setattr(turns, "_gate", gate)
    monkeypatch.setattr(turns, "time", SimpleNamespace(monotonic=gate.clock))
    return gate


def test_a_page_waits_for_its_turn(app: AppTest, gate: Watched) -> None:
    other = gate.come(lambda: -math.inf)
    running = threading.Thread(target=app.run)
    running.start()
    wait_until(lambda: bool(gate._waiting))
    assert "visit" not in app.session_state
    gate.leave(other)
    running.join()
    assert visit_of(app).token
    assert not gate._inside


def test_nobody_waits_for_a_page_that_waits_for_livechat(
    app: AppTest, sandbox: Sandbox, gate: Watched
) -> None:
    inside: list[dict[Entry, float]] = []
    for action in ("token", "list_chats"):
        sandbox.faults.add(action, rewrite=happening(lambda: inside.append(dict(gate._inside))))
    app.run()
    assert inside == [{}, {}]


def test_a_page_that_fails_gives_its_turn_back(
    app: AppTest, gate: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVECHAT_POLL_SECONDS", "soon")
    assert app.run().error
    assert not gate._inside


def test_how_urgent_a_run_of_the_page_is(app: AppTest, gate: Watched) -> None:
    app.run()
    assert gate.ranks[0] is Rank.NEW
    # LiveChat has said who the visitor is, and how the chat stands.
    assert gate.ranks[1:] == [Rank.BEGUN]
    gate.ranks.clear()
    say(app, "Hello")
    assert gate.ranks[0] is Rank.ACT
    assert set(gate.ranks[1:]) <= {Rank.BEGUN}  # the answer may be there before the page is drawn
    work(app)


def test_what_is_less_urgent_comes_later_but_it_comes(
    gate: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = SimpleNamespace(session_id="")
    monkeypatch.setattr(turns, "get_script_run_ctx", lambda: session)
    other = gate.come(lambda: -math.inf)
    went_on: list[str] = []

    def run(name: str, rank: Rank) -> None:
        turns._wait(rank)
        went_on.append(name)
        turns.give_back()

    came = [("new", 0, Rank.NEW), ("poll", 3, Rank.POLL), ("news", 4, Rank.NEWS)]
    came += [("later news", 12, Rank.NEWS), ("awaited", 14, Rank.AWAITED)]
    came += [("begun", 50, Rank.BEGUN), ("act", 51, Rank.ACT)]
    runs = []
    for number, (name, at, rank) in enumerate(came, start=1):
        gate.clock.now, session.session_id = at, name
        runs.append(threading.Thread(target=run, args=(name, rank)))
        runs[-1].start()
        wait_until(lambda number=number: len(gate._waiting) == number)  # type: ignore[misc]
    gate.leave(other)
    for waiting in runs:
        waiting.join()
    assert went_on == ["act", "begun", "news", "poll", "awaited", "new", "later news"]


def fragment() -> None:
    """The page's fragment, as it runs by itself."""
    import streamlit as st

    from livechat.page.browser import autorefresh

    autorefresh.poll(st.session_state.visit)


@pytest.fixture
def poll(chatting: Page) -> AppTest:
    app = AppTest.from_function(fragment)
    app.session_state["visit"] = chatting.visit
    return app


def test_pushes_are_more_urgent_than_polls(poll: AppTest, chatting: Page, gate: Watched) -> None:
    chatting.visit.drew(chatting.visit.glance())
    poll.session_state["polled"] = 1  # tick ago
    assert not poll.run().exception
    assert gate.ranks == [Rank.POLL]
    poll.run()
    assert gate.ranks[1:] == [Rank.NEWS]
    chatting.visit.say("Is anybody there?")
    chatting.visit.work()
    chatting.visit.drew(chatting.visit.glance())
    poll.run()
    assert gate.ranks[2] is Rank.AWAITED


def test_whether_a_page_is_torn_is_told_before_it_waits(
    poll: AppTest, chatting: Page, gate: Watched
) -> None:
    chatting.visit.drew(chatting.visit.glance())
    poll.run()
    chatting.visit.completed()
    gate.ranks.clear()
    other = gate.come(lambda: -math.inf)
    running = threading.Thread(target=poll.run)
    running.start()
    wait_until(lambda: bool(gate._waiting))
    chatting.clock.now += TORN_WITHIN
    gate.leave(other)
    running.join()
    assert len(gate.ranks) == 3  # it was drawn again


def test_of_a_session_only_its_latest_run_waits(gate: Watched) -> None:
    def run() -> None:
        with turns.turn():
            pass

    other = gate.come(lambda: -math.inf)
    runs = [threading.Thread(target=run) for _ in range(3)]
    for waiting in runs:
        waiting.start()
    # Streamlit has stopped all but the latest one.
    wait_until(lambda: sum(waiting.is_alive() for waiting in runs) == 1)
    assert len(gate.ranks) == 4
    gate.leave(other)
    for waiting in runs:
        waiting.join()
    assert not gate._inside
    assert not turns._waiting


def test_the_latest_run_of_a_session_has_the_place_of_the_one_before(gate: Watched) -> None:
    other = gate.come(lambda: -math.inf)
    runs = [threading.Thread(target=turns._wait, args=(rank,)) for rank in (Rank.NEWS, Rank.NEW)]
    for number, waiting in enumerate(runs, start=2):
        waiting.start()
        wait_until(lambda number=number: len(gate.ranks) == number)  # type: ignore[misc]
    gate.leave(other)
    for waiting in runs:
        waiting.join()
    assert gate.ranks[1:] == [Rank.NEWS, Rank.NEWS]


def test_how_long_new_pages_wait_tells_how_busy_the_process_is(
    app: AppTest, gate: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "PROCESS", Load())
    app.run()
    say(app, "Hello")
    work(app)
    assert len(load.PROCESS._queued) == 1


def test_and_so_does_how_long_news_wait(
    poll: AppTest, chatting: Page, gate: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "PROCESS", Load())
    chatting.visit.drew(chatting.visit.glance())
    poll.run()
    assert gate.ranks == [Rank.NEWS]
    assert len(load.PROCESS._queued) == 1
