"""The rooms of livechat/: who may import what. README.md draws the same picture."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from tests.conftest import ROOT

# From top to bottom: each may import what is below it, never what is above.
HOUSE = ("streamlit_app.py", "livechat/page/", "livechat/visit/", "livechat/chat/", "livechat/api/")
# One is pure: of LiveChat's API it knows only what comes back, as values.
PURE, STRUCTURES = "livechat/chat/", "livechat.api.structures"
# All of them may import the settings (and what begins with their name), which import none of them.
SETTINGS = "livechat/settings.py"
# A LiveChat of our own, which shares nothing with the house. Its own rooms, from top to bottom:
SANDBOX = (
    "livechat/sandbox/",
    "livechat/sandbox/web/",
    "livechat/sandbox/bot/",
    "livechat/sandbox/actions/",
    "livechat/sandbox/world/",
)
# The one door to it, which only a page without configuration opens.
DOOR = {"livechat.sandbox.start", "livechat.sandbox.Sandbox"}

# Beside the house: who looks whether all of it is set up right, and the door to that. It knows
# LiveChat's API and the settings, and of the page where those stand.
DOCTOR, FRONT_DOOR = "livechat/doctor/", "livechat/__main__.py"
VISITS = ("livechat/api/", SETTINGS, DOCTOR)

# Packages that are not for every room.
PACKAGES = {
    "streamlit": HOUSE[:2],
    "streamlit_autorefresh": HOUSE[:2],
    "requests": ("livechat/api/", *SANDBOX),
    # The pure room has no HTTP and no clock.
    **dict.fromkeys(
        ("http", "socket", "time", "urllib"), {*HOUSE, SETTINGS, *SANDBOX, DOCTOR} - {PURE}
    ),
    # What is imported by these is not seen here.
    **dict.fromkeys(("importlib", "pkgutil", "runpy"), ()),
}


def faults(root: Path) -> Iterator[str]:
    """Each import that the picture forbids: its file and line, and from where to where it goes."""
    for file in [*root.glob("*.py"), *sorted(root.glob("livechat/**/*.py"))]:
        path = file.relative_to(root).as_posix()
        for name, line, at_once in imports(ast.parse(file.read_text("utf-8")), path):
            here, there = room_of(path), room_of(f"{name.replace('.', '/')}/")
            if not (is_allowed(here, there, name, at_once) if there else may_use(here, name)):
                yield f"{path}:{line}: {here or path} -> {there or name.split('.')[0]} ({name})"


def imports(tree: ast.AST, path: str, *, at_once: bool = True) -> Iterator[tuple[str, int, bool]]:
    """What a file imports, on which line, and whether already when it is itself imported."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Import():
                yield from ((alias.name, node.lineno, at_once) for alias in node.names)
            case ast.ImportFrom():
                module = ".".join(filter(None, (package_of(path, node.level), node.module)))
                yield from ((f"{module}.{a.name}", node.lineno, at_once) for a in node.names)
            case ast.Name("__import__"):
                yield "importlib.__import__", node.lineno, at_once
        later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or is_for_types(node)
        yield from imports(node, path, at_once=at_once and not later)


def is_for_types(node: ast.AST) -> bool:
    """Whether only a type checker comes here; where there is an `else`, others do, too."""
    if not isinstance(node, ast.If) or node.orelse:
        return False
    return ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def package_of(path: str, level: int) -> str:
    """The package that a relative import of so many dots begins with; none for an absolute one."""
    return ".".join(path.split("/")[:-level]) if level else ""


def room_of(path: str) -> str | None:
    """The room of a file, or of a module whose name is written as a folder's."""
    rooms = (*HOUSE, SETTINGS, *SANDBOX, DOCTOR, FRONT_DOOR)
    found = [room for room in rooms if path.startswith(room.removesuffix(".py"))]
    return max(found, key=len, default=None)


def is_allowed(here: str | None, there: str, name: str, at_once: bool) -> bool:
    if here == PURE and there == "livechat/api/":
        return name.startswith(STRUCTURES)
    if here == DOCTOR:
        return there in VISITS or name == "livechat.page.sources"
    if here == FRONT_DOOR:
        return there == DOCTOR
    for house in (HOUSE, SANDBOX):
        if here in house and there in house:
            return house.index(here) <= house.index(there)
    if there == SETTINGS:
        return here in (*HOUSE, SETTINGS)
    return here == SETTINGS and name in DOOR and not at_once


def may_use(here: str | None, name: str) -> bool:
    package = name.split(".")[0]
    return package != "livechat" and here in PACKAGES.get(package, (here,))


def test_no_import_goes_against_the_picture() -> None:
    found = list(faults(ROOT))
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("streamlit_app.py", "from livechat.page import words\nimport streamlit as st"),
        ("livechat/page/browser/a.py", "from streamlit.errors import E\nfrom .. import words"),
        ("livechat/page/a.py", "import livechat.api.errors\nfrom livechat.settings import load"),
        ("livechat/visit/a.py", "from livechat.chat import pushes\nfrom livechat import settings"),
        ("livechat/chat/a.py", "from livechat.api.structures import parsing\nimport datetime"),
        ("livechat/api/structures/a.py", "import requests\nfrom ..errors import LiveChatError"),
        ("livechat/settings.py", "def f():\n    from livechat.sandbox import start"),
        ("livechat/settings.py", "from livechat.settings_logo import in_page"),
        ("livechat/settings.py", "if TYPE_CHECKING:\n    from livechat.sandbox import Sandbox"),
        ("livechat/sandbox/__main__.py", "from .web import app\nimport requests"),
        ("livechat/sandbox/web/a.py", "from ..bot.b import c\nfrom ..world import state"),
        (
            "livechat/doctor/a.py",
            "from livechat.page import sources\nfrom livechat import settings",
        ),
        ("livechat/__main__.py", "from livechat.doctor import command"),
    ],
)
def test_what_the_picture_allows(tmp_path: Path, path: str, source: str) -> None:
    write(tmp_path, path, source)
    assert list(faults(tmp_path)) == []


@pytest.mark.parametrize(
    ("path", "source", "fault"),
    [
        (
            "livechat/visit/a.py",
            "from livechat.page import words",
            "livechat/visit/a.py:1: livechat/visit/ -> livechat/page/ (livechat.page.words)",
        ),
        (
            "livechat/chat/a.py",
            "def f():\n    import livechat.visit.visit",
            "livechat/chat/a.py:2: livechat/chat/ -> livechat/visit/ (livechat.visit.visit)",
        ),
        (
            "livechat/api/structures/a.py",
            "if TYPE_CHECKING:\n    from ...chat.pushes import Told",
            "livechat/api/structures/a.py:2: livechat/api/ -> livechat/chat/ "
            "(livechat.chat.pushes.Told)",
        ),
        (
            "livechat/api/__init__.py",
            "try:\n    pass\nfinally:\n    from .. import page",
            "livechat/api/__init__.py:4: livechat/api/ -> livechat/page/ (livechat.page)",
        ),
        (
            "livechat/visit/a.py",
            "import streamlit.errors",
            "livechat/visit/a.py:1: livechat/visit/ -> streamlit (streamlit.errors)",
        ),
        (
            "livechat/settings.py",
            "from streamlit_autorefresh import st_autorefresh",
            "livechat/settings.py:1: livechat/settings.py -> streamlit_autorefresh "
            "(streamlit_autorefresh.st_autorefresh)",
        ),
        (
            "livechat/page/a.py",
            "from requests import get",
            "livechat/page/a.py:1: livechat/page/ -> requests (requests.get)",
        ),
        (
            "livechat/settings.py",
            "from livechat.api import errors",
            "livechat/settings.py:1: livechat/settings.py -> livechat/api/ (livechat.api.errors)",
        ),
        (
            "livechat/settings.py",
            "from livechat.sandbox import start",
            "livechat/settings.py:1: livechat/settings.py -> livechat/sandbox/ "
            "(livechat.sandbox.start)",
        ),
        (
            "livechat/settings.py",
            "def f():\n    from livechat.sandbox.world import state",
            "livechat/settings.py:2: livechat/settings.py -> livechat/sandbox/world/ "
            "(livechat.sandbox.world.state)",
        ),
        (
            "livechat/page/a.py",
            "from livechat.sandbox import start",
            "livechat/page/a.py:1: livechat/page/ -> livechat/sandbox/ (livechat.sandbox.start)",
        ),
        (
            "livechat/sandbox/web/a.py",
            "from livechat.settings import load",
            "livechat/sandbox/web/a.py:1: livechat/sandbox/web/ -> livechat/settings.py "
            "(livechat.settings.load)",
        ),
        (
            "livechat/sandbox/world/a.py",
            "from ..actions import registry",
            "livechat/sandbox/world/a.py:1: livechat/sandbox/world/ -> livechat/sandbox/actions/ "
            "(livechat.sandbox.actions.registry)",
        ),
        (
            "livechat/page/a.py",
            "import livechat",
            "livechat/page/a.py:1: livechat/page/ -> livechat (livechat)",
        ),
        (
            "livechat/doctor/a.py",
            "from livechat.page import words",
            "livechat/doctor/a.py:1: livechat/doctor/ -> livechat/page/ (livechat.page.words)",
        ),
        (
            "livechat/doctor/a.py",
            "def f():\n    from livechat.sandbox import start",
            "livechat/doctor/a.py:2: livechat/doctor/ -> livechat/sandbox/ "
            "(livechat.sandbox.start)",
        ),
        (
            "livechat/api/a.py",
            "from livechat.doctor import report",
            "livechat/api/a.py:1: livechat/api/ -> livechat/doctor/ (livechat.doctor.report)",
        ),
        (
            "livechat/__main__.py",
            "from livechat.api import errors",
            "livechat/__main__.py:1: livechat/__main__.py -> livechat/api/ (livechat.api.errors)",
        ),
        (
            "livechat/a.py",
            "from livechat.page import words",
            "livechat/a.py:1: livechat/a.py -> livechat/page/ (livechat.page.words)",
        ),
        (
            "livechat/visit/a.py",
            "def f():\n    from importlib import import_module",
            "livechat/visit/a.py:2: livechat/visit/ -> importlib (importlib.import_module)",
        ),
        (
            "livechat/visit/a.py",
            "words = __import__('livechat.page.words')",
            "livechat/visit/a.py:1: livechat/visit/ -> importlib (importlib.__import__)",
        ),
        (
            "livechat/settings.py",
            "if not TYPE_CHECKING:\n    from livechat.sandbox import start",
            "livechat/settings.py:2: livechat/settings.py -> livechat/sandbox/ "
            "(livechat.sandbox.start)",
        ),
        (
            "livechat/settings.py",
            "if TYPE_CHECKING:\n    pass\nelse:\n    from livechat.sandbox import start",
            "livechat/settings.py:4: livechat/settings.py -> livechat/sandbox/ "
            "(livechat.sandbox.start)",
        ),
        (
            "livechat/chat/a.py",
            "from livechat.api.client import Client",
            "livechat/chat/a.py:1: livechat/chat/ -> livechat/api/ (livechat.api.client.Client)",
        ),
        (
            "livechat/chat/a.py",
            "import time",
            "livechat/chat/a.py:1: livechat/chat/ -> time (time)",
        ),
    ],
)
def test_what_the_picture_forbids(tmp_path: Path, path: str, source: str, fault: str) -> None:
    write(tmp_path, path, source)
    assert list(faults(tmp_path)) == [fault]


def write(root: Path, path: str, source: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source, "utf-8")


# The version of LiveChat's API that is spoken is one value, which the settings alone name.
VERSIONED = re.compile(r"(?<![\w.])v?3\.[5-9](?![\w.])")
# What stands on the other side, and what is a page of its own.
SPEAKS_FOR_ITSELF = ("livechat/sandbox/", "tests/sandbox/", "tests/bench/baseline.py")


def versions(path: str, source: str) -> list[str]:
    """Each version of LiveChat's API that the code of a file names, comments left out."""
    if not path.endswith(".py"):
        return VERSIONED.findall(re.sub(r"(?m)(?<!\S)//.*$|/\*(?s:.*?)\*/", "", source))
    tree = ast.parse(source)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [
        str(node.value) for node in constants if id(node) not in said and is_version(node.value)
    ]


def is_version(value: object) -> bool:
    return isinstance(value, str | float) and VERSIONED.search(str(value)) is not None


def test_no_code_but_the_settings_names_a_version() -> None:
    files = [*ROOT.glob("*.py"), *ROOT.glob("livechat/**/*.*"), *ROOT.glob("tests/**/*.py")]
    found = {
        path: named
        for file in files
        if (path := file.relative_to(ROOT).as_posix()).endswith((".py", ".js", ".toml"))
        and not path.startswith(SPEAKS_FOR_ITSELF)
        and (named := versions(path, file.read_text("utf-8")))
    }
    tests = {"tests/test_rooms.py", "tests/test_settings.py"}
    assert found.keys() - tests == {SETTINGS}, found


@pytest.mark.parametrize(
    ("path", "source", "named"),
    [
        ("a.py", 'url = f"{host}/v3.5/customer"', ["/v3.5/customer"]),
        ("a.py", 'pushes = {"3.6": PUSHES}', ["3.6"]),
        ("a.py", "pushes = {3.5: PUSHES}", ["3.5"]),
        ("a.py", '"""Rates (3.5), on v3.6."""  # v3.5', []),
        ("a.py", 'x = "2.3.5"', []),
        ("a.js", "const pushes = { 3.5: PUSHES };  // 3.6", ["3.5"]),
        ("a.js", "ask(`/v3.6/rtm`); /* 3.5 */", ["v3.6"]),
        ("a.js", 'connect("wss://api/v3.6/rtm");', ["v3.6"]),
    ],
)
def test_what_names_a_version(path: str, source: str, named: list[str]) -> None:
    assert versions(path, source) == named


def test_every_file_has_a_room() -> None:
    files = (file.relative_to(ROOT).as_posix() for file in ROOT.glob("livechat/**/*.py"))
    assert [file for file in files if room_of(file) is None] == ["livechat/__init__.py"]


def test_the_readme_draws_these_rooms_in_this_order() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    section = text.split("\n## How it works\n")[1]
    picture = takewhile(lambda line: line != "```", section.split("```\n", 1)[1].split("\n"))
    named = [re.match(r"(livechat/|streamlit_app)\S*", line) for line in picture]
    assert [name.group() for name in named if name] == [*HOUSE, SETTINGS, SANDBOX[0], DOCTOR]
