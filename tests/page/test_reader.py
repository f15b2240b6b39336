"""What the tabs of one browser compare."""

from __future__ import annotations

from livechat.api.structures.forms import Rating
from livechat.page.browser import reader
from tests.driver import Page, ask_as_agent


def known(page: Page) -> str:
    return reader.known(page.visit.conversation)


def test_tabs_are_of_one_customer_of_one_organization() -> None:
    assert reader.tabs("organization", None) is None
    names = {reader.tabs(*who) for who in [("a", "1"), ("a", "2"), ("b", "1")]}
    assert len(names) == 3


def test_two_pages_that_have_read_the_same_know_the_same(chatting: Page) -> None:
    other = Page(chatting.sandbox, chatting.visit.identity)
    assert known(other) == known(chatting)
    before = known(chatting)
    chatting.hear("Something new")
    chatting.poll()
    assert known(chatting) not in (before, known(other))
    other.poll()
    assert known(other) == known(chatting)


def test_what_was_sent_is_known_before_it_is_read_and_the_same_afterwards(chatting: Page) -> None:
    before = known(chatting)
    chatting.visit.say("On its way")
    assert known(chatting) == before
    chatting.run()
    sent = known(chatting)
    assert sent != before
    chatting.poll()
    other = Page(chatting.sandbox, chatting.visit.identity)
    assert known(other) == known(chatting) == sent


def test_whatever_is_drawn_anew_is_news(chatting: Page) -> None:
    chatting.say("Have you seen this?")
    chatting.poll()
    found = [known(chatting)]
    agent, chat = chatting.agent, chatting.visit.chat_id or ""
    event = chatting.visit.conversation.transcript.timeline[-1]
    seen = {"chat_id": chat, "seen_up_to": event.content["created_at"]}
    ask_as_agent(chatting.sandbox, "mark_events_as_seen", json=seen)
    chatting.poll()
    found.append(known(chatting))
    agent.say("Yes", customer_id="", chat_id=chat, active=True)
    chatting.poll()
    found.append(known(chatting))
    agent.end(chat)
    chatting.poll()
    found.append(known(chatting))
    assert len(set(found)) == 4


def test_a_chat_that_has_no_summary_of_it_yet_has_news_as_well(page: Page) -> None:
    page.say("Hello")
    page.poll()
    before = known(page)
    page.hear("From somebody who was not there")
    page.poll()
    assert known(page) != before


def test_a_rating_is_news_once_livechat_has_it(chatting: Page) -> None:
    visit = chatting.visit
    before = known(chatting)
    visit.rate(Rating(1), visit.thread_id)
    assert known(chatting) == before
    chatting.run()
    rated = known(chatting)
    assert rated != before
    visit.send_transcript("ada@example.com")
    chatting.run()
    assert known(chatting) not in (before, rated)
