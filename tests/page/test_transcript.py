"""The transcript: every kind of event, with every optional field and with none, drawn."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.testing.v1 import AppTest

from livechat.api.structures.forms import Fault
from livechat.chat import keys
from livechat.chat.conversation import State
from livechat.chat.outbox import Outbox
from livechat.chat.outgoing import Problem
from livechat.page import words
from livechat.page.times import Here
from livechat.page.transcript_file import as_text
from livechat.sandbox import Sandbox
from tests import driver
from tests.driver import ask_as_agent, change_an_event
from tests.page.whole_page import (
    FORM_EVENT,
    agent_of,
    drawn,
    faults,
    labels,
    poll,
    press,
    say,
    send,
    visit_of,
)

URL = "https://example.com/a"
OPTIONS = [{"id": "0", "label": "first"}, {"id": "1", "label": "second", "checked": True}]
GROUPS = [{"id": "0", "label": "Sales", "group_id": 1}]


def _button(type: str | None = None, **more: Any) -> dict[str, Any]:
    typed = {} if type is None else {"type": type}
    return {"text": f"{type} button", "postback_id": f"id {type}", **typed, **more}


BUTTONS = [
    _button(),
    _button("cancel"),
    _button("message", value="said", role="default"),
    _button("url", value=URL, target="new", role="primary"),
    _button("url", value="javascript:alert(1)", target="current"),
    _button("phone", value="+1 (555) 010-9999", role="danger"),
    _button("phone", value="not a number"),
    _button("webview", value=URL, webview_height="compact"),
]
IMAGE = {
    "url": f"{URL}.png",
    "name": "a.png",
    "content_type": "image/png",
    "size": 7,
    "width": 4000,
    "height": 10,
    "alternative_text": "A picture",
}
ELEMENTS: list[dict[str, Any]] = [
    {},
    {"title": "Only a title"},
    {"subtitle": "Only a subtitle"},
    {"image": {"url": f"{URL}.png"}},
    {"buttons": BUTTONS},
    {"title": "All", "subtitle": "of it", "image": IMAGE, "buttons": BUTTONS},
]


def _fields(required: bool) -> list[dict[str, Any]]:
    more = {"required": required}
    kinds = ("name", "email", "question", "textarea", "subject")
    return [
        {"type": "header", "id": "h", "label": "About **you**"},
        *({"type": kind, "id": kind, "label": f"{kind} *", **more} for kind in kinds),
        *(
            {"type": kind, "id": kind, "label": kind, "options": OPTIONS, **more}
            for kind in ("radio", "select", "checkbox")
        ),
        {"type": "group_chooser", "id": "g", "label": "Where", "options": GROUPS, **more},
        {"type": "checkbox_for_email", "id": "m", "label": "Mail me", "checked": required},
        {"type": "rating", "id": "r", "label": "How", "comment_label": "Why"},
    ]


FILLED = [
    {"type": "name", "id": "1", "label": "Name", "answer": "Ada"},
    {"type": "email", "id": "2", "label": "E-mail"},
    {"type": "radio", "id": "3", "label": "Which", "answer": OPTIONS[0]},
    {"type": "checkbox", "id": "4", "label": "All", "answers": OPTIONS},
    {"type": "group_chooser", "id": "5", "label": "Where", "answer": GROUPS[0]},
    {"type": "checkbox_for_email", "id": "6", "label": "Mail", "answer": True},
]
DETAILS = {"url": URL, "title": "A page", "description": "About it", "image_url": f"{URL}.png"}

EVENTS: list[dict[str, Any]] = [
    {"type": "message", "text": "plain"},
    {"type": "message", "text": "**bold**", "properties": {"chats": {"formatting": "commonmark"}}},
    {"type": "message", "text": URL, "custom_id": "c", "properties": {"url_details": DETAILS}},
    {"type": "message", "text": "asked", "properties": {"test": {"int_property": 7}}},
    *(
        {"type": "rich_message", "template_id": template, "elements": elements}
        for template, elements in itertools.product(
            ("cards", "quick_replies", "sticker"), ([], *([e] for e in ELEMENTS), ELEMENTS)
        )
    ),
    {"type": "rich_message", "template_id": "cards"},
    {"type": "form", "form_id": "f", "fields": _fields(True)},
    {"type": "form", "form_id": "f", "fields": _fields(False), "custom_id": "c"},
    {"type": "form", "form_id": "h", "fields": [{"type": "header", "id": "h", "label": "H"}]},
    {"type": "filled_form", "form_id": "f", "fields": FILLED},
    {"type": "filled_form", "form_id": "f", "fields": []},
    {"type": "custom"},
    {"type": "custom", "content": {"nested": {"json": [1, None]}}},
    {"type": "system_message", "system_message_type": "agent_joined"},
    {"type": "system_message", "system_message_type": "something_new", "text": "Something new"},
    {
        "type": "system_message",
        "system_message_type": "routing.idle",
        "text": "Chat is idle",
        "text_vars": {"duration": "5"},
    },
]


def test_every_event_is_drawn(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    chat_id = app.session_state["visit"].chat_id
    for start in range(0, len(EVENTS), 10):
        for event in EVENTS[start : start + 10]:
            ask_as_agent(sandbox, "send_event", json={"chat_id": chat_id, "event": event})
        poll(app)
        assert not app.exception
    assert "Something new" in drawn(app)
    assert words.say("unsupported") in drawn(app)
    assert "javascript" not in drawn(app)


def test_a_text_that_is_too_long_goes_back_into_the_input(app: AppTest) -> None:
    text = "word " * 4_000
    say(app.run(), text)
    assert "too long" in " ".join(m.value for m in app.markdown)
    press(app, words.say("edit"))
    assert app.chat_input(key="typed").proto.value == text
    assert text not in drawn(app)
    assert visit_of(app).conversation.outbox == ()
    say(app, "word")
    assert not app.exception
    assert "word" in drawn(app)


@pytest.mark.parametrize(
    ("name", "content_type", "content"),
    [("a.txt", "text/plain", b"text"), ("noextension", "application/x-odd", b"\x00")],
)
def test_every_file_is_drawn(
    app: AppTest, sandbox: Sandbox, name: str, content_type: str, content: bytes
) -> None:
    say(app.run(), "Hello")
    url = ask_as_agent(sandbox, "upload_file", files={"file": (name, content, content_type)})["url"]
    event = {"type": "file", "url": url, "alternative_text": "A file"}
    chat_id = app.session_state["visit"].chat_id
    ask_as_agent(sandbox, "send_event", json={"chat_id": chat_id, "event": event})
    poll(app)
    assert not app.exception


STRANGE: list[dict[str, Any]] = [
    {"type": "hologram", "content": 7},
    {"type": "file"},
    {"type": "file", "url": "file:///etc/passwd", "name": "<b>passwd</b>"},
    {"type": "rich_message", "template_id": "hologram", "elements": [{"title": "New"}]},
    {"type": "rich_message", "elements": "none"},
    {
        "type": "rich_message",
        "template_id": "sticker",
        "elements": [{"image": {"url": "ftp://example.com/a.png"}}],
    },
    {"type": "form", "form_id": "f", "fields": [{"type": "hologram", "id": "1", "label": "?"}]},
    {"type": "filled_form"},
    {"type": "message"},
    {"type": "system_message"},
]


@pytest.mark.parametrize("strange", STRANGE)
def test_what_livechat_never_promised_is_harmless(
    app: AppTest, sandbox: Sandbox, strange: dict[str, Any]
) -> None:
    def rewrite(answer: dict[str, Any]) -> dict[str, Any]:
        for thread in answer["threads"]:
            kept = ("id", "created_at", "author_id")
            last = thread["events"][-1]
            thread["events"][-1] = {name: last[name] for name in kept if name in last} | strange
        return answer

    say(app.run(), "Hello")
    sandbox.faults.add("customer/list_threads", times=50, rewrite=rewrite)
    ask_as_agent(
        sandbox,
        "send_event",
        json={
            "chat_id": app.session_state["visit"].chat_id,
            "event": {"type": "message", "text": "in place of this"},
        },
    )
    poll(app)
    assert not app.exception
    assert "/etc/passwd" not in drawn(app)


def sends(app: AppTest, sandbox: Sandbox, *events: dict[str, Any], by: str = "agent") -> AppTest:
    """Somebody has sent these events, as LiveChat hands them out, and the page has read them."""
    visit = visit_of(app)
    if "agent" not in {user.type for user in visit.conversation.agents.users.values()}:
        agent_of(sandbox).say("I am here", customer_id="", chat_id=visit.chat_id, active=True)
        poll(app)
    (agent,) = [user.id for user in visit.conversation.agents.users.values()]
    author = agent if by == "agent" else visit.conversation.customer_id

    def rewrite(answer: dict[str, Any]) -> dict[str, Any]:
        thread = answer["threads"][0]
        newest = datetime.fromisoformat(thread["events"][-1]["created_at"])
        for number, event in enumerate(events, start=1):
            at = (newest + timedelta(microseconds=number)).isoformat()
            new = {"id": f"new-{number}", "created_at": at, "author_id": author}
            thread["events"].append({**new, **event})
        return answer

    sandbox.faults.add("customer/list_threads", times=1, rewrite=rewrite)
    agent_of(sandbox).say("And then", customer_id="", chat_id=visit.chat_id, active=True)
    poll(app)
    assert not app.exception
    return app


SILENT = [
    {"type": "custom", "content": {"said": "to a machine"}},
    {"type": "annotation", "text": "to a machine"},
    {"type": "system", "text": "to a machine"},
    {"type": "system", "source": "messaging", "subtype": "summary", "details": "to a machine"},
    {"type": "system", "source": "cdp", "subtype": "store_order_was_created", "details": "{"},
    {"type": "message", "text": ""},
    {"type": "message", "text": "\u200b\u2060 \u3164\n"},
    {"type": "message", "text": "", "properties": {"chats": {"formatting": "commonmark"}}},
    {"type": "system_message", "text": "\u200b"},
]


def test_what_is_not_for_people_is_not_there(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    sends(app, sandbox)
    visit, before = visit_of(app), len(app.chat_message)
    since = visit.conversation.transcript.ends_at
    sends(app, sandbox, *SILENT)
    assert words.say("unsupported") not in drawn(app)
    assert "to a machine" not in drawn(app)
    assert len(app.chat_message) == before + 1  # of the message that stands before them
    assert visit.conversation.unseen(since) == 1
    assert "to a machine" not in as_text(visit.conversation, Here(UTC, "en-US"))


def test_an_order_in_a_shop_is_one_neutral_line(app: AppTest, sandbox: Sandbox) -> None:
    order = {"order": {"order_number": "1001", "total_price": 59, "currency": "EUR"}}
    shop = {"type": "system", "source": "cdp", "subtype": "store_order_was_created"}
    say(app.run(), "Hello")
    sends(app, sandbox)
    visit, before = visit_of(app), len(app.chat_message)
    since = visit.conversation.transcript.ends_at
    sends(app, sandbox, {**shop, "details": json.dumps(order), "author_id": None})
    line = "Order #1001 placed · 59.00 EUR"
    assert drawn(app).count(line) == 1
    assert len(app.chat_message) == before + 1  # of the message that stands before it
    assert visit.conversation.unseen(since) == 1
    assert f"] {line}\n" in as_text(visit.conversation, Here(UTC, "en-US"))


def test_a_name_does_not_turn_a_line_round(app: AppTest, sandbox: Sandbox) -> None:
    """Only LiveChat's own words, of a type that is not known, have a direction of their own."""
    say(app.run(), "Hello")
    told = {"type": "system_message", "text": "\u202eקייט is here", "text_vars": {"agent": "קייט"}}
    types = ("agent_joined", "something_new")
    sends(app, sandbox, *({**told, "system_message_type": type} for type in types))
    joined = words.of_system_message("agent_joined", {"agent": "\u2068קייט\u2069"})
    assert f' dir="ltr" class="quiet line">{joined}<' in drawn(app)
    assert ' dir="auto" class="quiet line">קייט is here<' in drawn(app)


def test_what_is_taken_back_is_nowhere_on_the_page(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    say(app, "A mistake")
    sends(app, sandbox)
    before = len(app.chat_message)
    change_an_event(sandbox, "A mistake", None)
    sends(app, sandbox)
    assert len(app.chat_message) == before  # one more, and one less
    assert "A mistake" not in drawn(app)
    assert "A mistake" not in as_text(visit_of(app).conversation, Here(UTC, "en-US"))


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "file", "name": "a.png"},
        {"type": "rich_message", "elements": [{"title": "T"}]},
        {"type": "rich_message", "template_id": "cards", "elements": [{}, None]},
        {"type": "form", "fields": []},
        {"type": "form", "form_id": "f", "fields": [{"type": "hologram", "label": "?"}]},
        {"type": "filled_form", "fields": 7},
    ],
)
def test_what_cannot_be_shown_is_one_line_and_all_after_it_is_drawn(
    app: AppTest, sandbox: Sandbox, broken: dict[str, Any]
) -> None:
    sends(say(app.run(), "Hello"), sandbox, broken, {"type": "message", "text": "after it"})
    assert drawn(app).count(words.say("unsupported")) == 1
    assert "after it" in drawn(app)


def test_no_ids_make_two_things_of_the_page_meet(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    forms = [
        {**FORM_EVENT, "form_id": id, "id": id}
        for id in ("X", "X-faults", "X-0", "X-submit", "X_2d_0", "X.0", "-", "")
        if id
    ]
    press = {"text": "Yes", "postback_id": "y", "type": "message", "value": "y"}
    cards = [
        {
            "type": "rich_message",
            "template_id": "cards",
            "id": id,
            "elements": [{"title": id, "buttons": [press, press]}] * 2,
        }
        for id in ("Y", "Y-0", "Y-0-1")
    ]
    long = [{"type": "message", "id": id, "text": "long\n" * 99} for id in ("Z", "Z-more")]
    sends(app, sandbox, *forms, *cards, *long, {"type": "message", "text": "after them"})
    assert len(app.text_input) == len(forms)
    assert labels(app).count("Yes") == 12
    assert labels(app).count(words.say("show_more")) == 2
    assert "after them" in drawn(app)


def test_titles_of_others_read_in_the_order_they_have(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    backwards = "go\u202emoc.elgoog"
    element = {"title": backwards, "subtitle": backwards}
    fields = [{"type": "header", "label": backwards}]
    sends(
        app,
        sandbox,
        {"type": "rich_message", "template_id": "cards", "elements": [element]},
        {"type": "form", "form_id": "f", "fields": fields},
    )
    assert drawn(app).count("gomoc.elgoog") == 3


def test_what_is_drawn_of_one_event_is_bounded(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    long = "w" * 100_000
    button = {"text": long, "postback_id": "b", "type": "message", "value": "b"}
    element = {"title": long, "subtitle": f"{long}\n" * 10, "buttons": [button]}
    small = {"buttons": [{**button, "text": "Yes"}] * 1_000}
    field = {"type": "textarea", "label": "What?"}
    wordy = {**field, "label": long, "options": [{"id": "o", "label": long}]}
    sends(
        app,
        sandbox,
        {"type": "message", "text": long * 10},
        {"type": "message", "text": "line\n" * 16_000},
        {
            "type": "rich_message",
            "template_id": "cards",
            "elements": [element, small, *[{"title": "T"}] * 1_000],
        },
        {"type": "form", "form_id": "f", "fields": [wordy, *[field] * 2_000]},
        {"type": "filled_form", "form_id": "g", "fields": [{"label": long, "answer": long}] * 20},
        {"type": "file", "name": long, "url": f"{URL}.zip"},
        {"type": "system_message", "text": long},
    )
    assert len(app.text_area) == 149
    assert labels(app).count("Yes") == 13
    assert labels(app).count(words.say("show_more")) == 4
    assert len(drawn(app)) < 400_000
    assert max(map(len, labels(app))) < 5_000
    app.button(key="more-new_2d_2").click().run()
    assert drawn(app).count("line\n") > 300


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("groups_offline", words.say("undelivered", of=Problem.GROUPS_OFFLINE)),
        ("customer_banned", words.say("undelivered", of=Problem.BANNED)),
        ("validation", words.say("undelivered", of=Problem.REFUSED)),
        ("license_expired", words.say("undelivered", of=Problem.MISCONFIGURED)),
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
    (retry,) = [button for button in app.button if button.label == words.say("retry")]
    retry.click().run()
    assert not [button for button in app.button if button.label == words.say("retry")]
    assert drawn(app).count(">Hello<") == 1


def test_a_form_in_the_chat_is_filled_in(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    driver_page = driver.Page(sandbox, visit_of(app).identity)
    send(driver_page, FORM_EVENT)
    poll(app)
    press(app, words.say("submit"))
    assert faults(app) == [words.say("fault", of=Fault.MISSING)]
    app.text_input[0].set_value("ada@example.com")
    press(app, words.say("submit"))
    assert not app.text_input
    assert "ada@example.com" in drawn(app)
    poll(app)
    assert drawn(app).count(">ada@example.com<") == 1


def test_a_form_in_the_chat_that_is_half_filled_in_outlives_the_chat(
    app: AppTest, sandbox: Sandbox
) -> None:
    say(app.run(), "Hello")
    driver_page = driver.Page(sandbox, visit_of(app).identity)
    for is_half_filled in (False, True):
        send(driver_page, FORM_EVENT)
        poll(app)
        event = visit_of(app).conversation.transcript.timeline[-1]
        if is_half_filled:
            visit_of(app).are_half_filled([f"form-{keys.part(event.id)}"])
        driver_page.agent.end(visit_of(app).chat_id or "")
        poll(app)
        assert visit_of(app).conversation.state is State.CLOSED
        assert bool(app.text_input) is is_half_filled
        assert drawn(app).count("Form: Your e-mail") == 1  # the first one
        if not is_half_filled:
            say(app, "Again")
    app.text_input[0].set_value("ada@example.com")
    press(app, words.say("submit"))
    assert not app.text_input
    poll(app)
    assert visit_of(app).conversation.state is State.ACTIVE
    assert drawn(app).count(">ada@example.com<") == 1


def days(app: AppTest) -> list[str]:
    """The days that stand above what was said, and what was said."""
    lines = re.findall(r">([^<>]+)<", drawn(app))
    return [line for line in lines if line in DAYS or line in SAID or WEEKDAY.match(line)]


DAYS, WEEKDAY = (words.say("today"), words.say("yesterday")), re.compile(r"\w+day, ")
SAID = ("Hello", "Hi", "Again", "Still here")
DAY = 86_400


def test_the_days_change_without_other_news(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    poll(app)
    assert days(app) == ["Hello"]
    sandbox.clock.advance(DAY)
    poll(app)
    poll(app)
    # The last one is for what an idle chat is closed with.
    assert days(app) == [words.say("yesterday"), "Hello", words.say("today")]
    say(app, "Again")
    poll(app)
    assert days(app) == [words.say("yesterday"), "Hello", words.say("today"), "Again"]
    sandbox.clock.advance(DAY)
    poll(app)
    poll(app)
    day, *rest = days(app)
    assert WEEKDAY.match(day)
    assert rest == ["Hello", words.say("yesterday"), "Again", words.say("today")]


@pytest.mark.parametrize("ahead", [300, -300, DAY, -DAY])
def test_what_is_said_now_is_said_today(app: AppTest, sandbox: Sandbox, ahead: int) -> None:
    sandbox.clock.advance(ahead)
    say(app.run(), "Hello")
    assert days(app) == ["Hello"]
    poll(app)
    say(app, "Again")
    assert days(app) == ["Hello", "Again"]
    poll(app)
    assert days(app) == ["Hello", "Again"]


def test_what_failed_stays_on_its_day_and_what_is_tried_again_is_of_today(
    app: AppTest, sandbox: Sandbox
) -> None:
    say(app.run(), "Hello")
    sandbox.faults.add("send_event", error="validation")
    say(app, "Again")
    sandbox.clock.advance(DAY)
    visit = visit_of(app)
    message = visit.conversation.outbox[-1]
    day_ago = replace(message, typed_at=message.typed_at - DAY, tried_since=message.typed_at - DAY)
    visit._holder.change_outbox(lambda o: Outbox(day_ago if m is message else m for m in o))
    poll(app)
    poll(app)
    say(app, "Still here")
    poll(app)
    assert days(app) == [words.say("yesterday"), "Hello", "Again", words.say("today"), "Still here"]
    sandbox.faults.add("send_event", times=9, status=503)
    press(app, words.say("retry"))
    assert message.text in [m.text for m in visit.conversation.outbox if m.on_its_way]
    assert days(app) == [words.say("yesterday"), "Hello", words.say("today"), "Still here", "Again"]


@pytest.fixture
def sent() -> Iterator[list[str]]:
    """The numbers of the messages that the page draws, in the order of drawing."""
    numbers: list[str] = []

    def note(message: ForwardMsg) -> None:
        numbers.extend(re.findall(r"number (\d+)\.", message.delta.new_element.html.body))

    ForwardMsgQueue.on_before_enqueue_msg(note)
    yield numbers
    ForwardMsgQueue.on_before_enqueue_msg(None)


def test_the_newest_messages_are_drawn_first_each_in_its_place(
    app: AppTest, sandbox: Sandbox, sent: list[str]
) -> None:
    say(app.run(), "Hello")
    said = [str(number) for number in range(60)]
    for number in said:
        text = f"number {number}."
        agent_of(sandbox).say(text, customer_id="", chat_id=visit_of(app).chat_id, active=True)
    poll(app)
    sent.clear()
    shown = re.findall(r"number (\d+)\.", drawn(app.run()))
    assert shown == said
    assert sorted(sent, key=int) == said
    assert int(sent[0]) > 50
    assert int(sent[-1]) < 10
