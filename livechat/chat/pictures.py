"""Pictures that are attached: as they were seen when they were taken.

A camera that is held upright stores what it sees on its side, and notes in the picture's EXIF how
it is to be turned. Whether LiveChat's thumbnails heed that is not documented, so a photo is turned
before it is uploaded. Anything may stand in a picture, and Pillow raises whatever it stumbles over:
one that cannot be read is a file like any other.
"""

from __future__ import annotations

import threading
from io import BytesIO

from PIL import ExifTags, Image
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from livechat.chat.attachment import MAX_BYTES

_RASTER = ("PNG", "JPEG", "GIF", "WEBP")
_MOST_SHOWN = 16_000_000  # pixels: a picture of more is not decoded to be previewed
_MOST_TURNED = 26_000_000  # pixels: what phones take, some 150 MB while it is turned
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_turning = threading.Lock()  # one at a time in the process, for its memory


def preview(content: bytes, box: int) -> tuple[bytes, tuple[int, int]] | None:
    """A picture as WebP that fits into a box of so many pixels, upright, and its width and height.

    None if it is no picture that can be read.
    """
    if len(content) > MAX_BYTES:
        return None
    try:
        with Image.open(BytesIO(content), formats=_RASTER) as image:
            turn = _turn(image)
            image.draft(None, (box, box))  # a photo need not be decoded in full
            if image.width * image.height > _MOST_SHOWN:
                return None
            small = image.convert("RGBA")
        small.thumbnail((box, box))
        small = small if turn is None else small.transpose(turn)
        packed = BytesIO()
        small.save(packed, "WEBP", icc_profile=None, exif=b"")
    except Exception:
        return None
    return packed.getvalue(), small.size


def upright(content: bytes) -> bytes:
    """A photo turned as its EXIF says, with all else that it holds; anything else as it is."""
    try:
        with Image.open(BytesIO(content), formats=["JPEG"]) as image:
            turn = _turn(image)
            if turn is None or image.width * image.height > _MOST_TURNED:
                return content
            assert isinstance(image, JpegImageFile)
            with _turning:
                return _turned(image, turn) or content
    except Exception:
        return content


def _turn(image: Image.Image) -> Image.Transpose | None:
    try:
        return _TURNS.get(image.getexif()[ExifTags.Base.Orientation])
    except Exception:
        return None


def _turned(image: JpegImageFile, turn: Image.Transpose) -> bytes | None:
    """None if that is more than LiveChat takes."""
    # As the camera packed it: no larger, and hardly a difference to be seen.
    packed = BytesIO()
    image.transpose(turn).save(
        packed,
        "JPEG",
        qtables=image.quantization,
        subsampling=get_sampling(image),
        icc_profile=image.info.get("icc_profile"),
        exif=_exif(image),
    )
    return packed.getvalue() if packed.tell() <= MAX_BYTES else None


def _exif(image: Image.Image) -> bytes:
    """What the camera has noted, but for how the picture is to be turned; none if it is broken."""
    try:
        exif = image.getexif()
        del exif[ExifTags.Base.Orientation]
        return exif.tobytes()
    except Exception:
        return b""
