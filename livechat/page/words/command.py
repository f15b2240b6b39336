"""`python -m livechat.page.words`: what a language's file lacks, for whoever writes it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from livechat.page.words import catalogues, checks
from livechat.page.words.catalogues import ENGLISH, FOLDER, Unreadable


def main(arguments: Sequence[str] | None = None, folder: Path = FOLDER) -> int:
    """Prints it for each file, or for those that are named; returns 1 if there is anything."""
    parser = argparse.ArgumentParser(
        prog="python -m livechat.page.words",
        description="Tells what is missing or wrong in the files with the page's sentences.",
    )
    parser.add_argument(
        "languages", nargs="*", metavar="language", help="such as de or pt-BR; all, without any"
    )
    named: list[str] = parser.parse_args(arguments).languages
    languages = named or sorted(file.stem for file in folder.glob("*.toml"))
    try:
        told = [_tell(language, folder) for language in languages]
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads on; nor shall Python try to once more as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 1 if any(told) else 0


def _tell(language: str, folder: Path) -> bool:
    """Prints what is wrong with one, and returns whether anything is."""
    try:
        english = catalogues.read(ENGLISH, folder)
        found = checks.faults(catalogues.read(language, folder), english)
    except Unreadable as error:
        print(error)
        return True
    print(f"{language}.toml: {f'{len(found)} to mend' if found else 'complete'}")
    for fault in found:
        print(f"  {' '.join(filter(None, (fault.key, fault.what)))}")
    return bool(found)
