"""Where agents are shown what the visitor is writing (the script: see tests/browser)."""

from __future__ import annotations

from dataclasses import replace

from livechat.chat.outgoing import LONGEST_TEXT
from livechat.page.browser import sneak_peek
from tests.driver import Page


def test_in_an_open_chat_and_only_there(page: Page) -> None:
    visit = page.visit
    assert sneak_peek.wanted(visit) is None
    page.say("Hello")
    wanted = sneak_peek.wanted(visit)
    assert wanted == {"chat": visit.chat_id, "thread": visit.thread_id, "longest": LONGEST_TEXT}
    visit.end()
    assert sneak_peek.wanted(visit) is None  # whatever LiveChat says to that
    page.run()
    assert sneak_peek.wanted(visit) is None
    page.say("Once more")
    again = sneak_peek.wanted(visit)
    assert again
    assert again["thread"] != wanted["thread"]


def test_the_configuration_switches_it_off(chatting: Page) -> None:
    visit = chatting.visit
    assert sneak_peek.wanted(visit)
    visit.settings = replace(visit.settings, sneak_peek=False)
    assert sneak_peek.wanted(visit) is None
