"""The files with the page's sentences: each language is whole, and what is not is told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from livechat.page import words
from livechat.page.words import catalogues, checks, command
from livechat.page.words.catalogues import ENGLISH, Catalogue
from livechat.settings import LANGUAGES
from tests.conftest import ROOT
from tests.page.words.files import FILES, change

Sentences = dict[str, object]

SENTENCES: Sentences = {
    "hello": "Hello {name}!",
    "yes": "Yes",
    "loading": "Loading…",
    "news": {"one": "1 message", "other": "{count} messages"},
    "system.left": ["{agent} has left.", "Somebody has left."],
}
GERMAN: Sentences = {
    "hello": "Hallo {name}!",
    "yes": "Ja",
    "loading": "Wird geladen\u00a0…",
    "news": {"one": "1 Nachricht", "other": "{count} Nachrichten"},
    "system.left": ["{agent} ist gegangen.", "Jemand ist gegangen."],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_is_whole(language: str) -> None:
    """What is wrong with one, `python -m livechat.page.words` tells."""
    assert checks.faults(catalogues.read(language), catalogues.read(ENGLISH)) == []


def test_each_language_has_a_name_of_its_own() -> None:
    names = [catalogues.read(language).sentences["language"] for language in LANGUAGES]
    assert len(LANGUAGES) >= 15
    assert len(set(names)) == len(names)


def told(language: str = "de", shared: str = "", **changed: object) -> list[tuple[str, bool]]:
    """What is said of German with this changed, None for left out; whether it is English then."""
    sentences = {key: value for key, value in {**GERMAN, **changed}.items() if value is not None}
    found = Catalogue(language, sentences, frozenset(shared.split()))
    listed = checks.faults(found, Catalogue(ENGLISH, SENTENCES))
    return [(f"{fault.key} {fault.what}".lstrip(), fault.fails) for fault in listed]


def test_nothing_is_said_of_what_is_right() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("key", "said", "fault"),
    [
        ("hello", None, "is missing"),
        ("hello", 7, "has to be one text"),
        ("hello", " ", "is empty"),
        ("hello", "Hallo!", "has to have {name}: Hallo!"),
        ("hello", "Hallo {Name}!", "has to have {name}: Hallo {Name}!"),
        ("hello", "Hallo {name}, {name}!", "has to have {name}: Hallo {name}, {name}!"),
        ("hello", "Hallo {name}}!", "has half a pair of braces: Hallo {name}}!"),
        ("hello", "Hallo {name} {}!", "has half a pair of braces: Hallo {name} {}!"),
        ("yes", "Ja {count}", "has to have nothing in braces: Ja {count}"),
        ("yes", ["Ja"], "has to be one text"),
        ("news", "{count} Nachrichten", "has to be a table of plural forms, with “other”"),
        ("news", {"one": "1 Nachricht"}, "has to be a table of plural forms, with “other”"),
        ("news", {"other": "Nachrichten"}, "has to have {count}: Nachrichten"),
        ("news", {"one": 1, "other": "{count} Nachrichten"}, "is no text"),
        ("system.left", ["Jemand ist gegangen."], "has to be a list of 2"),
        ("system.left", "Jemand ist gegangen.", "has to be a list of 2"),
        ("system.left", ["{agent} ging.", 7], "is no text"),
        ("system.left", ["Er ging.", "{agent} ging."], "has to have {agent}: Er ging."),
    ],
)
def test_what_cannot_be_said(key: str, said: object, fault: str) -> None:
    first, *_ = told(**{key: said})
    assert first == (f"{key} {fault}", True)


@pytest.mark.parametrize(
    ("key", "said", "fault"),
    [
        ("yes", "Yes", "is still English: Yes"),
        ("yes", "Ja ", "begins or ends with a blank: Ja "),
        ("yes", 'Ja, "schon"', 'has straight quotes: Ja, "schon"'),
        ("yes", "Ja,  schon", "has several blanks in a row: Ja,  schon"),
        ("yes", "Ja (schon", "has half a pair of brackets: Ja (schon"),
        ("yes", "Ja, „schon", "has half a pair of quotes: Ja, „schon"),
        ("yes", "Ja, “schon”", "has “…” for „…“, or no blank before an ellipsis: Ja, “schon”"),
        ("loading", "Lädt", "does not end with “…”, as the English does: Lädt"),
        ("news", {"other": "{count} Nachrichten"}, "has no form “one”"),
        ("news", dict.fromkeys(("one", "two", "other"), "{count}"), "has a form “two” too many"),
        ("system.left", ["{agent} has left.", "Ging."], "is still English: {agent} has left."),
        ("system.gone", "Weg", "is superfluous"),
    ],
)
def test_what_a_reader_would_stumble_over(key: str, said: object, fault: str) -> None:
    assert told(**{key: said}) == [(f"{key} {fault}", False)]


@pytest.mark.parametrize(
    ("language", "said", "fault"),
    [
        ("fr", "Quoi ?", "has no narrow no-break space: Quoi ?"),
        ("fr", "« Quoi\u202f»", "has no narrow no-break space: « Quoi\u202f»"),
        ("es", "Qué?", "has no “¿” or “¡”: Qué?"),
        ("ja", "はい:", "has half-width marks: はい:"),
        ("pt_BR", "Sim", "the file is not named as “de” or “pt-BR” is"),
    ],
)
def test_what_one_language_writes_otherwise(language: str, said: str, fault: str) -> None:
    assert fault in {about.removeprefix("yes ") for about, _ in told(language, yes=said)}


def test_what_is_rightly_as_in_english_says_so() -> None:
    assert told(shared="yes", yes="Yes") == []
    assert told(shared="yes") == [("yes is not as in English", False)]
    assert told(shared="no") == [("no is not as in English", False)]


def test_only_what_stands_between_names_may_end_with_a_blank() -> None:
    english = Catalogue(ENGLISH, {"list_separator": ", ", "yes": "Yes"})
    said = Catalogue("de", {"list_separator": ", ", "yes": "Ja "})
    assert [fault.key for fault in checks.faults(said, english)] == ["yes"]


def test_a_form_for_one_number_may_spell_it_out() -> None:
    one = {"one": "Une", "many": "{count}", "other": "{count}"}
    assert ("news has to have {count}: Une", True) in told("fr", news=one)  # 0 as well
    assert ("news has to have {count}: Une", True) not in told("it", news=one)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for language in ("en", "de"):
        (tmp_path / f"{language}.toml").write_text(FILES[language], "utf-8")
    return tmp_path


def test_the_command_finds_nothing_in_files_that_are_whole(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([], folder) == 0
    assert capsys.readouterr().out.splitlines() == ["de.toml: complete", "en.toml: complete"]


def test_the_command_tells_what_a_new_language_lacks(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(folder / "en.toml", folder / "da.toml")
    assert command.main(["da"], folder) == 1
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == f"da.toml: {len(lines)} to mend"
    assert "  yes is still English: Yes" in lines
    assert command.main(["de"], folder) == 0


@pytest.mark.parametrize("broken", ["de", "en"])
def test_the_command_tells_what_cannot_be_read(
    folder: Path, broken: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder / f"{broken}.toml", "yes = ", "yes ")
    assert command.main(["de"], folder) == 1
    said = capsys.readouterr().out
    assert said.startswith(f"{broken}.toml cannot be read: ")
    assert "(at line " in said


def test_the_command_ends_quietly_where_nobody_reads_on() -> None:
    read, write = os.pipe()
    os.close(read)
    command_line = [sys.executable, "-m", "livechat.page.words"]
    done = subprocess.run(
        command_line, cwd=ROOT, stdout=write, stderr=subprocess.PIPE, check=False, timeout=60
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_the_command_tells_of_a_file_that_is_not_there(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["xx"], folder) == 1
    assert capsys.readouterr().out.startswith("xx.toml cannot be read: ")


def test_the_command_by_itself() -> None:
    command = [sys.executable, "-m", "livechat.page.words", "en"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("en.toml: complete\n", "")


def test_a_list_that_is_none_names_nothing(folder: Path) -> None:
    change(folder / "de.toml", "yes =", "as_in_english = true\nyes =")
    assert catalogues.read("de", folder).as_in_english == frozenset()


def test_the_page_knows_the_same_files() -> None:
    assert words.languages() == list(LANGUAGES)
    assert words.unreadable() == []
