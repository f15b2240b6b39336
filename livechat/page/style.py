"""The page's own stylesheet, `style.css`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_CSS = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
_SHEET = f"<style>{_CSS}</style>"


def draw() -> None:
    """Hands it to the browser; it takes no room on the page."""
    st.html(_SHEET)
