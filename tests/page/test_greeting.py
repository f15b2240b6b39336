"""The greeting: the company's first bubble, which stays, and what a visitor may begin with."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from livechat.page import greeting, words
from livechat.sandbox import Sandbox
from tests.page.whole_page import (
    APP,
    agent_of,
    drawn,
    labels,
    poll,
    press,
    say,
    texts_of,
    visit_of,
    work,
)

HELLO = words.say("greeting")


def authors(app: AppTest) -> list[str]:
    """Whose bubbles the conversation has, in order."""
    return [message.name for message in app.chat_message]


def said(app: AppTest) -> list[str]:
    """What was sent, whether it has been read since or not."""
    conversation = visit_of(app).conversation
    return [*texts_of(app), *(m.text for m in conversation.outbox if not m.problem)]


@pytest.fixture
def asking(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """A page that suggests two questions."""
    monkeypatch.setenv("LIVECHAT_SUGGESTIONS", "Where is *my* order?|Prices?")
    app.run()
    return app.run()


def test_it_is_the_first_bubble_and_stays(app: AppTest) -> None:
    app.run()
    app.run()
    assert authors(app) == [words.say("company")]
    say(app, "Hello")
    assert authors(app) == [words.say("company"), words.say("you")]
    assert drawn(app).index(HELLO) < drawn(app).index(">Hello<")


def test_it_is_the_companys_own(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVECHAT_TITLE", "Flowers & Co")
    monkeypatch.setenv("LIVECHAT_GREETING", "Welcome to <us>!")
    app.run()
    app.run()
    assert authors(app) == ["Flowers & Co"]
    assert "Welcome to &lt;us&gt;!" in drawn(app)
    assert HELLO not in drawn(app)


def test_nobody_is_greeted_before_it_is_known_what_was_said_before(
    app: AppTest, sandbox: Sandbox
) -> None:
    sandbox.faults.add("list_chats", status=503, times=9)
    app.run()
    assert HELLO not in drawn(app)


def test_it_stands_above_the_very_first_message_only(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    agent = agent_of(sandbox)
    for number in range(110):
        agent.say(
            f"Line {number}",
            customer_id="",
            chat_id=visit_of(app).chat_id,
            active=True,
        )
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert HELLO not in drawn(app)
    while words.say("earlier") in labels(app):
        press(app, words.say("earlier"))
        work(app)
        app.run()
    assert authors(app)[:2] == [words.say("company"), words.say("you")]


def test_what_it_suggests_is_said_by_a_press_exactly_once(
    asking: AppTest, sandbox: Sandbox
) -> None:
    assert [asking.button(key=f"suggestion-{n}").label for n in range(2)] == [
        r"Where is \*my\* order?",
        "Prices?",
    ]
    asking.button(key="suggestion-0").click().run()
    work(asking)
    asking.run()
    assert not [b for b in asking.button if b.key.startswith("suggestion")]
    assert said(asking) == ["Where is *my* order?"]
    assert [r.action for r in sandbox.requests].count("start_chat") == 1


def test_who_presses_twice_or_another_one_has_said_one_thing(asking: AppTest) -> None:
    visit = visit_of(asking)
    greeting._ask(visit, "Prices?")
    greeting._ask(visit, "Prices?")
    greeting._ask(visit, "Where is my order?")
    work(asking)
    assert said(asking) == ["Prices?"]


def test_what_was_suggested_waits_for_the_form_like_what_is_typed(
    asking: AppTest, sandbox: Sandbox
) -> None:
    agent_of(sandbox).configure(enabled_forms={"prechat"})
    visit_of(asking)._company.expire()
    poll(asking)
    asking.button(key="suggestion-1").click().run()
    assert words.say("waits_for_form") in [info.value for info in asking.info]
    assert [message.text for message in visit_of(asking).conversation.outbox] == ["Prices?"]


def test_nothing_is_suggested_in_a_conversation(asking: AppTest, sandbox: Sandbox) -> None:
    say(asking, "Hello")
    assert not [b for b in asking.button if b.key.startswith("suggestion")]
    asking.button(key="end").click().run()
    assert not [b for b in asking.button if b.key.startswith("suggestion")]


def test_what_was_not_taken_and_is_given_up_may_be_chosen_anew(
    asking: AppTest, sandbox: Sandbox
) -> None:
    sandbox.faults.add("start_chat", error="validation")
    asking.button(key="suggestion-1").click().run()
    work(asking)
    asking.run()
    assert not [b for b in asking.button if b.key.startswith("suggestion")]
    press(asking, words.say("discard"))
    asking.button(key="suggestion-1").click().run()
    work(asking)
    assert said(asking) == ["Prices?"]
