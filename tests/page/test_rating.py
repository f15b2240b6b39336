"""How a chat is rated, at its end and in the menu."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from livechat.api.structures.forms import Rating
from livechat.page import words
from livechat.sandbox import Sandbox
from livechat.visit import Errand
from tests import driver
from tests.page.whole_page import (
    agent_of,
    drawn,
    end,
    kept_by_tab,
    opened,
    poll,
    press,
    say,
    type_into,
    visit_of,
    work,
)


def test_a_chat_is_rated_after_its_end(app: AppTest, sandbox: Sandbox) -> None:
    end(say(app.run(), "Hello"))
    assert words.say("rate_ask") in drawn(app)
    app.feedback[0].set_value(1).run()
    assert visit_of(app).conversation.rating == Rating(1)
    assert words.say("rated.good") in drawn(app)
    type_into(app, words.say("rate_comment"), " Quick ")
    press(app, words.say("submit"))
    sent = kept_by_tab(app)["sent_forms"]
    assert list(sent.values()) == [1]
    assert words.say("rated_thanks") in drawn(app)
    assert not app.feedback
    assert not app.text_input
    # The run in which it was sent may be lost, with all that it tells the tab.
    opened(app, "rate")
    app.feedback[0].set_value(0).run()
    assert kept_by_tab(app)["sent_forms"] == sent
    assert words.say("rated.bad") in drawn(app)
    work(app)
    again = driver.Page(sandbox, visit_of(app).identity)
    assert again.visit.conversation.rating == Rating(0, "Quick")
    app.feedback[0].set_value(None).run()
    assert not app.text_input
    work(app)
    again = driver.Page(sandbox, visit_of(app).identity)
    assert again.visit.conversation.rating is None


def test_a_rating_without_a_comment_is_done_when_it_is_sent(app: AppTest, sandbox: Sandbox) -> None:
    end(say(app.run(), "Hello"))
    app.feedback[0].set_value(1).run()
    work(app)
    press(app, words.say("submit"))
    assert words.say("rated_thanks") in drawn(app)
    assert not app.feedback


def test_a_comment_that_is_refused_can_be_written_again(app: AppTest, sandbox: Sandbox) -> None:
    end(say(app.run(), "Hello"))
    app.feedback[0].set_value(1).run()
    work(app)
    sandbox.faults.add("customer/update_thread_properties", error="validation")
    type_into(app, words.say("rate_comment"), "Quick")
    press(app, words.say("submit"))
    work(app)
    app.run()
    assert app.feedback[0].value == 1
    type_into(app, words.say("rate_comment"), "Quick")
    press(app, words.say("submit"))
    work(app)
    assert words.say("rated_thanks") in drawn(app.run())
    assert visit_of(app).conversation.rating == Rating(1, "Quick")


def test_a_refused_rating_is_not_shown_as_given(app: AppTest, sandbox: Sandbox) -> None:
    end(say(app.run(), "Hello"))
    sandbox.faults.add("customer/update_thread_properties", error="validation")
    app.feedback[0].set_value(1).run()
    work(app)
    app.run()
    assert [warning.value for warning in app.warning] == [words.say("refused", of=Errand.RATE)]
    assert app.feedback[0].value is None
    app.feedback[0].set_value(1).run()
    assert app.feedback[0].value == 1
    assert not app.warning


def test_a_rating_in_the_menu_and_one_at_the_end_agree(app: AppTest, sandbox: Sandbox) -> None:
    end(say(app.run(), "Hello"))
    opened(app, "rate")
    assert len(app.feedback) == 2
    app.feedback[1].set_value(0).run()
    assert [widget.value for widget in app.feedback] == [0, 0]
    app.text_input[1].set_value("Slow")
    (_, send) = [button for button in app.button if button.label == words.say("submit")]
    send.click().run()
    assert [widget.value for widget in app.text_input] == ["Slow"]
    assert words.say("rated_thanks") in drawn(app)
    assert visit_of(app).conversation.rating == Rating(0, "Slow")


def test_a_rating_belongs_to_the_thread_for_which_it_was_given(
    app: AppTest, sandbox: Sandbox
) -> None:
    end(say(app.run(), "Hello"))
    thread_id = visit_of(app).thread_id
    app.feedback[0].set_value(1).run()
    work(app)
    say(app, "And on")
    visit = visit_of(app)
    assert visit.thread_id != thread_id
    sandbox.requests.clear()
    # Streamlit calls it again for a widget that is gone while the browser still sends its value.
    visit.rate(Rating(1), thread_id)
    work(app)
    assert visit.conversation.rating is None
    assert not [r for r in sandbox.requests if "properties" in r.action]


def test_a_comment_that_is_half_written_stays_when_the_agent_writes_first(
    app: AppTest, sandbox: Sandbox
) -> None:
    end(say(app.run(), "Hello"))
    thread_id = visit_of(app).thread_id
    app.feedback[0].set_value(0).run()
    visit_of(app).are_half_filled([f"end-{thread_id}"])
    agent_of(sandbox).say(
        "One more thing", customer_id="", chat_id=visit_of(app).chat_id, active=False
    )
    poll(app)
    assert visit_of(app).thread_id != thread_id
    type_into(app, words.say("rate_comment"), "Slow")
    press(app, words.say("submit"))
    work(app)
    assert words.say("rate_ask") not in drawn(app.run())
    again = driver.Page(sandbox, visit_of(app).identity)
    assert again.visit.conversation.rating is None
    assert again.visit.conversation.rating_of(thread_id) == Rating(0, "Slow")


def test_a_rating_given_before_a_reload_is_shown(app: AppTest) -> None:
    say(app.run(), "Hello")
    visit_of(app).rate(Rating(1, "Nice"), visit_of(app).thread_id)
    work(app)
    opened(app, "rate")
    assert app.feedback[0].value == 1
    assert app.text_input[0].value == "Nice"
