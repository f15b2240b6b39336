"""How a chat is rated, at its end and in the menu."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from livechat.api.structures.forms import Rating
from livechat.page import words
from livechat.sandbox import Sandbox
from livechat.visit import Errand
from tests import driver
from tests.page.whole_page import drawn, end, opened, press, say, type_into, visit_of, work


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
    work(app)
    again = driver.Page(sandbox, visit_of(app).identity)
    assert again.visit.conversation.rating == Rating(0, "Quick")
    app.feedback[0].set_value(None).run()
    assert not app.text_input
    work(app)
    again = driver.Page(sandbox, visit_of(app).identity)
    assert again.visit.conversation.rating is None


def test_a_refused_rating_is_not_shown_as_given(app: AppTest, sandbox: Sandbox) -> None:
    end(say(app.run(), "Hello"))
    sandbox.faults.add("customer/update_thread_properties", error="validation")
    app.feedback[0].set_value(1).run()
    work(app)
    app.run()
    assert [warning.value for warning in app.warning] == [words.REFUSED[Errand.RATE]]
    assert app.feedback[0].value is None
    app.feedback[0].set_value(1).run()
    assert app.feedback[0].value == 1
    assert not app.warning


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
    work(app)
    opened(app, words.RATE)
    assert app.feedback[0].value == 1
    assert app.text_input[0].value == "Nice"
