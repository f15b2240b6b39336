"""What is made of files that are attached, and of pictures."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from livechat.page.entries.files import attachments, fitted


@dataclass
class Upload:
    name: str
    type: str = "text/plain"

    def getvalue(self) -> bytes:
        return b"data"


@pytest.mark.parametrize(
    ("given", "known", "kept"),
    [
        ("5%22 pipe.txt", [], '5" pipe.txt'),
        ("5%22 pipe.txt", ["5%22 pipe.txt"], "5%22 pipe.txt"),
        ("photo\u202egnp.exe", ["photo\u202egnp.exe"], "photognp.exe"),
    ],
)
def test_a_file_is_sent_by_its_own_name(given: str, known: list[str], kept: str) -> None:
    (attachment,) = attachments([Upload(given)], known)
    assert attachment.name == kept
    assert attachment.content == b"data"


def test_names_that_look_the_same_on_their_way_are_told_apart() -> None:
    names = ['5" pipe.txt', "5%22 pipe.txt"]
    for known in (names, names[::-1]):
        found = attachments([Upload("5%22 pipe.txt")] * 2, known)
        assert [file.name for file in found] == known


@pytest.mark.parametrize("type", ["", "text/plain; charset=x", "a\r\nX: y", "text"])
def test_a_type_that_is_none_is_unknown(type: str) -> None:
    assert attachments([Upload("a", type)])[0].content_type == "application/octet-stream"
    assert attachments([Upload("a")])[0].content_type == "text/plain"


@pytest.mark.parametrize(
    ("size", "drawn"),
    [
        ((640, 480), (320, 240)),
        ((100, 50), (100, 50)),
        ((480, 640), (240, 320)),
        ((10_000, 10), (320, 24)),
        ((0, 10), (320, 240)),
        ((None, None), (320, 240)),
    ],
)
def test_a_picture_fits(size: tuple[int | None, int | None], drawn: tuple[int, int]) -> None:
    width, height = drawn
    assert f"width: {width}px" in fitted(*size)
    assert f"aspect-ratio: {width} / {height};" in fitted(*size)
