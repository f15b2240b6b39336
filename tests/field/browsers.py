"""Browsers and tabs as visitors have them: without a cookie, two at once, with cookies forbidden.

A browser on a phone, in a private window or behind a strict policy is more than this; what is here
is what a page can tell by its cookies and its storage.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.apps import ELSEWHERE
from tests.conftest import ARGUMENTS, be_patient, program, relaunched
from tests.field.clocks import Clock

_MONTH = 31 * 86_400.0  # seconds; after 30 days the sandbox no longer knows a page of a list

_COOKIES_THROW = """Object.defineProperty(Document.prototype, "cookie", {
    get: () => { throw new DOMException("blocked", "SecurityError"); },
    set: () => { throw new DOMException("blocked", "SecurityError"); },
});"""


def a_month_later(context: BrowserContext, clocks: Sequence[Clock] = ()) -> Page:
    """The browser after a month away, with a new tab.

    Its tabs were closed, and with them went what they kept. Its cookies are gone: Safari and all
    browsers on iOS delete those that a script wrote after seven days without a visit.
    """
    for page in context.pages:
        page.close()
    context.clear_cookies()
    for clock in clocks:
        clock.advance(_MONTH)
    return context.new_page()


def opened_at_once(context: BrowserContext, url: str, count: int = 2) -> list[Page]:
    """Tabs that begin to load at the same moment, as those a browser brings back when it starts."""
    tabs = [context.new_page() for _ in range(count)]
    for tab in tabs:
        tab.evaluate("url => { setTimeout(() => location.assign(url)) }", url)
    for tab in tabs:
        tab.wait_for_url(f"{url.rstrip('/')}/**")
    return tabs


def duplicated(tab: Page) -> Page:
    """The tab that "Duplicate tab" makes: what the first one keeps is copied, not shared."""
    with tab.context.expect_page() as opening:
        tab.evaluate("() => { window.open(location.href).opener = null; }")
    opening.value.wait_for_load_state()
    return opening.value


def make_cookies_throw(context: BrowserContext) -> None:
    """In pages to come `document.cookie` throws, as in a frame that may not have any."""
    context.add_init_script(_COOKIES_THROW)


def without_cookies(browser: Browser, folder: Path) -> AbstractContextManager[BrowserContext]:
    """A browser whose user has forbidden all cookies. `folder` is a new one, for its profile.

    It keeps none of any server, `document.cookie` stays empty, and to touch storage throws.
    """
    return _set_up(browser, folder, {"default_content_setting_values": {"cookies": 2}})


def without_others_cookies(
    browser: Browser, folder: Path
) -> AbstractContextManager[BrowserContext]:
    """A browser whose user has forbidden the cookies of other sites, as incognito windows have.

    In another site's frame it keeps such as are Partitioned; to touch storage throws, and locks are
    refused. `folder` is a new one, for its profile.
    """
    return _set_up(browser, folder, {"cookie_controls_mode": 1})


@contextmanager
def _set_up(browser: Browser, folder: Path, settings: dict[str, Any]) -> Iterator[BrowserContext]:
    (folder / "Default").mkdir()
    preferences = json.dumps({"profile": settings})
    (folder / "Default" / "Preferences").write_text(preferences, encoding="utf-8")
    context = browser.browser_type.launch_persistent_context(
        folder,
        executable_path=program("chromium", "google-chrome"),  # the other one keeps no preferences
        args=ARGUMENTS,
        ignore_https_errors=True,
    )
    be_patient(context)
    try:
        yield context
    finally:
        context.close()


@contextmanager
def elsewhere(browser: Browser) -> Iterator[Browser]:
    """A browser for which the app is on another machine, named `ELSEWHERE`.

    Over http that is no secure context: no `navigator.locks`, `crypto.randomUUID` or clipboard.
    """
    chromium = relaunched(browser, f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1")
    try:
        yield chromium
    finally:
        chromium.close()


def as_elsewhere(url: str) -> str:
    """The address of a local app as `elsewhere` has it."""
    return url.replace("localhost", ELSEWHERE, 1)
