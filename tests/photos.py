"""Photos as cameras write them, and worse."""

from __future__ import annotations

import io
import struct

from PIL import Image

Entry = tuple[int, int, bytes]
"""Of EXIF: its tag, its type and its value of up to four bytes."""

RED, BLUE = (254, 0, 0), (0, 0, 254)

MAKE, X_RESOLUTION, WIDTH = 0x010F, 0x011A, 0x0100
ASCII = 2


def turned(orientation: int) -> Entry:
    """How a photo is to be turned; 6 is that of a phone that is held upright."""
    return (0x0112, 3, struct.pack(">H", orientation))


def photo(*exif: Entry, width: int = 64, height: int = 32, format: str = "JPEG") -> bytes:
    """A photo, red at the left and blue at the right as it is stored."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    out = io.BytesIO()
    image.save(out, format, exif=packed(*exif))
    return out.getvalue()


def packed(*entries: Entry) -> bytes:
    """EXIF of these entries."""
    fields = b"".join(
        struct.pack(">HHI4s", tag, kind, len(value) if kind == ASCII else 1, value)
        for tag, kind, value in sorted(entries)
    )
    return b"Exif\0\0MM\0*" + struct.pack(">IH", 8, len(entries)) + fields + bytes(4)
