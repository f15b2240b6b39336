"""What people write, made safe to draw."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.page import words
from livechat.page.safe_text import (
    isolated,
    label,
    line,
    message,
    name,
    quiet_text,
    status_line,
    system_line,
    time_tag,
)

ISOLATES = dict.fromkeys(map(ord, "\u2060\u2068\u2069"))
DIRECTION = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("Kate Novak", "Kate Novak"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("go\u202emoc.elgoog", "gomoc.elgoog"),
        (f"a{DIRECTION}b", "ab"),
        (" two\r\nlines\u2028and \x00 more\x85", "two lines and more"),
        ("\u200b\u2060\u3164", "nobody"),
        (f" {DIRECTION} ", "nobody"),
        ("👩\u200d🔧 می\u200cخواهم ❤\ufe0f", "👩\u200d🔧 می\u200cخواهم ❤\ufe0f"),
        ("שָׁלוֹם", "שָׁלוֹם"),
        ("ที่นี่ བསྒྲུབས ệ", "ที่นี่ བསྒྲུབས ệ"),
        ("Z" + "\u0301" * 500 + "o\u0301", "Z" + "\u0301" * 4 + "o\u0301"),
        ("K" * 80, "K" * 80),
        (f"report{' ' * 300}.pdf.exe", "report .pdf.exe"),
        ("a" * 10_000 + ".exe", "a" * 133 + "…" + "a" * 62 + ".exe"),
    ],
)
def test_a_name_stays_where_it_is_and_ends_where_it_seems_to_end(given: str, safe: str) -> None:
    assert name(given, "nobody") == safe


@given(st.text(), st.text("\u0301\u0316 \u202ea\u05d0"))
def test_a_name_is_short_and_turns_nothing_around(some: str, others: str) -> None:
    safe = name(some + others * 50)
    assert len(safe) <= 200
    assert name(safe) == safe
    assert not set(safe) & {*DIRECTION, *map(chr, range(32)), "\x7f", "\x85", "\u2028", "\u2029"}


def test_a_name_in_a_sentence_has_a_direction_of_its_own() -> None:
    assert isolated("קייט") == "\u2068קייט\u2069"
    assert isolated("Kate") == "Kate"
    with words.speaking("he"):
        assert isolated("קייט") == "קייט"
        assert isolated("Why?") == "\u2068Why?\u2069"
        assert isolated("+1 555 0100") == "\u2068+1 555 0100\u2069"


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
        ("go\u202emoc.elgoog", "gomoc.elgoog"),
        ("\u200b", "nothing"),
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
    assert unescaped(shown).translate(ISOLATES) == name(text).translate(ISOLATES)
    assert not re.search(r"(?<!\\)(\\\\)*[`*_\[\]<>~$|&:{}]", shown)
    assert "\n" not in shown


def unescaped(label: str) -> str:
    """What Markdown makes of a label without markup."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", label)


def test_a_head_line_has_what_there_is_to_say() -> None:
    time = time_tag(datetime(2026, 11, 28, 9, 31, tzinfo=UTC), "10:31", 'Saturday, "28"')
    assert time == (
        '<time datetime="2026-11-28T09:31:00+00:00" title="Saturday, &quot;28&quot;" dir="auto">'
        "10:31</time>"
    )
    about = {"title": "Support <hero>", "status": "Seen", "id": "event-1", "marks": ["first"]}
    html = message("Kate", "Hi", time=time, **about)
    assert html.startswith(
        '<div id="event-1" class="head first"><b dir="auto">Kate</b> '
        f'<small dir="auto">Support &lt;hero&gt;</small> '
        f"<span>{time} <bdi>Seen</bdi></span></div>"
    )
    assert message("Kate", " \u200b").count("<div") == 1


@pytest.mark.parametrize(
    "draw",
    [
        system_line,
        line,
        quiet_text,
        status_line,
        lambda text: message(text, text, title=text, status=text, id=text),
        lambda text: time_tag(datetime(2026, 1, 1, tzinfo=UTC), text, text),
    ],
)
def test_no_text_becomes_markup(draw: Callable[[str], str]) -> None:
    html = draw("<script>alert(1)</script> & \"quoted\" 'too'")
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_an_address_cannot_leave_its_attribute() -> None:
    html = message("You", "https://x.example/\"onmouseover='alert(1)' https://y.example/<b>")
    assert 'href="https://x.example/"' in html
    assert 'href="https://y.example/"' in html
    assert "<b>alert" not in html


@pytest.mark.parametrize(("language", "dir"), [("de", "ltr"), ("he", "rtl")])
@pytest.mark.parametrize("draw", [line, status_line])
def test_a_name_does_not_turn_a_sentence_of_the_pages_own(
    draw: Callable[[str], str], language: str, dir: str
) -> None:
    with words.speaking(language):
        name = isolated("Kate קייט")
        html = draw(f"{name}!")
    assert name.startswith("\u2068")
    assert f' dir="{dir}"' in html
    assert f">{name}!<" in html


@pytest.mark.parametrize("draw", [system_line, quiet_text])
def test_what_others_say_has_its_own_direction(draw: Callable[[str], str]) -> None:
    assert ' dir="auto"' in draw("קייט")


def test_livechats_own_line_does_not_mislead() -> None:
    assert ">photognp.exe<" in system_line("photo\u202egnp.exe")
