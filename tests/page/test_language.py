"""Which language the page speaks, and who decides that."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from livechat.page import language, words
from livechat.sandbox import Sandbox
from tests.page.whole_page import poll, work


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


@pytest.mark.parametrize("tag", ["th", "", "-", "*", "english", "e", "\0", "../en", "en" * 100_000])
def test_what_the_page_does_not_speak(tag: str) -> None:
    assert language.spoken(tag) is None


def test_livechat_is_told_what_the_page_speaks(
    app: AppTest, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for locale, told in (("zh-TW", "zh"), ("ja-JP", "ja")):
        browser(monkeypatch, locale)
        app.run()
        work(app)
        sandbox.requests.clear()
        poll(app)
        asked = [record for record in sandbox.requests if record.api == "customer"]
        assert {record.headers.get("accept-language") for record in asked} == {told}


def test_english_where_nothing_is_known(app: AppTest) -> None:
    app.run()
    assert app.session_state["language"] == words.ENGLISH
    assert not app.exception
