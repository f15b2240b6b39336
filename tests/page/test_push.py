"""What the browser is told of LiveChat's real-time API (the script: see tests/browser)."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.api import route
from livechat.page.browser import push
from livechat.sandbox import Sandbox
from livechat.settings import VERSIONS
from livechat.visit import load
from livechat.visit.load import HOLDS, Load
from tests.driver import Page


def test_an_address_goes_with_its_version(chatting: Page) -> None:
    for version in VERSIONS:
        route.VERSION.begin(version)
        needed = push._needed(chatting.visit)
        assert f"/v{version}/" in needed["url"]
        assert (needed["version"], needed["newest"]) == (version, VERSIONS[-1])


def test_who_has_no_token_connects_nowhere(sandbox: Sandbox) -> None:
    nobody = Page(sandbox, authorize="message")
    assert push._needed(nobody.visit)["url"] is None


def test_pushes_are_kept_for_as_long_as_the_process_is_busy_but_for_who_waits_for_an_answer(
    chatting: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = Load()
    busy._hold.follow(HOLDS[1], 0.0)
    monkeypatch.setattr(load, "PROCESS", busy)
    assert push._needed(chatting.visit)["hold"] == HOLDS[1]
    chatting.visit.say("Is anybody there?")
    assert push._needed(chatting.visit)["hold"] == 0


def test_of_thousands_in_a_chat_the_browser_is_told_the_names_of_the_last(
    chatting: Page,
) -> None:
    def crowd(answer: dict[str, Any]) -> dict[str, Any]:
        for chat in answer["chats_summary"]:
            many = [{"id": f"agent-{n}", "type": "agent", "name": f"{n}"} for n in range(5_000)]
            chat["users"] += many
        return answer

    chatting.sandbox.faults.add("customer/list_chats", times=2, rewrite=crowd)
    chatting.hear("And then")
    chatting.poll()
    names = push._needed(chatting.visit)["names"]
    assert len(names) == 100
    assert names["agent-4999"] == "4999"
