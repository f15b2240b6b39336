"""What a person sees: the page in a real browser, on a desktop and a phone, light and dark."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox, start
from tests.conftest import Apps, live
from tests.driver import ask_as_agent

# Generous: the machine may be busy, and nothing here measures speed.
expect.set_options(timeout=20_000)


class Chat:
    """The page as a visitor has it before them."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.page.goto(url)
        expect(self.input).to_be_visible()

    @property
    def input(self) -> Locator:
        return self.page.get_by_test_id("stChatInput").locator("textarea")

    @property
    def messages(self) -> Locator:
        return self.page.get_by_test_id("stChatMessage")

    def own(self, text: str) -> Locator:
        return self.page.get_by_label("Chat message from You").filter(has_text=text)

    @property
    def closed(self) -> Locator:
        return self.page.get_by_text("The chat has been closed.", exact=True)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def say(self, text: str) -> None:
        self.input.fill(text)
        self.input.press("Enter")

    def say_all(self, texts: Sequence[str]) -> None:
        """Sends one after the other, each once the one before is on the screen.

        Faster than that, Streamlit's input at times clears what is typed along with what was sent.
        """
        shown = self.messages.count()
        for number, text in enumerate(texts, start=1):
            self.say(text)
            expect(self.messages).to_have_count(shown + number)

    def ready(self) -> None:
        expect(self.page.get_by_text("Ready when you are")).to_be_visible()

    def bodies(self) -> list[str]:
        """Each message's text alone, without who wrote it and when."""
        bodies = self.messages.locator("[data-testid=stHtml] > div:last-child")
        # Streamlit loads the code of st.html when it is first needed, after the message's frame.
        expect(bodies).to_have_count(self.messages.count())
        return bodies.all_inner_texts()


@pytest.fixture(scope="module")
def sandbox_app(run_app: Apps) -> str:
    return run_app()


@pytest.fixture(scope="module")
def livechat() -> Iterator[Sandbox]:
    sandbox = start(port=0, bot=False)
    yield sandbox
    sandbox.stop()


@pytest.fixture(scope="module")
def live_app(run_app: Apps, livechat: Sandbox) -> str:
    return run_app(**live(livechat))


@pytest.fixture
def chat(browser: Browser, live_app: str, livechat: Sandbox) -> Iterator[Chat]:
    livechat.faults.clear()
    context = browser.new_context()
    chat = Chat(context, live_app)
    chat.ready()
    yield chat
    context.close()


@pytest.fixture
def agent(livechat: Sandbox) -> AgentClient:
    return AgentClient(livechat.url, livechat.default.agent_token)


def newest_chat(sandbox: Sandbox) -> str:
    """The chat with the newest thread, as an agent sees it (8.3)."""
    return str(ask_as_agent(sandbox, "list_chats", json={})["chats_summary"][0]["id"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "viewport", [{"width": 1280, "height": 800}, {"width": 390, "height": 844}]
)
def test_the_whole_story(
    browser: Browser, sandbox_app: str, viewport: dict[str, int], scheme: str
) -> None:
    context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    chat = Chat(context, sandbox_app)

    # 1. With nothing configured: the sandbox, and a friendly word.
    expect(chat.page.get_by_text(re.compile("Sandbox: .*go live"))).to_be_visible()
    expect(chat.page.get_by_text("Hello. How may we help you?")).to_be_visible()
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
    expect(chat.page.get_by_text("Kate Novak archived the chat")).to_be_visible()
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
        other = Chat(stranger, sandbox_app)
        other.ready()
        expect(other.messages).to_have_count(0)
    context.close()


AWKWARD = [
    "**bold** _it_ ~~gone~~ `code`",
    "# Heading",
    "- item\n- item",
    "1. one\n2. two",
    "> quote",
    "```\ncode\n```",
    "    indented",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "---",
    ":smile: :material/home: :red[red] :streamlit:",
    "$a$ and $$b$$ cost $5",
    "a -> b <- c -- d >= e ~= f",
    "[link](https://example.com) ![image](https://example.com/x.png)",
    "[x](javascript:alert(1)) javascript:alert(1)",
    "<b>bold</b> <img src=x onerror=alert(1)> <script>alert(1)</script>",
    "</div></div><style>*{display:none}</style>",
    "&amp; &lt; &#65; &nbsp;",
    "two  spaces   three\ttab",
    "line\n\n\nthree breaks",
    "\"quotes\" and 'quotes' \\ backslash \\* \\\\",
    "{curly} {{twice}} %s %(x)s ${y}",
    "https://example.com/a?b=1&c=2#d_e_f and http://example.com.",
    "(see https://en.wikipedia.org/wiki/A_(b))",
    "www.example.com me@example.com mailto:x@example.com",
    "emoji 👩‍👩‍👧‍👦 🏳️‍🌈 and e\u0301 combined",
    "مرحبا بالعالم and שלום",
    "\u202eright to left override",
    "zero\u200bwidth\u200djoiner",
    "a" * 300,
    "<!-- comment --> ]]> <![CDATA[x]]>",
    "null \x01 control \x7f",
    "ﷺ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 Z̸̛a̶l̷g̵o̴",
    "@everyone #hash /slash !bang ^caret^ ==mark==",
]


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
        "https://a.example/x_(y",
        "HTTP://C.example/?q=1&r=2",
    ]
    for link in links.all():
        assert "noopener" in (link.get_attribute("rel") or "")
        assert link.get_attribute("target") == "_blank"


def test_a_refused_message_stays_with_a_reason_and_retry(chat: Chat, livechat: Sandbox) -> None:
    livechat.faults.add("start_chat", error="validation")
    chat.say("Anybody?")
    expect(chat.page.get_by_text(re.compile("did not accept this message"))).to_be_visible()
    expect(chat.own("Anybody?")).to_be_visible()
    expect(chat.button("End chat")).to_be_disabled()
    chat.page.get_by_role("button", name="Retry").click()
    expect(chat.page.get_by_role("button", name="Retry")).to_have_count(0)
    expect(chat.own("Anybody?")).to_have_count(1)
    expect(chat.button("End chat")).to_be_enabled()


def test_a_discarded_message_is_gone(chat: Chat, livechat: Sandbox) -> None:
    livechat.faults.add("start_chat", error="validation")
    chat.say("Never mind")
    chat.button("Discard").click()
    expect(chat.messages).to_have_count(0)


@pytest.mark.parametrize("fault", [{"lose_answer": True}, {"truncate": True}])
def test_a_lost_answer_neither_loses_nor_doubles_a_message(
    chat: Chat, livechat: Sandbox, fault: dict[str, bool]
) -> None:
    livechat.faults.add("start_chat", **fault)
    chat.say("Did this arrive?")
    expect(chat.button("End chat")).to_be_enabled()
    livechat.faults.add("send_event", **fault)
    chat.say("And this?")
    expect(chat.page.get_by_role("button", name="Retry")).to_have_count(0, timeout=40_000)
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
    expect(notice).to_be_visible(timeout=40_000)
    expect(notice).to_have_count(1)
    livechat.faults.clear()
    chat.page.get_by_role("button", name="Retry").click()
    expect(notice).to_have_count(0)
    expect(chat.page.get_by_role("button", name="Retry")).to_have_count(0)
    assert chat.bodies() == ["Before", "During"]


def test_a_text_that_is_too_long_is_kept_and_said(chat: Chat) -> None:
    chat.say("x" * 17_000)
    expect(chat.page.get_by_text(re.compile("too long"))).to_be_visible()
    expect(chat.own("x" * 17_000)).to_be_visible()


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
    expect(chat.messages).to_have_count(2, timeout=45_000)
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


def test_this_device_can_be_forgotten(browser: Browser, live_app: str) -> None:
    with browser.new_context() as context:
        chat = Chat(context, live_app)
        chat.ready()
        chat.say("My secret")
        expect(chat.button("End chat")).to_be_enabled()
        assert "livechat" in {cookie["name"] for cookie in context.cookies()}
        chat.page.reload()  # as a returning visitor, whose browser sends the cookie
        expect(chat.own("My secret")).to_be_visible()
        chat.page.get_by_role("button", name="More").click()
        chat.page.get_by_text("Forget this device").click()
        chat.button("Forget me").click()
        expect(chat.page.get_by_text("This device has forgotten you.")).to_be_visible()
        chat.page.wait_for_function("() => !/livechat=./.test(document.cookie)")
        chat.button("Start a new conversation").click()
        chat.ready()
        expect(chat.messages).to_have_count(0)


@pytest.mark.parametrize("value", ["x", "1.e30", "1.WyJhIiwiYiIsImMiXQ", "%00%0d%0aSet-Cookie:x"])
def test_a_bad_foreign_or_forged_cookie_begins_anew(
    browser: Browser, live_app: str, value: str
) -> None:
    with browser.new_context() as context:
        context.add_cookies([{"name": "livechat", "value": value, "url": live_app}])
        chat = Chat(context, live_app)
        chat.ready()
        chat.say("Hello")
        expect(chat.button("End chat")).to_be_enabled()
        assert [c["value"] for c in context.cookies() if c["name"] == "livechat"] != [value]


def test_the_app_restarts_under_an_open_page(
    browser: Browser, run_app: Apps, livechat: Sandbox
) -> None:
    livechat.faults.clear()
    url = run_app(**live(livechat))
    with browser.new_context() as context:
        chat = Chat(context, url)
        chat.ready()
        chat.say("Hello")
        expect(chat.button("End chat")).to_be_enabled()
        run_app.restart(url)
        expect(chat.input).to_be_enabled()
        chat.say("Still me")
        expect(chat.own("Still me")).to_be_visible()
        expect(chat.page.get_by_text("Sending…")).to_have_count(0)
        expect(chat.messages).to_have_count(2)
        assert chat.bodies() == ["Hello", "Still me"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"LIVECHAT_CLIENT_ID": "abc"}, "LIVECHAT_ORGANIZATION_ID"),
        ({"LIVECHAT_ORGANIZATION_ID": "abc"}, "LIVECHAT_CLIENT_ID"),
        ({"LIVECHAT_POLL_SECONDS": "0"}, "LIVECHAT_POLL_SECONDS"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_else_is_drawn(
    browser: Browser, run_app: Apps, settings: dict[str, str], expected: str
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(run_app(**settings))
        expect(page.get_by_text(re.compile(expected))).to_be_visible()
        expect(page.get_by_test_id("stChatInput")).to_have_count(0)


def test_secrets_are_read_and_broken_ones_are_said(
    browser: Browser, run_app: Apps, livechat: Sandbox, tmp_path: Path
) -> None:
    livechat.faults.clear()
    secrets = tmp_path / "secrets.toml"
    lines = [f'{name} = "{value}"' for name, value in live(livechat).items()]
    secrets.write_text("\n".join(["[livechat]", *lines]))
    with browser.new_context() as context:
        chat = Chat(context, run_app(STREAMLIT_SECRETS_FILES=str(secrets)))
        chat.ready()
        expect(chat.page.get_by_text(re.compile("Sandbox:"))).to_have_count(0)
        secrets.write_text("[livechat")
        page = context.new_page()
        page.goto(run_app(STREAMLIT_SECRETS_FILES=str(secrets)))
        expect(page.get_by_text(re.compile("secrets.toml cannot be read"))).to_be_visible()
        expect(page.get_by_test_id("stChatInput")).to_have_count(0)


def test_on_https_the_cookie_is_bound_to_this_host(
    browser: Browser, run_app: Apps, livechat: Sandbox, tmp_path: Path
) -> None:
    livechat.faults.clear()
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    request += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    request += ["-keyout", key, "-out", certificate]
    subprocess.run(request, check=True, capture_output=True)
    tls = {"STREAMLIT_SERVER_SSL_KEY_FILE": key, "STREAMLIT_SERVER_SSL_CERT_FILE": certificate}
    url = run_app(**live(livechat), **tls)
    with browser.new_context(ignore_https_errors=True) as context:
        chat = Chat(context, url)
        chat.ready()
        chat.say("Hello")
        expect(chat.button("End chat")).to_be_enabled()
        (cookie,) = [c for c in context.cookies() if c["name"] == "__Host-livechat"]
        assert (cookie["secure"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
        chat.page.reload()
        expect(chat.own("Hello")).to_be_visible()


def test_a_wrong_client_id_is_named_on_the_page(
    browser: Browser, run_app: Apps, livechat: Sandbox
) -> None:
    url = run_app(**live(livechat, LIVECHAT_CLIENT_ID="0123456789abcdef"))
    with browser.new_context() as context:
        chat = Chat(context, url)
        expect(chat.page.get_by_text(re.compile("LIVECHAT_CLIENT_ID"))).to_be_visible()
        chat.say("Hello")
        expect(chat.own("Hello")).to_be_visible()
        expect(chat.page.get_by_role("button", name="Retry")).to_be_visible()
