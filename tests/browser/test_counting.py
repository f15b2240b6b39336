"""Scripts count by the browser's own rules, the app by its own: they are the same."""

from __future__ import annotations

from playwright.sync_api import Browser

from livechat.page.browser import screen
from livechat.page.words import plurals
from livechat.settings import LANGUAGES

NUMBERS = (*range(201), 1_000, 1_001, 1_234, 10_000, 1_000_000, 1_000_001, 2_000_000, 12_345_678)

# A browser may not know all of them, and would count as in its own language.
ASK = """([languages, numbers]) => Object.fromEntries(
  Intl.PluralRules.supportedLocalesOf(languages).map((language) => {
    const rules = new Intl.PluralRules(language);
    return [language, numbers.map((number) => rules.select(number))];
  })
)"""

SAY = """async ([script, language, forms, counts]) => {
  document.documentElement.lang = language;
  const tail = "export default counted;";
  const blob = new Blob([script, tail], { type: "text/javascript" });
  const { default: counted } = await import(URL.createObjectURL(blob));
  return counts.map((count) => counted(forms, count));
}"""


def test_a_browser_counts_as_the_app_does(browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        asked = sorted({*plurals.NAMED, *LANGUAGES, "sv"})
        found = page.evaluate(ASK, [asked, NUMBERS])
        assert found.keys() >= set(LANGUAGES)
        for language, categories in found.items():
            own = [plurals.category(language, number) for number in NUMBERS]
            assert (language, own) == (language, categories)

        forms = {"one": "{count} файл", "few": "{count} файли", "other": "{count} файлів"}
        said = page.evaluate(SAY, [screen.COUNTING, "uk", forms, [21, 3, 5, 1_234]])
        assert said == ["21 файл", "3 файли", "5 файлів", "1\u00a0234 файли"]
