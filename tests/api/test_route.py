"""Where requests go: the version of LiveChat's API, and the region of an organization."""

from __future__ import annotations

import logging
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from livechat.api import errors, route
from livechat.api.agent_client import AgentClient
from livechat.api.client import Client
from livechat.api.route import Line, Region, Route, Spoken
from livechat.settings import VERSIONS
from tests.api.wire import Token, Wire, error_body

OLDEST, NEWEST = VERSIONS[0], VERSIONS[-1]
UNSUPPORTED = error_body(route.UNSUPPORTED)
OWN = "https://api.livechatinc.com"


def misdirected(region: object) -> bytes:
    return error_body("misdirected_request", region=region)


def asked_for(wire: Wire) -> list[str]:
    """The versions that requests were for, in order."""
    return [heard.path.split("/")[1].removeprefix("v") for heard in wire.heard]


def asked_at(wire: Wire) -> list[tuple[str, str | None]]:
    """The hosts of LiveChat's, and the regions, that requests were for, in order."""
    return [
        (h.headers["host"].split(".livechatinc.com")[0], h.headers.get("x-region"))
        for h in wire.heard
    ]


@pytest.fixture
def livechat(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> str:
    """LiveChat's own address, behind which is the wire; there is no host for all regions."""
    real = socket.getaddrinfo

    def resolve(host: Any, *rest: Any, **more: Any) -> Any:
        if host == "api-nowhere.livechatinc.com":
            raise socket.gaierror
        return real("127.0.0.1", *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return f"http://api.livechatinc.com:{wire.url.rpartition(':')[2]}"


# The version


def test_a_version_that_livechat_serves_no_more_is_left_at_once_and_for_good(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.first = [UNSUPPORTED, b'{"event_id": "e"}']
    sent = Client(wire.url, "org", Token()).send_event("c", event={"type": "message"})
    assert sent.event_ids == ("e",)
    Client(wire.url, "other", Token()).get_customer()
    AgentClient(wire.url, "token").accept_chats(True)
    assert asked_for(wire) == [OLDEST, NEWEST, NEWEST, NEWEST]
    assert wire.heard[0].body == wire.heard[1].body
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert f"version {OLDEST}" in caplog.text
    assert f"LIVECHAT_API_VERSION={NEWEST}" in caplog.text


def test_agents_leave_it_as_well(wire: Wire) -> None:
    wire.first = [UNSUPPORTED]
    AgentClient(wire.url, "token").accept_chats(True)
    assert asked_for(wire) == [OLDEST, NEWEST]


def test_from_the_newest_version_there_is_nowhere_to_go(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.body = UNSUPPORTED
    for _ in range(2):
        with pytest.raises(errors.Misconfigured, match="update the page") as caught:
            Client(wire.url, "org", Token()).get_customer()
        assert caught.value.setting is None
    assert asked_for(wire) == [OLDEST, NEWEST, NEWEST]
    assert len(caplog.records) == 1


def test_who_was_refused_meanwhile_goes_on_with_the_others(wire: Wire) -> None:
    spoken = Spoken()
    assert spoken.was_refused(OLDEST)
    assert spoken.was_refused(OLDEST)
    assert not spoken.was_refused(NEWEST)
    assert spoken.current == NEWEST


def test_the_settings_never_lead_back() -> None:
    spoken = Spoken()
    for version in (NEWEST, OLDEST):
        spoken.begin(version)
        assert spoken.current == NEWEST


@pytest.mark.parametrize(
    ("header", "fate"), [("Legacy", "will be deprecated"), ("Deprecation", "will be shut down")]
)
def test_old_age_is_logged_once_a_day(
    wire: Wire, caplog: pytest.LogCaptureFixture, header: str, fate: str
) -> None:
    wire.headers = [(header, "2031-01-01" + "x" * 100)]
    for organization_id in ("org", "other"):
        Client(wire.url, organization_id, Token()).get_customer()
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    told = caplog.records[0].getMessage()
    assert f"v{OLDEST} ({header}: 2031-01-01" in told
    assert fate in told
    assert len(told) < 130

    route.VERSION._rarely._said_at[OLDEST, header] -= 86401
    Client(wire.url, "org", Token()).get_customer()
    assert len(caplog.records) == 2
    route.VERSION.begin(NEWEST)
    Client(wire.url, "org", Token()).get_customer()
    assert f"v{NEWEST} ({header}: 2031-01-01" in caplog.records[2].getMessage()


def test_a_header_neither_breaks_a_log_line_nor_colours_it(
    wire: Wire, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    wire.headers = [("Legacy", "soon\x1b[31m\x85\xff")]
    client.get_customer()
    (told,) = (record.getMessage() for record in caplog.records)
    assert "(Legacy: soon?[31m" in told
    assert told.isprintable()


# The region


@pytest.mark.parametrize(
    ("region", "host"),
    [
        *[(Region(name), "api") for name in ("dal", "fra-a", "fra-b", "us-south1")],
        *[(Region(name), "api-fra") for name in ("fra", "eu-west3")],
        (Region("us-south1", has_host=True), "api-us-south1"),
        (Region("eu-west3", has_host=True), "api-eu-west3"),
    ],
)
@pytest.mark.parametrize(
    "url", [OWN, "https://api-fra.livechatinc.com", "https://api.livechatinc.com:8443/a?b=//api.c"]
)
def test_which_host_is_for_which_region(region: Region, host: str, url: str) -> None:
    expected = f"https://{host}.livechatinc.com{url.partition('.com')[2]}"
    assert region.address(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:80/api.x",
        "https://api.example.com",
        "https://api.livechatinc.com.evil.org",
    ],
)
@pytest.mark.parametrize("region", [Region("fra"), Region("dal", has_host=True)])
def test_an_address_that_is_not_livechats_stays(url: str, region: Region) -> None:
    assert region.address(url) == url


def test_g33_a_region_is_followed_and_remembered_for_the_organization(
    wire: Wire, livechat: str, caplog: pytest.LogCaptureFixture
) -> None:
    wire.first = [misdirected("us-south1")]
    for organization_id in ("org", "org", "other"):
        Client(livechat, organization_id, Token()).get_customer()
    here, there = ("api", None), ("api", "us-south1")
    assert asked_at(wire) == [here, there, there, here]
    assert caplog.messages == [
        "LiveChat serves the organization in region us-south1: all pages ask at "
        + urlsplit(livechat).netloc
    ]


def test_regions_that_send_each_other_the_same_visitors_flood_no_log(
    wire: Wire, livechat: str, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ["us-south1", "dal"] * 5:
        wire.first += [misdirected(name), b"{}"]
    for _ in range(10):
        Client(livechat, "org", Token()).get_customer()
    assert len(caplog.messages) == 2


def test_what_is_served_in_frankfurt_has_a_host(wire: Wire, livechat: str) -> None:
    wire.first = [misdirected("eu-west3"), b"{}", misdirected("dal")]
    client = Client(livechat, "org", Token())
    client.get_customer()
    client.get_customer()
    there = ("api-fra", "eu-west3")
    assert asked_at(wire) == [("api", None), there, there, ("api", "dal")]


def test_a_regions_own_host_comes_last(wire: Wire, livechat: str) -> None:
    wire.first = [misdirected("dal"), misdirected("dal")]
    for _ in range(2):
        Client(livechat, "org", Token()).get_customer()
    last = ("api-dal", "dal")
    assert asked_at(wire) == [("api", None), ("api", "dal"), last, last]


def test_a_host_that_does_not_exist_is_no_trouble_of_the_network(wire: Wire, livechat: str) -> None:
    wire.first = [misdirected("nowhere")] * 2
    with pytest.raises(errors.Misconfigured) as caught:
        Client(livechat, "org", Token(), retries=0).get_customer()
    assert caught.value.setting == "LIVECHAT_API_URL"
    assert len(wire.heard) == 2
    wire.first = [misdirected("dal")]
    Client(livechat, "org", Token()).get_customer()
    assert asked_at(wire)[2:] == [("api", None), ("api", "dal")]


def test_where_nobody_answers_nothing_is_remembered(wire: Wire, livechat: str) -> None:
    wire.first = [misdirected("dal"), b"<html>"]
    with pytest.raises(errors.Unreachable):
        Client(livechat, "org", Token(), retries=0).get_customer()
    assert route.route(livechat, "org").region is None


def test_on_another_host_a_region_is_tried_once(wire: Wire) -> None:
    wire.body = misdirected("dal")
    with pytest.raises(errors.Misconfigured):
        Client(wire.url, "org", Token()).get_customer()
    assert [heard.headers.get("x-region") for heard in wire.heard] == [None, "dal"]


def test_livechat_cannot_lead_in_a_circle(wire: Wire) -> None:
    wire.first = [misdirected(name) for name in ("dal", "fra") * 10]
    with pytest.raises(errors.Misconfigured):
        Client(wire.url, "org", Token()).get_customer()
    assert len(wire.heard) == 4


@pytest.mark.parametrize(
    "region", [None, 7, "", "evil.com/", "DAL", "a" * 60, "dal-", "x@y", "a\n"]
)
def test_a_region_that_is_no_region_is_not_followed(wire: Wire, region: object) -> None:
    wire.body = misdirected(region)
    with pytest.raises(errors.Misconfigured):
        Client(wire.url, "org", Token()).get_customer()
    assert len(wire.heard) == 1


# Where browsers connect to


def rtm(host: str, query: str = "", version: str = OLDEST) -> str:
    return f"wss://{host}.livechatinc.com/v{version}/customer/rtm/ws?organization_id=org{query}"


def line(way: Route) -> Line:
    return Line(lambda: way)


def turn_away(line: Line, region: object, reason: str = "misdirected_connection") -> str:
    line.was_turned_away(line.url, reason, region)
    return line.url


def test_a_browser_is_sent_from_region_to_region() -> None:
    browser = line(Route(OWN, "org"))
    assert browser.url == rtm("api")
    assert turn_away(browser, "us-south1") == rtm("api", "&x-region=us-south1")
    assert turn_away(browser, "us-south1") == rtm("api-us-south1", "&x-region=us-south1")
    assert turn_away(browser, "us-south1") == browser.url
    assert turn_away(browser, "fra") == rtm("api-fra", "&x-region=fra")
    for nonsense in ("fra", "evil.com/", None):
        assert turn_away(browser, nonsense) == rtm("api-fra", "&x-region=fra")


def test_plain_http_is_a_plain_socket() -> None:
    there = line(Route("http://127.0.0.1:1", "a b"))
    expected = f"ws://127.0.0.1:1/v{OLDEST}/customer/rtm/ws?organization_id=a+b"
    assert turn_away(there, "dal") == f"{expected}&x-region=dal"
    assert turn_away(there, "dal") == f"{expected}&x-region=dal"


def test_the_next_browser_begins_where_the_last_one_was_sent_but_at_no_host_of_its() -> None:
    way = Route(OWN, "org")
    way.region = Region("dal")
    first = line(way)
    assert first.url == rtm("api", "&x-region=dal")
    for _ in range(2):
        turn_away(first, "us-south1")
    assert line(way).url == rtm("api", "&x-region=us-south1")
    assert way.region == Region("dal")


def test_a_browser_that_is_taken_in_stays_whatever_others_say() -> None:
    way = Route(OWN, "org")
    one, other = line(way), line(way)
    before = other.url
    turn_away(one, "dal")
    way.region = Region("fra")
    assert other.url == before


def test_another_organization_has_another_way() -> None:
    ways = [Route(OWN, "org")]
    browser = Line(lambda: ways[-1])
    turn_away(browser, "dal")
    ways.append(Route(OWN, "other"))
    assert browser.url == rtm("api").replace("=org", "=other")


def test_what_a_browser_says_of_an_address_that_it_has_left_is_old() -> None:
    browser = line(Route(OWN, "org"))
    old = browser.url
    turn_away(browser, "dal")
    browser.was_turned_away(old, "misdirected_connection", "fra")
    assert browser.url == rtm("api", "&x-region=dal")


def test_where_browsers_are_refused_the_whole_process_moves_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    one, other = line(Route(OWN, "org")), line(Route(OWN, "other"))
    old = other.url
    assert turn_away(one, None, route.UNSUPPORTED) == rtm("api", version=NEWEST)
    other.was_turned_away(old, route.UNSUPPORTED, None)
    assert turn_away(other, None, route.UNSUPPORTED) == rtm("api", version=NEWEST).replace(
        "=org", "=other"
    )
    assert len(caplog.records) == 1


def test_a_version_that_is_left_leaves_the_region() -> None:
    browser = line(Route(OWN, "org"))
    turn_away(browser, "dal")
    assert turn_away(browser, None, route.UNSUPPORTED) == rtm("api", "&x-region=dal", NEWEST)
