"""What a page begins with: the settings and the visit, or what is wrong."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from livechat.page import session, words
from livechat.sandbox import Sandbox
from livechat.visit import Visit
from tests.page.whole_page import APP, configure, drawn, opened, press, say, visit_of


def test_the_visit_is_all_that_the_page_keeps(app: AppTest) -> None:
    say(app.run(), "Hello")
    visit = app.session_state["visit"]
    assert isinstance(visit, Visit)
    assert visit.token
    assert visit.chat_id
    assert visit.thread_id
    assert not app.exception


def test_without_configuration_the_page_opens_on_the_sandbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configure(monkeypatch)
    app = AppTest.from_file(APP, default_timeout=30).run()
    assert not app.exception
    assert words.say("sandbox") in drawn(app)
    assert words.say("desk_go_live") in drawn(app)
    assert words.say("desk") in [heading.value for heading in app.sidebar.subheader]


def test_with_configuration_there_is_no_desk_and_no_word_of_a_sandbox(app: AppTest) -> None:
    app.run()
    assert not app.sidebar.subheader
    assert words.say("sandbox") not in drawn(app)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"LIVECHAT_CLIENT_ID": "abc"}, "LIVECHAT_ORGANIZATION_ID"),
        ({"LIVECHAT_ORGANIZATION_ID": "abc"}, "LIVECHAT_CLIENT_ID"),
        ({"LIVECHAT_POLL_SECONDS": "soon"}, "LIVECHAT_POLL_SECONDS"),
        ({"LIVECHAT_API_URL": "nowhere"}, "LIVECHAT_API_URL"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_else_happens(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], named: str
) -> None:
    configure(monkeypatch, **settings)
    app = AppTest.from_file(APP, default_timeout=30).run()
    assert [error.value for error in app.error] == [words.say("for_operator")]
    assert named in drawn(app)
    assert not app.chat_input
    assert "visit" not in app.session_state


@pytest.mark.parametrize(
    "address", ["http://[", "http://[::1", "http://a:b", "nowhere", "file:///etc", "http://a b/"]
)
def test_an_address_that_is_none_is_a_sentence(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(type(st.context), "url", address)
    app.run()
    assert not app.exception
    assert app.error
    assert session.NO_ADDRESS in drawn(app)
    assert "visit" not in app.session_state


def test_where_the_address_is_set_the_browsers_is_not_needed(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(st.context), "url", "http://[")
    monkeypatch.setenv("LIVECHAT_REDIRECT_URI", "http://localhost:8501")
    say(app.run(), "Hello")
    assert not app.exception
    assert not app.error
    assert app.session_state["visit"].chat_id


def test_who_cannot_be_asked_can_write_meanwhile(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    monkeypatch.setattr(type(st.context), "cookies", {})
    say(app.run(), "Hello")
    assert not app.exception
    visit = visit_of(app)
    assert [message.text for message in visit.conversation.outbox] == ["Hello"]
    assert list(sandbox.requests) == []
    visit.forget()  # or what waits for the browser would ask in a later test


def test_who_begins_anew_does_not_find_the_dialog_that_was_open(app: AppTest) -> None:
    opened(app.run(), "details")
    visit_of(app).forget(is_told=True)
    app.run()
    press(app, words.say("begin_anew"))
    assert not visit_of(app).forgotten
    assert not app.get("dialog")


def test_no_error_shows_what_it_is_about(app: AppTest) -> None:
    before = st.get_option("client.showErrorDetails")
    st.set_option("client.showErrorDetails", "full")  # as Community Cloud has it
    try:
        app.run()
        assert st.get_option("client.showErrorDetails") == "none"
    finally:
        st.set_option("client.showErrorDetails", before)


def test_what_the_tab_tells_before_the_input_was_drawn_ends_no_page() -> None:
    """Its message can end the first run of a session between the two."""

    def told() -> None:
        from livechat.page import chat_input

        chat_input._hear_tab()

    assert not AppTest.from_function(told).run().exception
