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


@dataclass(frozen=True)
class Asked:
    """A call, where it is, and the keys that it may ask for: these, and what begins so."""

    place: str
    keys: frozenset[str] = frozenset()
    beginning: str | None = None
    filled_in: frozenset[str] = frozenset()


def asked() -> Iterator[Asked]:
    for file in sorted((ROOT / "livechat").rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="words")), args=[key, *_]):
                    yield _asked(f"{file.name}:{node.lineno}", node, key, tree)
                case ast.Call(func=ast.Name(id="say"), args=[ast.Constant() as key]):
                    if file.parent.name == "words":
                        yield _asked(f"{file.name}:{node.lineno}", node, key, tree)


def _asked(place: str, call: ast.Call, key: ast.expr, file: ast.Module) -> Asked:
    assert isinstance(call.func, ast.Attribute | ast.Name)
    asks = isinstance(call.func, ast.Name) or call.func.attr in ("say", "forms", "has")
    values = {keyword.arg for keyword in call.keywords if keyword.arg} - {"of"}
    match key:
        case ast.Constant(value=str(name)) if any(
            known.startswith(f"{name}.") for known in ENGLISH
        ):
            return Asked(place, beginning=f"{name}.")
        case ast.Constant(value=str(name)) if asks:
            return Asked(place, frozenset({name}), filled_in=frozenset(values))
        case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), *_]) if asks:
            return Asked(place, beginning=beginning)
        case _ if asks:  # a variable, which is one of what the file names
            texts = (node.value for node in ast.walk(file) if isinstance(node, ast.Constant))
            return Asked(place, frozenset(text for text in texts if text in ENGLISH))
        case _:
            return Asked(place)


def keys(one: Asked) -> set[str]:
    begun = one.beginning
    return {*one.keys, *(key for key in ENGLISH if begun and key.startswith(begun))}


def test_what_is_asked_for_is_there_and_filled_in() -> None:
    for one in asked():
        missing = one.keys - ENGLISH.keys()
        assert (one.place, missing) == (one.place, set())
        for key in one.keys if one.filled_in else ():
            sentence = ENGLISH[key]
            text = sentence["other"] if isinstance(sentence, dict) else sentence
            assert (one.place, one.filled_in) == (one.place, set(re.findall(r"{(\w+)}", text)))


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
