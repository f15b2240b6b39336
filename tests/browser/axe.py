"""axe-core, which looks for what keeps people from using a page."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# What is Streamlit's alone: the rule, what it is about, and why it is left.
LEFT: list[tuple[str, str]] = []

_RUN = """async (left) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const found = [];
  for (const { id, impact, nodes } of violations) {
    if (!["serious", "critical"].includes(impact)) continue;
    for (const { target, any, all, none } of nodes) {
      const part = document.querySelector(target.flat().at(0));
      if (left.some(([rule, selector]) => rule === id && part?.closest(selector))) continue;
      const why = [...any, ...all, ...none].map(({ message }) => message)[0];
      found.push(`${id}: ${part?.outerHTML.slice(0, 200)}: ${why}`);
    }
  }
  return found;
}"""

# The text of what is in front of all else, which axe-core takes for hidden, by its own ratio.
_CONTRAST = """() => {
  const colour = (text) => text.match(/[\\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], below) => [r, g, b].map((c, i) => c * a + below[i] * (1 - a));
  const light = (rgb) => rgb
    .map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (part) => {
    if (!part) return [255, 255, 255];
    const { backgroundColor } = getComputedStyle(part);
    return over(colour(backgroundColor), behind(part.parentElement));
  };
  const found = [];
  for (const box of document.querySelectorAll("[role=dialog], [role=menu]")) {
    const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) {
      const part = node.parentElement;
      if (!node.data.trim() || part.closest("[disabled], [aria-hidden=true]")) continue;
      const back = behind(part);
      let [r, g, b, a = 1] = colour(getComputedStyle(part).color);
      for (let one = part; one !== box; one = one.parentElement) {
        a *= Number(getComputedStyle(one).opacity);
      }
      const [more, less] = [light(over([r, g, b, a], back)), light(back)].sort((x, y) => y - x);
      const ratio = (more + 0.05) / (less + 0.05);
      if (ratio < 4.5) found.push(`${ratio.toFixed(2)}: ${node.data}`);
    }
  }
  return found;
}"""


def faults(page: Page) -> list[str]:
    """What is serious or worse on the page as it is now."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    return [*page.evaluate(_RUN, LEFT), *page.evaluate(_CONTRAST)]
