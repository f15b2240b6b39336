"""The line with which the log begins: what runs here, and where it finds LiveChat."""

from __future__ import annotations

import logging
import platform
from functools import cache
from urllib.parse import urlsplit

import streamlit as st

from livechat import settings_dotenv
from livechat.page import sources, words
from livechat.settings import Settings
from livechat.settings_code import version

_log = logging.getLogger("livechat")


def say(settings: Settings) -> None:
    """Once in the process, and again for settings that say something else."""
    where = "the sandbox" if settings.sandbox else urlsplit(settings.api_url).netloc
    _say(where, settings.api_version, "on" if settings.push else "off")


def say_why_not(problems: tuple[str, ...]) -> None:
    """What is wrong with the settings, once in the process."""
    _say_why_not("; ".join(problems))


@cache
def say_what_is_left_out() -> None:
    """Which lines of `.env` are no setting, once in the process."""
    lines = settings_dotenv.left_out(sources.DOTENV)
    if lines:
        _log.warning(
            "What is no NAME=value in .env is left out: line %s", ", ".join(map(str, lines))
        )


@cache
def say_what_is_not_spoken() -> None:
    """Which languages are left out, and what is English in others, once in the process."""
    for error in words.unreadable():
        _log.error("A language is left out: %s", error)
    for language in words.languages():
        if keys := words.left_out(language):
            _log.warning(
                "In %s.toml this cannot be said, and is English: %s", language, ", ".join(keys)
            )


@cache
def _say(where: str, api_version: str, push: str) -> None:
    _log.info(
        "Live chat %s starts (Streamlit %s, Python %s): API %s of %s, pushes %s",
        *(version(), st.__version__, platform.python_version(), api_version, where, push),
    )


@cache
def _say_why_not(problems: str) -> None:
    _log.error("The page cannot start: %s", problems)
