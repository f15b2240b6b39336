"""A visit against the sandbox: what is asked of LiveChat, and what becomes of each message.

Tests named g1, g2, ... show that a bug of the guide's sample is absent (section 9).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest

from livechat.chat.conversation import State
from livechat.chat.outgoing import Delivery, Problem
from livechat.sandbox import Sandbox
from livechat.visit import visit
from livechat.visit.gate import Gate
from tests.driver import Clock, Page
from tests.visit.scenes import wait_until


def test_a_page_load_costs_one_token_and_one_look_and_reads_no_threads_without_a_chat(
    page: Page,
) -> None:
    assert page.asked() == ["token", "list_chats"]
    assert page.visit.conversation.state is State.NONE
    assert page.visit.token


def test_g1_a_returning_customer_finds_the_chat_and_polls_it(chatting: Page) -> None:
    again = Page(chatting.sandbox, chatting.visit.identity)
    assert again.asked()[:3] == ["token", "list_chats", "list_threads"]
    assert again.texts == ["Hello", "Hi, how can I help?"]
    assert again.visit.chat_id == chatting.visit.chat_id
    again.hear("Still there?")
    again.poll()
    assert again.texts[-1] == "Still there?"


def test_a_poll_without_news_is_one_small_read_and_draws_nothing(chatting: Page) -> None:
    for _ in range(5):
        chatting.clock.now += 3
        chatting.tick += 1
        chatting.visit.work(chatting.tick)
        assert not chatting.visit.needs_drawing
    assert chatting.asked() == ["list_chats"] * 5


def test_an_idle_poll_costs_the_same_however_long_the_conversation_is(page: Page) -> None:
    sizes = []
    for number in range(2):
        for i in range(1 + number * 60):
            page.say(f"message {i:04}")
        page.poll()
        page.poll()
        page.sandbox.requests.clear()
        page.poll()
        (record,) = page.sandbox.requests
        sizes.append(record.bytes_in + record.bytes_out)
    assert abs(sizes[0] - sizes[1]) <= 8


def test_a_rerun_of_the_page_asks_nothing(chatting: Page) -> None:
    for _ in range(5):
        chatting.run()
    assert chatting.asked() == []


def test_g17_the_token_is_renewed_before_it_expires(chatting: Page) -> None:
    first = chatting.visit.token
    chatting.clock.now += 28800 - 30
    chatting.poll()
    assert chatting.asked() == ["token", "get_chat"]
    assert chatting.visit.token != first
    assert chatting.visit.glance().grants == 2


@pytest.mark.parametrize("action", ["list_chats", "send_event"])
def test_g7_g17_a_token_that_expired_unnoticed_is_renewed_silently(
    chatting: Page, action: str
) -> None:
    chatting.sandbox.faults.add(action, error="authentication")
    chatting.say("Still here")
    chatting.poll()
    assert chatting.texts[-1] == "Still here"
    assert chatting.asked().count("token") == 1
    assert chatting.visit.glance().problem is None


def test_a_token_that_is_refused_again_and_again_is_said(chatting: Page) -> None:
    chatting.sandbox.faults.add("list_chats", times=2, error="authentication")
    chatting.poll()
    assert chatting.visit.glance().problem is Problem.UNAUTHORIZED
    chatting.poll(60)
    assert chatting.visit.glance().problem is None


@pytest.mark.parametrize(
    ("details", "setting"),
    [
        ("client_id_not_found", "LIVECHAT_CLIENT_ID"),
        ("invalid_redirect_uri", "LIVECHAT_REDIRECT_URI"),
    ],
)
def test_g24_g27_a_configuration_fault_names_the_setting_and_is_not_asked_again(
    sandbox: Sandbox, details: str, setting: str
) -> None:
    body = f'{{"oauth_exception": "unauthorized_client", "exception_details": "{details}"}}'
    sandbox.faults.add("token", status=400, body=body)
    page = Page(sandbox)
    glance = page.visit.glance()
    assert glance.problem is Problem.MISCONFIGURED
    assert setting in glance.advice
    for _ in range(100):
        page.poll()
    assert page.asked() == ["token"]


def test_what_is_typed_before_authorization_works_is_delivered_then_g19_g23(
    sandbox: Sandbox,
) -> None:
    sandbox.faults.add("token", times=2, status=503, body="<html>maintenance</html>")
    page = Page(sandbox)
    page.say("Hello")
    assert page.undelivered == [("Hello", Delivery.WAITING, Problem.UNREACHABLE)]
    page.poll(60)
    page.poll()
    assert page.texts == ["Hello"]


def test_polls_do_not_overlap(chatting: Page) -> None:
    chatting.sandbox.faults.add("list_chats", delay=0.5)
    chatting.clock.now += 3
    slow = threading.Thread(target=chatting.visit.work, args=(chatting.tick + 1,))
    slow.start()
    wait_until(lambda: chatting.visit._work_lock.locked())
    chatting.visit.work(chatting.tick + 2)
    slow.join()
    assert chatting.asked() == ["list_chats"]


# Many visits at once


class Unopened(Page):
    """A page whose visit has not asked LiveChat for anything yet."""

    def run(self) -> None:
        pass

    def begins(self, when_known: Callable[[], object]) -> None:
        work = partial(self.visit.work, when_known=when_known)
        threading.Thread(target=work, daemon=True).start()


def test_after_a_restart_so_many_visits_ask_at_a_time_and_first_those_who_write(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(places=1, seconds=60.0)
    monkeypatch.setattr(visit, "_beginnings", gate)
    other = gate.come(lambda: 0)
    begun: list[str] = []
    silent, writes = Unopened(sandbox), Unopened(sandbox)
    silent.begins(lambda: begun.append("silent"))
    wait_until(lambda: len(gate._waiting) == 1)
    writes.begins(lambda: begun.append("writes"))
    wait_until(lambda: len(gate._waiting) == 2)
    writes.say("Hello")  # which it may do while it waits
    assert begun == []
    gate.leave(other)
    wait_until(lambda: len(begun) == 2)
    assert begun == ["writes", "silent"]


def test_who_has_begun_does_not_wait_for_those_who_have_not(
    chatting: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(places=1, seconds=60.0)
    monkeypatch.setattr(visit, "_beginnings", gate)
    gate.come(lambda: 0)
    chatting.say("Still there?")
    assert chatting.asked() == ["send_event"]


def test_a_poll_that_finds_no_place_is_left_to_the_next_one_and_a_message_is_not(
    chatting: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(places=1, seconds=60.0)
    monkeypatch.setattr(visit, "_polls", gate)
    with gate.tried():
        chatting.hear("Anything else?")
        chatting.poll()
        assert chatting.asked() == []
        chatting.say("No, thank you")
        assert "send_event" in chatting.asked()
    chatting.poll()
    chatting.poll()
    assert "Anything else?" in chatting.texts


def test_visits_and_polls_that_livechat_keeps_waiting_hold_up_no_others(
    chatting: Page, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    for gate in ("_beginnings", "_polls"):
        full = Gate(places=1, seconds=2.0, clock=clock)
        full.come(lambda: 0)  # and does not leave
        monkeypatch.setattr(visit, gate, full)
    clock.now += 3.0
    chatting.hear("Anything else?")
    chatting.poll()
    assert chatting.texts[-1] == "Anything else?"
    assert Page(sandbox).visit.token
