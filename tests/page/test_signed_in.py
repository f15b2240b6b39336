"""Who is signed in: what is made of `st.user`, and whose chat it is then."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from livechat.page import signed_in
from livechat.page.browser import identity_cookie
from livechat.sandbox import Sandbox
from livechat.visit import Customer, SignedIn
from tests.page.whole_page import drawn, say, texts_of, type_into, visit_of, work

ADA = {"sub": "1", "iss": "https://login.example", "name": "Ada", "email": "ada@example.com"}
BOB = ADA | {"sub": "2", "name": "Bob", "email": "bob@example.com"}


def person_of(user: dict[str, Any], organization_id: str = "org") -> SignedIn | None:
    """Who that is to the page."""

    def script(organization_id: str) -> None:
        import streamlit as st

        from livechat.page import signed_in
        from livechat.settings import load

        ids = {"LIVECHAT_CLIENT_ID": "c", "LIVECHAT_ORGANIZATION_ID": organization_id}
        settings = load({**ids, "LIVECHAT_SIGNED_IN": "on"}, None, {})
        st.session_state.person = signed_in.read(settings)

    app = AppTest.from_function(script, args=(organization_id,))
    app.user = user
    app.run()
    assert not app.exception
    person: SignedIn | None = app.session_state["person"]
    return person


def told(user: dict[str, Any]) -> tuple[str, str] | None:
    person = person_of(user)
    return person and (person.name, person.email)


LONG = "a" * 250 + "@example.com"


@pytest.mark.parametrize(
    ("user", "found"),
    [
        (ADA, ("Ada", "ada@example.com")),
        ({}, None),
        ({"is_logged_in": False}, None),
        ({"email": None, "name": None}, None),
        ({"name": "Ada"}, None),  # who knows which one
        ({"email": "ada@example.com"}, ("", "ada@example.com")),
        ({"email": " Ada@example.com "}, ("", "Ada@example.com")),
        ({"sub": "1"}, ("", "")),
        ({"sub": 1, "email": ["x"], "name": 7}, None),
        ({"sub": "\u200b", "email": "nonsense"}, None),
        (ADA | {"email_verified": True}, ("Ada", "ada@example.com")),
        (ADA | {"email_verified": False}, ("Ada", "")),
        ({"email": "ada@example.com", "email_verified": False}, None),
        (ADA | {"email_verified": "False"}, ("Ada", "")),
        (ADA | {"email_verified": None}, ("Ada", "ada@example.com")),
        (ADA | {"email": LONG, "name": "A" * 5000}, ("A" * 100, "")),
        (ADA | {"email": "a b@example.com", "name": " A\x00d\u202ea\n\ud83d "}, ("Ada \ufffd", "")),
        (ADA | {"name": None, "given_name": "Ada", "family_name": "L."}, ("Ada L.", ADA["email"])),
        (ADA | {"name": "Ren\u00c3\u00a9"}, ("René", ADA["email"])),  # UTF-8 in a header
        (ADA | {"name": "René"}, ("René", ADA["email"])),
        (ADA | {"name": "李"}, ("李", ADA["email"])),
    ],
)
def test_what_is_said_of_who_is_signed_in(
    user: dict[str, Any], found: tuple[str, str] | None
) -> None:
    assert told(user) == found


def test_a_mark_tells_people_apart_and_nobody_who_they_are() -> None:
    def mark(user: dict[str, Any], organization_id: str = "org") -> str:
        person = person_of(user, organization_id)
        assert person
        return person.mark

    assert mark(ADA) == mark(ADA | {"name": "Ada L.", "email": "new@example.com"})
    assert mark({"email": "ada@example.com"}) == mark({"email": "ADA@Example.com", "name": "A"})
    others = [BOB, {"sub": "1"}, ADA | {"iss": "x"}, {"email": "ada@example.com"}]
    marks = [mark(ADA), mark(ADA, "another"), *map(mark, others)]
    assert len(set(marks)) == len(marks)
    assert all(one.isalnum() and len(one) == 24 for one in marks)


def test_the_operator_hears_once_why_nobody_is_signed_in(caplog: pytest.LogCaptureFixture) -> None:
    signed_in._note.cache_clear()
    with caplog.at_level(logging.WARNING, "livechat"):
        for _ in range(2):
            for user in ({}, {"name": "Ada"}, {"is_logged_in": False}, {"email": None}):
                assert person_of(user) is None
    own = [record for record in caplog.records if record.name == "livechat"]
    empty, nameless = [record.getMessage() for record in own]
    assert "st.user is empty" in empty
    assert "server.trustedUserHeaders" in empty
    assert "neither" in nameless
    assert "Ada" not in caplog.text


@pytest.fixture
def app_of(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page of somebody who is signed in, and has not been here before."""
    monkeypatch.setenv("LIVECHAT_SIGNED_IN", "on")
    monkeypatch.setattr(type(st.context), "cookies", {})
    app.user = dict(ADA)
    app.run()
    arrive(app)
    return app


def arrive(app: AppTest) -> None:
    """The browser says that they are new."""
    visit = visit_of(app)
    assert visit.who.question
    visit.recognise(visit.who.question.number, None)
    work(app)
    app.run()
    assert not app.exception


def updates(sandbox: Sandbox) -> list[dict[str, Any]]:
    return [r.payload for r in sandbox.requests if r.action == "update_customer"]


def test_livechat_is_told_once_who_is_signed_in(
    app_of: AppTest, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(app_of, "Hello")
    work(app_of)
    assert updates(sandbox) == [{"name": "Ada", "email": "ada@example.com"}]
    visit = visit_of(app_of)
    assert visit.identity
    cookie = identity_cookie.name(visit.signed_in)
    assert cookie.startswith(f"{identity_cookie.NAME}-")
    known = {cookie: identity_cookie.encoded(visit.identity)}
    monkeypatch.setattr(type(st.context), "cookies", known)
    again = AppTest.from_file(app_of._script_path, default_timeout=60)
    again.user = dict(ADA)
    again.run()
    work(again)
    assert texts_of(again) == ["Hello"]
    assert len(updates(sandbox)) == 1


def test_without_the_setting_nobody_is_told_of_anybody(app: AppTest, sandbox: Sandbox) -> None:
    app.user = dict(ADA)
    say(app.run(), "Hello")
    work(app)
    assert updates(sandbox) == []
    assert visit_of(app).signed_in is None


@pytest.mark.parametrize("next", [BOB, {}, {"is_logged_in": False}])
def test_who_comes_next_sees_nothing_of_who_was_there(
    app_of: AppTest, next: dict[str, Any]
) -> None:
    say(app_of, "This is Ada")
    work(app_of)
    before = visit_of(app_of)
    app_of.session_state["dialog"] = "details"
    app_of.user = dict(next)
    app_of.run()
    assert visit_of(app_of) is not before
    assert before.forgotten
    assert not app_of.get("dialog")
    arrive(app_of)
    assert texts_of(app_of) == []
    assert visit_of(app_of).identity != before.identity


def test_a_greeting_is_for_whom_livechat_has_shown_it(app_of: AppTest) -> None:
    agent = {"id": "kate", "name": "Kate"}
    event = {"type": "message", "created_at": "2026-05-01T12:00:00Z", "text": "Dear Ada"}
    greeting = {"id": 1, "unique_id": "u", "event": event, "agent": agent}
    customer_id = visit_of(app_of).conversation.customer_id
    app_of.session_state["push"] = {"told": {"customer": customer_id, "greeting": greeting}}
    app_of.run()
    assert "Dear Ada" in drawn(app_of.run())
    app_of.user = dict(BOB)
    assert "Dear Ada" not in drawn(app_of.run())
    arrive(app_of)
    assert "Dear Ada" not in drawn(app_of)


def test_a_form_begins_with_who_is_signed_in_and_what_is_written_counts(
    app_of: AppTest, sandbox: Sandbox
) -> None:
    assert visit_of(app_of).glance().prefill == Customer("Ada", "ada@example.com")
    app_of.session_state["dialog"] = "details"
    app_of.run()
    assert [field.value for field in app_of.text_input] == ["Ada", "ada@example.com"]
    type_into(app_of, "Name", "Ada L.")
    app_of.button(key="details-submit").click().run()
    work(app_of)
    assert updates(sandbox)[-1] == {"name": "Ada L.", "email": "ada@example.com"}
    assert visit_of(app_of).glance().customer == Customer("Ada L.", "ada@example.com")
