"""The menu's dialogs."""

from __future__ import annotations

import re
from unittest.mock import patch

from streamlit.testing.v1 import AppTest

from livechat.api.structures.forms import Fault, Rating
from livechat.chat.transcript import PAGE
from livechat.page import dialogs, words
from livechat.sandbox import Sandbox
from livechat.visit import Customer, Errand
from tests import driver
from tests.page.whole_page import (
    agent_of,
    drawn,
    faults,
    in_dialog,
    kept_by_tab,
    labels,
    opened,
    poll,
    press,
    say,
    type_into,
    visit_of,
    work,
)


def test_the_menu_offers_what_can_be_done(app: AppTest) -> None:
    app.run()
    (menu,) = app.get("menu_button")
    assert list(map(name_of, menu.proto.options)) == [
        words.say("details"),
        words.say("alerts"),
        words.say("languages"),
        words.say("forget"),
    ]
    say(app, "Hello")
    (menu,) = app.get("menu_button")
    assert list(map(name_of, menu.proto.options)) == [
        words.say("details"),
        words.say("rate"),
        words.say("transcript"),
        words.say("search"),
        words.say("alerts"),
        words.say("languages"),
        words.say("forget"),
    ]


def name_of(option: str) -> str:
    """An entry of the menu without its icon, which Streamlit hides from a screen reader."""
    icon, name = option.split(" ", 1)
    assert re.fullmatch(r":material/\w+:", icon)
    return name


def test_a_dialog_of_a_chat_that_is_gone_is_not_opened(app: AppTest) -> None:
    opened(app, "search")
    assert not app.text_input


def test_the_customers_details_are_shown_and_changed(app: AppTest, sandbox: Sandbox) -> None:
    app.run()
    driver.Page(sandbox, visit_of(app).identity).visit.introduce("Ada", "ada@example.com")
    opened(app, "details")
    assert words.say("looking_up") in drawn(app)
    page = driver.Page(sandbox, visit_of(app).identity)
    page.visit.introduce("Ada", "ada@example.com")
    page.run()
    visit_of(app).look_up_customer()
    visit_of(app).work()
    app.run()
    assert [w.value for w in app.text_input] == ["Ada", "ada@example.com"]
    type_into(app, words.say("name"), "Ada L.")
    app.text_input[1].set_value("nowhere")
    press(app, words.say("save"))
    assert faults(app) == [words.say("fault", of=Fault.NOT_AN_EMAIL)]
    assert app.text_input[0].value == "Ada L."
    app.text_input[1].set_value("ada@example.org")
    press(app, words.say("save"))
    assert app.session_state["dialog"] is None
    app.run()
    page.visit.look_up_customer()
    page.run()
    assert page.visit.glance().customer == Customer("Ada L.", "ada@example.org")


def test_details_can_be_given_though_none_can_be_looked_up(app: AppTest, sandbox: Sandbox) -> None:
    app.run()
    sandbox.faults.add("customer/get_customer", error="validation")
    visit_of(app).look_up_customer()
    visit_of(app).work()
    opened(app, "details")
    type_into(app, words.say("name"), "Ada")
    press(app, words.say("save"))
    assert visit_of(app).glance().customer == Customer("Ada", "")


def is_disturbed(app: AppTest) -> bool:
    with patch.object(dialogs.st, "session_state", app.session_state):
        return dialogs.is_disturbed(visit_of(app))


def test_only_what_a_dialog_shows_disturbs_it(app: AppTest) -> None:
    say(app.run(), "Hello")
    visit = visit_of(app)
    assert not is_disturbed(app)
    opened(app, "rate")
    assert is_disturbed(app)
    visit.say("More")
    assert is_disturbed(app)
    visit.rate(Rating(1), visit.thread_id)
    assert not is_disturbed(app)


def test_what_is_taken_back_is_not_read_on_in_one(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    opened(poll(app), "search")
    assert words.say("search_found", count=1) in searched(app, "Hello")
    assert is_disturbed(app)
    driver.change_an_event(sandbox, "Hello", None)
    visit_of(app).expect_news()
    visit_of(app).work(tick=1_000)
    assert not is_disturbed(app)
    assert words.say("search_found", count=0) in drawn(app.run())


def left_out(before: dict[tuple[int, ...], str], app: AppTest) -> list[str]:
    """What is not drawn any more, and has nothing in its place."""
    now = in_dialog(app)
    gone = (place for place in before if place not in now)
    # What is in the place of a block is in the place of all that was in it.
    return [before[p] for p in gone if now.get(p[:-1]) == before.get(p[:-1])]


def test_a_rating_that_goes_has_something_in_its_place(app: AppTest, sandbox: Sandbox) -> None:
    opened(say(app.run(), "Hello"), "rate")
    sandbox.faults.add("customer/update_thread_properties", error="validation")
    app.feedback[0].set_value(1).run()
    work(app)
    app.run()
    assert app.warning
    refused = in_dialog(app)
    app.feedback[0].set_value(1).run()
    assert not app.warning
    rated = in_dialog(app)
    assert [p for p in rated if rated[p] == "feedback"] == [
        p for p in refused if refused[p] == "feedback"
    ]
    app.feedback[0].set_value(None).run()
    assert words.say("rated.good") not in drawn(app)
    assert left_out(rated, app) == []


def test_a_fault_that_goes_has_something_in_its_place(app: AppTest) -> None:
    opened(say(app.run(), "Hello"), "transcript")
    app.text_input[0].set_value("nowhere")
    press(app, words.say("send"))
    faulty = in_dialog(app)
    app.text_input[0].set_value("ada@example.com")
    press(app, words.say("send"))
    assert not faults(app)
    assert left_out(faulty, app) == []


def test_what_was_found_has_something_in_its_place_when_it_goes(app: AppTest) -> None:
    opened(say(app.run(), "Hello"), "search")
    searched(app, "Hello")
    found = in_dialog(app)
    assert "Found" not in searched(app, "")
    assert left_out(found, app) == []


def test_a_transcript_is_sent_to_an_address(app: AppTest, sandbox: Sandbox) -> None:
    opened(say(app.run(), "Hello"), "transcript")
    app.text_input[0].set_value("nowhere")
    press(app, words.say("send"))
    assert faults(app) == [words.say("fault", of=Fault.NOT_AN_EMAIL)]
    app.text_input[0].set_value("ada@example.com")
    press(app, words.say("send"))
    work(app)
    app.run()
    assert words.say("transcript_to", email="ada@example.com") in drawn(app)
    again = driver.Page(sandbox, visit_of(app).identity)
    assert again.visit.conversation.transcript_email == "ada@example.com"


def test_an_address_that_is_refused_is_not_promised_a_transcript(
    app: AppTest, sandbox: Sandbox
) -> None:
    opened(say(app.run(), "Hello"), "transcript")
    sandbox.faults.add("customer/update_thread_properties", error="validation")
    app.text_input[0].set_value("ada@example.com")
    press(app, words.say("send"))
    work(app)
    app.run()
    assert words.say("refused", of=Errand.SEND_TRANSCRIPT) in [
        warning.value for warning in app.warning
    ]
    assert words.say("transcript_to", email="ada@example.com") not in drawn(app)


def searched(app: AppTest, wanted: str) -> str:
    (widget,) = app.text_input
    widget.set_value(wanted).run()
    assert not app.exception
    return drawn(app)


def test_a_search_finds_what_was_said(app: AppTest, sandbox: Sandbox) -> None:
    say(say(say(app.run(), "In der STRASSE"), "Nothing"), "a straße <b>")
    opened(poll(app), "search")
    assert words.say("search_found", count=2) in searched(app, " Straße ")
    assert drawn(app).count("STRASSE") == 2  # in the transcript and as a hit
    assert words.say("search_found", count=0) in searched(app, "elsewhere")
    assert "Found" not in searched(app, " ")


def test_news_behind_a_dialog_are_told_once(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    opened(app, "details")
    visit = visit_of(app)
    sandbox.requests.clear()
    for text in ("One", "Two"):
        agent_of(sandbox).say(text, customer_id="", chat_id=visit.chat_id, active=True)
        visit.expect_news()
        visit.work(tick=len(text) + len(sandbox.requests) + 1_000)
        tell_news = "from livechat.page import dialogs; import streamlit as st"
        told = AppTest.from_string(f"{tell_news}; dialogs.tell_news(st.session_state.visit)")
        told.session_state["visit"] = visit
        if "dialog_told" in app.session_state:
            told.session_state["dialog_told"] = app.session_state["dialog_told"]
        assert [toast.value for toast in told.run().toast] == [words.say("news")]
        assert not told.run().toast
        app.session_state["dialog_told"] = told.session_state["dialog_told"]
    assert "mark_events_as_seen" not in [r.action for r in sandbox.requests]


def test_a_search_shows_the_newest_hits_and_says_how_many_there_are(
    app: AppTest, sandbox: Sandbox
) -> None:
    page = driver.Page(sandbox)
    page.say("Hello")
    for number in range(60):
        page.hear(f"{'before ' * 99}number {number}{' after' * 99}")
    app.session_state["visit"] = page.visit
    opened(poll(app.run()), "search")
    assert words.say("search_found_more", count=60, shown=50) in searched(app, "NUMBER")
    excerpts = re.findall(r">(…[^<]*number \d+[^<]*…)<", drawn(app))
    assert len(excerpts) == 50
    assert "number 59 " in excerpts[0]


def test_a_search_finds_what_people_would_call_the_same(app: AppTest) -> None:
    opened(poll(say(app.run(), "My cafe\u0301,\ntwo lines")), "search")
    for wanted in ("café", "CAFE, two", "cafe\u0301"):
        assert words.say("search_found", count=1) in searched(app, wanted)


def test_a_search_reads_what_is_formatted_as_people_do(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    text = "**Two** for *one* at [the shop](https://shop.example)"
    event = {"type": "message", "text": text, "properties": {"chats": {"formatting": "commonmark"}}}
    chat = {"chat_id": visit_of(app).chat_id, "event": event}
    driver.ask_as_agent(sandbox, "send_event", json=chat)
    opened(poll(app), "search")
    for wanted in ("two for one", "shop.example"):
        assert words.say("search_found", count=1) in searched(app, wanted)
        assert "Two for one at the shop (" in drawn(app)
    for wanted in ("**two", "one two"):
        assert words.say("search_found", count=0) in searched(app, wanted)


def test_a_hit_leads_to_its_message(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    for number in range(2 * PAGE + 3):
        agent_of(sandbox).say(
            f"number {number}.", customer_id="", chat_id=visit_of(app).chat_id, active=True
        )
    assert ">number 0.<" not in drawn(poll(app))
    for _ in range(2):
        opened(app, "search")
        searched(app, "NUMBER 0.")
        (hit,) = [button for button in app.button if button.key.startswith("found-")]
        hit.click().run()
        assert app.session_state["dialog"] is None
        app.run()
        assert ">number 0.<" in drawn(app)
        (known_by,) = re.findall(r'<div id="([\w-]+)"[^>]*>(?:(?!<div id).)*number 0\.', drawn(app))
        assert kept_by_tab(app)["leads_to"]["id"] == known_by
    assert kept_by_tab(app)["leads_to"]["times"] == 2


def test_a_hit_in_a_folded_text_unfolds_it(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    lines = [f"{number}." for number in range(2_500)]
    agent_of(sandbox).say(
        "\n".join(lines), customer_id="", chat_id=visit_of(app).chat_id, active=True
    )
    assert "300." not in drawn(poll(app))
    opened(app, "search")
    searched(app, "300.")
    (hit,) = [button for button in app.button if button.key.startswith("found-")]
    hit.click().run()
    shown = drawn(app.run())
    assert "300." in shown
    assert "500." not in shown  # no more than that


def test_a_search_reads_what_is_not_loaded_only_when_asked(app: AppTest, sandbox: Sandbox) -> None:
    page = driver.Page(sandbox)
    for thread in range(3):
        page.say(f"{thread}.0")
        for number in range(1, PAGE):
            page.hear(f"{thread}.{number}")
        page.visit.end()
        page.visit.work()
    app.session_state["visit"] = driver.Page(sandbox, page.visit.identity).visit
    opened(app, "search")
    found = searched(app, ".")
    assert words.say("search_not_all") in found
    before = in_dialog(app)
    press(app, words.say("search_earlier"))
    assert left_out(before, app) == []
    found = drawn(app)
    assert words.say("search_not_all") not in found
    assert words.say("search_found_more", count=3 * PAGE, shown=50) in found


def test_forgetting_can_be_thought_better_of(app: AppTest) -> None:
    opened(app.run(), "forget")
    press(app, words.say("forget_not"))
    assert app.session_state["dialog"] is None
    app.run()
    assert words.say("forget_do") not in labels(app)
    opened(app, "forget")
    press(app, words.say("forget_do"))
    app.run()
    assert words.say("forgotten") in [info.value for info in app.info]
