"""Who sits down at a browser in which somebody was forgotten, with the page still open."""

from __future__ import annotations

from typing import Any

from livechat.page.browser.identity_cookie import NAME, decoded
from livechat.sandbox import Sandbox
from tests.strangers.conftest import Run
from tests.strangers.visitor import Browser

WORDS, FILE = "What the first one has said", "of-the-first-one.txt"
NEXT = "What the next one says"


def test_the_next_one_in_the_same_session_is_somebody_else(
    app: str, livechat: Sandbox, run: Run[Any]
) -> None:
    async def story() -> None:
        browser = Browser(app)
        page = await browser.open()
        await page.say(WORDS)
        await page.until_chatting()
        await page.attach("And this", FILE, b"content")
        await page.until(lambda: NAME in browser.cookies and page.customer is not None)
        first, of_first = page.customer, decoded(browser.cookies[NAME])
        assert of_first
        known = livechat._state.tokens
        granted = ((text, known.get(text)) for text in list(known))
        tokens = {text for text, token in granted if token and token.customer_id == first}
        assert tokens
        await page.choose("forget")
        await page.press("forget")
        page.told.clear()
        await page.press("begin-anew")
        await page.say(NEXT)
        await page.until_chatting()
        await page.until(lambda: page.customer not in (None, first))
        for secret in (WORDS, FILE, str(first), of_first.secret, *tokens):
            assert not page.knows(secret)
        assert not tokens & set(known)
        await page.close()

    run(story())
