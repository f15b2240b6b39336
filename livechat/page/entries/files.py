"""Files and pictures: what agents and visitors send each other."""

from __future__ import annotations

import base64
import html
import mimetypes
import re
from collections.abc import Iterable
from typing import Protocol

import streamlit as st

from livechat.api.structures.events import Event, File
from livechat.chat import attachment, keys, pictures
from livechat.chat.attachment import Attachment
from livechat.page import addresses, safe_text, words
from livechat.page.browser.remote import fetched, inlined, is_out_of_reach
from livechat.page.entries import playing
from livechat.page.guard import guarded
from livechat.settings import Settings
from livechat.visit import Visit

_BOX = 320  # pixels: what a picture has to fit into, on a phone too
_UNKNOWN = (320, 240)  # the place kept for a picture of which LiveChat does not say how large it is
_SMALLEST = 24

# A picture without a thumbnail is drawn itself if every browser can.
_DRAWABLE = re.compile(r"image/(png|jpeg|gif|webp|svg\+xml)", re.IGNORECASE)

_DOWNLOAD = ":material/download:"
_ENDING = re.compile(r"\.(\w{1,5})$", re.ASCII)
_UNTYPED = "application/octet-stream"
_CONTENT_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)


class Uploaded(Protocol):
    """What is used of Streamlit's `UploadedFile`."""

    name: str
    type: str

    def getvalue(self) -> bytes:
        """The content."""


def draw(visit: Visit, event: Event) -> None:
    """Draws the file that an event is: a picture, small and leading to the whole of it, what plays
    it, or a link.

    Without an address that may be opened, it is said what the file is. A picture of the class
    `picture` opens large (`lightbox.py`).
    """
    file = event.body
    if not isinstance(file, File):
        return
    address = addresses.web(file.url)
    line = _line(file.name, file.content_type, file.size)
    if address is None:
        _draw_line(line)
        return
    shown = _small(file, visit.settings)
    if is_out_of_reach(address, visit.settings):
        if shown:
            st.html(f'<button class="picture" type="button">{shown}</button>')
        st.download_button(
            line,
            lambda: fetched(address),
            file.name or words.say("unnamed_file"),
            file.content_type or _UNTYPED,
            key=f"file-{keys.part(event.id)}",
            icon=_DOWNLOAD,
            on_click="ignore",
            wrap=True,
        )
    elif shown:
        st.html(f"{safe_text.link_tag(address, words.say('full_size'), kind='picture')}{shown}</a>")
    elif (loaded := addresses.loadable(address, visit.settings.api_url)) and (
        played := playing.player(loaded, file.name, file.content_type, _about(file))
    ):
        st.html(played)
    else:
        st.link_button(line, address, icon=_DOWNLOAD, wrap=True)


@guarded("file")
def draw_outgoing(file: Attachment) -> None:
    """Draws a file that is on its way, a picture in the size that it will have then."""
    small = pictures.preview(file.content, 2 * _BOX)
    if small is None:
        _draw_line(_line(file.name, file.content_type, len(file.content) or None))
        return
    content, size = small
    address = f"data:image/webp;base64,{base64.b64encode(content).decode()}"
    st.html(f'<div class="picture">{picture(address, file.name, fitted(*size))}</div>')


def attachments(uploaded: Iterable[Uploaded], known: Iterable[str] = ()) -> list[Attachment]:
    """What was given to Streamlit's file input, with names and types that can be sent.

    `known` are the names that the browser's tab knows them by, in the same order.
    """
    names = list(known)
    return [_attached(file, names) for file in uploaded]


def _attached(file: Uploaded, names: list[str]) -> Attachment:
    name = attachment.as_attached(file.name, names)
    if name in names:
        names.remove(name)  # another one can look the same
    return Attachment(
        name=attachment.named(name),
        content_type=file.type if _CONTENT_TYPE.fullmatch(file.type or "") else _UNTYPED,
        content=file.getvalue(),
    )


def picture(address: str, alternative: str, size: str, about: str = "") -> str:
    """A picture as HTML; `size` is CSS, which keeps its place while it loads, or if it never does.

    The address must be one of `picture_address`; `about` are more attributes.
    """
    return (
        f'<img src="{html.escape(address)}" alt="{html.escape(safe_text.name(alternative))}" '
        f'loading="lazy" style="{size}"{about}>'
    )


def picture_address(address: str | None, settings: Settings) -> str | None:
    """An address that may be loaded as a picture, or one that holds it."""
    address = addresses.picture(address, settings.api_url)
    return inlined(address) if address and is_out_of_reach(address, settings) else address


def fitted(width: int | None, height: int | None, box: int = _BOX) -> str:
    """The size, as CSS, of a picture of so many pixels that is to fit into a box."""
    wide, high = (width, height) if width and height else _UNKNOWN
    scale = min(1, box / wide, box / high)
    wide, high = (max(round(side * scale), _SMALLEST) for side in (wide, high))
    return f"width: {wide}px; max-width: 100%; aspect-ratio: {wide} / {high}; object-fit: contain"


def _small(file: File, settings: Settings) -> str:
    """The picture that a file is, as HTML; blank if it is none."""
    address = picture_address(file.thumbnail_url, settings)
    if address is None and _DRAWABLE.fullmatch(file.content_type):
        address = picture_address(file.url, settings)
    if address is None:
        return ""
    called = file.alternative_text or file.name or words.say("picture")
    # What `lightbox.js` makes room for.
    whole = f' data-size="{file.width} {file.height}"' if file.width and file.height else ""
    return picture(address, called, fitted(file.width, file.height), whole)


def _draw_line(line: str) -> None:
    st.markdown(f":material/draft: {line}")


def _line(name: str, content_type: str, size: int | None) -> str:
    """What a file is, as a label."""
    about = safe_text.label(_details(name, content_type, size))
    known_as = safe_text.label(name, words.say("unnamed_file"))
    return f"{known_as} :gray[{about}]" if about else known_as


def _about(file: File) -> str:
    """The same as text."""
    known_as = safe_text.isolated(safe_text.name(file.name, words.say("unnamed_file")))
    return " · ".join(filter(None, (known_as, _details(file.name, file.content_type, file.size))))


def _details(name: str, content_type: str, size: int | None) -> str:
    return " · ".join(filter(None, (_kind(name, content_type), _in_units(size))))


def _kind(name: str, content_type: str) -> str:
    """What people call a type of file, PDF or DOCX; blank if the name ends with it."""
    if _ENDING.search(name):
        return ""
    known = None if content_type == _UNTYPED else mimetypes.guess_extension(content_type)
    return known.removeprefix(".").upper() if known else ""


def _in_units(size: int | None) -> str:
    if size is None:
        return ""
    if size < 1024:
        return words.say("size.bytes", size=size)
    value, unit = (size / 1024, "kilobytes") if size < 1024**2 else (size / 1024**2, "megabytes")
    return words.say(f"size.{unit}", size=words.number(value, decimals=int(value < 10)))
