"""Sending: each message and file arrives once, in order, whatever state the chat is in.

Tests named g1, g2, ... show that a bug of the guide's sample is absent (section 9).
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
import requests

from livechat.api.structures.events import File
from livechat.api.structures.forms import Form
from livechat.chat.attachment import MAX_BYTES, Attachment
from livechat.chat.conversation import State
from livechat.chat.outgoing import LONGEST_TEXT, Delivery, Problem
from livechat.chat.pushes import Told
from livechat.sandbox import Sandbox
from livechat.visit.company import Company
from livechat.visit.patience import TRY_SECONDS
from livechat.visit.sending import MOST_AT_ONCE, WITHIN
from tests.driver import Page
from tests.photos import photo, turned
from tests.visit.scenes import Alone, bodies, wait_until


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
        assert page.visit.glance().company.online is False  # type: ignore[union-attr]
    since = len(page.sandbox.requests)
    page.say("Anybody there?")
    assert page.asked(since).count(action) == (1 if known else 2)
    page.poll()
    assert page.texts[-1] == "Anybody there?"
    assert page.undelivered == []
    page.poll()
    assert page.visit.glance().company.online is False  # type: ignore[union-attr]


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


def agent_opens_a_long_thread(page: Page, length: int = 60) -> None:
    """So long that the threads before it are not on the first page."""
    (chat,) = page.sandbox.default.chats.values()
    for _ in range(2):
        page.agent.end(chat.id)
        page.agent.say("Back again", customer_id=chat.customer.id, chat_id=chat.id, active=False)
        for number in range(length):
            text = f"message {number}"
            page.agent.say(text, customer_id=chat.customer.id, chat_id=chat.id, active=True)


def texts_on_the_server(page: Page) -> list[str]:
    (chat,) = page.sandbox.default.chats.values()
    events = [event for thread in chat.threads for event in thread.events]
    return [event.content["text"] for event in events if event.type == "message"]


@pytest.mark.parametrize("state", [State.NONE, State.ACTIVE, State.CLOSED])
def test_a_message_whose_answer_was_lost_is_looked_for_behind_all_that_came_since(
    page: Page, state: State
) -> None:
    action = the_next_send(page, state)
    page.sandbox.faults.add(action, lose_answer=True)
    page.say("Hello")
    agent_opens_a_long_thread(page)
    page.poll(60)
    page.poll()
    assert texts_on_the_server(page).count("Hello") == 1
    assert page.undelivered == []
    assert page.texts.count("Hello") == 1


def test_a_message_that_was_not_taken_is_sent_once_all_is_read(page: Page) -> None:
    other = Page(page.sandbox, page.visit.identity)
    page.sandbox.faults.add("customer/start_chat", status=502)
    page.say("Hello")
    other.say("From the other tab")
    agent_opens_a_long_thread(page)
    page.poll(60)
    page.poll()
    assert texts_on_the_server(page).count("Hello") == 1
    assert page.undelivered == []
    assert page.asked().count("list_threads") <= 5


def test_a_delivered_message_is_found_behind_all_that_came_since(page: Page) -> None:
    page.visit.say("Hello")
    page.visit.work(page.tick)
    assert page.undelivered == [("Hello", Delivery.SENT, None)]
    agent_opens_a_long_thread(page)
    page.poll()
    page.poll()
    assert page.undelivered == []
    assert page.texts[0] == "Hello"


def test_as_long_as_it_is_not_proven_it_waits_and_then_comes_back_with_retry(page: Page) -> None:
    page.sandbox.faults.add("customer/start_chat", lose_answer=True)
    page.say("Hello")
    agent_opens_a_long_thread(page)

    def broken(answer: dict[str, Any]) -> dict[str, Any]:
        if "previous_page_id" in answer:
            answer["threads"] = [None] * len(answer["threads"])
        return answer

    page.sandbox.faults.add("customer/list_threads", times=1_000, rewrite=broken)
    page.poll(30)
    page.poll()
    assert page.undelivered == [("Hello", Delivery.UNSURE, None)]
    for _ in range(20):
        page.poll()
    assert page.undelivered == [("Hello", Delivery.FAILED, Problem.UNREACHABLE)]
    page.visit.retry(page.visit.conversation.outbox[0].custom_id)
    page.run()
    page.poll()
    assert texts_on_the_server(page).count("Hello") == 1


def test_a_page_id_that_is_refused_does_not_end_the_search(page: Page) -> None:
    page.sandbox.faults.add("customer/start_chat", lose_answer=True)
    page.say("Hello")
    agent_opens_a_long_thread(page)
    page.sandbox.faults.add(
        "customer/list_threads", times=1_000, rewrite=lambda a: a | {"next_page_id": "unknown"}
    )
    page.poll(30)
    page.poll()
    assert page.undelivered == []
    assert page.texts.count("Hello") == 1
    assert texts_on_the_server(page).count("Hello") == 1


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


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def a_file(name: str = "notes.txt", content: bytes = b"notes") -> Attachment:
    return Attachment(name, "text/plain", content)


@pytest.mark.parametrize("state", [State.NONE, State.ACTIVE, State.CLOSED])
def test_a_text_and_its_files_arrive_in_order(page: Page, state: State) -> None:
    if state is not State.NONE:
        page.say("Before")
    if state is State.CLOSED:
        page.visit.end()
        page.run()
    page.visit.say("Look", [a_file(), Attachment("a.png", "image/png", PNG)])
    assert [m.text for m in page.visit.conversation.outbox][-3:] == ["Look", "", ""]
    page.run()
    page.poll()
    assert page.undelivered == []
    arrived = [
        e for e in page.visit.conversation.transcript.timeline if e.type in ("message", "file")
    ][-3:]
    assert arrived[0].text == "Look"
    files = [e.body for e in arrived[1:]]
    assert all(isinstance(file, File) for file in files)
    assert [file.name for file in files] == ["notes.txt", "a.png"]  # type: ignore[union-attr]
    assert files[1].thumbnail_url  # type: ignore[union-attr]
    assert requests.get(files[0].url, timeout=5).content == b"notes"  # type: ignore[union-attr]


def test_a_file_alone_starts_a_chat(page: Page) -> None:
    page.visit.say("", [a_file()])
    page.run()
    page.poll()
    assert page.asked().count("start_chat") == 1
    assert [type(body) for body in bodies(page)] == [File]


def test_a_photo_is_uploaded_upright(page: Page) -> None:
    page.visit.say("", [a_file("portrait.jpg", photo(turned(6)))])
    page.run()
    page.poll()
    (file,) = bodies(page)
    assert isinstance(file, File)
    assert (file.width, file.height) == (32, 64)


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (a_file(content=bytes(MAX_BYTES + 1)), Problem.FILE_TOO_LARGE),
        (a_file("setup.EXE"), Problem.FILE_EXECUTABLE),
        (a_file("holiday.jpg", b"\x7fELF"), Problem.FILE_EXECUTABLE),
    ],
)
def test_a_file_that_livechat_would_not_take_is_not_even_uploaded(
    chatting: Page, file: Attachment, problem: Problem
) -> None:
    chatting.visit.say("Look", [file])
    chatting.run()
    chatting.poll()
    text, refused = chatting.visit.conversation.outbox
    assert chatting.undelivered == [
        ("Look", Delivery.FAILED, Problem.LACKS_FILES),
        ("", Delivery.FAILED, problem),
    ]
    for message in (text, refused):
        chatting.visit.retry(message.custom_id)
    chatting.run()
    chatting.poll()
    assert chatting.texts[-1] == "Look"
    assert chatting.undelivered == [("", Delivery.FAILED, problem)]
    assert "upload_file" not in chatting.asked()


@pytest.mark.parametrize(
    ("action", "error", "problem"),
    [
        ("customer/upload_file", "entity_too_large", Problem.FILE_TOO_LARGE),
        ("customer/upload_file", "validation", Problem.FILE_REFUSED),
        ("customer/send_event", "validation", Problem.FILE_REFUSED),
    ],
)
def test_a_refused_file_is_kept_and_uploaded_anew(
    chatting: Page, action: str, error: str, problem: Problem
) -> None:
    chatting.sandbox.faults.add(action, error=error)
    chatting.visit.say("", [a_file()])
    chatting.run()
    assert chatting.undelivered == [("", Delivery.FAILED, problem)]
    if problem is Problem.FILE_TOO_LARGE:
        return
    chatting.visit.retry(chatting.visit.conversation.outbox[0].custom_id)
    chatting.run()
    chatting.poll()
    assert chatting.undelivered == []
    assert [type(body) for body in bodies(chatting)] == [File]


@pytest.mark.parametrize("fault", [{"lose_answer": True}, {"status": 500}, {"truncate": True}])
@pytest.mark.parametrize("action", ["customer/upload_file", "customer/send_event"])
def test_a_file_is_sent_once_whatever_answer_is_lost(
    chatting: Page, action: str, fault: dict[str, Any]
) -> None:
    chatting.sandbox.faults.add(action, **fault)
    chatting.visit.say("", [a_file()])
    chatting.run()
    chatting.poll(60)
    chatting.poll()
    assert chatting.undelivered == []
    assert [type(body) for body in bodies(chatting)] == [File]
    uploads = chatting.asked().count("upload_file")
    assert uploads == (2 if action == "customer/upload_file" else 1)


def test_a_file_is_uploaded_once_if_the_chat_was_closed_meanwhile(chatting: Page) -> None:
    chatting.agent.end(chatting.visit.chat_id or "")
    chatting.visit.say("", [a_file()])
    chatting.run()
    chatting.poll()
    assert [type(body) for body in bodies(chatting)] == [File]
    assert chatting.asked().count("upload_file") == 1


def test_a_file_is_uploaded_once_if_everybody_has_left(chatting: Page) -> None:
    chatting.visit.end()
    chatting.run()
    chatting.agent.accept_chats(False)
    chatting.visit.say("", [a_file()])
    chatting.run()
    assert chatting.asked().count("upload_file") == 1


def test_a_file_with_a_name_that_cannot_be_sent_is_sent(chatting: Page) -> None:
    chatting.visit.say("", [replace(a_file(), name="a\ud83d.png")])
    chatting.run()
    chatting.poll()
    assert [type(body) for body in bodies(chatting)] == [File]


# By itself


def test_what_is_sent_off_waits_and_takes_an_end_back(alone: Alone) -> None:
    alone.chat()
    alone.ending.want()
    alone.hurry.clear()
    alone.sending.send_off()
    assert (alone.ending.is_wanted, alone.hurry.is_set()) == (True, False)
    alone.sending.send_off(alone.message("One"), alone.message("Two"))
    assert (alone.ending.is_wanted, alone.hurry.is_set()) == (False, True)
    alone.sending.deliver_all()
    assert alone.asked == ["send_event", "send_event"]
    alone.reading.look()
    assert alone.texts == ["Hello", "One", "Two"]


def test_what_was_tried_for_long_enough_is_given_up_unless_a_form_is_awaited(alone: Alone) -> None:
    alone.reading.look()
    alone.company.current = Company(prechat=Form("f", ()))
    alone.sending.send_off(alone.message())
    alone.clock.now += TRY_SECONDS + 1
    alone.sending.give_up()
    assert alone.conversation.outbox.next
    alone.company.current = Company()
    alone.sending.give_up()
    assert alone.conversation.outbox.next is None
    (message,) = alone.conversation.outbox
    alone.sending.retry(message.custom_id)
    alone.sending.deliver_all()
    assert alone.asked[-1] == "start_chat"


def test_what_is_written_too_fast_leaves_later_in_order(chatting: Page) -> None:
    texts = [f"message {number}" for number in range(3 * MOST_AT_ONCE)]
    chatting.clock.now += WITHIN
    for text in texts:
        chatting.visit.say(text)
    chatting.run()
    assert chatting.asked().count("send_event") == MOST_AT_ONCE
    assert chatting.visit.glance().too_fast
    chatting.poll(WITHIN - 1)
    assert chatting.asked().count("send_event") == MOST_AT_ONCE
    chatting.poll(1)
    assert chatting.asked().count("send_event") == 2 * MOST_AT_ONCE
    chatting.poll(WITHIN)
    assert not chatting.visit.glance().too_fast
    chatting.poll()
    assert chatting.texts[2:] == texts
    assert chatting.undelivered == []


def test_meanwhile_the_page_polls_though_news_is_pushed(chatting: Page) -> None:
    chatting.visit.told(Told(open=True, connection="first", looks=1))
    for number in range(MOST_AT_ONCE + 1):
        chatting.visit.say(f"message {number}")
    chatting.run()
    assert chatting.visit.pace == chatting.visit.settings.poll_seconds
    chatting.poll(WITHIN)
    assert chatting.visit.pace > chatting.visit.settings.poll_seconds


def test_what_was_held_back_for_long_is_still_tried(chatting: Page) -> None:
    for number in range(MOST_AT_ONCE + 2):
        chatting.visit.say(f"message {number}")
    chatting.run()
    chatting.sandbox.faults.add("send_event", status=503, times=2)
    chatting.poll(2 * TRY_SECONDS)
    assert Delivery.FAILED not in {delivery for _, delivery, _ in chatting.undelivered}
    for _ in range(3):
        chatting.poll(5)
    assert chatting.undelivered == []
    assert chatting.texts[-1] == f"message {MOST_AT_ONCE + 1}"
