"""Rich messages (4.3): cards, quick replies and stickers, with buttons for customers to press."""

from __future__ import annotations

from dataclasses import dataclass, replace

from livechat.api.structures.parsing import Json, an_object, each, number, required, text, visible

MAX_ELEMENTS = 10
MAX_BUTTONS = 13

QUICK_REPLIES, STICKER = "quick_replies", "sticker"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: `width` and `height` in pixels, where LiveChat says."""

    url: str
    width: int | None = None
    height: int | None = None
    alternative_text: str | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A button. Without a `type` pressing it tells LiveChat so, and nothing else."""

    text: str
    postback_id: str
    type: str | None = None
    value: str | None = None
    role: str | None = None
    user_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    """A card, or the one element of the other templates. Everything in it may be missing."""

    title: str | None = None
    subtitle: str | None = None
    image: Image | None = None
    buttons: tuple[Button, ...] = ()


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


def _element(data: object) -> Element:
    json = an_object(data)
    images = each(_image, [json.get("image")])
    return Element(
        title=visible(json, "title"),
        subtitle=visible(json, "subtitle"),
        image=images[0] if images else None,
        buttons=each(_button, json.get("buttons"))[:MAX_BUTTONS],
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
        postback_id=required(json, "postback_id"),
        type=text(json, "type"),
        value=text(json, "value"),
        role=text(json, "role"),
        user_ids=tuple(u for u in users if isinstance(u, str)) if isinstance(users, list) else (),
    )
