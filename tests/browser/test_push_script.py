"""The script that listens to LiveChat's pushes: in a real browser, against the sandbox's RTM API.

Without Streamlit around it, and with a clock that a test moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, WebSocket

from livechat.chat import pushes
from livechat.page import words
from livechat.page.browser import push
from livechat.sandbox import Sandbox
from tests.driver import Page as Visitor
from tests.driver import ask_as_agent

# What Streamlit does with a component: mounts it, hands it new data, takes it away.
MOUNT = """async ([script, data]) => {
    const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const { default: component } = await import(url);
    const parentElement = document.createElement("div");
    parentElement.append(document.createElement("p"));
    document.body.append(parentElement);
    window.sign = parentElement.firstChild;
    window.told = [];
    const setStateValue = (name, value) => {
        if (name === "told") window.told.push(value);
    };
    window.give = (data) => (window.takeAway = component({ data, parentElement, setStateValue }));
    window.give(data);
}"""

RECONNECT = [
    "connection_evicted",
    "connection_timeout",
    "internal_error",
    "too_many_unauthorized_connections",
    "service_temporarily_unavailable",
    "something_new",
    "constructor",
]
REST = ["too_many_connections", "logged_out_remotely", "inactivity_timeout"]
GIVE_UP = [
    "license_not_found",
    "license_expired",
    "unsupported_version",
    "customer_banned",
    "product_version_changed",
]

# Milliseconds
TICK = 20
A_LONG_TIME = 120_000


class Component:
    """The script on a page of its own, and the visitor whom it listens for."""

    def __init__(self, browser: Browser, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.visitor = Visitor(sandbox)
        self.visitor.say("Hello")
        self.page = browser.new_page()
        self.page.clock.install()
        self.page.goto(f"{sandbox.url}/")
        self.data: dict[str, Any] = {
            **push.connection(self.address("127.0.0.1")),
            "token": self.visitor.visit.token,
            "customer": self.customer,
            "group": None,
            "names": {},
            "agent": words.AGENT,
            "typing": words.TYPING,
        }
        sandbox.requests.clear()

    @property
    def customer(self) -> str:
        return self.visitor.visit.conversation.customer_id or ""

    def address(self, host: str) -> str:
        port = self.sandbox.url.rpartition(":")[2]
        organization_id = self.sandbox.default.organization_id
        return f"ws://{host}:{port}/v3.5/customer/rtm/ws?organization_id={organization_id}"

    def mount(self, **data: Any) -> None:
        self.data |= data
        hasty = push.SCRIPT.replace("[1_000,", f"[{TICK},", 1)  # no test waits for seconds
        assert hasty != push.SCRIPT
        self.page.evaluate(MOUNT, [hasty, self.data])

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

    def set_clock(self, seconds: float) -> None:
        """The wall clock alone is set, as is seen when the laptop has slept for so long."""
        self.page.clock.set_system_time(self.page.evaluate("Date.now() / 1000") + seconds)

    def pass_some_ticks(self) -> None:
        self.page.wait_for_timeout(10 * TICK)

    def disconnect(self, reason: str, data: dict[str, Any] | None = None) -> None:
        self.sandbox.disconnect(self.sandbox.default, self.customer, reason, data)

    def push(self, action: str, payload: object) -> None:
        self.sandbox.push(self.sandbox.default, self.customer, action, payload)  # type: ignore[arg-type]

    def type(self, is_typing: bool) -> None:
        about = {"chat_id": self.visitor.visit.chat_id, "is_typing": is_typing}
        ask_as_agent(self.sandbox, "send_typing_indicator", json=about)

    @property
    def told(self) -> dict[str, Any]:
        return dict(self.page.evaluate("told.at(-1)"))

    @property
    def asked(self) -> list[str]:
        return [r.action for r in self.sandbox.requests if r.api == "rtm"]


@pytest.fixture
def component(browser: Browser, sandbox: Sandbox) -> Iterator[Component]:
    component = Component(browser, sandbox)
    yield component
    component.page.close()


@pytest.fixture
def connected(component: Component) -> Component:
    component.mount()
    component.wait_until_open()
    return component


def test_it_logs_in_once_with_the_visitors_token(connected: Component) -> None:
    connected.give()
    connected.give(names={"1": "Kate"})
    connected.pass_some_ticks()
    assert connected.asked == ["login"]
    assert connected.told == {
        "open": True,
        "connection": connected.told["connection"],
        "looks": 1,
        "reads": 0,
        "events": [],
        "groups": {},
        "refused": None,
    }


def test_the_login_names_the_page_and_the_group(component: Component) -> None:
    component.mount(group=0)
    component.wait_until_open()
    login = component.sandbox.requests[-1].payload
    assert login["group_id"] == 0
    assert login["customer_page"]["url"] == f"{component.sandbox.url}/"


def test_without_an_address_it_does_nothing_until_there_is_one(component: Component) -> None:
    component.mount(**push.connection(None), token=None)
    component.pass_time()
    component.pass_some_ticks()
    assert component.asked == []
    there = push.connection(component.address("127.0.0.1"))
    component.give(**there, token=component.visitor.visit.token)
    component.wait_until_open()


def test_it_tells_the_ids_of_the_latest_events(connected: Component) -> None:
    for number in range(25):
        connected.visitor.hear(f"Message {number}", active=True)
    chat = connected.sandbox.default.chats[connected.visitor.visit.chat_id or ""]
    newest = [event.id for event in chat.threads[-1].events][-20:]
    connected.wait(f"told.at(-1).events.at(-1) === '{newest[-1]}'")
    assert connected.told["events"] == newest
    assert connected.told["looks"] == 1


def test_an_event_without_an_id_is_looked_for(connected: Component) -> None:
    connected.push("incoming_event", {})
    connected.wait("told.at(-1).looks === 2")
    assert connected.told["events"] == []


@pytest.mark.parametrize(
    ("action", "rings"),
    [
        *[(a, "looks") for a in ("incoming_chat", "chat_deactivated", "user_added_to_chat")],
        *[(a, "looks") for a in ("user_removed_from_chat", "events_marked_as_seen")],
        *[(a, "reads") for a in ("chat_transferred", "queue_position_updated", "event_updated")],
        *[(f"{of}_properties_updated", "reads") for of in ("event", "thread")],
        *[(f"{of}_properties_deleted", "reads") for of in ("event", "thread")],
        ("incoming_rich_message_postback", "reads"),
    ],
)
def test_what_changes_the_conversation_rings(connected: Component, action: str, rings: str) -> None:
    before = connected.told
    connected.push(action, {"chat_id": "any"})
    connected.wait(f"told.length === 2 && told.at(-1).{rings} === {before[rings] + 1}")


def test_what_changes_nothing_on_the_page_does_not(connected: Component) -> None:
    connected.push("events_marked_as_seen", {"user_id": connected.customer})
    connected.push("customer_updated", {})
    connected.push("incoming_greeting", {})
    connected.push("groups_status_updated", {"groups": None})
    connected.push("incoming_chat", {})
    connected.wait("told.length === 2")


def test_the_status_of_groups_is_told_a_little_later(connected: Component) -> None:
    connected.push("groups_status_updated", {"groups": [{"id": 0, "status": "offline"}, None]})
    connected.push("incoming_chat", {})
    connected.wait("told.at(-1).looks === 2")
    connected.pass_time()
    connected.wait("told.at(-1).groups[0] === 'offline'")


def test_it_pings_and_stays_connected(connected: Component) -> None:
    connected.pass_time(15_000)
    while connected.asked != ["login", "ping"]:
        connected.page.wait_for_timeout(50)
    connected.pass_some_ticks()
    connected.pass_time(12_000)
    connected.pass_some_ticks()
    assert connected.asked == ["login", "ping"]


def test_a_connection_that_answers_no_ping_is_given_up(connected: Component) -> None:
    connected.sandbox.faults.add("rtm/ping", delay=60)
    connected.pass_time(15_000)
    while "ping" not in connected.asked:
        connected.page.wait_for_timeout(50)
    connected.pass_time(11_000)
    connected.wait("!told.at(-1).open")
    connected.pass_time()
    connected.wait_until_open(2)


def test_a_login_that_is_not_answered_is_tried_again(component: Component) -> None:
    component.sandbox.faults.add("rtm/login", delay=60)
    component.mount()
    while component.asked != ["login"]:
        component.page.wait_for_timeout(50)
    component.pass_time(16_000)
    component.pass_some_ticks()
    component.pass_time()
    component.wait_until_open()


@pytest.mark.parametrize("hours", [9, -24])
def test_after_a_sleep_the_connection_is_tried_at_once(connected: Component, hours: int) -> None:
    connected.set_clock(hours * 3600)
    while connected.asked != ["login", "ping"]:
        connected.page.wait_for_timeout(50)
    connected.pass_some_ticks()
    assert connected.asked == ["login", "ping"]
    assert connected.told["open"]


def test_a_connection_that_was_lost_in_a_sleep_is_made_again(connected: Component) -> None:
    connected.sandbox.faults.add("rtm/ping", delay=60)
    connected.set_clock(9 * 3600)
    while "ping" not in connected.asked:
        connected.page.wait_for_timeout(50)
    connected.pass_time(11_000)
    connected.wait("!told.at(-1).open")
    connected.pass_time()
    connected.wait_until_open(2)


def test_who_waits_to_connect_does_so_after_a_sleep(connected: Component) -> None:
    connected.sandbox.faults.add("rtm/connect", status=503, times=5)
    connected.disconnect("service_temporarily_unavailable")
    for _ in range(5):
        connected.pass_some_ticks()
        connected.pass_time()
    connected.pass_some_ticks()
    assert not connected.told["open"]
    connected.set_clock(9 * 3600)
    connected.wait_until_open(2)


@pytest.mark.parametrize("reason", ["too_many_connections", "customer_banned"])
def test_who_does_not_wait_to_connect_does_not_after_a_sleep(
    connected: Component, reason: str
) -> None:
    connected.disconnect(reason)
    connected.wait("!told.at(-1).open")
    connected.set_clock(9 * 3600)
    connected.pass_some_ticks()
    assert connected.asked == ["login"]


@pytest.mark.parametrize("hours", [9, -24])
def test_who_is_blocked_waits_whatever_the_clock_says(connected: Component, hours: int) -> None:
    connected.disconnect("customer_temporarily_blocked", {"timeout": 30})
    connected.wait("!told.at(-1).open")
    connected.set_clock(hours * 3600)
    connected.pass_some_ticks()
    assert connected.asked == ["login"]
    connected.pass_time(31_000)
    connected.wait_until_open(2)


def test_a_clock_that_is_put_back_holds_up_nothing(connected: Component) -> None:
    connected.set_clock(-24 * 3600)
    connected.pass_some_ticks()
    connected.disconnect("internal_error")
    connected.wait("!told.at(-1).open")
    connected.pass_time()
    connected.wait_until_open(2)
    connected.type(True)
    connected.wait("sign.textContent")
    connected.set_clock(-24 * 3600)
    connected.pass_time(11_000)
    connected.wait("sign.textContent === ''")


@pytest.mark.parametrize("reason", RECONNECT)
def test_it_connects_again(connected: Component, reason: str) -> None:
    connected.disconnect(reason)
    connected.wait("!told.at(-1).open")
    assert connected.asked == ["login"]
    connected.pass_time()
    connected.wait_until_open(2)


def test_each_login_has_a_name_of_its_own_even_if_the_script_is_loaded_anew(
    connected: Component,
) -> None:
    names = {connected.told["connection"]}
    connected.disconnect("internal_error")
    connected.wait("!told.at(-1).open")
    assert {connected.told["connection"]} == names
    connected.pass_time()
    connected.wait_until_open(2)
    names.add(connected.told["connection"])
    connected.page.evaluate("() => takeAway()")
    connected.mount()
    connected.wait_until_open()
    names.add(connected.told["connection"])
    assert len(names) == 3
    assert all(isinstance(name, str) for name in names)


def test_a_connection_that_just_ends_is_made_again(connected: Component) -> None:
    connected.sandbox.reset()
    connected.wait("!told.at(-1).open")


def test_it_waits_longer_with_each_failure_and_not_for_ever(component: Component) -> None:
    component.page.evaluate("""() => {
        window.tries = 0;
        const { WebSocket } = window;
        window.WebSocket = class extends WebSocket {
            constructor(url) {
                super(url);
                window.tries++;
            }
        };
    }""")
    component.sandbox.faults.add("rtm/connect", status=503, times=100)
    component.mount()
    while component.page.evaluate("tries") < 6:
        component.pass_some_ticks()
        component.pass_time()
    component.page.wait_for_timeout(1_000)  # until the last one is refused, too
    tries = component.page.evaluate("tries")
    component.pass_time(5_000)
    component.pass_some_ticks()
    assert component.page.evaluate("tries") == tries
    component.sandbox.faults.clear()
    component.pass_time()
    component.wait_until_open()


@pytest.mark.parametrize("reason", REST)
def test_it_rests_until_the_visitor_does_something(connected: Component, reason: str) -> None:
    connected.disconnect(reason)
    connected.wait("!told.at(-1).open")
    connected.pass_time()
    connected.pass_some_ticks()
    assert connected.asked == ["login"]
    connected.page.mouse.click(10, 10)
    connected.wait_until_open(2)


@pytest.mark.parametrize("reason", GIVE_UP)
def test_it_gives_up(connected: Component, reason: str) -> None:
    connected.disconnect(reason)
    connected.wait("!told.at(-1).open")
    connected.page.mouse.click(10, 10)
    connected.pass_time()
    connected.pass_some_ticks()
    assert connected.asked == ["login"]


@pytest.mark.parametrize("reason", ["access_token_expired", "access_token_revoked"])
def test_it_asks_for_a_new_token(connected: Component, reason: str) -> None:
    connected.disconnect(reason)
    connected.wait("told.at(-1).refused")
    assert connected.told["refused"] == connected.data["token"]
    assert not connected.told["open"]
    connected.pass_time()
    connected.pass_some_ticks()
    assert connected.asked == ["login"]
    connected.visitor.visit.told(pushes.parse(connected.told))
    connected.visitor.run()
    connected.give(token=connected.visitor.visit.token)
    connected.pass_time()
    connected.wait_until_open(2)


def test_a_token_renewed_meanwhile_is_used_for_the_next_login(connected: Component) -> None:
    connected.give(token=connected.visitor.visit._credentials.renew(connected.data["token"]))
    connected.pass_some_ticks()
    assert connected.asked == ["login"]
    connected.disconnect("access_token_expired")
    connected.wait("!told.at(-1).open")
    connected.pass_time()
    connected.wait_until_open(2)
    assert connected.told["refused"] is None


def test_a_refused_login_asks_for_a_new_token(component: Component) -> None:
    component.mount(token="never given")
    component.wait("told.at(-1)?.refused === 'never given'")


@pytest.mark.parametrize(
    ("error", "tries_again"),
    [
        ("internal", True),
        ("too_many_requests", True),
        ("users_limit_reached", False),
        ("customer_banned", False),
        ("wrong_product_version", False),
    ],
)
def test_a_login_that_is_refused(component: Component, error: str, tries_again: bool) -> None:
    component.sandbox.faults.add("rtm/login", error=error)
    component.mount()
    while component.asked != ["login"]:
        component.page.wait_for_timeout(50)
    component.pass_some_ticks()
    component.pass_time()
    component.pass_some_ticks()
    assert component.asked == ["login"] * (2 if tries_again else 1)


def test_it_follows_livechat_into_another_region(component: Component) -> None:
    hosts: list[str] = []
    component.page.on("websocket", lambda socket: hosts.append(socket.url.split(":")[1]))
    component.mount(**push.connection(component.address("api.localhost")))
    component.wait_until_open()
    component.disconnect("misdirected_connection", {"region": "fra"})
    component.wait_until_open(2)
    component.disconnect("internal_error")
    component.wait("!told.at(-1).open")
    component.pass_time()
    component.wait_until_open(3)
    assert hosts == ["//api.localhost", "//api-fra.localhost", "//api-fra.localhost"]


@pytest.mark.parametrize("region", ["evil.com/", "", None, 7, "FRA", "fra-", "fra"])
def test_a_region_that_is_none_or_the_same_is_not_followed(
    component: Component, region: object
) -> None:
    hosts: list[str] = []
    component.page.on("websocket", lambda socket: hosts.append(socket.url.split(":")[1]))
    component.mount(**push.connection(component.address("api.localhost")))
    component.wait_until_open()
    if region == "fra":
        component.disconnect("misdirected_connection", {"region": "fra"})
        component.wait_until_open(2)
    component.disconnect("misdirected_connection", {"region": region})
    component.wait("!told.at(-1).open")
    component.pass_time()
    component.wait_until_open(2)
    expected = "//api-fra.localhost" if region == "fra" else "//api.localhost"
    assert hosts[-1] == expected


@pytest.mark.parametrize("data", [{"timeout": 30}, {}])
def test_who_is_blocked_waits_and_tries_once(connected: Component, data: dict[str, Any]) -> None:
    connected.disconnect("customer_temporarily_blocked", data)
    connected.wait("!told.at(-1).open")
    connected.pass_time(20_000)
    connected.pass_some_ticks()
    assert connected.asked == ["login"]
    connected.sandbox.faults.add("rtm/connect", error="customer_temporarily_blocked")
    connected.pass_time(60_000)
    connected.pass_some_ticks()
    connected.pass_time()
    connected.pass_some_ticks()
    assert connected.asked == ["login"]
    connected.give(url=None)
    connected.give(url=connected.address("127.0.0.1"))
    connected.wait_until_open(2)


def test_another_customer_is_logged_in_anew(connected: Component) -> None:
    other = Visitor(connected.sandbox)
    other.say("Hello")
    conversation = other.visit.conversation
    connected.give(token=other.visit.token, customer=conversation.customer_id)
    connected.wait_until_open(2)
    other.hear("For the other one", active=True)
    connected.wait("told.at(-1).events.length === 1")


def test_what_is_stored_for_livechat_goes_with_the_next_login(connected: Component) -> None:
    stored = {"customer_side_storage": {"key": "value"}}
    connected.push("customer_side_storage_updated", stored)
    connected.disconnect("internal_error")
    connected.wait("!told.at(-1).open")
    connected.pass_time()
    connected.wait_until_open(2)
    logins = [r.payload for r in connected.sandbox.requests if r.action == "login"]
    assert [login.get("customer_side_storage") for login in logins] == [None, {"key": "value"}]


def test_taken_away_it_hangs_up(connected: Component) -> None:
    sockets: list[WebSocket] = []
    connected.page.on("websocket", lambda socket: sockets.append(socket))
    connected.give(url=None)
    connected.give(url=connected.address("127.0.0.1"))
    connected.wait_until_open(2)
    connected.page.evaluate("() => takeAway()")
    connected.pass_time()
    connected.pass_some_ticks()
    assert [socket.is_closed() for socket in sockets] == [True]


@pytest.mark.parametrize("frame", ["no JSON", "null", "7", '{"type":"push"}', '{"action":"login"}'])
def test_what_cannot_be_read_is_let_pass(component: Component, frame: str) -> None:
    component.page.route_web_socket(lambda url: "rtm" in url, lambda route: route.send(frame))
    component.mount()
    component.pass_some_ticks()
    assert component.page.evaluate("told.length") == 0


def test_who_is_typing_is_written_and_goes(connected: Component) -> None:
    connected.type(True)
    connected.wait("sign.textContent === 'Agent is typing…'")
    connected.type(False)
    connected.wait("sign.textContent === ''")
    assert connected.page.evaluate("told.length") == 1


def test_who_is_typing_has_a_name_shown_as_it_is(connected: Component) -> None:
    connected.visitor.hear("Hi", active=True)
    connected.visitor.poll()
    agent = connected.visitor.visit.conversation.agents.present[0].id
    connected.give(names={agent: "<b>$& Kate</b>"})
    connected.type(True)
    connected.wait("sign.textContent === '<b>$& Kate</b> is typing…'")


def test_who_has_written_no_longer_types(connected: Component) -> None:
    connected.type(True)
    connected.wait("sign.textContent")
    connected.visitor.hear("Done", active=True)
    connected.wait("sign.textContent === ''")


def test_who_stops_without_a_word_no_longer_types_after_a_while(connected: Component) -> None:
    connected.type(True)
    connected.wait("sign.textContent")
    connected.pass_time(11_000)
    connected.wait("sign.textContent === ''")


def test_nobody_is_seen_to_type_without_a_connection(connected: Component) -> None:
    connected.type(True)
    connected.wait("sign.textContent")
    connected.disconnect("internal_error")
    connected.wait("sign.textContent === ''")


def test_the_visitor_is_not_told_of_their_own_typing(connected: Component) -> None:
    for author in (connected.customer, "Kate"):
        indicator = {"author_id": author, "is_typing": True}
        connected.push("incoming_typing_indicator", {"typing_indicator": indicator})
    connected.wait("sign.textContent")
    connected.push(
        "incoming_typing_indicator", {"typing_indicator": {"author_id": "Kate", "is_typing": False}}
    )
    connected.wait("sign.textContent === ''")


@pytest.mark.parametrize(
    "script",
    [
        "() => { window.WebSocket = class { constructor() { throw new Error('blocked') } } }",
        "() => { window.Worker = class { constructor() { throw new Error('blocked') } } }",
        "() => { delete window.WebSocket }",
        "() => { delete window.Worker }",
    ],
)
def test_where_the_browser_cannot_nothing_is_told(component: Component, script: str) -> None:
    component.page.evaluate(script)
    component.mount()
    component.give(names={"1": "Kate"})
    assert component.page.evaluate("told.length") == 0
    assert component.asked == []
