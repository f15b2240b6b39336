"""The pictures that the scripted agent shows, drawn on the spot."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageDraw

_SCALE = 2  # drawn larger and scaled down, for smooth edges

Colour = tuple[int, int, int]


@cache
def landscape(sky: Colour, horizon: Colour, far_hill: Colour, near_hill: Colour) -> bytes:
    """Return hills under a low sun as a PNG of 640 by 360 pixels."""
    width, height = 640 * _SCALE, 360 * _SCALE
    gradient = Image.new("RGB", (1, 2))
    gradient.putpixel((0, 0), sky)
    gradient.putpixel((0, 1), horizon)
    image = gradient.resize((width, height), Image.Resampling.BILINEAR)
    draw = ImageDraw.Draw(image)
    for left, top, right, bottom, colour in (
        (0.62, 0.22, 0.76, 0.47, (255, 244, 214)),
        (0.25, 0.55, 1.45, 1.85, far_hill),
        (-0.45, 0.62, 0.75, 1.75, near_hill),
    ):
        draw.ellipse((left * width, top * height, right * width, bottom * height), fill=colour)
    return _png(image)


@cache
def mug(colour: Colour) -> bytes:
    """Return a mug on a pale ground as a PNG of 320 by 240 pixels."""
    width, height = 320 * _SCALE, 240 * _SCALE
    image = Image.new("RGB", (width, height), (238, 234, 226))
    draw = ImageDraw.Draw(image)
    dark = tuple(part * 7 // 10 for part in colour)

    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
        return left * width, top * height, right * width, bottom * height

    draw.ellipse(box(0.28, 0.80, 0.74, 0.92), fill=(214, 208, 198))
    draw.ellipse(box(0.55, 0.36, 0.80, 0.70), outline=dark, width=width // 26)
    draw.rounded_rectangle(box(0.30, 0.24, 0.66, 0.86), radius=width // 14, fill=colour)
    draw.ellipse(box(0.30, 0.18, 0.66, 0.32), fill=dark)
    return _png(image)


@cache
def smile() -> bytes:
    """Return a smiling face on nothing as a PNG of 256 by 256 pixels."""
    size = 256 * _SCALE
    image = Image.new("RGBA", (size, size))
    draw = ImageDraw.Draw(image)

    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
        return left * size, top * size, right * size, bottom * size

    ink = (74, 53, 8)
    draw.ellipse(box(0.04, 0.04, 0.96, 0.96), fill=(255, 205, 60))
    draw.ellipse(box(0.30, 0.30, 0.40, 0.46), fill=ink)
    draw.ellipse(box(0.60, 0.30, 0.70, 0.46), fill=ink)
    draw.arc(box(0.24, 0.24, 0.76, 0.78), start=25, end=155, fill=ink, width=size // 24)
    return _png(image)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    smooth = image.resize((image.width // _SCALE, image.height // _SCALE), Image.Resampling.LANCZOS)
    smooth.save(out, "PNG", optimize=True)
    return out.getvalue()
