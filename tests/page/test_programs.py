"""Programs, over Streamlit's agent API: a customer of its own each, and nobody else's."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import ANY
from urllib.parse import urljoin

import pytest
import requests
import streamlit as st
from streamlit.testing.v1 import AppTest

from livechat.api.accounts import Accounts
from livechat.page import words
from livechat.page.browser import address
from livechat.page.browser.identity_cookie import NAME, NAME_ON_HTTPS, encoded
from livechat.sandbox import Sandbox, start
from tests import driver
from tests.browser.apps import Apps
from tests.conftest import PATIENCE, ROOT, live

HOST = "chat.example.com"  # as a proxy passes it on
URIS = [f"https://{HOST}"]

JSON = dict[str, Any]


@pytest.fixture(scope="module")
def livechat() -> Iterator[Sandbox]:
    """Where the scripted agent answers; what is no address of the app's is no redirect URI."""
    sandbox = start(redirect_uris=URIS)
    yield sandbox
    sandbox.stop()


@pytest.fixture(scope="module")
def app(livechat: Sandbox) -> Iterator[str]:
    """The app of an operator who lets programs in."""
    apps = Apps()
    given = live(livechat, LIVECHAT_POLL_SECONDS="0.1")
    url = apps(STREAMLIT_SERVER_ENABLE_AGENT_API="true", **given)
    URIS.append(url)
    yield url
    apps.stop()


class Program:
    """What chats over the agent API, and has done nothing but begin."""

    def __init__(self, app: str, **headers: str) -> None:
        self._app = app
        self._headers = {"Host": HOST, **headers}
        self._fields: JSON = {}
        self.page: JSON = {}
        self.ask()

    def ask(self, **fields: object) -> JSON:
        """Asks for the page, after what is to be done with it; how it is then is returned."""
        url = f"{self._app}/_stcore/agent/interact"
        answer = requests.post(
            url, json={**self._fields, **fields}, headers=self._headers, timeout=60
        )
        assert answer.status_code == 200, answer.text
        self.page = answer.json()
        assert self.page["status"] == "ready"
        self._fields = {"session_id": self.page["session_id"]}
        return self.page

    def press(self, key: str, value: str | None = None, **values: object) -> JSON:
        """Presses what has that key, after other widgets have got their values."""
        fields = {"widget_state": values} if values else {}
        trigger = {"key": key} if value is None else {"key": key, "value": value}
        return self.ask(trigger=trigger, **fields)

    def say(self, text: str) -> JSON:
        return self.press("typed", text)

    def choose(self, entry: str) -> JSON:
        """Opens a dialog of the menu."""
        (menu,) = self.nodes(key="menu")
        (option,) = [o for o in menu["props"]["options"] if o.endswith(words.say(entry))]
        return self.press("menu", option)

    def until(self, type: str, count: int = 1, **same: object) -> list[JSON]:
        """Asks for the page again until so many elements are on it."""
        deadline = time.monotonic() + PATIENCE / 1000
        while len(found := self.nodes(type=type, **same)) < count:
            assert time.monotonic() < deadline, self.said
            self.ask()
            time.sleep(0.1)
        return found

    def until_answered(self) -> None:
        """Asks for the page again until an agent has said something."""
        self.until("chat_message", props={"name": "Kate Novak", "avatar": ANY})

    def nodes(self, **same: object) -> list[JSON]:
        """What is on the page and has these: a `type`, a `key`, `props`."""
        found = [self.page["tree"]]
        for node in found:
            found += node.get("children", ())
        return [node for node in found if all(node.get(name) == same[name] for name in same)]

    @property
    def said(self) -> str:
        """All texts of the page."""
        bodies = [node["props"]["body"] for node in self.nodes(type="html")]
        return "\n".join(html.unescape(re.sub("<[^>]*>", " ", body)) for body in bodies)

    @property
    def can(self) -> set[str]:
        """The keys of what can be done."""
        return {action["key"] for action in self.page["actions"]}


def own_texts(sandbox: Sandbox) -> dict[str, list[str]]:
    """What each customer has said, by their IDs; of those who have."""
    organization, said = sandbox.default, dict[str, list[str]]()
    for chat in organization.chats.values():
        for thread in chat.threads:
            for event in thread.events:
                if event.author_id in organization.customers and event.type == "message":
                    said.setdefault(event.author_id, []).append(event.content["text"])
    return said


def test_a_program_writes_reads_the_answer_and_ends_the_chat(app: str, livechat: Sandbox) -> None:
    livechat.reset()
    program = Program(app)
    assert {"typed", "menu"} <= program.can
    assert "end" not in program.can
    program.say("Hello, I am a program")
    # There and then: nobody's browser is waited for.
    assert list(own_texts(livechat).values()) == [["Hello, I am a program"]]
    assert words.say("sending") not in program.said
    program.until_answered()
    program.press("end")
    assert not any(chat.active_thread for chat in livechat.default.chats.values())
    assert words.say("closed") in program.said
    assert "end" not in program.can


def test_the_program_of_the_readme_chats(app: str, livechat: Sandbox) -> None:
    livechat.reset()
    text = (ROOT / "README.md").read_text("utf-8")
    section = text.split("\n## Programs and assistants\n")[1].split("\n## ")[0]
    (program,) = re.findall(r"(?s)```python\n(.*?)```\n", section)
    exec(program.replace("http://localhost:8501", app), {})
    assert list(own_texts(livechat).values()) == [["Hello, I am a program"]]
    assert not any(chat.active_thread for chat in livechat.default.chats.values())


def test_nothing_that_takes_a_browser_is_there(app: str, livechat: Sandbox) -> None:
    livechat.reset()
    program = Program(app)
    program.say("Hello")
    assert [node for node in program.nodes() if "support" in node] == []
    # Neither the token nor what would be the cookie.
    (customer,) = own_texts(livechat)
    assert customer not in json.dumps(program.page)


def test_programs_at_once_are_customers_of_their_own(app: str, livechat: Sandbox) -> None:
    livechat.reset()

    def chat(number: int) -> Program:
        program = Program(app)
        for part in ("first", "second"):
            program.say(f"The {part} of program {number}")
        program.until_answered()
        return program

    with ThreadPoolExecutor(4) as pool:
        programs = list(pool.map(chat, range(4)))
    said = own_texts(livechat)
    assert sorted(said.values()) == [
        [f"The {part} of program {number}" for part in ("first", "second")] for number in range(4)
    ]
    for number, program in enumerate(programs):
        assert set(re.findall(r"of program (\d)", program.said)) == {str(number)}


def test_no_cookie_makes_a_program_somebody_else(app: str, livechat: Sandbox) -> None:
    livechat.reset()
    organization = livechat.default
    known = Accounts(
        livechat.url, livechat.client_id, organization.organization_id, f"https://{HOST}"
    ).grant(None)
    assert known.identity
    cookie = encoded(known.identity)
    program = Program(app, Cookie=f"{NAME}={cookie}; {NAME_ON_HTTPS}={cookie}")
    program.say("Who am I?")
    (customer,) = own_texts(livechat)
    assert customer != known.customer_id


def test_no_page_of_a_browsers_is_a_program(app: str, livechat: Sandbox) -> None:
    livechat.reset()
    for origin in ("https://elsewhere.example", f"https://{HOST}", app, "null"):
        answer = requests.post(
            f"{app}/_stcore/agent/interact", json={}, headers={"Origin": origin}, timeout=60
        )
        assert answer.status_code == 403
    assert not livechat.default.customers


def test_forms_dialogs_and_files(app: str) -> None:
    program = Program(app)
    program.say("form")
    (form,) = program.until("form")
    name, email, submit = (f"{form['key']}-{part}" for part in ("1", "2", "submit"))
    program.press(submit, **{name: "Ada"})
    assert program.nodes(type="error")
    program.press(submit, **{name: "Ada", email: "ada@example.com"})
    assert not program.nodes(type="form")
    program.say("files")
    (link,) = program.until("link_button")
    assert requests.get(link["props"]["url"], timeout=60).ok

    program.choose("details")
    (form,) = program.nodes(type="form")
    program.press("details-submit", **{"details-0": "Ada", "details-1": "ada@example.com"})
    assert not program.nodes(type="dialog")
    program.choose("transcript")
    (download,) = program.nodes(key="download")
    address = urljoin(f"{app}/_stcore/agent/interact", download["props"]["url"])
    assert "You: files" in requests.get(address, timeout=60).content.decode("utf-8")
    program.choose("forget")
    program.press("forget")
    assert program.can == {"begin-anew"}
    program.press("begin-anew")
    assert "typed" in program.can
    assert "files" not in program.said


def test_an_assistant_has_the_same_over_mcp(app: str, livechat: Sandbox) -> None:
    livechat.reset()

    def ask(**arguments: object) -> JSON:
        call = {"name": "interact", "arguments": arguments}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
        answer = requests.post(
            f"{app}/_stcore/agent/mcp", json=message, headers={"Host": HOST}, timeout=60
        )
        return dict(json.loads(answer.json()["result"]["content"][0]["text"]))

    session = ask()["session_id"]
    ask(session_id=session, trigger={"key": "typed", "value": "Hello over MCP"})
    assert list(own_texts(livechat).values()) == [["Hello over MCP"]]


def _ticks() -> None:
    import streamlit as st

    from livechat.page import programs

    st.write(str(programs.tick(st.session_state["visit"])))


def test_a_program_polls_no_more_often_than_a_page(sandbox: Sandbox) -> None:
    app = AppTest.from_function(_ticks)
    app.session_state["visit"] = driver.Page(sandbox, poll_seconds=3600.0).visit
    assert [app.run().markdown[0].value for _ in range(2)] == ["1", "1"]
    app.session_state["visit"] = driver.Page(sandbox, poll_seconds=0.1).visit
    time.sleep(0.1)
    assert app.run().markdown[0].value == "2"


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("chat.example.com", "https://chat.example.com"),
        ("chat.example.com:8443", "https://chat.example.com:8443"),
        ("localhost:8501", "http://localhost:8501"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("[::1]:8501", "http://[::1]:8501"),
        ("[", None),
        ("a b", None),
    ],
)
def test_the_address_of_the_page_is_where_a_program_asks_for_it(
    monkeypatch: pytest.MonkeyPatch, host: str, origin: str | None
) -> None:
    monkeypatch.setattr(type(st.context), "headers", {"Host": host})
    assert address.origin() == origin


def test_it_is_off_unless_an_operator_wants_it() -> None:
    assert st.get_option("server.enableAgentApi") is False
