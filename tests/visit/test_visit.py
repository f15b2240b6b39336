"""A visit against the sandbox: what is asked of LiveChat, and what becomes of each message.

Tests named g1, g2, ... show that a bug of the guide's sample is absent (section 9).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from livechat.api.structures.events import Event
from livechat.chat.conversation import State
from livechat.chat.outgoing import LONGEST_TEXT, Delivery, Problem
from livechat.chat.transcript import PAGE
from livechat.sandbox import Sandbox
from livechat.visit.errands import TRY_SECONDS
from livechat.visit.visit import QUIET_SECONDS, TORN_WITHIN
from tests.driver import Page

# What is asked, and how often


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


def test_without_an_active_chat_a_tab_asks_at_most_120_times_an_hour(page: Page) -> None:
    page.sandbox.requests.clear()
    for _ in range(1200):
        page.poll(3)
    assert set(page.asked(about_all=True)) == {"list_chats", "get_dynamic_configuration"}
    assert 100 <= len(page.asked(about_all=True)) <= 120


def test_a_rerun_of_the_page_asks_nothing(chatting: Page) -> None:
    for _ in range(5):
        chatting.run()
    assert chatting.asked() == []


def test_a_page_that_has_just_come_to_its_end_may_be_torn(chatting: Page) -> None:
    visit = chatting.visit
    assert not visit.is_torn()
    visit.completed()
    assert visit.is_torn()
    visit.drew(visit.glance())
    assert not visit.is_torn()
    visit.completed()
    assert not visit.is_torn()
    visit.drew(visit.glance())
    visit.completed()
    chatting.clock.now += TORN_WITHIN
    assert not visit.is_torn()


def test_an_agent_who_writes_first_is_heard_within_the_quiet_interval(chatting: Page) -> None:
    chatting.visit.end()
    chatting.run()
    chatting.hear("One more thing")
    chatting.poll(QUIET_SECONDS)
    assert chatting.texts[-1] == "One more thing"
    assert chatting.visit.conversation.state is State.ACTIVE


def test_expected_news_is_read_at_the_next_poll(chatting: Page) -> None:
    chatting.visit.end()
    chatting.run()
    chatting.hear("One more thing")
    chatting.visit.expect_news()
    chatting.poll()
    assert chatting.texts[-1] == "One more thing"


def test_g31_what_was_drawn_is_marked_as_seen_once(page: Page) -> None:
    page.say("Hello")
    page.hear("Hi")
    page.poll()
    for _ in range(3):
        page.poll()
    assert page.asked().count("mark_events_as_seen") == 1
    page.hear("Are you there?")
    page.poll()
    assert page.asked().count("mark_events_as_seen") == 2


def test_what_was_seen_before_a_reload_is_not_marked_again(chatting: Page) -> None:
    Page(chatting.sandbox, chatting.visit.identity).poll()
    assert "mark_events_as_seen" not in chatting.asked()


def test_a_mark_that_is_refused_is_not_repeated_and_harms_nothing(page: Page) -> None:
    page.say("Hello")
    page.sandbox.faults.add("mark_events_as_seen", times=9, error="authorization")
    page.hear("Hi")
    for _ in range(3):
        page.poll()
    assert page.asked().count("mark_events_as_seen") == 1
    assert page.visit.conversation.state is State.ACTIVE
    assert not page.visit.glance().out_of_touch


# Sending


def test_a_blank_message_is_none(page: Page) -> None:
    before = len(page.sandbox.requests)
    page.say(" \n\t")
    assert page.undelivered == []
    assert page.asked(before) == []


def test_g2_the_first_message_is_there_once(page: Page) -> None:
    page.visit.say("Hello")
    assert page.undelivered == [("Hello", Delivery.WAITING, None)]
    page.run()
    page.poll()
    assert page.texts == ["Hello"]
    assert page.undelivered == []
    assert page.asked().count("start_chat") == 1


def test_g8_g21_after_the_agent_closed_the_chat_a_message_resumes_it_in_one_call(
    chatting: Page,
) -> None:
    chatting.agent.end(chatting.visit.chat_id or "")
    chatting.poll()
    assert chatting.visit.conversation.state is State.CLOSED
    before = len(chatting.sandbox.requests)
    chatting.say("Wait!")
    assert chatting.asked(before)[0] == "resume_chat"
    assert "send_event" not in chatting.asked(before)
    chatting.poll()
    assert chatting.texts == ["Hello", "Hi, how can I help?", "Wait!"]


def test_g8_a_close_that_was_not_noticed_yet_does_not_lose_the_message(chatting: Page) -> None:
    chatting.agent.end(chatting.visit.chat_id or "")
    chatting.say("Wait!")
    chatting.poll()
    assert chatting.texts[-1] == "Wait!"
    assert chatting.undelivered == []
    assert chatting.visit.conversation.state is State.ACTIVE


def test_g9_a_thread_opened_by_the_agent_is_shown(chatting: Page) -> None:
    chatting.visit.end()
    chatting.run()
    first = chatting.visit.thread_id
    chatting.hear("Back again")
    chatting.poll(QUIET_SECONDS)
    assert chatting.texts[-1] == "Back again"
    assert chatting.visit.thread_id != first


def test_g10_after_end_and_a_new_message_answers_keep_arriving(chatting: Page) -> None:
    chatting.visit.end()
    chatting.run()
    assert chatting.visit.conversation.state is State.CLOSED
    chatting.say("Another question")
    chatting.hear("Go ahead")
    chatting.poll()
    assert chatting.texts[-2:] == ["Another question", "Go ahead"]


def test_g11_what_was_written_just_before_the_end_is_read(chatting: Page) -> None:
    chatting.hear("Last words")
    chatting.visit.end()
    chatting.run()
    assert chatting.texts[-1] == "Last words"


def come_back_to_twenty_threads(page: Page) -> Page:
    for number in range(20):
        for part in range(4):
            page.say(f"{number}.{part}")
        page.visit.end()
        page.run()
    return Page(page.sandbox, page.visit.identity)


def test_g12_older_threads_are_read_when_they_are_asked_for(page: Page) -> None:
    again = come_back_to_twenty_threads(page)
    assert len(again.texts) >= PAGE * 4 / 5
    while again.visit.conversation.transcript.older_page_id:
        again.visit.show_earlier()
        again.run()
    assert again.texts == [f"{n}.{p}" for n in range(20) for p in range(4)]


def test_an_old_page_id_that_is_refused_does_no_harm(page: Page) -> None:
    again = come_back_to_twenty_threads(page)
    page.sandbox.faults.add("list_threads", error="validation")
    again.visit.show_earlier()
    again.run()
    assert again.visit.conversation.transcript.older_page_id is None
    assert again.visit.glance().problem is None


def test_what_is_shown_keeps_its_place_and_stays_bounded(page: Page) -> None:
    places: dict[str, int] = {}
    for number in range(PAGE * 2 + 10):
        page.hear(str(number)) if number else page.say("0")
        page.poll()
        glance = page.visit.glance()
        pages = glance.conversation.transcript.pages(glance.shown, glance.conversation.outbox)
        assert sum(map(len, pages.values())) <= PAGE * 2
        for place, entries in pages.items():
            for entry in entries:
                assert isinstance(entry, Event)
                assert places.setdefault(entry.id, place) == place


def test_threads_that_came_and_went_while_nobody_looked_are_all_read(chatting: Page) -> None:
    other = Page(chatting.sandbox, chatting.visit.identity)
    for number in range(6):
        other.visit.end()
        other.run()
        other.say(f"thread {number}")
    chatting.poll()
    assert chatting.texts[2:] == [f"thread {n}" for n in range(6)]


def test_g14_messages_stand_in_the_order_of_the_server(chatting: Page) -> None:
    chatting.hear("first")
    chatting.say("second")
    chatting.poll()
    assert chatting.texts[-2:] == ["first", "second"]


def test_g15_messages_typed_at_once_start_one_chat_and_keep_their_order(page: Page) -> None:
    def run() -> None:
        page.visit.work(page.tick)

    runs = []
    for number in range(5):
        page.visit.say(str(number))
        runs.append(threading.Thread(target=run))
        runs[-1].start()
    for one in runs:
        one.join()
    page.poll()
    assert page.texts == ["0", "1", "2", "3", "4"]
    assert page.asked().count("start_chat") == 1


def test_g15_the_same_customer_in_two_tabs_has_one_chat(page: Page) -> None:
    other = Page(page.sandbox, page.visit.identity)
    page.say("from one tab")
    other.say("from the other")
    page.poll()
    other.poll()
    assert page.texts == other.texts == ["from one tab", "from the other"]


def test_two_tabs_that_both_resume_meet_in_one_thread(chatting: Page) -> None:
    chatting.visit.end()
    chatting.run()
    other = Page(chatting.sandbox, chatting.visit.identity)
    chatting.say("from one tab")
    other.say("from the other")
    chatting.poll()
    assert chatting.texts[-2:] == ["from one tab", "from the other"]
    assert chatting.visit.thread_id == other.visit.thread_id


def the_next_send(page: Page, state: State) -> str:
    """Brings the chat into a state, and names the action that will carry the next message."""
    if state is not State.NONE:
        page.say("before")
        page.poll()
    if state is State.CLOSED:
        page.visit.end()
        page.run()
    sends = {State.NONE: "start_chat", State.ACTIVE: "send_event", State.CLOSED: "resume_chat"}
    return sends[state]


@pytest.mark.parametrize("fault", [{"lose_answer": True}, {"truncate": True}])
@pytest.mark.parametrize("state", [State.NONE, State.ACTIVE, State.CLOSED])
def test_a_message_whose_answer_was_lost_is_there_once(
    page: Page, state: State, fault: dict[str, bool]
) -> None:
    action = the_next_send(page, state)
    page.sandbox.faults.add(action, **fault)
    page.say("Hello")
    page.poll(60)
    page.poll()
    assert page.texts.count("Hello") == 1
    assert page.undelivered == []


@pytest.mark.parametrize("state", [State.NONE, State.ACTIVE, State.CLOSED])
@pytest.mark.parametrize("error", ["internal", "service_unavailable", "too_many_requests"])
def test_a_message_that_was_not_taken_is_sent_again(page: Page, state: State, error: str) -> None:
    action = the_next_send(page, state)
    page.sandbox.faults.add(action, error=error)
    page.say("Hello")
    assert [(text, problem) for text, _, problem in page.undelivered] == [
        ("Hello", Problem.UNREACHABLE)
    ]
    page.poll(60)
    page.poll()
    assert page.texts.count("Hello") == 1
    assert page.undelivered == []


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        ("validation", Problem.REFUSED),
        ("something_new", Problem.REFUSED),
        ("customer_banned", Problem.BANNED),
        ("license_expired", Problem.MISCONFIGURED),
    ],
)
@pytest.mark.parametrize("state", [State.NONE, State.ACTIVE, State.CLOSED])
def test_g3_g5_g6_g19_a_refused_message_stays_and_can_be_retried(
    page: Page, state: State, error: str, problem: Problem
) -> None:
    action = the_next_send(page, state)
    page.sandbox.faults.add(action, error=error)
    page.say("Hello")
    assert page.undelivered == [("Hello", Delivery.FAILED, problem)]
    page.poll()
    assert page.undelivered == [("Hello", Delivery.FAILED, problem)]
    page.visit.retry(page.visit.conversation.outbox[0].custom_id)
    page.run()
    page.poll()
    assert page.texts[-1] == "Hello"
    assert page.undelivered == []
    assert page.visit.glance().problem is None


def test_g4_a_chat_that_was_not_found_at_first_is_used_after_all(chatting: Page) -> None:
    chatting.sandbox.faults.add(
        "list_chats", rewrite=lambda answer: {**answer, "chats_summary": [], "total_chats": 0}
    )
    again = Page(chatting.sandbox, chatting.visit.identity)
    assert again.visit.conversation.state is State.NONE
    again.say("Me again")
    again.poll()
    assert again.texts[:3] == ["Hello", "Hi, how can I help?", "Me again"]


def test_a_chat_that_contradicts_itself_does_not_hang_the_page(chatting: Page) -> None:
    chatting.sandbox.faults.add("send_event", times=9, error="chat_inactive")
    chatting.say("Hello?")
    assert chatting.undelivered == [("Hello?", Delivery.FAILED, Problem.REFUSED)]


def test_a_text_over_16_kb_is_kept_and_never_sent(page: Page) -> None:
    long = "é" * (LONGEST_TEXT // 2) + "x"
    before = len(page.sandbox.requests)
    page.say(long)
    failed = [(long, Delivery.FAILED, Problem.TOO_LONG)]
    assert page.undelivered == failed
    page.visit.retry(page.visit.conversation.outbox[0].custom_id)
    page.run()
    assert page.undelivered == failed
    assert page.asked(before) == []
    page.visit.discard(page.visit.conversation.outbox[0].custom_id)
    assert page.undelivered == []


def test_a_text_of_exactly_16_kb_is_sent(page: Page) -> None:
    page.say("é" * (LONGEST_TEXT // 2))
    page.poll()
    assert page.undelivered == []
    assert len(page.texts) == 1


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("state", [State.NONE, State.CLOSED])
def test_g22_while_nobody_is_there_a_message_waits_for_the_agents(
    page: Page, state: State, known: bool
) -> None:
    action = the_next_send(page, state)
    page.agent.accept_chats(False)
    if known:
        page.visit.expect_news()
        page.poll()
        page.poll()
        assert page.visit.glance().configuration.online is False  # type: ignore[union-attr]
    since = len(page.sandbox.requests)
    page.say("Anybody there?")
    assert page.asked(since).count(action) == (1 if known else 2)
    page.poll()
    assert page.texts[-1] == "Anybody there?"
    assert page.undelivered == []
    page.poll()
    assert page.visit.glance().configuration.online is False  # type: ignore[union-attr]


def test_a_company_that_takes_no_messages_while_away_gets_none(page: Page) -> None:
    for _ in range(2):
        page.sandbox.faults.add("customer/start_chat", error="groups_offline")
    page.say("Hello")
    assert page.undelivered == [("Hello", Delivery.FAILED, Problem.GROUPS_OFFLINE)]
    page.visit.retry(page.visit.conversation.outbox[0].custom_id)
    page.run()
    page.poll()
    assert page.texts == ["Hello"]


def test_the_configured_group_gets_the_chat(sandbox: Sandbox) -> None:
    page = Page(sandbox, group_id=1)
    page.say("Hello")
    page.visit.end()
    page.run()
    page.say("Again")
    sent = [r.payload for r in sandbox.requests if r.action in ("start_chat", "resume_chat")]
    assert [p["chat"]["access"] for p in sent] == [{"group_ids": [1]}] * 2


# Ending


def test_g20_the_end_of_a_chat_that_is_closed_already(chatting: Page) -> None:
    chatting.agent.end(chatting.visit.chat_id or "")
    chatting.visit.end()
    chatting.run()
    assert chatting.visit.conversation.state is State.CLOSED
    assert not chatting.visit.glance().ending
    assert chatting.visit.glance().problem is None


@pytest.mark.parametrize("error", ["authorization", "something_new"])
def test_an_end_that_is_refused_leaves_the_chat_as_it_is(chatting: Page, error: str) -> None:
    chatting.sandbox.faults.add("deactivate_chat", error=error)
    chatting.visit.end()
    chatting.run()
    assert chatting.visit.conversation.state is State.ACTIVE
    assert not chatting.visit.glance().ending
    assert chatting.visit.glance().end_refused
    chatting.visit.end()
    chatting.run()
    assert chatting.visit.conversation.state is State.CLOSED
    assert not chatting.visit.glance().end_refused


def test_an_end_that_a_configuration_fault_prevents_is_not_waited_for(chatting: Page) -> None:
    chatting.sandbox.faults.add("deactivate_chat", error="wrong_product_version")
    chatting.visit.end()
    chatting.run()
    assert chatting.visit.glance().problem is Problem.MISCONFIGURED
    assert not chatting.visit.glance().ending


def test_an_end_that_finds_no_livechat_is_carried_out_later(chatting: Page) -> None:
    chatting.sandbox.faults.add("deactivate_chat", times=2, error="internal")
    chatting.visit.end()
    chatting.run()
    assert chatting.visit.glance().ending
    chatting.poll(60)
    assert chatting.visit.conversation.state is State.CLOSED


def test_a_message_typed_while_the_chat_ends_takes_the_end_back(chatting: Page) -> None:
    chatting.sandbox.faults.add("deactivate_chat", times=2, error="internal")
    chatting.visit.end()
    chatting.run()
    chatting.say("One more thing")
    chatting.poll(60)
    assert chatting.visit.conversation.state is State.ACTIVE
    assert chatting.texts[-1] == "One more thing"


def test_end_without_an_active_chat_asks_nothing(page: Page) -> None:
    before = len(page.sandbox.requests)
    page.visit.end()
    page.run()
    assert page.asked(before) == []


# The token and the identity


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


# Outages


def test_g16_an_outage_is_asked_ever_less_often_and_heals(chatting: Page) -> None:
    chatting.sandbox.faults.add("list_chats", times=1000, error="too_many_requests")
    for _ in range(100):
        chatting.poll(3)
    assert len(chatting.asked()) <= 15
    assert chatting.visit.glance().out_of_touch
    chatting.sandbox.faults.clear()
    chatting.hear("Are you there?")
    chatting.poll(60)
    assert chatting.texts[-1] == "Are you there?"
    assert not chatting.visit.glance().out_of_touch


def test_a_short_hiccup_is_not_worth_a_word(chatting: Page) -> None:
    chatting.sandbox.faults.add("list_chats", error="too_many_requests")
    chatting.poll(3)
    assert not chatting.visit.glance().out_of_touch
    chatting.poll(3)
    chatting.poll(60)
    assert not chatting.visit.glance().out_of_touch


def test_retry_after_is_honoured(chatting: Page) -> None:
    chatting.sandbox.faults.add(
        "list_chats", error="too_many_requests", headers={"Retry-After": "100"}
    )
    chatting.poll(3)
    for _ in range(32):
        chatting.poll(3)
    assert chatting.asked() == ["list_chats"]
    chatting.poll(6)
    assert chatting.asked() == ["list_chats", "list_chats"]


def test_g18_a_message_is_given_up_after_a_minute_and_retried_on_demand(chatting: Page) -> None:
    chatting.sandbox.faults.add("send_event", times=2, status=502, body="<html>Bad gateway</html>")
    chatting.say("Hello?")
    assert chatting.undelivered == [("Hello?", Delivery.UNSURE, Problem.UNREACHABLE)]
    chatting.poll(TRY_SECONDS + 1)
    assert chatting.undelivered == [("Hello?", Delivery.FAILED, Problem.UNREACHABLE)]
    chatting.poll()
    assert chatting.undelivered == [("Hello?", Delivery.FAILED, Problem.UNREACHABLE)]
    chatting.visit.retry(chatting.visit.conversation.outbox[0].custom_id)
    chatting.run()
    chatting.poll()
    assert chatting.texts[-1] == "Hello?"


def test_a_message_is_given_up_after_a_minute_even_between_two_attempts(chatting: Page) -> None:
    chatting.sandbox.faults.add("*", times=1000, error="too_many_requests")
    chatting.say("Hello?")
    for _ in range(21):
        chatting.poll(3)
    assert chatting.undelivered == [("Hello?", Delivery.FAILED, Problem.UNREACHABLE)]


def test_who_sends_and_leaves_at_once_has_sent(page: Page) -> None:
    page.visit.say("Hello")
    page.visit.work_in_background()
    wait_until(lambda: "start_chat" in page.asked())
    page.visit.work()
    assert Page(page.sandbox, page.visit.identity).texts == ["Hello"]


def test_a_banned_customer_is_told_and_no_longer_polled(chatting: Page) -> None:
    chatting.sandbox.faults.add("*", times=1000, error="customer_banned")
    chatting.poll()
    assert chatting.visit.glance().problem is Problem.BANNED
    for _ in range(100):
        chatting.poll()
    assert chatting.asked() == ["list_chats"]


@pytest.mark.parametrize("error", ["validation", "authorization", "not_found"])
def test_a_read_that_is_refused_heals(chatting: Page, error: str) -> None:
    chatting.sandbox.faults.add("list_chats", error=error)
    chatting.poll()
    assert chatting.visit.conversation.state is State.UNKNOWN
    chatting.hear("Hi again", active=True)
    chatting.poll(60)
    assert chatting.texts[-1] == "Hi again"


def test_where_summaries_leave_the_newest_events_out_a_tick_is_still_one_read(
    chatting: Page,
) -> None:
    def without(answer: dict[str, Any]) -> dict[str, Any]:
        for chat in answer["chats_summary"]:
            chat.pop("last_event_per_type")
            chat.pop("last_thread_id")
        return answer

    chatting.sandbox.faults.add("list_chats", times=10_000, rewrite=without)
    chatting.hear("Hi again")
    chatting.poll()
    chatting.poll()
    assert chatting.texts[-1] == "Hi again"
    before = len(chatting.sandbox.requests)
    chatting.poll()
    chatting.poll()
    assert chatting.asked(before) == ["get_chat", "get_chat"]
    chatting.agent.end(chatting.visit.chat_id or "")
    chatting.poll()
    assert chatting.visit.conversation.state is State.CLOSED
    before = len(chatting.sandbox.requests)
    for _ in range(1200):
        chatting.poll()
    assert len(chatting.asked(before)) <= 121
    chatting.hear("And again")
    chatting.poll(QUIET_SECONDS)
    assert chatting.texts[-1] == "And again"


# Who is there


def test_g32_the_agent_has_a_name(chatting: Page) -> None:
    (agent,) = chatting.visit.conversation.agents.present
    assert (agent.name, agent.job_title) == ("Kate Novak", agent.job_title)
    assert agent.job_title


def test_g32_the_place_in_the_queue_is_read_while_there_is_one(sandbox: Sandbox) -> None:
    sandbox.default.chat_limit = 1
    first = Page(sandbox)
    first.say("Hello")
    second = Page(sandbox)
    second.say("Hello too")
    second.poll()
    queue = second.visit.conversation.queue
    assert queue is not None
    assert queue.position == 1
    before = len(sandbox.requests)
    second.poll()
    assert second.asked(before) == ["get_chat"]
    first.visit.end()
    first.run()
    second.poll()
    second.poll()
    assert second.visit.conversation.queue is None
    assert [u.name for u in second.visit.conversation.agents.present] == ["Kate Novak"]


def test_a_lost_answer_in_the_queue_is_settled_too(sandbox: Sandbox) -> None:
    sandbox.default.chat_limit = 1
    Page(sandbox).say("Hello")
    second = Page(sandbox)
    second.say("Hello too")
    second.poll()
    sandbox.faults.add("send_event", lose_answer=True)
    second.say("Anyone?")
    second.poll(60)
    second.poll()
    assert second.texts == ["Hello too", "Anyone?"]


def test_polls_do_not_overlap(chatting: Page) -> None:
    chatting.sandbox.faults.add("list_chats", delay=0.5)
    slow = threading.Thread(target=chatting.visit.work, args=(chatting.tick + 1,))
    slow.start()
    wait_until(lambda: chatting.visit._work_lock.locked())
    chatting.visit.work(chatting.tick + 2)
    assert slow.is_alive()
    slow.join()
    assert chatting.asked() == ["list_chats"]


def wait_until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.01)
