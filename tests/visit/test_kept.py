"""What the tab keeps of what is submitted: taken once, and kept until LiveChat has it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from livechat.chat.attachment import Attachment
from livechat.chat.outgoing import Delivery, Problem
from livechat.chat.submitted import Submitted
from livechat.chat.transcript import PAGE
from livechat.sandbox import Sandbox
from livechat.visit.earlier import PAGES_SOUGHT
from tests.driver import Page

ONE, TWO = "1" * 32, "2" * 32
FILE = Attachment("a.txt", "text/plain", b"content")


def unreachable(sandbox: Sandbox) -> None:
    for action in ("start_chat", "send_event", "list_chats"):
        sandbox.faults.add(action, status=503, times=1_000)


def submitted(id: str, text: str, **more: Any) -> Submitted:
    return Submitted(id, text, **more)


def take(page: Page, *messages: Submitted, **more: Any) -> bool:
    taken = page.visit.kept.take(messages, **more)
    page.run()
    page.poll()
    return taken


def after_a_reload(page: Page) -> Page:
    return Page(page.sandbox, page.visit.identity)


def problems(page: Page) -> list[tuple[str, Problem | None]]:
    outbox = page.visit.conversation.outbox
    assert all(m.delivery is Delivery.FAILED for m in outbox)
    return [(m.file.name if m.file else m.text, m.problem) for m in outbox]


# In the visit that it was submitted to


def test_what_is_typed_is_the_message_that_the_tab_tells(chatting: Page) -> None:
    assert take(chatting, submitted(ONE, "Once"), typed="Once")
    assert chatting.texts.count("Once") == 1
    assert chatting.visit.kept.taken == [ONE]
    assert chatting.visit.kept.undelivered == []


def test_what_did_not_come_by_the_input_is_taken_in_order(chatting: Page) -> None:
    told = submitted(ONE, "First", visit=chatting.visit.kept.id), submitted(TWO, "Second")
    assert take(chatting, *told, typed="Second")
    assert chatting.texts[-2:] == ["First", "Second"]


def test_each_is_taken_once_however_often_it_is_told(chatting: Page) -> None:
    assert take(chatting, submitted(ONE, "Once"))
    again = submitted(ONE, "Once", visit=chatting.visit.kept.id)
    assert not take(chatting, again)
    assert not take(chatting, again, typed="Once")
    assert chatting.texts.count("Once") == 1
    assert chatting.visit.kept.taken == [ONE]


def test_the_same_words_twice_are_two_messages(chatting: Page) -> None:
    take(chatting, submitted(ONE, "ok"), typed="ok")
    take(chatting, submitted(ONE, "ok"), submitted(TWO, "ok"), typed="ok")
    assert chatting.texts.count("ok") == 2


def test_without_a_script_in_the_tab_it_is_said_all_the_same(chatting: Page) -> None:
    assert take(chatting, typed="No script")
    assert chatting.texts.count("No script") == 1
    assert chatting.visit.kept.taken == []


def test_a_blank_text_is_taken_and_says_nothing(chatting: Page) -> None:
    assert not take(chatting, submitted(ONE, "  "), typed="  ")
    assert chatting.visit.kept.taken == [ONE]


def test_half_a_character_is_no_other_text(chatting: Page) -> None:
    take(chatting, submitted(ONE, "half \N{REPLACEMENT CHARACTER}"), typed="half \ud83d")
    assert [text for text in chatting.texts if "half" in text] == ["half \N{REPLACEMENT CHARACTER}"]


def test_a_text_that_is_too_long_is_taken_as_such(chatting: Page) -> None:
    text = "x" * 200_000
    take(chatting, submitted(ONE, text[:100_000]), typed=text)
    assert problems(chatting) == [(text, Problem.TOO_LONG)]
    assert chatting.visit.kept.undelivered == [ONE]


def test_the_files_go_with_the_text_and_are_kept_with_it(chatting: Page) -> None:
    chatting.sandbox.faults.add("upload_file", status=503, times=1_000)
    take(chatting, submitted(ONE, "With", files=("a.txt",)), typed="With", files=[FILE])
    assert chatting.visit.kept.undelivered == [ONE]
    chatting.sandbox.faults.clear()
    chatting.poll(10)
    chatting.poll()
    assert chatting.undelivered == []
    assert chatting.texts.count("With") == 1
    assert chatting.visit.kept.undelivered == []


def test_nothing_goes_without_a_file_that_went_with_it(chatting: Page) -> None:
    told = submitted(ONE, "See both", files=("a.txt", "b.txt"))
    take(chatting, told, typed="See both", files=[FILE])
    assert problems(chatting) == [
        ("See both", Problem.LACKS_FILES),
        ("a.txt", Problem.LACKS_FILES),
        ("b.txt", Problem.FILE_LOST),
    ]
    ids = {m.custom_id for m in chatting.visit.conversation.outbox}
    assert len(ids) == 3
    chatting.visit.retry(ONE)
    chatting.poll()
    assert chatting.texts.count("See both") == 1


def test_what_the_browser_could_not_hand_on_is_named_with_the_reason(chatting: Page) -> None:
    refused = ("big.mov", Problem.FILE_TOO_LARGE), ("b.png", Problem.FILE_NOT_UPLOADED)
    told = submitted(ONE, "See all", files=("a.txt",), refused=refused)
    take(chatting, told, typed="See all", files=[FILE])
    assert problems(chatting) == [
        ("See all", Problem.LACKS_FILES),
        ("a.txt", Problem.LACKS_FILES),
        *refused,
    ]
    take(chatting, submitted(TWO, "", refused=refused[:1]), typed="")
    assert problems(chatting)[4:] == [*refused[:1]]


def test_a_file_that_has_come_under_the_name_it_is_sent_by_is_not_lost(chatting: Page) -> None:
    told = submitted(ONE, "", files=("b.txt", "folder\\a.txt"))
    take(chatting, told, typed="", files=[FILE])
    assert problems(chatting) == [
        ("a.txt", Problem.LACKS_FILES),
        ("b.txt", Problem.FILE_LOST),
    ]


def test_what_lost_its_input_has_lost_its_files(chatting: Page) -> None:
    take(chatting, submitted(ONE, "", files=("a.txt",)), submitted(TWO, "Next"), typed="Next")
    assert problems(chatting) == [("a.txt", Problem.FILE_LOST)]
    assert chatting.visit.kept.undelivered == [ONE]
    (file,) = chatting.visit.conversation.outbox
    assert file.is_hopeless
    chatting.visit.discard(file.custom_id)
    assert chatting.visit.kept.undelivered == []


# In the next visit


@pytest.fixture
def left(chatting: Page) -> Submitted:
    """What a visit leaves that ends while LiveChat is out of reach."""
    unreachable(chatting.sandbox)
    take(chatting, submitted(ONE, "Not yet delivered"), typed="Not yet delivered")
    assert chatting.visit.kept.undelivered == [ONE]
    chatting.sandbox.faults.clear()
    customer = chatting.visit.conversation.customer_id
    return submitted(ONE, "Not yet delivered", visit=chatting.visit.kept.id, customer=customer)


@pytest.fixture
def reloaded(chatting: Page, left: Submitted) -> Page:
    return after_a_reload(chatting)


FAILED = [("Not yet delivered", Problem.UNREACHABLE)]


def test_it_is_shown_as_not_delivered_and_goes_on_demand(reloaded: Page, left: Submitted) -> None:
    assert take(reloaded, left)
    assert problems(reloaded) == FAILED
    assert reloaded.visit.kept.undelivered == [ONE]
    reloaded.visit.retry(ONE)
    reloaded.run()
    reloaded.poll()
    assert reloaded.undelivered == []
    assert reloaded.visit.kept.undelivered == []
    assert reloaded.texts.count("Not yet delivered") == 1


def test_what_is_typed_after_it_does_not_wait_for_it(reloaded: Page, left: Submitted) -> None:
    take(reloaded, left, submitted(TWO, "New"), typed="New")
    assert problems(reloaded) == FAILED
    assert reloaded.texts.count("New") == 1


def test_what_has_arrived_after_all_is_there_once(chatting: Page) -> None:
    chatting.sandbox.faults.add("send_event", lose_answer=True)
    chatting.sandbox.faults.add("list_chats", status=503, times=1_000)
    take(chatting, submitted(ONE, "Arrived"), typed="Arrived")
    assert chatting.visit.kept.undelivered == [ONE]
    chatting.sandbox.faults.clear()
    reloaded = after_a_reload(chatting)
    take(reloaded, submitted(ONE, "Arrived", visit=chatting.visit.kept.id))
    assert reloaded.undelivered == []
    assert reloaded.texts.count("Arrived") == 1


def test_what_arrives_later_is_no_longer_undelivered(chatting: Page) -> None:
    unreachable(chatting.sandbox)
    take(chatting, submitted(ONE, "On its way"), typed="On its way")
    chatting.sandbox.faults.clear()
    reloaded = after_a_reload(chatting)
    take(reloaded, submitted(ONE, "On its way", visit=chatting.visit.kept.id))
    assert problems(reloaded) == [("On its way", Problem.UNREACHABLE)]
    chatting.poll(10)
    reloaded.poll()
    assert reloaded.undelivered == []
    assert reloaded.texts.count("On its way") == 1


def test_what_has_arrived_before_much_else_is_no_longer_undelivered(chatting: Page) -> None:
    sandbox = chatting.sandbox
    sandbox.faults.add("send_event", lose_answer=True)
    sandbox.faults.add("list_chats", status=503, times=10)
    told = submitted(ONE, "Once")
    chatting.visit.kept.take([told])
    chatting.run()
    sandbox.faults.clear()
    for number in range(3):
        chatting.agent.end(chatting.visit.chat_id or "")
        chatting.hear(f"{number}", active=False)
        for part in range(PAGE):
            chatting.hear(f"{number}.{part}", active=True)
    again = after_a_reload(chatting)
    left = replace(told, visit=chatting.visit.kept.id, customer=again.visit.identity.customer_id)
    take(again, left)
    assert again.undelivered == []
    assert again.texts.count("Once") == 1


def test_what_has_never_arrived_is_not_sought_in_all_of_a_long_history(chatting: Page) -> None:
    for _ in range(8):
        chatting.agent.end(chatting.visit.chat_id or "")
        chatting.hear("Hi", active=False)
        for _ in range(PAGE):
            chatting.hear("...", active=True)
    again = after_a_reload(chatting)
    again.sandbox.requests.clear()
    take(again, submitted(ONE, "Once", visit="another", customer=again.visit.identity.customer_id))
    for _ in range(3):
        again.poll()
    assert again.asked().count("list_threads") == PAGES_SOUGHT
    assert [text for text, *_ in again.undelivered] == ["Once"]


def test_retry_in_two_tabs_sends_it_once(chatting: Page, left: Submitted) -> None:
    tabs = after_a_reload(chatting), after_a_reload(chatting)
    for tab in tabs:
        take(tab, left)
    for tab in tabs:
        tab.visit.retry(ONE)
        tab.run()
        tab.poll()
    assert all(tab.undelivered == [] for tab in tabs)
    assert tabs[1].texts.count("Not yet delivered") == 1


def test_files_that_have_arrived_are_not_missed(chatting: Page) -> None:
    take(chatting, submitted(ONE, "See", files=("a.txt",)), typed="See", files=[FILE])
    assert chatting.undelivered == []
    reloaded = after_a_reload(chatting)
    visit = chatting.visit.kept.id
    take(reloaded, submitted(ONE, "See", files=("a.txt", "b.txt"), visit=visit))
    assert problems(reloaded) == [("b.txt", Problem.FILE_LOST)]


def test_text_and_files_that_were_lost_come_back_as_such(reloaded: Page, chatting: Page) -> None:
    take(reloaded, submitted(ONE, "See", files=("a.txt",), visit=chatting.visit.kept.id))
    assert problems(reloaded) == [
        ("See", Problem.LACKS_FILES),
        ("a.txt", Problem.FILE_LOST),
    ]


def test_too_long_a_text_stays_hopeless(reloaded: Page) -> None:
    take(reloaded, submitted(ONE, "x" * 20_000, visit="another"))
    assert [problem for _, problem in problems(reloaded)] == [Problem.TOO_LONG]


# Whose it is


def test_another_customers_is_thrown_away(sandbox: Sandbox, left: Submitted) -> None:
    stranger = Page(sandbox)
    assert not take(stranger, left)
    assert stranger.undelivered == []
    assert stranger.visit.kept.taken == [ONE]
    assert stranger.visit.kept.undelivered == []


def test_what_was_typed_before_the_customer_was_known_is_theirs(chatting: Page) -> None:
    page = Page(chatting.sandbox)
    assert take(page, submitted(ONE, "Early", visit="another"))
    assert problems(page) == [("Early", Problem.UNREACHABLE)]


def test_it_waits_until_the_customer_is_known(chatting: Page, left: Submitted) -> None:
    chatting.sandbox.faults.add("token", status=503)
    page = after_a_reload(chatting)
    assert not page.visit.kept.take([left])
    assert page.visit.kept.taken == []
    page.poll(10)
    assert take(page, left)
    assert problems(page) == FAILED


def test_what_waited_and_was_told_to_no_other_visit_goes_by_itself(
    chatting: Page, left: Submitted
) -> None:
    chatting.sandbox.faults.add("token", status=503)
    page = after_a_reload(chatting)
    assert not page.visit.kept.take([submitted(TWO, "New", customer=left.customer)])
    page.poll(10)
    assert take(page, submitted(TWO, "New", customer=left.customer, visit="another"))
    page.poll()
    assert page.undelivered == []
    assert page.texts.count("New") == 1


def test_what_is_typed_does_not_overtake_what_waits(chatting: Page) -> None:
    chatting.sandbox.faults.add("token", status=503)
    page = after_a_reload(chatting)
    customer, visit = chatting.visit.conversation.customer_id, page.visit.kept.id
    assert not page.visit.kept.take([submitted(ONE, "First", customer=customer)])
    told = submitted(ONE, "First", customer=customer, visit=visit), submitted(TWO, "Second")
    assert not page.visit.kept.take(told, "Second")
    page.poll(10)
    assert take(page, *told)
    assert page.texts[-2:] == ["First", "Second"]


def test_what_is_typed_with_a_file_cannot_wait(chatting: Page) -> None:
    chatting.sandbox.faults.add("token", status=503)
    page = after_a_reload(chatting)
    told = (
        submitted(ONE, "First", customer=chatting.visit.conversation.customer_id),
        submitted(TWO, "See this", files=("a.txt",)),
    )
    assert page.visit.kept.take(told, "See this", [FILE])
    assert page.visit.kept.taken == [TWO]


def test_what_is_typed_waits_for_nobody(chatting: Page, left: Submitted) -> None:
    chatting.sandbox.faults.add("token", status=503)
    page = after_a_reload(chatting)
    customer = left.customer
    assert page.visit.kept.take([left, submitted(TWO, "New", customer=customer)], "New")
    assert page.visit.kept.taken == [TWO]
    page.poll(10)
    page.poll()
    assert page.texts.count("New") == 1
