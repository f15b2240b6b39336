"""Every structure filled with what an attacker would write: drawn harmlessly, and the page goes on.

Nothing stands in front of the app, so that no policy of a proxy's helps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox
from livechat.sandbox.world.model import Event
from tests.browser.apps import Apps
from tests.browser.chat import newest_chat
from tests.browser.visitors import Chat, Visitor, as_it_is
from tests.conftest import live, until
from tests.field import frames, internet
from tests.field.calls import Calls
from tests.field.internet import Internet
from tests.field.nginx import Certificate

IN_FRAMES = {"STREAMLIT_SERVER_XSRF_COOKIE_SAME_SITE": "none"}

HIT = "window.__hit=1"
EVIL = "https://evil.example"
TEXTS = [
    f"<script>{HIT}</script>",
    f"<img src=x onerror={HIT}><img src={EVIL}/img>",
    f"<style>body{{display:none}}@import url({EVIL}/a);</style><link rel=stylesheet href={EVIL}>",
    f"</textarea></title></style></div></div></div><svg onload={HIT}><iframe src={EVIL}/frame>",
    f"\"'><b onmouseover='{HIT}' style=position:fixed;inset:0;background:url({EVIL}/css)>x</b>",
    f"{{{{{HIT}}}}} ${{{HIT}}} #{{{HIT}}} <%= {HIT} %> %s %n {{0}} {{agent}}",
    ":red[red] :material/home: :streamlit: :smile: $$\\href{javascript:x}{y}$$ -> :red-badge[b]",
    f"![i]({EVIL}/markdown) [a](javascript:{HIT}) <{EVIL}/auto> [r]\n\n[r]: javascript:{HIT}",
    f"![i][r] <img src={EVIL}/html>\n\n[r]: {EVIL}/reference",
    f"{EVIL}/text https://livechat.com@evil.example/a http://10.0.0.1/a javascript:{HIT}",
    "\u202egnp.exe\u202c \u2066\u2067 \x00\x07\x1b[31m\x7f\x85 \u2028\u2029 \ufeff",
    "Z" + "\u0301" * 500 + " " + "W" * 500,
    "\n" * 500 + "end",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 200,
]

# What may be pressed leads there; by itself the page asks for none of it.
ADDRESSES = [
    *("javascript:alert(1)", " JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "\x01javascript:x"),
    *("data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd", "blob:x"),
    *("https://livechat.com@evil.example/a", "https:\\\\evil.example/a", "//evil.example/a", "/a"),
    *("https:evil.example", "https:///evil.example/a", "http://evil.example/a", "ftp://a.example"),
    *("https://127.0.0.1/a", "https://[::1]/a", "https://10.0.0.1/a", "https://169.254.169.254/a"),
    *("https://localhost/a", "https://router/a", "https://nas.local/a", "https://2130706433/a"),
    *(
        "https://0x7f.1/a",
        "https://１２７.0.0.1/a",
        "https://127。0。0。1/a",
        "../../../etc/passwd",
    ),
    *("view-source:https://evil.example", "about:blank", "chrome://version", "ws://evil.example"),
    '" onerror="window.__hit=1',
    "https://a.example/" + "a" * 20_000,
]
CDN = "https://cdn.pictures.example"


def event(kind: str, **content: object) -> dict[str, Any]:
    return {"type": kind, **content}


def formatted(text: str) -> dict[str, Any]:
    return event("message", text=text, properties={"chats": {"formatting": "commonmark"}})


def rich(template: str, *elements: dict[str, Any]) -> dict[str, Any]:
    return event("rich_message", template_id=template, elements=list(elements))


def button(text: str, kind: str | None, value: str, id: object) -> dict[str, Any]:
    return {"text": text, "type": kind, "value": value, "postback_id": str(id), "user_ids": []}


def hostile() -> Iterator[dict[str, Any]]:
    """Events of every kind, with each of the texts and of the addresses wherever one can be."""
    yield from (event("message", text=text) for text in TEXTS)
    yield from map(formatted, TEXTS)
    everything = "\n".join(TEXTS)
    lines = [text[:400] for text in TEXTS]
    for text in (*lines, everything):
        yield event("system_message", text=text, system_message_type=text, text_vars={text: text})
    given = {"agent": lines[0], "targets": lines[1], "customer": lines[2]}
    for kind in ("manual_archived_agent", "chat_transferred", "customer_added"):
        yield event("system_message", text="", system_message_type=kind, text_vars=given)
    details = {"title": lines[1], "description": everything, "image_url": f"{EVIL}/preview"}
    file = {"name": lines[3], "alternative_text": lines[0]}
    for number, address in enumerate(ADDRESSES):
        properties = {"url_details": {**details, "url": address}}
        kind = ("image/png", "video/mp4", "application/pdf")[number % 3]
        yield event("message", text="A link", properties=properties)
        yield event("file", url=address, thumbnail_url=address, content_type=kind, **file)
    for first in range(0, len(ADDRESSES), 9):
        some = ADDRESSES[first : first + 9]
        yield rich(
            "cards",
            *(
                {
                    "title": lines[number],
                    "subtitle": lines[-number],
                    "image": {"url": address, "alternative_text": lines[number]},
                    "buttons": [
                        button(lines[number], kind, address, f"{address}-{kind}")
                        for kind in ("url", "webview", "phone", "copy", "message", lines[0])
                    ],
                }
                for number, address in enumerate(some)
            ),
        )
        yield from (rich("sticker", {"image": {"url": address}}) for address in some[:2])
        options = [
            {
                "option_id": address,
                "label": lines[number],
                "price": lines[number],
                "currency": lines[0],
                "color": f"red;background:url({EVIL}/color)",
                "image_url": address,
            }
            for number, address in enumerate(some)
        ]
        addons = [{"addon_type": lines[0], "range_from": lines[1], "currency": lines[2]}]
        for view in ("images", "swatch", "select"):
            product = {"product_id": lines[0], "view_type": view, "label": lines[1]}
            product |= {"options": options, "addons": addons}
            yield rich("ecommerce", {"title": lines[2], "ecommerce": product})
    replies = [button(text, "message", text, text) for text in lines[:13]]
    yield rich("quick_replies", {"title": everything, "buttons": replies})
    options = [{"id": str(number), "label": text} for number, text in enumerate(lines)]
    kinds = ("header", "name", "email", "question", "textarea", "radio", "select", "checkbox")
    fields = [
        {"type": kind, "id": kind, "label": text, "options": options}
        for kind, text in zip((*kinds, "rating"), lines, strict=False)
    ]
    yield event("filled_form", form_id="f", fields=[{**f, "answer": everything} for f in fields])
    yield event("form", form_id=lines[0], fields=fields)


def harmless() -> Iterator[dict[str, Any]]:
    """What LiveChat's structures name as pictures and films, at places that may be asked."""
    yield event("file", url=f"{CDN}/file.png", name="a.png", content_type="image/png")
    yield event("file", url=f"{CDN}/film.mp4", name="a.mp4", content_type="video/mp4")
    yield rich("cards", {"title": "A card", "image": {"url": f"{CDN}/card.png"}})
    yield rich("sticker", {"image": {"url": f"{CDN}/sticker.png"}})
    options = [{"option_id": "1", "label": "One", "image_url": f"{CDN}/product.png"}]
    product = {"product_id": "p", "view_type": "images", "options": options}
    yield rich("ecommerce", {"title": "A product", "ecommerce": product})


LOADED = {f"{CDN}/{name}" for name in ("card.png", "face.png", "file.png", "film.mp4")}
LOADED |= {f"{CDN}/{name}" for name in ("product.png", "sticker.png")}


def put(sandbox: Sandbox, *events: dict[str, Any]) -> None:
    """LiveChat has these events in the chat, from its agent, in whatever way they got there."""

    def change() -> None:
        organization = sandbox.default
        (chat,) = organization.chats.values()
        thread = chat.threads[-1]
        (agent,) = (id for id in thread.user_ids if id in organization.agents)
        for number, content in enumerate(events):
            at = thread.events[-1].created_at + timedelta(milliseconds=1)
            id = f"hostile-{len(thread.events)}-{number}"
            kind = content["type"]
            thread.events.append(Event(id, kind, at, agent, "all", content))

    sandbox._in_loop(change)


class Watched:
    """A browser's tab, and all that an attack would have it do."""

    def __init__(self, context: BrowserContext) -> None:
        self.asked: list[str] = []
        self.said: list[str] = []
        self.opened: list[Page] = []
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("console", lambda said: self.hear(said.type, said.text))
        context.on("dialog", lambda dialog: (self.said.append(dialog.message), dialog.dismiss()))
        context.on("weberror", lambda error: self.said.append(str(error.error)))
        context.on("page", lambda page: self.opened.append(page))

    def hear(self, kind: str, text: str) -> None:
        """The network may be at fault; whom a page has asked is seen anyway."""
        if kind == "error" and not re.search("WebSocket|Failed to load resource", text):
            self.said.append(text)

    def hosts(self) -> set[str]:
        """The hosts that were asked for something."""
        return {urlsplit(url).netloc for url in self.asked if url.startswith(("http", "ws"))}


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Calls:
    return Calls(tmp_path_factory.mktemp("calls"))


@pytest.fixture(scope="module")
def app(run_app: Apps, livechat: Sandbox, calls: Calls) -> str:
    return run_app.directly(**live(livechat), **IN_FRAMES, **calls.settings)


@pytest.fixture
def online(certificate: Certificate) -> Iterator[Internet]:
    with internet.serving(certificate) as serving:
        yield serving


@pytest.fixture
def surfer(browser: Browser, certificate: Certificate, online: Internet) -> Iterator[Browser]:
    with internet.browsing(browser, certificate, online) as chromium:
        yield chromium


def disguised(sandbox: Sandbox, **about: str) -> None:
    """The agents are called so."""

    def change() -> None:
        for agent in sandbox.default.agents.values():
            for name, value in about.items():
                setattr(agent, name, value)

    sandbox._in_loop(change)


def hears(chat: Chat, agent: AgentClient, sandbox: Sandbox, text: str) -> None:
    agent.say(text, customer_id="", chat_id=newest_chat(sandbox), active=True)
    expect(chat.messages.get_by_text(text, exact=True)).to_be_visible()


# What is in the page that no text may bring there.
FOUND = """() => {
    const places = ".st-key-transcript *, .st-key-header *, .st-key-foot *";
    const all = [...document.querySelectorAll(places)];
    const links = all.filter((node) => node.matches("a[href]"));
    return {
        hit: window.__hit,
        tags: all.filter((n) => n.matches("script, iframe, style, link, object, embed, base, meta"))
            .map((n) => n.tagName),
        handlers: all.flatMap((n) => n.getAttributeNames().filter((name) => name.startsWith("on"))),
        schemes: [...new Set(links.map((link) => link.protocol))].sort(),
        named: links.filter((link) => link.username || link.password).map((link) => link.href),
        told: links.filter((link) => link.target !== "_blank" || !/noreferrer/.test(link.rel))
            .map((link) => link.href),
        styles: all.map((n) => n.getAttribute("style") ?? "")
            .filter((style) => /url\\(|fixed|expression|import/.test(style)),
        loads: all.map((n) => n.getAttribute("src")).filter(Boolean),
        wide: document.scrollingElement.scrollWidth - innerWidth,
        title: document.title,
    };
}"""


def test_nothing_that_is_written_does_anything(
    surfer: Browser,
    app: str,
    livechat: Sandbox,
    agent: AgentClient,
    calls: Calls,
) -> None:
    livechat.reset()
    disguised(livechat, name=TEXTS[0], job_title=TEXTS[1], avatar="https://127.0.0.1/face.png")
    with surfer.new_context(viewport={"width": 390, "height": 844}) as context:
        watched = Watched(context)
        chat = Visitor(context, app).opens()
        chat.says("Hello")
        hears(chat, agent, livechat, "Good day")
        events = list(hostile())
        for first in range(0, len(events), 40):
            put(livechat, *events[first : first + 40])
            hears(chat, agent, livechat, f"And {first} more")
        for _ in range(10):
            chat.tab.mouse.wheel(0, -100_000)
            chat.tab.wait_for_timeout(50)
        found = chat.tab.evaluate(FOUND)
        assert found["hit"] is None
        assert (found["tags"], found["handlers"], found["styles"]) == ([], [], [])
        assert set(found["schemes"]) <= {"http:", "https:", "mailto:", "tel:"}
        assert (found["named"], found["told"]) == ([], [])
        assert all(address.startswith("data:image/") for address in found["loads"]), found["loads"]
        assert found["wide"] <= 0
        assert chat.tab.url.startswith(app)
        chat.says("Still here")
        assert watched.said == []
        assert watched.opened == [chat.tab]
        ours = {urlsplit(app).netloc, urlsplit(livechat.url).netloc}
        assert watched.hosts() <= ours
    # And the app has asked nobody but LiveChat.
    assert calls.made == {urlsplit(livechat.url).netloc}


@pytest.mark.parametrize("is_framed", [False, True])
def test_pictures_are_loaded_and_nobody_is_told_where_they_are_seen(
    surfer: Browser,
    app: str,
    livechat: Sandbox,
    agent: AgentClient,
    online: Internet,
    tmp_path: Path,
    is_framed: bool,
) -> None:
    livechat.reset()
    disguised(livechat, avatar=f"{CDN}/face.png")
    with ExitStack() as held:
        context = held.enter_context(surfer.new_context(ignore_https_errors=True))
        url, app_in = app, as_it_is
        if is_framed:
            url, app_in = held.enter_context(frames.shop(app, tmp_path)), frames.chat_in
        visitor = Visitor(context, url, app_in)
        chat = visitor.opens()
        chat.says("Hello")
        hears(chat, agent, livechat, "Good day")
        put(livechat, *harmless())
        hears(chat, agent, livechat, "Look")
        until(chat.tab, lambda: {asked.url for asked in online.asked} >= LOADED)
        # In front of the one that is framed is what says so from the first byte on.
        if is_framed:
            chat.tab.reload()
            expect(chat.messages.get_by_text("Look", exact=True)).to_be_visible()
        assert {asked.url for asked in online.asked} == LOADED
        assert {(asked.referrer, asked.origin) for asked in online.asked} == {(None, None)}
