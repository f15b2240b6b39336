"""What each type of event must look like in a request (sections 4.2, 4.3 and 4.9)."""

from __future__ import annotations

from typing import Any

from .errors import ApiError
from .json_schema import (
    BOOL,
    INT,
    OBJECT,
    PROPERTIES,
    STR,
    TEXT,
    URL,
    Form,
    Schema,
    array,
    obj,
    one_of,
    since,
)
from .limits import MAX_TEXT_BYTES
from .versions import NEWEST

JSON = dict[str, Any]

_COMMON: dict[str, Schema] = {"custom_id": TEXT, "properties": PROPERTIES}
_AUDIENCE = one_of("all", "agents")

_IMAGE = obj(
    {"url": URL},
    {
        "name": TEXT,
        "content_type": TEXT,
        "size": INT,
        "width": INT,
        "height": INT,
        "alternative_text": TEXT,
    },
)

_BUTTON = obj(
    {"text": STR, "postback_id": STR},
    {
        "user_ids": array(STR),
        "type": one_of("message", "url", "phone", "webview", "copy", "cancel"),
        "value": TEXT,
        "webview_height": one_of("compact", "tall", "full"),
        "target": one_of("new", "current"),
        "role": one_of("default", "primary", "danger"),
    },
    dependentRequired={"value": ["type"]},
    allOf=[
        {
            "if": {
                "properties": {"type": one_of("message", "url", "phone", "webview", "copy")},
                "required": ["type"],
            },
            "then": {"required": ["value"]},
        },
        {
            "if": {"properties": {"type": {"const": "webview"}}, "required": ["type"]},
            "then": {"required": ["webview_height"]},
        },
    ],
)

# A product (v3.6, section 1.4). Prices are strings, as the types of the JavaScript SDK have them.
_ECOMMERCE = obj(
    {
        "view_type": one_of("tags", "swatch", "images", "select"),
        "product_id": STR,
        "label": TEXT,
        "options": array(
            obj(
                {"option_id": STR, "label": TEXT},
                {
                    **dict.fromkeys(("price", "regular_price", "currency", "color"), TEXT),
                    **dict.fromkeys(("image_url", "image_thumbnail_url"), URL),
                    **dict.fromkeys(("available", "selected"), BOOL),
                },
            )
        ),
    },
    {
        "addons": array(
            obj(
                {"addon_type": STR},
                dict.fromkeys(("range_from", "range_to", "currency"), TEXT),
            )
        )
    },
)

# The reference calls title, subtitle and image required; its own samples leave them out.
_ELEMENT = obj(
    optional={
        "title": TEXT,
        "subtitle": TEXT,
        "image": _IMAGE,
        "buttons": array(_BUTTON, maxItems=13),
    }
)
_PRODUCT = obj({"ecommerce": _ECOMMERCE}, _ELEMENT["properties"])

_OPTION = obj({"id": STR, "label": TEXT}, {"checked": BOOL})
_GROUP_OPTION = obj({"id": STR, "label": TEXT, "group_id": INT}, {"checked": BOOL})
_TEXT_FIELDS = ("name", "email", "question", "textarea", "subject")


def _form_field(kind: str, **extras: Schema) -> Schema:
    return obj({"type": {"const": kind}, "id": STR, "label": TEXT, **extras}, {"required": BOOL})


_FORM_FIELD: Schema = {
    "oneOf": [
        obj({"type": {"const": "header"}, "id": STR, "label": TEXT}),
        *(_form_field(kind) for kind in _TEXT_FIELDS),
        *(
            _form_field(kind, options=array(_OPTION, minItems=1))
            for kind in ("radio", "select", "checkbox")
        ),
        _form_field("group_chooser", options=array(_GROUP_OPTION, minItems=1)),
        obj(
            {"type": {"const": "checkbox_for_email"}, "id": STR, "label": TEXT},
            {"required": BOOL, "checked": BOOL},
        ),
        obj(
            {"type": {"const": "rating"}, "id": STR, "label": TEXT},
            {"required": BOOL, "comment_label": TEXT},
        ),
    ]
}


def _filled_field(kind: str, **answer: Schema) -> Schema:
    return obj({"type": {"const": kind}, "id": STR, "label": TEXT}, answer)


_FILLED_FIELD: Schema = {
    "oneOf": [
        *(_filled_field(kind, answer=TEXT) for kind in _TEXT_FIELDS),
        *(_filled_field(kind, answer=_OPTION) for kind in ("radio", "select")),
        # The reference's table says `answer`; its sample and the SDK say `answers`.
        _filled_field("checkbox", answers=array(_OPTION)),
        _filled_field("group_chooser", answer=_GROUP_OPTION),
        _filled_field("checkbox_for_email", answer=BOOL),
        # No shape is documented for the answer to a rating field.
        _filled_field("rating", answer={}),
    ]
}

PICKED = obj({"product_id": STR}, {"option_id": STR, "quantity": {"type": "number"}})
"""What a customer has picked of a product."""

_POSTBACK = obj(
    {"id": STR, "thread_id": STR, "event_id": STR},
    {
        "type": STR,
        "value": TEXT,
        "ecommerce": since("3.6", PICKED),
    },
    dependentRequired={"type": ["value"], "value": ["type"]},
)

_TEMPLATE = one_of("cards", "quick_replies", "sticker")
_Fields = tuple[dict[str, Schema], dict[str, Schema]]

# type -> (required fields, optional fields), besides those all events share
_FIELDS: dict[str, _Fields] = {
    "message": ({"text": STR}, {"postback": _POSTBACK}),
    "file": ({"url": URL}, {"alternative_text": TEXT}),
    "rich_message": ({"template_id": _TEMPLATE}, {"elements": array(_ELEMENT, maxItems=10)}),
    "form": ({"form_id": STR, "fields": array(_FORM_FIELD, minItems=1)}, {}),
    "filled_form": ({"form_id": STR, "fields": array(_FILLED_FIELD)}, {}),
    "custom": ({}, {"content": OBJECT}),
    "system_message": ({"system_message_type": STR}, {"text": TEXT, "text_vars": OBJECT}),
}

# Products are for agents to send: the table of a customer's request does not name their template.
_BY_AGENTS: dict[str, _Fields] = {
    "rich_message": (
        {"template_id": {"anyOf": [_TEMPLATE, since("3.6", one_of("ecommerce"))]}},
        {"elements": array({}, maxItems=10)},
    )
}
_PRODUCTS: dict[str, Schema] = {
    "if": {"properties": {"template_id": one_of("ecommerce")}},
    "then": {"properties": {"elements": array(_PRODUCT)}},
    "else": {"properties": {"elements": array(_ELEMENT)}},
}


def _forms(
    more: dict[str, Schema], fields: dict[str, _Fields] = _FIELDS, **rich: Schema
) -> dict[str, Form]:
    return {
        kind: Form(
            obj(
                {"type": {"const": kind}, **required},
                _COMMON | optional | more,
                **(rich if kind == "rich_message" else {}),
            )
        )
        for kind, (required, optional) in fields.items()
    }


# `recipients` on a message is in the official samples, though not in the table.
_CUSTOMER = _forms({"recipients": _AUDIENCE})
_AGENT = _forms({"visibility": _AUDIENCE}, _FIELDS | _BY_AGENTS, **_PRODUCTS)
_AGENT_INITIAL = _forms(
    {"visibility": {"const": "all"}, "author_id": STR}, _FIELDS | _BY_AGENTS, **_PRODUCTS
)


def check_event(
    event: JSON, *, by_agent: bool = False, initial: bool = False, version: str = NEWEST
) -> None:
    """Refuse an event that a customer (or an agent) may not send in that version.

    ``initial``: the event is one of `start_chat` or `resume_chat`; there an agent may name another
    author (section 8.3), and forms are refused (section 3.3). Raises ApiError ``validation``.
    """
    forms = (_AGENT_INITIAL if initial else _AGENT) if by_agent else _CUSTOMER
    kind = event.get("type")
    form = forms.get(kind) if isinstance(kind, str) else None
    if form is None or (initial and kind == "form"):
        raise ApiError("validation", "`event.type` is missing, unknown or not allowed here")
    form.check(event, version)
    if kind == "message" and len(event["text"].encode()) > MAX_TEXT_BYTES:
        raise ApiError("validation", f"`event.text` is longer than {MAX_TEXT_BYTES} bytes")
