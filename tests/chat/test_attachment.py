"""Files that a customer sends, and what LiveChat takes of them."""

from __future__ import annotations

import pytest

from livechat.chat.attachment import Attachment, as_attached, named

WINDOWS = b"MZ" + bytes(0x3A) + (0x80).to_bytes(4, "little") + bytes(0x40) + b"PE\0\0more"


@pytest.mark.parametrize("name", ["a.exe", "A.EXE", "a.pdf.js", "a.sh", ".apk"])
def test_what_is_run_when_it_is_opened_is_known_by_its_name(name: str) -> None:
    assert Attachment(name, "", b"").is_executable


@pytest.mark.parametrize("content", [WINDOWS, b"\x7fELF\x02", b"\xcf\xfa\xed\xfe."])
def test_or_by_how_it_begins(content: bytes) -> None:
    assert Attachment("photo.png", "image/png", content).is_executable


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", b"\x89PNG"),
        ("exe", b""),
        ("a.json", b"{}"),
        ("a.exe.txt", b" MZ"),
        ("", b"M"),
        ("order list.txt", b"MZ 250, 3 pieces, please, and another two of those in green. Thanks"),
        ("order list.txt", b"MZ"),
        ("notes.txt", b"#! important"),
        ("invoice from shop.com", b"%PDF"),
    ],
)
def test_other_files_are_taken(name: str, content: bytes) -> None:
    assert not Attachment(name, "", content).is_executable


def test_what_is_in_a_file_is_not_shown() -> None:
    assert "secret" not in repr(Attachment("a.txt", "text/plain", b"secret"))


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a b.txt", "a b.txt"),
        ("a\r\nb\x00.txt", "ab.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("\u061ca\u200eb.txt", "ab.txt"),
        ("\ud83d.txt", "\N{REPLACEMENT CHARACTER}.txt"),
        ("żółć 👩‍👩‍👧.png", "żółć 👩‍👩‍👧.png"),
        ('5" pipe.txt', '5" pipe.txt'),
        ("100%25.txt", "100%25.txt"),
        ("dir/", "File"),
        ("", "File"),
        ("a" * 300 + ".jpeg", "a" * 250 + ".jpeg"),
        ("ż" * 300 + ".txt", "ż" * 125 + ".txt"),
        ("." + "a" * 300, "." + "a" * 254),
        ("a." + "b" * 300, "a." + "b" * 253),
    ],
)
def test_the_name_of_a_file_is_only_a_name(given: str, sent: str) -> None:
    assert named(given) == sent
    assert len(sent.encode()) <= 255


@pytest.mark.parametrize(
    ("uploaded", "known", "attached"),
    [
        ("5%22 pipe.txt", (), '5" pipe.txt'),
        ("5%22 pipe.txt", ("a.txt", '5" pipe.txt'), '5" pipe.txt'),
        ("5%22 pipe.txt", ("5%22 pipe.txt",), "5%22 pipe.txt"),
        ("100%25.txt", (), "100%25.txt"),
        ("100%.txt", ("a.txt",), "100%.txt"),
        ("two%0D%0Alines.txt", (), "two\r\nlines.txt"),
    ],
)
def test_a_name_is_what_the_file_was_attached_by(
    uploaded: str, known: tuple[str, ...], attached: str
) -> None:
    assert as_attached(uploaded, known) == attached
