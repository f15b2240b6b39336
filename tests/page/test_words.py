"""The page's sentences, and LiveChat's phrases in their place."""

from __future__ import annotations

import pytest

from livechat.page import words
from livechat.visit import Company


@pytest.mark.parametrize(
    ("phrases", "said"),
    [
        ({}, "You are number 3 in the queue"),
        ({"queue_position": "Platz %position%"}, "Platz 3"),
        ({"queue_position": "%position% von %total%"}, "You are number 3 in the queue"),
        ({"queue_position": "{position} %position%"}, "{position} 3"),
        ({"another": "Platz %position%"}, "You are number 3 in the queue"),
    ],
)
def test_livechats_phrase_is_preferred(phrases: dict[str, str], said: str) -> None:
    company = Company(phrases=phrases)
    assert words.say(words.QUEUED, company, position=3) == said


def test_without_a_configuration_it_is_english() -> None:
    assert words.say(words.WRITE, None) == words.WRITE
