"""The head of the page: whose chat it is, whether anybody is there, and the tab's name and icon."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from livechat.page import header, words
from livechat.sandbox import Sandbox
from livechat.settings import VERSIONS
from livechat.settings_logo import in_page
from tests.page.whole_page import APP, agent_of, drawn, end, poll, press, say, visit_of


def face(app: AppTest) -> str:
    """The picture at the head of the page."""
    return drawn(app).split('<img class="face" src="')[1].split('"')[0]


def presence(app: AppTest) -> str:
    """What the head of the page says of whether anybody is there."""
    about = drawn(app).split('<div class="about">')[1].split("</div>")[0]
    return about.split(">")[1].split("<")[0] if about else ""


def test_without_settings_it_is_a_chat_with_us(app: AppTest) -> None:
    app.run()
    assert [title.value for title in app.title] == [words.say("title")]
    assert face(app) == header.ICON
    assert "<a" not in drawn(app)


def test_it_is_the_companys_own(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVECHAT_TITLE", "Rosen & *Nelken* :smile:")
    monkeypatch.setenv("LIVECHAT_LOGO", "livechat/page/icon.svg")
    monkeypatch.setenv("LIVECHAT_PRIVACY_URL", "https://example.com/?a=1&b=2")
    app.run()
    (title,) = app.title
    assert title.value == r"Rosen \& \*Nelken\* \:" + "\N{WORD JOINER}smile" + r"\:"
    assert face(app) == in_page("livechat/page/icon.svg")
    assert '<a href="https://example.com/?a=1&amp;b=2"' in drawn(app)
    assert "**" not in drawn(app)


def test_a_title_in_which_nothing_is_visible_is_none(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVECHAT_TITLE", "\u200b\u202e")
    app.run()
    assert [title.value for title in app.title] == [words.say("title")]


def test_it_tells_at_once_whether_anybody_is_there(app: AppTest, sandbox: Sandbox) -> None:
    app.run()
    assert presence(app) == words.say("online")
    agent_of(sandbox).accept_chats(False)
    visit_of(app)._company.expire()  # as a push has it
    poll(app)
    assert presence(app) == words.say("offline")


def test_who_is_there_is_the_companys_face_unless_it_has_one(
    app: AppTest, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(app.run(), "Hello")
    agent_of(sandbox).say("Hi", customer_id="", chat_id=visit_of(app).chat_id, active=True)
    poll(app)
    (agent,) = visit_of(app).conversation.agents.present
    assert face(app) == agent.avatar
    monkeypatch.setenv("LIVECHAT_LOGO", "livechat/page/icon.svg")
    another = AppTest.from_file(APP, default_timeout=60).run()
    assert visit_of(another).conversation.agents.present
    assert face(another) == in_page("livechat/page/icon.svg")


def test_a_visit_that_is_over_has_its_head(app: AppTest) -> None:
    app.run()
    visit_of(app).forget(is_told=True)
    app.run()
    assert [title.value for title in app.title] == [words.say("title")]
    assert presence(app) == ""
    press(app, words.say("begin_anew"))
    assert [title.value for title in app.title] == [words.say("title")]


def test_who_is_in_the_chat_is_there_although_nobody_takes_new_ones(
    app: AppTest, sandbox: Sandbox
) -> None:
    say(app.run(), "Hello")
    poll(app)
    visit = visit_of(app)
    assert visit.conversation.agents.present
    agent_of(sandbox).accept_chats(False)
    visit._company.expire()
    visit._company.refresh(visit._client, 0)
    app.run()
    assert visit.company
    assert not visit.company.online
    assert presence(app) == words.say("online")
    end(app)
    assert presence(app) == words.say("offline")


@pytest.mark.parametrize("version", VERSIONS)
def test_where_the_subscription_has_ended_it_is_said_not_whether_anybody_is_there(
    app: AppTest, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setenv("LIVECHAT_API_VERSION", version)
    app.run()
    assert presence(app) == words.say("online")
    sandbox.default.subscription_ended = True
    visit_of(app)._company.expire()
    poll(app)
    assert presence(app) == ""
    assert app.error
    assert "subscription has ended" in drawn(app)
    assert words.say("away") not in drawn(app)
