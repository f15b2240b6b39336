"""The foot of the page: what is going on, and the button that ends it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from livechat.sandbox import Sandbox
from tests.page.whole_page import drawn, say


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
    assert "LIVECHAT_CLIENT_ID" in error.value
