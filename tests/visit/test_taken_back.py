"""What LiveChat changes and takes back: it is gone from the page, and nothing else ever is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from livechat.chat.pushes import Told
from livechat.sandbox import Sandbox
from livechat.sandbox.world.model import Push
from livechat.visit.pushed import LATE_AFTER
from livechat.visit.reading import CHANGED_SECONDS
from livechat.visit.trust import PUSHED_SECONDS
from tests.driver import Page, change_an_event
from tests.visit.scenes import ALWAYS, happening, idle_for, requests_an_hour


class Line:
    """What the page's component makes of LiveChat's pushes, told as they come."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.told = Told(open=True, connection="first", looks=1)
        self.count = 0
        page.sandbox._state.listeners.append(self)
        self.tell()
        page.sandbox.requests.clear()

    def __call__(self, push: Push) -> None:
        told, payload = self.told, push.payload
        self.count += 1
        if push.action == "incoming_event":
            self.told = replace(told, events=told.events | {payload["event"]["id"]})
        elif push.action in ("event_updated", "event_deleted"):
            threads = {**told.threads, payload["thread_id"]: str(self.count)}
            deleted = {payload["event_id"]} if "event_id" in payload else set()
            self.told = replace(told, threads=threads, deleted=told.deleted | deleted)

    def tell(self) -> None:
        self.page.visit.told(self.told)
        self.page.run()


@pytest.fixture
def line(chatting: Page) -> Iterable[Line]:
    """A page with an active chat, whose browser hears pushes."""
    line = Line(chatting)
    yield line
    chatting.sandbox._state.listeners.remove(line)


def hear(page: Page, *texts: str) -> None:
    for text in texts:
        page.hear(text)
    page.poll()
    page.sandbox.requests.clear()


def asked(page: Page) -> list[str]:
    return [action for action in page.asked() if action != "mark_events_as_seen"]


# Without pushes


def test_the_newest_message_is_gone_with_the_next_poll(chatting: Page) -> None:
    hear(chatting, "One", "Two")
    change_an_event(chatting.sandbox, "Two", None)
    chatting.poll()
    assert chatting.texts[-1] == "One"
    assert asked(chatting) == ["list_chats", "list_threads"]
    chatting.poll()
    assert asked(chatting) == ["list_chats", "list_threads", "list_chats"]


def test_the_only_event_of_its_type_is_gone_and_costs_one_read(chatting: Page) -> None:
    chatting.agent.show("sticker", chatting.visit.chat_id or "")
    hear(chatting)
    (chat,) = chatting.sandbox.default.chats.values()
    chatting.sandbox._in_loop(lambda: setattr(chat.last_thread.events[-1], "deleted", True))
    for _ in range(5):
        chatting.poll()
    timeline = chatting.visit.conversation.transcript.timeline
    assert "rich_message" not in {event.type for event in timeline}
    assert asked(chatting).count("list_threads") == 1


@pytest.mark.parametrize("into", [None, "Edited"])
def test_what_no_summary_tells_is_read_within_a_minute(chatting: Page, into: str | None) -> None:
    hear(chatting, "One", "Two")
    change_an_event(chatting.sandbox, "One", into)
    idle_for(chatting, CHANGED_SECONDS + 3)
    assert "One" not in chatting.texts
    assert ("Edited" in chatting.texts) == (into is not None)
    assert chatting.texts[-1] == "Two"


def test_the_read_of_a_minute_takes_the_place_of_a_look(chatting: Page) -> None:
    assert requests_an_hour(chatting) == 1_200
    assert chatting.asked().count("get_chat") == 5  # in five minutes
    assert set(chatting.asked()) <= {"list_chats", "get_chat", "list_threads"}


def test_off_the_screen_and_with_pushes_there_is_none(chatting: Page) -> None:
    chatting.visit.on_screen = False
    chatting.sandbox.requests.clear()
    idle_for(chatting, 600)
    assert set(asked(chatting)) == {"list_chats"}
    chatting.visit.on_screen = True
    chatting.visit.told(Told(open=True, connection="first", looks=1))
    chatting.run()
    chatting.sandbox.requests.clear()
    idle_for(chatting, 3_600)
    assert set(asked(chatting)) == {"list_chats"}


def test_the_next_news_bring_it_as_well(chatting: Page) -> None:
    hear(chatting, "One", "Two")
    change_an_event(chatting.sandbox, "One", None)
    hear(chatting, "Three")
    assert chatting.texts[-2:] == ["Two", "Three"]


def test_where_each_look_reads_the_thread_the_newest_message_is_gone_too(sandbox: Sandbox) -> None:
    sandbox.default.chat_limit = 1
    first, page = Page(sandbox), Page(sandbox)
    first.say("Hello")
    page.say("Hello too")
    page.poll()
    page.say("A mistake")
    page.poll()
    assert page.visit.conversation.queue
    sandbox.requests.clear()
    change_an_event(page.sandbox, "A mistake", None)
    page.poll()
    page.poll()
    page.poll()
    assert page.texts == ["Hello too"]
    assert page.undelivered == []
    assert asked(page)[-1] == "get_chat"


def test_what_is_deleted_before_it_was_read_is_not_on_its_way_for_ever(chatting: Page) -> None:
    chatting.sandbox.faults.add("list_chats", times=3, error="too_many_requests")
    chatting.say("A mistake")
    change_an_event(chatting.sandbox, "A mistake", None)
    assert chatting.undelivered
    chatting.sandbox.faults.clear()
    idle_for(chatting, 2 * CHANGED_SECONDS)
    assert chatting.undelivered == []
    assert "A mistake" not in chatting.texts


# What is never dropped


def test_what_was_deleted_in_a_thread_that_cannot_be_read_just_now_is_sought_again(
    chatting: Page,
) -> None:
    sandbox = chatting.sandbox
    chatting.visit.say("Never mind")
    chatting.visit.work()
    change_an_event(sandbox, "Never mind", None)
    chatting.agent.end(chatting.visit.chat_id or "")
    chatting.hear("Hello again", active=False)
    chatting.poll()
    assert chatting.undelivered  # it may not be there yet
    sandbox.faults.add("get_chat", times=2, lose_answer=True)  # it asks twice
    chatting.poll(LATE_AFTER + 1)
    chatting.poll(LATE_AFTER + 1)
    assert chatting.undelivered == []


def test_an_answer_that_is_behind_takes_nothing_back(chatting: Page) -> None:
    hear(chatting, "One")
    before = chatting.visit._client._call("list_threads", {"chat_id": chatting.visit.chat_id})
    hear(chatting, "Two")
    chatting.sandbox.faults.add("customer/list_threads", times=1, rewrite=lambda answer: before)
    chatting.agent.show("sticker", chatting.visit.chat_id or "")
    chatting.poll()
    assert chatting.texts[-1] == "Two"
    chatting.poll()
    assert chatting.visit.conversation.transcript.timeline[-1].type == "rich_message"


def test_an_answer_that_is_not_whole_takes_nothing_back(chatting: Page) -> None:
    hear(chatting, "One", "Two", "Three")

    def broken(answer: dict[str, Any]) -> dict[str, Any]:
        (thread,) = answer["threads"]
        del thread["events"][-3:-1]
        thread["events"].insert(0, {"id": "odd"})
        return answer

    chatting.sandbox.faults.add("customer/list_threads", rewrite=broken)
    chatting.hear("Four")
    chatting.poll()
    assert chatting.texts[-4:] == ["One", "Two", "Three", "Four"]


def test_what_no_thread_holds_though_a_summary_does_is_gone_at_last(chatting: Page) -> None:
    """If LiveChat hid what was deleted from its threads alone."""
    hear(chatting, "One", "Two")

    def without(answer: dict[str, Any]) -> dict[str, Any]:
        for thread in answer["threads"]:
            thread["events"] = [e for e in thread["events"] if e.get("text") != "Two"]
        return answer

    chatting.sandbox.faults.add("customer/list_threads", times=ALWAYS, rewrite=without)
    chatting.agent.show("sticker", chatting.visit.chat_id or "")
    for _ in range(20):
        chatting.poll()
    assert chatting.texts[-1] == "One"
    since = len(chatting.sandbox.requests)
    for _ in range(19):
        chatting.poll()
    assert "list_threads" not in chatting.asked(since)


def test_other_threads_keep_what_they_have(chatting: Page) -> None:
    chatting.agent.end(chatting.visit.chat_id or "")
    chatting.hear("Back again", active=False)
    chatting.poll()
    texts = chatting.texts
    change_an_event(chatting.sandbox, "Back again", None)
    chatting.poll()
    assert chatting.texts == texts[:-1]


# With pushes


@pytest.mark.parametrize("into", [None, "Edited"])
def test_with_pushes_it_costs_one_read_of_that_thread(line: Line, into: str | None) -> None:
    page = line.page
    hear(page, "One", "Two")
    line.tell()
    page.sandbox.requests.clear()
    for text in ("One", "Two"):
        change_an_event(page.sandbox, text, into)
        line.tell()
        assert text not in page.texts
    assert asked(page) == ["get_chat", "get_chat"]
    page.sandbox.requests.clear()
    page.poll(PUSHED_SECONDS)
    assert asked(page) == ["list_chats"]
    assert page.visit.pace >= PUSHED_SECONDS


@pytest.mark.parametrize("into", [None, "Edited"])
def test_with_pushes_an_older_thread_is_read_again(line: Line, into: str | None) -> None:
    page = line.page
    hear(page, "One")
    page.agent.end(page.visit.chat_id or "")
    page.hear("Back again", active=False)
    line.tell()
    page.poll(PUSHED_SECONDS)
    page.sandbox.requests.clear()
    change_an_event(page.sandbox, "One", into)
    line.tell()
    assert "One" not in page.texts
    assert ("Edited" in page.texts) == (into is not None)
    assert page.texts[-1] == "Back again"
    assert asked(page) == ["get_chat"]


def test_an_event_that_is_pushed_and_deleted_is_not_waited_for(line: Line) -> None:
    page = line.page
    page.hear("A mistake")
    change_an_event(page.sandbox, "A mistake", None)
    line.tell()
    assert "A mistake" not in page.texts
    page.sandbox.requests.clear()
    for _ in range(3):
        page.poll(page.visit.pace)
    assert page.visit.pace >= PUSHED_SECONDS


def test_an_answer_that_still_holds_it_is_asked_for_again_but_not_for_ever(line: Line) -> None:
    page = line.page
    hear(page, "One")
    line.tell()
    before = page.visit._client._call("get_chat", {"chat_id": page.visit.chat_id})
    page.sandbox.faults.add("customer/get_chat", times=ALWAYS, rewrite=lambda answer: before)
    change_an_event(page.sandbox, "One", None)
    line.tell()
    assert page.texts[-1] == "One"
    assert page.visit.pace == page.visit.settings.poll_seconds
    idle_for(page, LATE_AFTER + 6)
    assert page.visit.pace >= PUSHED_SECONDS
    page.sandbox.faults.clear()
    change_an_event(page.sandbox, "Hello", "Good evening")
    line.tell()
    assert "One" not in page.texts


def test_what_changes_during_the_read_is_read_once_more(line: Line) -> None:
    page = line.page
    hear(page, "One")
    line.tell()

    def happen() -> None:
        change_an_event(page.sandbox, "Edited", "Edited again")
        page.visit.told(line.told)

    page.sandbox.faults.add("customer/get_chat", rewrite=happening(happen))
    change_an_event(page.sandbox, "One", "Edited")
    line.tell()
    page.run()
    assert page.texts[-1] == "Edited again"


def test_a_thread_that_is_refused_is_not_asked_for_again(line: Line) -> None:
    page = line.page
    hear(page, "One")
    line.tell()
    page.sandbox.faults.add("customer/get_chat", error="chat_not_found")
    change_an_event(page.sandbox, "One", "Edited")
    page.sandbox.requests.clear()
    line.tell()
    page.run()
    assert asked(page) == ["get_chat"]
    assert not page.visit.glance().out_of_touch


def test_a_thread_that_cannot_be_read_just_now_is_read_later(line: Line) -> None:
    page = line.page
    hear(page, "One")
    line.tell()
    page.sandbox.faults.add("customer/get_chat", error="too_many_requests")
    change_an_event(page.sandbox, "One", "Edited")
    line.tell()
    assert page.texts[-1] == "One"
    page.poll(60)
    assert page.texts[-1] == "Edited"


def test_an_own_message_that_was_just_sent_can_be_deleted(line: Line) -> None:
    page = line.page
    page.visit.say("A mistake")
    page.visit.work()
    change_an_event(page.sandbox, "A mistake", None)
    line.tell()
    assert page.undelivered == []
    assert "A mistake" not in page.texts


# What is counted and told


def test_what_is_gone_is_no_longer_unread(chatting: Page) -> None:
    chatting.poll()
    chatting.visit.on_screen = False
    chatting.hear("One")
    chatting.hear("Two")
    chatting.poll(60)
    assert chatting.visit.glance().unseen == 2
    change_an_event(chatting.sandbox, "Two", None)
    chatting.poll(60)
    assert chatting.visit.glance().unseen == 1
