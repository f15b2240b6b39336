"""A language whose file is not whole, or broken: what the page says, and what the log says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from livechat.page import starting, words
from livechat.page.words import catalogues
from livechat.page.words.catalogues import FOLDER, Unreadable
from tests.conftest import Said
from tests.page.words.files import FILES, change


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The files of three languages, which a process reads that begins now."""
    for language, text in FILES.items():
        (tmp_path / f"{language}.toml").write_text(text, "utf-8")
    monkeypatch.setattr(words, "LANGUAGES", ("de", "en", "uk"))
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    _begin()
    yield tmp_path
    monkeypatch.undo()
    _begin()


def _begin() -> None:
    for cached in (
        words.left_out,
        words._words,
        words._english,
        words._read,
        starting.say_what_is_not_spoken,
    ):
        cached.cache_clear()


def test_what_a_language_lacks_is_english(folder: Path, said: Said) -> None:
    change(folder / "uk.toml", "typing = ", "tipping = ")
    with words.speaking("uk"):
        assert words.say("typing", name="Ada") == "Ada is typing…"
        assert words.say("yes") == "Так"
    starting.say_what_is_not_spoken()
    assert said() == [("WARNING", "In uk.toml this cannot be said, and is English: typing")]


def test_english_forms_are_not_chosen_by_another_languages_rules(folder: Path) -> None:
    """The Ukrainian `one` is 21, too, and the English for that says 1."""
    change(folder / "uk.toml", "news_count", "news_counted")
    with words.speaking("uk"):
        assert words.say("news_count", count=21) == "21 new messages"
        assert words.forms("news_count") == {"other": "{count} new messages"}


def test_a_form_that_a_language_lacks_is_its_own_other(folder: Path) -> None:
    change(folder / "de.toml", 'one = "1 neue Nachricht", ', "")
    with words.speaking("de"):
        assert words.say("news_count", count=1) == "1 neue Nachrichten"


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ('typing = "{name} schreibt', 'typing = "{Name} schreibt', "typing"),
        ('typing = "{name} schreibt', 'typing = "{name schreibt', "typing"),
        ('yes = "Ja"', "yes = 1", "yes"),
        ('yes = "Ja"', 'yes = ""', "yes"),
        (', "Jemand ist gegangen."', "", "system.left"),
    ],
)
def test_what_cannot_be_said_is_english(
    folder: Path, said: Said, before: str, after: str, key: str
) -> None:
    change(folder / "de.toml", before, after)
    assert words._words("de")[key] == words._words("en")[key]
    starting.say_what_is_not_spoken()
    assert said() == [("WARNING", f"In de.toml this cannot be said, and is English: {key}")]


def test_a_file_that_cannot_be_read_is_no_language(folder: Path, said: Said) -> None:
    change(folder / "de.toml", 'yes = "Ja"', 'yes = "Ja')
    (folder / "uk.toml").write_bytes(b"\xff")
    assert words.languages() == ["en"]
    with words.speaking("de"):
        assert words.say("yes") == "Yes"
    starting.say_what_is_not_spoken()
    (_, german), (_, ukrainian) = told = said()
    assert [level for level, _ in told] == ["ERROR", "ERROR"]
    assert german.startswith("A language is left out: de.toml cannot be read: Illegal")
    assert german.endswith(")")
    assert ukrainian.startswith("A language is left out: uk.toml cannot be read: 'utf-8'")


def test_a_page_starts_beside_a_broken_file_and_says_so(
    folder: Path, app: AppTest, said: Said
) -> None:
    shutil.copy(FOLDER / "en.toml", folder)
    change(folder / "de.toml", 'yes = "Ja"', 'yes = "Ja')
    app.run()
    assert not app.exception
    assert ("ERROR", "A language is left out: de.toml") in [(a, b[:31]) for a, b in said()]
    assert app.chat_input(key="typed").placeholder == "Write a message"


def test_without_english_nothing_starts_and_the_log_says_why(folder: Path, said: Said) -> None:
    (folder / "en.toml").unlink()
    with pytest.raises(Unreadable, match=r"en\.toml cannot be read: .*No such file"):
        starting.say_what_is_not_spoken()
    assert said()[0][1].startswith("A language is left out: en.toml cannot be read: ")
