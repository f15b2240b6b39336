"""What a person sees: the page in a real browser, on a desktop and a phone, light and dark."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from livechat.api.agent_client import AgentClient
from livechat.page import words
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import AWKWARD, Chat, newest_chat


@pytest.fixture
def direct_app(run_app: Apps) -> str:
    """The app without configuration, and nothing in front of it."""
    return run_app.directly()


@pytest.mark.parametrize(
    ("viewport", "scheme", "app"),
    [
        ({"width": 1280, "height": 800}, "light", "sandbox_app"),
        ({"width": 390, "height": 844}, "dark", "direct_app"),
    ],
    ids=["desktop", "phone"],
)
def test_the_whole_story(
    browser: Browser, request: pytest.FixtureRequest, viewport: Any, scheme: Any, app: str
) -> None:
    """Behind nginx, over HTTP/2, and once directly."""
    url = request.getfixturevalue(app)
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    chat = Chat(context, url)
    protocol = "performance.getEntriesByType('navigation')[0].nextHopProtocol"
    assert chat.page.evaluate(protocol) == ("h2" if app == "sandbox_app" else "http/1.1")

    # 1. With nothing configured: the sandbox, and a friendly word.
    expect(chat.page.get_by_text(re.compile("Demo: a scripted agent"))).to_be_visible()
    expect(chat.page.get_by_text(words.say("greeting"))).to_be_visible()
    expect(chat.messages).to_have_count(0)
    expect(chat.button("End chat")).to_be_disabled()

    # In the visitor's own scheme, which a custom theme must not switch off.
    background = chat.page.get_by_test_id("stApp").evaluate(
        "app => Number(getComputedStyle(app).backgroundColor.match(/\\d+/)[0])"
    )
    assert (background < 128) == (scheme == "dark")

    # 2. A message, and the answer of an agent with a name and a face.
    chat.say("Hello")
    expect(chat.own("Hello")).to_be_visible()
    expect(chat.button("End chat")).to_be_enabled()
    expect(chat.messages).to_have_count(2)
    answer = chat.messages.nth(1)
    expect(answer).to_contain_text("Kate Novak")
    expect(answer.locator("img")).to_be_visible()
    expect(chat.page.get_by_text("You are talking to Kate Novak")).to_be_visible()

    # 3. The end, and the same conversation resumed.
    chat.button("End chat").click()
    expect(chat.closed).to_have_count(1)
    expect(chat.button("End chat")).to_be_disabled()
    chat.say("One more thing: what are your prices?")
    expect(chat.button("End chat")).to_be_enabled()
    expect(chat.messages).to_have_count(4)

    # 4. The agent closes it, and later writes first.
    if chat.page.get_by_test_id("stExpandSidebarButton").is_visible():
        chat.page.get_by_test_id("stExpandSidebarButton").click()
    chat.button("Close the chat as the agent").click()
    expect(chat.page.get_by_text("Kate Novak has closed the chat.")).to_be_visible()
    expect(chat.page.get_by_role("button", name="End chat")).to_be_disabled()
    chat.page.get_by_label("Write as the agent").fill("I found something for you.")
    chat.button("Send as the agent").click()
    expect(chat.messages).to_have_count(5)
    expect(chat.messages.last).to_contain_text("I found something for you.")
    expect(chat.page.get_by_role("button", name="End chat")).to_be_enabled()

    # 5. A reload is the same customer; another browser is another one.
    before = chat.bodies()
    chat.page.reload()
    expect(chat.messages).to_have_count(5)
    assert chat.bodies() == before
    with browser.new_context() as stranger:
        other = Chat(stranger, url)
        other.ready()
        expect(other.messages).to_have_count(0)
    context.close()


def test_awkward_texts_show_as_typed_and_harm_nothing(chat: Chat, livechat: Sandbox) -> None:
    dialogs: list[str] = []
    chat.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    foreign: list[str] = []
    chat.page.on(
        "request", lambda request: foreign.append(request.url) if "example" in request.url else None
    )
    chat.say_all(AWKWARD)
    expect(chat.page.get_by_text("Sending…")).to_have_count(0)
    chat.page.reload()
    expect(chat.messages).to_have_count(len(AWKWARD))
    assert chat.bodies() == AWKWARD
    sent = [r.payload for r in livechat.requests if r.action in ("start_chat", "send_event")]
    texts = [(p.get("event") or p["chat"]["thread"]["events"][0])["text"] for p in sent]
    assert texts[-len(AWKWARD) :] == AWKWARD
    assert dialogs == []
    assert foreign == []


def test_only_http_addresses_become_links(chat: Chat) -> None:
    chat.say(
        "https://a.example/x_(y), javascript:alert(1) ftp://b.example HTTP://C.example/?q=1&r=2."
    )
    links = chat.messages.locator("a")
    expect(links).to_have_count(2)
    assert [link.get_attribute("href") for link in links.all()] == [
        "https://a.example/x_(y)",
        "HTTP://C.example/?q=1&r=2",
    ]
    for link in links.all():
        assert "noopener" in (link.get_attribute("rel") or "")
        assert link.get_attribute("target") == "_blank"


def test_a_refused_message_stays_with_a_reason_unless_it_is_discarded(
    chat: Chat, livechat: Sandbox
) -> None:
    livechat.faults.add("start_chat", error="validation")
    chat.say("Never mind")
    chat.button("Discard").click()
    expect(chat.messages).to_have_count(0)
    livechat.faults.add("start_chat", error="validation")
    chat.say("Anybody?")
    expect(chat.page.get_by_text(re.compile("did not accept this message"))).to_be_visible()
    expect(chat.own("Anybody?")).to_be_visible()
    expect(chat.button("End chat")).to_be_disabled()
    chat.page.get_by_role("button", name="Retry").click()
    expect(chat.page.get_by_role("button", name="Retry")).to_have_count(0)
    expect(chat.own("Anybody?")).to_have_count(1)
    expect(chat.button("End chat")).to_be_enabled()


def test_a_lost_answer_neither_loses_nor_doubles_a_message(chat: Chat, livechat: Sandbox) -> None:
    livechat.faults.add("start_chat", lose_answer=True)
    chat.say("Did this arrive?")
    expect(chat.button("End chat")).to_be_enabled()
    livechat.faults.add("send_event", truncate=True)
    chat.say("And this?")
    expect(chat.page.get_by_role("button", name="Retry")).to_have_count(0)
    chat.page.reload()
    expect(chat.messages).to_have_count(2)
    assert chat.bodies() == ["Did this arrive?", "And this?"]


def test_an_outage_is_said_calmly_loses_nothing_and_heals(chat: Chat, livechat: Sandbox) -> None:
    chat.say("Before")
    expect(chat.button("End chat")).to_be_enabled()
    livechat.faults.add("*", times=10_000, status=502, body="<html>Bad gateway</html>")
    chat.say("During")
    expect(chat.page.get_by_text(re.compile("Not delivered yet"))).to_be_visible()
    notice = chat.page.get_by_text(re.compile("cannot be reached at the moment"))
    expect(notice).to_be_visible()
    expect(notice).to_have_count(1)
    livechat.faults.clear()
    chat.page.get_by_role("button", name="Retry").click()
    expect(notice).to_have_count(0)
    expect(chat.page.get_by_role("button", name="Retry")).to_have_count(0)
    assert chat.bodies() == ["Before", "During"]


def test_a_banned_customer_is_told(chat: Chat, livechat: Sandbox) -> None:
    livechat.faults.add("start_chat", error="customer_banned")
    chat.say("Hello")
    expect(chat.page.get_by_text(re.compile("blocked from this chat by an agent"))).to_be_visible()
    expect(chat.own("Hello")).to_be_visible()


def test_a_thread_that_the_agent_opens_is_shown_and_can_be_ended(
    chat: Chat, livechat: Sandbox, agent: AgentClient
) -> None:
    chat.say("Hello")
    expect(chat.button("End chat")).to_be_enabled()
    chat.button("End chat").click()
    expect(chat.closed).to_have_count(1)
    chat.page.wait_for_timeout(1000)
    agent.say("Hello again", customer_id="", chat_id=newest_chat(livechat), active=False)
    expect(chat.messages).to_have_count(2)
    expect(chat.button("End chat")).to_be_enabled()


def test_typed_text_survives_polls_and_news(
    chat: Chat, livechat: Sandbox, agent: AgentClient
) -> None:
    chat.say("Hello")
    expect(chat.button("End chat")).to_be_enabled()
    chat.input.fill("I am still writing")
    agent.say("Take your time", customer_id="", chat_id=newest_chat(livechat), active=True)
    expect(chat.messages).to_have_count(2)
    expect(chat.input).to_have_value("I am still writing")


def test_a_new_message_keeps_the_nodes_of_those_before(chat: Chat) -> None:
    chat.say_all([f"message {number}" for number in range(3)])
    expect(chat.page.get_by_text("Sending…")).to_have_count(0)
    chat.messages.evaluate_all("nodes => nodes.forEach((node, i) => { node.dataset.mark = i })")
    chat.say("message 3")
    expect(chat.messages).to_have_count(4)
    marks = chat.messages.evaluate_all("nodes => nodes.map(node => node.dataset.mark)")
    assert marks == ["0", "1", "2", None]


def test_earlier_messages_are_shown_on_demand(
    chat: Chat, livechat: Sandbox, agent: AgentClient
) -> None:
    texts = [f"message {number}" for number in range(70)]
    chat.say(texts[0])
    expect(chat.button("End chat")).to_be_enabled()
    chat_id = newest_chat(livechat)
    for number, text in enumerate(texts[1:], start=1):
        if number == 10:
            agent.end(chat_id)
        agent.say(text, customer_id="", chat_id=chat_id, active=number != 10)
    chat.page.reload()
    expect(chat.messages).to_have_count(60)
    assert chat.bodies() == texts[10:]
    chat.page.get_by_role("button", name="Show earlier messages").click()
    expect(chat.messages).to_have_count(70)
    assert chat.bodies() == texts
    expect(chat.page.get_by_role("button", name="Show earlier messages")).to_have_count(0)
