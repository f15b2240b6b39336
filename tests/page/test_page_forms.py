"""Forms, ratings and the menu's dialogs with AppTest, alone and in the whole page."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC
from typing import Any
from unittest.mock import patch

import pytest
from streamlit.testing.v1 import AppTest

from livechat.api.structures.forms import Option, Rating, parse_filled_form
from livechat.chat.attachment import Attachment
from livechat.chat.conversation import Conversation, State
from livechat.chat.transcript import PAGE
from livechat.page import dialogs, forms, words
from livechat.page.desk_client import Desk
from livechat.page.times import Here
from livechat.page.transcript_text import as_text
from livechat.sandbox import Sandbox
from livechat.sandbox.phrases import PHRASES
from livechat.visit.errands import Errand
from livechat.visit.visit import Customer, Visit
from tests import driver
from tests.conftest import ROOT, live
from tests.page.test_page import configure, drawn, say

OPTIONS = [{"id": "a", "label": "First"}, {"id": "b", "label": "Second"}]

# In LiveChat's words.
TICKET_LEFT = PHRASES["en"]["ticket_sent"]


def field(type: str, label: str = "Field:", required: bool = False, **more: Any) -> dict[str, Any]:
    return {"type": type, "id": "id", "label": label, "required": required, **more}


def form_page(fields: str, customer: tuple[str, str]) -> None:
    """A page with a form, which keeps what is sent."""
    import json

    import streamlit as st

    from livechat.api.structures.forms import parse_form
    from livechat.page import forms
    from livechat.visit.visit import Customer

    sent = st.session_state.setdefault("sent", [])
    forms.draw(
        parse_form({"id": "f", "fields": json.loads(fields)}),
        "form",
        submit="Go",
        on_submit=lambda form, answers: sent.append(answers),
        prefill=Customer(*customer),
        skip=lambda: sent.append("skipped"),
    )


def with_form(*fields: dict[str, Any], customer: tuple[str, str] = ("", "")) -> AppTest:
    app = AppTest.from_function(form_page, args=(json.dumps(fields), customer), default_timeout=30)
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label]
    button.click().run()
    assert not app.exception
    return app


def sent(app: AppTest) -> list[Any]:
    return list(app.session_state["sent"])


def faults(app: AppTest) -> list[str]:
    return [
        m.value.split(": ", 1)[1].strip("]") for m in app.markdown if "material/error" in m.value
    ]


@pytest.mark.parametrize("type", ["name", "email", "question", "subject", "textarea"])
def test_a_text_is_kept_and_sent_once(type: str) -> None:
    app = with_form(field(type, required=True))
    (widget,) = [*app.text_input, *app.text_area]
    assert widget.label == "Field (required)"
    press(app, "Go")
    assert faults(app) == [words.FAULTS[forms.Fault.MISSING]]
    assert [error.value for error in app.error] == [words.CHECK.format(fields="Field")]
    assert sent(app) == []
    (widget,) = [*app.text_input, *app.text_area]
    widget.set_value(" ada@example.com ")
    press(app, "Go")
    assert sent(app) == [{"id": "ada@example.com"}]
    assert not faults(app)
    assert not app.error


def test_an_address_that_is_none_is_named_and_kept() -> None:
    app = with_form(field("email"))
    app.text_input[0].set_value("ada@example")
    press(app, "Go")
    assert faults(app) == [words.FAULTS[forms.Fault.NOT_AN_EMAIL]]
    assert app.text_input[0].value == "ada@example"
    assert sent(app) == []


@pytest.mark.parametrize(
    ("type", "options", "answer"),
    [
        ("radio", OPTIONS, Option("b", "Second")),
        ("select", OPTIONS, Option("b", "Second")),
        ("group_chooser", [OPTIONS[0], {**OPTIONS[1], "group_id": 2}], Option("b", "Second", 2)),
        ("checkbox", OPTIONS, (Option("b", "Second"),)),
        (
            "checkbox",
            [OPTIONS[0], {"id": "b", "label": "Second, and long"}, {"id": "c", "label": "x" * 99}],
            (Option("b", "Second, and long"),),
        ),
    ],
)
def test_a_choice_begins_with_none_and_is_sent(
    type: str, options: list[dict[str, Any]], answer: object
) -> None:
    app = with_form(field(type, required=True, options=options))
    press(app, "Go")
    assert faults(app) == [words.FAULTS[forms.Fault.MISSING]]
    if app.checkbox:
        app.checkbox[1].check()
    elif app.pills:
        app.pills[0].set_value([1])
    else:
        [*app.radio, *app.selectbox][0].set_value(1)
    press(app, "Go")
    assert sent(app) == [{"id": answer}]


@pytest.mark.parametrize("type", ["radio", "select", "checkbox"])
def test_what_is_checked_is_chosen_from_the_start(type: str) -> None:
    app = with_form(field(type, options=[OPTIONS[0], {**OPTIONS[1], "checked": True}]))
    press(app, "Go")
    second = Option("b", "Second", checked=True)
    assert sent(app) == [{"id": (second,) if type == "checkbox" else second}]


@pytest.mark.parametrize("type", ["radio", "select", "checkbox"])
@pytest.mark.parametrize("long", [False, True])
def test_options_are_told_apart_whatever_they_are_called(type: str, long: bool) -> None:
    label = "x" * 99 if long else "same"
    options = [{"id": "a", "label": label}, {"id": "b", "label": label}, {"id": "c"}]
    app = with_form(field(type, options=options))
    if app.checkbox:
        labels = [box.label for box in app.checkbox]
        app.checkbox[1].check()
    else:
        (widget,) = [*app.radio, *app.selectbox, *app.pills]
        labels = list(widget.options)
        widget.set_value([1] if type == "checkbox" else 1)
    assert len(set(labels)) == 3
    assert labels[2] == "Option 3"
    press(app, "Go")
    chosen = Option("b", label)
    assert sent(app) == [{"id": (chosen,) if type == "checkbox" else chosen}]


@pytest.mark.parametrize("type", ["radio", "select", "checkbox", "group_chooser"])
@pytest.mark.parametrize("options", [None, [], [{"label": "without an ID"}]])
def test_a_choice_from_nothing_is_not_asked_for(type: str, options: object) -> None:
    app = with_form(field(type, required=True, options=options), {**field("name"), "id": "n"})
    app.text_input[0].set_value("Ada")
    press(app, "Go")
    assert sent(app) == [{"n": "Ada"}]


def test_a_box_may_have_to_be_checked() -> None:
    app = with_form(field("checkbox_for_email", "I agree", required=True))
    press(app, "Go")
    assert faults(app) == [words.FAULTS[forms.Fault.MISSING]]
    app.checkbox[0].check()
    press(app, "Go")
    assert sent(app) == [{"id": True}]


def test_a_box_that_is_not_checked_says_so() -> None:
    app = with_form(field("checkbox_for_email", checked=True))
    app.checkbox[0].uncheck()
    press(app, "Go")
    assert sent(app) == [{"id": False}]


def test_a_rating_has_a_comment_and_no_comment_is_lost() -> None:
    app = with_form(field("rating", comment_label="Tell us *why*"))
    assert "Tell us" in app.text_input[0].label
    app.text_input[0].set_value("Quick")
    press(app, "Go")
    assert faults(app) == [words.FAULTS[forms.Fault.MISSING]]
    assert app.text_input[0].value == "Quick"
    app.feedback[0].set_value(0)
    press(app, "Go")
    assert sent(app) == [{"id": Rating(0, "Quick")}]


def test_no_answer_is_an_answer_to_what_is_not_required() -> None:
    app = with_form(
        {"type": "header", "label": "**Hello** <b>", "required": True},
        *({**field(type, options=OPTIONS), "id": type} for type in ("name", "email", "radio")),
        {**field("rating"), "id": "rating"},
        {**field("checkbox", options=OPTIONS), "id": "checkbox"},
    )
    assert "**Hello** &lt;b&gt;" in drawn(app)
    press(app, "Go")
    assert sent(app) == [{}]


def test_what_is_known_is_filled_in() -> None:
    app = with_form(
        {**field("name"), "id": "n"}, {**field("email"), "id": "e"}, customer=("Ada", "a@b.example")
    )
    press(app, "Go")
    assert sent(app) == [{"n": "Ada", "e": "a@b.example"}]


def test_a_form_can_be_skipped_without_an_answer() -> None:
    app = with_form(field("name", required=True))
    press(app, words.SKIP)
    assert sent(app) == ["skipped"]


def test_a_second_click_before_the_form_is_gone_sends_nothing() -> None:
    def page() -> None:
        import streamlit as st

        from livechat.api.structures.forms import parse_form
        from livechat.page import forms

        sent = st.session_state.setdefault("sent", [])
        name = {"type": "name", "id": "n", "label": "Name"}

        def twice(form: object, answers: object) -> None:
            sent.append(answers)
            forms._submit(parse_form({"fields": [name]}), "form", twice)

        if not sent:
            form = parse_form({"fields": [name]})
            forms.draw(form, "form", submit="Go", on_submit=twice)

    app = AppTest.from_function(page).run()
    app.text_input[0].set_value("Ada")
    press(app, "Go")
    assert sent(app) == [{"n": "Ada"}]


def test_nothing_that_a_company_writes_breaks_a_form() -> None:
    odd = ["", " ", "**b** :smile: $x$ [a](b) <b>", "x" * 3000, "ملاحظات", "1. a", "# b"]
    types = ("name", "email", "question", "textarea", "radio", "select", "checkbox", "rating")
    options = [{"id": str(n), "label": odd[n % len(odd)]} for n in range(50)]
    fields = [field(type, label, options=options) for label in odd for type in types]
    app = with_form(*fields, *fields)
    press(app, "Go")
    assert len(sent(app)) == 1


def test_a_filled_form_as_html() -> None:
    html = forms.filled(
        parse_filled_form(
            {
                "form_id": "f",
                "fields": [
                    {"label": "Name:", "answer": "<b>Ada</b>"},
                    {"label": "Mail", "answer": True},
                    {"label": "News", "answer": False},
                    {"label": "<i>", "answers": [{"label": "one"}, {"label": "two"}]},
                    {"label": "Left out"},
                ],
            }
        )
    )
    assert "&lt;b&gt;Ada&lt;/b&gt;" in html
    assert "&lt;i&gt;" in html
    assert "one, two" in html
    assert f">{words.YES}<" in html
    assert f">{words.NO}<" in html
    assert "Left out" not in html
    assert 'dir="auto"' in html


def test_a_filled_form_without_an_answer_is_not_blank() -> None:
    assert words.NOT_ANSWERED in forms.filled(parse_filled_form({"form_id": "f", "fields": []}))


# In the whole page


@pytest.fixture
def app(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    configure(monkeypatch, **live(sandbox))
    return AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=30)


def visit_of(app: AppTest) -> Visit:
    visit = app.session_state["visit"]
    assert isinstance(visit, Visit)
    return visit


def poll(app: AppTest) -> AppTest:
    visit = visit_of(app)
    visit.expect_news()
    visit.work(tick=visit._tick + 1)
    return app.run()


def agent_of(sandbox: Sandbox) -> Desk:
    return Desk(sandbox.url, sandbox.default.agent_token)


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def texts_of(app: AppTest) -> list[str]:
    return [event.text for event in visit_of(app).conversation.transcript.timeline if event.text]


def type_into(app: AppTest, label: str, value: str) -> None:
    (widget,) = [w for w in [*app.text_input, *app.text_area] if w.label.startswith(label)]
    widget.set_value(value)


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


def end(app: AppTest) -> AppTest:
    app.button(key="end").click().run()
    assert not app.exception
    return app


def test_a_chat_is_rated_after_its_end(app: AppTest, sandbox: Sandbox) -> None:
    end(say(app.run(), "Hello"))
    assert words.RATE_ASK in drawn(app)
    app.feedback[0].set_value(1).run()
    assert visit_of(app).conversation.rating == Rating(1)
    assert words.RATED[1] in drawn(app)
    type_into(app, words.RATE_COMMENT, " Quick ")
    press(app, words.SUBMIT)
    app.feedback[0].set_value(0).run()
    assert words.RATED[0] in drawn(app)
    again = driver.Page(sandbox, visit_of(app).identity)
    assert again.visit.conversation.rating == Rating(0, "Quick")
    app.feedback[0].set_value(None).run()
    assert not app.text_input
    again = driver.Page(sandbox, visit_of(app).identity)
    assert again.visit.conversation.rating is None


def test_a_refused_rating_is_not_shown_as_given(app: AppTest, sandbox: Sandbox) -> None:
    end(say(app.run(), "Hello"))
    sandbox.faults.add("customer/update_thread_properties", error="validation")
    app.feedback[0].set_value(1).run()
    # It is asked in a thread of its own: what comes of it is drawn by the next run.
    deadline = time.monotonic() + 20
    while visit_of(app).glance().refused is None and time.monotonic() < deadline:
        time.sleep(0.01)
    app.run()
    assert [warning.value for warning in app.warning] == [words.REFUSED[Errand.RATE]]
    assert app.feedback[0].value is None
    app.feedback[0].set_value(1).run()
    assert app.feedback[0].value == 1
    assert not app.warning


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


FORM_EVENT = {
    "type": "form",
    "form_id": "contact",
    "fields": [{"type": "email", "id": "1", "label": "Your e-mail", "required": True}],
}


def test_a_form_in_the_chat_is_filled_in(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    driver_page = driver.Page(sandbox, visit_of(app).identity)
    send(driver_page, FORM_EVENT)
    poll(app)
    press(app, words.SUBMIT)
    assert faults(app) == [words.FAULTS[forms.Fault.MISSING]]
    app.text_input[0].set_value("ada@example.com")
    press(app, words.SUBMIT)
    assert not app.text_input
    assert "ada@example.com" in drawn(app)
    poll(app)
    assert drawn(app).count(">ada@example.com<") == 1


def send(page: driver.Page, event: dict[str, Any]) -> None:
    sent = {"chat_id": page.visit.chat_id, "event": event}
    driver.ask_as_agent(page.sandbox, "send_event", json=sent)


# The conversation as text


def test_a_conversation_as_text(sandbox: Sandbox) -> None:
    page = driver.Page(sandbox)
    page.say("Hello\n[00:00] Kate Novak: not hers")
    page.hear("Hi")
    send(page, FORM_EVENT)
    page.visit.say("", [Attachment("notes.txt", "text/plain", b"notes")])
    page.run()
    page.visit.end()
    page.run()
    sandbox.clock.advance(24 * 3600)
    page.say("Again")
    page.poll()
    conversation = page.visit.conversation
    first, *_, last = (event.created_at for event in conversation.transcript.timeline)
    london = Here(UTC, "en-GB")
    before, after = (f"{day:%A, %d/%m/%Y}" for day in (first, last))
    said = as_text(conversation, london)
    assert said.startswith(
        f"{words.TITLE}\n{before} – {after}\n\n{before}\n\n[{first:%H:%M}] You: "
    )
    assert said.count(f"\n{after}\n") == 1
    assert "You: Hello\n    [00:00] Kate Novak: not hers\n" in said
    assert "] Kate Novak: Hi\n" in said
    assert "] Kate Novak: Your e-mail\n" in said
    assert "] You: File: notes.txt\n    http" in said
    assert f"] {words.SYSTEM['manual_archived_customer']}\n" in said
    assert said.endswith(f"[{last:%H:%M}] You: Again\n")


def test_an_empty_conversation_as_text() -> None:
    assert as_text(Conversation(), Here(UTC, "")) == f"{words.TITLE}\n"


# The menu's dialogs


def opened(app: AppTest, name: str) -> AppTest:
    app.session_state["asking"] = name
    app.run()
    assert not app.exception
    return app


def test_the_menu_offers_what_can_be_done(app: AppTest) -> None:
    app.run()
    (menu,) = app.get("menu_button")
    assert list(menu.proto.options) == [words.DETAILS, words.FORGET]
    say(app, "Hello")
    (menu,) = app.get("menu_button")
    assert list(menu.proto.options) == [
        words.DETAILS,
        words.RATE,
        words.TRANSCRIPT,
        words.SEARCH,
        words.FORGET,
    ]


def test_a_dialog_of_a_chat_that_is_gone_is_not_opened(app: AppTest) -> None:
    opened(app, words.SEARCH)
    assert not app.text_input


def test_the_customers_details_are_shown_and_changed(app: AppTest, sandbox: Sandbox) -> None:
    app.run()
    driver.Page(sandbox, visit_of(app).identity).visit.introduce("Ada", "ada@example.com")
    opened(app, words.DETAILS)
    assert words.LOOKING_UP in drawn(app)
    page = driver.Page(sandbox, visit_of(app).identity)
    page.visit.introduce("Ada", "ada@example.com")
    page.run()
    visit_of(app).look_up_customer()
    visit_of(app).work()
    app.run()
    assert [w.value for w in app.text_input] == ["Ada", "ada@example.com"]
    type_into(app, words.NAME, "Ada L.")
    app.text_input[1].set_value("nowhere")
    press(app, words.SAVE)
    assert faults(app) == [words.FAULTS[forms.Fault.NOT_AN_EMAIL]]
    assert app.text_input[0].value == "Ada L."
    app.text_input[1].set_value("ada@example.org")
    press(app, words.SAVE)
    assert app.session_state["asking"] is None
    app.run()
    page.visit.look_up_customer()
    page.run()
    assert page.visit.glance().customer == Customer("Ada L.", "ada@example.org")


def test_details_can_be_given_though_none_can_be_looked_up(app: AppTest, sandbox: Sandbox) -> None:
    app.run()
    sandbox.faults.add("customer/get_customer", error="validation")
    visit_of(app).look_up_customer()
    visit_of(app).work()
    opened(app, words.DETAILS)
    type_into(app, words.NAME, "Ada")
    press(app, words.SAVE)
    assert visit_of(app).glance().customer == Customer("Ada", "")


def test_only_what_a_dialog_shows_disturbs_it(app: AppTest) -> None:
    say(app.run(), "Hello")
    visit = visit_of(app)

    def is_disturbed() -> bool:
        with patch.object(dialogs.st, "session_state", app.session_state):
            return dialogs.is_disturbed(visit)

    assert not is_disturbed()
    opened(app, words.RATE)
    assert is_disturbed()
    visit.say("More")
    assert is_disturbed()
    visit.rate(Rating(1))
    assert not is_disturbed()


def test_a_rating_in_the_menu_and_one_at_the_end_agree(app: AppTest, sandbox: Sandbox) -> None:
    end(say(app.run(), "Hello"))
    opened(app, words.RATE)
    assert len(app.feedback) == 2
    app.feedback[1].set_value(0).run()
    assert [widget.value for widget in app.feedback] == [0, 0]
    app.text_input[1].set_value("Slow")
    (_, send) = [button for button in app.button if button.label == words.SUBMIT]
    send.click().run()
    assert [widget.value for widget in app.text_input] == ["Slow", "Slow"]
    assert visit_of(app).conversation.rating == Rating(0, "Slow")


def test_a_rating_given_before_a_reload_is_shown(app: AppTest) -> None:
    say(app.run(), "Hello")
    visit_of(app).rate(Rating(1, "Nice"))
    visit_of(app).work()
    opened(app, words.RATE)
    assert app.feedback[0].value == 1
    assert app.text_input[0].value == "Nice"


def test_a_transcript_is_sent_to_an_address(app: AppTest, sandbox: Sandbox) -> None:
    opened(say(app.run(), "Hello"), words.TRANSCRIPT)
    app.text_input[0].set_value("nowhere")
    press(app, words.SUBMIT)
    assert faults(app) == [words.FAULTS[forms.Fault.NOT_AN_EMAIL]]
    app.text_input[0].set_value("ada@example.com")
    press(app, words.SUBMIT)
    visit_of(app).work()
    app.run()
    assert words.TRANSCRIPT_TO.format(email="ada@example.com") in drawn(app)
    again = driver.Page(sandbox, visit_of(app).identity)
    assert again.visit.conversation.transcript_email == "ada@example.com"


def test_an_address_that_is_refused_is_not_promised_a_transcript(
    app: AppTest, sandbox: Sandbox
) -> None:
    opened(say(app.run(), "Hello"), words.TRANSCRIPT)
    sandbox.faults.add("customer/update_thread_properties", error="validation")
    app.text_input[0].set_value("ada@example.com")
    press(app, words.SUBMIT)
    visit_of(app).work()
    app.run()
    assert words.REFUSED[Errand.SEND_TRANSCRIPT] in [warning.value for warning in app.warning]
    assert words.TRANSCRIPT_TO.format(email="ada@example.com") not in drawn(app)


def searched(app: AppTest, wanted: str) -> str:
    (widget,) = app.text_input
    widget.set_value(wanted).run()
    assert not app.exception
    return "\n".join(c.value for c in app.caption)


def test_a_search_finds_what_was_said(app: AppTest, sandbox: Sandbox) -> None:
    say(say(say(app.run(), "In der STRASSE"), "Nothing"), "a straße <b>")
    opened(poll(app), words.SEARCH)
    assert words.SEARCH_FOUND.format(count=2) in searched(app, " Straße ")
    assert drawn(app).count("STRASSE") == 2
    assert words.SEARCH_FOUND.format(count=0) in searched(app, "elsewhere")
    assert "Found" not in searched(app, " ")


def test_a_search_shows_the_newest_hits_and_says_how_many_there_are(
    app: AppTest, sandbox: Sandbox
) -> None:
    say(app.run(), "Hello")
    for number in range(60):
        visit_of(app).say(f"{'before ' * 99}number {number}{' after' * 99}")
    visit_of(app).work()
    opened(poll(app), words.SEARCH)
    assert words.SEARCH_FOUND_MORE.format(count=60, shown=50) in searched(app, "NUMBER")
    excerpts = re.findall(r">(…[^<]*number \d+[^<]*…)<", drawn(app))
    assert len(excerpts) == 50
    assert "number 59 " in excerpts[0]


def test_a_search_reads_what_is_not_loaded_only_when_asked(app: AppTest, sandbox: Sandbox) -> None:
    app.run()
    visit = visit_of(app)
    for thread in range(3):
        for number in range(PAGE):
            visit.say(f"{thread}.{number}")
        visit.work()
        visit.end()
        visit.work()
    fresh = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=30)
    fresh.session_state["visit"] = driver.Page(sandbox, visit.identity).visit
    opened(fresh, words.SEARCH)
    found = searched(fresh, ".")
    assert words.SEARCH_NOT_ALL in found
    press(fresh, words.SEARCH_EARLIER)
    found = "\n".join(caption.value for caption in fresh.caption)
    assert words.SEARCH_NOT_ALL not in found
    assert words.SEARCH_FOUND_MORE.format(count=3 * PAGE, shown=50) in found


def test_forgetting_can_be_thought_better_of(app: AppTest) -> None:
    opened(app.run(), words.FORGET)
    press(app, words.FORGET_NOT)
    assert app.session_state["asking"] is None
    app.run()
    assert words.FORGET_DO not in labels(app)
    opened(app, words.FORGET)
    press(app, words.FORGET_DO)
    app.run()
    assert words.FORGOTTEN in [info.value for info in app.info]
