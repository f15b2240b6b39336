"""What the log says of LiveChat, for all visitors together."""

from __future__ import annotations

import pytest

from livechat.api.errors import EXPIRED, CustomerBanned, Unreachable
from livechat.sandbox import Sandbox
from livechat.visit import touch, visit
from livechat.visit.gate import Gate
from tests.conftest import Said
from tests.driver import Page


@pytest.fixture
def crowd(sandbox: Sandbox) -> list[Page]:
    """Several visitors with a chat each, by one clock."""
    pages = [Page(sandbox) for _ in range(5)]
    for page in pages:
        page.clock.now = pages[0].clock.now
        page.say("Hello")
    return pages


def polls(pages: list[Page], seconds: float) -> None:
    """All of them poll, one after the other, for so long."""
    for _ in range(int(seconds / 3)):
        for page in pages:
            page.poll()


def test_an_outage_is_one_line_and_its_end_another(crowd: list[Page], said: Said) -> None:
    crowd[0].sandbox.faults.add("*", status=503, times=10_000)
    polls(crowd, 90)
    ((level, line),) = said()
    assert level == "WARNING"
    assert line.startswith("Out of touch with LiveChat for ")
    assert "HTTP 503" in line
    crowd[0].sandbox.faults.clear()
    polls(crowd, 90)
    ((level, line),) = said()
    assert level == "INFO"
    assert line.startswith("In touch with LiveChat again, after ")
    assert 85 < float(line.split()[-2]) < 180


def test_one_visitors_trouble_is_not_said(crowd: list[Page], said: Said) -> None:
    unlucky, *others = crowd
    for _ in range(20):
        unlucky.sandbox.faults.add("list_chats", status=503, times=2)
        unlucky.poll()
        unlucky.sandbox.faults.clear()
        polls(others, 3)
    assert said() == []


def test_what_livechat_refuses_to_the_only_visitor_is_an_answer(
    sandbox: Sandbox, said: Said
) -> None:
    page = Page(sandbox)
    page.say("Hello")
    sandbox.faults.add("customer/list_chats", error="validation", times=10_000)
    polls([page], 90)
    assert sandbox.requests[-1].error == "validation"
    assert said() == []


@pytest.mark.parametrize(
    ("error", "level", "line"),
    [
        ("too_many_requests", "WARNING", "LiveChat limits how often it is asked: list_chats: "),
        (EXPIRED, "ERROR", "LiveChat serves no visitor: The organization's LiveChat trial or "),
    ],
)
def test_what_livechat_refuses_to_all_is_said_once_an_hour(
    crowd: list[Page], said: Said, error: str, level: str, line: str
) -> None:
    crowd[0].sandbox.faults.add("*", error=error, times=10_000)
    polls(crowd, 60)
    ((its_level, its_line),) = said()
    assert its_level == level
    assert its_line.startswith(line)
    for page in crowd:
        page.clock.now += 3_600
        page.say("Still there?")
    assert [its_level for its_level, _ in said()] == [level]


def test_a_crowd_that_is_new_is_refused_in_one_line(sandbox: Sandbox, said: Said) -> None:
    sandbox.faults.add("token", error="invalid_client", times=10_000)
    for _ in range(5):
        Page(sandbox)
    ((level, line),) = said()
    assert level == "ERROR"
    assert "LIVECHAT_CLIENT_ID" in line


def test_refused_to_three_visitors_it_is_none_of_one(crowd: list[Page], said: Said) -> None:
    crowd[0].sandbox.faults.add("send_event", error="validation", times=10_000)
    for page in crowd[:2]:
        for _ in range(3):
            page.say("secret words")
    assert said() == []
    for page in crowd:
        page.say("secret words")
    assert said() == [
        ("WARNING", "LiveChat refuses the same to several visitors: send_event: validation")
    ]


def test_where_no_poll_finds_a_place_livechat_is_slow(
    crowd: list[Page], said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit, "_polls", Gate(places=1, seconds=5.0))
    with visit._polls.tried():
        polls(crowd, 6)
    assert said() == [("WARNING", "LiveChat is slow: 1 polls wait for it, others are left out")]


def test_a_part_of_the_configuration_that_cannot_be_read_is_named_once_an_hour(
    sandbox: Sandbox, said: Said
) -> None:
    sandbox.faults.add("get_configuration", error="internal", times=10_000)
    page = Page(sandbox)
    for _ in range(10):
        page.poll(130)
    lines = [line.partition(": internal")[0] for _, line in sorted(said())]
    assert lines == [
        f"The company's {part} could not be read: get_configuration"
        for part in ("hides_greetings", "ticket")
    ]


def test_a_single_answer_ends_no_outage(said: Said) -> None:
    process, error = touch.Touch(), Unreachable("list_chats: no answer")
    for now in range(100):
        if now % 20 == 19:
            process.well(now)
        else:
            process.failed(error, now)
    assert said() == [("WARNING", "Out of touch with LiveChat for 10 s: list_chats: no answer")]
    for now in range(100, 160):
        process.well(now)
    assert said() == [("INFO", "In touch with LiveChat again, after 99 s")]


def test_a_livechat_that_comes_and_goes_is_one_outage(said: Said) -> None:
    process, error = touch.Touch(), Unreachable("list_chats: no answer")
    for now in range(3_600):
        if now % 50 < 20:
            process.failed(error, now)
        else:
            process.well(now)
    assert len(said()) == 1
    for now in range(3_600, 3_640):
        process.well(now)
    assert said() == [("INFO", "In touch with LiveChat again, after 3570 s")]


def test_where_nobody_is_a_customer_yet_the_companys_configuration_tells(
    sandbox: Sandbox, said: Said
) -> None:
    sandbox.faults.add("*", status=503, times=10_000)
    page = Page(sandbox, authorize="message")
    for _ in range(3):
        page.poll(120)
    ((_, line),) = said()
    assert line.startswith("Out of touch with LiveChat for ")
    sandbox.faults.clear()
    for _ in range(5):
        page.poll(121)
    ((_, line),) = said()
    assert line.startswith("In touch with LiveChat again, after ")


def test_who_is_banned_is_alone(said: Said) -> None:
    process = touch.Touch()
    for now in range(100):
        process.failed(CustomerBanned("list_chats: customer_banned"), now)
    assert said() == []
