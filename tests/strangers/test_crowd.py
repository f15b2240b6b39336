"""Visitors at once in one process, none of whom sees anything of another, nor does the log.

`VISITORS=300` has so many of them, sixty at once.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from livechat.page.browser.identity_cookie import NAME, decoded
from livechat.sandbox import Sandbox
from tests.sandbox.actors import Agent
from tests.strangers.conftest import POLLS_EVERY, Run
from tests.strangers.visitor import Browser, Page

VISITORS = int(os.environ.get("VISITORS", "60"))

AT_ONCE = 60
DOES_ALL = 4  # one of so many

# What each says, is called and sends begins so.
OF = re.compile(rb"of-visitor-(\d+)")
LONG = re.compile(rb"[\w.:-]{20,}")


@dataclass
class Visitor:
    """One of them, with all that their pages were told."""

    number: int
    browser: Browser
    told: list[bytes] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    sessions: set[str] = field(default_factory=set)

    def own(self, what: str) -> str:
        """A text of theirs that nobody else has."""
        return f"{what}-of-visitor-{self.number}"

    def saw(self, page: Page) -> None:
        """A page of theirs is closed."""
        self.told += page.told
        self.sessions.add(str(page.session))
        self.secrets |= {str(page.customer), *map(bytes.decode, page.visits)}
        if NAME in self.browser.cookies:
            cookie = self.browser.cookies[NAME]
            identity = decoded(cookie)
            assert identity
            self.secrets |= {cookie, identity.secret}

    async def chats(self, livechat: Sandbox) -> None:
        """Writes, is answered, and comes back; some say who they are, and send a file."""
        page = await self.browser.open()
        await page.say(self.own("words"))
        await page.until_chatting()
        await page.until(lambda: page.customer is not None)
        if self.number % DOES_ALL == 0:
            await page.choose("details")
            mail = f"{self.own('mail')}@example.com"
            await page.fill_in("details-submit", {"details-0": self.own("name"), "details-1": mail})
            await page.attach(self.own("caption"), f"{self.own('file')}.txt", b"content")
        chat = livechat.default.customers[str(page.customer)].chat
        assert chat
        await asyncio.to_thread(Agent(livechat).say, chat.id, self.own("answer"))
        await until_shown(page, self.own("answer"))
        self.saw(page)
        await page.close()
        again = await self.browser.open()
        await until_shown(again, self.own("answer"))
        assert again.customer == page.customer
        assert again.session != page.session
        assert again.knows(self.own("words"))
        self.saw(again)
        await again.close()


async def until_shown(page: Page, text: str) -> None:
    """Has the page poll until it shows that."""
    for _ in range(100):
        if page.knows(text):
            return
        await page.tick_once(60)
        await asyncio.sleep(POLLS_EVERY)
    pytest.fail(f"never shown: {text}")


def test_nobody_is_told_anything_of_anybody_else_nor_is_the_log(
    app: str, livechat: Sandbox, run: Run[Any], log: Path
) -> None:
    livechat.requests.clear()

    async def story() -> list[Visitor]:
        browsers = await asyncio.gather(*(asyncio.to_thread(Browser, app) for _ in range(VISITORS)))
        visitors = [Visitor(number, browser) for number, browser in enumerate(browsers)]
        places = asyncio.Semaphore(AT_ONCE)

        async def one(visitor: Visitor) -> None:
            async with places:
                await visitor.chats(livechat)

        await asyncio.gather(*map(one, visitors))
        return visitors

    visitors = run(story())
    everybodys = {
        secret: visitor.number
        for visitor in visitors
        for secret in visitor.secrets | visitor.sessions
    }
    told = defaultdict(set)
    for visitor in visitors:
        for message in visitor.told:
            told[message].add(visitor.number)
    for message, numbers in told.items():
        found = {int(number) for number in OF.findall(message)}
        found |= {everybodys.get(secret.decode()) for secret in LONG.findall(message)} - {None}
        assert not found or found == numbers
    logged = log.read_text("utf-8")
    assert OF.findall(logged.encode()) == []
    kept = [secret for visitor in visitors for secret in visitor.secrets]
    assert [secret for secret in kept if secret in logged] == []
    # Of those who came first Streamlit has told before any code of the page was there.
    _, _, after = logged.partition(" livechat: Live chat ")
    assert after
    sessions = [session for visitor in visitors for session in visitor.sessions]
    assert [session for session in sessions if session[:8] in after] == []
    tokens = set(livechat._state.tokens)
    assert tokens
    assert [token for token in tokens if token in logged] == []
    # Nor is a token anywhere in a request but in its header.
    assert [record for record in livechat.requests if tokens & texts(record.payload)] == []


def texts(found: object) -> set[str]:
    """All texts of something that was sent."""
    match found:
        case str():
            return {found}
        case dict():
            return set().union(*map(texts, found.values()))
        case list():
            return set().union(*map(texts, found))
    return set()
