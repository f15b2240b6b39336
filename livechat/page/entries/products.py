"""The product of a card: what it costs, what comes with it, and its options to pick from (v3.6).

A radio button of Streamlit's for each option, by which the keyboard and a screen reader know them;
tags, colours and pictures are the stylesheet's. What is picked is remembered for as long as the
page is open, drawn or not.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Iterator
from urllib.parse import quote

import streamlit as st
from PIL import ImageColor

from livechat.api.structures.ecommerce import (
    IMAGES,
    SELECT,
    SWATCH,
    TAGS,
    Ecommerce,
    Picked,
    ProductOption,
)
from livechat.api.structures.parsing import Json
from livechat.api.structures.rich_messages import RichMessage, postback_of
from livechat.chat.conversation import Conversation
from livechat.page import prices, safe_text, words
from livechat.page.browser import together
from livechat.page.entries.files import picture_address
from livechat.page.folding import Room
from livechat.page.form_widgets import told_apart
from livechat.settings import Settings

_MOST_AT_ONCE = 20  # options: more of them are a list to choose from
_LONGEST_COLOR = 40  # characters

_DOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">'
    '<circle cx="10" cy="10" r="9.5" fill="{color}" stroke="#808080"/></svg>'
)


class Product:
    """One drawing of a product, with what the visitor has picked of it."""

    def __init__(self, product: Ecommerce, key: str, settings: Settings, room: Room) -> None:
        """`key` tells it from others."""
        self._product = product
        self._settings = settings
        self._room = room
        many = len(product.options) > _MOST_AT_ONCE
        known = product.view_type in (SWATCH, IMAGES, SELECT) and not many
        self._view = product.view_type if known else SELECT if many else TAGS
        # By this key the stylesheet knows what the options look like.
        self._key = f"choice-{self._view}-{key}"
        self._remembered: dict[str, str | None] = st.session_state.setdefault("choices", {})

    @property
    def chosen(self) -> ProductOption | None:
        """The option that is picked, at first the one that LiveChat has selected."""
        for known in (st.session_state, self._remembered):
            if self._key in known:
                return self._product.option(known[self._key])
        return next((o for o in self._product.options if o.selected), None)

    @property
    def picked(self) -> Picked:
        """The same, as a button tells it."""
        chosen = self.chosen
        return Picked(self._product.product_id, chosen.option_id if chosen else None)

    @property
    def is_available(self) -> bool:
        """Whether what is picked can be had."""
        return self.chosen is None or self.chosen.available

    @property
    def image_url(self) -> str | None:
        """What it looks like with the option that is picked, if that has a picture."""
        chosen = self.chosen
        return chosen.image_url or chosen.image_thumbnail_url if chosen else None

    def about(self) -> Iterator[str]:
        """What it costs, and what may come with it, as HTML."""
        priced = [option for option in self._product.options if option.price]
        shown = self.chosen or (priced[0] if priced and self._are_alike else None)
        if shown and shown.price:
            yield _costs(shown)
        for addon in self._product.addons:
            said = prices.with_addon(addon)
            if self._room.takes(said):
                yield safe_text.status_line(said)

    def draw(self) -> None:
        """Draws the options to pick from, if there are any."""
        options = {option.option_id: option for option in self._product.options}
        if not options:
            return
        if self._key not in st.session_state and self.chosen:
            st.session_state[self._key] = self.chosen.option_id
        names = told_apart(option.label or "" for option in options.values())
        called = dict(zip(options, map(prices.available, names, options.values()), strict=True))
        label = safe_text.label(self._product.label or "", words.say("options"))
        pictures = [self._named(option) or "" for option in options.values()]
        parts = 1 if self._view == SELECT else len(options)
        if not self._room.takes(label, *called.values(), *pictures, parts=parts):
            return
        if self._view == SELECT:
            st.selectbox(
                label,
                list(options),
                index=None,
                format_func=lambda id: prices.priced(called[id], options[id]),
                key=self._key,
                placeholder=words.say("choose"),
                on_change=self._remember,
            )
            return
        costs = [safe_text.label(prices.now(option)) for option in options.values()]
        st.radio(
            label,
            list(options),
            index=None,
            format_func=lambda id: self._labelled(called[id], options[id]),
            key=self._key,
            horizontal=True,
            captions=None if self._are_alike else costs,
            on_change=self._remember,
        )

    @property
    def _are_alike(self) -> bool:
        """Whether all options cost the same."""
        return len(set(map(prices.now, self._product.options))) < 2

    def _remember(self) -> None:
        self._remembered[self._key] = st.session_state[self._key]
        together.heard()

    def _named(self, option: ProductOption) -> str | None:
        """The picture that is to stand before an option, by the address that LiveChat names."""
        if self._view not in (SWATCH, IMAGES):
            return None
        return option.image_thumbnail_url or option.image_url

    def _labelled(self, name: str, option: ProductOption) -> str:
        """An option's label, with its colour or its picture before it."""
        label = safe_text.isolated(safe_text.heading(name))
        if not option.available:
            label = f":gray[{label}]"
        address = picture_address(self._named(option), self._settings)
        if self._view == SWATCH:
            address = _dot(option.color) or address
        return f"![](<{quote(address, safe=_IN_ADDRESSES)}>) {label}" if address else label


# Of an address in Markdown: what has no meaning there, and a "%" that quotes something else.
_IN_ADDRESSES = "/:?&=#%+,;@~"


def named(conversation: Conversation, content: Json) -> str:
    """What a message of the visitor's is about, if it answers with a product's button."""
    postback = postback_of(content)
    if postback is None or postback.picked is None:
        return ""
    timeline = conversation.transcript.timeline
    event = next((e for e in timeline if e.id == postback.event_id), None)
    if event is None or not isinstance(event.body, RichMessage):
        return ""
    for element in event.body.elements:
        product = element.ecommerce
        if product and product.product_id == postback.picked.product_id:
            option = product.option(postback.picked.option_id)
            called = (element.title, option.label if option else None)
            return " · ".join(safe_text.isolated(safe_text.name(name)) for name in called if name)
    return ""


def _costs(option: ProductOption) -> str:
    """A price as HTML, with the regular one struck through, if that is another."""
    regular = html.escape(prices.regular(option))
    # That it is struck through is not said by a screen reader.
    heard = f'<span class="heard">{html.escape(words.say("instead_of"))} </span>'
    struck = f" <s>{heard}{regular}</s>" if regular else ""
    return f'<div dir="auto" class="price"><b>{html.escape(prices.now(option))}</b>{struck}</div>'


def _dot(color: str | None) -> str | None:
    """A colour as a picture; None for what is none. Nothing that LiveChat says becomes CSS."""
    try:
        rgb = ImageColor.getrgb(color if color and len(color) <= _LONGEST_COLOR else "")[:3]
    except ValueError:
        return None
    known = "#" + "".join(f"{min(max(part, 0), 255):02x}" for part in rgb)
    drawn = base64.b64encode(_DOT.format(color=known).encode()).decode()
    return f"data:image/svg+xml;base64,{drawn}"
