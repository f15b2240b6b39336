"""LiveChat moves: a version of its API is shut down, an organization is served elsewhere."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from livechat.api import route
from livechat.chat.outgoing import Problem
from livechat.chat.pushes import Told, Turned
from livechat.sandbox import Sandbox
from livechat.settings import VERSIONS, Version
from tests.driver import Page
from tests.visit.scenes import ALWAYS


def shut_down(page: Page, *versions: Version) -> None:
    page.sandbox.default.refused_versions = set(versions)


def refusals(page: Page) -> list[tuple[str, str]]:
    return [(r.action, r.error) for r in page.sandbox.requests if r.api == "customer" and r.error]


def goes_on(chatting: Page) -> Page:
    """Both sides of the chat write, and another visitor comes, who is returned."""
    chatting.say("Still there?")
    chatting.hear("Yes")
    other = Page(chatting.sandbox)
    other.say("Hello")
    chatting.poll()
    assert chatting.texts[-2:] == ["Still there?", "Yes"]
    return other


def test_a_version_that_is_shut_down_during_a_chat_is_left_unseen(
    chatting: Page, version: Version, caplog: pytest.LogCaptureFixture
) -> None:
    before = chatting.visit.glance()
    shut_down(chatting, *VERSIONS[:-1])
    goes_on(chatting)
    assert chatting.undelivered == []
    glance = chatting.visit.glance()
    assert (glance.problem, glance.out_of_touch) == (before.problem, before.out_of_touch)
    is_left = version != VERSIONS[-1]
    assert refusals(chatting) == [("send_event", route.UNSUPPORTED)] * is_left
    told = [record.levelno for record in caplog.records if record.name == "livechat"]
    assert told == [logging.WARNING] * is_left


def test_where_no_version_is_left_the_page_says_so(chatting: Page) -> None:
    shut_down(chatting, *VERSIONS)
    chatting.say("Still there?")
    glance = chatting.visit.glance()
    assert glance.problem is Problem.MISCONFIGURED
    assert "update the page" in glance.advice
    assert chatting.undelivered[0][0] == "Still there?"


def test_the_settings_say_which_version_comes_first(sandbox: Sandbox) -> None:
    page = Page(sandbox, api_version=VERSIONS[-1])
    shut_down(page, *VERSIONS[:-1])
    page.say("Hello")
    assert refusals(page) == []


def test_where_only_the_browser_is_refused_the_process_moves_on(chatting: Page) -> None:
    turned = Turned(chatting.visit.rtm_url, route.UNSUPPORTED)
    chatting.visit.told(Told(turned=turned))
    chatting.visit.told(Told(turned=turned))
    assert f"/v{VERSIONS[-1]}/" in chatting.visit.rtm_url
    shut_down(chatting, *VERSIONS[:-1])
    chatting.say("Still there?")
    assert refusals(chatting) == []


def test_an_organization_that_is_served_elsewhere_is_followed_and_the_next_visitor_begins_there(
    chatting: Page,
) -> None:
    chatting.sandbox.default.region = "eu-west3"
    other = goes_on(chatting)
    assert refusals(chatting) == [("send_event", "misdirected_request")]
    assert other.visit.rtm_url.endswith("&x-region=eu-west3")


def test_what_a_browser_alone_is_told_the_next_one_knows(chatting: Page) -> None:
    told = Told(turned=Turned(chatting.visit.rtm_url, "misdirected_connection", "fra"))
    chatting.visit.told(told)
    assert chatting.visit.rtm_url.endswith("&x-region=fra")
    assert Page(chatting.sandbox).visit.rtm_url == chatting.visit.rtm_url
    chatting.say("Still there?")
    assert refusals(chatting) == []


def as_v37(answer: dict[str, Any]) -> dict[str, Any]:
    """The list of chats as the version to come has it."""
    chats = answer.pop("chats_summary")
    for chat in chats:
        last = chat.pop("last_event_per_type", {})
        events = {kind: {"event": about["event"]} for kind, about in last.items()}
        chat["last_thread_info"] = {
            "id": chat.pop("last_thread_id"),
            "created_at": chat.pop("last_thread_created_at"),
            "last_event_per_type": events,
        }
    return {**answer, "chats_info": chats}


def test_a_chat_goes_on_with_the_list_that_is_to_come(sandbox: Sandbox) -> None:
    sandbox.faults.add("customer/list_chats", times=ALWAYS, rewrite=as_v37)
    page = Page(sandbox)
    page.say("Hello")
    page.hear("Hi")
    page.poll()
    assert page.texts == ["Hello", "Hi"]
    page.poll()  # what was seen is marked
    since = len(sandbox.requests)
    page.poll()
    assert page.asked(since) == ["list_chats"]
