"""Who has written what is shown."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from livechat.api.agent_client import AgentClient
from livechat.page import words
from livechat.sandbox import Sandbox
from tests.page.whole_page import drawn, say


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
    assert [m.name for m in app.chat_message][1:] == [words.say("you"), words.say("agent")]
    assert ">Agent</b>" in drawn(app)
