"""All that a person can see or hear of a page, and what of it is in no language of the page's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from livechat.page import words
from livechat.sandbox.world.sample_organization import FORMS, GROUPS
from tests.browser.apps import copy_sources

# What a screen reader is told in a shadow, too.
OPEN = """{
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (options) {
    return attachShadow.call(this, { ...options, mode: "open" });
  };
}"""

# [text, where it stands]. A letter of a font of icons is a picture.
ALL = """(root) => {
  const found = [["document.title", document.title]];
  const labels = [
    ...["aria-label", "aria-description", "aria-roledescription", "aria-valuetext"],
    ...["title", "placeholder", "alt", "label"],
  ];
  const isSaid = (part) =>
    !part.matches("script, style, noscript, template, iframe") &&
    part.checkVisibility({ visibilityProperty: true });
  const isPicture = (part) => /Material/.test(getComputedStyle(part).fontFamily);
  const where = (part) => {
    const { dataset, className } = part.closest("[data-testid]") ?? part.getRootNode().host ?? part;
    return `${part.localName} in ${dataset.testid ?? className}`;
  };
  const look = (root) => {
    for (const part of root.querySelectorAll("*")) {
      if (part.shadowRoot) look(part.shadowRoot);
      if (!isSaid(part)) continue;
      if (!part.closest("[aria-hidden=true]")) {
        for (const label of labels) {
          found.push([`${label} of ${where(part)}`, part.getAttribute(label)]);
        }
      }
      for (const pseudo of ["::before", "::after"]) {
        const { content, fontFamily } = getComputedStyle(part, pseudo);
        if (/Material/.test(fontFamily)) continue;
        found.push([`${pseudo} of ${where(part)}`, content.match(/"(.*)"/)?.[1]]);
      }
      if (isPicture(part)) continue;
      for (const node of part.childNodes) {
        if (node.nodeType === Node.TEXT_NODE) found.push([where(part), node.data]);
      }
    }
  };
  look(document.querySelector(root));
  return found.filter(([, text]) => text?.trim());
}"""

_MARKED = re.compile("⟦[^⟦⟧]*⟧")
_LETTER = re.compile(r"[^\W\d_]")


def marked(text: str) -> str:
    return f"⟦{text}⟧"


def say(key: str, **values: object) -> str:
    """What the page says in the language of which each sentence is marked."""
    return marked(words.say(key, **values))


def mark_all(root: Path) -> None:
    """The page's sources, which speak English and, for German, one whose sentences are marked."""
    copy_sources(root)
    folder = root / "livechat" / "page" / "words"
    english = (folder / "en.toml").read_text("utf-8")
    for file in folder.glob("*.toml"):
        if file.stem != "en":
            file.unlink()
    lines = (line for line in english.splitlines() if not line.startswith("#"))
    sentences = re.sub(r'"((?:[^"\\]|\\.)+)"', r'"⟦\1⟧"', "\n".join(lines))
    (folder / "de.toml").write_text(sentences, "utf-8")


def without_marks(text: str) -> str:
    """What of it is no sentence of the page's."""
    while (rest := _MARKED.sub("", text)) != text:
        text = rest
    return rest


def all_words(page: Page, root: str = "html") -> list[list[str]]:
    """All of it, each with the place where it stands first."""
    found: list[list[str]] = page.evaluate(ALL, root)
    return found


def unmarked(page: Page, said: Iterable[str], root: str = "html") -> list[list[str]]:
    """All of it that nobody has translated, where `said` is what people say themselves."""
    known = sorted(said, key=len, reverse=True)
    anybody = re.compile("|".join(map(re.escape, known)))
    return [
        one
        for one in all_words(page, root)
        if _LETTER.search(anybody.sub("", without_marks(one[1])))
    ]


def of_the_sandbox() -> Iterator[str]:
    """What its agents are called, and its forms' words."""
    yield from ("Kate Novak", "Customer Success", "Tom Reyes", "Technical Support")
    yield from GROUPS.values()
    yield from _labels(FORMS)


def _labels(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (
            value.rstrip(": ") for key, value in part.items() if key in ("label", "comment_label")
        )
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _labels(inner)


def open_shadows(context: BrowserContext) -> None:
    context.add_init_script(OPEN)
