"""Texts that their authors have formatted as CommonMark, drawn safely.

`st.markdown` knows more than CommonMark (images, emoji, colors, formulas), and replaces some of it
after it has parsed the text, where no escape helps. So the text is parsed here.
"""

from __future__ import annotations

import html
import re

import streamlit as st

from livechat.api.structures.characters import is_visible
from livechat.page import safe_text
from livechat.page.entries.commonmark.rendering import to_html

# The last block's margin would add to the space between messages.
_MESSAGE = f"overflow-wrap: anywhere; margin-bottom: -1rem; {safe_text.CLIPPED}"
_CODE = "font-size: 0.875em; background: rgb(128 128 128 / 0.15); border-radius: 0.25rem"
_LIST = "margin: 0 0 1rem; padding: 0; padding-inline-start: 2rem"
_STYLES = {
    "p": safe_text.LINES,
    "li": safe_text.LINES,
    "li dir": f"{safe_text.LINES}; margin-inline-start: 2rem",  # the bullet is on the other side
    "h4": f"{safe_text.LINES}; font-size: 1.25rem; margin: 0 0 0.5rem; padding: 0",
    "h5": f"{safe_text.LINES}; font-size: 1.125rem; margin: 0 0 0.5rem; padding: 0",
    "h6": f"{safe_text.LINES}; font-size: 1rem; margin: 0 0 0.5rem; padding: 0",
    "ul": _LIST,
    "ol": _LIST,
    "blockquote": (
        "margin: 0 0 1rem; padding-inline-start: 1rem; "
        "border-inline-start: 3px solid rgb(128 128 128 / 0.4)"
    ),
    "pre": (
        f"{safe_text.LINES}; {_CODE}; white-space: pre-wrap; margin: 0 0 1rem; "
        "padding: 0.5rem 0.75rem"
    ),
    "code": _CODE,
    "hr": "margin: 0 0 1rem",
}


# HTML may be so many times as long as its source, besides some tags: a formatted text can name an
# address once, and link to it in each of its lines.
_TIMES, _SOME_TAGS = 40, 2_000

_LINK = re.compile('<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_BETWEEN_BLOCKS = re.compile("</?(?:p|li|h[4-6]|pre|ul|ol|blockquote|[bh]r)\\b[^>]*>")
_TAG = re.compile("<[^>]*>")


def as_text(source: str) -> str:
    """A text that is CommonMark as it is read, and where its links lead if they do not say it.

    It takes a millisecond for some lines.
    """
    content = _LINK.sub(_as_said, to_html(source))
    text = html.unescape(_TAG.sub("", _BETWEEN_BLOCKS.sub("\n", content))).strip()
    return text if is_visible(text) else source


def _as_said(link: re.Match[str]) -> str:
    address, called = link.groups()
    return called if _TAG.sub("", called) == address else f"{called} ({address})"


def draw(source: str) -> None:
    """Draws a text that is CommonMark."""
    st.html(styled(source))


def styled(source: str) -> str:
    """A text that is CommonMark as HTML, in the manner of the page.

    One that would be nothing, such as an address for reference alone, is shown as it was typed, and
    so is one of which far more would be made than it is.
    """
    content = to_html(source)
    if not is_visible(re.sub("<(?!hr)[^>]*>", "", content)):
        return safe_text.as_typed(source)
    # Each `<` begins one of the renderer's own tags: those of the source are escaped.
    content = re.sub(r"<(li dir|\w+)", _with_style, content)
    if len(content) > _TIMES * len(source) + _SOME_TAGS:
        return safe_text.as_typed(source)
    return f'<div style="{_MESSAGE}">{content}</div>'


def _with_style(tag: re.Match[str]) -> str:
    style = _STYLES.get(tag[1])
    name, *attribute = tag[0].split(" ")
    return " ".join([name, f'style="{style}"', *attribute]) if style else tag[0]
