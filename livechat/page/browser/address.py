"""The page's own address, as the browser says it: anybody can make a browser say anything."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

import streamlit as st

from livechat.settings import is_web_address

_AT_HOME = "http://localhost:8501"  # where the browser says nothing


def origin() -> str | None:
    """Its scheme, host and port; None if it is no address of the web."""
    parts = _parts()
    return f"{parts.scheme}://{parts.netloc}" if parts else None


def host() -> str | None:
    """Its host, without port and brackets; None if it is no address of the web."""
    parts = _parts()
    return parts.hostname if parts else None


def is_https() -> bool:
    """Whether the browser has the page over https."""
    parts = _parts()
    return parts is not None and parts.scheme == "https"


def _parts() -> SplitResult | None:
    url = st.context.url or _AT_HOME
    return urlsplit(url) if is_web_address(url) else None
