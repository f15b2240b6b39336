"""Sound and films: which files are played where they stand."""

from __future__ import annotations

import pytest

from livechat.page.entries.playing import player

URL = "https://cdn.example/a?b=1&c=2"


@pytest.mark.parametrize(
    ("name", "content_type", "tag"),
    [
        ("a.mp3", "audio/mpeg", "audio"),
        ("a", "AUDIO/x-m4a", "audio"),
        ("a.mp4", "video/mp4", "video"),
        ("a.mov", "", "video"),
        ("a.MP3", "application/octet-stream", "audio"),
        ("a.webm", "video/webm; codecs=vp9", "video"),
        ("a.mp4", "application/pdf", ""),
        ("a.txt", "", ""),
        ("mp4", "", ""),
        ("", "", ""),
        ("a.mp3", 'audio/x"onerror="y', ""),
    ],
)
def test_what_is_sound_or_film_is_played(name: str, content_type: str, tag: str) -> None:
    drawn = player(URL, name, content_type, "about it")
    assert drawn.startswith(f"<{tag} " if tag else "")
    assert bool(drawn) == bool(tag)


def test_nothing_plays_by_itself_and_the_file_can_be_had() -> None:
    for content_type, how in (("audio/mpeg", "none"), ("video/mp4", "metadata")):
        drawn = player(URL, '"><b>', content_type, "<i> · 3 MB")
        assert "autoplay" not in drawn
        assert f'preload="{how}"' in drawn
        assert drawn.count('="https://cdn.example/a?b=1&amp;c=2"') == 2
        assert "<b>" not in drawn
        assert "<i>" not in drawn
