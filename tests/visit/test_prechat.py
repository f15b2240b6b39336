"""The pre-chat form goes with the first message, once."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.api.structures.forms import FilledForm, Form, Option
from livechat.chat import outgoing
from livechat.chat.outgoing import Route
from livechat.sandbox import Sandbox
from livechat.visit import company
from livechat.visit.company import Company
from tests.driver import Page
from tests.visit.scenes import Alone, bodies, payloads

NAME_AND_EMAIL = {"167000000000000011": "Ada", "167000000000000012": "ada@example.com"}


SALES = Option("1", "Sales", 1)


def asked_first(sandbox: Sandbox) -> tuple[Page, Form]:
    sandbox.default.enabled_forms = {"prechat"}
    page = Page(sandbox)
    form = page.form("prechat")
    assert form is not None
    return page, form


def test_the_prechat_form_goes_with_the_first_message(sandbox: Sandbox) -> None:
    page, form = asked_first(sandbox)
    page.visit.fill_in_first(form, {**NAME_AND_EMAIL, "167000000000000013": SALES})
    page.run()
    assert page.form("prechat") is None
    assert "start_chat" not in page.asked()
    page.say("Hello")
    (sent,) = payloads(page, "start_chat")
    first, second = sent["chat"]["thread"]["events"]
    assert (first["type"], first["form_id"]) == ("filled_form", form.id)
    assert first["properties"] == {"lc2": {"form_type": "prechat"}}
    assert second["text"] == "Hello"
    assert sent["chat"]["access"] == {"group_ids": [1]}
    page.poll()
    filled = bodies(page)[0]
    assert isinstance(filled, FilledForm)
    assert ("Name:", "Ada") in filled.answers
    assert page.texts == ["Hello"]
    assert page.undelivered == []
    (customer,) = payloads(page, "update_customer")
    assert customer == {"name": "Ada", "email": "ada@example.com"}


def test_a_message_waits_for_the_prechat_form(sandbox: Sandbox) -> None:
    page, form = asked_first(sandbox)
    page.say("Hello")
    page.say("Anybody?")
    page.poll()
    assert [text for text, *_ in page.undelivered] == ["Hello", "Anybody?"]
    assert "start_chat" not in page.asked()
    page.visit.fill_in_first(form, NAME_AND_EMAIL)
    page.run()
    page.poll()
    assert page.texts == ["Hello", "Anybody?"]
    assert page.asked().count("start_chat") == 1


@pytest.mark.parametrize("fault", [{"lose_answer": True}, {"status": 500}])
def test_the_prechat_form_and_the_message_arrive_once(
    sandbox: Sandbox, fault: dict[str, Any]
) -> None:
    page, form = asked_first(sandbox)
    sandbox.faults.add("customer/start_chat", **fault)
    page.visit.fill_in_first(form, NAME_AND_EMAIL)
    page.say("Hello")
    page.poll(60)
    page.poll()
    assert page.texts == ["Hello"]
    assert [type(body) for body in bodies(page)] == [FilledForm]


def test_who_has_a_chat_is_not_asked_again(sandbox: Sandbox) -> None:
    page = Page(sandbox)
    page.say("Hello")
    sandbox.default.enabled_forms = {"prechat"}
    company.shared.cache_clear()
    again = Page(sandbox, page.visit.identity)
    assert again.form("prechat") is None


def test_a_message_that_waits_for_the_visitor_is_not_given_up(sandbox: Sandbox) -> None:
    page, form = asked_first(sandbox)
    page.say("Hello")
    for _ in range(5):
        page.poll(30)
    sandbox.faults.add("customer/list_chats", times=2, status=503)
    page.poll(30)
    page.poll(30)
    page.visit.fill_in_first(form, NAME_AND_EMAIL)
    page.run()
    page.poll()
    assert page.texts == ["Hello"]


def test_a_refused_prechat_form_can_be_filled_in_again(sandbox: Sandbox) -> None:
    page, form = asked_first(sandbox)
    sandbox.faults.add("customer/start_chat", error="validation")
    page.visit.fill_in_first(form, NAME_AND_EMAIL)
    page.say("Hello")
    assert page.form("prechat") == form


def test_a_prechat_form_is_not_lost_when_another_tab_begins_the_chat(sandbox: Sandbox) -> None:
    page, form = asked_first(sandbox)
    other = Page(sandbox, page.visit.identity)
    page.visit.fill_in_first(form, NAME_AND_EMAIL)
    page.run()
    other.visit.fill_in_first(form, {})
    other.say("Hello from the other tab")
    page.say("Hello")
    page.poll()
    filled = [body for body in bodies(page) if isinstance(body, FilledForm)]
    assert any(("Name:", "Ada") in body.answers for body in filled)


def test_a_prechat_form_whose_answer_is_lost_is_sent_once(sandbox: Sandbox) -> None:
    page, form = asked_first(sandbox)
    sandbox.faults.add("customer/start_chat", lose_answer=True)
    page.visit.fill_in_first(form, NAME_AND_EMAIL)
    page.say("Hello")
    page.poll()
    page.say("Are you there?")
    page.poll()
    assert [type(body) for body in bodies(page)] == [FilledForm]
    assert page.texts == ["Hello", "Are you there?"]


# By itself

PRECHAT = Form("f", ())


def test_it_is_missing_until_it_is_filled_in_and_then_goes_with_the_first_message(
    alone: Alone,
) -> None:
    alone.company.current = Company(prechat=PRECHAT)
    assert not alone.prechat.is_missing  # it is not known yet whether there is a chat
    alone.reading.look()
    message = alone.message()
    assert alone.prechat.holds_up(message)
    alone.prechat.fill_in(PRECHAT, {})
    assert alone.hurry.is_set()
    assert not alone.prechat.holds_up(message)
    assert alone.prechat.goes_with(message) == (PRECHAT, {})
    alone.prechat.refused_with("another")
    assert not alone.prechat.is_missing
    alone.prechat.refused_with(message.custom_id)
    assert alone.prechat.is_missing


def test_a_ticket_needs_none(alone: Alone) -> None:
    alone.company.current = Company(prechat=PRECHAT)
    alone.reading.look()
    ticket = outgoing.filled_form(Form("t", ()), {}, alone.clock(), route=Route.CLOSED_THREAD)
    assert not alone.prechat.holds_up(ticket)
    alone.prechat.fill_in(PRECHAT, {})
    assert alone.prechat.goes_with(ticket) is None


def test_in_a_chat_that_another_tab_has_begun_it_goes_first_and_alone(alone: Alone) -> None:
    alone.reading.look()
    alone.prechat.fill_in(PRECHAT, {})
    alone.chat()
    assert alone.conversation.transcript.timeline[0].type == "filled_form"
    alone.prechat.goes_alone()
    assert alone.conversation.outbox == ()
