"""The conversation as text."""

from __future__ import annotations

from datetime import UTC

from livechat.chat.attachment import Attachment
from livechat.chat.conversation import Conversation
from livechat.page import words
from livechat.page.times import Here
from livechat.page.transcript_file import as_text
from livechat.sandbox import Sandbox
from tests import driver
from tests.page.whole_page import FORM_EVENT, send


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
        f"{words.say('title')}\n{before} – {after}\n\n{before}\n\n[{first:%H:%M}] You: "
    )
    assert said.count(f"\n{after}\n") == 1
    assert "You: Hello\n    [00:00] Kate Novak: not hers\n" in said
    assert "] Kate Novak: Hi\n" in said
    assert "] Kate Novak: Your e-mail\n" in said
    assert "] You: File: notes.txt\n    http" in said
    assert f"] {words.of_system_message('system_archived', {})}\n" in said
    assert said.endswith(f"[{last:%H:%M}] You: Again\n")


def test_an_empty_conversation_as_text() -> None:
    assert as_text(Conversation(), Here(UTC, "")) == f"{words.say('title')}\n"
    assert as_text(Conversation(), Here(UTC, ""), "Flowers & Co") == "Flowers & Co\n"
