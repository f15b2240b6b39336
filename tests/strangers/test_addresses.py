"""What strangers get at the app's addresses, and other sites by way of a visitor's browser."""

from __future__ import annotations

import asyncio
import http.client
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from livechat.page.browser.identity_cookie import NAME
from livechat.sandbox import Sandbox
from tests.strangers.conftest import Run
from tests.strangers.visitor import XSRF, Browser, Page

WORDS = "Only I and the company may read this"
FILE, CONTENT = "of-mine-alone.txt", b"What is in the file"
EVIL = "https://evil.example"


@dataclass
class Victim:
    """A visitor who has said something and sent a file, and whose page is open."""

    browser: Browser
    page: Page

    @property
    def secrets(self) -> list[str]:
        """What nobody else is to know."""
        place = self.page.places[0].upload_url
        return [WORDS, FILE, CONTENT.decode(), str(self.page.customer), *place.split("/")[-2:]]


async def chatting(app: str) -> Victim:
    browser = Browser(app)
    page = await browser.open()
    await page.say(WORDS)
    await page.until_chatting()
    await page.attach("Here it is", FILE, CONTENT)
    await page.until(lambda: NAME in browser.cookies)
    return Victim(browser, page)


def answer(app: str, path: str, method: str = "GET", **headers: str) -> tuple[int, Any, bytes]:
    """The status, headers and body for a path that is sent as it is."""
    connection = http.client.HTTPConnection(urlsplit(app).netloc, timeout=60)
    connection.putrequest(method, path)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    found = connection.getresponse()
    body = found.read()
    connection.close()
    return found.status, found.headers, body


@pytest.mark.parametrize(
    "origin",
    [EVIL, "null", "", "file://", "{app}@evil.example", "http://localhost.evil.example"],
)
def test_a_page_of_another_origin_gets_no_line(app: str, run: Run[Any], origin: str) -> None:
    async def story() -> None:
        browser = Browser(app)
        headers = {"Cookie": browser.header}
        named = origin.format(app=app)
        with pytest.raises(InvalidStatus) as refused:
            async with connect(
                f"ws{app.removeprefix('http')}/_stcore/stream",
                origin=named,  # type: ignore[arg-type]
                additional_headers=headers,
                subprotocols=["streamlit"],  # type: ignore[list-item]
            ):
                pass
        assert refused.value.response.status_code == 403

    run(story())


ADDRESSES = (
    "/",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/_stcore/stream",
    "/_stcore/script-health-check",
    "/component/streamlit_autorefresh.st_autorefresh/index.html",
    "/_stcore/bidi-components/livechat.who/who.js",
    "/app/static/logo.png",
    "/media/0.txt",
)


def test_no_address_tells_of_anybody_or_lets_another_site_read(app: str, run: Run[Any]) -> None:
    async def story() -> None:
        victim = await chatting(app)
        paths = (*ADDRESSES, victim.page.places[0].upload_url)
        for path in paths:
            _, headers, body = await asyncio.to_thread(answer, app, path, Origin=EVIL)
            assert headers["Access-Control-Allow-Origin"] is None, path
            assert [secret for secret in victim.secrets if secret.encode() in body] == [], path
        _, headers, _ = await asyncio.to_thread(
            answer,
            app,
            victim.page.places[0].upload_url,
            "OPTIONS",
            Origin=EVIL,
            Access_Control_Request_Method="PUT",
        )
        assert headers["Access-Control-Allow-Origin"] not in (EVIL, "*")
        await victim.page.close()

    run(story())


WAYS_OUT = [
    "/..%2f.env",
    "/../.env",
    "/.streamlit/secrets.toml",
    "/.streamlit/config.toml",
    "/streamlit_app.py",
    "/static/..%2f..%2fstreamlit_app.py",
    "/app/static/..%2f..%2f.streamlit%2fconfig.toml",
    "/media/..%2f..%2f.env",
    "/media//etc/passwd",
    "/component/streamlit_autorefresh.st_autorefresh/../../../../pyproject.toml",
    "/component/streamlit_autorefresh.st_autorefresh/%2e%2e/%2e%2e/__init__.py",
    "/component/streamlit_autorefresh.st_autorefresh//etc/passwd",
    "/component/streamlit_autorefresh.st_autorefresh/..%5c..%5c__init__.py",
    "/_stcore/bidi-components/livechat.who/../../../../etc/passwd",
    "/_stcore/bidi-components/livechat.who/%2fetc%2fpasswd",
    "/_stcore/bidi-components/../livechat/settings.py",
]


def test_no_address_leads_to_a_file_of_the_machine(app: str) -> None:
    for path in WAYS_OUT:
        status, _, body = answer(app, path)
        # Streamlit answers what it does not know with its own page.
        assert status in (400, 404) or b"<title>Streamlit</title>" in body, path
        for found in (b"root:", b"[logger]", b"import ", b"[tool."):
            assert found not in body, path


def test_files_are_put_by_who_knows_where_and_read_by_nobody(app: str, run: Run[Any]) -> None:
    async def story() -> None:
        victim, stranger = await chatting(app), Browser(app)
        address = f"{app}/_stcore/upload_file"
        at = victim.page.places[0].upload_url

        def put(place: str, *, is_own_page: bool = True) -> requests.Response:
            token = {"X-Xsrftoken": stranger.cookies[XSRF]} if is_own_page else {}
            file = {"file": ("put.txt", b"put by a stranger", "text/plain")}
            cookies = {XSRF: stranger.cookies[XSRF]}
            return requests.put(place, files=file, cookies=cookies, headers=token, timeout=60)

        guessed = await asyncio.to_thread(put, f"{address}/{uuid.uuid4()}/{uuid.uuid4()}")
        assert guessed.status_code == 400
        forged = await asyncio.to_thread(put, f"{app}{at}", is_own_page=False)
        assert forged.status_code == 403
        for method in ("GET", "HEAD", "POST"):
            status, _, body = await asyncio.to_thread(answer, app, at, method)
            assert status == 405 or CONTENT not in body
        # Whoever knows both numbers can lay something there. The page takes what its visitor names.
        session = victim.page.session
        assert (await asyncio.to_thread(put, f"{address}/{session}/{uuid.uuid4()}")).ok
        await victim.page.say("And that was all of it")
        assert not victim.page.knows("put.txt")
        await victim.page.close()

    run(story())


def test_a_transcript_is_where_nobody_guesses_it_and_for_a_moment(app: str, run: Run[Any]) -> None:
    async def story() -> None:
        victim = await chatting(app)
        await victim.page.tick_once(60)
        address = await victim.page.download()
        name = urlsplit(address).path.rpartition("/")[2].partition(".")[0]
        assert len(name) >= 32

        def read(url: str) -> requests.Response:
            return requests.get(url, timeout=60)

        assert WORDS in (await asyncio.to_thread(read, f"{app}{address}")).text
        guess = address.replace(name, name[::-1])
        assert (await asyncio.to_thread(read, f"{app}{guess}")).status_code == 404
        await victim.page.close()
        for _ in range(2):  # Streamlit clears up as others come and go
            await (await Browser(app).open()).close()
        assert (await asyncio.to_thread(read, f"{app}{address}")).status_code == 404

    run(story())


def test_the_pages_address_says_nothing_of_who_somebody_is(
    app: str, livechat: Sandbox, run: Run[Any]
) -> None:
    async def story() -> None:
        victim = await chatting(app)
        cookie = victim.browser.cookies[NAME]
        asked = {
            "session_id": victim.page.session,
            "session": victim.page.session,
            "customer_id": victim.page.customer,
            "chat_id": "any",
            "token": "any",
            "visit": "any",
            "livechat": cookie,
            "__Host-livechat": cookie,
            "cookie": f"livechat={cookie}",
            "livechat-as-livechat": cookie,
            "organization_id": "any",
            "name": "Eve",
            "email": "eve@evil.example",
            "language": "<script>",
            "embed": "true",
            "redirect_uri": EVIL,
            "api_url": EVIL,
            "": "x",
        }
        query = "&".join(f"{name}={quote(str(value))}" for name, value in asked.items())
        before = set(livechat.default.customers)
        page = await Browser(app).open(query=query)
        await page.tick_once(60)
        assert page.customer is None
        await page.say("I am somebody else")
        await page.until_chatting()
        await page.until(lambda: page.customer is not None)
        assert page.session != victim.page.session
        assert [secret for secret in victim.secrets if page.knows(secret)] == []
        (new,) = set(livechat.default.customers) - before
        assert new == page.customer
        customer = livechat.default.customers[new]
        assert (customer.name, customer.email) == (None, None)
        assert customer.session_fields == {}
        await page.close()
        await victim.page.close()

    run(story())
