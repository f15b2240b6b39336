"""Rich messages (4.3): cards, products, quick replies and stickers, with buttons to press."""

from __future__ import annotations

from dataclasses import dataclass, replace

from livechat.api.structures.ecommerce import (
    Ecommerce,
    Picked,
    parse_ecommerce,
    parse_picked,
)
from livechat.api.structures.parsing import (
    Json,
    an_id,
    an_id_if_any,
    an_object,
    each,
    number,
    required,
    text,
    visible,
)

MAX_ELEMENTS = 10
MAX_BUTTONS = 13

QUICK_REPLIES, STICKER = "quick_replies", "sticker"  # templates
COPY = "copy"  # a button's type


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: `width` and `height` in pixels, where LiveChat says."""

    url: str
    width: int | None = None
    height: int | None = None
    alternative_text: str | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A button. Without a `type` pressing it tells LiveChat so, and nothing else.

    In a greeting it has a `button_id` (v36 1.2).
    """

    text: str
    postback_id: str
    type: str | None = None
    value: str | None = None
    role: str | None = None
    user_ids: tuple[str, ...] = ()
    button_id: str | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """A card, or the one element of the other templates. Everything in it may be missing.

    `ecommerce` is the product that a card of the template `ecommerce` is about.
    """

    title: str | None = None
    subtitle: str | None = None
    image: Image | None = None
    buttons: tuple[Button, ...] = ()
    ecommerce: Ecommerce | None = None


@dataclass(frozen=True, slots=True)
class RichMessage:
    """The body of a `rich_message` event."""

    template_id: str
    elements: tuple[Element, ...] = ()


def parse_rich_message(json: Json) -> RichMessage:
    """A rich message. Raises Malformed without `template_id`; what exceeds the limits is cut."""
    return RichMessage(
        template_id=required(json, "template_id"),
        elements=each(_element, json.get("elements"))[:MAX_ELEMENTS],
    )


@dataclass(frozen=True, slots=True)
class Postback:
    """Which button of a rich message a message answers with, and what was picked (4.2)."""

    id: str
    event_id: str
    picked: Picked | None = None


def postback_of(content: Json) -> Postback | None:
    """Which button a message answers with, as it stands in the event; None if with none."""
    return next(iter(each(_postback, [content.get("postback")])), None)


def with_press(
    message: RichMessage, postback_id: str, customer_id: str, toggled: bool
) -> RichMessage:
    """The message once a customer has pressed the buttons with this ID, or released them."""

    def press(button: Button) -> Button:
        if button.postback_id != postback_id:
            return button
        others = tuple(id for id in button.user_ids if id != customer_id)
        return replace(button, user_ids=(*others, customer_id) if toggled else others)

    elements = (replace(e, buttons=tuple(map(press, e.buttons))) for e in message.elements)
    return replace(message, elements=tuple(elements))


def _postback(data: object) -> Postback:
    json = an_object(data)
    return Postback(
        id=an_id(json, "id"),
        event_id=an_id(json, "event_id"),
        picked=next(iter(each(parse_picked, [json.get("ecommerce")])), None),
    )


def _element(data: object) -> Element:
    json = an_object(data)
    return Element(
        title=visible(json, "title"),
        subtitle=visible(json, "subtitle"),
        image=next(iter(each(_image, [json.get("image")])), None),
        buttons=each(_button, json.get("buttons"))[:MAX_BUTTONS],
        ecommerce=next(iter(each(parse_ecommerce, [json.get("ecommerce")])), None),
    )


def _image(data: object) -> Image:
    json = an_object(data)
    return Image(
        url=required(json, "url"),
        width=number(json, "width"),
        height=number(json, "height"),
        alternative_text=text(json, "alternative_text") or text(json, "name"),
    )


def _button(data: object) -> Button:
    json = an_object(data)
    users = json.get("user_ids")
    return Button(
        text=required(json, "text"),
        postback_id=an_id(json, "postback_id"),
        type=text(json, "type"),
        value=text(json, "value"),
        role=text(json, "role"),
        button_id=an_id_if_any(json, "button_id"),
        user_ids=tuple(u for u in users if isinstance(u, str)) if isinstance(users, list) else (),
    )
