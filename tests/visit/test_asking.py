"""What the visitor is asked, and what becomes of the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livechat.api.structures.forms import RATING, Field, FilledForm, Form, Option, Rating
from livechat.chat.conversation import State
from livechat.chat.outgoing import Problem
from livechat.sandbox import Sandbox
from livechat.visit.asking import Asking, Asks
from livechat.visit.company import Company
from livechat.visit.customer import Details
from livechat.visit.reply_to import ReplyTo
from tests.driver import Page
from tests.visit.scenes import Alone, bodies, payloads, receive

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
    answers = {"167000000000000021": rating, "167000000000000022": "Ok"}
    page.visit.fill_in_afterwards(form, answers, thread_id)
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


def test_a_postchat_form_that_is_half_filled_in_is_asked_after_a_reload(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"postchat"}
    page = Page(sandbox)
    page.say("Hello")
    page.poll()
    page.visit.end()
    page.run()
    reloaded = Page(sandbox, page.visit.identity)
    reloaded.visit.are_half_filled(["postchat-another"])
    assert reloaded.form("postchat") is None
    reloaded.visit.are_half_filled([f"postchat-{page.visit.thread_id}"])
    assert reloaded.form("postchat")
    reloaded.visit.skip_form(page.visit.thread_id)
    assert reloaded.form("postchat") is None


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
        page.visit.skip_form(page.visit.thread_id)
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
    page.visit.fill_in_afterwards(form, {"167000000000000022": "Fine"}, page.visit.thread_id)
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


# By itself: which form comes now

PRECHAT, POSTCHAT, TICKET = (Form(id, ()) for id in ("prechat", "postchat", "ticket"))
WITH_RATING = Form("postchat", (Field(RATING, "r", "How was it?"),))


@pytest.fixture
def asking(alone: Alone) -> Asking:
    details = Details(alone.client, alone.errands, None)
    return Asking(
        alone.holder,
        alone.company,
        alone.clock,
        alone.prechat,
        alone.sending,
        alone.acts,
        details,
        ReplyTo(alone.holder, alone.company, details),
    )


@pytest.mark.parametrize(
    ("company", "waits", "filled", "asks"),
    [
        (None, True, False, Asks()),
        (Company(), True, False, Asks()),
        (Company(ticket=TICKET), False, False, Asks()),
        (Company(prechat=PRECHAT), False, False, Asks("prechat", PRECHAT)),
        (Company(prechat=PRECHAT), True, False, Asks("prechat", PRECHAT, is_awaited=True)),
        (Company(prechat=PRECHAT), False, True, Asks("prechat", PRECHAT, is_filled=True)),
        (Company(prechat=PRECHAT), True, True, Asks()),
        (Company(False, ticket=TICKET), True, False, Asks("ticket", TICKET)),
        (Company(False, prechat=PRECHAT, ticket=TICKET), False, False, Asks("ticket", TICKET)),
        (
            Company(False, prechat=PRECHAT, ticket=TICKET),
            True,
            False,
            Asks("prechat", PRECHAT, is_awaited=True),
        ),
    ],
)
def test_what_is_asked_without_a_chat(
    alone: Alone, asking: Asking, company: Company | None, waits: bool, filled: bool, asks: Asks
) -> None:
    alone.reading.look()
    alone.company.current = company
    if filled:
        asking.fill_in_first(PRECHAT, {})
    if waits:
        alone.sending.send_off(alone.message())
    assert asking.asks(None) == asks
    assert asking.asks(Problem.BANNED) == Asks()


@pytest.mark.parametrize(
    ("company", "skipped", "asks"),
    [
        (None, False, Asks(rating=True)),
        (Company(postchat=POSTCHAT), False, Asks("postchat", POSTCHAT, rating=True)),
        (Company(postchat=WITH_RATING), False, Asks("postchat", WITH_RATING)),
        (Company(postchat=WITH_RATING), True, Asks(rating=True)),
        (Company(False, ticket=TICKET), False, Asks("ticket", TICKET, rating=True)),
        (
            Company(False, postchat=POSTCHAT, ticket=TICKET),
            False,
            Asks("postchat", POSTCHAT, rating=True),
        ),
    ],
)
def test_what_is_asked_after_the_end(
    alone: Alone, asking: Asking, company: Company | None, skipped: bool, asks: Asks
) -> None:
    alone.chat()
    alone.company.current = company
    assert asking.asks(None) == Asks()
    asking.note_the_end()
    alone.ending.want()
    alone.ending.carry_out()
    asking.note_the_end()
    thread_id = alone.conversation.thread_id
    if skipped:
        asking.skip(thread_id)
    assert asking.asks(None) == replace(asks, thread_id=thread_id)


def test_who_has_not_seen_the_chat_open_is_not_asked_how_it_was(
    alone: Alone, asking: Asking
) -> None:
    alone.chat()
    alone.company.current = Company(postchat=POSTCHAT)
    alone.ending.want()
    alone.ending.carry_out()
    asking.note_the_end()
    assert asking.asks(None) == Asks()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Company(prechat=PRECHAT), Company(False, prechat=PRECHAT, ticket=TICKET)),
        (Company(prechat=PRECHAT), Company()),
        (Company(False, ticket=TICKET), Company(ticket=TICKET)),
        (Company(False, ticket=TICKET), Company(prechat=PRECHAT)),
    ],
)
def test_what_is_half_filled_in_stays_whatever_becomes_of_the_company(
    alone: Alone, asking: Asking, before: Company, after: Company
) -> None:
    alone.reading.look()
    alone.company.current = before
    asks = asking.asks(None)
    asking.drew(asks)
    asking.are_half_filled([asks.form_key])
    alone.company.current = after
    assert asking.asks(None) == asks
    alone.company.current = Company()
    alone.chat()
    assert asking.asks(None) == asks
    assert asking.asks(Problem.BANNED) == Asks()
    asking.is_done(asks.form_key)
    assert asking.asks(None) == Asks()


def test_what_a_message_waits_for_is_asked_before_what_is_half_filled_in(
    alone: Alone, asking: Asking
) -> None:
    alone.reading.look()
    alone.company.current = Company(False, ticket=TICKET)
    asking.drew(asking.asks(None))
    asking.are_half_filled(["ticket"])
    alone.company.current = Company(prechat=PRECHAT)
    alone.sending.send_off(alone.message())
    asks = Asks("prechat", PRECHAT, is_awaited=True)
    assert asking.asks(None) == asks
    asking.drew(asks)
    asking.are_half_filled(["ticket", "prechat"])
    assert asking.asks(None) == asks


@pytest.mark.parametrize(
    ("company", "key", "asks"),
    [
        (Company(ticket=TICKET), "ticket", Asks("ticket", TICKET)),
        (
            Company(False, prechat=PRECHAT, ticket=TICKET),
            "prechat",
            Asks("prechat", PRECHAT),
        ),
    ],
)
def test_what_is_half_filled_in_is_asked_after_a_reload(
    alone: Alone, asking: Asking, company: Company, key: str, asks: Asks
) -> None:
    alone.reading.look()
    alone.company.current = company
    assert asking.asks(None) != asks
    asking.are_half_filled([key])
    assert asking.asks(None) == asks
    asking.forget()
    assert asking.asks(None) != asks


def test_a_postchat_form_that_is_half_filled_in_stays_when_the_agent_writes_first(
    sandbox: Sandbox,
) -> None:
    sandbox.default.enabled_forms = {"postchat"}
    page = Page(sandbox)
    page.say("Hello")
    page.visit.end()
    page.run()
    form, thread_id = page.form("postchat"), page.visit.thread_id
    assert form is not None
    page.visit.are_half_filled([f"postchat-{thread_id}"])
    page.hear("One more thing", active=False)
    page.poll(30)
    assert page.visit.conversation.state is State.ACTIVE
    assert page.form("postchat") is form
    answers = {"167000000000000021": Rating(1, "Quick"), "167000000000000022": "Ok"}
    page.visit.fill_in_afterwards(form, answers, thread_id)
    page.visit.is_done_with(f"postchat-{thread_id}")
    page.run()
    page.poll()
    assert page.undelivered == []
    assert page.form("postchat") is None
    assert page.visit.conversation.rating_of(thread_id) == Rating(1, "Quick")
    assert page.visit.conversation.rating is None
    filled = bodies(page)[-1]
    assert isinstance(filled, FilledForm)
    assert filled.form_id == form.id


def test_a_form_in_the_chat_can_be_answered_when_the_chat_is_closed_meanwhile(
    chatting: Page,
) -> None:
    event = receive(chatting, **FORM)
    assert isinstance(event.body, Form)
    key = f"form-{event.id}"
    chatting.visit.are_half_filled([key])
    assert chatting.visit.is_half_filled(key)
    chatting.agent.end(chatting.visit.chat_id or "")
    chatting.poll()
    assert chatting.visit.conversation.state is State.CLOSED
    chatting.visit.fill_in(event.body, {"1": "ada@example.com"})
    chatting.visit.is_done_with(key)
    assert not chatting.visit.is_half_filled(key)
    chatting.run()
    chatting.poll()
    assert chatting.undelivered == []
    assert isinstance(bodies(chatting)[-1], FilledForm)


def test_a_ticket_that_was_left_is_filled_until_something_else_is_said(
    alone: Alone, asking: Asking
) -> None:
    alone.reading.look()
    alone.company.current = Company(False, ticket=TICKET)
    asking.leave_ticket(TICKET, {})
    assert asking.asks(None) == Asks("ticket", TICKET, is_filled=True)
    alone.sending.send_off(alone.message())
    assert asking.asks(None) == Asks("ticket", TICKET)
