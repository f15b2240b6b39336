"""A visit against the sandbox: what is asked of LiveChat, and what becomes of each message.

Tests named g1, g2, ... show that a bug of the guide's sample is absent (section 9).
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from livechat.chat.conversation import State
from livechat.chat.outgoing import Delivery, Problem
from livechat.sandbox import Sandbox
from tests.driver import Page
from tests.visit.scenes import ALWAYS, wait_until


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
    assert chatting.asked() == ["token", "list_chats"]
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


def test_the_same_identity_is_the_same_customer_and_another_is_not(chatting: Page) -> None:
    same = Page(chatting.sandbox, chatting.visit.identity)
    other = Page(chatting.sandbox)
    assert same.visit.conversation.customer_id == chatting.visit.conversation.customer_id
    assert other.visit.conversation.customer_id != chatting.visit.conversation.customer_id
    assert other.texts == []
    assert other.visit.identity != chatting.visit.identity


@pytest.mark.parametrize("exception", ["unauthorized", "identity_lost"])
def test_an_identity_that_livechat_refuses_is_dropped(page: Page, exception: str) -> None:
    stale = page.visit.identity
    page.sandbox.faults.add("token", status=401, body=f'{{"identity_exception": "{exception}"}}')
    again = Page(page.sandbox, stale)
    assert again.visit.conversation.state is State.NONE
    assert again.visit.identity not in (None, stale)


def test_a_new_identity_that_livechat_refuses_is_not_tried_for_ever(sandbox: Sandbox) -> None:
    sandbox.faults.add("token", times=9, status=401, body='{"identity_exception": "unauthorized"}')
    page = Page(sandbox)
    assert page.asked() == ["token"]
    assert page.visit.glance().problem is Problem.UNAUTHORIZED


def test_a_customer_who_became_another_one_sees_nothing_of_the_first(chatting: Page) -> None:
    chatting.sandbox.reset()
    chatting.sandbox.faults.add("list_chats", error="authentication")
    chatting.poll()
    chatting.poll(60)
    assert chatting.texts == []
    assert chatting.visit.conversation.state is State.NONE
    chatting.say("Hello again")
    chatting.poll()
    assert chatting.texts == ["Hello again"]


def test_forgetting_revokes_the_token_and_shows_nothing_any_more(chatting: Page) -> None:
    chatting.visit.forget()
    assert chatting.asked() == ["revoke"]
    assert chatting.visit.forgotten
    assert chatting.visit.conversation.transcript.timeline == ()
    assert (chatting.visit.token, chatting.visit.identity) == (None, None)
    chatting.poll()
    assert chatting.asked() == ["revoke"]


def test_forgetting_works_without_livechat(chatting: Page) -> None:
    chatting.sandbox.faults.add("revoke", status=503, body="")
    chatting.visit.forget()
    assert chatting.visit.forgotten


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
    slow = threading.Thread(target=chatting.visit.work, args=(chatting.tick + 1,))
    slow.start()
    wait_until(lambda: chatting.visit._work_lock.locked())
    chatting.visit.work(chatting.tick + 2)
    assert slow.is_alive()
    slow.join()
    assert chatting.asked() == ["list_chats"]


# Today


def at(sandbox: Sandbox, hour: int, minute: int) -> Page:
    """The page of a visitor who comes when it is so late at LiveChat, in UTC."""
    now = sandbox.clock.now()
    then = now.replace(hour=hour, minute=minute, second=0) + timedelta(days=1)
    sandbox.clock.advance((then - now).total_seconds())
    return Page(sandbox)


def test_at_midnight_there_is_something_to_draw_without_other_news(sandbox: Sandbox) -> None:
    page = at(sandbox, 23, 58)
    page.say("Hello")
    page.poll()
    before = page.visit.glance()
    assert before.today == sandbox.clock.now().date()
    sandbox.clock.advance(420)
    page.clock.now += 420
    sandbox.requests.clear()
    assert page.visit.needs_drawing
    assert page.visit.glance() == replace(before, today=before.today + timedelta(days=1))
    assert page.asked(about_all=True) == []


@pytest.mark.parametrize(
    ("zone", "days"), [("Pacific/Kiritimati", 1), ("America/Los_Angeles", 0), ("Europe/Paris", 1)]
)
def test_the_day_is_the_visitors(sandbox: Sandbox, zone: str, days: int) -> None:
    page = at(sandbox, 23, 30)
    page.say("Hello")
    page.visit.zone = ZoneInfo(zone)
    assert page.visit.glance().today == sandbox.clock.now().date() + timedelta(days=days)


@pytest.mark.parametrize("ahead", [300.0, -300.0, 86_400.0, -86_400.0])
def test_the_day_is_that_of_livechats_clock(sandbox: Sandbox, ahead: float) -> None:
    sandbox.clock.advance(ahead)
    page = Page(sandbox)
    page.say("Hello")
    assert page.visit.glance().today == sandbox.clock.now().date()
    assert abs(page.visit.moment(page.clock()) - sandbox.clock.now()) < timedelta(seconds=5)


def test_what_livechat_has_stamped_is_not_of_tomorrow(sandbox: Sandbox) -> None:
    sandbox.faults.add("*", times=ALWAYS, headers={"Date": ""})
    now = sandbox.clock.now()
    sandbox.clock.advance(2 * 3600)
    page = Page(sandbox)
    since_midnight = now - now.replace(hour=0, minute=0, second=0, microsecond=0)
    page.visit.zone = timezone(timedelta(hours=23) - since_midnight)  # it is 23:00 there, and 1:00
    here = now.astimezone(page.visit.zone).date()
    assert page.visit.glance().today == here
    page.say("Hello")
    page.poll()
    assert page.visit.glance().today == here + timedelta(days=1)


def test_what_is_stamped_by_a_broken_clock_makes_no_day(chatting: Page) -> None:
    def at_the_end_of_time(answer: dict[str, Any]) -> dict[str, Any]:
        for thread in answer["threads"]:
            thread["events"][-1]["created_at"] = "9999-12-31T23:59:59.999999Z"
        return answer

    chatting.visit.zone = ZoneInfo("Pacific/Kiritimati")
    before = chatting.visit.glance().today
    chatting.sandbox.faults.add("customer/list_threads", rewrite=at_the_end_of_time)
    chatting.hear("When?")
    chatting.poll()
    assert chatting.visit.conversation.transcript.ends_at.year == 9999
    assert chatting.visit.glance().today == before
