"""Reading: what is new is there, at the price of one look where nothing is."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.chat import pushes
from livechat.chat.conversation import State
from livechat.sandbox import Sandbox
from livechat.visit.pace import QUIET_SECONDS, UNTOUCHED_AFTER, UNTOUCHED_SECONDS
from livechat.visit.reading import CHANGED_SECONDS
from tests.driver import Page, change_an_event
from tests.oddities import dumped
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
    chatting.visit.came_back()
    chatting.run()
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


def in_the_queue(sandbox: Sandbox) -> tuple[Page, Page]:
    """A page whose chat the agent has, and one whose chat waits for the agent."""
    sandbox.default.chat_limit = 1
    first, second = Page(sandbox), Page(sandbox)
    first.say("Hello")
    second.say("Hello too")
    second.poll()
    assert second.visit.conversation.queue
    return first, second


@pytest.mark.parametrize("times", [1, 2])
def test_a_queue_that_moved_to_a_new_thread_is_followed(sandbox: Sandbox, times: int) -> None:
    _, page = in_the_queue(sandbox)
    for number in range(times):
        page.agent.end(page.visit.chat_id or "")
        page.hear(f"From the queue {number}", active=False)
    page.poll()
    assert page.texts == ["Hello too", *(f"From the queue {n}" for n in range(times))]
    assert page.visit.conversation.queue is None
    page.say("Thank you")
    page.poll()
    assert page.texts[-1] == "Thank you"
    assert page.undelivered == []


def test_a_queue_in_a_new_thread_is_followed_though_the_message_meets_it_first(
    sandbox: Sandbox,
) -> None:
    _, page = in_the_queue(sandbox)
    page.agent.end(page.visit.chat_id or "")
    page.hear("From the queue", active=False)
    page.say("Are you there?")
    page.poll()
    assert page.texts == ["Hello too", "From the queue", "Are you there?"]


def test_the_place_in_the_queue_is_the_new_threads(sandbox: Sandbox) -> None:
    _, page = in_the_queue(sandbox)
    third = Page(sandbox)
    third.say("Hello as well")
    third.poll()
    elsewhere = Page(sandbox, page.visit.identity)
    elsewhere.visit.end()
    elsewhere.run()
    elsewhere.say("Once more")
    for one, position in ((page, 2), (third, 1)):
        one.poll()
        assert one.visit.conversation.queue
        assert one.visit.conversation.queue.position == position


def test_a_chat_that_gets_into_the_queue_while_nobody_is_there_shows_its_place(
    sandbox: Sandbox,
) -> None:
    first, page = Page(sandbox), Page(sandbox)
    sandbox.default.chat_limit = 1
    first.say("Hello")
    page.agent.accept_chats(False)
    page.visit.expect_news()
    page.poll()
    page.say("Anybody there?")
    page.poll()
    assert page.visit.conversation.queue is None
    page.agent.accept_chats(True)
    before = len(sandbox.requests)
    page.poll()
    assert [a for a in page.asked(before) if a != "mark_events_as_seen"] == ["get_chat"]
    assert page.visit.conversation.queue


def test_a_queue_that_is_gone_is_not_asked_for_again(sandbox: Sandbox) -> None:
    _, page = in_the_queue(sandbox)
    sandbox.faults.add("get_chat", times=ALWAYS, error="chat_not_found")
    page.poll()
    page.poll(60)
    page.poll()
    assert page.asked().count("get_chat") == 2
    assert not page.visit.glance().out_of_touch


def agent_opens_threads(page: Page, count: int) -> list[str]:
    texts = [f"thread {number}" for number in range(count)]
    for text in texts:
        page.agent.end(page.visit.chat_id or "")
        page.hear(text, active=False)
    return texts


def test_threads_between_are_read_though_reading_them_failed_half_way(chatting: Page) -> None:
    texts = agent_opens_threads(chatting, 6)
    page_of_threads = iter((False, True))

    def fails_half_way(answer: dict[str, Any]) -> dict[str, Any]:
        return {"threads": None} if next(page_of_threads) else answer

    chatting.sandbox.faults.add("customer/list_threads", times=2, rewrite=fails_half_way)
    chatting.poll()
    chatting.poll(60)
    assert chatting.texts[2:] == texts


def without_an_id(answer: dict[str, Any]) -> dict[str, Any]:
    """The newest thread has an event that cannot be read."""
    del answer["threads"][0]["events"][-1]["id"]
    return answer


def test_what_could_not_be_read_is_read_again(chatting: Page) -> None:
    chatting.sandbox.faults.add("customer/list_threads", rewrite=without_an_id)
    chatting.hear("Can you read this?")
    chatting.poll()
    assert chatting.texts[-1] != "Can you read this?"
    chatting.poll()
    assert chatting.texts[-1] == "Can you read this?"


def test_a_thread_that_could_not_be_read_is_read_again(chatting: Page) -> None:
    def without(answer: dict[str, Any]) -> dict[str, Any]:
        del answer["threads"][1]["active"]
        return answer

    texts = agent_opens_threads(chatting, 2)
    chatting.sandbox.faults.add("customer/list_threads", rewrite=without)
    chatting.poll()
    assert chatting.texts[2:] == texts[1:]
    chatting.poll()
    assert chatting.texts[2:] == texts


def test_what_could_not_be_read_at_first_is_read_again(chatting: Page) -> None:
    chatting.sandbox.faults.add("customer/list_threads", rewrite=without_an_id)
    again = Page(chatting.sandbox, chatting.visit.identity)
    assert again.texts == ["Hello"]
    again.poll()
    assert again.texts == chatting.texts


def test_an_older_thread_that_could_not_be_read_at_first_is_read_again(chatting: Page) -> None:
    def without(answer: dict[str, Any]) -> dict[str, Any]:
        del answer["threads"][1]["created_at"]
        return answer

    agent_opens_threads(chatting, 1)
    chatting.poll()
    chatting.sandbox.faults.add("customer/list_threads", rewrite=without)
    again = Page(chatting.sandbox, chatting.visit.identity)
    assert again.texts == chatting.texts[2:]
    again.poll()
    assert again.texts == chatting.texts


def test_more_that_cannot_be_read_is_asked_for_as_soon_as_the_first(chatting: Page) -> None:
    chatting.sandbox.faults.add("customer/list_threads", times=ALWAYS, rewrite=without_an_id)
    chatting.hear("Never")
    for _ in range(200):
        chatting.poll()
    chatting.sandbox.faults.clear()

    def without_two(answer: dict[str, Any]) -> dict[str, Any]:
        del answer["threads"][0]["events"][-2]["id"]
        return without_an_id(answer)

    chatting.sandbox.faults.add("customer/list_threads", rewrite=without_two)
    chatting.hear("Once")
    chatting.poll()
    assert "Once" not in chatting.texts
    chatting.poll()
    assert chatting.texts[-2:] == ["Never", "Once"]


@pytest.mark.parametrize("text", [None, 7])
def test_what_is_said_and_cannot_be_read_is_read_again(chatting: Page, text: object) -> None:
    """Its place is kept meanwhile; and in an older thread, which nobody reads for news."""

    def broken(answer: dict[str, Any]) -> dict[str, Any]:
        events = answer["threads"][1]["events"]
        next(event for event in events if event["type"] == "message")["text"] = text
        return answer

    texts = agent_opens_threads(chatting, 2)
    chatting.sandbox.faults.add("customer/list_threads", rewrite=broken)
    chatting.poll()
    assert chatting.texts[2:] == ["", texts[1]]
    chatting.poll()
    assert chatting.texts[2:] == texts


def test_what_is_to_be_read_again_is_on_a_page_that_polls_once_a_minute(chatting: Page) -> None:
    """A read of the newest thread alone, which is due then, is no reason not to."""
    chatting.sandbox.faults.add("customer/list_threads", rewrite=without_an_id)
    again = Page(chatting.sandbox, chatting.visit.identity)
    again.poll(CHANGED_SECONDS)
    assert again.asked()[-1] == "list_threads"
    assert again.texts == chatting.texts


def test_an_event_without_a_time_stands_where_livechat_has_it(chatting: Page) -> None:
    def timeless(answer: dict[str, Any]) -> dict[str, Any]:
        answer["threads"][0]["events"][-2]["created_at"] = "soon"
        return answer

    chatting.hear("One")
    chatting.hear("Two")
    chatting.sandbox.faults.add("customer/list_threads", rewrite=timeless)
    chatting.poll()
    assert chatting.texts[-2:] == ["One", "Two"]


def test_what_changed_in_a_thread_that_cannot_be_read_then_is_read_again(chatting: Page) -> None:
    def broken(answer: dict[str, Any]) -> dict[str, Any]:
        answer["thread"]["events"][1]["id"] = None
        return answer

    first = chatting.visit.thread_id
    texts = agent_opens_threads(chatting, 1)
    chatting.poll()
    change_an_event(chatting.sandbox, "Hi, how can I help?", "Hi!")
    chatting.sandbox.faults.add("customer/get_chat", times=3, rewrite=broken)
    chatting.visit.told(pushes.parse({"threads": {first: "1"}}))
    chatting.run()
    assert chatting.texts == ["Hello", "Hi, how can I help?", *texts]
    for _ in range(6):
        chatting.poll()
    assert chatting.texts == ["Hello", "Hi!", *texts]


def test_a_chat_that_cannot_be_read_is_not_none(chatting: Page) -> None:
    """Else what was sent without an answer would be sent again, and into a chat of its own."""

    def broken(answer: dict[str, Any]) -> dict[str, Any]:
        answer["chats_summary"][0]["active"] = "yes"
        return answer

    chatting.sandbox.faults.add("customer/send_event", lose_answer=True)
    chatting.sandbox.faults.add("customer/list_chats", times=2, rewrite=broken)
    chatting.say("Once")
    for _ in range(5):
        chatting.poll(70)
    assert chatting.visit.chat_id
    assert "start_chat" not in chatting.asked()
    assert chatting.texts == ["Hello", "Hi, how can I help?", "Once"]


def test_one_of_several_chats_that_cannot_be_read_does_not_hide_the_others(
    chatting: Page,
) -> None:
    def with_a_broken_one(answer: dict[str, Any]) -> dict[str, Any]:
        answer["chats_summary"].append({"id": 7})
        return answer

    chatting.sandbox.faults.add("customer/list_chats", times=ALWAYS, rewrite=with_a_broken_one)
    chatting.hear("Still there?")
    chatting.poll()
    assert chatting.texts[-1] == "Still there?"


def test_an_answer_without_the_thread_that_was_asked_for_tells_nothing(chatting: Page) -> None:
    def without(answer: dict[str, Any]) -> dict[str, Any]:
        return {"id": answer["id"]}

    chatting.sandbox.faults.add("customer/get_chat", times=ALWAYS, rewrite=without)
    chatting.hear("Can you hear me?")
    chatting.poll(CHANGED_SECONDS)
    assert chatting.asked()[-3:] == ["get_chat", "list_chats", "list_threads"]
    assert chatting.texts[-1] == "Can you hear me?"


def test_a_summary_whose_newest_event_cannot_be_read_tells_that_there_is_another(
    chatting: Page,
) -> None:
    def broken(answer: dict[str, Any]) -> dict[str, Any]:
        for chat in answer["chats_summary"]:
            for last in chat["last_event_per_type"].values():
                del last["event"]["id"]
        return answer

    chatting.sandbox.faults.add("customer/list_chats", times=ALWAYS, rewrite=broken)
    chatting.poll()
    for text in ("One", "Two"):
        chatting.hear(text)
        chatting.poll()
        assert chatting.texts[-1] == text
    chatting.poll()  # what was seen is marked
    before = len(chatting.sandbox.requests)
    for _ in range(10):
        chatting.poll()
    assert chatting.asked(before) == ["list_chats"] * 10


def test_an_event_that_is_nested_without_end_hides_nothing(chatting: Page) -> None:
    def nested(answer: dict[str, Any]) -> bytes:
        answer["threads"][0]["events"][-2]["properties"] = "@deep object"
        return dumped(answer)

    chatting.hear("One")
    chatting.hear("Two")
    chatting.sandbox.faults.add("customer/list_threads", times=ALWAYS, rewrite=nested)
    chatting.poll()
    assert chatting.texts[-2:] == ["One", "Two"]
    assert not chatting.visit.glance().out_of_touch


def test_an_answer_that_is_nested_to_its_end_is_none_and_that_is_said(chatting: Page) -> None:
    def nested(answer: dict[str, Any]) -> bytes:
        return dumped(answer | {"more": "@without an end"})

    chatting.sandbox.faults.add("customer/list_chats", times=ALWAYS, rewrite=nested)
    for _ in range(5):
        chatting.poll()
    assert chatting.visit.glance().out_of_touch
    chatting.hear("Here again")
    chatting.sandbox.faults.clear()
    chatting.poll(70)
    assert not chatting.visit.glance().out_of_touch
    assert chatting.texts[-1] == "Here again"


def test_an_answer_that_is_behind_the_summary_is_asked_for_again(chatting: Page) -> None:
    before = chatting.visit._client._call("list_threads", {"chat_id": chatting.visit.chat_id})
    chatting.sandbox.faults.add("customer/list_threads", rewrite=lambda answer: before)
    chatting.hear("Just now")
    chatting.poll()
    chatting.poll()
    assert chatting.texts[-1] == "Just now"


def test_what_can_never_be_read_is_asked_for_ever_less(chatting: Page) -> None:
    chatting.sandbox.faults.add("customer/list_threads", times=ALWAYS, rewrite=without_an_id)
    chatting.hear("Can you read this?")
    for _ in range(20):
        chatting.poll()
    before = len(chatting.sandbox.requests)
    for _ in range(200):
        chatting.poll()
    asked = chatting.asked(before)
    assert asked.count("list_chats") + asked.count("get_chat") == 200
    assert asked.count("list_threads") <= 4


def test_a_summary_that_does_not_name_the_thread_is_no_reason_to_stay_in_an_old_one(
    chatting: Page,
) -> None:
    def without(answer: dict[str, Any]) -> dict[str, Any]:
        for chat in answer["chats_summary"]:
            chat.pop("last_thread_id")
        return answer

    chatting.sandbox.faults.add("list_chats", times=ALWAYS, rewrite=without)
    texts = agent_opens_threads(chatting, 1)
    chatting.poll()
    assert chatting.texts[2:] == texts
    (chat,) = chatting.sandbox.default.chats.values()
    assert chatting.visit.thread_id == chat.last_thread.id


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
    assert not alone.pace.is_look_due(pushed=False)
    alone.reading.expect_news()
    alone.reading.read_company()
    assert alone.pace.is_look_due(pushed=False)


def test_nobody_asks_who_is_online_while_an_agent_is_there(alone: Alone) -> None:
    alone.reading.read_company()
    alone.chat()
    alone.hear("Hi")
    alone.reading.look()
    alone.company.expire()
    alone.sandbox.requests.clear()
    alone.reading.read_company()
    assert alone.asked == []


def test_a_page_that_nobody_touches_looks_at_each_other_poll_at_least(page: Page) -> None:
    page.say("Hello")
    page.visit.end()
    page.run()
    for number in range(2):
        page.hear(str(number))
        page.agent.end(page.visit.chat_id or "")
        page.clock.now += UNTOUCHED_AFTER
        page.poll(UNTOUCHED_SECONDS)
        page.poll(UNTOUCHED_SECONDS)
        assert page.texts[-1] == str(number)
