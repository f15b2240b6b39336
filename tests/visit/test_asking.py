"""What the visitor is asked, and what becomes of the answer."""

from __future__ import annotations

import pytest

from livechat.api.structures.forms import FilledForm, Form, Option, Rating
from livechat.chat.conversation import State
from livechat.sandbox import Sandbox
from tests.driver import Page
from tests.visit.scenes import bodies, payloads, receive

FORM = {
    "type": "form",
    "form_id": "contact",
    "fields": [
        {"type": "email", "id": "1", "label": "Your e-mail", "required": True},
        {
            "type": "checkbox",
            "id": "2",
            "label": "Colours",
            "options": [{"id": "r", "label": "red"}, {"id": "g", "label": "green"}],
        },
    ],
}


def test_a_form_in_the_chat_is_answered_once(chatting: Page) -> None:
    event = receive(chatting, **FORM)
    form = event.body
    assert isinstance(form, Form)
    assert chatting.visit.conversation.wants_filling(event)
    answers = {"1": "ada@example.com", "2": (Option("g", "green"), Option("r", "red"))}
    chatting.visit.fill_in(form, answers)
    assert not chatting.visit.conversation.wants_filling(event)
    chatting.run()
    chatting.poll()
    filled = bodies(chatting)[-1]
    assert isinstance(filled, FilledForm)
    assert filled.answers == (("Your e-mail", "ada@example.com"), ("Colours", "green, red"))
    assert not chatting.visit.conversation.wants_filling(event)
    again = receive(chatting, **FORM)
    assert chatting.visit.conversation.wants_filling(again)
    assert not chatting.visit.conversation.wants_filling(event) or again.id != event.id


def test_a_form_of_a_closed_chat_cannot_be_answered(chatting: Page) -> None:
    event = receive(chatting, **FORM)
    chatting.visit.end()
    chatting.run()
    assert not chatting.visit.conversation.wants_filling(event)


def test_the_postchat_form_comes_after_the_end_and_goes_into_that_thread(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"postchat"}
    page = Page(sandbox)
    page.say("Hello")
    assert page.form("postchat") is None
    page.visit.end()
    page.run()
    form = page.form("postchat")
    assert form is not None
    thread_id = page.visit.thread_id
    rating = Rating(1, "Quick")
    page.visit.fill_in_afterwards(form, {"167000000000000021": rating, "167000000000000022": "Ok"})
    assert page.form("postchat") is None
    page.run()
    (sent,) = payloads(page, "send_event")
    assert sent["attach_to_last_thread"] is True
    assert sent["event"]["properties"] == {"lc2": {"form_type": "postchat"}}
    page.poll(30)
    assert page.undelivered == []
    assert page.visit.conversation.state is State.CLOSED
    assert page.visit.thread_id == thread_id
    again = Page(sandbox, page.visit.identity)
    assert again.visit.conversation.rating == rating
    assert again.form("postchat") is None


def test_the_postchat_form_comes_though_nothing_can_be_marked_as_seen(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"postchat"}
    sandbox.faults.add("customer/mark_events_as_seen", times=1000, status=500)
    page = Page(sandbox)
    page.say("Hello")
    page.hear("Hi")
    page.poll()
    page.agent.end(page.visit.chat_id or "")
    page.poll(60)
    assert page.form("postchat")


def test_a_skipped_postchat_form_stays_away_until_the_next_end(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"postchat"}
    page = Page(sandbox)
    for _ in range(2):
        page.say("Hello")
        page.visit.end()
        page.run()
        assert page.form("postchat")
        page.visit.skip_form()
        assert page.form("postchat") is None


@pytest.mark.parametrize("state", [State.NONE, State.CLOSED])
def test_a_ticket_is_left_while_nobody_is_there(sandbox: Sandbox, state: State) -> None:
    sandbox.default.enabled_forms = {"ticket"}
    page = Page(sandbox)
    if state is State.CLOSED:
        page.say("Hello")
        page.visit.end()
        page.run()
    page.agent.accept_chats(False)
    page.visit.expect_news()
    page.poll()
    page.poll()
    company = page.visit.glance().company
    assert company is not None
    assert company.online is False
    assert company.ticket is not None
    answers = {"2": "ada@example.com", "4": "Please write back"}
    page.visit.leave_ticket(company.ticket, answers)
    page.run()
    sent = payloads(page, "start_chat" if state is State.NONE else "resume_chat")[-1]
    assert sent["active"] is False
    assert sent["chat"]["thread"]["properties"] == {"routing": {"offline_message": True}}
    page.poll(30)
    assert page.undelivered == []
    assert page.visit.conversation.state is State.CLOSED
    assert isinstance(bodies(page)[-1], FilledForm)


def test_a_form_that_is_sent_off_twice_in_a_hurry_arrives_once(chatting: Page) -> None:
    event = receive(chatting, **FORM)
    assert isinstance(event.body, Form)
    for _ in range(2):
        chatting.visit.fill_in(event.body, {"1": "ada@example.com"})
    chatting.run()
    chatting.poll()
    assert len([body for body in bodies(chatting) if isinstance(body, FilledForm)]) == 1


def ticket_form(page: Page) -> Form:
    company = page.visit.glance().company
    assert company is not None
    assert company.ticket is not None
    return company.ticket


def test_a_ticket_in_a_chat_that_was_resumed_meanwhile_does_not_close_it(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"ticket"}
    page = Page(sandbox)
    page.say("Hello")
    page.visit.end()
    page.run()
    form = ticket_form(page)
    page.hear("Back again", active=False)
    page.poll(30)
    page.visit.leave_ticket(form, {"2": "ada@example.com"})
    page.run()
    assert page.visit.conversation.state is State.ACTIVE


def test_a_postchat_form_starts_no_chat(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"postchat"}
    page = Page(sandbox)
    page.say("Hello")
    page.visit.end()
    page.run()
    form = page.form("postchat")
    assert form is not None
    sandbox.requests.clear()
    sandbox.faults.add("customer/send_event", error="authentication")
    sandbox.faults.add("token", error="invalid_grant")
    page.visit.fill_in_afterwards(form, {"167000000000000022": "Fine"})
    page.run()
    page.poll()
    assert payloads(page, "start_chat") == []


def test_a_ticket_that_is_sent_off_twice_in_a_hurry_arrives_once(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"ticket"}
    page = Page(sandbox)
    form = ticket_form(page)
    for address in ("ada@example.com", "ada@example.com", "bob@example.com"):
        page.visit.leave_ticket(form, {"2": address})
    page.run()
    page.poll(30)
    assert len([body for body in bodies(page) if isinstance(body, FilledForm)]) == 2
