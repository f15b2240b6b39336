"""Earlier pages: what was said before is read as far back as it is wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from livechat.api.structures.events import Event
from livechat.chat.transcript import PAGE, Transcript
from livechat.sandbox import Sandbox
from livechat.visit.earlier import Earlier
from livechat.visit.pace import UNTOUCHED_SECONDS
from livechat.visit.patience import EARLIER_PAUSE
from livechat.visit.sending import WITHIN
from tests.driver import Page
from tests.visit.scenes import ALWAYS, Alone, requests_an_hour


def come_back_to_twenty_threads(page: Page) -> Page:
    for number in range(20):
        for part in range(4):
            page.say(f"{number}.{part}")
        page.clock.now += WITHIN  # nobody writes faster
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


def test_after_a_month_older_threads_are_read_all_the_same(page: Page) -> None:
    again = come_back_to_twenty_threads(page)
    # Meanwhile something new was said, and another tab was there.
    page.say("20.0")
    again.sandbox.clock.advance(31 * 86_400)
    again.poll(31 * 86_400)
    again.poll(UNTOUCHED_SECONDS)
    assert again.texts[-1] == "20.0"
    again.visit.show_earlier()
    again.run()
    assert len(again.visit.conversation.transcript.timeline) >= PAGE * 2
    again.visit.read_everything()
    assert again.texts == [*(f"{n}.{p}" for n in range(20) for p in range(4)), "20.0"]
    assert again.visit.conversation.transcript.older_page_id is None


def test_older_threads_are_looked_for_behind_what_nobody_has_read_yet(page: Page) -> None:
    def more(numbers: range) -> None:
        for number in numbers:
            page.say(str(number))
            page.visit.end()
            page.run()

    more(range(9))
    newest = page.visit._client.list_threads(page.visit.chat_id or "", limit=1)
    of_last_month = Transcript().read_back(replace(newest, next_page_id="of last month"))
    alone = Alone(page.sandbox)
    alone.change(lambda _: replace(page.visit.conversation, transcript=of_last_month))
    more(range(9, 14))
    earlier = Earlier(alone.holder, page.visit._client, alone.clock, alone.hurry, alone.again)
    earlier.read_page()
    assert "7" in alone.texts
    while alone.conversation.transcript.older_page_id:
        earlier.read_page()
    assert [text for text in alone.texts if int(text) < 9] == [str(n) for n in range(9)]


def test_what_is_refused_for_good_is_no_longer_asked_for(page: Page) -> None:
    again = come_back_to_twenty_threads(page)
    page.sandbox.faults.add("list_threads", times=2, error="validation")
    again.visit.show_earlier()
    again.run()
    assert again.visit.conversation.transcript.older_page_id is None
    assert again.visit.glance().problem is None


def test_a_new_beginning_does_not_go_round_in_a_circle(page: Page) -> None:
    again = come_back_to_twenty_threads(page)
    page.sandbox.faults.add("list_threads", error="validation")
    page.sandbox.faults.add(
        "customer/list_threads",
        times=ALWAYS,
        rewrite=lambda a: a | {"next_page_id": "again", "threads": a.get("threads", [])[:1]},
    )
    again.visit.show_earlier()
    again.run()
    assert again.visit.glance().problem is None


def test_what_is_shown_keeps_its_place_and_stays_bounded(page: Page) -> None:
    places: dict[str, int] = {}
    for number in range(PAGE * 2 + 10):
        page.hear(str(number)) if number else page.say("0")
        page.poll()
        glance = page.visit.glance()
        conversation = glance.conversation
        pages = conversation.transcript.pages(glance.shown, conversation.outbox)
        assert sum(map(len, pages.values())) <= PAGE * 2
        for place, entries in pages.items():
            for entry in entries:
                assert isinstance(entry, Event)
                assert places.setdefault(entry.id, place) == place


def after_six_threads(page: Page) -> Page:
    """The page of a visitor who comes back after 120 messages."""
    for number in range(6):
        for message in range(20):
            page.visit.say(f"{number}.{message}")
        page.run()
        page.clock.now += WITHIN
        page.visit.end()
        page.run()
    return Page(page.sandbox, page.visit.identity)


def test_everything_is_read_for_a_transcript(page: Page) -> None:
    again = after_six_threads(page)
    assert len(again.texts) < 120
    again.visit.read_everything()
    assert len(again.texts) == 120


def test_a_transcript_holds_what_could_be_read(page: Page) -> None:
    again = after_six_threads(page)
    before = again.texts
    again.sandbox.faults.add("customer/list_threads", times=9, status=503)
    assert again.visit.read_everything() is again.visit.conversation
    assert again.texts == before


def test_earlier_events_that_cannot_be_read_are_not_asked_for_at_each_poll(
    sandbox: Sandbox,
) -> None:
    again = after_six_threads(Page(sandbox))
    sandbox.faults.add("customer/list_threads", times=ALWAYS, status=500)
    again.visit.show_earlier()
    again.run()
    assert requests_an_hour(again) <= 250


def test_an_earlier_page_that_could_not_be_read_wholly_is_read_again(page: Page) -> None:
    def broken(answer: dict[str, Any]) -> dict[str, Any]:
        del answer["threads"][0]["active"]
        del answer["threads"][1]["events"][3]["id"]
        return answer

    again = after_six_threads(page)
    page.sandbox.faults.add("customer/list_threads", times=2, rewrite=broken)
    before = len(again.texts)
    again.visit.show_earlier()
    again.run()
    page.sandbox.requests.clear()
    for _ in range(10):
        again.poll()
    assert again.asked().count("list_threads") == 2
    again.visit.read_everything()
    assert len(again.texts) == 120 > before


def test_pages_that_lead_in_a_circle_are_read_once(sandbox: Sandbox) -> None:
    again = after_six_threads(Page(sandbox))
    sandbox.faults.add(
        "customer/list_threads",
        times=ALWAYS,
        rewrite=lambda answer: answer | {"next_page_id": "again", "threads": []},
    )
    again.visit.show_earlier()
    again.run()
    assert again.visit.conversation.transcript.older_page_id is None


# By itself


def test_it_is_read_when_more_is_to_be_shown_and_after_a_pause_if_that_fails(page: Page) -> None:
    again = after_six_threads(page)
    alone = Alone(again.sandbox)
    alone.change(lambda _: again.visit.conversation)
    earlier = Earlier(alone.holder, again.visit._client, alone.clock, alone.hurry, alone.again)
    earlier.read_lacking()
    assert alone.conversation is again.visit.conversation
    earlier.show_more()
    assert (earlier.shown, alone.hurry.is_set()) == (PAGE * 2, True)
    page.sandbox.requests.clear()
    page.sandbox.faults.add("customer/list_threads", times=2, status=503)  # and once repeated
    earlier.read_lacking()
    earlier.read_lacking()
    assert alone.asked == ["list_threads"] * 2
    alone.clock.now += EARLIER_PAUSE
    earlier.read_lacking()
    assert len(alone.conversation.transcript.timeline) >= PAGE * 2
