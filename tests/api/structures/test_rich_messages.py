"""Rich messages, with everything in them and nothing."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.api.structures import events
from livechat.api.structures.rich_messages import (
    MAX_BUTTONS,
    MAX_ELEMENTS,
    Button,
    Element,
    Image,
    RichMessage,
)
from tests.api.structures.samples import URL, parsed


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({"type": "rich_message", "template_id": "cards"}, RichMessage("cards")),
        ({"type": "rich_message"}, None),
        ({"type": "rich_message", "template_id": "new", "elements": 7}, RichMessage("new")),
        (
            {"type": "rich_message", "template_id": "cards", "elements": [{}, None, {"title": 7}]},
            RichMessage("cards", (Element(), Element())),
        ),
        (
            {
                "type": "rich_message",
                "template_id": "cards",
                "elements": [
                    {
                        "title": "T",
                        "subtitle": "S",
                        "image": {"url": URL, "width": 1, "height": 2, "name": "a.png"},
                        "buttons": [
                            {
                                "type": "url",
                                "text": "Go",
                                "value": URL,
                                "postback_id": "go",
                                "user_ids": ["me", 7],
                                "role": "primary",
                                "target": "new",
                                "webview_height": "tall",
                            },
                            {"text": "Plain", "postback_id": "plain"},
                            {"text": "Nowhere"},
                            {"postback_id": "wordless"},
                        ],
                    },
                    {"image": {"name": "no address"}},
                ],
            },
            RichMessage(
                "cards",
                (
                    Element(
                        "T",
                        "S",
                        Image(URL, 1, 2, "a.png"),
                        (
                            Button("Go", "go", "url", URL, "primary", ("me",)),
                            Button("Plain", "plain"),
                        ),
                    ),
                    Element(),
                ),
            ),
        ),
    ],
)
def test_a_rich_message(fields: dict[str, Any], body: events.Body | None) -> None:
    assert parsed(**fields).body == body


def test_what_exceeds_the_limits_is_cut() -> None:
    button = {"text": "B", "postback_id": "b"}
    element = {"title": "T", "buttons": [button] * (MAX_BUTTONS + 5)}
    rich = parsed(type="rich_message", template_id="cards", elements=[element] * (MAX_ELEMENTS + 5))
    assert isinstance(rich.body, RichMessage)
    assert len(rich.body.elements) == MAX_ELEMENTS
    assert len(rich.body.elements[0].buttons) == MAX_BUTTONS
