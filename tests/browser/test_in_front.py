"""What stands in front of the page: the README's nginx, and others, stricter or stranger."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from playwright.sync_api import Browser, FrameLocator, Page, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox
from tests.browser.apps import ELSEWHERE, Apps, free_port
from tests.browser.chat import MESSAGES, Chat, attach, newest_chat, png
from tests.conftest import live, until
from tests.field import browsers, nginx
from tests.field.cloud import app_in, cloud

PROXY = """
server {{
    listen 127.0.0.1:{port};
    {headers}
    location {path} {{
        proxy_pass {app}/;
        proxy_http_version 1.1;
        proxy_set_header Host {host};
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $http_connection;
    }}
}}
"""


@contextmanager
def proxy(
    app: str, folder: Path, *, headers: str = "", host: str = "$http_host", path: str = "/"
) -> Iterator[str]:
    """One more nginx before an app; where it has the app is yielded."""
    port = free_port()
    block = PROXY.format(app=app, port=port, headers=headers, host=host, path=path)
    with nginx.serving(block, port, folder):
        yield f"http://localhost:{port}{path}"


def pages(sandbox: Sandbox) -> list[str]:
    """Where agents see the visitor to be, as browsers have told it."""
    return [r.payload["customer_page"]["url"] for r in sandbox.requests if r.action == "login"]


def test_scripts_are_compressed_and_counters_are_nobodys_business(
    live_app: str, certificate: nginx.Certificate
) -> None:
    def get(path: str) -> requests.Response:
        return requests.get(f"{live_app}{path}", timeout=60, verify=str(certificate.path))

    page = get("/")
    assert page.headers["Content-Encoding"] == "gzip"
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    for header in ("Permissions-Policy", "Referrer-Policy", "X-Content-Type-Options"):
        assert page.headers[header]
    assert get("/_stcore/health").text == "ok"
    metrics = get("/_stcore/metrics")
    assert (metrics.status_code, "Content-Security-Policy" in metrics.headers) == (404, True)


def test_no_program_is_let_in_unless_an_operator_wants_that(
    live_app: str, livechat: Sandbox, certificate: nginx.Certificate
) -> None:
    asked = {"timeout": 60, "verify": str(certificate.path)}
    livechat.reset()
    refused = requests.post(f"{live_app}/_stcore/agent/interact", json={}, **asked)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_available")
    assert requests.post(f"{live_app}/_stcore/agent/mcp", json={}, **asked).status_code == 400
    said = requests.get(f"{live_app}/_stcore/agent/openapi.json", **asked).json()
    assert said["info"]["x-streamlit-agent-api"] == "disabled"
    assert not livechat.requests


def test_no_other_site_gets_a_line_nor_does_a_frame_that_is_nobodys(
    live_app: str, certificate: nginx.Certificate
) -> None:
    trusts = ssl.create_default_context(cafile=certificate.path)

    def status(origin: str) -> int:
        address = f"wss{live_app.removeprefix('https')}/_stcore/stream"
        protocols = [Subprotocol("streamlit")]
        try:
            with connect(
                address, origin=Origin(origin), ssl=trusts, subprotocols=protocols
            ) as line:
                assert line.response
                return line.response.status_code
        except InvalidStatus as refused:
            return refused.response.status_code

    assert status(live_app) == 101
    # `null` is what a frame with a `sandbox` says of itself.
    assert [status(origin) for origin in ("https://evil.example", "null", "file://")] == 3 * [403]


def test_where_a_policy_forbids_workers_and_connections_the_page_polls(
    browser: Browser,
    live_app: str,
    livechat: Sandbox,
    agent: AgentClient,
    tmp_path: Path,
    forbidden: list[str],
) -> None:
    livechat.reset()
    strict = (
        """add_header Content-Security-Policy "worker-src 'none'; connect-src 'self'" always;"""
    )
    with proxy(live_app, tmp_path, headers=strict) as url, browser.new_context() as context:
        chat = Chat(context, url)
        chat.ready()
        attach(chat, ("photo.png", "image/png", png(80, 60)))
        chat.say("Hello")
        expect(chat.messages).to_have_count(2)
        expect(chat.messages.get_by_role("img", name="photo.png")).to_be_visible()
        expect(chat.button("End chat")).to_be_enabled()
        agent.say("Good day", customer_id="", chat_id=newest_chat(livechat), active=True)
        expect(chat.message("Good day")).to_be_visible()
        chat.page.wait_for_timeout(3_000)  # in which it would have tried again
    assert [("worker" in text, "/rtm/" in text) for text in sorted(forbidden)] == [
        (False, True),
        (True, False),
    ]
    forbidden.clear()
    assert pages(livechat) == []


def says(app: Page | FrameLocator, text: str) -> None:
    box = app.get_by_test_id("stChatInput").locator("textarea")
    box.fill(text)
    box.press("Enter")
    expect(app.locator(MESSAGES).filter(has_text=text)).to_contain_text("Delivered")


def test_in_the_clouds_frame_agents_see_the_address_that_the_visitor_sees(
    browser: Browser, live_app: str, livechat: Sandbox, tmp_path: Path
) -> None:
    livechat.reset()
    with cloud(live_app, tmp_path) as url, browser.new_context() as context:
        tab = context.new_page()
        tab.goto(url)
        says(app_in(tab), "Hello")
        until(tab, lambda: bool(pages(livechat)))
        assert pages(livechat) == [f"{url}/"]


def test_in_a_folder_of_a_site_that_has_the_app_by_another_name(
    browser: Browser, run_app: Apps, livechat: Sandbox, tmp_path: Path
) -> None:
    livechat.reset()
    others = "http://one.example http://two.example"
    named = {"BROWSER_SERVER_ADDRESS": ELSEWHERE, "SERVER_CORS_ALLOWED_ORIGINS": others}
    app = run_app(**live(livechat), **{f"STREAMLIT_{name}": named[name] for name in named})
    with (
        proxy(app, tmp_path, host="chat.internal", path="/chat/") as url,
        browsers.elsewhere(browser) as chromium,
        chromium.new_context() as context,
    ):
        tab = context.new_page()
        tab.goto(browsers.as_elsewhere(url))
        says(tab, "Hello")
        until(tab, lambda: bool(pages(livechat)))
        assert pages(livechat) == [browsers.as_elsewhere(url)]
    hosts = (ELSEWHERE, "one.example", "two.example", "another.example")
    assert [upgraded(app, f"http://{host}") for host in hosts] == [101, 101, 101, 403]


def upgraded(url: str, origin: str) -> int:
    """The answer to a WebSocket of a page at that origin."""
    asks = {"Connection": "Upgrade", "Upgrade": "websocket", "Origin": origin}
    asks |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    with requests.get(f"{url}/_stcore/stream", headers=asks, timeout=60, stream=True) as answer:
        return answer.status_code
