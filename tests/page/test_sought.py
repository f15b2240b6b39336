"""What people would call the same, so that a search finds it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.page.sought import excerpt, fold


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("café", "cafe\u0301"),
        ("cafe\u0301", "CAFÉ"),
        ("resume", "my résumé"),
        ("résumé", "Resume"),
        ("two lines", "two\nlines"),
        ("two lines", "two \t\r\n\u3000 lines"),
        (" two  lines ", "two lines"),
        ("strasse", "in der Straße"),
        ("STRASSE", "straße"),
        ("Istanbul", "İstanbul"),
        ("diyarbakir", "Diyarbakır"),
        ("odysseus ΟΔΥΣΣΕΥΣ", "odysseus Οδυσσεύς"),
        ("oeuvre", "Œuvre"),
        ("smorrebrod", "Smørrebrød"),
        ("lodz", "Łódź"),
        ("office", "oﬃce"),
        ("abc 12", "ＡＢＣ　１２"),
        ("カタカナ", "ｶﾀｶﾅ"),
        ("ガ", "ｶﾞ"),
        ("x2", "x²"),
        ("don't", "don’t"),
        ('"so"', "“so”"),
        ("A-B", "a–b"),
        ("hotel", "ho\xadtel"),
        ("zero width", "ze\u200bro\u2060 wi\u200ddth"),
        ("שלום", "שָׁלוֹם"),
        ("محمد", "مُحَمَّد"),
        ("елка", "ёлка"),
    ],
)
def test_the_same(wanted: str, said: str) -> None:
    assert fold(wanted) in fold(said)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("cafe", "caf"),
        ("か", "x"),
        ("ぱ", "は"),
        ("ที่", "ที"),
        ("की", "का"),
        ("ab", "a b"),
        ("a.b", "a b"),
    ],
)
def test_not_the_same(wanted: str, said: str) -> None:
    assert fold(wanted) not in fold(said)


@given(st.text())
def test_forms_of_a_text_are_the_same(text: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert sorted(fold(unicodedata.normalize(form, text))) == sorted(fold(text))
    assert fold(fold(text)) == fold(text)
    assert fold(text) == fold(text.upper().lower()) or not text.isascii()


def test_an_excerpt_is_what_stands_around_the_hit() -> None:
    said = f"{'é ' * 50}\n the\u0301 RE\u0301SUMÉ \n{'ﬃ' * 100}"
    found = excerpt(said, fold("resume"), before=10, longest=40)
    assert found.startswith("…é é the\u0301 RE\u0301SUMÉ ﬃ")
    assert found.endswith("ﬃ…")
    assert len(found) <= 42
    assert excerpt("short", fold("SHORT"), 10, 40) == "short"
    assert excerpt("nothing of it", "else", 10, 40) == "nothing of it"


@given(st.text(), st.text(min_size=1), st.text())
def test_an_excerpt_holds_what_is_sought(before: str, wanted: str, after: str) -> None:
    said = f"{before} {wanted} {after}"
    sought = fold(wanted)
    assert sought in fold(excerpt(said, sought, before=3, longest=1_000)) or len(said) > 900
