"""Files that a customer sends, and what LiveChat takes of them."""

from __future__ import annotations

import pytest

from livechat.chat.attachment import Attachment


@pytest.mark.parametrize("name", ["a.exe", "A.EXE", "a.pdf.js", "a.sh", ".apk"])
def test_what_is_run_when_it_is_opened_is_known_by_its_name(name: str) -> None:
    assert Attachment(name, "", b"").is_executable


@pytest.mark.parametrize("content", [b"MZ\x90", b"\x7fELF\x02", b"#!/bin/sh", b"\xcf\xfa\xed\xfe."])
def test_or_by_how_it_begins(content: bytes) -> None:
    assert Attachment("photo.png", "image/png", content).is_executable


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", b"\x89PNG"), ("exe", b""), ("a.json", b"{}"), ("a.exe.txt", b" MZ"), ("", b"M")],
)
def test_other_files_are_taken(name: str, content: bytes) -> None:
    assert not Attachment(name, "", content).is_executable


def test_what_is_in_a_file_is_not_shown() -> None:
    assert "secret" not in repr(Attachment("a.txt", "text/plain", b"secret"))
