"""A page that draws what its address says (`content_page.py`), as a browser has it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Page, expect


class Content:
    """A browser page that shows content, and what it has asked the network for."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.foreign: list[str] = []
        self.dialogs: list[str] = []
        self._url = url
        host = urlsplit(url).hostname
        page.on(
            "request",
            lambda r: (
                self.foreign.append(r.url) if urlsplit(r.url).hostname not in (host, None) else None
            ),
        )
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def show(self, *events: dict[str, Any], **query: str) -> None:
        self._open(events=json.dumps(events), **query)

    def show_labels(self, texts: list[str]) -> None:
        self._open(labels=json.dumps(texts))

    def _open(self, **query: str) -> None:
        self.page.goto(f"{self._url}/?{urlencode(query)}")
        expect(self.page.get_by_text("Pressed:")).to_be_visible()

    def pressed(self, *ids: str) -> None:
        expect(self.page.get_by_text(f"Pressed: {list(ids)}")).to_be_visible()


def card(*buttons: dict[str, Any], **element: object) -> dict[str, Any]:
    return {
        "type": "rich_message",
        "template_id": "cards",
        "elements": [{**element, "buttons": buttons}],
    }


def button(text: str, **fields: object) -> dict[str, Any]:
    return {"text": text, "postback_id": text, "user_ids": [], **fields}
