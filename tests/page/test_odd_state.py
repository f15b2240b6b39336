"""Whatever a browser tells in place of the page's scripts: it is heard as far as it can be.

What is told by a component is what Streamlit makes of any JSON. Some of what can be odd in it is
tried each time; ODDITIES=100000 tries all of it, SEED=7 the same again.
"""

from __future__ import annotations

import json
import os
import random
from typing import Any

import pytest
import streamlit

from livechat.chat import submitted
from livechat.page import language, words
from livechat.page.browser import identity_cookie, keeper, push, tab, who
from livechat.sandbox import Sandbox
from livechat.visit import Keeps
from tests.api.structures.samples import AGENT, EVENT
from tests.driver import Page
from tests.oddities import ODD, Oddity, kinds_of_places

ODDITIES = int(os.environ.get("ODDITIES", "1000"))
SEED = int(os.environ.get("SEED", random.randrange(10**6)))

MESSAGE = {
    **{"id": "0" * 32, "text": "Hello", "visit": "v", "customer": None, "files": ["a.txt"]},
    "refused": [{"name": "b.txt", "reason": "size"}],
}
BUTTON = {"text": "Yes", "postback_id": "yes", "type": "message", "value": "yes", "button_id": "b"}
CARD = {"title": "May I help?", "image": {"url": "https://example.com/a.png"}, "buttons": [BUTTON]}
SAID = {**EVENT, "type": "rich_message", "template_id": "cards", "elements": [CARD]}


def right(page: Page) -> dict[str, Any]:
    """What the scripts tell, by the keys of their components."""
    visit = page.visit
    question = visit.who.question
    assert question
    assert visit.identity
    told = {
        **{"open": True, "customer": visit.conversation.customer_id, "connection": "c"},
        **{"looks": 1, "reads": 1, "drawn": 1, "number": 1, "follows": False, "refused": "dal:t"},
        **{"events": ["e"], "deleted": ["d"], "groups": {"0": "online"}, "threads": {"t": "1"}},
        "turned": {"url": visit.rtm_url, "reason": "misdirected_connection", "region": "fra"},
        "greeting": {"id": 7, "unique_id": "u", "event": SAID, "agent": AGENT},
    }
    answer = {
        **{"visit": visit.id, "number": question.number, "waits": False, "keeps": "tab"},
        "cookie": identity_cookie.encoded(visit.identity),
    }
    return {
        "push": {"told": told},
        "line": {"on_screen": False, "at_end": True, "forgotten": "another visit"},
        "taken": {
            "submitted": {"messages": [MESSAGE]},
            "chosen": {"prechat-1": "Peru"},
            "half_filled": ["prechat"],
        },
        "who": {"answer": answer},
        "keeper": {"language": "de"},
    }


class State(dict[str, Any]):
    """Streamlit's, of one session."""

    __getattr__ = dict.__getitem__


def hear(page: Page, component: str) -> None:
    """What the page hears of a component."""
    match component:
        case "push":
            push.hear(page.visit)
        case "line":
            tab.forget_if_told(page.visit)
            tab.hear(page.visit)
        case "taken":
            keeper._hear(keeper._told())
            page.visit.kept.take(submitted.parse(keeper.submitted()))
        case "who":
            ask_again(page)
            who.hear(page.visit)
        case "keeper":
            language.choose(streamlit.session_state["keeper"].get("language"))


def ask_again(page: Page) -> None:
    """The browser is asked who the visitor is."""
    page.visit.who._is_known = page.visit.who._has_turn = False
    page.visit.who.ask()


@pytest.fixture
def page(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Page:
    page = Page(sandbox, Page(sandbox).visit.identity, asks_browser=True)
    monkeypatch.setattr(streamlit, "session_state", State(visit=page.visit))
    ask_again(page)
    return page


def test_what_is_told_is_heard(page: Page) -> None:
    streamlit.session_state.update(right(page))
    for component in right(page):
        hear(page, component)
        if component == "push":
            assert page.visit.conversation.greeted
    assert not page.visit.on_screen
    assert page.visit.is_half_filled("prechat")
    assert [m.text for m in page.visit.conversation.outbox] == ["Hello", "", ""]
    assert page.visit.who.question is None
    assert page.visit.who.keeps is Keeps.TAB
    assert language.chosen() == "de"


def test_what_is_odd_hides_nothing_else(page: Page) -> None:
    print(f"SEED={SEED}")
    told = right(page)
    odd = [Oddity(path, kind) for path in kinds_of_places(told) if path[1:] for kind in ODD]
    for oddity in random.Random(SEED).sample(odd, min(len(odd), ODDITIES)):
        print(oddity)
        component, what, *_ = oddity.path
        if component == "who":
            ask_again(page)
            assert page.visit.who.question
            told["who"]["answer"]["number"] = page.visit.who.question.number
        streamlit.session_state.update(oddity.as_told_in(told))
        for _ in range(2):  # again, as it is compared with what was told before
            hear(page, component)
        if component == "taken" and what != "half_filled":
            assert page.visit.is_half_filled("prechat")
        if component == "push" and what == "told" and oddity.path[2:3] not in [(), ("greeting",)]:
            assert push.hear(page.visit).greeting
        outbox, choices = page.visit.conversation.outbox, streamlit.session_state.get("choices")
        drawn = [push._needed(page.visit), choices, [message.text for message in outbox]]
        json.dumps(drawn, allow_nan=False, ensure_ascii=False).encode()
        assert language.chosen() in (None, *words.languages())
