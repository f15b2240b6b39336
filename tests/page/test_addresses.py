"""Which addresses may be loaded, and which may be opened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.page.addresses import contact, loadable, picture, web
from livechat.page.safe_text import linked

SANDBOX = "http://127.0.0.1:8900"


@pytest.mark.parametrize(
    "address",
    [
        *("http://a.example", "HTTPS://a.example/?b=1#c", " http://a ", "https://a.example:8443/b"),
        *(
            "http://192.168.1.1/",
            "https://[::1]:8080/a",
            "https://a.example/@b?c@d",
            "http://谢谢.example",
        ),
    ],
)
def test_an_address_on_the_web_can_be_opened(address: str) -> None:
    assert web(address) == address.strip()
    assert contact(address) == address.strip()


NONE = [
    *(None, "", "a.example", "//a.example", "/a", "#a", "http://", "http:/a", "https:a"),
    *("javascript:alert(1)", "JavaScript:x//http://a", "data:text/html,x", "file:///etc"),
    *("ftp://a", "java\nscript:x", "http://a b", "http://a\nb", "http:\\\\a", "\x01http://a"),
    *("blob:http://a", "view-source:http://a", "vbscript:x", "java\tscript:x", "\tjavascript:x"),
    # Browsers find another host in these than people do.
    *("https://livechat.com@evil.example", "https://livechat.com:443@evil.example/a", "https://@a"),
    *(
        "https:///a.example",
        "https://?a",
        "https://a.example\\@evil.example",
        "https://#@a.example",
    ),
    "https://a.example/" + "a" * 8_000,
]


@pytest.mark.parametrize("address", NONE)
def test_nothing_else_is_an_address(address: str | None) -> None:
    for may in (web, contact, loadable, picture):
        assert may(address) is None
        assert may(address and address.upper()) is None


def test_an_address_of_a_person_is_no_address_of_a_page() -> None:
    for address in ("tel:+48790", "mailto:a@b.example?subject=c"):
        assert contact(address) == address
        assert web(address) is None
        assert contact(address + "a" * 8_000) is None


@pytest.mark.parametrize(
    "address",
    [
        *(
            "https://cdn.livechat-files.com/api/file/a.png?b=c",
            "HTTPS://A.EXAMPLE/a",
            "https://a.b",
        ),
        *("https://a_b.example:8443/c", "https://xn--bcher-kva.example/a", "https://a.example."),
        "https://a.example/ü?%C3%BC#ü",
    ],
)
def test_what_is_on_the_internet_is_loaded(address: str) -> None:
    assert loadable(address) == address
    assert picture(address, SANDBOX) == address


@pytest.mark.parametrize(
    ("named", "asked_for"),
    [
        ("https://bücher.example/ü.png", "https://xn--bcher-kva.example/ü.png"),
        ("https://cdn.Straße.example:8443?ü", "https://cdn.xn--strae-oqa.example:8443?ü"),
        ("https://例え。テスト", "https://xn--r8jz45g.xn--zckzah"),
        ("https://cafe\u0301.example/a", "https://xn--caf-dma.example/a"),
    ],
)
def test_a_host_in_any_letters_is_loaded_as_browsers_spell_it(named: str, asked_for: str) -> None:
    assert loadable(named) == asked_for
    assert picture(named, SANDBOX) == asked_for


AT_HOME = [
    *(
        "localhost",
        "localhost.",
        "a.localhost",
        "router",
        "router.",
        "a.local",
        "A.LOCAL.",
        "a.lan",
    ),
    *("a.internal", "router.home.arpa", "fritz.home", "nas.corp", "localhost.localdomain"),
    # One number in all the ways in which browsers read it.
    *("127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0x7f000001", "0177.0.0.1", "127.0.0.1."),
    *("10.0.0.8", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "172.16.0.1"),
    *("[::1]", "[::ffff:10.0.0.1]", "[fe80::1]", "[fd00::1]", "[2001:db8::1]", "8.8.8.8"),
    *(
        "１２７.0.0.1",
        "127。0。0。1",
        "%31%32%37.0.0.1",
        "ⓛocalhost",
        "a..example",
        "-.example",
        "a:[",
    ),
    *("router．lan", "a.loⓒal", "fritz.ｈome", "lo\u00adcalhost", "ü", f"{'ü' * 300}.example"),
]


@pytest.mark.parametrize("host", AT_HOME)
def test_what_may_be_in_a_network_at_home_is_not_loaded(host: str) -> None:
    for address in (f"https://{host}/a", f"https://{host}:8443/a", f"HTTPS://{host}"):
        assert loadable(address, SANDBOX) is None
        assert picture(address, SANDBOX) is None
        assert web(address) == address  # who presses it goes there


def test_nothing_is_loaded_over_http_but_from_the_sandbox() -> None:
    assert loadable("http://a.example/b", SANDBOX) is None
    assert loadable(f"{SANDBOX}/b.png", SANDBOX) == f"{SANDBOX}/b.png"
    for address in (f"{SANDBOX}0/b", SANDBOX.replace("8900", "8901/b"), f"{SANDBOX}@a.example/b"):
        assert loadable(address, SANDBOX) is None
    assert loadable(f"{SANDBOX}/b.png") is None


@given(st.text("a1.:/@\\#?[]%-x\t\u3002\uff0e", max_size=40))
def test_what_is_loaded_is_at_a_name_with_a_dot(rest: str) -> None:
    if loadable(f"https://{rest}"):
        host = rest.split("/")[0].split("?")[0].split("#")[0].split(":")[0].rstrip(".")
        assert "." in host
        assert host.rsplit(".", 1)[1][0].isalpha()
        assert not set(host) & set("@[]%\\")


def test_a_picture_may_be_an_address_in_itself() -> None:
    whole = "data:image/png;base64,iVBORw0KGgo="
    assert picture(whole) == whole
    assert picture("data:image/svg+xml," + "a" * 10_000) is None
    for other in ("data:text/html,x", "data:,x", "data:image/", "blob:https://a.example/b"):
        assert picture(other) is None


def test_an_address_in_a_text_that_seems_another_is_no_link() -> None:
    assert "<a" not in linked("see https://livechat.com@evil.example/login")
    assert linked("https://a.example/@b").count("<a ") == 1
    both = linked("https://a@b.example and https://c.example")
    assert both.startswith("https://a@b.example and <a ")
