"""Reading: what is new is there, at the price of one look where nothing is."""

from __future__ import annotations

from typing import Any

from livechat.chat.conversation import State
from livechat.sandbox import Sandbox
from livechat.visit.pace import QUIET_SECONDS
from tests.driver import Page
from tests.visit.scenes import ALWAYS, Alone


def test_g9_a_thread_opened_by_the_agent_is_shown(chatting: Page) -> None:
    chatting.visit.end()
    chatting.run()
    first = chatting.visit.thread_id
    chatting.hear("Back again")
    chatting.poll(QUIET_SECONDS)
    assert chatting.texts[-1] == "Back again"
    assert chatting.visit.thread_id != first


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


def test_a_time_at_the_end_of_all_times_can_be_seen(chatting: Page) -> None:
    def late(answer: dict[str, Any]) -> dict[str, Any]:
        for thread in answer["threads"]:
            thread["events"][-1]["created_at"] = "9999-12-31T23:59:59-14:00"
        return answer

    chatting.sandbox.faults.add("customer/list_threads", rewrite=late)
    chatting.hear("When?")
    chatting.poll()
    chatting.poll()
    assert chatting.texts[-1] == "When?"


def test_an_empty_page_ends_the_reading_of_news(chatting: Page) -> None:
    def nothing(answer: dict[str, Any]) -> dict[str, Any]:
        return {"threads": [], "found_threads": 9, "next_page_id": "again"}

    chatting.sandbox.faults.add("customer/list_threads", times=ALWAYS, rewrite=nothing)
    chatting.hear("Are you there?")
    chatting.poll()
    assert chatting.asked().count("list_threads") == 1


# By itself


def test_a_look_without_a_chat_is_one_request(alone: Alone) -> None:
    alone.reading.look()
    assert alone.asked == ["token", "list_chats"]
    assert alone.conversation.state is State.NONE
    assert alone.pace.looked_at == alone.clock.now


def test_news_costs_one_request_more_and_nothing_new_none(alone: Alone) -> None:
    alone.chat()
    alone.hear("Hi")
    alone.reading.look()
    alone.reading.look()
    assert alone.texts == ["Hello", "Hi"]
    assert alone.asked == ["list_chats", "list_threads", "list_chats"]


def test_reading_who_is_online_takes_the_place_of_a_look(alone: Alone) -> None:
    alone.reading.look()
    alone.reading.read_company()
    assert alone.company.current
    alone.clock.now += 1_000
    alone.reading.read_company()
    assert not alone.pace.is_look_due
    alone.reading.expect_news()
    alone.reading.read_company()
    assert alone.pace.is_look_due


def test_nobody_asks_who_is_online_while_an_agent_is_there(alone: Alone) -> None:
    alone.reading.read_company()
    alone.chat()
    alone.hear("Hi")
    alone.reading.look()
    alone.company.expire()
    alone.sandbox.requests.clear()
    alone.reading.read_company()
    assert alone.asked == []
