"""Who knows the ID of a session of Streamlit's, and who only guesses it."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Any

import pytest

from livechat.page.browser import identity_cookie
from tests.strangers.conftest import Run
from tests.strangers.visitor import XSRF, Browser, Page

WORDS = "My number is 4711"
MINE, AGAIN = "And it is mine alone", "Are you still there?"


async def chatting(app: str, **cookies: str) -> tuple[Browser, Page]:
    browser = Browser(app, **cookies)
    page = await browser.open()
    await page.say(WORDS)
    await page.until_chatting()
    assert page.session
    return browser, page


async def shows_words(page: Page) -> None:
    """Waits: what comes first may be the end of a run for the line before."""
    await page.until(lambda: page.knows(WORDS))


@pytest.mark.parametrize("brings", ["nothing", "cookies of their own", "a chat of their own"])
def test_a_stranger_with_the_id_of_a_session_gets_another_and_cuts_nobody_off(
    app: str, run: Run[Any], brings: str
) -> None:
    async def story() -> None:
        _, page = await chatting(app)
        stranger = Browser(app)
        if brings == "nothing":
            stranger.cookies.clear()
        elif brings == "a chat of their own":
            stranger, own = await chatting(app)
            await own.close()
        await page.say(MINE)
        theirs = await stranger.open(page.session)
        await theirs.tick_once(60)
        assert theirs.session != page.session
        assert not theirs.knows(MINE)
        await page.say(AGAIN)  # over the line that it has had all the time
        await page.close()
        # Nor once it is gone, as long as Streamlit keeps the session for a line that comes back.
        later = await stranger.open(page.session)
        assert later.session != page.session
        assert not later.knows(AGAIN)
        await theirs.close()
        await later.close()

    run(story())


@pytest.mark.parametrize("still", ["connected", "gone"])
def test_the_visitors_own_browser_comes_back_into_its_session(
    app: str, run: Run[Any], still: str
) -> None:
    async def story() -> None:
        browser, page = await chatting(app)
        assert identity_cookie.NAME in browser.cookies
        for _ in range(2):
            if still == "gone":
                await page.close()
            before, page = page, await browser.open(page.session)
            assert page.session == before.session
            await shows_words(page)
        await page.close()

    run(story())


def test_who_has_not_written_yet_comes_back_by_streamlits_own_cookie(
    app: str, run: Run[Any]
) -> None:
    async def story() -> None:
        browser = Browser(app)
        first = await browser.open()
        await first.close()
        stranger = await Browser(app).open(first.session)
        assert stranger.session != first.session
        # The app masks it anew each time that it is asked how it is.
        again = await Browser(app, **Browser(app, **browser.cookies).cookies).open(first.session)
        assert again.session == first.session
        await again.close()
        await stranger.close()

    run(story())


def test_who_is_known_by_their_own_cookie_needs_it_to_come_back(app: str, run: Run[Any]) -> None:
    async def story() -> None:
        browser, page = await chatting(app)
        await page.close()
        page = await browser.open(page.session)
        await page.close()
        # What another host of the same domain could set in the visitor's browser.
        tossed = await Browser(app, **{XSRF: browser.cookies[XSRF]}).open(page.session)
        assert tossed.session != page.session
        assert not tossed.knows(WORDS)
        await tossed.close()

    run(story())


def test_where_no_cookie_is_handed_on_the_line_comes_back_all_the_same(
    app: str, run: Run[Any]
) -> None:
    async def story() -> None:
        behind_proxy = Browser(app)
        behind_proxy.cookies.clear()
        page = await behind_proxy.open()
        await page.say(WORDS)
        await page.until_chatting()
        await page.close()
        behind_proxy.cookies.clear()
        again = await behind_proxy.open(page.session)
        assert again.session == page.session
        await shows_words(again)
        await again.close()

    run(story())


# What a header can hold there.
GUESSES = ("0", "..", "%00", "None", "null", "x" * 4_000, "*", "'--", str(uuid.UUID(int=0)))


def test_who_guesses_gets_a_session_of_their_own(app: str, run: Run[Any]) -> None:
    async def story() -> None:
        browser = Browser(app)
        pages = await asyncio.gather(*(browser.open(guess) for guess in GUESSES))
        assert len({uuid.UUID(page.session) for page in pages}) == len(GUESSES)
        assert not {page.session for page in pages} & set(GUESSES)
        await asyncio.gather(*(page.close() for page in pages))

    run(story())


def test_no_session_is_named_in_the_log_at_any_level(app: str, run: Run[Any], log: Path) -> None:
    async def story() -> list[str]:
        browser, page = await chatting(app)
        again = await browser.open(page.session)  # of which Streamlit warns
        sessions = [str(page.session)]
        for come in (browser, Browser(app)):
            one = await come.open(str(uuid.uuid4()))
            sessions.append(str(one.session))
            await one.close()
        await again.close()
        await page.close()
        return sessions

    sessions = run(story())
    # Of who came first Streamlit has told before any code of the page was there.
    _, _, logged = log.read_text("utf-8").partition(" livechat: Live chat ")
    assert "is already connected" in logged
    assert " DEBUG streamlit" in logged
    assert [session for session in sessions if session[:8] in logged] == []
