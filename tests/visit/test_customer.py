"""The customer's own details."""

from __future__ import annotations

import threading
import time

from livechat.page import words
from livechat.sandbox import Sandbox
from livechat.visit import Customer, SignedIn
from livechat.visit.customer import Details
from tests.driver import Page
from tests.visit.scenes import Alone, payloads


def test_the_customer_is_looked_up_and_introduced(page: Page) -> None:
    page.visit.look_up_customer()
    page.run()
    assert page.visit.glance().customer == Customer()
    page.visit.introduce("Ada", "ada@example.com")
    assert page.visit.glance().customer == Customer("Ada", "ada@example.com")
    page.run()
    again = Page(page.sandbox, page.visit.identity)
    again.visit.look_up_customer()
    again.run()
    assert again.visit.glance().customer == Customer("Ada", "ada@example.com")


def test_session_fields_are_told_once(sandbox: Sandbox) -> None:
    page = Page(sandbox, session_fields={"plan": "gold", "order": "7"})
    page.poll(30)
    (told,) = payloads(page, "set_customer_session_fields")
    assert told == {"session_fields": [{"plan": "gold"}, {"order": "7"}]}


def test_refused_session_fields_disturb_nobody(sandbox: Sandbox) -> None:
    sandbox.faults.add("customer/set_customer_session_fields", error="validation")
    page = Page(sandbox, session_fields={"plan": "gold"})
    page.say("Hello")
    page.poll()
    assert page.texts == ["Hello"]


def test_a_name_given_during_a_look_up_stays(page: Page) -> None:
    page.visit.look_up_customer()
    page.visit.introduce("Ada", None)
    page.run()
    assert page.visit.glance().customer == Customer("Ada")


def test_who_is_forgotten_is_not_introduced_as_somebody_new(chatting: Page) -> None:
    visit = chatting.visit
    visit.introduce("Ada", "ada@example.com")
    waiting = [threading.Thread(target=target) for target in (visit.forget, visit.work)]
    with visit._work_lock:
        for thread in waiting:
            thread.start()
            time.sleep(0.2)  # they are to get the lock in this order
    for thread in waiting:
        thread.join()
    assert "token" not in chatting.asked()
    assert visit.identity is None


def test_nothing_is_kept_of_the_customer_before(chatting: Page) -> None:
    chatting.visit.introduce("Ada", "ada@example.com")
    chatting.run()
    chatting.sandbox.faults.add("customer/list_chats", error="authentication")
    chatting.sandbox.faults.add("token", error="invalid_grant")
    chatting.poll()
    chatting.poll()
    assert chatting.visit.conversation.transcript.threads == {}
    assert chatting.visit.glance().customer is None


def test_what_is_looked_up_is_looked_up_once(page: Page) -> None:
    for _ in range(3):
        page.visit.look_up_customer()
    page.run()
    assert page.asked().count("get_customer") == 1


def test_who_livechat_does_not_want_to_know_is_not_shown(chatting: Page) -> None:
    chatting.visit.introduce("Ada", None)
    chatting.run()
    chatting.sandbox.faults.add("customer/update_customer", times=2, error="validation")
    chatting.visit.introduce("Bob", None)
    chatting.visit.introduce("Cleo", "cleo@example.com")
    assert chatting.visit.glance().customer == Customer("Cleo", "cleo@example.com")
    chatting.run()
    assert chatting.visit.glance().customer == Customer("Ada")


# By itself


def test_what_is_said_of_oneself_counts_at_once_and_is_told_in_order(alone: Alone) -> None:
    details = Details(alone.client, alone.errands, None)
    assert details.customer is None
    details.introduce("Ada", None)
    details.introduce(None, "ada@example.com")
    assert details.customer == Customer("Ada", "ada@example.com")
    alone.errands.run()
    assert alone.asked == ["token", "update_customer", "update_customer"]
    details.look_up()
    alone.errands.run()
    assert details.customer == Customer("Ada", "ada@example.com")


def test_of_another_customer_the_session_fields_are_told_again(alone: Alone) -> None:
    details = Details(alone.client, alone.errands, {"plan": "gold"})
    alone.errands.run()
    details.introduce("Ada", None)
    alone.errands.clear()
    details.begin_anew()
    assert details.customer is None
    alone.errands.run()
    assert alone.asked == ["token"] + ["set_customer_session_fields"] * 2


ADA = SignedIn("0" * 24, "Ada", "ada@example.com")


def told(page: Page) -> list[dict[str, object]]:
    return payloads(page, "update_customer")


def test_who_is_signed_in_is_told_of_a_new_customer_alone(sandbox: Sandbox) -> None:
    page = Page(sandbox, signed_in=ADA)
    assert page.visit.glance().prefill == Customer("Ada", "ada@example.com")
    page.say("Hello")
    assert told(page) == [{"name": "Ada", "email": "ada@example.com"}]
    assert page.visit.glance().customer == Customer("Ada", "ada@example.com")
    page.visit.introduce("Ada L.", None)
    page.run()
    again = Page(sandbox, page.visit.identity, signed_in=ADA)
    again.say("Hello again")
    assert len(told(again)) == 2
    again.visit.look_up_customer()
    again.run()
    assert again.visit.glance().prefill == Customer("Ada L.", "ada@example.com")


def test_of_who_is_signed_in_livechat_is_told_what_there_is(sandbox: Sandbox) -> None:
    page = Page(sandbox, signed_in=SignedIn("0" * 24, email="ada@example.com"))
    Page(sandbox, signed_in=SignedIn("1" * 24))
    assert told(page) == [{"email": "ada@example.com"}]
    assert page.visit.glance().prefill == Customer("", "ada@example.com")


def test_what_customers_say_themselves_is_not_overwritten(sandbox: Sandbox) -> None:
    page = Page(sandbox, signed_in=ADA, authorize="message")
    assert page.asked() == []  # who is only signed in is no customer yet
    page.visit.introduce("Countess", None)
    page.run()
    assert sorted(told(page), key=str) == [{"email": "ada@example.com"}, {"name": "Countess"}]
    assert page.visit.glance().customer == Customer("Countess", "ada@example.com")


def test_a_name_given_while_livechat_cannot_be_told_stays(sandbox: Sandbox) -> None:
    sandbox.faults.add("customer/update_customer", times=2, status=503)  # it is tried twice
    page = Page(sandbox, signed_in=ADA)
    page.visit.introduce("Countess", "c@example.com")
    page.run()
    page.poll(30)
    page.poll(30)
    again = Page(sandbox, page.visit.identity)
    again.visit.look_up_customer()
    again.run()
    assert again.visit.glance().customer == Customer("Countess", "c@example.com")


def test_a_refusal_of_what_nobody_wrote_disturbs_nobody(sandbox: Sandbox) -> None:
    sandbox.faults.add("customer/update_customer", error="validation")
    page = Page(sandbox, signed_in=ADA)
    page.say("Hello")
    page.poll()
    assert page.texts == ["Hello"]
    refused = page.visit.glance().refused
    assert not (refused and words.has("refused", refused))
