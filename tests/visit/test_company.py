"""What all visitors see alike: who is online, the forms, the language."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.chat.outgoing import Problem
from livechat.sandbox import Sandbox
from livechat.visit.company import FRESH_SECONDS, Shared
from livechat.visit.patience import COMPANY_PAUSE
from tests.driver import COMPANY, Page
from tests.visit.scenes import ALWAYS, Alone, idle_for, requests_an_hour


def test_the_configuration_is_read_once_for_all_visitors(sandbox: Sandbox) -> None:
    first = Page(sandbox)
    assert set(first.asked(about_all=True)) >= COMPANY
    since = len(sandbox.requests)
    second = Page(sandbox)
    assert not COMPANY & set(second.asked(since, about_all=True))
    assert second.visit.glance().company is first.visit.glance().company


def test_only_what_has_changed_is_read_again(page: Page) -> None:
    page.sandbox.requests.clear()
    page.visit.expect_news()
    page.poll()
    assert page.asked(about_all=True) == ["get_dynamic_configuration", "list_chats"]
    page.sandbox.default.enabled_forms = {"ticket"}
    page.visit.expect_news()
    page.poll()
    assert set(page.asked(about_all=True)) >= COMPANY
    assert page.visit.glance().company.ticket  # type: ignore[union-attr]


@pytest.mark.parametrize("action", sorted(COMPANY))
@pytest.mark.parametrize(
    "fault",
    [
        {"error": "validation"},
        {"error": "something_new"},
        {"status": 500},
        {"body": "<html>"},
        {"body": "[]"},
        {"rewrite": lambda answer: dict.fromkeys(answer, 7)},
    ],
)
def test_a_chat_goes_on_without_its_configuration(
    sandbox: Sandbox, action: str, fault: dict[str, Any]
) -> None:
    sandbox.faults.add(action, times=20, **fault)
    page = Page(sandbox)
    page.say("Hello")
    page.hear("Hi")
    page.poll()
    assert page.texts == ["Hello", "Hi"]


@pytest.mark.parametrize(
    ("group_id", "online", "expected"),
    [
        (None, None, False),
        (None, [], False),
        (None, [2], True),
        (1, [2], False),
        (2, [1, 2], True),
        (None, "all", False),
    ],
)
def test_who_is_online(
    sandbox: Sandbox, group_id: int | None, online: object, expected: bool
) -> None:
    def answer(answer: dict[str, Any]) -> dict[str, Any]:
        told = answer.get("livechat", answer)  # in either shape
        told.pop("online_group_ids")
        told.update({} if online is None else {"online_group_ids": online})
        return answer

    sandbox.faults.add("get_dynamic_configuration", rewrite=answer)
    page = Page(sandbox, group_id=group_id)
    assert page.visit.glance().company.online is expected  # type: ignore[union-attr]


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
    ["get_dynamic_configuration", "get_configuration", "get_form"],
)
def test_a_configuration_that_cannot_be_read_costs_little(sandbox: Sandbox, action: str) -> None:
    sandbox.faults.add(action, times=ALWAYS, status=500)
    assert requests_an_hour(Page(sandbox)) <= 240


def test_one_part_that_cannot_be_read_does_not_take_the_others(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"prechat"}
    sandbox.faults.add("get_configuration", times=ALWAYS, status=500)
    page = Page(sandbox)
    assert page.form("prechat") is not None


def test_a_part_that_was_refused_once_is_read_again(sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"prechat"}
    sandbox.faults.add("get_form", error="validation")
    page = Page(sandbox)
    for _ in range(20):
        page.poll(30)
    assert page.form("prechat") is not None


def test_a_change_during_a_reading_is_read_too(page: Page) -> None:
    clock = page.clock
    shared = page.visit._company

    def meanwhile(answer: dict[str, Any]) -> dict[str, Any]:
        shared.expire()
        return answer

    shared.expire()
    page.sandbox.faults.add("get_dynamic_configuration", rewrite=meanwhile)
    page.poll()
    assert shared.is_due(clock.now)


def has_ended(answer: dict[str, Any]) -> dict[str, Any]:
    told = {"organization_id": answer["organization_id"], "default_widget": "livechat"}
    return {**told, "livechat_active": False}


ENDED: list[dict[str, Any]] = [{"error": "license_expired"}, {"rewrite": has_ended}]


@pytest.mark.parametrize("fault", ENDED)
def test_a_subscription_that_has_ended_is_said_never_that_nobody_is_here(
    sandbox: Sandbox, fault: dict[str, Any]
) -> None:
    sandbox.faults.add("get_dynamic_configuration", times=ALWAYS, **fault)
    for page in (Page(sandbox), Page(sandbox)):
        page.poll()
        glance = page.visit.glance()
        assert glance.problem is Problem.MISCONFIGURED
        assert "subscription has ended" in glance.advice
        assert glance.company is None
    assert page.asked(about_all=True).count("get_dynamic_configuration") == 1


@pytest.mark.parametrize("fault", ENDED)
def test_a_subscription_that_ends_meanwhile_and_begins_again(
    page: Page, fault: dict[str, Any]
) -> None:
    page.sandbox.faults.add("get_dynamic_configuration", times=3, **fault)
    idle_for(page, 3 * FRESH_SECONDS)
    glance = page.visit.glance()
    assert glance.problem is Problem.MISCONFIGURED
    assert glance.company
    assert glance.company.online
    page.sandbox.faults.clear()
    page.clock.now += FRESH_SECONDS
    page.say("Anybody?")
    page.poll()
    assert page.visit.glance().problem is None
    assert page.texts == ["Anybody?"]


def test_who_only_looks_hears_of_it_as_well(sandbox: Sandbox) -> None:
    sandbox.faults.add("get_dynamic_configuration", rewrite=has_ended)
    page = Page(sandbox, authorize="message")
    assert page.visit.glance().problem is Problem.MISCONFIGURED


# By itself


def test_it_is_read_once_in_a_while_and_after_a_pause_if_that_fails(alone: Alone) -> None:
    shared, clock = Shared(None), alone.clock
    assert shared.is_due(clock.now)
    alone.sandbox.faults.add("get_dynamic_configuration", times=2, status=500)  # once repeated
    assert not shared.refresh(alone.client, clock.now)
    assert not shared.is_due(clock.now)
    assert shared.is_due(clock.now + COMPANY_PAUSE)
    clock.now += COMPANY_PAUSE
    assert shared.refresh(alone.client, clock.now)
    assert shared.current
    assert not shared.is_due(clock.now + FRESH_SECONDS - 1)
    shared.hear({"0": "offline"})
    assert shared.is_due(clock.now)


def test_a_status_that_others_have_heard_already_is_no_news(alone: Alone) -> None:
    shared = Shared(None)
    shared.hear({"0": "online", "1": "offline"})
    shared.refresh(alone.client, alone.clock.now)
    shared.hear({"0": "online"})
    assert not shared.is_due(alone.clock.now)


def test_statuses_of_groups_that_a_browser_makes_up_are_not_kept_without_end() -> None:
    shared = Shared(None)
    for number in range(50):
        shared.hear({f"{number} {group}": "online" for group in range(100)})
    assert len(shared._statuses) == 1_000
    assert "49 99" in shared._statuses


def test_without_a_token_the_post_chat_form_is_left_for_who_has_one(alone: Alone) -> None:
    alone.sandbox.default.enabled_forms = {"prechat", "postchat", "ticket"}
    shared, now = Shared(None), alone.clock.now
    assert shared.refresh(alone.client, now, has_token=False)
    assert shared.current
    assert shared.current.prechat
    assert shared.current.ticket
    assert shared.current.postchat is None
    assert alone.asked == ["get_dynamic_configuration", "get_configuration"]
    assert not shared.is_due(now, has_token=False)
    assert shared.is_due(now)
    assert shared.refresh(alone.client, now)
    assert shared.current.prechat
    assert shared.current.postchat
    assert not shared.is_due(now)
    assert alone.asked.count("get_form") == 2
    alone.sandbox.requests.clear()
    assert shared.refresh(alone.client, now + FRESH_SECONDS, has_token=False)
    assert alone.asked == ["get_dynamic_configuration"]
    assert shared.current.postchat
