"""Where a language of the page's is read."""

from __future__ import annotations

import re

# Language and region of a locale such as "de-AT" or "zh-Hant-HK".
_LOCALE = re.compile(r"([a-z]{2,3})(?:[-_][a-z]{4})?(?:[-_]([a-z]{2}|\d{3}))?(?![a-z\d])", re.I)


def locale_of(language: str, browser: str) -> str:
    """A language with the region of a browser's locale, whichever language that is of.

    English without one is that of the US, but not in a browser that speaks another language. It is
    nowhere's if the browser says nothing.
    """
    base = language.partition("-")[0]
    own, region = parts(browser)
    if base == "en" and not region:
        return {"": "", "en": "en"}.get(own, "en-001")
    return f"{base}-{region}" if region else base


def parts(locale: str) -> tuple[str, str]:
    """Its language and its region, blank where it has none."""
    match = _LOCALE.match(locale)
    return (match[1].lower(), (match[2] or "").upper()) if match else ("", "")
