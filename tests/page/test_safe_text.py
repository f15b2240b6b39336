"""What people write, made safe to draw."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.page.safe_text import (
    contact_address,
    label,
    message,
    status_line,
    system_line,
    web_address,
)

INVISIBLE = dict.fromkeys(map(ord, "\u2060\u2068\u2069"))


@pytest.mark.parametrize("address", ["http://a.example", "HTTPS://a.example/?b=1#c", " http://a "])
def test_an_address_on_the_web(address: str) -> None:
    assert web_address(address) == address.strip()
    assert contact_address(address) == address.strip()


@pytest.mark.parametrize(
    "address",
    [
        *(None, "", "a.example", "//a.example", "/a", "#a", "http://", "http:/a", "https:a"),
        *("javascript:alert(1)", "JavaScript:x//http://a", "data:text/html,x", "file:///etc"),
        *("ftp://a", "java\nscript:x", "http://a b", "http://a\nb", "http:\\\\a", "\x01http://a"),
        *("blob:http://a", "view-source:http://a", "vbscript:x"),
    ],
)
def test_no_address(address: str | None) -> None:
    assert web_address(address) is None
    assert contact_address(address) is None


def test_an_address_of_a_person_is_no_address_of_a_page() -> None:
    for address in ("tel:+48790", "mailto:a@b.example?subject=c"):
        assert contact_address(address) == address
        assert web_address(address) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Yes", "Yes"),
        ("  two\nlines\t", "two lines"),
        (r"**a** [b](c) \d", r"**a** [b](c) \d"),
        (":smile: 10:30", ":\u2060smile: 10:30"),
        (":material/home: :material_home:", ":\u2060material/home: :\u2060material_home:"),
        ("E-mail (a.b, c!)?", "E-mail (a.b, c!)?"),
        ("- a + b", "- a + b"),
        ("1. a", "1. a"),
        ("a -> b <-> c a->b", "a -\u2060> b <\u2060-> c a->b"),
        ("www.a.example b@c.example", "www\u2060.a.example b@\u2060c.example"),
        ("http://a", "http:\u2060//a"),
        ("?مرحبا", "\u2068?مرحبا\u2069"),
        (" \n", "nothing"),
    ],
)
def test_a_label(text: str, shown: str) -> None:
    assert unescaped(label(text, "nothing")) == shown


@pytest.mark.parametrize("plain", ["E-mail (a.b, c!)?", "a - b + c = d", "10. May"])
def test_a_screen_reader_hears_no_needless_backslash(plain: str) -> None:
    assert label(plain).count("\\") == plain.startswith("10.")


@given(st.text())
def test_a_label_says_what_was_typed_and_is_one_line(text: str) -> None:
    shown = label(text)
    typed = " ".join(text.split()).translate(INVISIBLE)
    assert unescaped(shown).translate(INVISIBLE) == typed
    assert not re.search(r"(?<!\\)(\\\\)*[`*_\[\]<>~$|&:{}]", shown)
    assert "\n" not in shown


def unescaped(label: str) -> str:
    """What Markdown makes of a label without markup."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", label)


def test_a_head_line_has_what_there_is_to_say() -> None:
    assert message("Kate", "10:31", "Hi", title="Support <hero>", receipt="Seen").startswith(
        '<div style="font-size: 0.875rem; opacity: 0.7"><b><bdi>Kate</bdi></b>'
        " · <bdi>Support &lt;hero&gt;</bdi> · <bdi>10:31</bdi> · <bdi>Seen</bdi></div>"
    )
    assert message("Kate", "10:31", " ").count("<div") == 1


@pytest.mark.parametrize(
    "draw", [system_line, status_line, lambda text: message(text, "12:00", text)]
)
def test_no_text_becomes_markup(draw: Callable[[str], str]) -> None:
    html = draw("<script>alert(1)</script> & \"quoted\" 'too'")
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_an_address_cannot_leave_its_attribute() -> None:
    html = message(
        "You", "12:00", "https://x.example/\"onmouseover='alert(1)' https://y.example/<b>"
    )
    assert 'href="https://x.example/"' in html
    assert 'href="https://y.example/"' in html
    assert "<b>alert" not in html
