"""A visit whose browser hears LiveChat's pushes: what is asked then, and what is not."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from livechat.api.structures.forms import Rating
from livechat.chat.pushes import Told
from livechat.sandbox import Sandbox
from livechat.visit.load import Load
from livechat.visit.pushed import LATE_AFTER, Pushed
from livechat.visit.seen import MARK_AFTER
from livechat.visit.trust import LONGEST_SECONDS, PUSHED_SECONDS
from tests.driver import Page
from tests.visit.scenes import Alone, happening, idle_for, write_as_agent


def rate_as_agent(page: Page) -> None:
    """The thread is rated, which no summary tells of."""
    (chat,) = page.sandbox.default.chats.values()
    page.sandbox._in_loop(lambda: chat.last_thread.properties.update(rating={"score": 1}))


class Browser:
    """What the page's component tells of the pushes."""

    def __init__(self, page: Page, *, hears_the_newest: bool = False) -> None:
        self.page = page
        self.said = Told()
        events = frozenset({self.newest} if hears_the_newest else ())
        self.tell(open=True, connection="first", looks=1, events=events)

    def tell(self, **change: Any) -> None:
        """The browser says something, and the page does what is due."""
        self.said = replace(self.said, **change)
        self.page.visit.told(self.said)
        self.page.run()

    def hear(self, *events: str) -> None:
        self.tell(events=self.said.events | set(events))

    @property
    def newest(self) -> str:
        """The ID of the newest event of the page's chat."""
        return self.events[-1]

    @property
    def events(self) -> list[str]:
        chat = self.page.sandbox.default.chats[self.page.visit.chat_id or ""]
        return [event.id for event in chat.threads[-1].events]


@pytest.fixture
def pushing(chatting: Page) -> Browser:
    """A page with an active chat, whose browser is connected."""
    browser = Browser(chatting)
    browser.page.sandbox.requests.clear()
    return browser


def test_while_pushes_are_heard_looks_only_make_sure_and_become_rare(pushing: Browser) -> None:
    page = pushing.page
    idle_for(page, 3_600)
    assert page.visit.pace == LONGEST_SECONDS
    assert set(page.asked(about_all=True)) == {"list_chats"}
    assert 6 <= len(page.asked()) <= 9


def test_without_an_active_chat_it_is_asked_no_more_often(page: Page) -> None:
    Browser(page)
    page.sandbox.requests.clear()
    idle_for(page, 3_600)
    asked = page.asked(about_all=True)
    assert set(asked) == {"list_chats", "get_dynamic_configuration"}
    assert len(asked) <= 12


def test_while_the_visitor_waits_for_an_answer_it_is_asked_once_a_minute(pushing: Browser) -> None:
    page = pushing.page
    idle_for(page, 3_600)
    page.say("Are you there?")
    pushing.hear(pushing.newest)
    page.sandbox.requests.clear()
    for _ in range(60):
        page.poll(page.visit.pace)
    assert page.visit.pace == PUSHED_SECONDS
    assert page.asked() == ["list_chats"] * 60
    page.hear("I am")
    pushing.hear(pushing.newest)
    assert page.visit.pace > PUSHED_SECONDS


def test_a_login_that_brings_nothing_draws_nothing(chatting: Page) -> None:
    visit = chatting.visit
    visit.until_next_poll()
    visit.told(Told(open=True, connection="first", looks=1))
    visit.work()
    assert chatting.asked() == ["list_chats", "list_threads"]
    assert visit.pace == PUSHED_SECONDS
    assert not visit.needs_drawing  # it polls too often once


def test_a_page_that_polls_too_slowly_is_drawn_at_once(pushing: Browser) -> None:
    visit = pushing.page.visit
    visit.until_next_poll()
    visit.told(replace(pushing.said, open=False))
    assert visit.needs_drawing
    visit.until_next_poll()
    assert not visit.needs_drawing


def test_on_another_line_it_begins_anew(pushing: Browser) -> None:
    page = pushing.page
    idle_for(page, 3_600)
    pushing.tell(connection="second", looks=2)
    assert page.visit.pace == PUSHED_SECONDS


def test_a_slower_configured_pace_is_kept(sandbox: Sandbox) -> None:
    page = Page(sandbox, poll_seconds=90.0)
    Browser(page)
    assert page.visit.pace == 90.0


def test_an_event_that_was_pushed_is_there_after_one_small_read(pushing: Browser) -> None:
    page = pushing.page
    page.hear("Are you there?")
    pushing.hear(pushing.newest)
    assert page.texts[-1] == "Are you there?"
    assert [a for a in page.asked() if a != "mark_events_as_seen"] == ["list_chats"]
    page.sandbox.requests.clear()
    page.poll(PUSHED_SECONDS)
    assert [a for a in page.asked() if a != "mark_events_as_seen"] == ["list_chats"]


def test_events_that_hide_each_other_are_all_read(pushing: Browser) -> None:
    page = pushing.page
    page.hear("One")
    page.hear("Two")
    pushing.hear(*pushing.events)
    assert page.texts[-2:] == ["One", "Two"]
    assert page.asked().count("list_threads") == 1


def test_an_own_message_is_read_at_the_price_of_one_small_read(pushing: Browser) -> None:
    page = pushing.page
    page.say("And another thing")
    pushing.hear(pushing.newest)
    assert page.asked() == ["send_event", "list_chats"]
    assert not page.undelivered
    assert page.texts[-1] == "And another thing"


def test_the_end_of_the_chat_is_read(pushing: Browser) -> None:
    page = pushing.page
    page.agent.end(page.visit.chat_id or "")
    pushing.hear(pushing.newest)
    assert page.visit.glance().asks.rating


def test_what_a_push_told_of_already_is_not_read_again(pushing: Browser) -> None:
    pushing.page.poll()
    pushing.page.sandbox.requests.clear()
    pushing.hear(*pushing.events)
    pushing.tell()
    assert pushing.page.asked() == []


def test_what_was_missed_is_read_when_the_connection_is_back(pushing: Browser) -> None:
    page = pushing.page
    pushing.tell(open=False)
    assert page.visit.pace == page.visit.settings.poll_seconds
    page.hear("Still there?")
    pushing.tell(open=True, connection="second", looks=2)
    assert page.texts[-1] == "Still there?"
    assert page.visit.pace == PUSHED_SECONDS


def test_what_was_written_while_the_line_was_down_is_read_though_more_is_pushed_at_once(
    pushing: Browser,
) -> None:
    page = pushing.page
    pushing.tell(open=False)
    page.hear("While it was down")
    page.hear("Now it is back")
    pushing.tell(open=True, connection="second", looks=2, events=frozenset({pushing.newest}))
    assert page.texts[-2:] == ["While it was down", "Now it is back"]


def test_what_was_written_before_the_first_connection_is_read(chatting: Page) -> None:
    chatting.hear("Before")
    chatting.hear("After")
    Browser(chatting, hears_the_newest=True)
    assert chatting.texts[-2:] == ["Before", "After"]


def test_what_changed_while_the_line_was_down_is_read_though_no_summary_tells_of_it(
    pushing: Browser,
) -> None:
    page = pushing.page
    pushing.tell(open=False)
    rate_as_agent(page)
    pushing.tell(open=True, connection="second", looks=2)
    assert page.visit.conversation.rating == Rating(1)


def test_a_script_that_is_loaded_anew_has_another_connection_though_it_counts_alike(
    pushing: Browser,
) -> None:
    page = pushing.page
    page.hear("Meanwhile")
    pushing.said = Told()
    pushing.tell(open=True, connection="another", looks=1)
    assert page.texts[-1] == "Meanwhile"


@pytest.mark.parametrize("action", ["list_chats", "list_threads"])
def test_a_read_that_began_before_the_line_was_up_proves_nothing(
    pushing: Browser, action: str
) -> None:
    page = pushing.page
    pushing.tell(open=False)
    page.hear("To be read")

    def reconnect() -> None:
        write_as_agent(page, "Between")
        write_as_agent(page, "Pushed")
        pushed = frozenset({pushing.newest})
        told = replace(pushing.said, open=True, connection="second", looks=2, events=pushed)
        page.visit.told(told)

    page.sandbox.faults.add(f"customer/{action}", rewrite=happening(reconnect))
    page.poll()
    page.run()
    assert page.texts[-3:] == ["To be read", "Between", "Pushed"]


def test_what_no_summary_tells_of_is_read_though_it_is_told_during_another_read(
    pushing: Browser,
) -> None:
    page = pushing.page
    page.hear("To be read")

    def rate() -> None:
        rate_as_agent(page)
        page.visit.told(replace(pushing.said, reads=1))

    page.sandbox.faults.add("customer/list_threads", rewrite=happening(rate))
    page.poll(PUSHED_SECONDS)
    page.run()
    assert page.visit.conversation.rating == Rating(1)


def test_an_event_that_was_given_up_does_not_hide_behind_the_next_one(pushing: Browser) -> None:
    page = pushing.page
    before = page.visit._client._call("list_chats", {})
    page.sandbox.faults.add("customer/list_chats", times=100, rewrite=lambda answer: before)
    page.hear("Late")
    pushing.hear(pushing.newest)
    page.poll(LATE_AFTER + 1)
    assert not page.visit._pushed.is_unread
    page.sandbox.faults.clear()
    page.hear("In time")
    pushing.hear(pushing.newest)
    assert page.texts[-2:] == ["Late", "In time"]


def test_what_no_summary_tells_of_is_read(pushing: Browser) -> None:
    page = pushing.page
    rate_as_agent(page)
    pushing.tell(looks=2)
    assert page.visit.conversation.rating is None
    pushing.tell(reads=1)
    assert page.visit.conversation.rating == Rating(1)


def test_a_push_that_livechat_answers_late_is_waited_for(pushing: Browser) -> None:
    page = pushing.page
    pushing.hear("not there yet")
    assert page.visit.pace == page.visit.settings.poll_seconds
    page.poll()
    assert page.visit.pace == page.visit.settings.poll_seconds
    page.poll(LATE_AFTER)
    assert page.visit.pace == PUSHED_SECONDS
    page.sandbox.requests.clear()
    page.run()
    assert page.asked() == []


def test_trouble_brings_the_polls_back_and_a_push_waits_for_the_pause(pushing: Browser) -> None:
    page = pushing.page
    page.hear("During the outage")
    page.sandbox.faults.add("list_chats", status=503, times=2)
    pushing.hear(pushing.newest)
    assert page.visit.pace == page.visit.settings.poll_seconds
    since = len(page.sandbox.requests)
    page.run()
    assert page.asked(since) == []
    page.poll()
    assert page.texts[-1] == "During the outage"
    assert page.visit.pace == PUSHED_SECONDS


def test_a_failing_errand_brings_the_polls_back(pushing: Browser) -> None:
    page = pushing.page
    page.sandbox.faults.add("update_thread_properties", status=503, times=2)
    page.visit.rate(Rating(1), page.visit.thread_id)
    page.run()
    assert page.visit.pace == page.visit.settings.poll_seconds
    page.poll()
    assert page.visit.pace == PUSHED_SECONDS


def test_a_push_during_another_request_is_not_lost(pushing: Browser) -> None:
    page = pushing.page
    page.sandbox.faults.add("list_chats", delay=1)
    polling = threading.Thread(target=page.poll, args=(PUSHED_SECONDS,))
    polling.start()
    while "list_chats" not in page.asked():
        pass
    page.hear("Meanwhile")
    page.visit.told(replace(pushing.said, looks=2))
    page.visit.work(page.tick)
    polling.join()
    assert page.texts[-1] == "Meanwhile"


def test_a_push_is_read_even_when_the_configuration_is_too(page: Page) -> None:
    browser = Browser(page)
    page.visit.expect_news()
    page.hear("Welcome", active=False)
    browser.tell(looks=2)
    assert page.texts == ["Welcome"]


def test_what_pushes_bring_onto_the_screen_is_marked_as_seen(page: Page) -> None:
    page.say("Hello")
    browser = Browser(page)
    page.hear("Hi")
    browser.hear(browser.newest)
    assert page.tick == 0
    page.clock.now += MARK_AFTER
    page.visit.work()
    assert page.asked().count("mark_events_as_seen") == 1


def test_a_token_refused_to_the_browser_is_renewed_once(pushing: Browser) -> None:
    page = pushing.page
    refused, grants = page.visit.token, page.visit.glance().grants
    pushing.tell(refused=refused)
    assert page.visit.token not in (None, refused)
    assert page.visit.glance().grants == grants + 1
    pushing.tell(looks=9)
    assert page.visit.glance().grants == grants + 1


def test_a_made_up_token_costs_nothing(pushing: Browser) -> None:
    token = pushing.page.visit.token
    pushing.tell(refused="made up")
    assert pushing.page.visit.token == token
    assert pushing.page.asked(about_all=True) == []


def test_a_token_that_cannot_be_renewed_now_is_renewed_later(pushing: Browser) -> None:
    page = pushing.page
    refused = page.visit.token
    page.sandbox.faults.add("token", status=503)
    pushing.tell(refused=refused)
    assert page.visit.token == refused
    page.poll(10)
    assert page.visit.token not in (None, refused)


def test_who_is_online_is_asked_once_for_all_visitors(page: Page) -> None:
    browsers = [Browser(page), Browser(Page(page.sandbox))]
    page.sandbox.requests.clear()
    page.agent.accept_chats(False)
    for browser in browsers:
        browser.tell(groups={"0": "offline"})
    company = browsers[1].page.visit.glance().company
    assert company is not None
    assert not company.online
    assert page.asked(about_all=True).count("get_dynamic_configuration") == 1


# By itself


def test_it_is_unread_until_a_look_has_brought_it(alone: Alone) -> None:
    alone.chat()
    alone.hear("Hi")
    (chat,) = alone.sandbox.default.chats.values()
    told = Told(open=True, events=frozenset({chat.threads[-1].events[-1].id}))
    assert alone.pushed.hear(told)
    assert not alone.pushed.hear(told)
    assert alone.pushed.is_unread
    assert alone.pushed.events == tuple(told.events)
    alone.reading.look()
    assert not alone.pushed.is_unread
    assert not alone.pushed.is_behind


def test_what_is_told_during_a_look_calls_for_another(alone: Alone) -> None:
    alone.pushed.hear(Told(looks=1))
    alone.pushed.begin_look()
    alone.pushed.hear(Told(looks=2))
    alone.pushed.end_look()
    assert alone.pushed.is_unread


def test_an_event_that_is_nowhere_is_not_waited_for_for_ever(alone: Alone) -> None:
    alone.pushed.hear(Told(events=frozenset({"nowhere"})))
    alone.pushed.end_look()
    assert alone.pushed.is_behind
    alone.clock.now += LATE_AFTER + 1
    alone.pushed.end_look()
    assert not alone.pushed.is_behind
    assert not alone.pushed.is_unread


def test_the_load_counts_what_is_told(alone: Alone) -> None:
    load = Load(alone.clock, alone.clock)
    pushed = Pushed(alone.holder, alone.company, alone.clock, load)
    pushed.hear(Told(looks=1, events=frozenset({"a", "b"})))
    pushed.hear(Told(looks=1, events=frozenset({"a", "b"}), drawn=2))
    assert (load._new.news, load._new.pushes) == (1, 3)


def test_a_look_that_has_failed_is_made_up_for_whatever_goes_well_meanwhile(page: Page) -> None:
    organization = page.sandbox.default
    tomorrow = organization.clock.now() + timedelta(days=1)
    organization.busy_until = [tomorrow] * 3
    page.say("Hello")
    page.poll()
    browser = Browser(page)
    before = page.visit.conversation.queue
    organization.busy_until = [tomorrow]
    page.sandbox.faults.add("get_chat", error="too_many_requests")
    browser.tell(reads=1)
    assert page.visit.conversation.queue == before
    page.say("I am still here")
    queue = page.visit.conversation.queue
    assert before
    assert queue
    assert (before.position, queue.position) == (3, 1)
