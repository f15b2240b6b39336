"""CommonMark as HTML that is safe to draw.

Only the tags written below and in `inlines` ever get into the HTML, and every character of the
source is escaped: HTML in it is text, an image is a link to it, and what is not http(s) makes no
link.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from livechat.page.entries.commonmark.blocks import Block, Code, List, Paragraph, Quote, parse
from livechat.page.entries.commonmark.inlines import References, render

_BELOW_THE_PAGES = 3  # levels, for headings


def to_html(source: str) -> str:
    """A text that is CommonMark as HTML. Line breaks are kept, as in every other message."""
    blocks, references = parse(source)
    return "".join(_drawn(block, references, ' dir="auto"') for block in blocks)


def _drawn(block: Block, references: References, about: str = "", *, tight: bool = False) -> str:
    """A block as HTML, with these attributes; a paragraph of a tight list has no tag for them.

    What holds other blocks has the direction of its first words, and so have its bullets; what is
    in it may have another.
    """
    match block:
        case Paragraph(level=0):
            content = render(block.text, references)
            return content if tight or not content else f"<p{about}>{content}</p>"
        case Paragraph():
            tag = f"h{min(block.level + _BELOW_THE_PAGES, 6)}"
            return f"<{tag}{about}>{render(block.text, references)}</{tag}>"
        case Code():
            return f"<pre{about}>{html.escape(block.text)}</pre>"
        case Quote():
            content = "".join(_drawn(child, references) for child in block.children)
            return f'<blockquote dir="{_direction([block])}">{content}</blockquote>'
        case List():
            start = "" if block.start in (None, 1) else f' start="{block.start}"'
            tag = "ul" if block.start is None else "ol"
            direction = _direction([block])
            content = "".join(
                _item(item.children, references, direction, tight=not block.loose)
                for item in block.items
            )
            return f'<{tag}{start} dir="{direction}">{content}</{tag}>'
        case _:
            return f"<hr{about}>"


def _item(blocks: Sequence[Block], references: References, around: str, *, tight: bool) -> str:
    direction = _direction(blocks)
    about = "" if direction == around else f' dir="{direction}"'
    content = "".join(_drawn(child, references, tight=tight) for child in blocks)
    return f"<li{about}>{content}</li>"


def _direction(blocks: Iterable[Block]) -> Literal["ltr", "rtl"]:
    """The direction of the first letter that has one."""
    for text in _texts(blocks):
        for character in text:
            match unicodedata.bidirectional(character):
                case "L":
                    return "ltr"
                case "R" | "AL":
                    return "rtl"
                case _:
                    pass
    return "ltr"


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph() | Code():
                yield block.text
            case Quote():
                yield from _texts(block.children)
            case List():
                for item in block.items:
                    yield from _texts(item.children)
            case _:
                pass
