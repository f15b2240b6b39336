"""A visit when things go wrong: nothing is lost, doubled, stuck, or asked for in vain."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import pytest

from livechat.api.structures import parsing
from livechat.api.structures.events import File, parse_chat, parse_event
from livechat.api.structures.forms import FilledForm, Form, Rating, parse_form
from livechat.api.structures.rich_messages import RichMessage
from livechat.chat.conversation import State
from livechat.chat.outgoing import Delivery
from livechat.sandbox import Sandbox
from livechat.visit.errands import Errand
from livechat.visit.visit import Customer
from tests.driver import Page
from tests.visit.test_visit_features import (
    FORM,
    LIKE,
    NAME_AND_EMAIL,
    a_file,
    asked_first,
    bodies,
    buttons,
    payloads,
    receive,
)

ALWAYS = 100_000  # times


def requests_an_hour(page: Page) -> int:
    since = len(page.sandbox.requests)
    for _ in range(100):
        page.poll(3)
    return len(page.asked(since, about_all=True)) * 12


def with_history(sandbox: Sandbox) -> Page:
    """A page of a customer with more events than it reads at first."""
    page = Page(sandbox)
    for number in range(6):
        for message in range(20):
            page.visit.say(f"{number}.{message}")
        page.run()
        page.visit.end()
        page.run()
    return Page(sandbox, page.visit.identity)


def ticket_form(page: Page) -> Form:
    company = page.visit.glance().configuration
    assert company is not None
    assert company.ticket is not None
    return company.ticket


# A configuration that cannot be read


def test_an_agent_is_heard_while_nobody_knows_who_is_online(chatting: Page) -> None:
    chatting.visit.end()
    chatting.run()
    chatting.sandbox.faults.add("get_dynamic_configuration", times=ALWAYS, status=500)
    chatting.poll(200)
    chatting.hear("Are you still there?")
    for _ in range(30):
        chatting.poll(3)
    assert chatting.texts[-1] == "Are you still there?"


@pytest.mark.parametrize(
    "action",
    ["get_dynamic_configuration", "get_configuration", "get_localization", "get_form"],
)
def test_a_configuration_that_cannot_be_read_costs_little(sandbox: Sandbox, action: str) -> None:
    sandbox.faults.add(action, times=ALWAYS, status=500)
    assert requests_an_hour(Page(sandbox)) <= 240


def test_one_part_that_cannot_be_read_does_not_take_the_others(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"prechat"}
    sandbox.faults.add("get_localization", times=ALWAYS, status=500)
    page = Page(sandbox)
    assert page.visit.glance().asks_first is not None


def test_a_part_that_was_refused_once_is_read_again(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"prechat"}
    sandbox.faults.add("get_form", error="validation")
    page = Page(sandbox)
    for _ in range(20):
        page.poll(30)
    assert page.visit.glance().asks_first is not None


def test_a_change_during_a_reading_is_read_too(page: Page) -> None:
    clock = page.clock
    shared = page.visit._configuration

    def meanwhile(answer: dict[str, Any]) -> dict[str, Any]:
        shared.expire()
        return answer

    shared.expire()
    page.sandbox.faults.add("get_dynamic_configuration", rewrite=meanwhile)
    page.poll()
    assert shared.is_due(clock.now)


# What is asked for besides messages


@pytest.mark.parametrize("error", ["authentication", "group_not_found", "unsupported_version"])
def test_no_kind_of_failing_errand_holds_up_a_message(chatting: Page, error: str) -> None:
    chatting.sandbox.faults.add("customer/update_customer", times=ALWAYS, error=error)
    chatting.visit.introduce("Ada", None)
    chatting.say("Do you hear me?")
    assert chatting.undelivered == [("Do you hear me?", Delivery.SENT, None)]
    for _ in range(5):
        chatting.poll(30)
    assert chatting.visit.glance().refused is Errand.INTRODUCE


def test_an_errand_that_is_to_wait_does_not_silence_the_agent(chatting: Page) -> None:
    chatting.sandbox.faults.add(
        "customer/update_customer", status=429, headers={"Retry-After": "600"}
    )
    chatting.visit.introduce("Ada", None)
    chatting.run()
    chatting.hear("Are you there?")
    for _ in range(10):
        chatting.poll(3)
    assert chatting.texts[-1] == "Are you there?"


def test_an_errand_that_fails_does_not_hold_up_the_others(sandbox: Sandbox) -> None:
    sandbox.faults.add("customer/set_customer_session_fields", times=ALWAYS, status=500)
    page = Page(sandbox, session_fields={"plan": "gold"})
    page.visit.look_up_customer()
    page.run()
    page.poll(3)
    assert page.visit.glance().customer == Customer()


def test_two_refused_presses_leave_a_button_as_it_was(chatting: Page) -> None:
    event = receive(chatting, **buttons(LIKE))
    chatting.sandbox.faults.add("customer/send_rich_message_postback", times=2, error="validation")
    chatting.visit.press(event.id, "like")
    chatting.visit.press(event.id, "like")
    chatting.run()
    assert isinstance(event.body, RichMessage)
    (button,) = event.body.elements[0].buttons
    assert not chatting.visit.conversation.is_pressed(event, button)


def test_a_refused_change_of_a_rating_leaves_the_one_before(chatting: Page) -> None:
    chatting.visit.rate(Rating(1))
    chatting.run()
    chatting.sandbox.faults.add("customer/update_thread_properties", error="validation")
    chatting.visit.rate(Rating(1, "Nice"))
    chatting.run()
    assert chatting.visit.conversation.rating == Rating(1)


def test_a_rating_from_another_tab_is_shown(chatting: Page) -> None:
    chatting.visit.rate(Rating(1))
    chatting.run()
    chatting.poll()
    other = Page(chatting.sandbox, chatting.visit.identity)
    other.visit.rate(Rating(0))
    other.run()
    chatting.poll()
    chatting.poll()
    assert chatting.visit.conversation.rating == Rating(0)


def test_a_name_given_during_a_look_up_stays(page: Page) -> None:
    page.visit.look_up_customer()
    page.visit.introduce("Ada", None)
    page.run()
    assert page.visit.glance().customer == Customer("Ada")


@pytest.mark.parametrize("active", [True, False])
def test_seen_marks_that_fail_are_not_told_for_ever(chatting: Page, active: bool) -> None:
    chatting.sandbox.faults.add("customer/mark_events_as_seen", times=ALWAYS, status=500)
    chatting.hear("One more thing")
    chatting.poll()
    if not active:
        chatting.visit.end()
        chatting.run()
    assert requests_an_hour(chatting) <= (1300 if active else 150)
    assert not chatting.visit.glance().out_of_touch


def test_earlier_events_that_cannot_be_read_are_not_asked_for_at_each_poll(
    sandbox: Sandbox,
) -> None:
    again = with_history(sandbox)
    sandbox.faults.add("customer/list_threads", times=ALWAYS, status=500)
    again.visit.show_earlier()
    again.run()
    assert requests_an_hour(again) <= 250


# Messages, files and forms


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


def test_a_file_is_uploaded_once_if_the_chat_was_closed_meanwhile(chatting: Page) -> None:
    chatting.agent.end(chatting.visit.chat_id or "")
    chatting.visit.say("", [a_file()])
    chatting.run()
    chatting.poll()
    assert [type(body) for body in bodies(chatting)] == [File]
    assert chatting.asked().count("upload_file") == 1


def test_a_file_is_uploaded_once_if_everybody_has_left(chatting: Page) -> None:
    chatting.visit.end()
    chatting.run()
    chatting.agent.accept_chats(False)
    chatting.visit.say("", [a_file()])
    chatting.run()
    assert chatting.asked().count("upload_file") == 1


def test_a_refused_prechat_form_can_be_filled_in_again(sandbox: Sandbox) -> None:
    page, form = asked_first(sandbox)
    sandbox.faults.add("customer/start_chat", error="validation")
    page.visit.fill_in_first(form, NAME_AND_EMAIL)
    page.say("Hello")
    assert page.visit.glance().asks_first == form


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


def test_a_form_that_is_sent_off_twice_in_a_hurry_arrives_once(chatting: Page) -> None:
    event = receive(chatting, **FORM)
    assert isinstance(event.body, Form)
    for _ in range(2):
        chatting.visit.fill_in(event.body, {"1": "ada@example.com"})
    chatting.run()
    chatting.poll()
    assert len([body for body in bodies(chatting) if isinstance(body, FilledForm)]) == 1


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


# Who the visitor is


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


def test_a_postchat_form_starts_no_chat(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"postchat"}
    page = Page(sandbox)
    page.say("Hello")
    page.visit.end()
    page.run()
    form = page.visit.glance().asks_afterwards
    assert form is not None
    sandbox.requests.clear()
    sandbox.faults.add("customer/send_event", error="authentication")
    sandbox.faults.add("token", error="invalid_grant")
    page.visit.fill_in_afterwards(form, {"167000000000000022": "Fine"})
    page.run()
    page.poll()
    assert payloads(page, "start_chat") == []


# What LiveChat may answer


def test_a_time_at_the_end_of_all_times_can_be_seen(chatting: Page) -> None:
    def late(answer: dict[str, Any]) -> dict[str, Any]:
        for thread in answer["threads"]:
            thread["events"][-1]["created_at"] = "9999-12-31T23:59:59-14:00"
        return answer

    chatting.sandbox.faults.add("customer/list_threads", rewrite=late)
    chatting.hear("When?")
    chatting.poll()
    chatting.poll()
    assert chatting.texts[-1] == "When?"


def test_an_agent_whose_seen_time_is_odd_keeps_their_name() -> None:
    agent = {"id": "a", "type": "agent", "name": "Bob", "events_seen_up_to": "soon"}
    assert [user.name for user in parse_chat({"id": "c", "users": [agent]}).users] == ["Bob"]


def test_a_size_beyond_all_measure_is_none() -> None:
    event = parse_event(
        {
            "id": "f",
            "type": "file",
            "created_at": "2026-01-01T00:00:00Z",
            "url": "https://example.com/f",
            "size": 10**400,
        }
    )
    assert isinstance(event.body, File)
    assert event.body.size is None


def test_no_two_fields_of_a_form_have_the_same_id() -> None:
    fields = [{"type": "name", "id": "1"}, {"type": "email"}, {"type": "subject", "id": "1"}]
    ids = [field.id for field in parse_form({"fields": fields}).fields]
    assert len(set(ids)) == 3


def test_pages_that_lead_in_a_circle_are_read_once(sandbox: Sandbox) -> None:
    again = with_history(sandbox)
    sandbox.faults.add(
        "customer/list_threads",
        times=ALWAYS,
        rewrite=lambda answer: answer | {"next_page_id": "again", "threads": []},
    )
    again.visit.show_earlier()
    again.run()
    assert again.visit.conversation.transcript.older_page_id is None


def test_an_empty_page_ends_the_reading_of_news(chatting: Page) -> None:
    def nothing(answer: dict[str, Any]) -> dict[str, Any]:
        return {"threads": [], "found_threads": 9, "next_page_id": "again"}

    chatting.sandbox.faults.add("customer/list_threads", times=ALWAYS, rewrite=nothing)
    chatting.hear("Are you there?")
    chatting.poll()
    assert chatting.asked().count("list_threads") == 1


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


def test_what_could_not_be_asked_before_a_ban_is_given_up(chatting: Page) -> None:
    chatting.sandbox.faults.add("customer/update_customer", times=ALWAYS, status=503)
    chatting.visit.introduce("Ada", None)
    chatting.run()
    chatting.sandbox.faults.add("customer/list_chats", error="customer_banned")
    chatting.poll()
    assert chatting.visit.glance().customer is None
    assert chatting.visit.glance().refused is Errand.INTRODUCE


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


def test_a_file_with_a_name_that_cannot_be_sent_is_sent(chatting: Page) -> None:
    chatting.visit.say("", [replace(a_file(), name="a\ud83d.png")])
    chatting.run()
    chatting.poll()
    assert [type(body) for body in bodies(chatting)] == [File]


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z"]
)
def test_every_time_can_be_expressed_in_every_zone(time: str) -> None:
    for hours in (-14, 14):
        parsing.a_time(time).astimezone(timezone(timedelta(hours=hours)))


def test_a_ticket_that_is_sent_off_twice_in_a_hurry_arrives_once(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"ticket"}
    page = Page(sandbox)
    form = ticket_form(page)
    for address in ("ada@example.com", "ada@example.com", "bob@example.com"):
        page.visit.leave_ticket(form, {"2": address})
    page.run()
    page.poll(30)
    assert len([body for body in bodies(page) if isinstance(body, FilledForm)]) == 2
