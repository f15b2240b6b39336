"""What is set, where that comes from, and what is wrong with it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from livechat import settings_dotenv
from livechat.doctor.report import Report, address, masked
from livechat.settings import NAMES, Settings, SettingsError, load, origins

# What tells nothing of anybody, and may be shown.
_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "client_id": masked,
    "organization_id": masked,
    "redirect_uri": address,
    "api_url": address,
    "accounts_url": address,
    **dict.fromkeys(("group_id", "poll_seconds", "api_version", "authorize"), str),
    **dict.fromkeys(("push", "sneak_peek", "signed_in"), lambda on: "on" if on else "off"),
}

_LIVE = "See README.md, Go live: LIVECHAT_CLIENT_ID and LIVECHAT_ORGANIZATION_ID, in a file .env."


def read(
    report: Report, dotenv: Path, find_secrets: Callable[[], Mapping[str, Any]]
) -> Settings | None:
    """The settings, as the page reads them; None if it cannot start with them, or has none."""
    report.title("Settings")
    # Streamlit puts what stands at the top of the secrets into the environment.
    before = frozenset(os.environ)
    try:
        secrets = find_secrets()
    except SettingsError as error:
        for problem in error.problems:
            report.line("FAIL", "secrets", problem)
        return None
    found = origins(os.environ, dotenv, secrets)
    for name in os.environ.keys() - before:
        if name in found:
            found[name] = "secrets"
    if lines := settings_dotenv.left_out(dotenv):
        said = f"what is no NAME=value is left out: line {', '.join(map(str, lines))}"
        report.line("note", ".env", said, "A quote that is not closed?")
    settings: Settings | None = None
    problems: tuple[str, ...] = ()
    try:
        settings = load(os.environ, dotenv, secrets)
    except SettingsError as error:
        problems = error.problems
    _list(report, found, settings, problems)
    if settings is None:
        return None
    if settings.sandbox:
        said = "neither is set, so the page runs on its built-in sandbox"
        report.line("FAIL", "the two IDs", said, _LIVE)
        return None
    return settings


def _list(
    report: Report,
    found: Mapping[str, str],
    settings: Settings | None,
    problems: Iterable[str],
) -> None:
    # Each problem begins with what it is about.
    wrong = [(about.rstrip(":"), what) for about, _, what in (p.partition(" ") for p in problems)]
    for name in [name for name in NAMES if name in found and name not in dict(wrong)]:
        field = name.removeprefix("LIVECHAT_").lower()
        shown = _SHOWN[field](getattr(settings, field)) if settings and field in _SHOWN else "set"
        report.line("ok", name, f"{shown}, from {found[name]}")
    for name in sorted(found.keys() - set(NAMES) - dict(wrong).keys()):
        is_name = re.fullmatch(r"[A-Z_]{1,40}", name)
        report.line("note", name if is_name else "LIVECHAT_...", "no setting of this page")
    for about, what in wrong:
        report.line("FAIL", about, f"{what} (from {found[about]})" if about in found else what)
