"""More than one process: two replicas behind the README's nginx, and one of them is killed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps, free_port
from tests.browser.chat import Chat, attach, newest_chat, retry_if_asked
from tests.conftest import live
from tests.field import front, nginx
from tests.field.nginx import Certificate

# The line that the README adds to the server.
STAYS = "add_header Set-Cookie $stay always;"


class Site:
    """Two replicas behind nginx, and the agent who answers."""

    def __init__(self, apps: Apps, sandbox: Sandbox, replicas: dict[str, str], url: str) -> None:
        self.apps = apps
        self.sandbox = sandbox
        self.replicas = replicas
        self.url = url
        self.agent = AgentClient(sandbox.url, sandbox.default.agent_token)
        self.killed: set[str] = set()

    def kill(self, replica: str) -> None:
        self.apps.kill(self.replicas[replica])
        self.killed.add(replica)

    def restart(self, replica: str) -> None:
        self.apps.restart(self.replicas[replica])
        self.killed.discard(replica)

    def answer(self, text: str) -> None:
        self.agent.say(text, customer_id="", chat_id=newest_chat(self.sandbox), active=True)

    @property
    def sent(self) -> list[str]:
        """What customers have sent, in the order in which LiveChat was asked to take it."""
        asked = [r for r in self.sandbox.requests if r.api == "customer"]
        sent = [r.payload for r in asked if r.action in ("start_chat", "send_event")]
        events = [p.get("event") or p["chat"]["thread"]["events"][0] for p in sent]
        return [event.get("text") or event["type"] for event in events]


@pytest.fixture(scope="module")
def replicas(run_app: Apps, shared_sandbox: Sandbox) -> dict[str, str]:
    """Addresses by the names that nginx gives them."""
    return {name: run_app.directly(**live(shared_sandbox)) for name in ("one", "two")}


@pytest.fixture
def site(
    replicas: dict[str, str],
    run_app: Apps,
    sandbox: Sandbox,
    certificate: Certificate,
    tmp_path: Path,
) -> Iterator[Site]:
    port = free_port()
    ports = [url.rsplit(":", 1)[1] for url in replicas.values()]
    replicated = nginx.written("More than one process")
    for written, used in zip(("8501", "8502"), ports, strict=True):
        replicated = re.sub(rf"\b{written}\b", used, replicated)
    listen = "\n".join([f"listen 127.0.0.1:{port} ssl http2;", *certificate.lines])
    server = front.as_tried(listen, "http://$replicas")
    block = replicated + server.replace("    location", f"    {STAYS}\n    location", 1)
    site = Site(run_app, sandbox, replicas, f"https://localhost:{port}")
    with nginx.serving(block, port, tmp_path):
        yield site
    for replica in tuple(site.killed):
        site.restart(replica)


@pytest.fixture
def chat(browser: Browser, site: Site) -> Iterator[Chat]:
    with browser.new_context() as context:
        chat = Chat(context, site.url)
        chat.ready()
        yield chat


def _cookies(chat: Chat) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in chat.context.cookies()}


def _at_rest(chat: Chat) -> None:
    """Waits until the page is no longer drawn.

    Streamlit's side in the browser asks for no run when its connection ends just as one begins.
    """
    chat.page.wait_for_timeout(1000)


def test_a_replica_is_killed_and_its_visitor_loses_nothing(
    chat: Chat, site: Site, browser: Browser
) -> None:
    chat.say("Hello")
    expect(chat.button("End chat")).to_be_enabled()
    site.answer("Hi, how can I help?")
    expect(chat.messages).to_have_count(2)
    before = _cookies(chat)

    # Nobody touches the page from here on, in which a text is half typed.
    chat.input.fill("I am still writing")
    _at_rest(chat)
    site.kill(before["replica"])
    site.answer("Are you still there?")
    expect(chat.messages).to_have_count(3)
    assert chat.bodies() == ["Hello", "Hi, how can I help?", "Are you still there?"]
    assert _cookies(chat)["replica"] != before["replica"]
    assert _cookies(chat)["__Host-livechat"] == before["__Host-livechat"]

    # The visitor goes on, in the same chat.
    expect(chat.input).to_have_value("I am still writing")
    chat.input.press("Enter")
    expect(chat.messages).to_have_count(4)
    site.answer("I see you")
    expect(chat.messages).to_have_count(5)
    chat.page.reload()
    expect(chat.messages).to_have_count(5)
    assert chat.bodies()[3:] == ["I am still writing", "I see you"]
    assert site.sent == ["Hello", "I am still writing"]

    # Whoever comes now is served as well.
    with browser.new_context() as context:
        Chat(context, site.url).ready()


def test_a_message_that_livechat_has_when_the_replica_is_killed_is_there_once(
    chat: Chat, site: Site
) -> None:
    chat.say("Hello")
    expect(chat.button("End chat")).to_be_enabled()
    replica = _cookies(chat)["replica"]
    arrived, answered = threading.Event(), threading.Event()

    def hold(answer: Any) -> Any:
        arrived.set()
        answered.wait(timeout=60)
        return answer

    site.sandbox.faults.add("customer/send_event", rewrite=hold)
    chat.say("Did this arrive?")
    assert arrived.wait(timeout=60)
    expect(chat.own("Did this arrive?")).to_contain_text("Sending")
    site.kill(replica)
    answered.set()
    site.answer("It did")
    expect(chat.messages).to_have_count(3)
    assert chat.bodies() == ["Hello", "Did this arrive?", "It did"]
    assert site.sent == ["Hello", "Did this arrive?"]


def test_a_message_that_livechat_does_not_have_comes_back(chat: Chat, site: Site) -> None:
    chat.say("Hello")
    expect(chat.button("End chat")).to_be_enabled()
    site.sandbox.faults.add("customer/send_event", status=503, times=1_000)
    site.sandbox.faults.add("customer/list_chats", status=503, times=1_000)
    chat.say("Did this arrive?")
    expect(chat.own("Did this arrive?")).to_contain_text("We keep trying")
    _at_rest(chat)
    site.sandbox.faults.clear()
    site.kill(_cookies(chat)["replica"])
    expect(chat.own("Did this arrive?")).to_contain_text("Please retry")
    chat.button("Retry").click()
    expect(chat.own("Did this arrive?")).to_contain_text("Delivered")
    site.answer("Now it did")
    expect(chat.messages).to_have_count(3)
    assert chat.bodies() == ["Hello", "Did this arrive?", "Now it did"]


@pytest.mark.parametrize("later", [0, 5, 15], ids="{} ms after the end".format)
def test_a_message_of_a_replicas_last_moment_comes_back(chat: Chat, site: Site, later: int) -> None:
    chat.say("Hello")
    expect(chat.own("Hello")).to_contain_text("Delivered")
    _at_rest(chat)
    chat.input.fill("Did this arrive?")
    killing = threading.Timer(0, site.kill, [_cookies(chat)["replica"]])
    killing.start()
    chat.page.wait_for_timeout(later)
    chat.input.press("Enter")
    killing.join()
    # Which of them has it cannot be known, unless the browser knew that nobody would.
    retry_if_asked(chat.own("Did this arrive?"))
    assert site.sent == ["Hello", "Did this arrive?"]


def test_a_file_arrives_through_nginx_whichever_replica_has_the_visitor(
    chat: Chat, site: Site
) -> None:
    large = bytes(2 * 1024**2)  # more than nginx takes unless it is told to
    attach(chat, ("first.txt", "text/plain", large))
    chat.button("Send message").click()
    expect(chat.messages.filter(has_text="first.txt").get_by_role("link")).to_be_visible()
    first = _cookies(chat)["replica"]
    _at_rest(chat)
    site.kill(first)
    site.answer("Thank you")
    expect(chat.messages).to_have_count(2)
    # The visitor stays where they are, though the replica that they came from is back.
    site.restart(first)
    attach(chat, ("second.txt", "text/plain", large))
    chat.button("Send message").click()
    expect(chat.messages.filter(has_text="second.txt").get_by_role("link")).to_be_visible()
    assert _cookies(chat)["replica"] != first
    assert [r.action for r in site.sandbox.requests].count("upload_file") == 2
    assert site.sent == ["file", "file"]
