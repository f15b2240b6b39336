"""The transcript: what was read shows once and in order, and keeps its place on the screen."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from livechat.api.structures.events import Event, Queue, ThreadPage
from livechat.api.structures.forms import FilledForm, Form
from livechat.api.structures.rich_messages import Button, Element, RichMessage
from livechat.chat.outbox import Outbox
from livechat.chat.outgoing import Problem
from livechat.chat.transcript import CLOSED_SILENTLY, PAGE, Transcript
from livechat.chat.values import LONG_AGO
from tests.chat.samples import at, message, thread, typed

E1 = message("e1", 1)
NONE = Outbox()


def shown(transcript: Transcript, count: int, outbox: Outbox) -> list[str | None]:
    """What stands on the screen, from top to bottom."""
    entries = itertools.chain.from_iterable(transcript.pages(count, outbox).values())
    return [entry.custom_id or getattr(entry, "id", None) for entry in entries]


def test_a_failed_message_stays_where_it_was_typed_and_others_follow_at_the_end() -> None:
    transcript = Transcript().merged([thread("t1", 0, message("e1", 1))])
    outbox = Outbox().say(typed("m1", "failed"), after=transcript.ends_at).failed(Problem.REFUSED)
    transcript = transcript.merged([thread("t1", 0, message("e1", 1), message("e2", 2))])
    outbox = outbox.say(typed("m2", "on its way"), after=transcript.ends_at)
    assert shown(transcript, 9, outbox) == ["e1", "m1", "e2", "m2"]


def test_what_machines_tell_each_other_is_kept_but_not_in_the_timeline() -> None:
    custom = replace(message("c1", 2), type="custom")
    blank = message("b1", 3, text="\u200b")
    transcript = Transcript().merged([thread("t1", 0, E1, custom, blank)])
    assert transcript.timeline == (E1,)
    assert set(transcript.thread_of) == {"e1", "c1", "b1"}
    assert transcript.pages(PAGE, NONE) == {0: [E1]}
    assert transcript.ends_at == E1.created_at


def test_a_failed_message_from_before_what_is_shown_stands_above_it() -> None:
    events = [message(f"e{n}", n) for n in range(PAGE)]
    transcript = Transcript().merged([thread("t1", 0, *events)])
    outbox = Outbox().say(typed("m1", "failed"), after=transcript.ends_at).failed(Problem.REFUSED)
    newer = [message(f"e{n}", n) for n in range(PAGE, PAGE + 3)]
    transcript = transcript.merged([thread("t1", 0, *events, *newer)])
    assert shown(transcript, 3, outbox) == ["m1", "e50", "e51", "e52"]


def test_an_event_keeps_its_page_whatever_comes_before_or_after() -> None:
    events = [message(f"e{n}", n) for n in range(PAGE * 3)]
    transcript = Transcript().merged([thread("t2", PAGE, *events[PAGE : PAGE + 10])])
    assert set(transcript.pages(PAGE, NONE)) == {0}
    transcript = transcript.merged([thread("t2", PAGE, *events[PAGE:])])
    assert list(transcript.pages(PAGE, NONE)) == [1]
    assert transcript.pages(PAGE + 1, NONE)[0] == events[PAGE : PAGE * 2]
    transcript = transcript.merged([thread("t1", 0, *events[:PAGE])])
    assert transcript.pages(PAGE * 3, NONE) == {
        number: events[start : start + PAGE]
        for number, start in ((-1, 0), (0, PAGE), (1, 2 * PAGE))
    }


def test_a_closed_thread_ends_with_a_closing_line_once() -> None:
    silent = Transcript().merged([thread("t1", 0, message("e1", 1), active=False)])
    assert [e.system_message_type for e in silent.timeline] == [None, CLOSED_SILENTLY]
    said = Event("e2", "system_message", at(2), system_message_type="manual_archived_customer")
    told = silent.merged([thread("t1", 0, message("e1", 1), said, active=False)])
    assert [e.id for e in told.timeline] == ["e1", "e2"]


def test_older_threads_go_before_and_their_cursor_is_kept() -> None:
    transcript = Transcript().read_back(ThreadPage((thread("t2", 10, message("e2", 11)),), "older"))
    assert transcript.older_page_id == "older"
    transcript = transcript.read_back(
        ThreadPage((thread("t1", 0, message("e1", 1), active=False),), None)
    )
    assert [e.id for e in transcript.timeline] == ["e1", f"t1/{CLOSED_SILENTLY}", "e2"]
    assert transcript.older_page_id is None


def test_nothing_new_is_the_same_object() -> None:
    transcript = Transcript().read_back(ThreadPage((thread("t1", 0, E1),), "older"))
    assert transcript.merged([]) is transcript
    assert transcript.merged([thread("t1", 0, message("e1", 1))]) is transcript
    assert transcript.read_back(ThreadPage((), "older")) is transcript
    assert transcript.amended(thread("t1", 0, message("e1", 1))) is transcript


def test_a_long_conversation_is_not_put_in_order_again_where_no_event_comes() -> None:
    transcript = Transcript().read_back(ThreadPage((thread("t1", 0, E1),), "older"))
    timeline, thread_of = transcript.timeline, transcript.thread_of
    again = transcript.read_back(ThreadPage((), None))
    assert again is not transcript
    assert again.timeline is timeline
    assert again.thread_of is thread_of


def test_a_closed_thread_stays_closed_whatever_an_old_answer_says() -> None:
    closed = Transcript().merged([thread("t1", 0, E1, active=False)])
    queued = replace(thread("t1", 0, E1), queue=Queue(1))
    assert closed.merged([queued]) is closed


def test_it_is_read_back_to_a_thread_that_is_in_it_or_to_the_beginning() -> None:
    transcript = Transcript().read_back(ThreadPage((thread("t2", 9),), "older"))
    assert (transcript.newest, transcript.oldest) == ("t2", "t2")
    assert transcript.is_read_back_to("t2")
    assert not transcript.is_read_back_to("t1")
    assert not transcript.is_read_back_to(None)
    whole = transcript.read_back(ThreadPage((thread("t1", 0),), None))
    assert (whole.newest, whole.oldest) == ("t2", "t1")
    assert whole.is_read_back_to("t1")
    assert whole.is_read_back_to("t0")
    assert whole.is_read_back_to(None)
    unreadable = transcript.read_back(ThreadPage((thread("t1", 0),), None, left_out=1))
    assert not unreadable.is_read_back_to("t1")
    assert not Transcript().is_read_back_to(None)


def test_what_could_be_read_before_stays_when_it_comes_broken() -> None:
    broken = Event("e1", "message", E1.created_at, content={"text": 7})
    before = Transcript().merged([thread("t1", 0, E1)])
    assert before.merged([thread("t1", 0, broken, E2)]).timeline == (E1, E2)
    assert Transcript().merged([thread("t1", 0, broken)]).timeline == (broken,)


def test_it_lacks_what_was_not_read_unless_that_is_older_than_what_was() -> None:
    transcript = Transcript().merged([thread("t1", 0, E1)])
    assert transcript.lacks([E1, message("e2", 2)])
    assert not transcript.lacks([E1, message("old", -9)])
    assert not transcript.lacks([])


def test_every_event_has_a_thread_but_the_closing_line_that_stands_in() -> None:
    threads = [thread("t1", 0, E1, active=False), thread("t2", 9, message("e2", 9))]
    assert Transcript().merged(threads).thread_of == {"e1": "t1", "e2": "t2"}


def test_the_times_of_the_visitor_and_of_others_newest_first() -> None:
    authors = ("me", "agent", None, "me", "another agent")
    events = [message(f"e{n}", n, author_id=author) for n, author in enumerate(authors)]
    transcript = Transcript().merged([thread("t1", 0, *events)])
    assert list(transcript.times_by("me")) == [at(3), at(0)]
    assert list(transcript.times_by_others("me")) == [at(4), at(1)]
    assert transcript.ends_at == at(4)
    assert Transcript().ends_at == LONG_AGO


def test_a_form_is_filled_by_who_has_filled_it_in_since_it_was_asked() -> None:
    form, filled = Form("f", ()), FilledForm("f", ())
    asked = Event("e1", "form", at(1), "agent", body=form)
    answer = Event("e2", "filled_form", at(2), "me", body=filled)
    transcript = Transcript().merged([thread("t1", 0, asked, answer)])
    assert transcript.asked_at(form) == at(1)
    assert transcript.is_filled(form, "me", at(1))
    assert not transcript.is_filled(form, "me", at(3))
    assert not transcript.is_filled(form, "somebody else", at(1))
    assert not transcript.is_filled(Form("other", ()), "me", at(1))
    assert transcript.asked_at(Form("other", ())) is None


def test_a_button_is_found_with_its_event_and_thread() -> None:
    button = Button("Yes", "yes")
    event = replace(E1, body=RichMessage("cards", (Element(buttons=(button,)),)))
    transcript = Transcript().merged([thread("t1", 0, event, message("e2", 2))])
    assert transcript.button("e1", "yes") == (event, "t1", button)
    assert transcript.button("e1", "no") is None
    assert transcript.button("e2", "yes") is None


E2, E3 = message("e2", 2), message("e3", 3)
KNOWN = Transcript().merged([thread("t1", 0, E1, E2, E3), thread("t2", 9, message("e4", 9))])


def test_what_a_read_of_its_whole_thread_no_longer_holds_is_gone_and_its_place_stays() -> None:
    after = KNOWN.merged([thread("t1", 0, E1, E3, is_whole=True)])
    assert [e.id for e in after.timeline] == ["e1", "e3", "e4"]
    assert [e.id for e in after.places] == ["e1", "e2", "e3", "e4"]
    (place,) = (e for e in after.places if e.is_taken_back)
    assert (place.created_at, place.text, place.author_id, place.content) == (at(2), "", None, {})
    assert list(after.times_by("nobody")) == []
    assert after.merged([thread("t1", 0, E1, E3, is_whole=True)]) is after
    assert after.merged([thread("t1", 0, E1, E2, E3, is_whole=True)]).timeline == KNOWN.timeline


def test_nothing_is_dropped_for_a_read_that_was_not_whole() -> None:
    assert KNOWN.merged([thread("t1", 0, E3)]).timeline == KNOWN.timeline


def test_what_is_newer_than_all_of_a_read_may_have_come_after_it() -> None:
    behind = thread("t1", 0, E1, is_whole=True)
    assert KNOWN.merged([behind]).timeline == KNOWN.timeline
    empty = thread("t1", 0, is_whole=True)
    assert KNOWN.merged([empty]).timeline == KNOWN.timeline


def test_it_is_gone_if_pushes_say_so_or_a_summary_does_not_know_it_either() -> None:
    behind = thread("t1", 0, E1, is_whole=True)
    assert [e.id for e in KNOWN.merged([behind], deleted={"e3"}).timeline] == ["e1", "e2", "e4"]
    assert [e.id for e in KNOWN.merged([behind], is_current=True).timeline] == ["e1", "e4"]
    there = thread("t1", 0, E1, E2, E3, is_whole=True)
    assert KNOWN.merged([there], deleted={"e3"}).timeline == KNOWN.timeline


def test_what_machines_have_said_has_no_place_to_keep() -> None:
    custom = replace(message("c1", 2), type="custom")
    known = Transcript().merged([thread("t1", 0, E1, custom, E3)])
    after = known.merged([thread("t1", 0, E1, E3, is_whole=True)])
    assert after.places == (E1, E3)


def test_what_is_taken_back_moves_nothing_to_another_page() -> None:
    events = [message(f"e{n}", n) for n in range(PAGE * 2)]
    transcript = Transcript().merged([thread("t1", 0, *events)])
    before = transcript.pages(PAGE, NONE)
    kept = [e for e in events if e.id not in ("e0", "e60")]  # the first that was read, too
    after = transcript.merged([thread("t1", 0, *kept, is_whole=True)])
    pages = after.pages(PAGE, NONE)
    assert {n: [e.id for e in page] for n, page in pages.items()} == {  # type: ignore[union-attr]
        n: [e.id for e in page]
        for n, page in before.items()  # type: ignore[union-attr]
    }


def test_a_read_is_behind_if_it_lacks_what_a_summary_holds_of_its_threads() -> None:
    def read(*events: Event) -> Transcript:
        return Transcript().merged([thread("t1", 0, *events)])

    assert KNOWN.is_ahead_of(read(E1, E2), [E3])
    assert not KNOWN.is_ahead_of(read(E1, E2, E3), [E3])
    assert not KNOWN.is_ahead_of(read(E1, E2, E3), [message("e4", 9)])  # in another thread
    assert KNOWN.is_ahead_of(read(E1, E2, E3), [message("e5", 10)])  # in one that nobody knows
    gone = KNOWN.merged([thread("t1", 0, E1, E2, is_whole=True)], deleted={"e3"})
    assert not gone.is_ahead_of(read(E1, E2), [E3])


SNAPSHOTS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 6), st.booleans(), st.randoms()), max_size=12
)


@given(SNAPSHOTS)
def test_any_order_of_old_new_and_repeated_reads_shows_each_event_once_and_in_order(
    snapshots: list[tuple[int, int, bool, object]],
) -> None:
    """Three threads that grew over time are read as they were at any time, in any order."""
    grown = {
        number: [message(f"e{number}-{i}", number * 100 + i // 2) for i in range(6)]
        for number in range(3)
    }
    transcript = Transcript()
    read: dict[int, int] = {}
    for number, length, repeat, shuffle in snapshots:
        events = grown[number][:length]
        page = [thread(f"t{number}", number * 100, *(events + events if repeat else events))]
        shuffle.shuffle(page)  # type: ignore[attr-defined]
        transcript = transcript.merged(page)
        read[number] = max(read.get(number, 0), length)
    expected = [e.id for number in sorted(read) for e in grown[number][: read[number]]]
    assert [e.id for e in transcript.timeline] == expected
