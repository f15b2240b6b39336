"""The helpers that stand for the field do what they say."""

from __future__ import annotations

import http.server
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Error, FrameLocator, Page, expect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import ServerConnection, serve

from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.conftest import ROOT, end_tabs, live, until
from tests.field import browsers
from tests.field.clocks import AppClock, BrowserClock
from tests.field.cloud import app_in, cloud
from tests.field.laptop import asleep
from tests.field.line import Line

WITHIN = 60  # seconds, for what is to come
LARGE = "x" * 300_000


class Echo:
    """A WebSocket that says back what it hears, and what it has heard."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.server = serve(self._serve, "127.0.0.1", 0)
        self.url = f"ws://localhost:{self.server.socket.getsockname()[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _serve(self, connection: ServerConnection) -> None:
        for message in connection:
            self.heard.append(str(message))
            connection.send(message)


@pytest.fixture
def echo() -> Iterator[Echo]:
    echo = Echo()
    yield echo
    echo.server.shutdown()


@pytest.fixture
def line(echo: Echo) -> Iterator[Line]:
    with Line(echo.url) as line:
        yield line


@pytest.fixture
def caller(line: Line) -> Iterator[ClientConnection]:
    with connect(line.url, proxy=None) as caller:
        caller.send("first")
        assert caller.recv(WITHIN) == "first"
        yield caller
        line.heal()  # lets it say goodbye


def test_what_a_line_holds_arrives_once_it_is_healed(
    line: Line, caller: ClientConnection, echo: Echo
) -> None:
    line.hold(to_browser=False)
    caller.send("held")
    caller.send(LARGE)
    with pytest.raises(TimeoutError):
        caller.recv(0.3)
    assert echo.heard == ["first"]
    line.heal()
    assert [caller.recv(WITHIN), caller.recv(WITHIN)] == ["held", LARGE]


def test_what_a_deaf_line_loses_stays_lost_and_the_websocket_lives_on(
    line: Line, caller: ClientConnection, echo: Echo
) -> None:
    line.deafen()
    caller.send("lost")
    caller.send(LARGE)
    with pytest.raises(TimeoutError):
        caller.recv(0.3)
    line.heal()
    caller.send("heard")
    assert caller.recv(WITHIN) == "heard"
    assert echo.heard == ["first", "heard"]


def test_a_line_is_deaf_in_one_direction(line: Line, caller: ClientConnection, echo: Echo) -> None:
    line.deafen(to_app=False)
    caller.send("unanswered")
    while "unanswered" not in echo.heard:
        time.sleep(0.02)
    with pytest.raises(TimeoutError):
        caller.recv(0.3)
    line.heal()
    caller.send("answered")
    assert caller.recv(WITHIN) == "answered"


def test_a_deaf_line_cuts_what_cannot_go_on(line: Line) -> None:
    host, port = line.url.removeprefix("ws://").split(":")
    with socket.create_connection((host, int(port)), timeout=WITHIN) as call:
        line.deafen()
        call.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        call.settimeout(0.3)
        with pytest.raises(TimeoutError):
            call.recv(1)
        line.heal()
        call.settimeout(WITHIN)
        assert ended(call)


def ended(call: socket.socket) -> bool:
    try:
        return call.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_line_is_closed_refuses_and_is_open_again(line: Line, caller: ClientConnection) -> None:
    line.refuse()
    caller.send("still there")
    assert caller.recv(WITHIN) == "still there"
    line.close()
    with pytest.raises(ConnectionClosed):
        caller.recv(WITHIN)
    with pytest.raises((OSError, WebSocketException)), connect(line.url, proxy=None):
        pass
    line.open()
    with connect(line.url, proxy=None) as again:
        again.send("back")
        assert again.recv(WITHIN) == "back"


def test_what_is_delayed_arrives_later(line: Line, caller: ClientConnection) -> None:
    line.delay(1, to_browser=False)
    caller.send("late")
    with pytest.raises(TimeoutError):
        caller.recv(0.3)
    assert caller.recv(WITHIN) == "late"


def test_a_line_to_nobody_is_cut() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        target = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with Line(target) as line:
            port = int(line.url.rsplit(":", 1)[1])
            with socket.create_connection(("127.0.0.1", port), timeout=WITHIN) as call:
                assert ended(call)


@pytest.fixture(scope="module")
def app_clock(tmp_path_factory: pytest.TempPathFactory) -> AppClock:
    return AppClock(tmp_path_factory.mktemp("clock"))


@pytest.fixture(scope="module")
def app(run_app: Apps, shared_sandbox: Sandbox, app_clock: AppClock) -> str:
    return run_app(**live(shared_sandbox), **app_clock.settings)


@pytest.fixture
def context(browser: Browser, sandbox: Sandbox) -> Iterator[BrowserContext]:
    with browser.new_context(ignore_https_errors=True) as context:
        yield context


def say(app: Page | FrameLocator, text: str) -> None:
    box = app.get_by_test_id("stChatInput").locator("textarea")
    box.fill(text)
    box.press("Enter")
    expect(app.get_by_test_id("stChatMessage").filter(has_text=text)).to_contain_text("Delivered")


@pytest.mark.parametrize("tls", [False, True])
def test_the_page_can_be_used_in_the_clouds_frame(
    context: BrowserContext, app: str, sandbox: Sandbox, tmp_path: Path, tls: bool
) -> None:
    with cloud(app, tmp_path, tls=tls) as url:
        tab = context.new_page()
        tab.goto(url)
        say(app_in(tab), "Hello from a frame")
        assert "Hello from a frame" in str([r.payload for r in sandbox.requests])
        # The browser has the cookie, whether or not the app ever sees it.
        assert ("__Host-livechat" if tls else "livechat") in [c["name"] for c in context.cookies()]
        expect(tab).to_have_title(app_in(tab).locator("title").text_content() or "")
        assert tab.evaluate("frames[0].isSecureContext")


def test_the_clouds_controls_lie_over_the_frames_corner(
    context: BrowserContext, app: str, tmp_path: Path
) -> None:
    with cloud(app, tmp_path) as url:
        tab = context.new_page()
        tab.set_viewport_size({"width": 390, "height": 844})
        tab.goto(url)
        over = "([x, y]) => document.elementFromPoint(x, y).id"
        assert tab.evaluate(over, [390 - 137 + 1, 844 - 1]) == "profile"
        assert tab.evaluate(over, [389, 844 - 46 + 1]) == "badge"
        assert tab.evaluate(over, [390 - 137 - 1, 843]) == ""
        assert tab.evaluate(over, [389, 844 - 46 - 1]) == ""


class Asked(http.server.BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.wfile.write(json.dumps({"path": self.path, **headers}).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def asked() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Asked) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(("framed", "path"), [(True, "/~/+/some?a=b"), (False, "/some?a=b")])
def test_the_cloud_hands_on_streamlits_own_cookies_alone(
    asked: str, tmp_path: Path, framed: bool, path: str
) -> None:
    sent = "livechat=1.secret; _streamlit_xsrf=2|a=b; other_streamlit_user=no; _streamlit_user=u"
    with cloud(asked, tmp_path, framed=framed) as url:
        got = requests.get(f"{url}{path}", headers={"Cookie": sent}, timeout=WITHIN).json()
        none = requests.get(f"{url}{path}", headers={"Cookie": "a=b"}, timeout=WITHIN).json()
    assert got["path"] == "/some?a=b"
    assert got["cookie"].rstrip("; ").split("; ") == ["_streamlit_user=u", "_streamlit_xsrf=2|a=b"]
    assert got["host"] == url.removeprefix("http://")
    assert "cookie" not in none


def test_a_sandbox_can_be_narrower(context: BrowserContext, asked: str, tmp_path: Path) -> None:
    with cloud(asked, tmp_path, sandbox="allow-same-origin") as url:
        tab = context.new_page()
        tab.goto(f"{url}/?embed=true")
        frame = tab.frames[1]
        assert frame.url == f"{url}/~/+/?embed=true"
        expect(tab.locator("iframe")).to_have_attribute("sandbox", "allow-same-origin")


DATES = "() => [Date.now(), +new Date(), Date.parse(Date()), +new Date(5), performance.now()]"


def test_a_browsers_clock_is_moved_in_open_pages_and_in_those_to_come(
    context: BrowserContext, asked: str, tmp_path: Path
) -> None:
    day = 86_400_000
    clock = BrowserClock(context)
    with cloud(asked, tmp_path) as url:
        tab = context.new_page()
        tab.goto(url)
        for ahead in (2, -1):
            before = [frame.evaluate(DATES) for frame in tab.frames]
            clock.advance(ahead * 86_400)
            after = [frame.evaluate(DATES) for frame in tab.frames]
            tab.reload()
            reloaded = [frame.evaluate(DATES) for frame in tab.frames]
            assert len(before) == 2
            for was, now, anew in zip(before, after, reloaded, strict=True):
                for moved in (0, 1, 2):
                    assert round((now[moved] - was[moved]) / day) == ahead
                    assert round((anew[moved] - was[moved]) / day) == ahead
                assert now[3] == 5
                assert now[4] - was[4] < day / 2
        assert tab.evaluate("new Date() instanceof Date && Date.UTC(1970, 0) === 0")


def test_an_apps_clock_is_moved_while_it_runs(tmp_path: Path) -> None:
    clock = AppClock(tmp_path)
    told = (
        "import time\nfrom livechat.api import server_clock\n"
        "while input() != 'end':\n"
        "    now = server_clock.ServerClock(lambda: 0).at(0)\n"
        "    assert isinstance(now, server_clock.datetime)\n"
        "    print(now.timestamp(), time.time(), time.monotonic(), flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", told],
        cwd=ROOT,
        env={**os.environ, **clock.settings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def look() -> list[float]:
        assert process.stdin
        assert process.stdout
        process.stdin.write("look\n")
        process.stdin.flush()
        return [float(word) for word in process.stdout.readline().split()]

    def days_since(before: list[float]) -> list[int]:
        return [round((now - was) / 86_400) for now, was in zip(look(), before, strict=True)]

    start = look()
    clock.advance(2 * 86_400)
    assert days_since(start) == [2, 2, 2]
    clock.set_ahead(-86_400)
    assert days_since(start) == [1, 1, 2]
    clock.set_ahead(0)
    assert days_since(start) == [2, 2, 2]
    process.communicate("end\n", timeout=WITHIN)


def test_a_laptop_sleeps_and_wakes(
    context: BrowserContext, app: str, app_clock: AppClock, sandbox: Sandbox
) -> None:
    browser_clock = BrowserClock(context)
    ticks = "setInterval(() => { window.ticks = (window.ticks ?? 0) + 1 }, 20)"
    with Line(app) as line:
        tab = context.new_page()
        tab.goto(line.url)
        say(tab, "Good night")
        tab.evaluate(ticks)
        tab.wait_for_function("() => window.ticks")
        before = tab.evaluate("[Date.now(), performance.now()]")
        tokens = [r.action for r in sandbox.requests].count("token")
        clocks = (browser_clock, app_clock, sandbox.clock)
        with asleep(context, 9 * 3_600, lines=[line], clocks=clocks):
            session = context.new_cdp_session(tab)
            asked = {"expression": "window.ticks"}
            first = session.send("Runtime.evaluate", asked)
            time.sleep(0.5)
            assert session.send("Runtime.evaluate", asked) == first
            assert line.connections == 0
        after = tab.evaluate("[Date.now(), performance.now()]")
        assert round((after[0] - before[0]) / 3_600_000) == 9
        assert after[1] - before[1] < 3_600_000
        ticked = first["result"]["value"]
        tab.wait_for_function("ticked => window.ticks > ticked", arg=ticked)
        # Streamlit's session has gone, and the token.
        until(tab, lambda: [r.action for r in sandbox.requests].count("token") != tokens)
        say(tab, "Good morning")


def test_two_tabs_are_opened_at_once(context: BrowserContext, app: str) -> None:
    first, second = browsers.opened_at_once(context, app)
    for tab in (first, second):
        expect(tab.get_by_test_id("stChatInput").locator("textarea")).to_be_visible()


def test_a_duplicated_tab_has_a_copy_of_what_the_first_keeps(
    context: BrowserContext, asked: str
) -> None:
    tab = context.new_page()
    tab.goto(asked)
    tab.evaluate("sessionStorage.setItem('kept', 'by the first')")
    copy = browsers.duplicated(tab)
    assert copy.evaluate("[sessionStorage.getItem('kept'), opener]") == ["by the first", None]
    copy.evaluate("sessionStorage.setItem('kept', 'by the copy')")
    assert tab.evaluate("sessionStorage.getItem('kept')") == "by the first"


def test_after_a_month_nothing_is_left_but_the_browser(
    context: BrowserContext, asked: str, sandbox: Sandbox
) -> None:
    tab = context.new_page()
    tab.goto(asked)
    tab.evaluate("() => { document.cookie = 'a=b'; sessionStorage.setItem('a', 'b'); }")
    before = sandbox.clock.now()
    tab = browsers.a_month_later(context, [sandbox.clock])
    tab.goto(asked)
    assert tab.evaluate("[document.cookie, sessionStorage.length]") == ["", 0]
    assert (sandbox.clock.now() - before).days == 31
    assert context.pages == [tab]


def test_cookies_can_throw(context: BrowserContext, asked: str) -> None:
    browsers.make_cookies_throw(context)
    tab = context.new_page()
    tab.goto(asked)
    with pytest.raises(Error, match="SecurityError"):
        tab.evaluate("document.cookie")
    with pytest.raises(Error, match="SecurityError"):
        tab.evaluate("() => { document.cookie = 'a=b' }")


def test_cookies_can_be_forbidden(browser: Browser, app: str, tmp_path: Path) -> None:
    with browsers.without_cookies(browser, tmp_path) as context:
        tab = context.new_page()
        tab.goto(app)
        expect(tab.get_by_test_id("stChatInput").locator("textarea")).to_be_visible()
        tab.evaluate("() => { document.cookie = 'a=b' }")
        assert tab.evaluate("document.cookie") == ""
        with pytest.raises(Error, match="SecurityError"):
            tab.evaluate("sessionStorage")
        assert context.cookies() == []


def test_elsewhere_is_no_secure_context(browser: Browser, asked: str) -> None:
    with browsers.elsewhere(browser) as chromium:
        tab = chromium.new_page()
        tab.goto(browsers.as_elsewhere(asked.replace("127.0.0.1", "localhost")))
        assert tab.evaluate("[isSecureContext, typeof navigator.locks]") == [False, "undefined"]


def test_a_tab_that_hangs_is_ended(browser: Browser) -> None:
    with browser.new_context() as context:
        tab = context.new_page()
        ending = threading.Timer(1.0, end_tabs)
        ending.start()
        with pytest.raises(Error, match="crashed"):
            tab.evaluate("() => { for (;;); }")
        tab.close()
        assert context.new_page().evaluate("1 + 1") == 2
