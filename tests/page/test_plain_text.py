"""Any event as plain text."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.api.structures.events import parse_event
from livechat.page import words
from livechat.page.plain_text import plain


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"type": "message", "text": " as **typed** "}, " as **typed** "),
        (
            {"type": "file", "name": "a.png", "url": "https://x/a.png"},
            "File: a.png\nhttps://x/a.png",
        ),
        ({"type": "custom", "content": {}}, ""),
        ({"type": "something_new"}, ""),
        (
            {"type": "file", "name": "photo\u202egnp.exe", "url": "https://x/a"},
            "File: photognp.exe\nhttps://x/a",
        ),
        ({"type": "file", "name": "a.png"}, words.UNSUPPORTED),
        ({"type": "rich_message", "elements": [{"title": "T"}]}, words.UNSUPPORTED),
        ({"type": "rich_message", "template_id": "cards", "elements": None}, words.UNSUPPORTED),
        ({"type": "rich_message", "template_id": "new", "elements": [{}, 1, {"title": "T"}]}, "T"),
        (
            {
                "type": "rich_message",
                "template_id": "cards",
                "elements": [
                    {
                        "title": "T",
                        "subtitle": "S",
                        "buttons": [
                            {"text": "Yes", "postback_id": "y", "type": "message", "value": "yes"},
                            {"text": 1},
                            {"text": "Go", "postback_id": "g", "type": "url", "value": "https://x"},
                        ],
                    }
                ],
            },
            "T\nS\n• Yes\n• Go https://x",
        ),
        (
            {
                "type": "form",
                "form_id": "f",
                "fields": [{"type": "name", "label": "Name"}, {"type": "email", "label": None}],
            },
            "Name",
        ),
        (
            {
                "type": "filled_form",
                "form_id": "f",
                "fields": [
                    {"label": "Name:", "answer": "Tom"},
                    {"label": "Purpose", "answer": {"id": "0", "label": "Support"}},
                    {"label": "Kind?", "answers": [{"label": "a"}, {"label": "b"}]},
                    {"label": "News", "answer": True},
                    {"label": "Spam", "answer": False},
                    {"label": "Empty"},
                ],
            },
            "Name: Tom\nPurpose: Support\nKind? a, b\nNews: Yes\nSpam: No",
        ),
        ({"type": "system_message", "text": "Kate joined"}, "Kate joined"),
        ({"type": "system_message"}, ""),
        (
            {
                "type": "system_message",
                "system_message_type": "manual_archived_customer",
                "text": "Customer archived the chat",
            },
            "The chat has been closed.",
        ),
    ],
)
def test_an_event_as_text_g13(fields: dict[str, Any], said: str) -> None:
    event = parse_event({"id": "e", "created_at": "2026-01-01T00:00:00Z", **fields})
    assert plain(event) == said
