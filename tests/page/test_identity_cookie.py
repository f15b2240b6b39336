"""The cookie by which a visitor comes back (what a browser makes of it: see tests/browser)."""

from __future__ import annotations

import base64
import json

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from livechat.api.accounts import Identity
from livechat.page.browser.identity_cookie import decoded, encoded
from tests.page.whole_page import visit_of

IDENTITY = Identity("6a2b", "0c9d-1", "f00" * 30)

values = st.from_regex(r"[!#-+\--:<-\[\]-~]{1,900}", fullmatch=True)
identities = st.builds(Identity, values, values, values)


@given(identities)
def test_an_identity_survives_the_cookie(identity: Identity) -> None:
    cookie = encoded(identity)
    assert decoded(cookie) == identity
    # What a cookie may hold without quotes or escapes, whoever writes or reads it.
    assert cookie.replace(".", "").replace("-", "").replace("_", "").isalnum()
    assert cookie.isascii()
    assert len(cookie) <= 4000


@given(st.text() | st.text().map(lambda text: "1." + text))
def test_any_other_cookie_is_dropped(value: str) -> None:
    assert decoded(value) is None


@given(st.recursive(st.text() | st.integers() | st.none(), st.lists))
def test_a_forged_cookie_is_dropped(parts: object) -> None:
    text = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")
    identity = decoded("1." + text)
    assert identity is None or encoded(identity) == "1." + text


@given(identities, st.data())
def test_a_cut_cookie_is_dropped(identity: Identity, data: st.DataObject) -> None:
    cookie = encoded(identity)
    assert decoded(cookie[: data.draw(st.integers(0, len(cookie) - 1))]) is None


def _cookie(text: str) -> str:
    return "1." + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "1.",
        "2" + encoded(IDENTITY)[1:],
        encoded(IDENTITY) + "=",
        encoded(IDENTITY) + "!",
        encoded(IDENTITY) + "A" * 4000,
        _cookie('["o","c","s", "x"]'),
        _cookie('["o","c"]'),
        _cookie('["o","c",7]'),
        _cookie('["o", "c", "s"]'),
        _cookie('["o","c","s\\r\\nHost: x"]'),
        _cookie('["o","c","s; __lc_cid=x"]'),
        _cookie('{"o":1,"c":2,"s":3}'),
        _cookie("[" * 2900),
        _cookie("9" * 2900),
        _cookie("null"),
    ],
)
def test_bad_cookies(value: str | None) -> None:
    assert decoded(value) is None


def places(block: Block, place: tuple[int, ...] = ()) -> dict[str, tuple[int, ...]]:
    """Where the components are, by their names."""
    found: dict[str, tuple[int, ...]] = {}
    for number, node in block.children.items():
        if isinstance(node, Block):
            found |= places(node, (*place, number))
        elif node.type == "bidi_component":
            found[node.proto.component_name] = (*place, number)
    return found


def test_what_comes_after_it_keeps_its_place(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(streamlit.context), "cookies", {})
    app.run()
    visit = visit_of(app)
    assert visit.identity is None
    before = places(app.main)
    assert visit.who.question
    visit.recognise(visit.who.question.number, None)
    app.run()
    assert visit.identity
    after = places(app.main)
    assert {"livechat.push", "livechat.line"} <= before.keys() & after.keys()
    assert {name: before[name] for name in after} == after
