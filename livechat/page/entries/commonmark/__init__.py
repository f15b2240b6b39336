"""Texts that their authors have formatted as CommonMark, drawn safely.

`st.markdown` knows more than CommonMark (images, emoji, colors, formulas), and replaces some of it
after it has parsed the text, where no escape helps. So the text is parsed here.
"""

from __future__ import annotations

import re

import streamlit as st

from livechat.page.entries.commonmark.rendering import to_html

# The last block's margin would add to the space between messages.
_MESSAGE = "overflow-wrap: anywhere; margin-bottom: -1rem"
_CODE = "font-size: 0.875em; background: rgb(128 128 128 / 0.15); border-radius: 0.25rem"
_LIST = "margin: 0 0 1rem; padding: 0; padding-inline-start: 2rem"
_STYLES = {
    "h4": "font-size: 1.25rem; margin: 0 0 0.5rem; padding: 0",
    "h5": "font-size: 1.125rem; margin: 0 0 0.5rem; padding: 0",
    "h6": "font-size: 1rem; margin: 0 0 0.5rem; padding: 0",
    "ul": _LIST,
    "ol": _LIST,
    "blockquote": (
        "margin: 0 0 1rem; padding-inline-start: 1rem; "
        "border-inline-start: 3px solid rgb(128 128 128 / 0.4)"
    ),
    "pre": f"{_CODE}; white-space: pre-wrap; margin: 0 0 1rem; padding: 0.5rem 0.75rem",
    "code": _CODE,
    "hr": "margin: 0 0 1rem",
}


def draw(source: str) -> None:
    """Draws a text that is CommonMark."""
    st.html(styled(source))


def styled(source: str) -> str:
    """A text that is CommonMark as HTML, in the manner of the page."""
    # Each `<` begins one of the renderer's own tags: those of the source are escaped.
    content = re.sub(r"<(\w+)", _with_style, to_html(source))
    return f'<div style="{_MESSAGE}">{content}</div>'


def _with_style(tag: re.Match[str]) -> str:
    style = _STYLES.get(tag[1])
    return f'{tag[0]} style="{style}"' if style else tag[0]
