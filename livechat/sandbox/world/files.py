"""Uploaded files, kept in memory and served back (section 3.4)."""

from __future__ import annotations

import io
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from PIL import Image

from .clock import Clock
from .errors import ApiError
from .limits import MAX_FILE_BYTES
from .lru import Lru

JSON = dict[str, Any]

TEMPORARY_LIFETIME = timedelta(hours=24)
MAX_STORED_BYTES = 256 * 1024 * 1024
"""Of all organizations together; the files used least recently are dropped beyond it."""

_MAX_PIXELS = 50_000_000  # a larger image is served like any other file, never decoded
_IMAGE_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
# Thumbnail widths in pixels; the reference gives none.
THUMBNAILS = {"thumbnail": 160, "thumbnail2x": 320}

# The reference only says "executable files": these endings, or a program's content.
_EXECUTABLE_SUFFIXES = (
    *(".app", ".apk", ".bat", ".cmd", ".cpl", ".dll", ".dmg", ".exe", ".gadget", ".hta", ".jar"),
    *(".js", ".jse", ".lnk", ".msi", ".msp", ".pif", ".ps1", ".reg", ".scr", ".sh", ".so"),
    *(".vb", ".vbe", ".vbs", ".wsf", ".wsh"),
)
_EXECUTABLE_STARTS = (b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
# EXIF's orientation, and what makes it upright.
_ORIENTATION = 0x0112
_TURNS: dict[Any, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(slots=True)
class File:
    """An uploaded file. Its temporary address works for 24 hours, its permanent one once used."""

    id: str
    temporary_id: str
    organization_id: str
    base_url: str
    name: str
    content_type: str
    data: bytes
    uploaded_at: datetime
    size: tuple[int, int] | None
    """Width and height in pixels, of an image."""
    permanent: bool = False

    @property
    def temporary_url(self) -> str:
        """The address that `upload_file` answers with."""
        return f"{self.base_url}/files/temporary/{self.temporary_id}/{quote(self.name)}"

    @property
    def url(self) -> str:
        """The address in events."""
        return f"{self.base_url}/files/{self.id}/{quote(self.name)}"

    def event_content(self) -> JSON:
        """Return the fields of a ``file`` event (section 4.2)."""
        content: JSON = {"name": self.name, "url": self.url, "content_type": self.content_type}
        if self.size is not None:
            content |= {
                f"{kind}_url": f"{self.base_url}/files/{self.id}/{kind}/{quote(self.name)}"
                for kind in THUMBNAILS
            }
            content |= {
                "size": len(self.data),
                "width": self.size[0],
                "height": self.size[1],
            }
        return content

    def thumbnail(self, width: int) -> bytes:
        """Return the image as a PNG at most ``width`` pixels wide and high, upright.

        Raises whatever Pillow does for an image whose header was right but whose rest is broken.
        """
        with Image.open(io.BytesIO(self.data)) as image:
            turn = _turn(image)
            image.thumbnail((width, width))
            small = image.convert("RGBA")
        out = io.BytesIO()
        (small if turn is None else small.transpose(turn)).save(out, "PNG")
        return out.getvalue()


class Files:
    """The files of all organizations."""

    def __init__(self, clock: Clock) -> None:
        """Start with no files."""
        self._clock = clock
        self.stored: Lru[str, File] = Lru(MAX_STORED_BYTES, on_evict=self._forget)
        self._temporary: dict[str, File] = {}

    def add(
        self, organization_id: str, base_url: str, name: str, content_type: str, data: bytes
    ) -> File:
        """Store an upload.

        Raises ApiError ``entity_too_large``, and ``validation`` for an executable (the reference
        names no error for one).
        """
        if len(data) > MAX_FILE_BYTES:
            raise ApiError("entity_too_large")
        if name.lower().endswith(_EXECUTABLE_SUFFIXES) or _is_executable(data):
            raise ApiError("validation", "Executable files are not allowed")
        self._drop_expired()
        image = _identify(data)
        file = File(
            id=secrets.token_urlsafe(16),
            temporary_id=secrets.token_urlsafe(16),
            organization_id=organization_id,
            base_url=base_url,
            name=PurePosixPath(name.replace("\\", "/")).name or "file",
            content_type=image[0] if image else _media_type(content_type),
            data=data,
            uploaded_at=self._clock.now(),
            size=image[1] if image else None,
        )
        self.put(file)
        return file

    def put(self, file: File) -> None:
        """Have a file at its addresses."""
        self.stored.put(file.id, file, len(file.data) + 1_000)
        self._temporary[file.temporary_id] = file

    def claim(self, organization_id: str, url: str) -> File:
        """Return the file of a URL used in an event. Raises ApiError ``validation``."""
        parts = url.split("/")
        key = parts[-2] if len(parts) > 2 else ""
        file = self.temporary(key) or self.permanent(key)
        if (
            file is None
            or file.organization_id != organization_id
            or url not in (file.temporary_url, file.url)
        ):
            raise ApiError("validation", "`event.url` is not a file uploaded here, or has expired")
        self.stored.get(file.id)
        return file

    def temporary(self, temporary_id: str) -> File | None:
        """Return the file at a temporary address, for 24 hours."""
        file = self._temporary.get(temporary_id)
        return file if file is not None and not self._expired(file) else None

    def permanent(self, file_id: str) -> File | None:
        """Return the file at a permanent address."""
        file = self.stored.get(file_id)
        return file if file is not None and file.permanent else None

    def _expired(self, file: File) -> bool:
        return self._clock.now() >= file.uploaded_at + TEMPORARY_LIFETIME

    def _drop_expired(self) -> None:
        for file in [file for file in self._temporary.values() if self._expired(file)]:
            del self._temporary[file.temporary_id]
            if not file.permanent:
                self.stored.pop(file.id)

    def _forget(self, _key: str, file: File) -> None:
        self._temporary.pop(file.temporary_id, None)


def _media_type(content_type: str) -> str:
    # It comes back as a header of ours, so it must be a plain one.
    plain = re.fullmatch(r"[\w.+-]+/[\w.+-]+", content_type, re.ASCII)
    return content_type if plain else "application/octet-stream"


def _is_executable(data: bytes) -> bool:
    if data.startswith(b"MZ"):
        header = int.from_bytes(data[60:64], "little")
        return data[header : header + 4] == b"PE\0\0"
    return data.startswith(_EXECUTABLE_STARTS)


def _turn(image: Image.Image) -> Image.Transpose | None:
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION))
    except Exception:  # whatever Pillow makes of EXIF that is none
        return None


def _identify(data: bytes) -> tuple[str, tuple[int, int]] | None:
    # Pillow reads only the header here; a broken or huge image is an ordinary file.
    try:
        with Image.open(io.BytesIO(data), formats=list(_IMAGE_TYPES)) as image:
            if image.width * image.height > _MAX_PIXELS:
                return None
            image.verify()
            return _IMAGE_TYPES[image.format or ""], (image.width, image.height)
    except Exception:  # whatever Pillow stumbles over
        return None
