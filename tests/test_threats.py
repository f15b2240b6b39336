"""The README's threat model: each test that it names is there, and each row names one."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")
SECURITY = README.split("\n## Security\n")[1].split("\n## ")[0]
ROWS = re.findall(r"^\| (.+) \|$", SECURITY, re.MULTILINE)[1:]  # without the head

NAMED = sorted(set(re.findall(r"\btests/[\w/.-]*\w(?![\w*])", README)))


def test_there_is_a_model() -> None:
    assert len(ROWS) >= 10


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.partition(" | ")[0])
def test_each_row_says_which_test_holds_it(row: str) -> None:
    *_, tests = row.split(" | ")
    assert re.findall(r"`tests/[\w/.]+`", tests)


@pytest.mark.parametrize("path", NAMED)
def test_what_the_readme_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("path", [path for path in NAMED if "/test_" in path])
def test_what_is_named_as_a_test_is_one(path: str) -> None:
    assert re.search(r"^(async )?def test_", (ROOT / path).read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"python -m (tests[.\w]*\w)", README))))
def test_each_command_is_a_module(name: str) -> None:
    module = ROOT / name.replace(".", "/")
    assert module.with_suffix(".py").exists() or (module / "__main__.py").exists()
