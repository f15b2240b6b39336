"""What is asked below the transcript: the pre-chat, post-chat and ticket form."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from livechat.api.structures.forms import Fault, Rating
from livechat.chat.conversation import State
from livechat.page import words
from livechat.sandbox import Sandbox
from livechat.visit import Errand
from tests.page.whole_page import (
    agent_of,
    drawn,
    end,
    faults,
    kept_by_tab,
    labels,
    poll,
    press,
    say,
    texts_of,
    type_into,
    visit_of,
    work,
)

TICKET_LEFT = words.say("ticket_left")


def test_the_prechat_form_comes_before_the_first_message(app: AppTest, sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"prechat"}
    app.run()
    press(app, words.say("start_chat"))
    assert [error.value.replace("\\", "") for error in app.error] == ["Please check: Name, E-mail"]
    type_into(app, "Name", "Ada")
    type_into(app, "E", "ada@example.com")
    press(app, words.say("start_chat"))
    assert words.say("start_chat") not in labels(app)
    assert words.say("form_filled") in drawn(app)
    say(app, "Hello")
    assert words.say("form_filled") not in drawn(app)
    poll(app)
    assert texts_of(app) == ["Hello"]
    assert ">Ada<" in drawn(app)
    assert words.say("start_chat") not in labels(app)


def test_a_message_that_waits_for_the_form_says_so(app: AppTest, sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"prechat"}
    say(app.run(), "Hello")
    assert [info.value for info in app.info] == [words.say("waits_for_form")]
    shown = in_order(app)
    assert shown.index(words.say("start_chat")) < shown.index("Hello")
    assert shown.count("Hello") == 1
    type_into(app, "Name", "Ada")
    type_into(app, "E", "ada@example.com")
    press(app, words.say("start_chat"))
    assert not app.info
    assert in_order(app).count("Hello") == 1
    assert visit_of(app).conversation.state is State.ACTIVE


def in_order(app: AppTest) -> list[str]:
    """The buttons, and what is said, from top to bottom."""
    found: list[str] = []

    def collect(block: Block) -> None:
        for node in block.children.values():
            if isinstance(node, Block):
                collect(node)
            elif node.type == "button":
                found.append(node.label)
            elif node.type == "html":
                found.extend(re.findall(r">([^<>]+)</div>$", node.proto.body))

    collect(app.main)
    return found


def test_nothing_is_asked_where_no_form_is_enabled(app: AppTest) -> None:
    app.run()
    assert not app.text_input
    assert words.say("form_filled") not in drawn(app)


def test_a_rating_is_asked_for_once(app: AppTest, sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"postchat"}
    end(say(app.run(), "Hello"))
    assert words.say("rate_ask") not in drawn(app)
    assert len(app.feedback) == 1
    app.feedback[0].set_value(1)
    press(app, words.say("submit"))
    assert words.say("rated.good") in drawn(app)
    assert visit_of(app).conversation.rating == Rating(1)
    assert words.say("skip") not in labels(app)


def test_the_postchat_form_can_be_skipped(app: AppTest, sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"postchat"}
    end(say(app.run(), "Hello"))
    press(app, words.say("skip"))
    assert words.say("skip") not in labels(app)
    assert words.say("rate_ask") in drawn(app)
    say(app, "Again")
    assert not app.feedback


def go_offline(app: AppTest, sandbox: Sandbox) -> AppTest:
    agent_of(sandbox).accept_chats(False)
    return poll(app.run())


def test_a_ticket_is_left_while_nobody_is_there(app: AppTest, sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"ticket", "prechat"}
    go_offline(app, sandbox)
    assert words.say("start_chat") not in labels(app)
    press(app, words.say("submit"))
    assert "Message" in app.error[0].value
    type_into(app, "E", "ada@example.com")
    type_into(app, "Message", "Please write back")
    press(app, words.say("submit"))
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
    press(app, words.say("submit"))
    app.run()
    assert TICKET_LEFT not in drawn(app)
    assert words.say("retry") in labels(app)
    press(app, words.say("retry"))
    assert TICKET_LEFT in drawn(app)


def test_who_writes_while_nobody_is_there_is_asked_the_prechat_form(
    app: AppTest, sandbox: Sandbox
) -> None:
    sandbox.default.enabled_forms = {"ticket", "prechat"}
    go_offline(app, sandbox)
    say(app, "Hello")
    assert words.say("start_chat") in labels(app)
    assert [info.value for info in app.info] == [words.say("waits_for_form")]


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
    assert words.say("start_chat") not in labels(app)


def leave_a_message(app: AppTest, sandbox: Sandbox) -> None:
    """While nobody is there."""
    app.run()
    agent_of(sandbox).accept_chats(False)
    visit_of(app)._company.expire()
    poll(app)
    say(app, "Hello")
    poll(app)


def test_who_leaves_a_message_is_asked_where_to_answer(app: AppTest, sandbox: Sandbox) -> None:
    leave_a_message(app, sandbox)
    (field,) = app.text_input
    assert field.label == words.say("required", label=words.say("address_ask"))
    press(app, words.say("save"))
    assert faults(app) == [words.say("fault", of=Fault.MISSING)]
    type_into(app, words.say("address_ask"), "ada at example")
    press(app, words.say("save"))
    assert faults(app) == [words.say("fault", of=Fault.NOT_AN_EMAIL)]
    sandbox.faults.add("update_customer", error="validation")
    type_into(app, words.say("address_ask"), "ada@example.com")
    press(app, words.say("save"))
    work(app)
    app.run()
    assert words.say("refused", of=Errand.INTRODUCE) in [warning.value for warning in app.warning]
    type_into(app, words.say("address_ask"), "ada@example.org")
    press(app, words.say("save"))
    assert not app.text_input
    assert words.say("address_given") in drawn(app)
    work(app)
    app.run()
    assert not app.warning
    assert words.say("address_given") in drawn(app)
    assert kept_by_tab(app)["skipped_forms"] == []


def test_who_skips_the_question_where_to_answer_has_the_tab_remember_it(
    app: AppTest, sandbox: Sandbox
) -> None:
    leave_a_message(app, sandbox)
    press(app, words.say("skip"))
    assert not app.text_input
    assert words.say("address_given") not in drawn(app)
    assert kept_by_tab(app)["skipped_forms"] == ["address"]
