"""Long texts fold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from livechat.page import words
from livechat.page.safe_text import shortened
from tests.page.whole_page import drawn, labels


@pytest.mark.parametrize(
    "text",
    [
        "",
        "short",
        "\n" * 39,
        "\n" * 49,
        "a" * 3_200,
        "a" * 4_000,
        "line\n" * 45,
        "\n".join("ab" * 20),
    ],
)
def test_what_is_not_long_is_shown_as_it_is(text: str) -> None:
    assert shortened(text, 40) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a" + "\n" * 16_000 + "b", "a …"),
        ("\n".join(map(str, range(60))), "\n".join(map(str, range(40))) + " …"),
        ("a" * 1_000_000, "a" * 3_200 + " …"),
        ("ab " * 2_000, ("ab " * 1_066).rstrip() + " …"),
        ("x\n" * 39 + "a" * 5_000, "x\n" * 39 + "a" * 80 + " …"),
        ("a" * 3_200 + "\nb" * 11, "a" * 3_200 + " …"),
    ],
)
def test_of_what_is_long_some_lines_are_shown(text: str, shown: str) -> None:
    assert shortened(text, 40) == shown


@given(st.text("ab \n"), st.integers(1, 9))
def test_what_is_shown_is_what_the_text_begins_with(text: str, lines: int) -> None:
    shown = shortened(text * 9, lines)
    if shown != text * 9:
        assert (text * 9).startswith(shown.removesuffix(" …"))
        assert shown.count("\n") < lines
        assert len(shown) <= lines * 81 + 2


def page() -> None:
    import streamlit as st

    from livechat.page.folding import Fold

    for key in ("one", "other"):
        fold = Fold(key)
        st.html("<p>" + fold.shown("\n".join(f"{key} {n}." for n in range(600))))
        fold.draw()
    fold = Fold("short")
    st.html(fold.shown("short"))
    fold.draw()


def test_a_long_text_unfolds_and_folds_again() -> None:
    app = AppTest.from_function(page).run()
    assert labels(app) == [words.say("show_more")] * 2
    assert "one 39." in drawn(app)
    assert "one 40." not in drawn(app)
    app.button(key="more-one").click().run()
    assert labels(app) == [words.say("show_more")] * 2
    assert "one 399." in drawn(app)
    assert "other 40." not in drawn(app)
    app.button(key="more-one").click().run()
    assert labels(app) == [words.say("show_less"), words.say("show_more")]
    assert "one 599." in drawn(app)
    app.button(key="more-one").click().run()
    assert labels(app) == [words.say("show_more")] * 2
    assert "one 40." not in drawn(app)
