"""The preview of a page that a message links to."""

from __future__ import annotations

import html

import streamlit as st

from livechat.api.structures.events import Preview
from livechat.page import safe_text


def draw(preview: Preview) -> None:
    """Draws what the page is called and what it is about; nothing of it is loaded."""
    address = safe_text.web_address(preview.url)
    if address is None:
        return
    with st.container(border=True):
        link = f"{safe_text.link_tag(address)}{html.escape(preview.title)}</a>"
        st.html(f'<div dir="auto">{link}</div>')
        if preview.description:
            st.html(safe_text.status_line(preview.description))
