"""The Agent desk with AppTest, against the sandbox."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from livechat.api import route
from livechat.page import agent_desk, words
from livechat.sandbox import Sandbox
from livechat.sandbox.bot.tricks import NAMES
from livechat.sandbox.world.sample_organization import FORMS
from livechat.settings import VERSIONS
from tests.driver import Page
from tests.page.whole_page import press


def draw_the_desk() -> None:
    import streamlit as st

    from livechat.page import agent_desk

    agent_desk.draw(st.session_state.visit)


@pytest.fixture
def page(sandbox: Sandbox) -> Page:
    return Page(sandbox, agent_token=sandbox.default.agent_token)


@pytest.fixture
def app(page: Page) -> AppTest:
    app = AppTest.from_function(draw_the_desk, default_timeout=30)
    app.session_state["visit"] = page.visit
    return app.run()


def look(page: Page) -> list[str]:
    """What the visitor sees, and the types of what is no message."""
    page.poll()
    return [event.text or event.type for event in page.visit.conversation.transcript.timeline]


def asked(sandbox: Sandbox) -> list[str]:
    return [record.action for record in sandbox.requests if record.api == "sandbox"]


def test_without_an_open_chat_there_is_nothing_to_send_into_or_to_close(app: AppTest) -> None:
    assert not app.exception
    assert app.menu_button(key="desk-show").disabled
    (end,) = [button for button in app.button if button.label == words.say("desk_end")]
    assert end.disabled


def test_writing_first_and_closing(app: AppTest, page: Page) -> None:
    app.text_area(key="desk-text").input("May I help?")
    press(app, words.say("desk_send"))
    assert look(page) == ["May I help?"]
    press(app.run(), words.say("desk_end"))
    assert look(page) == ["May I help?", "Kate Novak archived the chat"]


def test_greeting_comes_before_a_chat(app: AppTest, page: Page, sandbox: Sandbox) -> None:
    press(app, words.say("desk_greet"))
    assert not app.error
    (customer,) = sandbox.default.customers.values()
    assert customer.greeting
    page.say("Hello")
    (greet,) = [button for button in app.run().button if button.label == words.say("desk_greet")]
    assert greet.disabled


@pytest.mark.parametrize("what", agent_desk.SHOWN)
def test_sending_one_of_each(app: AppTest, page: Page, what: str) -> None:
    page.say("Hello")
    before = look(page)
    app.run()
    app.menu_button(key="desk-show").click(what).run()
    assert not app.exception
    assert not app.error
    assert look(page) != before


def test_a_chat_that_has_just_been_closed_is_an_error_to_read(app: AppTest, page: Page) -> None:
    page.say("Hello")
    app.run()
    page.agent.end(page.visit.chat_id or "")
    app.menu_button(key="desk-show").click("cards").run()
    assert [error.value for error in app.error]
    assert not app.exception


def test_what_the_visitor_is_writing(app: AppTest, page: Page) -> None:
    page.say("Hello")
    app.toggle(key="desk-peek").set_value(True).run()
    assert words.say("desk_peeked_nothing") in shown(app)
    client, chat_id = page.visit._client, page.visit.chat_id or ""
    client.send_sneak_peek(chat_id, sneak_peek_text="I am <b>not</b> sure")
    assert "Is writing: I am &lt;b&gt;not&lt;/b&gt; sure" in shown(app.run())
    client.send_sneak_peek(chat_id, sneak_peek_text="\u202eשלום")
    assert "Is writing: \u2068שלום\u2069" in shown(app.run())
    client.send_sneak_peek(chat_id, sneak_peek_text="")
    assert words.say("desk_peeked_nothing") in shown(app.run())
    page.agent.end(chat_id)  # before the page has heard of it
    assert not app.run().error
    assert not app.exception


def shown(app: AppTest) -> str:
    return "".join(html.value for html in app.get("html"))


def test_online_and_offline(app: AppTest, sandbox: Sandbox) -> None:
    kate = next(iter(sandbox.default.agents.values()))
    press(app, words.say("desk_offline"))
    assert not kate.accepts_chats
    assert [toast.value for toast in app.toast] == [words.say("desk_is_offline")]
    press(app, words.say("desk_online"))
    assert kate.accepts_chats


@pytest.mark.parametrize("form", agent_desk.FORMS)
def test_a_form_is_switched_on_and_off(app: AppTest, sandbox: Sandbox, form: str) -> None:
    app.toggle(key=f"desk-{form}").set_value(True).run()
    assert sandbox.default.enabled_forms == {form}
    app.toggle(key=f"desk-{form}").set_value(False).run()
    assert sandbox.default.enabled_forms == set()
    assert not app.exception


def test_the_language_is_switched(app: AppTest, page: Page, sandbox: Sandbox) -> None:
    assert len(app.selectbox(key="desk-language").options) == len(words.languages())
    for language in ("de", "pt-BR"):
        app.selectbox(key="desk-language").set_value(language).run()
        assert not app.exception
        assert sandbox.default.language == language
    page.poll()
    company = page.visit.glance().company
    assert company is not None
    assert company.language == "pt-BR"


def test_a_welcome_message_is_switched_on_where_livechat_has_them(
    app: AppTest, sandbox: Sandbox
) -> None:
    assert not [toggle for toggle in app.toggle if toggle.label == words.say("desk_welcome")]
    route.VERSION.begin(VERSIONS[-1])
    app.run()
    app.toggle(key="desk-welcome").set_value(True).run()
    assert sandbox.default.welcome_message == words.say("desk_welcomes")
    app.toggle(key="desk-welcome").set_value(False).run()
    assert sandbox.default.welcome_message is None
    assert not app.exception


def test_the_toggles_begin_as_the_organization_is_set_up(page: Page, sandbox: Sandbox) -> None:
    sandbox.default.enabled_forms = {"ticket"}
    app = AppTest.from_function(draw_the_desk, default_timeout=30)
    app.session_state["visit"] = page.visit
    app.run()
    assert [toggle.value for toggle in app.toggle] == [False, False, False, True]
    app.run()
    assert asked(sandbox) == ["configure"]


def test_another_organization_has_a_desk_of_its_own(
    app: AppTest, page: Page, sandbox: Sandbox
) -> None:
    other = sandbox.lodge(None)
    page.visit.settings = replace(
        page.visit.settings, organization_id=other.organization_id, agent_token=other.agent_token
    )
    press(app, words.say("desk_offline"))
    assert not next(iter(other.agents.values())).accepts_chats
    assert next(iter(sandbox.default.agents.values())).accepts_chats


def test_a_sandbox_out_of_order_leaves_the_rest_of_the_desk(page: Page, sandbox: Sandbox) -> None:
    sandbox.faults.add("configure", error="internal")
    app = AppTest.from_function(draw_the_desk, default_timeout=30)
    app.session_state["visit"] = page.visit
    app.run()
    assert app.error
    assert len(app.toggle) == 1
    assert not app.exception
    app.run()
    assert len(app.toggle) == len(agent_desk.FORMS) + 1


def test_the_desk_offers_what_the_sandbox_has() -> None:
    assert set(agent_desk.SHOWN) == set(NAMES)
    assert set(agent_desk.FORMS) == set(FORMS)
