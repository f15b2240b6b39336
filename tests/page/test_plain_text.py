"""Any event as plain text."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from livechat.api.structures.events import parse_event
from livechat.chat.transcript import CLOSED_SILENTLY
from livechat.page import words
from livechat.page.plain_text import plain
from livechat.page.words.system_messages import SENTENCES


def an_order(**order: object) -> dict[str, object]:
    return _by_a_shop("store_order_was_created", {"order": order})


def a_cart(how: str, *products: tuple[str, int]) -> dict[str, object]:
    lines = [{"product": {"title": title}, "quantity": count} for title, count in products]
    return _by_a_shop(f"store_product_{how}_cart", {"cart_lines": lines})


def _by_a_shop(subtype: str, details: object) -> dict[str, object]:
    said = {"source": "cdp", "subtype": subtype, "version": 1, "details": json.dumps(details)}
    return {"type": "system", **said}


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
        ({"type": "file", "name": "a.png"}, words.say("unsupported")),
        ({"type": "rich_message", "elements": [{"title": "T"}]}, words.say("unsupported")),
        (
            {"type": "rich_message", "template_id": "cards", "elements": None},
            words.say("unsupported"),
        ),
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
                "type": "rich_message",
                "template_id": "ecommerce",
                "elements": [
                    {
                        "title": "Mug",
                        "ecommerce": {
                            "product_id": "mug",
                            "options": [
                                {
                                    "option_id": "1",
                                    "label": "Red",
                                    "price": "18",
                                    "currency": "USD",
                                },
                                {"option_id": "2", "label": "Blue", "available": False},
                                {"option_id": "3"},
                            ],
                            "addons": [{"addon_type": "gift_wrapping", "range_from": "$2"}],
                        },
                        "buttons": [
                            {"text": "Code", "postback_id": "c", "type": "copy", "value": "MUG10"}
                        ],
                    }
                ],
            },
            "Mug\n• Red · 18 USD\n• Blue (not available)\n• Option 3\nGift wrapping: from $2\n"
            "• Code MUG10",
        ),
        (
            {
                "type": "rich_message",
                "template_id": "cards",
                "elements": [{"title": "go\u202emoc", "subtitle": "a\u2067b\nc"}],
            },
            "gomoc\nab\nc",
        ),
        (
            {
                "type": "form",
                "form_id": "f",
                "fields": [{"type": "header", "label": "go\u202emoc"}],
            },
            "gomoc",
        ),
        (
            {
                "type": "filled_form",
                "form_id": "f",
                "fields": [{"type": "name", "label": "go\u202emoc", "answer": "Ada"}],
            },
            "gomoc: Ada",
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
            "Name: Tom\nPurpose: Support\nKind? a, b\nNews: Yes",
        ),
        (
            an_order(order_number="1001", total_price=59, currency="EUR"),
            "Order #1001 placed · 59.00 EUR",
        ),
        (an_order(order_number="#1001", total_price=1234.5), "Order #1001 placed · 1,234.50"),
        (an_order(order_number="10\u202e01", total_price=None), "Order #1001 placed"),
        (
            a_cart("added_to", ("Tulips", 2), ("", 1)),
            "Added to the cart: Tulips \N{MULTIPLICATION SIGN} 2, a product",
        ),
        (
            a_cart("removed_from", *[(name, 1) for name in "abcdef"]),
            "Removed from the cart: a, b, c, d, e…",
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


# Of section 7: every type, and what LiveChat tells with it.
SYSTEM_MESSAGES = {
    "agent_added": "initiator agent",
    "agent_joined": "agent",
    "agent_left": "agent",
    "agent_removed": "initiator agent",
    "archived_customer_disconnected": "customer",
    "chat_transferred": "initiator targets",
    "customer_added": "initiator customer",
    "customer_banned": "agent duration",
    "customer_removed": "initiator customer",
    "customer_updated": "initiator customer_name",
    "manual_archived_agent": "agent",
    "manual_archived_customer": "customer",
    "rating.chat_commented": "customer comment",
    "rating.chat_rated": "customer score",
    "rating.chat_rating_canceled": "customer",
    "routing.archived_deleted": "agent",
    "routing.archived_disconnected": "agent",
    "routing.archived_inactive": "duration",
    "routing.archived_offline": "",
    "routing.archived_other": "",
    "routing.archived_remotely_signed_out": "agent",
    "routing.archived_signed_out": "agent",
    "routing.assigned_deleted": "agent_added agent_removed",
    "routing.assigned_disconnected": "agent_added agent_removed",
    "routing.assigned_inactive": "agent_added agent_removed duration",
    "routing.assigned_other": "",
    "routing.assigned_remotely_signed_out": "agent_added agent_removed",
    "routing.assigned_signed_out": "agent_added agent_removed",
    "routing.idle": "duration",
    "routing.unassigned_deleted": "agent",
    "routing.unassigned_disconnected": "agent",
    "routing.unassigned_other": "",
    "routing.unassigned_remotely_signed_out": "agent",
    "routing.unassigned_signed_out": "agent",
    "system_archived": "",
    "transcript_requested": "customer email",
    "transcript_sent": "customer email",
}


def system_message(type: str, **text_vars: object) -> str:
    told = {"system_message_type": type, "text": "archived by routing", "text_vars": text_vars}
    event = {"id": "e", "type": "system_message", "created_at": "2026-01-01T00:00:00Z", **told}
    return plain(parse_event(event))


@pytest.mark.parametrize("type", SYSTEM_MESSAGES)
def test_livechats_own_lines_are_in_a_visitors_words(type: str) -> None:
    given = {name: f"<{name}>" for name in SYSTEM_MESSAGES[type].split()}
    for said in (
        system_message(type, **given),
        system_message(type),
        system_message(type, agent=""),
    ):
        assert said[-1] == "."
        assert not re.search("archived|routing|customer |queued|{|}", said)
    assert SENTENCES.keys() == {*SYSTEM_MESSAGES, CLOSED_SILENTLY}


@pytest.mark.parametrize(
    ("type", "text_vars", "said"),
    [
        ("manual_archived_agent", {"agent": "Kate"}, "Kate has closed the chat."),
        ("manual_archived_agent", {"agent": "קייט"}, "\u2068קייט\u2069 has closed the chat."),
        ("manual_archived_agent", {"agent": "{0}\u202e"}, "{0} has closed the chat."),
        ("manual_archived_agent", {}, words.of_system_message("system_archived", {})),
        (
            "routing.archived_inactive",
            {"duration": 15},
            "The chat has been closed, since nothing was written for 15 min.",
        ),
        ("routing.assigned_deleted", {"agent_added": "Tom"}, "Tom goes on with this chat."),
        (
            "customer_updated",
            {"customer_name": "Ada", "customers_email": "a@b.c"},
            "Your name is now Ada, your e-mail address a@b.c.",
        ),
        ("customer_updated", {"customer_email": "a@b.c"}, "Your e-mail address is now a@b.c."),
        ("customer_updated", {"customer": "Ada"}, "Your details have been changed."),
        ("something_new", {"agent": "Kate"}, "archived by routing"),
    ],
)
def test_a_line_of_livechats_says_what_is_known(
    type: str, text_vars: dict[str, object], said: str
) -> None:
    assert system_message(type, **text_vars) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "Tee, Milch"), ("ja", "Tee、Milch"), ("ar", "\u2068Tee\u2069، \u2068Milch\u2069")],
)
def test_a_list_is_written_as_the_language_has_it(language: str, said: str) -> None:
    cart = a_cart("added_to", ("Tee", 1), ("Milch", 1))
    event = parse_event({"id": "e", "created_at": "2026-01-01T00:00:00Z", **cart})
    with words.speaking(language):
        assert said in plain(event)
