"""Numbers as the page's language has them."""

from __future__ import annotations

import pytest

from livechat.page import words
from livechat.page.words import numbers


@pytest.mark.parametrize(
    ("locale", "small", "large"),
    [
        ("", "1,234", "1,234,567.50"),
        ("en-DE", "1,234", "1,234,567.50"),
        ("de", "1.234", "1.234.567,50"),
        ("de-AT", "1\xa0234", "1\xa0234\xa0567,50"),
        ("de-CH", "1’234", "1’234’567.50"),
        ("fr-BE", "1\u202f234", "1\u202f234\u202f567,50"),
        ("es-ES", "1234", "1.234.567,50"),
        ("es-AR", "1.234", "1.234.567,50"),
        ("es-MX", "1,234", "1,234,567.50"),
        ("pl-PL", "1234", "1\xa0234\xa0567,50"),
        ("ar-EG", "١٬٢٣٤", "١٬٢٣٤٬٥٦٧٫٥٠"),
        ("ar-AE", "1,234", "1,234,567.50"),
        ("ar-MA", "1.234", "1.234.567,50"),
    ],
)
def test_thousands_and_decimals_are_marked_as_in_the_locale(
    locale: str, small: str, large: str
) -> None:
    assert numbers.written(1234, locale) == small
    assert numbers.written(1234567.5, locale, decimals=2) == large


def test_a_number_in_a_sentence_is_written_so() -> None:
    assert words.say("queued", position=1234) == "You are number 1,234 in the queue"
    with words.speaking("en", "ar-EG"):
        assert words.say("queued", position=12) == "You are number ١٢ in the queue"
        assert words.number(1.5, decimals=1) == "١٫٥"
