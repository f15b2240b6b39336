"""The script that listens to LiveChat's pushes, on a page of its own: no Streamlit around it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext

from livechat.api import route
from livechat.page import words
from livechat.page.browser import push, reader, typing_line
from livechat.sandbox import Sandbox
from tests.driver import Page as Visitor
from tests.driver import ask_as_agent

# What Streamlit does with a component: mounts it, hands it new data, takes it away.
MOUNT = """async ([script, handOn, html, page, data]) => {
    const load = async (text) => {
        const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
        return (await import(url)).default;
    };
    const [component, use] = [await load(script), await load(handOn)];
    const parentElement = document.createElement("div");
    parentElement.innerHTML = html;
    document.body.append(parentElement);
    window.sign = parentElement.querySelector("p");
    window.preview = parentElement.querySelector("#preview div div");
    window.told = [];
    const setStateValue = (name, value) => {
        if (name !== "told") return;
        window.told.push(value);
        if (!window.isDeaf) window.given.heard = value.number;
    };
    window.give = (data) => use({ data: (window.given = data), setStateValue });
    window.again = () => component({ parentElement, data: page, setStateValue });
    window.takeAway = again();
    window.give(data);
}"""

# Milliseconds
TICK = 20
A_LONG_TIME = 120_000


class Component:
    """The script on a page of its own, and the visitor whom it listens for; if None, a new one."""

    def __init__(
        self,
        browser: Browser | BrowserContext,
        sandbox: Sandbox,
        visitor: Visitor | None = None,
        path: str = "/",
    ) -> None:
        self.sandbox = sandbox
        self.visitor = visitor or Visitor(sandbox)
        if visitor is None:
            self.visitor.say("Hello")
            sandbox.requests.clear()
        self.page = browser.new_page()
        self.page.clock.install()
        self.page.goto(f"{sandbox.url}{path}")
        self.data: dict[str, Any] = {
            **push.connection(self.address("127.0.0.1")),
            "token": self.visitor.visit.token,
            "customer": self.customer,
            "tabs": reader.tabs(sandbox.default.organization_id, self.customer),
            "known": "",
            "trusted": True,
            "group": None,
            "listens": True,
            "names": {},
            "agent": words.say("agent"),
            "signs": typing_line.signs(),
            "page": {"title": "Chat with us", "fields": ["campaign"]},
            "peek": None,
            "hold": 0,
            "run": 7,
        }

    @property
    def customer(self) -> str:
        return self.visitor.visit.conversation.customer_id or ""

    def address(self, host: str) -> str:
        port = self.sandbox.url.rpartition(":")[2]
        found = route.route(f"http://{host}:{port}", self.sandbox.default.organization_id)
        return found.rtm_url(None)

    def mount(self, **data: Any) -> None:
        self.data |= data
        hasty = push.SCRIPT.replace("[1_000,", f"[{TICK},", 1)  # no test waits for seconds
        assert hasty != push.SCRIPT
        self.page.evaluate(
            MOUNT,
            [hasty, push.HAND_ON, typing_line.HTML, {"forgotten": "forgotten"}, self.data],
        )

    def give(self, **data: Any) -> None:
        """The page is drawn again."""
        self.data |= data
        self.page.evaluate("data => { give(data) }", self.data)

    def wait(self, condition: str) -> None:
        self.page.wait_for_function(f"() => {condition}")

    def wait_until_open(self, logins: int = 1) -> None:
        self.wait(f"told.at(-1)?.open && told.at(-1).looks >= {logins}")

    def pass_time(self, milliseconds: int = A_LONG_TIME) -> None:
        self.page.clock.fast_forward(milliseconds)

    def stop_time(self) -> None:
        """From now on it passes only when a test says so."""
        self.page.clock.pause_at(self.page.evaluate("Date.now() / 1000") + 1)

    def set_clock(self, seconds: float) -> None:
        """The wall clock alone is set, as is seen when the laptop has slept for so long."""
        self.wait("livechatLine.apart !== undefined")  # the script has looked at it before
        self.page.clock.set_system_time(self.page.evaluate("Date.now() / 1000") + seconds)

    def pass_some_ticks(self) -> None:
        self.page.wait_for_timeout(10 * TICK)

    def wait_until_heard(self) -> None:
        """All that was pushed until now has arrived: typing is pushed, and drawn at once."""
        self.type(True)
        self.wait("sign.textContent !== ''")

    def disconnect(self, reason: str, data: dict[str, Any] | None = None) -> None:
        self.sandbox.disconnect(self.sandbox.default, self.customer, reason, data)

    def push(self, action: str, payload: object) -> None:
        self.sandbox.push(self.sandbox.default, self.customer, action, payload)  # type: ignore[arg-type]

    def type(self, is_typing: bool) -> None:
        about = {"chat_id": self.visitor.visit.chat_id, "is_typing": is_typing}
        ask_as_agent(self.sandbox, "send_typing_indicator", json=about)

    @property
    def told(self) -> dict[str, Any]:
        told = dict(self.page.evaluate("told.at(-1)"))
        del told["number"]
        return told

    @property
    def asked(self) -> list[str]:
        return [r.action for r in self.sandbox.requests if r.api == "rtm"]
