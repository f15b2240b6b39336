"""What is asked below the transcript: the pre-chat, post-chat and ticket form."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from livechat.api.structures.forms import Rating
from livechat.chat.conversation import State
from livechat.page import words
from livechat.sandbox import Sandbox
from livechat.sandbox.world.localization import PHRASES
from tests.page.whole_page import (
    agent_of,
    drawn,
    end,
    labels,
    poll,
    press,
    say,
    texts_of,
    type_into,
    visit_of,
)

# In LiveChat's words.
TICKET_LEFT = PHRASES["en"]["ticket_sent"]


def test_the_prechat_form_comes_before_the_first_message(app: AppTest, sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"prechat"}
    app.run()
    press(app, words.START_CHAT)
    assert [error.value.replace("\\", "") for error in app.error] == ["Please check: Name, E-mail"]
    type_into(app, "Name", "Ada")
    type_into(app, "E", "ada@example.com")
    press(app, words.START_CHAT)
    assert words.START_CHAT not in labels(app)
    assert words.FORM_FILLED in drawn(app)
    say(app, "Hello")
    assert words.FORM_FILLED not in drawn(app)
    poll(app)
    assert texts_of(app) == ["Hello"]
    assert ">Ada<" in drawn(app)
    assert words.START_CHAT not in labels(app)


def test_a_message_that_waits_for_the_form_says_so(app: AppTest, sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"prechat"}
    say(app.run(), "Hello")
    assert [info.value for info in app.info] == [words.WAITS_FOR_FORM]
    type_into(app, "Name", "Ada")
    type_into(app, "E", "ada@example.com")
    press(app, words.START_CHAT)
    assert not app.info
    assert visit_of(app).conversation.state is State.ACTIVE


def test_nothing_is_asked_where_no_form_is_enabled(app: AppTest) -> None:
    app.run()
    assert not app.text_input
    assert words.FORM_FILLED not in drawn(app)


def test_a_rating_is_asked_for_once(app: AppTest, sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"postchat"}
    end(say(app.run(), "Hello"))
    assert words.RATE_ASK not in drawn(app)
    assert len(app.feedback) == 1
    app.feedback[0].set_value(1)
    press(app, words.SUBMIT)
    assert words.RATED[1] in drawn(app)
    assert visit_of(app).conversation.rating == Rating(1)
    assert words.SKIP not in labels(app)


def test_the_postchat_form_can_be_skipped(app: AppTest, sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"postchat"}
    end(say(app.run(), "Hello"))
    press(app, words.SKIP)
    assert words.SKIP not in labels(app)
    assert words.RATE_ASK in drawn(app)
    say(app, "Again")
    assert not app.feedback


def go_offline(app: AppTest, sandbox: Sandbox) -> AppTest:
    agent_of(sandbox).accept_chats(False)
    return poll(app.run())


def test_a_ticket_is_left_while_nobody_is_there(app: AppTest, sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"ticket", "prechat"}
    go_offline(app, sandbox)
    assert words.START_CHAT not in labels(app)
    press(app, words.SUBMIT)
    assert "Message" in app.error[0].value
    type_into(app, "E", "ada@example.com")
    type_into(app, "Message", "Please write back")
    press(app, words.SUBMIT)
    assert TICKET_LEFT in drawn(app)
    assert not app.text_area
    poll(app)
    assert TICKET_LEFT in drawn(app)
    actions = [request.action for request in sandbox.requests]
    assert actions.count("start_chat") == 1


def test_a_ticket_that_is_refused_can_be_left_again(app: AppTest, sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"ticket"}
    go_offline(app, sandbox)
    sandbox.faults.add("customer/start_chat", error="validation")
    type_into(app, "E", "ada@example.com")
    type_into(app, "Message", "Please write back")
    press(app, words.SUBMIT)
    app.run()
    assert TICKET_LEFT not in drawn(app)
    assert words.RETRY in labels(app)
    press(app, words.RETRY)
    assert TICKET_LEFT in drawn(app)


def test_who_writes_while_nobody_is_there_is_asked_the_prechat_form(
    app: AppTest, sandbox: Sandbox
) -> None:
    sandbox.default.enabled_forms = {"ticket", "prechat"}
    go_offline(app, sandbox)
    say(app, "Hello")
    assert words.START_CHAT in labels(app)
    assert [info.value for info in app.info] == [words.WAITS_FOR_FORM]


def test_without_a_ticket_form_there_is_none(app: AppTest, sandbox: Sandbox) -> None:
    go_offline(app, sandbox)
    assert not app.text_area
    assert not app.text_input


def test_a_banned_customer_is_asked_nothing(app: AppTest, sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"prechat"}
    app.run()
    sandbox.faults.add("customer/list_chats", error="customer_banned")
    poll(app)
    assert app.error
    assert words.START_CHAT not in labels(app)
