"""Where to answer who has left by then: asked once, of whom no address is known."""

from __future__ import annotations

import pytest

from livechat.chat.conversation import State
from livechat.sandbox import Sandbox
from livechat.visit import Customer, Errand
from livechat.visit.asking import ADDRESS, SKIPPED_ADDRESS, Asks
from tests.driver import Page
from tests.visit.scenes import payloads

ASKED, GIVEN = Asks(ADDRESS), Asks(ADDRESS, is_filled=True)


@pytest.fixture
def away(page: Page) -> Page:
    """A page that finds nobody there."""
    page.agent.accept_chats(False)
    page.visit._company.expire()
    page.poll(30)
    return page


def asks(page: Page) -> Asks:
    return page.visit.glance().asks


def lookups(page: Page) -> int:
    return page.asked().count("get_customer")


def test_who_leaves_a_message_is_asked_for_an_address(away: Page) -> None:
    assert asks(away) == Asks()
    away.say("Hello")
    assert asks(away) == ASKED
    away.poll()
    away.say("Is anybody there?")
    assert asks(away) == ASKED
    assert lookups(away) == 1


def test_what_is_given_is_told_to_livechat_once(away: Page) -> None:
    away.say("Hello")
    away.visit.answer_to("ada@example.com")
    assert asks(away) == GIVEN  # at once
    away.run()
    away.poll()
    assert asks(away) == GIVEN
    assert payloads(away, "update_customer") == [{"email": "ada@example.com"}]
    again = Page(away.sandbox, away.visit.identity)
    again.poll()
    assert asks(again) == Asks()


def test_a_name_that_is_known_stays(away: Page) -> None:
    away.visit.introduce("Ada", None)
    away.say("Hello")
    assert asks(away) == ASKED
    away.visit.answer_to("ada@example.com")
    away.run()
    assert away.visit.glance().customer == Customer("Ada", "ada@example.com")


def test_who_is_known_by_an_address_is_not_asked(away: Page) -> None:
    away.visit.introduce(None, "ada@example.com")
    away.run()
    away.say("Hello")
    again = Page(away.sandbox, away.visit.identity)
    again.poll()
    for page in (away, again):
        assert asks(page) == Asks()
        assert lookups(page) == 1


def test_nobody_is_asked_while_somebody_is_there(chatting: Page) -> None:
    chatting.say("Where are you?")
    chatting.poll()
    assert asks(chatting) == Asks()
    assert lookups(chatting) == 0


def test_an_answer_ends_the_question(away: Page) -> None:
    away.say("Hello")
    away.agent.accept_chats(True)
    away.hear("Here I am")
    away.poll()
    assert asks(away) == Asks()


def test_it_waits_for_the_tab_to_say_what_was_skipped(away: Page) -> None:
    away.say("Hello")
    again = Page(away.sandbox, away.visit.identity)
    assert asks(again) == Asks()
    again.visit.are_half_filled([SKIPPED_ADDRESS])
    again.poll()
    assert asks(again) == Asks()
    assert lookups(again) == 1  # of the page before
    assert again.visit.skipped_forms == [ADDRESS]
    other = Page(away.sandbox, away.visit.identity)
    other.visit.are_half_filled([])
    other.poll()
    assert asks(other) == ASKED


def test_who_skips_it_is_not_asked_again(away: Page) -> None:
    away.say("Hello")
    assert away.visit.skipped_forms == []
    away.visit.skip_address()
    assert asks(away) == Asks()
    assert away.visit.skipped_forms == [ADDRESS]
    away.say("Anybody?")
    away.poll()
    assert asks(away) == Asks()
    away.visit.are_half_filled(["prechat"])  # told before the tab has heard of it
    assert asks(away) == Asks()


def test_what_is_half_filled_in_stays_when_somebody_comes(away: Page) -> None:
    away.say("Hello")
    away.visit.are_half_filled([ADDRESS])
    away.agent.accept_chats(True)
    away.hear("Here I am")
    away.poll()
    assert asks(away) == ASKED
    away.visit.are_half_filled([])
    assert asks(away) == Asks()


def test_an_address_that_livechat_does_not_take_is_asked_for_again(away: Page) -> None:
    away.say("Hello")
    away.sandbox.faults.add("update_customer", error="validation")
    away.visit.answer_to("ada@example.com")
    away.run()
    assert asks(away) == ASKED
    assert away.visit.glance().refused is Errand.INTRODUCE
    away.visit.answer_to("ada@example.org")
    away.run()
    assert asks(away) == GIVEN
    assert away.visit.glance().refused is None


def test_one_that_does_not_arrive_is_tried_again(away: Page) -> None:
    away.say("Hello")
    away.sandbox.faults.add("update_customer", status=503, times=2)
    away.visit.answer_to("ada@example.com")
    away.run()
    away.poll(30)
    assert asks(away) == GIVEN
    again = Page(away.sandbox, away.visit.identity)
    again.visit.look_up_customer()
    again.run()
    assert again.visit.glance().customer == Customer("", "ada@example.com")


def test_where_nobody_says_what_is_known_nobody_is_asked(away: Page) -> None:
    away.sandbox.faults.add("get_customer", error="validation")
    away.say("Hello")
    away.poll()
    away.say("Anybody?")
    assert asks(away) == Asks()
    assert lookups(away) == 1


def test_a_ticket_form_says_where_to_answer(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"ticket"}
    page = Page(sandbox)
    page.agent.accept_chats(False)
    page.visit._company.expire()
    page.poll(30)
    form = asks(page).form
    assert form
    page.visit.leave_ticket(form, {"2": "ada@example.com", "4": "Please write back"})
    page.run()
    page.poll(30)
    page.say("One more thing")
    page.poll()
    assert asks(page) != ASKED
    assert lookups(page) == 0


def test_after_an_answered_chat_the_last_word_waits_for_none(chatting: Page) -> None:
    chatting.say("Thank you!")
    chatting.agent.accept_chats(False)
    chatting.visit.end()
    chatting.run()
    chatting.visit._company.expire()
    again = Page(chatting.sandbox, chatting.visit.identity)
    again.poll(30)
    assert again.visit.conversation.state is State.CLOSED
    assert asks(again) == Asks()
    assert lookups(again) == 0
    again.say("One more thing")
    again.poll()
    assert asks(again) == ASKED


def test_another_customer_is_asked_anew(away: Page) -> None:
    away.visit.skip_address()
    away.visit._asking.forget()
    assert away.visit.skipped_forms == []
