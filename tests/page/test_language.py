"""Which language the page speaks, and who decides that."""

from __future__ import annotations

import re

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from livechat.page import language, words
from livechat.sandbox import Sandbox
from tests.page.whole_page import drawn, opened, press, say, visit_of


@pytest.fixture(autouse=True)
def _browser(monkeypatch: pytest.MonkeyPatch) -> None:
    browser(monkeypatch)


def browser(monkeypatch: pytest.MonkeyPatch, locale: str = "", accepts: str = "") -> None:
    """What the visitor's browser says of its languages; AppTest has none."""
    monkeypatch.setattr(type(st.context), "locale", locale or None)
    monkeypatch.setattr(type(st.context), "headers", {"Accept-Language": accepts})


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", ["de-AT", "de", "en"]),
        ("en;q=0.5, fr ; q=0.75 ,de", ["de", "fr", "en"]),
        ("th;q=0,en", ["en"]),
        ("de;q=2,fr;q=1.0,,;q=1,it;p=1,nl;q=-1", ["fr"]),
        ("*", ["*"]),
        ("", []),
        ("de,", ["de"]),
        (",".join(["xx"] * 100_000), ["xx"] * 20),
        ("\0;q=0.1,\ud800", ["\ud800", "\0"]),
    ],
)
def test_what_a_browser_accepts(header: str, found: list[str]) -> None:
    assert language.accepted(header) == found


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("de", "de"),
        ("DE-at", "de"),
        ("de_CH.UTF-8", "de"),
        ("pt", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("zh-TW", "zh"),
        ("zh-Hant-HK", "zh"),
        ("iw", "he"),
        ("iw-IL", "he"),
        *((one, one) for one in words.languages()),
        *((tag, None) for tag in ("th", "", "-", "*", "english", "e", "\0", "../en", "d" * 9_999)),
    ],
)
def test_one_language_of_the_page_is_for_all_ways_to_write_it(tag: str, found: str | None) -> None:
    assert language.spoken(tag) == found


def spoken(app: AppTest) -> tuple[str, bool]:
    """The language of the page, and whether it is the visitor's own."""
    app.run()
    assert not app.exception
    found: str = app.session_state["language"]
    with words.speaking(found):
        assert app.title[0].value == words.say("title")
    own: bool = app.session_state["language-is-own"]
    return found, own


@pytest.mark.parametrize(
    ("locale", "accepts", "found"),
    [
        ("de-AT", "de-AT,de;q=0.9,en;q=0.8", ("de", True)),
        ("th", "th,fr;q=0.5,nl;q=0.7", ("nl", False)),
        ("th", "th,xx;q=0.5", ("en", False)),
        ("", "pl", ("pl", False)),
        ("", "", ("en", False)),
        ("en-US", "de", ("en", True)),
    ],
)
def test_the_browsers_first_language_that_the_page_speaks(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, locale: str, accepts: str, found: object
) -> None:
    browser(monkeypatch, locale, accepts)
    assert spoken(app) == found


def test_what_is_set_is_spoken_with_everybody(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVECHAT_LANGUAGE", "it")
    browser(monkeypatch, "de", "de")
    assert spoken(app) == ("it", False)


def test_the_groups_language_where_the_browsers_is_not_spoken(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    sandbox.default.language = "de"
    browser(monkeypatch, "th", "th")
    say(app.run(), "Hello")
    company = visit_of(app).company
    assert company
    assert spoken(app) == ("de", False)
    browser(monkeypatch, "th", "th,fr;q=0.1")
    assert spoken(app) == ("fr", False)


@pytest.mark.parametrize("given", ["xx", "", "../en", "en" * 100_000, "\0", "<script>", "[]"])
def test_what_the_address_says_is_a_language_or_nothing(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    browser(monkeypatch, "de")
    app.query_params["language"] = given
    assert spoken(app)[0] == (language.spoken(given) or "de")


def test_the_address_goes_before_what_is_set_and_the_menu_before_both(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVECHAT_LANGUAGE", "it")
    browser(monkeypatch, "de", "de")
    app.query_params["order"] = "7"
    app.query_params["language"] = "pt"
    assert spoken(app) == ("pt-BR", True)
    opened(app, "languages")
    press(app, words.name_of("ja"))
    assert spoken(app) == ("ja", True)
    assert "dialog" in app.session_state
    assert app.session_state["dialog"] is None
    assert app.query_params == {"order": "7", "language": "pt"}  # the script's


def test_the_menu_names_each_language_in_that_language(app: AppTest) -> None:
    opened(app, "languages")
    buttons = [button for button in app.button if (button.key or "").startswith("speak-")]
    names = [button.label.strip("\u2066\u2067\u2068\u2069") for button in buttons]
    assert set(names) == {words.name_of(one) for one in words.languages()}
    assert names == sorted(names, key=str.casefold)
    (marked,) = [b.label for b in app.button if b.proto.icon == ":material/check:"]
    assert marked == words.name_of("en")


def test_only_a_language_that_is_spoken_can_be_chosen(app: AppTest) -> None:
    app.run()
    for given in ("th", None, 7, ["de"], {"de": 1}, "../en"):
        language.choose(given)
        assert language.chosen() is None


def test_a_page_that_cannot_start_says_so_in_the_visitors_language(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVECHAT_LANGUAGE", "th")
    browser(monkeypatch, "he-IL")
    app.run()
    with words.speaking("he"):
        (error,) = app.error
        assert (error.proto.title, error.value) == (
            words.say("cannot_start"),
            words.say("for_operator"),
        )
    page = drawn(app)
    assert re.search('<div lang="en" dir="ltr">.*LIVECHAT_LANGUAGE: expected auto, or', page)
    assert '"lang": "he", "dir": "rtl"' in page
