"""A greeting in a visit: who is shown one, and the chat that begins with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livechat.api import route
from livechat.api.structures.greetings import Greeting, parse_greeting
from livechat.api.structures.rich_messages import RichMessage
from livechat.chat.attachment import Attachment
from livechat.chat.conversation import State
from livechat.chat.outgoing import Problem
from livechat.chat.pushes import Told
from livechat.sandbox.world import greetings
from livechat.sandbox.world.clock import to_text
from livechat.sandbox.world.model import Customer
from livechat.settings import VERSIONS, Version
from livechat.visit.patience import TRY_SECONDS
from tests.driver import Page, ask_as_agent, cut_off
from tests.visit.scenes import payloads

TALKS_OF_IT = {"accept_greeting", "cancel_greeting"}


def customer(page: Page) -> Customer:
    return page.sandbox.default.customers[page.visit.conversation.customer_id or ""]


def shows(page: Page, what: str = "buttons") -> Greeting:
    """LiveChat shows the visitor a greeting, of which the browser tells."""
    page.sandbox.greet(page.sandbox.default, customer(page).id, what)
    found = customer(page).greeting
    assert found
    greeting = parse_greeting(greetings.view(page.sandbox.default, found))
    tells(page, greeting)
    return greeting


def tells(page: Page, greeting: Greeting | None) -> None:
    customer_id = page.visit.conversation.customer_id
    page.visit.told(Told(customer=customer_id, greeting=greeting))
    page.run()


def shown(page: Page) -> Greeting | None:
    greeted = page.visit.conversation.greeted
    return greeted.greeting if greeted else None


def started(page: Page, action: str = "start_chat") -> list[tuple[object, list[str]]]:
    """Each thread that was asked for: its properties, and what the visitor says in it."""
    threads = [request["chat"]["thread"] for request in payloads(page, action)]
    return [(t.get("properties"), [event["text"] for event in t["events"]]) for t in threads]


def names(greeting: Greeting) -> dict[str, object]:
    return {"lc2": {"greeting_id": greeting.id, "greeting_unique_id": greeting.unique_id}}


def about_it(page: Page) -> list[str]:
    return [action for action in page.asked() if action in TALKS_OF_IT]


def test_what_the_visitor_writes_begins_the_chat_with_it(page: Page) -> None:
    greeting = shows(page, "message")
    assert page.visit.glance().conversation.greeted
    page.say("A question")
    page.poll()
    assert started(page) == [(names(greeting), ["A question"])]
    assert customer(page).greetings_accepted_count == 1
    assert page.asked().index("accept_greeting") < page.asked().index("start_chat")
    assert page.texts == [greeting.event.text, "A question"]
    page.say("Another one")
    assert about_it(page) == ["accept_greeting"]


def test_so_does_a_button_once_however_often_it_is_pressed(page: Page) -> None:
    greeting = shows(page)
    for _ in range(3):
        page.visit.press(greeting.event.id, "yes_please")
    page.run()
    page.visit.press(greeting.event.id, "yes_please")
    page.run()
    page.poll()
    assert started(page) == [(names(greeting), ["Yes please"])]
    assert payloads(page, "send_event") == []
    assert payloads(page, "send_rich_message_postback") == []
    assert page.texts == ["Yes please"]


def test_it_begins_a_thread_of_a_chat_that_was_closed(chatting: Page) -> None:
    chatting.visit.end()
    chatting.run()
    greeting = shows(chatting)
    chatting.say("I am back")
    assert started(chatting, "resume_chat") == [(names(greeting), ["I am back"])]


def test_one_that_comes_with_the_end_of_a_chat_is_shown_once_that_is_read(chatting: Page) -> None:
    ask_as_agent(chatting.sandbox, "deactivate_chat", json={"id": chatting.visit.chat_id})
    greeting = shows(chatting)
    assert shown(chatting) is None
    chatting.poll()
    tells(chatting, greeting)
    assert shown(chatting) == greeting


@pytest.mark.parametrize("is_kept", [True, False])
def test_it_leads_to_one_thread_only(
    page: Page, is_kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_kept:  # LiveChat may put no event of it into the thread
        monkeypatch.setattr(greetings, "opening", lambda *_: [])
    page.visit.press(shows(page).event.id, "yes_please")
    page.run()
    page.visit.end()
    page.run()
    assert page.visit.conversation.state is State.CLOSED
    page.say("One more thing")
    assert started(page, "resume_chat") == [(None, ["One more thing"])]
    assert about_it(page) == ["accept_greeting"]


def test_a_button_that_opens_something_says_nothing(page: Page) -> None:
    greeting = shows(page)
    page.visit.press(greeting.event.id, "see_our_plans")
    page.run()
    assert page.visit.conversation.state is State.NONE
    assert not page.visit.conversation.outbox
    assert shown(page) == greeting


@pytest.mark.parametrize("by_button", [False, True])
def test_a_cross_closes_it_for_good(page: Page, by_button: bool) -> None:
    greeting = shows(page)
    if by_button:
        page.visit.press(greeting.event.id, "not_now")
    else:
        page.visit.cancel_greeting()
    assert shown(page) is None
    page.run()
    assert payloads(page, "cancel_greeting") == [{"unique_id": greeting.unique_id}]
    tells(page, None)
    tells(page, greeting)  # the browser has not heard of it yet
    assert shown(page) is None
    page.say("Hello")
    assert started(page) == [(None, ["Hello"])]
    assert about_it(page) == ["cancel_greeting"]


def test_it_is_closed_even_if_livechat_cannot_be_reached(page: Page) -> None:
    shows(page)
    page.sandbox.faults.add("customer/cancel_greeting", status=503, times=4)
    page.visit.cancel_greeting()
    page.run()
    page.poll(20)
    page.poll(20)
    assert shown(page) is None
    assert customer(page).greeting is None
    page.visit.cancel_greeting()
    page.run()
    assert page.visit.glance().refused is None


def test_what_was_pressed_of_it_is_known_after_a_reload(page: Page) -> None:
    greeting = shows(page)
    page.visit.press(greeting.event.id, "yes_please")
    page.run()
    again = Page(page.sandbox, page.visit.identity)
    conversation = again.visit.conversation
    event = conversation.transcript.timeline[0]
    assert isinstance(event.body, RichMessage)
    buttons = event.body.elements[0].buttons
    pressed = {b.text: conversation.is_pressed(event, b) for b in buttons}
    assert pressed == {"Yes please": True, "See our plans": False, "Not now": False}
    # Anything may stand in one that is in no thread.
    assert not conversation.is_pressed(replace(event, id="nowhere"), buttons[0])


@pytest.mark.parametrize("error", ["greeting_not_found", "validation"])
def test_the_chat_begins_all_the_same_if_it_has_expired(page: Page, error: str) -> None:
    greeting = shows(page)
    page.sandbox.faults.add("customer/accept_greeting", error=error)
    page.visit.press(greeting.event.id, "yes_please")
    page.run()
    page.poll()
    assert started(page) == [(None, ["Yes please"])]
    assert page.texts == ["Yes please"]
    # What the visitor has answered stays before their eyes.
    assert shown(page) == greeting
    tells(page, None)
    assert shown(page) == greeting


def test_who_tries_again_after_the_subscription_had_ended_has_taken_it_up(page: Page) -> None:
    greeting = shows(page, "message")
    page.sandbox.default.subscription_ended = True
    page.say("A question")
    assert page.undelivered[0][2] is Problem.MISCONFIGURED
    page.sandbox.default.subscription_ended = False
    page.visit.retry(page.visit.conversation.outbox[0].custom_id)
    page.run()
    assert started(page) == [(names(greeting), ["A question"])]
    assert customer(page).greetings_accepted_count == 1


def test_the_chat_begins_all_the_same_if_it_is_refused_with_it(page: Page) -> None:
    greeting = shows(page)
    page.sandbox.faults.add("customer/start_chat", error="greeting_not_found")
    page.visit.press(greeting.event.id, "yes_please")
    page.run()
    page.poll()
    assert started(page) == [(names(greeting), ["Yes please"]), (None, ["Yes please"])]
    assert page.texts == ["Yes please"]


def test_a_file_that_is_refused_has_nothing_to_do_with_it(page: Page) -> None:
    greeting = shows(page, "message")
    page.sandbox.faults.add("customer/upload_file", error="validation", times=2)
    page.visit.say("", [Attachment("a.txt", "text/plain", b"content")])
    page.run()
    assert page.asked().count("upload_file") == 1
    page.sandbox.faults.clear()
    page.say("A question")
    assert started(page) == [(names(greeting), ["A question"])]


def test_what_is_refused_without_it_too_is_not_delivered(page: Page) -> None:
    greeting = shows(page)
    page.sandbox.faults.add("customer/start_chat", error="validation", times=2)
    page.visit.press(greeting.event.id, "yes_please")
    page.run()
    ((text, _, problem),) = page.undelivered
    assert (text, problem) == ("Yes please", Problem.REFUSED)
    assert len(started(page)) == 2
    page.visit.retry(page.visit.conversation.outbox[0].custom_id)
    page.run()
    page.poll()
    assert page.texts == ["Yes please"]


def test_whatever_becomes_of_the_answer_it_is_said_once(page: Page) -> None:
    greeting = shows(page)
    page.sandbox.faults.add("customer/accept_greeting", status=503, times=3)
    page.sandbox.faults.add("customer/start_chat", lose_answer=True)
    page.visit.press(greeting.event.id, "yes_please")
    page.run()
    page.poll(5)
    page.poll(5)
    assert page.texts == ["Yes please"]
    assert customer(page).greetings_accepted_count == 1
    (chat,) = page.sandbox.default.chats.values()
    assert [event.type for event in chat.last_thread.events] == ["rich_message", "message"]


def test_what_cannot_be_delivered_waits_for_a_retry_below_it(page: Page) -> None:
    greeting = shows(page)
    page.sandbox.faults.add("customer/accept_greeting", status=503, times=1_000)
    cut_off(page.sandbox)
    page.visit.press(greeting.event.id, "yes_please")
    page.run()
    page.poll(TRY_SECONDS + 1)
    ((text, _, problem),) = page.undelivered
    assert (text, problem) == ("Yes please", Problem.UNREACHABLE)
    assert shown(page) == greeting
    page.sandbox.faults.clear()
    page.visit.retry(page.visit.conversation.outbox[0].custom_id)
    page.run()
    page.poll(5)
    assert page.texts == ["Yes please"]


def test_it_waits_for_the_form_with_what_is_said(page: Page) -> None:
    page.agent.configure(enabled_forms={"prechat"})
    page.visit._company.expire()
    page.poll(30)
    greeting = shows(page)
    page.visit.press(greeting.event.id, "yes_please")
    page.run()
    form = page.form("prechat")
    assert form
    assert about_it(page) == []
    page.visit.fill_in_first(form, {})
    page.run()
    (request,) = payloads(page, "start_chat")
    assert request["chat"]["thread"]["properties"] == names(greeting)


def test_a_ticket_is_not_begun_with_it(page: Page) -> None:
    page.agent.configure(enabled_forms={"ticket"})
    greeting = shows(page)
    page.agent.accept_chats(False)
    page.visit.expect_news()
    page.poll()
    form = page.form("ticket")
    assert form
    page.visit.leave_ticket(form, {})
    page.run()
    (request,) = payloads(page, "start_chat")
    assert request["active"] is False
    assert "lc2" not in request["chat"]["thread"]["properties"]
    assert about_it(page) == []
    assert shown(page) == greeting


def test_nobody_is_there_and_the_company_wants_none_then(page: Page) -> None:
    page.agent.accept_chats(False)
    page.visit.expect_news()
    page.poll()
    assert page.visit.company
    assert not page.visit.company.online
    greeting = shows(page)
    assert shown(page) is None
    page.say("Is anybody there?")
    assert about_it(page) == []
    assert greeting.unique_id not in str(started(page))


def test_where_it_is_wanted_all_the_same_the_chat_waits_for_somebody(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.agent.accept_chats(False)
    page.visit.expect_news()
    page.poll()
    company = page.visit.company
    assert company
    monkeypatch.setattr(page.visit._company, "current", replace(company, hides_greetings=False))
    greeting = shows(page)
    page.visit.press(greeting.event.id, "yes_please")
    page.run()
    (request,) = payloads(page, "start_chat")
    assert request["continuous"] is True
    assert request["chat"]["thread"]["properties"] == names(greeting)


def test_the_newest_version_is_told_which_button_was_clicked(page: Page, version: Version) -> None:
    greeting = shows(page)
    for postback_id in ("see_our_plans", "see_our_plans", "yes_please"):
        page.visit.press(greeting.event.id, postback_id)
        page.run()
    told = [request["button_id"] for request in payloads(page, "send_greeting_button_clicked")]
    assert told == (["2-see_our_plans", "2-yes_please"] if version == VERSIONS[-1] else [])
    assert page.visit.glance().refused is None
    assert started(page) == [(names(greeting), ["Yes please"])]


def welcomes(page: Page) -> Greeting:
    """LiveChat welcomes the visitor, as its newest version can, of which the browser tells."""
    route.VERSION.begin(VERSIONS[-1])
    page.sandbox.default.welcome_message = "Welcome to our shop!"
    answer = page.visit._client._call("request_welcome_message", {})
    said = customer(page).welcome
    assert said
    event = {"created_at": to_text(said.sent_at), "type": "message", "text": said.text}
    greeting = parse_greeting(
        {
            "is_welcome_message": True,
            "unique_id": answer["id"],
            "agent": answer["predicted_agent"],
            "event": event,
        }
    )
    tells(page, greeting)
    return greeting


def test_what_the_visitor_was_welcomed_with_is_in_the_chat(page: Page) -> None:
    welcome = welcomes(page)
    assert shown(page) == welcome
    page.say("Hello")
    page.poll()
    (request,) = payloads(page, "start_chat")
    assert request["welcome_message_id"] == welcome.unique_id
    assert about_it(page) == []
    assert page.texts == ["Welcome to our shop!", "Hello"]
    greeted = page.visit.conversation.greeted
    assert greeted
    assert greeted.event is None


def test_the_chat_begins_all_the_same_if_the_welcome_is_forgotten(page: Page) -> None:
    welcome = welcomes(page)
    customer(page).welcome = None
    page.say("Hello")
    page.poll()
    with_it, without_it = payloads(page, "start_chat")
    assert with_it["welcome_message_id"] == welcome.unique_id
    assert "welcome_message_id" not in without_it
    assert page.texts == ["Hello"]
    assert shown(page) == welcome


def test_livechat_is_not_told_that_a_welcome_is_not_wanted(page: Page) -> None:
    welcomes(page)
    page.visit.cancel_greeting()
    page.run()
    assert about_it(page) == []
    assert shown(page) is None


def test_in_a_chat_none_is_shown(chatting: Page) -> None:
    shows(chatting)
    assert shown(chatting) is None
    chatting.say("Hello again")
    assert about_it(chatting) == []


def test_an_agent_who_writes_first_takes_its_place(page: Page) -> None:
    shows(page)
    page.hear("May I help?")
    page.visit.expect_news()
    page.poll()
    assert page.texts == ["May I help?"]
    assert shown(page) is None


def test_what_another_tab_has_done_with_it_counts_here(page: Page) -> None:
    shows(page)
    tells(page, None)
    assert shown(page) is None


def test_another_ones_greeting_is_not_shown(page: Page) -> None:
    greeting = shows(page)
    page.visit._holder.apply(lambda c: c.belongs_to("another"))
    tells(page, greeting)
    assert shown(page) is None


def test_it_waits_until_nobody_fills_in_a_form(page: Page) -> None:
    page.visit.are_half_filled(["prechat"])
    greeting = shows(page)
    assert shown(page) is None
    page.visit.is_done_with("prechat")
    tells(page, greeting)
    assert shown(page) == greeting


def test_one_that_nobody_has_seen_is_counted(page: Page) -> None:
    page.visit.on_screen = False
    shows(page)
    assert page.visit.glance().unseen == 1
    page.visit.on_screen = True
    page.run()
    page.visit.on_screen = False
    assert page.visit.glance().unseen == 0
    shows(page, "message")
    assert page.visit.glance().unseen == 1
    page.visit.cancel_greeting()
    assert page.visit.glance().unseen == 0
