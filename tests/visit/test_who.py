"""Who the visitor is: what LiveChat is asked before the browser has said it, and after."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from livechat.api.accounts import Identity
from livechat.api.agent_client import AgentClient
from livechat.api.structures.forms import NAME, Form
from livechat.chat.conversation import State
from livechat.chat.outgoing import Delivery, Problem
from livechat.sandbox import Sandbox
from livechat.visit.patience import TRY_SECONDS
from livechat.visit.who import ANSWER_SECONDS, IDLE_SECONDS, TURN_SECONDS, UNHEARD_SECONDS, Who
from tests.driver import Clock, Page
from tests.visit.scenes import ALWAYS, wait_until

STRANGER = Identity("another", "customer", "secret")
OPEN = ["get_configuration", "get_dynamic_configuration"]


@pytest.fixture
def unsure(sandbox: Sandbox) -> Page:
    """A page whose browser has sent no cookie, and is asked."""
    return Page(sandbox, asks_browser=True)


@pytest.fixture
def known(chatting: Page) -> Identity:
    """A customer with a conversation."""
    assert chatting.visit.identity
    return chatting.visit.identity


def is_asked(page: Page) -> bool:
    return page.visit.glance().question is not None


def texts(page: Page) -> list[str]:
    """What the page shows after the next poll, which reads what it has sent."""
    page.poll()
    return page.texts


def customers(page: Page) -> int:
    return len(page.sandbox.default.customers)


def test_whoever_comes_with_a_cookie_is_not_asked(known: Identity, sandbox: Sandbox) -> None:
    page = Page(sandbox, known, asks_browser=True)
    assert not is_asked(page)
    assert texts(page) == ["Hello", "Hi, how can I help?"]


def test_nothing_is_asked_of_livechat_before_the_browser_has_answered(unsure: Page) -> None:
    assert is_asked(unsure)
    unsure.poll()
    assert unsure.asked(about_all=True) == []
    assert unsure.visit.conversation.state is State.UNKNOWN


def test_what_is_written_meanwhile_goes_in_the_name_of_who_is_found(
    known: Identity, sandbox: Sandbox
) -> None:
    page = Page(sandbox, asks_browser=True)
    page.say("It is me")
    assert page.asked() == []
    assert page.undelivered == [("It is me", Delivery.WAITING, None)]
    page.answer(known)
    assert not is_asked(page)
    assert texts(page) == ["Hello", "Hi, how can I help?", "It is me"]
    assert customers(page) == 1


def test_what_was_written_before_the_conversation_was_read_comes_after_it(
    known: Identity, sandbox: Sandbox
) -> None:
    page = Page(sandbox, asks_browser=True)
    page.say("It is me")
    sandbox.faults.add("send_event", error="validation")
    page.answer(known)
    conversation = page.visit.conversation
    (shown,) = conversation.transcript.pages(10, conversation.outbox).values()
    assert [entry.text for entry in shown] == ["Hello", "Hi, how can I help?", "It is me"]


def test_somebody_new_becomes_a_customer_once_the_browser_has_said_so(unsure: Page) -> None:
    unsure.say("Hello")
    unsure.answer(None)
    assert texts(unsure) == ["Hello"]
    assert unsure.asked()[0] == "token"
    assert customers(unsure) == 1


def test_an_answer_to_another_question_is_none(unsure: Page, known: Identity) -> None:
    question = unsure.visit.who.question
    assert question
    unsure.visit.recognise(question.number + 1, known)
    assert is_asked(unsure)
    unsure.answer(None)
    unsure.visit.recognise(question.number, known)
    unsure.run()
    assert unsure.visit.identity != known


def waited(page: Page, seconds: float) -> bool:
    """Whether the page waits for so long, and no longer."""
    page.clock.now += seconds - 0.1
    page.visit.work()
    waits = customers(page) == 0
    page.clock.now += 0.1
    page.visit.work()
    return waits and customers(page) == 1


def test_what_is_written_waits_a_moment_from_the_browsers_first_sign(unsure: Page) -> None:
    unsure.say("Hello")
    unsure.poll(after=ANSWER_SECONDS * 2)  # the sign
    assert waited(unsure, ANSWER_SECONDS)
    unsure.run()
    assert texts(unsure) == ["Hello"]


def test_it_waits_longer_while_the_browsers_scripts_are_still_loading(unsure: Page) -> None:
    unsure.say("Hello")
    assert waited(unsure, UNHEARD_SECONDS)


def test_who_has_written_nothing_can_wait(unsure: Page) -> None:
    unsure.poll()
    assert waited(unsure, IDLE_SECONDS)


def test_another_tab_that_has_its_turn_is_waited_for(unsure: Page) -> None:
    question = unsure.visit.who.question
    assert question
    unsure.say("Hello")
    unsure.visit.who.waits(question.number)
    assert waited(unsure, TURN_SECONDS)


def test_a_message_is_sent_whatever_becomes_of_the_page(unsure: Page) -> None:
    unsure.visit.say("Hello")
    unsure.visit.work_in_background()
    unsure.clock.now += UNHEARD_SECONDS
    unsure.visit.who.heard()
    unsure.clock.now += ANSWER_SECONDS
    unsure.visit.who.waits(0)
    unsure.visit.work_in_background()
    wait_until(lambda: bool(unsure.visit.chat_id))


def test_who_hears_the_answer_does_the_work(sandbox: Sandbox) -> None:
    who = Who(None, Clock(), asks_browser=True, on_load=True)
    assert who.wait()  # for nothing
    who.ask()
    who.wrote()
    waits: list[bool] = []
    waiting = threading.Thread(target=lambda: waits.append(who.wait()))
    waiting.start()
    who.answered(None)
    waiting.join()
    assert waits == [False] or who.question is None


def test_a_late_answer_is_followed_while_nothing_is_written(unsure: Page, known: Identity) -> None:
    unsure.poll()
    unsure.poll(IDLE_SECONDS)
    assert unsure.visit.identity not in (None, known)
    assert is_asked(unsure)
    unsure.answer(known)
    assert texts(unsure) == ["Hello", "Hi, how can I help?"]
    assert known in unsure.visit.who.own


def test_a_late_answer_changes_nothing_once_something_is_written(
    unsure: Page, known: Identity
) -> None:
    unsure.say("Hello")
    unsure.poll()
    unsure.poll(ANSWER_SECONDS)
    own = unsure.visit.identity
    unsure.answer(known)
    assert texts(unsure) == ["Hello"]
    assert unsure.visit.identity == own
    assert known not in unsure.visit.who.own  # so it is not written over


def test_an_identity_of_another_organization_counts_as_none(
    sandbox: Sandbox, known: Identity
) -> None:
    page = Page(sandbox, STRANGER, asks_browser=True)
    assert is_asked(page)
    assert page.visit.who.question.strangers == {STRANGER}  # type: ignore[union-attr]
    assert STRANGER in page.visit.who.own
    page.answer(known)
    assert texts(page) == ["Hello", "Hi, how can I help?"]
    page = Page(sandbox, asks_browser=True)
    page.answer(STRANGER)
    assert page.visit.who.question.strangers == {STRANGER}  # type: ignore[union-attr]
    assert customers(page) == 1
    page.answer(None)
    assert customers(page) == 2


def test_before_a_new_customer_comes_of_a_refusal_the_browser_is_asked(
    sandbox: Sandbox, known: Identity
) -> None:
    refused = replace(known, secret="0" * 8)
    page = Page(sandbox, refused, asks_browser=True)
    assert page.asked()[-1] == "token"
    assert page.visit.who.question.strangers == {refused}  # type: ignore[union-attr]
    assert page.visit.glance().problem is None
    page.poll(1)
    assert customers(page) == 1
    page.answer(known)  # another tab has written it meanwhile
    assert texts(page) == ["Hello", "Hi, how can I help?"]
    assert customers(page) == 1


def test_a_new_customer_whom_livechat_refuses_is_told_so(sandbox: Sandbox) -> None:
    body = '{"identity_exception": "unauthorized"}'
    sandbox.faults.add("token", times=9, status=401, body=body)
    page = Page(sandbox, asks_browser=True)
    page.answer(None)
    assert page.asked() == ["token"]
    assert page.visit.glance().problem is Problem.UNAUTHORIZED


def test_before_each_try_the_browser_is_asked_anew(unsure: Page, known: Identity) -> None:
    unsure.sandbox.faults.add("token", status=503)
    unsure.sandbox.requests.clear()
    unsure.answer(None)
    assert not is_asked(unsure)
    unsure.poll(60)
    assert is_asked(unsure)
    assert unsure.asked() == ["token"]
    unsure.answer(known)
    assert texts(unsure) == ["Hello", "Hi, how can I help?"]
    assert customers(unsure) == 1


def test_the_browser_keeps_who_it_is_before_livechat_is_asked_for_more(unsure: Page) -> None:
    visit, before = unsure.visit, []
    question = visit.who.question
    assert question
    visit.recognise(question.number, None)
    visit.work(when_known=lambda: before.append((visit.identity, unsure.asked(about_all=True))))
    assert before == [(visit.identity, ["token"])]
    assert visit.identity is not None
    visit.work(when_known=lambda: before.append(None))
    assert len(before) == 1


def test_who_is_forgotten_is_asked_nothing_and_asks_nothing(chatting: Page) -> None:
    chatting.visit.forget(is_told=True)
    assert chatting.visit.was_told_to_forget
    assert chatting.visit.identity is None
    assert chatting.asked() == ["revoke"]
    chatting.poll(60)
    assert chatting.asked() == ["revoke"]
    assert chatting.texts == []


# LIVECHAT_AUTHORIZE=message


@pytest.fixture
def nobody(sandbox: Sandbox) -> Page:
    """A page that nobody has written in yet, whose browser has no cookie."""
    page = Page(sandbox, asks_browser=True, authorize="message")
    page.answer(None)
    return page


def test_until_they_write_only_the_configuration_is_asked_for(nobody: Page) -> None:
    assert sorted(nobody.asked(about_all=True)) == OPEN
    since = len(nobody.sandbox.requests)
    for _ in range(60):
        nobody.poll(60)
    assert nobody.asked(since, about_all=True) == ["get_dynamic_configuration"] * 30
    assert nobody.visit.token is None
    assert nobody.visit.identity is None
    assert customers(nobody) == 0


def test_the_page_is_ready_and_polls_rarely(nobody: Page) -> None:
    assert nobody.visit.conversation.state is State.NONE
    assert nobody.visit.company is not None
    assert nobody.visit.pace == 60


def test_a_known_visitor_is_known_at_once(sandbox: Sandbox, known: Identity) -> None:
    page = Page(sandbox, known, asks_browser=True, authorize="message")
    assert texts(page) == ["Hello", "Hi, how can I help?"]
    page = Page(sandbox, asks_browser=True, authorize="message")
    page.answer(known)
    assert texts(page) == ["Hello", "Hi, how can I help?"]


def test_who_writes_is_asked_for_once_more_and_becomes_a_customer(nobody: Page) -> None:
    nobody.say("Hello")
    question = nobody.visit.glance().question
    assert question
    assert question.takes_turn
    assert customers(nobody) == 0
    nobody.answer(None)
    nobody.poll(120)
    assert customers(nobody) == 1
    assert nobody.visit.token


def test_another_tab_may_have_become_a_customer_meanwhile(nobody: Page, known: Identity) -> None:
    nobody.say("It is me")
    nobody.answer(known)
    assert texts(nobody) == ["Hello", "Hi, how can I help?", "It is me"]
    assert customers(nobody) == 1


def test_who_writes_before_the_browser_has_answered_is_asked_for_at_once(
    sandbox: Sandbox,
) -> None:
    page = Page(sandbox, asks_browser=True, authorize="message")
    question = page.visit.who.question
    assert question
    assert not question.takes_turn
    page.say("Hello")
    assert page.visit.who.question.takes_turn  # type: ignore[union-attr]
    page.visit.recognise(question.number, None)
    assert customers(page) == 0
    page.answer(None)
    assert texts(page) == ["Hello"]


def first(form: Form, type: str) -> str:
    """The ID of the first field of that type."""
    return next(field.id for field in form.fields if field.type == type)


def test_the_form_that_comes_first_can_be_filled_in_by_nobody(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"prechat"}
    nobody = Page(sandbox, asks_browser=True, authorize="message")
    nobody.answer(None)
    form = nobody.form("prechat")
    assert form
    nobody.visit.fill_in_first(form, {first(form, NAME): "Ada"})
    nobody.run()
    nobody.answer(None)
    assert customers(nobody) == 1
    nobody.say("Hello")
    assert texts(nobody) == ["Hello"]
    assert {"get_form", "update_customer", "start_chat"} <= set(nobody.asked(about_all=True))


def test_a_ticket_can_be_left_by_nobody(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"ticket"}
    AgentClient(sandbox.url, sandbox.default.agent_token).accept_chats(False)
    page = Page(sandbox, asks_browser=True, authorize="message")
    page.answer(None)
    form = page.form("ticket")
    assert form
    page.visit.leave_ticket(form, {first(form, NAME): "Ada"})
    page.run()
    page.answer(None)
    assert "start_chat" in page.asked()
    page.poll(30)
    assert page.undelivered == []


def test_nobodys_details_are_not_looked_up(nobody: Page) -> None:
    nobody.visit.look_up_customer()
    nobody.run()
    customer = nobody.visit.glance().customer
    assert customer
    assert (customer.name, customer.email) == ("", "")
    assert customers(nobody) == 0


def test_who_says_their_name_becomes_a_customer(nobody: Page) -> None:
    nobody.visit.introduce("Ada", None)
    nobody.run()
    nobody.answer(None)
    (customer,) = nobody.sandbox.default.customers.values()
    assert customer.name == "Ada"


def test_what_has_waited_for_the_grant_is_tried_as_long_as_anything(sandbox: Sandbox) -> None:
    page = Page(
        sandbox, asks_browser=True, authorize="message", session_fields={"plan": "gold"}, push=False
    )
    page.answer(None)
    page.poll(TRY_SECONDS * 2)
    sandbox.faults.add("set_customer_session_fields", times=2, status=503)
    page.say("Hello")
    page.answer(None)
    page.poll(30)
    page.poll(30)
    (customer,) = sandbox.default.customers.values()
    assert customer.session_fields == {"plan": "gold"}


def test_whom_livechat_no_longer_knows_is_nobody_until_they_write(
    sandbox: Sandbox, known: Identity
) -> None:
    refused = replace(known, secret="0" * 8)
    page = Page(sandbox, refused, asks_browser=True, authorize="message")
    page.answer(None)
    assert page.visit.conversation.state is State.NONE
    assert customers(page) == 1
    page.say("Hello")
    page.answer(None)
    assert customers(page) == 2


def test_who_is_refused_in_the_middle_is_nobody_and_sees_nothing(chatting: Page) -> None:
    page = Page(chatting.sandbox, chatting.visit.identity, asks_browser=True, authorize="message")
    body = '{"identity_exception": "identity_lost"}'
    page.sandbox.faults.add("token", status=401, body=body)
    page.sandbox.faults.add("list_chats", error="authentication")
    page.poll()
    page.answer(None)
    assert texts(page) == []
    assert page.visit.conversation.state is State.NONE
    page.sandbox.faults.add("*", times=ALWAYS, status=500)
    page.poll(60)
    assert page.visit.glance().problem is None


def test_without_a_browser_to_ask_nobody_waits(sandbox: Sandbox) -> None:
    page = Page(sandbox, authorize="message")
    assert sorted(page.asked(about_all=True)) == OPEN
    page.say("Hello")
    assert texts(page) == ["Hello"]
