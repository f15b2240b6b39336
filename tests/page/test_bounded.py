"""What is drawn of one thing that others have sent is bounded, whatever it is and however much.

By its size, not by the time it takes: a browser is busy with what it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Node

from livechat.chat import keys
from livechat.page import words
from livechat.page.entries import commonmark
from livechat.page.folding import LINES, Room
from livechat.sandbox import Sandbox
from tests.page.test_transcript import sends
from tests.page.whole_page import FORM_EVENT, drawn, press, say

MOST_BYTES = 350_000
MOST_ELEMENTS = 600

ADDRESS = "https://a.example/"
LONG = 100_000
TEXTS = {"emoji": "\N{GRINNING FACE}" * 20_000, "quotes": '<"\'&">' * 5_000}


def events(text: str) -> Iterator[dict[str, Any]]:
    """One event of each kind, with that text wherever it takes one, and many of all it can have."""
    yield {"type": "message", "text": text}
    yield {"type": "message", "text": text, "properties": {"chats": {"formatting": "commonmark"}}}
    yield {"type": "message", "text": "x", "id": "\u00fc" * 20_000}
    details = {"url": ADDRESS + text.replace(" ", ""), "title": text, "description": text}
    yield {"type": "message", "text": "x", "properties": {"url_details": details}}
    system = {"type": "system_message", "text": text, "system_message_type": text}
    yield system
    variables = {"agent": text, "number": text, text: text}
    yield {**system, "system_message_type": "manual_archived_agent", "text_vars": variables}
    for kind in (text, "image/png", "video/mp4"):
        file = {"type": "file", "url": f"{ADDRESS}a", "name": text, "alternative_text": text}
        yield {**file, "content_type": kind}
    order = {"order": {"order_number": text, "total_price": "1", "currency": text}}
    subtype = "store_order_was_created"
    yield {"type": "system", "source": "cdp", "subtype": subtype, "details": json.dumps(order)}
    short = text[:1_000]
    for kind, value in (("copy", short), ("url", ADDRESS + "a" * 7_000), (None, None)):
        button = {"text": short, "type": kind, "value": value, "user_ids": []}
        buttons = [{**button, "postback_id": str(number)} for number in range(50)]
        image = {"url": ADDRESS + "a" * 7_000, "alternative_text": short}
        element = {"title": short, "subtitle": short, "image": image, "buttons": buttons[:15]}
        yield {"type": "rich_message", "template_id": "cards", "elements": [element] * 12}
        element["buttons"] = buttons
        yield {"type": "rich_message", "template_id": "quick_replies", "elements": [element]}
    for view in ("images", "select"):
        option = {"label": short, "price": short, "currency": short, "color": short}
        option |= {"regular_price": short, "image_url": ADDRESS + "a" * 7_000, "available": False}
        options = [{**option, "option_id": str(number)} for number in range(40)]
        addons = [{"addon_type": short, "range_from": short, "currency": short}] * 20
        product = {"product_id": short, "view_type": view, "label": short, "options": options}
        element = {"title": "A product", "ecommerce": {**product, "addons": addons}}
        yield {"type": "rich_message", "template_id": "ecommerce", "elements": [element] * 12}
    choices = [{"id": str(number), "label": short, "group_id": number} for number in range(10)]
    for kind in ("question", "header", "rating", "radio", "select", "checkbox"):
        field = {"type": kind, "label": short, "options": choices, "comment_label": short}
        yield {
            "type": "form",
            "form_id": "f",
            "fields": [{**field, "id": str(n)} for n in range(200)],
        }
    answer = {"type": "question", "id": "1", "label": short, "answer": short}
    yield {"type": "filled_form", "form_id": "f", "fields": [answer] * 200}


def cost(node: Node) -> tuple[int, int]:
    """The elements below a node, and their bytes."""
    proto = getattr(node, "proto", None)
    size = proto.ByteSize() if isinstance(proto, Message) else 0
    below = [cost(child) for child in node.children.values()] if isinstance(node, Block) else []
    return 1 + sum(count for count, _ in below), size + sum(size for _, size in below)


@pytest.mark.parametrize("name", TEXTS)
def test_of_one_event_no_more_is_drawn_than_can_be_read(
    app: AppTest, sandbox: Sandbox, name: str
) -> None:
    say(app.run(), "Hello")
    sends(app, sandbox, {"type": "message", "text": "Nothing much"})
    elements, size = cost(app._tree)
    for event in events(TEXTS[name]):
        sends(app, sandbox, event)
        count, now = cost(app._tree)
        assert now - size < MOST_BYTES, event["type"]
        assert count - elements < MOST_ELEMENTS, event["type"]


ENDLESS = {
    "lines": "\n" * LONG + "end",
    "a word": "a" * LONG,
    "marks": "Z" + "\u0301" * LONG,
    "quotes": "> " * LONG + "a",
    "lists": "* " * LONG + "a",
    "quoted lists": "\n".join(("> ", "- ")[n % 2] * 20 + "a" for n in range(LONG // 40)),
    "brackets": "[" * LONG,
    "images": "![a](" * (LONG // 5),
    "emphasis": "*a_ " * (LONG // 4),
    "code": "`a`" * (LONG // 3),
    "backticks": "`a" * (LONG // 2),
    "entities": "&#x41;" * (LONG // 6),
    "escapes": "\\" * LONG,
    "links": f"{ADDRESS}( " * (LONG // 20),
    "links by reference": f"[x]: {ADDRESS}{'a' * 2_000}\n\n" + "[x]" * (LONG // 3),
    "titles by reference": f'[x]: {ADDRESS} "{"a" * 1_000}"\n\n' + "[x]" * (LONG // 3),
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_a_formatted_text_makes_no_more_of_itself(text: str) -> None:
    shown = Room().shown(text)
    assert len(shown) <= LINES * 80 * 1.25 + 2
    assert len(commonmark.styled(shown)) <= 40 * len(shown) + 2_000


def test_an_address_that_is_named_once_is_no_link_in_each_of_many_places() -> None:
    used = "[x] " * 20
    assert commonmark.styled(f"[x]: {ADDRESS}\n\n{used}").count("<a ") == 20
    used = "[x]" * 500
    shown = commonmark.styled(f"[x]: {ADDRESS}{'a' * 2_000}\n\n{used}")
    assert used in shown
    assert shown.count("<a ") == 1


def test_an_id_of_any_length_is_a_short_part_that_is_no_others() -> None:
    parts = {keys.part(id) for id in ("a" * 1_000, "a" * 1_001, "\u00fc" * 1_000, "a" * 200)}
    assert len(parts) == 4
    assert all(len(part) <= 200 for part in parts)


def test_what_a_message_has_no_room_for_is_shown_when_that_is_wanted(
    app: AppTest, sandbox: Sandbox
) -> None:
    say(app.run(), "Hello")
    long = "word " * 300
    buttons = [{"text": long, "postback_id": str(n), "user_ids": []} for n in range(13)]
    cards = [{"title": f"Card {number}.", "buttons": buttons} for number in range(10)]
    sends(app, sandbox, {"type": "rich_message", "template_id": "cards", "elements": cards})
    assert "Card 0." in drawn(app)
    assert "Card 9." not in drawn(app)
    press(app, words.say("show_more"))
    assert "Card 9." in drawn(app)
    press(app, words.say("show_less"))
    assert "Card 9." not in drawn(app)


def test_a_form_that_nobody_would_fill_in_is_cut_and_says_so(
    app: AppTest, sandbox: Sandbox
) -> None:
    say(app.run(), "Hello")
    sends(app, sandbox, FORM_EVENT)
    assert words.say("cut") not in drawn(app)
    many = [{"type": "question", "id": str(n), "label": f"{n}."} for n in range(2_000)]
    sends(app, sandbox, {"type": "form", "form_id": "f", "fields": many})
    assert words.say("cut") in drawn(app)
    assert len(app.text_input) == 150
    app.text_input[0].set_value("one")
    press(app, words.say("submit"))
    assert words.say("form_filled_in") in drawn(app)


def test_a_list_to_choose_from_may_be_long(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    options = [{"id": str(number), "label": f"Country {number}"} for number in range(1_000)]
    field = {"type": "select", "id": "1", "label": "Where?", "options": options}
    sends(app, sandbox, {"type": "form", "form_id": "f", "fields": [field]})
    assert words.say("cut") not in drawn(app)
    assert len(app.selectbox[0].options) == 1_000
    sends(app, sandbox, {"type": "form", "form_id": "f", "fields": [{**field, "type": "radio"}]})
    assert words.say("cut") in drawn(app)
    assert len(app.radio[0].options) == 298
