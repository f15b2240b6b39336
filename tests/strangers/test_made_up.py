"""What a page's scripts tell, made up: it reaches nobody but who sends it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState

from livechat.page.browser.identity_cookie import NAME
from livechat.sandbox import Sandbox
from tests.strangers.conftest import Run
from tests.strangers.visitor import Browser, Page

WORDS, OWN = "What was said before Eve came", "What Eve says"
MADE_UP = "Said by Eve in another name"


def told(page: Page, key: str, **state: object) -> WidgetState:
    """What a component's script tells, as it has it."""
    return WidgetState(id=page.widgets[key], json_value=json.dumps(state))


def made_up(page: Page, victim: Page, cookie: str) -> list[list[WidgetState]]:
    """What is told at once, each with what can be known of somebody else."""
    visits = [value.decode() for value in victim.visits]
    customer, message = victim.customer, {"id": "0" * 32, "text": MADE_UP, "files": []}
    lies = []
    for visit in visits:
        answers = [{"visit": visit, "number": n, "keeps": "cookie"} for n in (0, 1, 2)]
        lies += [[told(page, "who", answer={**one, "cookie": cookie})] for one in answers]
        lies += [[told(page, "who", answer={**one, "waits": True})] for one in answers]
        lies.append([told(page, "line", forgotten=visit, on_screen=False, at_end=False)])
        said = {"messages": [{**message, "visit": visit, "customer": customer}]}
        lies.append([told(page, "taken", submitted=said, half_filled=[visit], chosen={visit: "x"})])
    news = {"open": True, "customer": customer, "connection": "x", "looks": 9, "reads": 9}
    turned = {"url": "wss://evil.example", "reason": "x", "region": "evil.example"}
    lies.append([told(page, "push", told={**news, "refused": "x", "events": ["x"]})])
    lies.append([told(page, "push", told={**news, "turned": turned, "threads": {"x": "y"}})])
    greeting = {"id": 1, "unique_id": "x", "event": {"type": "message", "text": MADE_UP}}
    lies.append([told(page, "push", told={**news, "greeting": greeting})])
    lies += [
        [told(page, key, **{key: visits})] for key in ("keeper", "alerts") if key in page.widgets
    ]
    odd = (None, 0, [], "x", {"a": [[]]}, 10**400)
    lies += [
        [told(page, key, answer=x, told=x, submitted=x)] for key in ("push", "taken") for x in odd
    ]
    return lies


def test_what_is_told_in_the_name_of_another_reaches_only_ones_own_page(
    app: str, livechat: Sandbox, run: Run[Any]
) -> None:
    async def story() -> None:
        browser = Browser(app)
        victim = await browser.open()
        asked = dict(victim.widgets)  # who is not known yet is asked
        await victim.say(WORDS)
        await victim.until_chatting()
        await victim.until(lambda: NAME in browser.cookies and victim.customer is not None)
        customer, cookie = victim.customer, browser.cookies[NAME]
        guessed = f"{cookie[:-4]}AAAA"  # what is known of it but the secret

        eve = await Browser(app).open()
        eve.widgets = {**asked, **eve.widgets}
        await eve.say(OWN)
        await eve.until_chatting()
        for lie in made_up(eve, victim, guessed):
            await eve.tell(*lie)
        await eve.tick_once(60)
        await eve.say(f"{OWN} at last")

        assert not eve.knows(WORDS)
        assert not eve.knows(cookie)
        assert eve.customer != customer
        await victim.tick_once(60)
        await victim.say(f"{WORDS}, and after")
        assert not victim.knows(OWN)
        assert not victim.knows(MADE_UP)
        chat = livechat.default.customers[str(customer)].chat
        assert chat
        said = [event.content.get("text") for thread in chat.threads for event in thread.events]
        assert [text for text in said if text and not text.startswith(WORDS)] == []
        await asyncio.gather(eve.close(), victim.close())

    run(story())
