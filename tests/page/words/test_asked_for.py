"""The code asks for the sentences that there are, and for all of them, and fills them in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import pytest

from livechat.api.structures.forms import Fault
from livechat.chat.outgoing import Problem
from livechat.page import dialogs
from livechat.page.words import catalogues
from livechat.page.words.system_messages import SENTENCES
from livechat.visit import Errand, Keeps
from tests.conftest import ROOT

ENGLISH = catalogues.read(catalogues.ENGLISH).sentences

# Whose members have a sentence each, and where not all of them.
MEMBERS: dict[str, type[Enum]] = {
    "undelivered": Problem,
    "trouble": Problem,
    "fault": Fault,
    "refused": Errand,
    "kept": Keeps,
}
SOME_HAVE_NONE = {"trouble", "refused", "kept"}

# By the file that says what a variable names.
VARIABLES = {"dialogs.py": dialogs._ICONS}


@dataclass(frozen=True)
class Asked:
    """A call, where it is, and the keys that it may ask for: these, and what begins so."""

    place: str
    keys: frozenset[str]
    beginning: str | None
    filled_in: frozenset[str]


def asked() -> Iterator[Asked]:
    for file in sorted((ROOT / "livechat").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="words"), attr="say" | "forms" | "has"),
                    args=[key, *_],
                    keywords=values,
                ):
                    place = f"{file.name}:{node.lineno}"
                    yield _asked(place, key, {value.arg for value in values if value.arg})
                case ast.Call(func=ast.Name(id="say"), args=[ast.Constant() as key]):
                    if file.parent.name == "words":
                        yield _asked(f"words:{node.lineno}", key, set())


def _asked(place: str, key: ast.expr, values: set[str]) -> Asked:
    match key:
        case ast.Constant(value=str(name)) if "of" in values or name in MEMBERS:
            return Asked(place, frozenset(), f"{name}.", frozenset(values - {"of"}))
        case ast.Constant(value=str(name)):
            return Asked(place, frozenset({name}), None, frozenset(values))
        case ast.IfExp(body=ast.Constant(value=one), orelse=ast.Constant(value=other)):
            return Asked(place, frozenset({str(one), str(other)}), None, frozenset(values))
        case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), *_]):
            return Asked(place, frozenset(), beginning, frozenset(values))
        case _:
            return Asked(place, frozenset(VARIABLES[place.partition(":")[0]]), None, frozenset())


def keys(one: Asked) -> set[str]:
    begun = one.beginning
    return {*one.keys, *(key for key in ENGLISH if begun and key.startswith(begun))}


@pytest.mark.parametrize("one", list(asked()), ids=lambda one: one.place)
def test_what_is_asked_for_is_there_and_filled_in(one: Asked) -> None:
    assert keys(one)
    for key in keys(one):
        sentence = ENGLISH[key]
        text = sentence["other"] if isinstance(sentence, dict) else sentence
        if one.filled_in:
            assert one.filled_in == set(re.findall(r"{(\w+)}", text))


def test_what_is_there_is_asked_for() -> None:
    told = {f"system.{key}" for key in SENTENCES.values()}
    known = {"language"}  # the name of each, in the menu
    assert ENGLISH.keys() == known.union(told, *map(keys, asked()))


@pytest.mark.parametrize("key", MEMBERS)
def test_members_that_have_sentences_are_some(key: str) -> None:
    members = {f"{key}.{member.name.lower()}" for member in MEMBERS[key]}
    there = {name for name in ENGLISH if name.startswith(f"{key}.")}
    assert there
    assert there <= members
    assert there == members or key in SOME_HAVE_NONE
