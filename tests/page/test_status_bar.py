"""The foot of the page: what is going on, and the button that ends it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from livechat.api.structures.events import User
from livechat.chat.agents import Agents
from livechat.chat.conversation import Conversation, State
from livechat.page import status_bar, words
from livechat.sandbox import Sandbox
from livechat.visit import Glance
from livechat.visit.sending import MOST_AT_ONCE
from tests.page.whole_page import drawn, say, visit_of


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


def test_a_configuration_fault_names_the_setting(app: AppTest, sandbox: Sandbox) -> None:
    body = '{"oauth_exception": "unauthorized_client", "exception_details": "client_id_not_found"}'
    sandbox.faults.add("token", status=400, body=body)
    app.run()
    (error,) = app.error
    assert error.value.endswith(words.say("for_operator"))
    assert re.search('<div lang="en" dir="ltr">.*LIVECHAT_CLIENT_ID', drawn(app))


@pytest.mark.parametrize("state", list(State))
def test_a_page_out_of_touch_says_nothing_else(app: AppTest, state: State) -> None:
    app.run()
    glance = replace(visit_of(app).glance(), conversation=Conversation(state=state))
    assert status_bar._status(replace(glance, out_of_touch=True)) == words.say("out_of_touch_now")
    assert status_bar._status(glance) != words.say("out_of_touch_now")


def test_who_writes_very_fast_is_told_that_it_takes_a_moment(
    app: AppTest, sandbox: Sandbox
) -> None:
    app.run()
    for number in range(MOST_AT_ONCE + 1):
        app.session_state.visit.say(f"message {number}")
    app.run()
    assert [info.value for info in app.info] == [words.say("too_fast")]
    assert sum(r.action in ("start_chat", "send_event") for r in sandbox.requests) == MOST_AT_ONCE


def with_agents(app: AppTest, *names: str) -> Glance:
    users = {name: User(name, "agent", name, present=True) for name in names}
    conversation = Conversation(state=State.ACTIVE, agents=Agents(users))
    return replace(visit_of(app.run()).glance(), conversation=conversation)


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("de", "Kate, Tom"),
        ("ja", "Kate、Tom"),
        ("ar", "\u2068Kate\u2069، \u2068Tom\u2069"),
    ],
)
def test_who_is_there_is_listed_as_the_language_has_it(
    app: AppTest, language: str, names: str
) -> None:
    glance = with_agents(app, "Kate", "Tom")
    with words.speaking(language):
        assert status_bar._status(glance) == words.say("with_agent", names=names)
