"""What cannot be drawn takes nothing down but itself."""

from __future__ import annotations

import logging

import pytest
from streamlit.testing.v1 import AppTest

from livechat.page import words
from tests.page.whole_page import drawn


def page() -> None:
    import streamlit as st

    from livechat.page.guard import guarded

    @guarded("card")
    def draw_card(price: str) -> None:
        with st.chat_message("Kate"), st.container(border=True):
            st.html("begun")
            st.html(f"costs {int(price)}")

    for text in ("1", "secret", "hidden", "2"):
        draw_card(text)
    with guarded("message"):
        st.html("")  # Streamlit takes no empty one
    with guarded("run"):
        st.html("before")
        st.stop()
    st.html("after")


def test_what_cannot_be_drawn_is_one_line_and_all_after_it_is_drawn(
    hidden: list[logging.LogRecord],
) -> None:
    app = AppTest.from_function(page).run()
    assert not app.exception
    html = drawn(app)
    assert html.count(words.say("unsupported")) == 3
    assert html.index("costs 1") < html.index(words.say("unsupported")) < html.index("costs 2")
    # The end of a run is none of them.
    assert "before" in html
    assert "after" not in html
    said = [record.getMessage() for record in hidden]
    hidden.clear()
    assert [s.split(":")[0] for s in said] == [
        "Something of type 'card' cannot be drawn",
        "Something of type 'message' cannot be drawn",
    ]
    assert "ValueError in draw_card" in said[0]
    assert "secret" not in "".join(said)


@pytest.mark.parametrize("error", [RecursionError, UnicodeEncodeError("utf-8", "x", 0, 1, "no")])
def test_no_error_gets_through(hidden: list[logging.LogRecord], error: Exception) -> None:
    from livechat.page.guard import guarded

    with guarded("message"):
        raise error
    assert len(hidden) == 1
    hidden.clear()
