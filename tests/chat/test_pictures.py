"""Pictures that are attached: upright, whatever stands in their headers."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from livechat.chat import pictures
from livechat.chat.attachment import MAX_BYTES
from tests.photos import ASCII, BLUE, MAKE, RED, WIDTH, X_RESOLUTION, Entry, packed, photo, turned


def corners(content: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Which of the colours is at the upper left, and which at the lower right."""
    with Image.open(io.BytesIO(content)) as image:
        shown = image.convert("RGB")
    ends = (4, 4), (shown.width - 5, shown.height - 5)
    left, right = (max((RED, BLUE), key=lambda c: -_distance(c, shown.getpixel(e))) for e in ends)
    return left, right


def _distance(one: tuple[int, ...], other: object) -> int:
    assert isinstance(other, tuple)
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


def size(content: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(content)) as image:
        return image.size


BROKEN = {
    "a text for a number": (X_RESOLUTION, ASCII, b"72\0"),
    "a text for a width": (WIDTH, ASCII, b"64\0"),
    "an unknown type": (MAKE, 99, b"\xff\xff\xff\xff"),
}


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("more", [(), *((entry,) for entry in BROKEN.values())], ids=str)
def test_a_photo_is_upright_before_it_is_sent_and_after(
    orientation: int, more: tuple[Entry, ...]
) -> None:
    content = photo(turned(orientation), *more)
    is_on_its_side = orientation in (5, 6, 7, 8)
    starts_blue = orientation in (2, 3, 7, 8)
    sent = pictures.upright(content)
    assert size(sent) == ((32, 64) if is_on_its_side else (64, 32))
    assert corners(sent) == ((BLUE, RED) if starts_blue else (RED, BLUE))
    # Once: whoever heeds what the camera has noted finds nothing any more.
    assert pictures.upright(sent) == sent
    shown = pictures.preview(content, 100)
    assert shown
    assert shown[1] == size(sent) == size(shown[0])
    assert corners(shown[0]) == corners(sent)


def test_what_is_upright_or_no_photo_is_sent_as_it_is() -> None:
    for content in (photo(), photo(turned(1)), photo(turned(6), format="PNG"), b"text", b""):
        assert pictures.upright(content) == content


def test_what_else_the_camera_has_noted_stays() -> None:
    with Image.open(io.BytesIO(pictures.upright(photo(turned(6), (MAKE, ASCII, b"me\0"))))) as sent:
        assert dict(sent.getexif()) == {MAKE: "me"}


def test_a_photo_grows_no_larger_by_being_turned() -> None:
    image = Image.effect_noise((640, 480), 60).convert("RGB")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80, subsampling="4:2:0", exif=packed(turned(6)))
    sent = pictures.upright(out.getvalue())
    assert size(sent) == (480, 640)
    assert len(sent) < 1.05 * len(out.getvalue())


def test_one_that_would_be_too_large_then_is_sent_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = photo(turned(6))
    monkeypatch.setattr(pictures, "MAX_BYTES", 100)
    assert pictures.upright(content) == content


@pytest.mark.parametrize("limit", ["_MOST_TURNED", "_MOST_SHOWN"])
def test_one_of_too_many_pixels_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    content = photo(turned(6))
    monkeypatch.setattr(pictures, limit, 64 * 32 - 1)
    assert (pictures.upright(content) == content) == (limit == "_MOST_TURNED")
    assert (pictures.preview(content, 100) is None) == (limit == "_MOST_SHOWN")


def test_what_livechat_would_not_take_is_not_even_looked_at() -> None:
    assert pictures.preview(photo() + bytes(MAX_BYTES), 100) is None


def test_a_preview_fits_into_its_box() -> None:
    shown = pictures.preview(photo(turned(6)), 16)
    assert shown
    assert shown[1] == (8, 16)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, of what it skips
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_whatever_stands_in_a_picture_it_is_a_picture_or_a_file(format: str) -> None:
    """A few bytes of its first 300 are changed, where a picture says what it is."""
    entries = [turned(6), (X_RESOLUTION, ASCII, b"72\0"), *BROKEN.values()]
    whole = photo(*entries[:-1], format=format)
    chance = random.Random(format)
    for _ in range(1_000):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            content[chance.randrange(min(300, len(content)))] = chance.randrange(256)
        cut = bytes(content[: chance.randrange(len(content))] if chance.random() < 0.1 else content)
        shown = pictures.preview(cut, 100)
        assert shown is None or size(shown[0]) == shown[1]
        assert pictures.upright(cut)[:2] in (cut[:2], b"\xff\xd8")
