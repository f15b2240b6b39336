"""The preview of a page that a message links to."""

from __future__ import annotations

import html

import streamlit as st

from livechat.api.structures.events import Preview
from livechat.page import addresses, safe_text
from livechat.page.guard import guarded

_LONGEST = 500  # characters of the description


@guarded("preview")
def draw(preview: Preview) -> None:
    """Draws what the page is called and what it is about; nothing of it is loaded."""
    address = addresses.web(preview.url)
    if address is None:
        return
    with st.container(border=True):
        title = html.escape(safe_text.name(preview.title, address))
        st.html(
            f'<div style="overflow-wrap: anywhere">{safe_text.link_tag(address)}{title}</a></div>'
        )
        if description := safe_text.name(preview.description, longest=_LONGEST):
            st.html(safe_text.quiet_text(description))
