"""Rich messages: cards, products, quick replies and stickers, with buttons to press (4.3)."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Literal, TypedDict

import streamlit as st

from livechat.api.structures.ecommerce import Picked
from livechat.api.structures.events import Event
from livechat.api.structures.rich_messages import (
    COPY,
    QUICK_REPLIES,
    STICKER,
    Button,
    Element,
    Image,
    RichMessage,
)
from livechat.chat import keys
from livechat.chat.conversation import Conversation
from livechat.page import addresses, safe_text, words
from livechat.page.entries import products
from livechat.page.entries.files import fitted, picture, picture_address
from livechat.page.folding import Fold
from livechat.page.guard import cannot_be_shown, guarded
from livechat.visit import Visit

_CARD = 260  # pixels: on a phone the edge of a second one says that there is more
_STICKER = 160
_WIDEST, _HIGHEST = 2.0, 1.0  # width by height of a card's picture
_USUAL = 1.5
_LONGEST_COPY = 16 * 1024  # characters

_ICONS = {"tel": ":material/call:", "mailto": ":material/mail:"}


def draw(visit: Visit, conversation: Conversation, event: Event, fold: Fold) -> None:
    """Draws the rich message that an event is; one of an unknown template as cards.

    `fold` folds its texts.
    """
    message = event.body
    if not isinstance(message, RichMessage):
        return
    drawing = _Drawing(visit, conversation, event, fold)
    elements = [(place, e) for place, e in enumerate(message.elements) if e != Element()]
    if not elements:
        cannot_be_shown()
    elif message.template_id == QUICK_REPLIES:
        for place, element in elements:
            if fold.takes():
                drawing.quick_replies(place, element)
    elif message.template_id == STICKER:
        for _, element in elements:
            if fold.takes():
                drawing.sticker(element)
    else:
        # By the key of several, a row that scrolls, `style.css` and `cards.js` know it.
        row = f"cards-{keys.part(event.id)}" if len(elements) > 1 else None
        with st.container(horizontal=True, wrap=row is None, key=row):
            for place, element in elements:
                if not fold.takes():
                    break
                with st.container(border=True, width=_CARD, gap="small"), guarded("card"):
                    drawing.card(place, element)


class _Drawing:
    """One drawing of an event's elements, each known by its place."""

    def __init__(self, visit: Visit, conversation: Conversation, event: Event, fold: Fold) -> None:
        self._visit = visit
        self._conversation = conversation
        self._event = event
        self._fold = fold

    def sticker(self, element: Element) -> None:
        image = element.image
        if image and (address := picture_address(image.url, self._visit.settings)):
            size = fitted(image.width, image.height, _STICKER)
            st.html(f'<div class="sticker">{picture(address, _called(image, element), size)}</div>')
        else:
            self._describe(element)

    def card(self, place: int, element: Element) -> None:
        product = None
        if element.ecommerce:
            key = f"{keys.part(self._event.id)}-{place}"
            product = products.Product(element.ecommerce, key, self._visit.settings, self._fold)
        self._describe(element, product)
        if product:
            product.draw()
        if element.buttons:
            with st.container(gap="xsmall"):
                self._buttons(place, element, product, width="stretch")

    def quick_replies(self, place: int, element: Element) -> None:
        self._describe(element)
        if self._conversation.wants_reply(self._event):
            with st.container(horizontal=True, gap="xsmall"):
                self._buttons(place, element, width="content")
        elif not element.title:
            labels = (safe_text.isolated(safe_text.name(b.text)) for b in element.buttons)
            st.html(safe_text.status_line(" · ".join(labels)))

    def _describe(self, element: Element, product: products.Product | None = None) -> None:
        parts = []
        image = element.image
        if product and product.image_url:
            image = Image(product.image_url)
        if image and (address := picture_address(image.url, self._visit.settings)):
            parts.append(picture(address, _called(image, element), _covering(image)))
        if element.title:
            parts.append(safe_text.as_typed(self._shown(element.title), "bold"))
        if element.subtitle:
            parts.append(safe_text.as_typed(self._shown(element.subtitle)))
        if product:
            parts += product.about()
        if parts:
            st.html(f'<div class="described">{"".join(parts)}</div>')
        elif not element.buttons and not (element.ecommerce and element.ecommerce.options):
            cannot_be_shown()

    def _shown(self, title: str) -> str:
        return self._fold.shown(safe_text.titled(title))

    def _buttons(
        self,
        place: int,
        element: Element,
        product: products.Product | None = None,
        *,
        width: Literal["stretch", "content"],
    ) -> None:
        picked = product.picked if product else None
        for number, button in enumerate(element.buttons):
            address = _address(button)
            label = safe_text.label(button.text, words.say("option", number=number + 1))
            copied = (button.value or "")[:_LONGEST_COPY] if button.type == COPY else ""
            if not self._fold.takes(label, address or copied):
                return
            if button.type == COPY:
                st.html(_copies(button, number))
                continue
            pressed = self._conversation.is_pressed(self._event, button, picked)
            if button.role == "danger":
                label = f":red[{label}]"
            if pressed:
                label = f"✓ {label}"  # an icon would say nothing to a screen reader
            shape: _Shape = {
                # Nothing promises that the IDs of an event's buttons differ.
                "key": f"press-{keys.part(self._event.id)}-{place}-{number}",
                "type": "primary" if button.role == "primary" else "secondary",
                "icon": _icon(address),
                "width": width,
                "wrap": True,
                "on_click": _press,
                "args": (self._visit, self._event, button, picked),
            }
            if address:
                st.link_button(label, address, **shape)
            else:
                is_over = pressed and button.type == "message"
                is_gone = product is not None and not product.is_available
                st.button(label, disabled=is_over or is_gone, **shape)


class _Shape(TypedDict):
    key: str
    type: Literal["primary", "secondary"]
    icon: str | None
    width: Literal["stretch", "content"]
    wrap: bool
    on_click: Callable[..., None]
    args: tuple[object, ...]


def _press(visit: Visit, event: Event, button: Button, picked: Picked | None) -> None:
    # Only one without a type is released when it is pressed again.
    if button.type and visit.conversation.is_pressed(event, button, picked):
        return
    visit.press(event.id, button.postback_id, picked)
    visit.work_in_background()


def _address(button: Button) -> str | None:
    """Where a button leads; None for one that leads nowhere, or nowhere that is safe."""
    match button.type:
        case "phone":
            number = re.sub(r"[^0-9+]", "", button.value or "")
            return f"tel:{number}" if number else None
        case "url":
            return addresses.contact(button.value)
        case "webview":
            # LiveChat's widget opens it over itself, as high as it says. Most pages let nobody
            # frame them, so here it is a tab of its own.
            address = addresses.web(button.value)
            return address if address and address.lower().startswith("https:") else None
        case _:
            return None


def _copies(button: Button, number: int) -> str:
    """A button that puts its value into the clipboard (`copying.js`), as HTML."""
    label = safe_text.name(button.text, words.say("option", number=number + 1))
    value = html.escape(button.value or "")
    # Longer than a message may be is nothing that people copy by a button.
    given = f'data-value="{value}"' if 0 < len(value) <= _LONGEST_COPY else "disabled"
    return (
        f'<button type="button" class="copy" {given}><bdi>{html.escape(label)}</bdi></button>'
        f'<div class="copied" role="status"></div>'
    )


def _icon(address: str | None) -> str | None:
    if address is None:
        return None
    scheme = address.split(":", 1)[0].lower()
    return _ICONS.get(scheme, ":material/open_in_new:")


def _called(image: Image, element: Element) -> str:
    return image.alternative_text or element.title or words.say("picture")


def _covering(image: Image) -> str:
    """The size of a card's picture as CSS: as wide as the card, neither a strip nor a tower."""
    ratio = image.width / image.height if image.width and image.height else _USUAL
    ratio = min(max(ratio, _HIGHEST), _WIDEST)
    return f"width: 100%; aspect-ratio: {ratio:.3f}; object-fit: cover"
