"""The script that listens to LiveChat's pushes: in a real browser, against the sandbox's RTM API.

Without Streamlit around it, and with a clock that a test moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, WebSocket

from livechat.api import route
from livechat.chat import pushes
from livechat.page.browser import push
from livechat.sandbox import Sandbox
from livechat.settings import VERSIONS
from tests.browser.component import Component
from tests.conftest import until
from tests.driver import Page as Visitor

RECONNECT = [
    "connection_evicted",
    "connection_timeout",
    "internal_error",
    "too_many_unauthorized_connections",
    "service_temporarily_unavailable",
    "something_new",
    "constructor",
]
IN_A_THREAD = [
    "event_updated",
    "event_deleted",
    "event_properties_updated",
    "event_properties_deleted",
    "thread_properties_updated",
    "thread_properties_deleted",
    "incoming_rich_message_postback",
]
REST = ["too_many_connections", "logged_out_remotely", "inactivity_timeout"]
GIVE_UP = [
    "license_not_found",
    "license_expired",
    "unsupported_version",
    "customer_banned",
    "product_version_changed",
]


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
        "customer": connected.customer,
        "connection": connected.told["connection"],
        "looks": 1,
        "reads": 0,
        "threads": {},
        "events": [],
        "deleted": [],
        "groups": {},
        "refused": None,
        "turned": None,
        "follows": False,
        "greeting": None,
        "drawn": None,
    }


def test_what_the_app_has_not_heard_is_told_again_until_it_has(connected: Component) -> None:
    connected.page.evaluate("isDeaf = true")
    connected.push("incoming_event", {"event": {"id": "a"}})
    connected.wait("told.at(-1).events.includes('a')")
    before = connected.page.evaluate("told.length")
    connected.pass_time(11_000)
    connected.wait(f"told.length === {before + 1}")
    connected.page.evaluate("isDeaf = false")
    connected.pass_time(21_000)
    connected.wait(f"told.length === {before + 2}")
    assert connected.told["events"] == ["a"]
    connected.pass_time(100_000)
    connected.pass_some_ticks()
    assert connected.page.evaluate("told.length") == before + 2


def test_it_tells_which_run_of_the_page_is_there_to_its_end(connected: Component) -> None:
    connected.page.evaluate("document.body.dataset.testScriptState = 'running'")
    connected.push("incoming_event", {"event": {"id": "a"}})
    connected.wait("told.at(-1).events.includes('a')")
    assert connected.told["drawn"] is None
    connected.page.evaluate("document.body.dataset.testScriptState = 'notRunning'")
    connected.give(run=8)
    connected.push("incoming_event", {"event": {"id": "b"}})
    connected.wait("told.at(-1).events.includes('b')")
    assert connected.told["drawn"] == 8


def test_a_newer_script_ends_the_line_of_the_older_one(connected: Component) -> None:
    connected.page.evaluate("() => { window.older = livechatLine; }")
    connected.mount()
    connected.wait_until_open()
    assert connected.page.evaluate("older !== livechatLine && older.socket === null")


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


def test_what_is_pushed_is_kept_for_as_long_as_the_app_says(connected: Component) -> None:
    def push(id: str) -> None:
        connected.push("incoming_event", {"event": {"id": id}})

    connected.give(hold=80)
    push("a")
    connected.push("incoming_chat", {})
    push("b")
    connected.wait_until_heard()
    assert connected.page.evaluate("told.length") == 1
    connected.pass_time(100_000)
    connected.wait("told.length === 2")
    assert (connected.told["events"], connected.told["looks"]) == (["a", "b"], 2)
    connected.give(run=8)
    push("c")
    connected.disconnect("internal_error")
    connected.wait("told.length === 3 && !told.at(-1).open")
    assert connected.told["events"] == ["a", "b", "c"]
    connected.pass_time(10_000)
    connected.wait_until_open(3)
    connected.pass_time(60_000)  # what the app has said is long ago
    push("d")
    connected.wait("told.at(-1).events.includes('d')")


def test_an_event_without_an_id_is_looked_for(connected: Component) -> None:
    connected.push("incoming_event", {})
    connected.wait("told.at(-1).looks === 2")
    assert connected.told["events"] == []


@pytest.mark.parametrize(
    ("action", "rings"),
    [
        *[(a, "looks") for a in ("incoming_chat", "chat_deactivated", "user_added_to_chat")],
        *[(a, "looks") for a in ("user_removed_from_chat", "events_marked_as_seen")],
        *[(a, "reads") for a in ("chat_transferred", "queue_position_updated", *IN_A_THREAD)],
    ],
)
def test_what_changes_the_conversation_rings(connected: Component, action: str, rings: str) -> None:
    before = connected.told
    connected.push(action, {"chat_id": "any"})
    connected.wait(f"told.length === 2 && told.at(-1).{rings} === {before[rings] + 1}")


@pytest.mark.parametrize("action", IN_A_THREAD)
def test_what_changes_in_a_thread_names_it(connected: Component, action: str) -> None:
    before = connected.told
    connected.push(action, {"chat_id": "any", "thread_id": "one", "event_id": "e"})
    connected.wait("told.length === 2")
    first = connected.told["threads"]["one"]
    connected.push(action, {"chat_id": "any", "thread_id": "two"})
    connected.push(action, {"chat_id": "any", "thread_id": "one"})
    connected.wait("told.length === 4")
    told = pushes.parse(connected.told)
    assert set(told.threads) == {"one", "two"}
    assert told.threads["one"] != first
    assert told.deleted == ({"e"} if action == "event_deleted" else set())
    assert (told.looks, told.reads) == (before["looks"], before["reads"])


def test_the_latest_threads_and_deleted_events_are_told(connected: Component) -> None:
    for number in range(25):
        place = {"thread_id": f"t{number}", "event_id": f"e{number}"}
        connected.push("event_deleted", {"chat_id": "any", **place})
    connected.wait("'t24' in told.at(-1).threads")
    assert list(connected.told["threads"]) == [f"t{number}" for number in range(5, 25)]
    assert connected.told["deleted"] == [f"e{number}" for number in range(5, 25)]


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
    until(connected.page, lambda: connected.asked == ["login", "ping"])
    connected.pass_some_ticks()
    connected.pass_time(12_000)
    connected.pass_some_ticks()
    assert connected.asked == ["login", "ping"]


def test_a_connection_that_answers_no_ping_is_given_up(connected: Component) -> None:
    connected.sandbox.faults.add("rtm/ping", delay=60)
    connected.pass_time(15_000)
    until(connected.page, lambda: "ping" in connected.asked)
    connected.pass_time(11_000)
    connected.wait("!told.at(-1).open")
    connected.pass_time()
    connected.wait_until_open(2)


def test_a_login_that_is_not_answered_is_tried_again(component: Component) -> None:
    component.sandbox.faults.add("rtm/login", delay=60)
    component.mount()
    until(component.page, lambda: component.asked == ["login"])
    component.pass_time(16_000)
    component.pass_some_ticks()
    component.pass_time()
    component.wait_until_open()


@pytest.mark.parametrize("hours", [9, -24])
def test_after_a_sleep_the_connection_is_tried_at_once(connected: Component, hours: int) -> None:
    connected.set_clock(hours * 3600)
    until(connected.page, lambda: connected.asked == ["login", "ping"])
    connected.pass_some_ticks()
    assert connected.asked == ["login", "ping"]
    assert connected.told["open"]
    # And LiveChat is looked at: what it pushed meanwhile may never come.
    assert connected.told["looks"] == 2


def test_a_connection_that_was_lost_in_a_sleep_is_made_again(connected: Component) -> None:
    connected.sandbox.faults.add("rtm/ping", delay=60)
    connected.set_clock(9 * 3600)
    until(connected.page, lambda: "ping" in connected.asked)
    connected.pass_time(11_000)
    connected.wait("!told.at(-1).open")
    connected.pass_time()
    connected.wait_until_open(3)


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
    until(component.page, lambda: component.asked == ["login"])
    component.pass_some_ticks()
    component.pass_time()
    component.pass_some_ticks()
    assert component.asked == ["login"] * (2 if tries_again else 1)


def addresses(component: Component) -> list[str]:
    """Where the script connects to from now on."""
    urls: list[str] = []
    component.page.on("websocket", lambda socket: urls.append(socket.url))
    return urls


def hand_on(component: Component) -> str:
    """The app hears what was told, and returns where it would have the script connect to now."""
    visit = component.visitor.visit
    visit.told(pushes.parse(component.told))
    component.give(**push.connection(visit.rtm_url))
    return visit.rtm_url


def test_it_follows_livechat_into_another_region(connected: Component) -> None:
    urls = addresses(connected)
    connected.sandbox.default.region = "fra"
    connected.disconnect("misdirected_connection", {"region": "fra"})
    connected.wait("told.at(-1).turned")
    there = hand_on(connected)
    connected.wait_until_open(2)
    assert connected.told["turned"] is None
    connected.disconnect("internal_error")
    connected.wait("!told.at(-1).open")
    connected.pass_time()
    connected.wait_until_open(3)
    assert urls == [there, there]
    assert there.endswith("&x-region=fra")
    assert Visitor(connected.sandbox).visit.rtm_url == there


@pytest.mark.parametrize("region", ["evil.com/", "", None, 7, {"a": 1}])
def test_a_region_that_is_none_is_not_followed(connected: Component, region: object) -> None:
    urls = addresses(connected)
    connected.disconnect("misdirected_connection", {"region": region})
    connected.wait("told.at(-1).turned")
    here = hand_on(connected)
    connected.pass_time()
    connected.wait_until_open(2)
    assert urls == [here]
    assert "region" not in here


def test_a_login_that_belongs_elsewhere_is_told_as_well(component: Component) -> None:
    component.sandbox.faults.add("rtm/login", error="misdirected_request", data={"region": "fra"})
    component.mount()
    component.wait("told.at(-1)?.turned")
    component.sandbox.default.region = "fra"
    there = hand_on(component)
    component.wait_until_open()
    assert there.endswith("&x-region=fra")


def test_a_version_that_is_refused_is_left_at_once(connected: Component) -> None:
    connected.disconnect(route.UNSUPPORTED)
    connected.wait("told.at(-1).turned")
    there = hand_on(connected)
    connected.wait_until_open(2)
    assert f"/v{VERSIONS[-1]}/" in there
    logins = [r.payload["pushes"] for r in connected.sandbox.requests if r.action == "login"]
    for login, spoken in zip(logins, (VERSIONS[0], VERSIONS[-1]), strict=True):
        assert {"incoming_event", "event_updated"} <= set(login[spoken])
        assert "event_deleted" in login[VERSIONS[-1]]
    assert not set(logins[0][VERSIONS[0]]) & set(logins[0][VERSIONS[-1]])
    assert logins[1].keys() == {VERSIONS[-1]}


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
    component.page.reload()
    component.mount()
    component.pass_some_ticks()
    assert component.page.evaluate("told.length") == 0


def test_who_is_typing_is_written_and_goes(connected: Component) -> None:
    connected.type(True)
    connected.wait("sign.textContent === 'Agent is typing…'")
    connected.type(False)
    connected.wait("sign.textContent === ''")
    assert connected.page.evaluate("told.length") == 1


def test_without_pushes_no_line_is_kept_free_for_who_is_typing(component: Component) -> None:
    component.mount(**push.connection(None), listens=False)
    component.wait("sign.hidden")
    component.give(listens=True)
    component.wait("!sign.hidden")


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


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("incoming_event", {"event": {"id": "X", "author_id": "Tom"}}),
        ("chat_deactivated", {}),
        ("chat_transferred", {}),
        ("user_removed_from_chat", {"user_id": "Kate"}),
    ],
)
def test_nobody_types_any_more_once_the_chat_goes_on_without_them(
    connected: Component, action: str, payload: dict[str, Any]
) -> None:
    connected.type(True)
    connected.wait("sign.textContent")
    own = {"event": {"id": "Y", "author_id": connected.customer}}
    connected.push("incoming_event", own)
    connected.wait("told.at(-1).events.includes('Y')")
    assert connected.page.evaluate("sign.textContent")
    connected.push(action, payload)
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
        "() => { delete window.WebSocket }",
    ],
)
def test_where_the_browser_cannot_nothing_is_told(component: Component, script: str) -> None:
    component.page.evaluate(script)
    component.mount()
    component.give(names={"1": "Kate"})
    assert component.page.evaluate("told.length") == 0
    assert component.asked == []


FORBID = """policy => {
    const meta = document.createElement("meta");
    Object.assign(meta, { httpEquiv: "Content-Security-Policy", content: policy });
    document.head.append(meta);
}"""


@pytest.mark.parametrize(
    "script",
    [
        f"() => ({FORBID})(\"worker-src 'none'\")",
        "() => { window.Worker = class { constructor() { throw new Error('blocked') } } }",
        "() => { window.Worker = class { terminate() {} } }",
        "() => { delete window.Worker }",
    ],
    ids=["policy", "throws", "silent", "none"],
)
def test_without_a_worker_the_pages_own_timers_keep_the_line(
    component: Component, script: str, forbidden: list[str]
) -> None:
    component.page.evaluate(script)
    component.mount()
    component.wait_until_open()
    component.disconnect("connection_evicted")
    component.wait("!told.at(-1).open")
    component.pass_time(5_000)
    component.wait_until_open(2)
    component.pass_time(20_000)
    until(component.page, lambda: component.asked.count("ping") != 0)
    forbidden.clear()  # the worker, of one of them


def test_where_a_policy_forbids_to_connect_it_is_tried_once_for_each_address(
    component: Component, forbidden: list[str]
) -> None:
    allowed, _, _ = component.address("localhost").partition("?")
    component.page.evaluate(FORBID, f"connect-src {allowed}")
    component.page.evaluate("() => addEventListener('securitypolicyviolation', () => forbidden++)")
    component.page.evaluate("() => { window.forbidden = 0 }")
    component.mount()
    component.wait("forbidden === 1")
    for _ in range(3):
        component.pass_time()
        component.pass_some_ticks()
    assert component.page.evaluate("[forbidden, told.length]") == [1, 0]
    component.give(url=component.address("localhost"))
    component.wait_until_open()
    (connection,) = forbidden
    assert component.address("127.0.0.1") in connection
    forbidden.clear()


def test_a_policy_that_only_reports_keeps_nobody_from_anything(component: Component) -> None:
    component.mount()
    component.wait_until_open()
    component.page.evaluate(
        """url => document.dispatchEvent(new SecurityPolicyViolationEvent(
            "securitypolicyviolation",
            { disposition: "report", effectiveDirective: "connect-src", blockedURI: url,
              documentURI: "", violatedDirective: "", originalPolicy: "", statusCode: 200 },
        ))""",
        component.data["url"],
    )
    assert component.told["open"]
