"""A visitor on a bad day, who does all that the page has for them: the log tells nothing of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState

from livechat.page.browser.identity_cookie import NAME, decoded
from livechat.sandbox import Sandbox
from tests.strangers.conftest import Run
from tests.strangers.visitor import XSRF, Browser

# Each is nowhere else.
WORDS, MORE, LAST = "My order 4711-a is late", "It is for 12 Sesame Lane", "Never mind, then"
NAMED, FILE, CONTENT = "Adelheid von Prüm", "receipt-of-adelheid.txt", b"one umbrella, 12.50"
MAIL, TO = "adelheid@example.com", "pruem@example.org"
COMMENT, SOUGHT = "Kate was of much help", "sesame"


def test_nothing_of_a_visitor_is_in_the_log_at_any_level(
    app: str, livechat: Sandbox, run: Run[Any], log: Path
) -> None:
    async def story() -> list[str]:
        browser = Browser(app, **{f"{NAME}-x": "somebody-elses"})
        first = browser.cookies[XSRF]
        page = await browser.open(query="name=adelheid&order=4711-a")
        await page.say(WORDS)
        await page.until_chatting()
        await page.until(lambda: NAME in browser.cookies and page.customer is not None)
        customer = livechat.default.customers[str(page.customer)]
        assert customer.chat

        faults: tuple[dict[str, Any], ...] = (
            {"error": "validation"},
            {"status": 503, "body": f"<html>{WORDS}</html>", "content_type": "text/html"},
            {"error": "too_many_requests", "headers": {"Retry-After": "0"}},
            {"body": f'{{"error": "{MAIL}"}}', "content_type": "application/json"},
            {"body": b"\xff", "content_type": "application/json"},
            {"lose_answer": True},
            {"truncate": True},
            {"error": "authentication"},
        )
        for number, fault in enumerate(faults):
            livechat.faults.add("send_event", **fault)
            await page.say(f"{MORE}, {number}")
            await page.tick_once(60)
        livechat.faults.clear()
        await page.attach(MORE, FILE, CONTENT)
        await page.choose("details")
        await page.fill_in("details-submit", {"details-0": NAMED, "details-1": MAIL})
        await page.choose("search")
        await page.tell(WidgetState(id=page.widgets["search"], string_value=SOUGHT))
        address = await page.download()
        await page.fill_in("transcript-submit", {"transcript-0": TO})
        await page.choose("rate")
        (score,) = (key for key in page.widgets if key.endswith("-score"))
        await page.tell(WidgetState(id=page.widgets[score], string_value="1"))
        for _ in range(3):
            await page.tick_once(60)
        page = await browser.open(page.session)
        await page.say(LAST)
        await page.press("end")
        for _ in range(3):
            await page.tick_once(60)
        await page.choose("forget")
        await page.press("forget")
        await page.close()
        cookie = browser.cookies[NAME]
        identity = decoded(cookie)
        assert identity
        places = [part for place in page.places for part in place.upload_url.split("/")[-2:]]
        return [
            *(
                WORDS,
                MORE,
                LAST,
                NAMED,
                FILE,
                CONTENT.decode(),
                MAIL,
                TO,
                SOUGHT,
                "4711-a",
                "adelheid",
            ),
            *(cookie, identity.secret, identity.customer_id, first, address, "somebody-elses"),
            *(str(page.session), *places, *map(bytes.decode, page.visits)),
        ]

    told = run(story())
    logged = log.read_text("utf-8")
    # Of who came first Streamlit has told before any code of the page was there.
    _, _, after = logged.partition(" livechat: Live chat ")
    assert " DEBUG livechat: " in after
    assert [secret for secret in told if secret.casefold() in after.casefold()] == []
    assert [token for token in livechat._state.tokens if token in logged] == []
