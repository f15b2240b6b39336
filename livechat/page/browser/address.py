"""The page's own address, as the browser or a program says it: anybody can say anything."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

import streamlit as st

from livechat.settings import is_loopback, is_web_address

_AT_HOME = "localhost:8501"  # where nobody says anything


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
    url = st.context.url or _asked_for()
    return urlsplit(url) if is_web_address(url) else None


def _asked_for() -> str:
    """Where a program has asked for the page, which names no scheme: it is https but at home."""
    host = st.context.headers.get("Host", _AT_HOME)
    url = f"https://{host}"
    is_at_home = is_web_address(url) and is_loopback(urlsplit(url).hostname or "")
    return f"http://{host}" if is_at_home else url
