"""The company's logo: a picture of the repository, made small enough to be a part of the page.

A visitor's browser then asks nobody for it. Anything may stand in a file, and Pillow raises
whatever it stumbles over.
"""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image, ImageOps

_ROOT = Path(__file__).resolve().parents[1]
_RASTER = ("PNG", "JPEG", "GIF", "WEBP")
_BOX = (288, 96)  # pixels: three times what the page shows, for a sharp screen
_MOST_BYTES = 1_000_000
_MOST_PIXELS = 16_000_000
_MOST_BYTES_OF_SVG = 10_000  # it is sent as it is, with each run of the page
_SVG = "{http://www.w3.org/2000/svg}svg"

_PATH = "the path of a picture in the repository, or an https:// address"


class NoLogo(Exception):
    """There is no picture to be had; the message says what was expected, and repeats nothing."""


def in_page(path: str) -> str:
    """A picture as an address that holds all of it; `path` begins at the repository's top folder.

    Raises NoLogo.
    """
    if "://" in path or path.lower().startswith("data:"):
        raise NoLogo(_PATH)
    try:
        file = (_ROOT / path).resolve()
        if _ROOT not in file.parents:
            raise NoLogo(f"{_PATH}; this path leads out of it")
        if not file.is_file():
            raise NoLogo(f"{_PATH}; there is no such file")
        about = file.stat()
        if about.st_size > _MOST_BYTES:
            raise NoLogo(f"a picture of at most {_MOST_BYTES // 1000} KB")
        return _read(file, about.st_mtime_ns)
    except (OSError, ValueError, RuntimeError):
        raise NoLogo(f"{_PATH}; this file cannot be read") from None


@lru_cache(maxsize=1)  # until the file changes
def _read(file: Path, changed_at: int) -> str:
    content = file.read_bytes()
    if _is_svg(content):
        if len(content) > _MOST_BYTES_OF_SVG:
            raise NoLogo(f"an SVG of at most {_MOST_BYTES_OF_SVG // 1000} KB")
        return _address("svg+xml", content)
    return _address("webp", _small(content))


def _is_svg(content: bytes) -> bool:
    try:
        return ElementTree.fromstring(content).tag == _SVG
    except (ElementTree.ParseError, ValueError, LookupError):
        return False


def _small(content: bytes) -> bytes:
    try:
        with Image.open(BytesIO(content), formats=_RASTER) as image:
            is_large = image.width * image.height > _MOST_PIXELS
            if not is_large:
                image.draft(None, _BOX)  # a photo need not be decoded in full
                small = ImageOps.exif_transpose(image).convert("RGBA")
                small.thumbnail(_BOX)
                packed = BytesIO()
                small.save(packed, "WEBP", quality=90, icc_profile=None, exif=b"")
                return packed.getvalue()
    except Exception:
        raise NoLogo("a picture: PNG, JPEG, GIF, WebP or SVG") from None
    raise NoLogo(f"a picture of at most {_MOST_PIXELS // 1_000_000} million pixels")


def _address(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{b64encode(content).decode()}"
