"""A visitor without a browser: what it keeps between its pages, and what a page of theirs is told.

What the page has the browser keep, its cookie, is kept here as a browser would.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from livechat.page import dialogs
from livechat.page.browser import identity_cookie
from tests.bench.browser import Tab

XSRF = "_streamlit_xsrf"

_VISIT = re.compile(rb'"visit": ?"([0-9a-f]{32})"')
_WRITTEN = re.compile(rb'"value": "(1\.[\w-]+)"')


class Browser:
    """What one visitor's browser keeps: `cookies`, by name."""

    def __init__(self, url: str, **cookies: str) -> None:
        """It has been at the app of that address, as Streamlit's page asks how it is first."""
        self.url = url
        self.cookies = {**requests.get(f"{url}/_stcore/health", timeout=60).cookies, **cookies}

    @property
    def header(self) -> str:
        """As it is sent."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def open(self, session: str | None = None, *, query: str = "", origin: str = "") -> Page:
        """Opens the page, or comes back into a session.

        `query` stands in its address, which is that of another `origin` if the browser says so.
        """
        page = Page(self, session)
        page.shown_at, page.query = f"{origin or self.url}/?{query}", query
        await page.open()
        return page


class Page(Tab):
    """A page that is open.

    `told` is all that it was sent, as it came, and `customer` as whom LiveChat knows the visitor.
    `widgets` are the IDs of what was drawn, by their keys, and `places` where its files have gone.
    """

    def __init__(self, browser: Browser, session: str | None = None) -> None:
        super().__init__(browser.url, browser.header, session)
        self.told: list[bytes] = []
        self.customer: str | None = None
        self._browser = browser
        self.widgets: dict[str, str] = {}
        self.places: list[Any] = []
        self._files: asyncio.Future[Any] = asyncio.Future()
        self._downloads = ""
        self._downloaded: asyncio.Future[str] = asyncio.Future()

    def hear(self, data: bytes) -> None:
        super().hear(data)
        self.told.append(data)
        for value in _WRITTEN.findall(data):
            self._browser.cookies[identity_cookie.NAME] = value.decode()

    def knows(self, text: str) -> bool:
        """Whether it was sent a text of plain ASCII."""
        return any(text.encode() in data for data in self.told)

    async def tell(self, *states: WidgetState) -> None:
        """Sends the state of widgets, as they are or made up; returns when the page has run."""
        runs = self._whole_runs
        await self._rerun(*states)
        await self.until(lambda: self._whole_runs > runs)

    @property
    def visits(self) -> set[bytes]:
        """What the scripts were told to call this visit."""
        return {visit for data in self.told for visit in _VISIT.findall(data)}

    async def press(self, key: str) -> None:
        """Presses the button of that key, once it is there."""
        await self.until(lambda: key in self.widgets)
        await self.tell(WidgetState(id=self.widgets[key], trigger_value=True))

    async def fill_in(self, submit: str, texts: Mapping[str, str]) -> None:
        """Writes into fields, by their keys, and presses the button of the key `submit`."""
        await self.until(lambda: submit in self.widgets)
        states = [WidgetState(id=self.widgets[key], string_value=texts[key]) for key in texts]
        await self.tell(*states, WidgetState(id=self.widgets[submit], trigger_value=True))

    async def choose(self, entry: str) -> None:
        """Opens a dialog of the menu."""
        chosen = WidgetState(id=self.widgets["menu"])
        chosen.string_trigger_value.data = dialogs.labelled(entry)
        await self.tell(chosen)

    async def attach(self, text: str, name: str, content: bytes) -> None:
        """Says something with a file; returns when its name is on the page."""
        wanted = BackMsg()
        wanted.file_urls_request.request_id = name
        wanted.file_urls_request.file_names.append(name)
        wanted.file_urls_request.session_id = self.session or ""
        self._files = asyncio.Future()
        await self._socket.send(wanted.SerializeToString())
        (place,) = (await self._files).file_urls
        self.places.append(place)
        answer = await asyncio.to_thread(
            requests.put,
            f"{self._browser.url}{place.upload_url}",
            files={"file": (name, content, "text/plain")},
            cookies={XSRF: self._browser.cookies[XSRF]},
            headers={"X-Xsrftoken": self._browser.cookies[XSRF]},
            timeout=60,
        )
        assert answer.ok, answer.text
        said, seen = WidgetState(id=self._chat_input), self.expect(name)
        said.chat_input_value.data = text
        said.chat_input_value.file_uploader_state.uploaded_file_info.add(
            file_id=place.file_id, name=name, size=len(content), file_urls=place
        )
        await self._rerun(said)
        await self.until(seen.done)

    async def download(self) -> str:
        """Asks for the transcript; returns the path at which it can be had."""
        await self.choose("transcript")
        await self.until(lambda: bool(self._downloads))
        wanted = BackMsg()
        wanted.backend_operation_request.request_id = "download"
        wanted.backend_operation_request.session_id = self.session or ""
        wanted.backend_operation_request.deferred_file.file_id = self._downloads
        await self._socket.send(wanted.SerializeToString())
        return await self._downloaded

    def _take(self, message: ForwardMsg) -> None:
        super()._take(message)
        match message.WhichOneof("type"):
            case "file_urls_response":
                self._files.set_result(message.file_urls_response)
            case "backend_operation_response":
                self._downloaded.set_result(message.backend_operation_response.deferred_file.url)

    def _drawn(self, delta: Delta) -> None:
        super()._drawn(delta)
        element = delta.new_element
        if kind := element.WhichOneof("type"):
            widget = getattr(element, kind)
            if kind == "bidi_component" and widget.component_name == "livechat.taken":
                self.customer = json.loads(widget.json).get("customer")
            if kind == "download_button":
                self._downloads = widget.deferred_file_id
            if id := getattr(widget, "id", ""):
                self.widgets[id.split("-", 2)[-1]] = id
