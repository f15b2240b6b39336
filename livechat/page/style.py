"""The page's own stylesheet, `style.css`, and what is not to be seen before it is there."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from livechat.page.browser import address

_CSS = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")

_STREAMLITS_OWN = "#ff4b4b"  # the primary colour of a theme that names none
# Pixels of the window's lower edge over which Community Cloud has controls of its own.
_CLOUDS_CONTROLS = 56


def draw() -> None:
    """Hands it to the browser; it takes no room on the page."""
    host = address.host() or ""
    st.html(_sheet(is_on_cloud=host.endswith(".streamlit.app")))


def closed(
    key: str, parent: DeltaGenerator | None = None, gap: Literal["small"] | None = "small"
) -> DeltaGenerator:
    """A container, in `parent` if there is one, that the stylesheet opens.

    The browser loads what draws the stylesheet, and the messages, only when it first meets them. By
    its height the container is closed from the first frame on, so nobody sees that.
    """
    container = parent.container if parent else st.container
    return container(key=key, height=1, border=False, autoscroll=False, gap=gap)


@lru_cache
def _sheet(*, is_on_cloud: bool) -> str:
    own = f"--own: light-dark({_primary('light')}, {_primary('dark')});"
    # Streamlit's own for links, of which a page's HTML does not know.
    link = f"--link: light-dark({_link('light')}, {_link('dark')});"
    below = f"--below: {_CLOUDS_CONTROLS}px;" if is_on_cloud else ""
    return f"<style>{_CSS}[data-testid='stApp'] {{ {own}{link}{below} }}</style>"


def _primary(theme: str) -> str:
    """The colour that visitors know as the page's own, in the light or the dark theme."""
    return _color("primaryColor", theme) or _STREAMLITS_OWN


def _link(theme: str) -> str:
    return _color("linkColor", theme) or _primary(theme)


def _color(name: str, theme: str) -> str | None:
    options = (f"theme.{theme}.{name}", f"theme.{name}")
    return next(filter(None, map(st.get_option, options)), None)
