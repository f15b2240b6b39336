"""CommonMark as HTML that is safe to draw.

Only the tags written below and in `inlines` ever get into the HTML, and every character of the
source is escaped: HTML in it is text, an image is a link to it, and what is not http(s) makes no
link.
"""

from __future__ import annotations

import html

from livechat.page.entries.commonmark.blocks import Block, Code, List, Paragraph, Quote, parse
from livechat.page.entries.commonmark.inlines import References, render

_BELOW_THE_PAGES = 3  # levels, for headings


def to_html(source: str) -> str:
    """A text that is CommonMark as HTML. Line breaks are kept, as in every other message."""
    blocks, references = parse(source)
    return "".join(_drawn(block, references, ' dir="auto"') for block in blocks)


def _drawn(block: Block, references: References, about: str = "", *, tight: bool = False) -> str:
    """A block as HTML, with these attributes; a paragraph of a tight list has no tag for them."""
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
            return f"<blockquote{about}>{content}</blockquote>"
        case List():
            start = "" if block.start in (None, 1) else f' start="{block.start}"'
            tag = "ul" if block.start is None else "ol"
            items = (
                "".join(_drawn(child, references, tight=not block.loose) for child in item.children)
                for item in block.items
            )
            content = "".join(f"<li>{item}</li>" for item in items)
            return f"<{tag}{start}{about}>{content}</{tag}>"
        case _:
            return f"<hr{about}>"
