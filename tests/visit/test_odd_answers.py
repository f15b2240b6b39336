"""Whatever stands in LiveChat's answers: what is beside it is shown, and all of it heals.

In a conversation with one of everything, each field of each answer is odd in each way. Nothing is
raised, none of it is logged as a fault of the code, and once the answers are right again the page
and the server agree. What is wrong but not broken, as another ID, a reload puts right.

    ODDITIES=100000 pytest -n0 tests/visit/test_odd_answers.py

tries all of them, some hours long; SEED=7 picks the same ones again.
"""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from livechat.api import route
from livechat.api.structures.forms import Rating
from livechat.chat import pushes
from livechat.chat.attachment import Attachment
from livechat.chat.outgoing import Delivery
from livechat.sandbox import Sandbox
from livechat.sandbox.world import greetings
from livechat.sandbox.world.model import Chat
from livechat.settings import VERSIONS, Version
from livechat.visit import company
from tests.driver import Page
from tests.oddities import ODD, UNREADABLE, Oddity, kinds_of_places
from tests.visit.scenes import ALWAYS

ODDITIES = int(os.environ.get("ODDITIES", "100"))
SEED = int(os.environ.get("SEED", random.randrange(10**6)))

SHOWN = [
    *("formatting", "cards", "quick_replies", "shop", "sticker", "file", "form", "order"),
    *("edit", "delete", "help"),
]
READS = [
    *("token", "list_chats", "list_threads", "get_chat", "get_customer"),
    *("get_dynamic_configuration", "get_configuration", "get_form"),
]
WRITES = ["start_chat", "send_event", "upload_file", "resume_chat"]  # all others answer nothing


class Told:
    """A conversation with one of everything, and what LiveChat answers to who reads it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        page = Page(sandbox)
        page.visit.say("Hello", [Attachment("a.txt", "text/plain", b"a")])
        page.run()
        page.agent.configure(enabled_forms=["prechat", "postchat", "ticket"])
        for what in SHOWN:
            page.agent.show(what, page.visit.chat_id or "")
        page.poll()
        page.agent.end(page.visit.chat_id or "")
        page.poll(70)
        page.say("Again")
        page.hear("Yes?")
        page.poll()
        self.identity = page.visit.identity

    def read(self) -> Page:
        """The visitor comes back, looks around, and stays for a while."""
        company.shared.cache_clear()
        page = Page(self.sandbox, self.identity)
        page.visit.look_up_customer()
        page.poll(70)  # which reads the newest thread by itself
        return page

    def write(self) -> Page:
        """Somebody new does what can be done."""
        company.shared.cache_clear()
        page = Page(self.sandbox)
        page.agent.configure(enabled_forms=[])
        page.poll(130)
        page.visit.say("One", [Attachment("b.txt", "text/plain", b"b")])
        page.run()
        page.visit.introduce("Ada", None)
        page.visit.rate(Rating(1), page.visit.thread_id)
        page.run()
        page.visit.end()
        page.poll()
        page.say("Two")
        page.poll()
        return page

    def answers(self, action: str, do: Callable[[], Page]) -> dict[str, Any]:
        """The longest answer to an action that comes with it."""
        heard: list[dict[str, Any]] = []

        def hear(answer: dict[str, Any]) -> dict[str, Any]:
            heard.append(answer)
            return answer

        self.sandbox.faults.add(action, ALWAYS, rewrite=hear)
        do()
        self.sandbox.faults.clear()
        return max(heard, key=lambda answer: len(repr(answer)))

    def odd(self, actions: list[str], do: Callable[[], Page], most: int) -> Iterator[Odd]:
        """Some of the oddities in the answers that come with it."""
        answers = {action: self.answers(action, do) for action in actions}
        odd = [
            Odd(action, answer, Oddity(path, kind))
            for action, answer in answers.items()
            for path in kinds_of_places(answer)
            for kind in ODD
        ]
        # Of an action whose answer has few fields as many as of any other.
        random.Random(SEED).shuffle(odd)
        count = dict.fromkeys(actions, 0)
        for case in odd:
            if count[case.action] < most / len(actions):
                count[case.action] += 1
                yield case


class Odd:
    """An odd answer to an action."""

    def __init__(self, action: str, answer: dict[str, Any], oddity: Oddity) -> None:
        self.action, self.answer, self.oddity = action, answer, oddity

    def __repr__(self) -> str:
        return f"{self.action}: {'.'.join(map(str, self.oddity.path))} is {self.oddity.kind}"

    @property
    def is_wrong(self) -> bool:
        """Whether it is not broken."""
        return self.oddity.is_plausible_in(self.answer)

    @property
    def beside_it(self) -> set[str]:
        """The IDs of the events beside one that something is odd in."""
        match self.action, self.oddity.path:
            case "list_threads", ("threads", _, "events", _, _, *_):
                if self.oddity.kind in UNREADABLE:
                    return set()
            case _:
                return set()
        _, thread, _, event, *_ = self.oddity.path
        return {
            one["id"]
            for t, those in enumerate(self.answer["threads"])
            for e, one in enumerate(those["events"])
            if (t, e) != (thread, event)
        }


@pytest.fixture(autouse=True)
def _no_fault(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    print(f"SEED={SEED}")
    yield
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == []


def test_an_odd_answer_to_what_is_read(sandbox: Sandbox, version: Version) -> None:
    told = Told(sandbox)
    for odd in told.odd(READS, told.read, ODDITIES / len(VERSIONS)):
        print(odd)
        sandbox.faults.add(odd.action, ALWAYS, rewrite=odd.oddity.rewrite)
        page = told.read()
        assert odd.beside_it <= read(page).keys()
        sandbox.faults.clear()
        page.poll(70)
        page.poll(130)
        if not odd.is_wrong:  # as that the subscription has ended, after which nothing is asked
            assert not page.visit.glance().out_of_touch
            assert read(page) == said(sandbox, page)
        again = told.read()
        assert read(again) == said(sandbox, again)


def test_an_odd_answer_to_what_is_done(sandbox: Sandbox, version: Version) -> None:
    told = Told(sandbox)
    for odd in told.odd(WRITES, told.write, ODDITIES / len(VERSIONS) / 4):
        print(odd)
        sandbox.faults.add(odd.action, ALWAYS, rewrite=odd.oddity.rewrite)
        page = told.write()
        sandbox.faults.clear()
        for _ in range(3):
            page.poll(70)
        conversation = page.visit.conversation
        assert read(page) == said(sandbox, page)
        assert all(m.delivery is Delivery.FAILED for m in conversation.outbox)
        texts = [text for text in read(page).values() if text in ("One", "Two")]
        undelivered = [m.text for m in conversation.outbox if m.text]
        assert sorted(texts + undelivered) == ["One", "Two"]


def test_an_odd_push_as_the_browser_tells_it(sandbox: Sandbox, version: Version) -> None:
    page = Page(sandbox)
    organization, customer_id = sandbox.default, page.visit.conversation.customer_id or ""
    sandbox.greet(organization, customer_id, "buttons")
    greeting = organization.customers[customer_id].greeting
    assert greeting
    heard: dict[str, Any] = {
        **{"open": True, "customer": customer_id, "connection": "c"},
        **{"looks": 1, "reads": 1, "drawn": 1, "number": 1},
        **{"events": ["e"], "deleted": ["d"], "groups": {"0": "online"}, "threads": {"t": "1"}},
        "turned": {"url": page.visit.rtm_url, "reason": "misdirected_connection", "region": "fra"},
        "greeting": greetings.view(organization, greeting),
        "follows": False,
    }
    assert page.visit.told(pushes.parse(heard))
    assert page.visit.conversation.greeted
    odd = [Oddity(path, kind) for path in kinds_of_places(heard) for kind in ODD]
    for oddity in random.Random(SEED).sample(odd, min(len(odd), ODDITIES)):
        print(oddity)
        route.VERSION.current = version
        for _ in range(2):  # again, as it is compared with what was told before
            page.visit.told(pushes.parse(oddity.as_told_in(heard)))
            page.run()
    page.visit.told(pushes.parse({}))
    page.poll(70)
    page.say("Hello")
    page.poll(70)
    assert read(page) == said(sandbox, page)


def read(page: Page) -> dict[str, str]:
    """What the page has read, by the IDs of the events."""
    threads = page.visit.conversation.transcript.threads.values()
    events = (event for thread in threads for event in thread.events)
    return {event.id: event.text for event in events if not event.is_taken_back}


def said(sandbox: Sandbox, page: Page) -> dict[str, str]:
    """What LiveChat has of the page's customer, by the IDs of the events."""
    chats = sandbox.default.chats.values()
    chat: Chat = next(c for c in chats if c.customer.id == page.visit.conversation.customer_id)
    events = (event for thread in chat.threads for event in thread.events)
    return {e.id: e.content.get("text", "") for e in events if e.is_for_customers}
