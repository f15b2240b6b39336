"""What a page begins with: the settings and the visit, or what is wrong."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from livechat.page import words
from livechat.visit import Visit
from tests.page.whole_page import APP, configure, say


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
    assert words.SANDBOX in [caption.value for caption in app.caption]
    assert words.DESK in [heading.value for heading in app.sidebar.subheader]


def test_with_configuration_there_is_no_desk_and_no_word_of_a_sandbox(app: AppTest) -> None:
    app.run()
    assert not app.sidebar.subheader
    assert words.SANDBOX not in [caption.value for caption in app.caption]


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
    (error,) = app.error
    assert named in error.value
    assert not app.chat_input
    assert "visit" not in app.session_state
