"""The page's own stylesheet, `style.css`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_SHEET = f"<style>{Path(__file__).with_name('style.css').read_text()}</style>"


def draw() -> None:
    """Hands it to the browser; it takes no room on the page."""
    st.html(_SHEET)
