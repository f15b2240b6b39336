"""Numbers, dates and times as the browser itself would write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from playwright.sync_api import Browser

from livechat.page.browser import screen
from livechat.page.times import Here
from livechat.page.words import numbers

# Of each language where most who read it are, and where it is written otherwise.
LOCALES = (
    *("en-US", "en-GB", "de-DE", "de-AT", "fr-FR", "es-ES", "es-MX", "pt-BR", "pt-PT", "it-IT"),
    *("nl-NL", "pl-PL", "tr-TR", "uk-UA", "ja-JP", "zh-CN", "zh-TW", "ko-KR", "ar-EG", "ar-AE"),
    *("ar-MA", "he-IL", "ru-RU", "sv-SE", "cs-CZ"),
)
THEN = datetime(2026, 3, 4, 15, 4, tzinfo=UTC)

# A number that a script has written, as counting.js does in a browser of that locale, and a date
# and a time as the browser has them. Versions of browsers differ in the blanks, and the words.
WRITTEN = """([script, locale, at]) => {
  Object.defineProperty(navigator, "language", { value: locale, configurable: true });
  document.documentElement.lang = locale.split("-")[0];
  const { written } = Function(`${script}; return { written }`)();
  const days = { year: "numeric", month: "numeric", day: "numeric", timeZone: "UTC" };
  const format = (how) => new Intl.DateTimeFormat(`${locale}-u-ca-gregory`, how).format(at);
  return [written(12345), written(1234567.5), format(days),
    format({ timeStyle: "short", timeZone: "UTC" }).replace(/[^\\d٠-٩:]+/g, "")];
}"""


def test_the_page_writes_as_the_browser_does(browser: Browser) -> None:
    page = browser.new_page()
    for locale in LOCALES:
        here = Here(UTC, locale)
        shown = here.stamp(THEN, THEN.date())
        clock = "".join(c for c in shown if c.isdecimal() or c == ":")
        stamp = here.stamp(THEN, date(2026, 3, 10))
        day = stamp.removesuffix(shown).rstrip(", ")
        ours = [numbers.written(12345, locale), numbers.written(1234567.5, locale, 1), day, clock]
        theirs = page.evaluate(WRITTEN, [screen.COUNTING, locale, THEN.timestamp() * 1000])
        assert ours == theirs, locale
    page.close()
