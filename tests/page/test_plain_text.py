"""The page's logic with AppTest, against the sandbox: what is drawn for what LiveChat says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from livechat.api.agent_client import AgentClient
from livechat.api.structures.events import parse_event
from livechat.chat.outgoing import Problem
from livechat.page import words
from livechat.page.plain_text import plain
from livechat.page.safe_text import message, status_line, system_line
from livechat.sandbox import Sandbox
from livechat.visit.visit import Visit
from tests.conftest import ROOT, live

APP = str(ROOT / "streamlit_app.py")


@pytest.fixture
def app(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    configure(monkeypatch, **live(sandbox))
    return AppTest.from_file(APP, default_timeout=30)


def configure(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    names = ("CLIENT_ID", "ORGANIZATION_ID", "REDIRECT_URI", "GROUP_ID", "POLL_SECONDS", "PUSH")
    for name in (*names, "API_URL", "ACCOUNTS_URL"):
        monkeypatch.delenv(f"LIVECHAT_{name}", raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


def say(app: AppTest, text: str) -> AppTest:
    return app.chat_input(key="typed").set_value(text).run()


def drawn(app: AppTest) -> str:
    """All HTML that the page shows."""
    return "\n".join(element.proto.body for element in app.get("html"))


def test_the_visit_is_all_that_the_page_keeps(app: AppTest) -> None:
    say(app.run(), "Hello")
    visit = app.session_state["visit"]
    assert isinstance(visit, Visit)
    assert visit.token
    assert visit.chat_id
    assert visit.thread_id
    assert not app.exception


def test_a_message_is_started_ended_and_resumed(app: AppTest, sandbox: Sandbox) -> None:
    app.run()
    assert app.button(key="end").disabled
    say(app, "Hello")
    assert not app.button(key="end").disabled
    app.button(key="end").click().run()
    assert app.button(key="end").disabled
    assert drawn(app).count("The chat has been closed.") == 1
    say(app, "Again")
    assert not app.button(key="end").disabled
    actions = [r.action for r in sandbox.requests]
    assert actions.count("token") == 1
    assert actions.count("start_chat") == actions.count("resume_chat") == 1
    assert "send_event" not in actions


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


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("groups_offline", words.UNDELIVERED[Problem.GROUPS_OFFLINE]),
        ("customer_banned", words.UNDELIVERED[Problem.BANNED]),
        ("validation", words.UNDELIVERED[Problem.REFUSED]),
        ("license_expired", words.UNDELIVERED[Problem.MISCONFIGURED]),
    ],
)
def test_each_refusal_has_its_own_sentence_and_a_retry(
    app: AppTest, sandbox: Sandbox, error: str, sentence: str
) -> None:
    app.run()
    # While nobody is there, the message is sent once more so as to wait for them.
    sandbox.faults.add("start_chat", times=2 if error == "groups_offline" else 1, error=error)
    say(app, "Hello")
    assert any(sentence in markdown.value for markdown in app.markdown)
    (retry,) = [button for button in app.button if button.label == words.RETRY]
    retry.click().run()
    assert not [button for button in app.button if button.label == words.RETRY]
    assert drawn(app).count(">Hello<") == 1


def test_a_configuration_fault_names_the_setting(app: AppTest, sandbox: Sandbox) -> None:
    body = '{"oauth_exception": "unauthorized_client", "exception_details": "client_id_not_found"}'
    sandbox.faults.add("token", status=400, body=body)
    app.run()
    (error,) = app.error
    assert "LIVECHAT_CLIENT_ID" in error.value


def test_an_agent_without_a_name_is_agent_and_an_odd_avatar_does_no_harm(
    app: AppTest, sandbox: Sandbox
) -> None:
    def nameless(answer: dict[str, Any]) -> dict[str, Any]:
        for summary in answer["chats_summary"]:
            for user in summary["users"]:
                if user["type"] == "agent":
                    user.pop("name")
                    user["avatar"] = "../../etc/passwd"
        return answer

    say(app.run(), "Hello")
    visit = app.session_state["visit"]
    sandbox.faults.add("list_chats", times=99, rewrite=nameless)
    AgentClient(sandbox.url, sandbox.default.agent_token).say(
        "Hi", customer_id="", chat_id=visit.chat_id, active=True
    )
    visit.expect_news()
    visit.work(tick=1)
    app.run()
    assert not app.exception
    assert [m.name for m in app.chat_message] == [words.YOU, words.AGENT]
    assert "<bdi>Agent</bdi>" in drawn(app)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"type": "message", "text": " as **typed** "}, " as **typed** "),
        (
            {"type": "file", "name": "a.png", "url": "https://x/a.png"},
            "File: a.png\nhttps://x/a.png",
        ),
        ({"type": "custom", "content": {}}, words.UNSUPPORTED),
        ({"type": "something_new"}, words.UNSUPPORTED),
        ({"type": "file", "name": "a.png"}, words.UNSUPPORTED),
        ({"type": "rich_message", "elements": [{"title": "T"}]}, words.UNSUPPORTED),
        ({"type": "rich_message", "template_id": "cards", "elements": None}, words.UNSUPPORTED),
        ({"type": "rich_message", "template_id": "new", "elements": [{}, 1, {"title": "T"}]}, "T"),
        (
            {
                "type": "rich_message",
                "template_id": "cards",
                "elements": [
                    {
                        "title": "T",
                        "subtitle": "S",
                        "buttons": [
                            {"text": "Yes", "postback_id": "y", "type": "message", "value": "yes"},
                            {"text": 1},
                            {"text": "Go", "postback_id": "g", "type": "url", "value": "https://x"},
                        ],
                    }
                ],
            },
            "T\nS\n• Yes\n• Go https://x",
        ),
        (
            {
                "type": "form",
                "form_id": "f",
                "fields": [{"type": "name", "label": "Name"}, {"type": "email", "label": None}],
            },
            "Name",
        ),
        (
            {
                "type": "filled_form",
                "form_id": "f",
                "fields": [
                    {"label": "Name:", "answer": "Tom"},
                    {"label": "Purpose", "answer": {"id": "0", "label": "Support"}},
                    {"label": "Kind?", "answers": [{"label": "a"}, {"label": "b"}]},
                    {"label": "News", "answer": True},
                    {"label": "Spam", "answer": False},
                    {"label": "Empty"},
                ],
            },
            "Name: Tom\nPurpose: Support\nKind? a, b\nNews: Yes\nSpam: No",
        ),
        ({"type": "system_message", "text": "Kate joined"}, "Kate joined"),
        ({"type": "system_message"}, ""),
        (
            {
                "type": "system_message",
                "system_message_type": "manual_archived_customer",
                "text": "Customer archived the chat",
            },
            "The chat has been closed.",
        ),
    ],
)
def test_an_event_as_text_g13(fields: dict[str, Any], said: str) -> None:
    event = parse_event({"id": "e", "created_at": "2026-01-01T00:00:00Z", **fields})
    assert plain(event) == said


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
