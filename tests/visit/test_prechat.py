"""The pre-chat form goes with the first message, once."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.api.structures.forms import FilledForm, Form, Option
from livechat.sandbox import Sandbox
from livechat.visit import company
from tests.driver import Page
from tests.visit.scenes import bodies, payloads

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
