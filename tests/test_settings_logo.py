"""The logo: what is a picture becomes part of the page, and everything else is said to be none."""

from __future__ import annotations

import os
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from livechat import settings_logo
from livechat.settings_logo import NoLogo, in_page

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In which the paths begin."""
    root = tmp_path.resolve() / "repository"
    root.mkdir()
    monkeypatch.setattr(settings_logo, "_ROOT", root)
    return root


def picture(file: Path, size: tuple[int, int], mode: str = "RGB", **more: object) -> Path:
    Image.new(mode, size, "teal").save(file, **more)
    return file


def shown(path: str) -> Image.Image:
    kind, content = in_page(path).split(",")
    assert kind == "data:image/webp;base64"
    return Image.open(BytesIO(b64decode(content)))


@pytest.mark.parametrize("ending", ["png", "jpg", "gif", "webp"])
def test_a_picture_is_made_small(repository: Path, ending: str) -> None:
    (repository / "pictures").mkdir()
    picture(repository / "pictures" / f"logo.{ending}", (900, 300))
    assert shown(f"pictures/logo.{ending}").size == (288, 96)
    assert shown(f"./pictures/../pictures/logo.{ending}").size == (288, 96)


def test_a_small_picture_stays_as_large_as_it_is(repository: Path) -> None:
    picture(repository / "logo.png", (20, 10), "RGBA")
    assert shown("logo.png").size == (20, 10)


def test_a_photo_is_upright_and_says_nothing_else(repository: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "a camera"
    picture(repository / "logo.jpg", (40, 20), exif=exif)
    assert shown("logo.jpg").size == (20, 40)
    assert not shown("logo.jpg").getexif()


def test_an_svg_goes_as_it_is(repository: Path) -> None:
    (repository / "logo.svg").write_text(f"<!-- made by hand -->\n{SVG}")
    kind, content = in_page("logo.svg").split(",")
    assert kind == "data:image/svg+xml;base64"
    assert SVG in b64decode(content).decode()


def test_a_picture_that_was_changed_is_read_again(repository: Path) -> None:
    file = picture(repository / "logo.png", (10, 10))
    assert shown("logo.png").size == (10, 10)
    picture(file, (20, 20))
    os.utime(file, (1, 1))
    assert shown("logo.png").size == (20, 20)


def test_what_is_no_picture_is_said_to_be_none(repository: Path) -> None:
    files = {
        "text.png": b"no picture",
        "empty.png": b"",
        "cut.png": picture(repository / "whole.png", (99, 99)).read_bytes()[:60],
        "page.html": b"<html></html>",
        "tiff.png": picture(repository / "a.tiff", (9, 9)).read_bytes(),
        "without-namespace.svg": b"<svg><path/></svg>",
        "odd.svg": b'<?xml version="1.0" encoding="no-such"?><svg/>',
        "cut.svg": SVG[:-6].encode(),
    }
    for name, content in files.items():
        (repository / name).write_bytes(content)
        with pytest.raises(NoLogo, match="PNG, JPEG, GIF, WebP or SVG"):
            in_page(name)


def test_what_is_too_large_is_refused_before_it_is_read(repository: Path) -> None:
    (repository / "large.png").write_bytes(b"\0" * 1_000_001)
    with pytest.raises(NoLogo, match="at most 1000 KB"):
        in_page("large.png")
    (repository / "large.svg").write_text(SVG.replace("M0 0", "M0 0" + " " * 10_000))
    with pytest.raises(NoLogo, match="at most 10 KB"):
        in_page("large.svg")
    picture(repository / "bomb.png", (4001, 4001), "1")
    with pytest.raises(NoLogo, match="at most 16 million pixels"):
        in_page("bomb.png")


def test_nothing_outside_of_the_repository_is_read(repository: Path) -> None:
    outside = picture(repository.parent / "outside.png", (9, 9))
    (repository / "link.png").symlink_to(outside)
    for path in ("../outside.png", str(outside), "link.png", "", ".", ".."):
        with pytest.raises(NoLogo, match="leads out of it"):
            in_page(path)


def test_a_file_that_cannot_be_read_is_said_so(repository: Path) -> None:
    (repository / "circle.png").symlink_to("circle.png")
    os.mkfifo(repository / "pipe.png")
    (repository / "folder.png").mkdir()
    for path in ("circle.png", "pipe.png", "folder.png", "a/b\0c", "a" * 5000):
        with pytest.raises(NoLogo, match=r"no such file|cannot be read"):
            in_page(path)
