"""The packages that the app stands on: those of requirements.txt, and what comes with them.

The app asks for four packages only. What else it uses is brought by Streamlit (or requests), which
could stop doing so in any release: each such package stands here, with the reason, and is missed
by name.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests import audit

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Brought:
    """A package that is used though requirements.txt does not name it."""

    distribution: str
    reason: str
    used_in: str
    """A folder or file; where it is imported, or needed by what is imported there."""
    by: str = "streamlit"
    """What requires it: a package of requirements.txt, or one that Streamlit requires."""


# By the name that is imported.
BROUGHT = {
    "PIL": Brought("pillow", "looks into uploaded pictures and draws", "livechat"),
    "starlette": Brought(
        "starlette", "is what the sandbox's routes are made of", "livechat/sandbox"
    ),
    "uvicorn": Brought("uvicorn", "serves the sandbox", "livechat/sandbox"),
    "itsdangerous": Brought(
        "itsdangerous", "signs the sandbox's page ids", "livechat/sandbox/world/pagination.py"
    ),
    "jsonschema": Brought(
        "jsonschema",
        "checks what the sandbox is asked",
        "livechat/sandbox/world/json_schema.py",
        by="altair",
    ),
    "websockets": Brought(
        "websockets", "is how the doctor logs in, and uvicorn speaks RTM", "livechat/api/rtm.py"
    ),
    "idna": Brought(
        "idna",
        "spells a picture's host as browsers do",
        "livechat/page/addresses.py",
        by="requests",
    ),
    "urllib3": Brought(
        "urllib3", "is what requests speaks HTTP with", "livechat/api", by="requests"
    ),
}

# Never imported: what is imported above does without a word of ours.
BEHIND = {
    "h11": Brought("h11", "is how uvicorn speaks HTTP", "livechat/sandbox/server.py", by="uvicorn"),
    "python_multipart": Brought(
        "python-multipart", "is how Starlette reads uploads", "livechat/sandbox/web/chat_routes.py"
    ),
}


def requirements() -> set[str]:
    return {one.name for one in audit.requirements()}


def always_required(distribution: str) -> set[str]:
    """What a distribution requires on this machine, without any of its extras."""
    every = [Requirement(line) for line in metadata.requires(distribution) or []]
    return {one.name for one in every if one.marker is None or one.marker.evaluate({"extra": ""})}


def imports() -> Iterator[tuple[str, Path]]:
    """What the app imports that is neither its own nor Python's, and where."""
    own = sys.stdlib_module_names | {"livechat", "_typeshed"}  # the last is the type checker's
    for file in (ROOT / "streamlit_app.py", *(ROOT / "livechat").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for name in {name.partition(".")[0] for name in names} - own:
                yield name, file.relative_to(ROOT)


def missing(name: str, package: Brought) -> str | None:
    """A sentence about a package that is not brought any more, or None."""
    why = f"it {package.reason} ({package.used_in}). Name it in requirements.txt, or do without it."
    if package.by not in requirements() | always_required("streamlit"):
        return f"Streamlit no longer requires {package.by}, which brings {name}: {why}"
    if package.distribution not in always_required(package.by):
        return f"{package.by.capitalize()} no longer requires {package.distribution}: {why}"
    try:
        importlib.import_module(name)
    except ImportError as error:
        return f"{name} cannot be imported ({error}): {why}"
    return None


def test_every_import_is_required_or_brought() -> None:
    distributions = metadata.packages_distributions()
    asked = requirements()
    unknown = {
        f"{file} imports {name}, which neither requirements.txt nor BROUGHT names"
        for name, file in imports()
        if name not in BROUGHT and not asked & set(distributions.get(name, [name]))
    }
    assert unknown == set()


@pytest.mark.parametrize("name", BROUGHT)
def test_what_is_brought_is_used_where_it_says(name: str) -> None:
    used_in = {file for imported, file in imports() if imported == name}
    assert used_in, f"nothing imports {name} any more: take it out of BROUGHT"
    elsewhere = [file for file in used_in if not file.is_relative_to(BROUGHT[name].used_in)]
    assert elsewhere == []


@pytest.mark.parametrize("name", [*BROUGHT, *BEHIND])
def test_what_is_brought_still_comes(name: str) -> None:
    complaint = missing(name, (BROUGHT | BEHIND)[name])
    assert complaint is None, complaint


def test_what_is_missed_is_named_with_its_reason() -> None:
    def said(name: str, distribution: str, by: str = "streamlit") -> str | None:
        return missing(name, Brought(distribution, "does this", "here.py", by))

    rest = "it does this (here.py). Name it in requirements.txt, or do without it."
    assert said("flask", "flask") == f"Streamlit no longer requires flask: {rest}"
    assert said("flask", "flask", by="altair") == f"Altair no longer requires flask: {rest}"
    assert said("jinja2", "jinja2", by="flask") == (
        f"Streamlit no longer requires flask, which brings jinja2: {rest}"
    )
    assert said("no_such_name", "pillow") == (
        f"no_such_name cannot be imported (No module named 'no_such_name'): {rest}"
    )


def test_an_extra_of_streamlit_is_not_brought() -> None:
    complaint = missing("httpx", Brought("httpx", "does this", "here.py"))
    assert complaint is not None
