"""How long a message takes to the customer's screen, in a real browser.

The agent's: from just before the agent's request is sent to LiveChat until the text is in the
page's DOM. The pauses between them are spread evenly over the polling interval, so that a poll is
now early and now late. The customer's own: from the Enter key until the text is in the DOM. Run
from the repository's root, with Chromium on the PATH:

    python -m tests.bench.screen [--messages 10 1000] [--sends 20]

A message that is not there after half a minute counts as one that takes for ever.
"""

from __future__ import annotations

import argparse
import math
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import TimeoutError as TimedOut

from livechat.page import words
from livechat.page.browser import identity_cookie
from tests.bench import variants
from tests.bench.conversations import Conversation, converse
from tests.bench.processes import app, stand_in
from tests.bench.table import print_table
from tests.bench.ticking import percentile
from tests.bench.variants import INTERVAL, Variant

# Milliseconds
_LOADED_WITHIN = 60_000
_SEEN_WITHIN = 30_000
_LOOK_EVERY = 50
_SETTLE = 2 * INTERVAL * 1000  # opening draws more than once
_AFTERWARDS = 1_500  # for what follows a message: its receipt, the seen mark

_GOLDEN = 0.618034  # its multiples, modulo 1, are spread evenly however many there are

# Notes when each message of the benchmark is first in the page, and when Enter was pressed, both in
# milliseconds of the machine's clock. What stands in the input is not on the screen yet.
_WATCH = r"""
window.seen = new Map();
const now = () => performance.timeOrigin + performance.now();
const note = (node) => {
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    if (!element || element.closest("[data-testid=stChatInput]")) return;
    for (const [text] of (node.textContent ?? "").matchAll(/benchmark \w+/g)) {
        if (!window.seen.has(text)) window.seen.set(text, now());
    }
};
new MutationObserver((mutations) => {
    for (const { target, type, addedNodes } of mutations) {
        for (const node of type === "childList" ? addedNodes : [target]) note(node);
    }
}).observe(document, { childList: true, characterData: true, subtree: true });
document.addEventListener("keydown", (event) => {
    if (event.key === "Enter") window.entered = now();
}, { capture: true });
"""


@dataclass(frozen=True)
class Times:
    """Milliseconds that each message took to the screen."""

    agents: list[float]
    own: list[float]


_FIGURES: Mapping[str, Callable[[Times], str]] = {
    "agent's message, median, ms": lambda times: f"{percentile(times.agents, 50):.0f}",
    "agent's message, p95, ms": lambda times: f"{percentile(times.agents, 95):.0f}",
    "own message, median, ms": lambda times: f"{percentile(times.own, 50):.0f}",
    "own message, p95, ms": lambda times: f"{percentile(times.own, 95):.0f}",
}


def main() -> None:
    """Reads the options, and runs."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.screen", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--messages", type=int, nargs="+", default=[10, 1000], help="of each chat (10 1000)"
    )
    parser.add_argument("--sends", type=int, default=20, help="of the agent and of the own (20)")
    options = parser.parse_args()
    run(options.messages, options.sends)


def run(messages: Sequence[int], sends: int) -> None:
    """Measures one page and conversation after the other, and prints them side by side."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("No Chromium on this machine")
    cases = [(variant, number) for variant in variants.ALL for number in messages]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        measured = [_measure(browser, variant, number, sends) for variant, number in cases]
        browser.close()
    print_table(
        f"To the customer's screen, {sends} messages of each side",
        [[variant.name for variant, _ in cases], [f"{number} messages" for _, number in cases]],
        _FIGURES,
        measured,
    )


def _measure(browser: Browser, variant: Variant, messages: int, sends: int) -> Times:
    with stand_in() as livechat:
        conversation = converse(livechat.settings, messages)
        with app(variant, livechat.settings) as served:
            context = browser.new_context()
            identity = identity_cookie.encoded(conversation.identity)
            context.add_cookies(
                [{"name": identity_cookie.NAME, "value": identity, "url": served.url}]
            )
            page = _open(context, served.url, conversation)
            agents = [_hear(page, conversation, number) for number in range(sends)]
            own = [_say(page, number) for number in range(sends)]
            context.close()
            return Times(agents, own)


def _open(context: BrowserContext, url: str, conversation: Conversation) -> Page:
    page = context.new_page()
    page.set_default_timeout(_LOADED_WITHIN)
    page.add_init_script(_WATCH)
    page.goto(url)
    page.get_by_text(conversation.newest).last.wait_for()
    page.wait_for_function(
        "label => [...document.querySelectorAll('button:enabled')]"
        ".some((button) => button.innerText === label)",
        arg=words.say("end"),
    )
    page.wait_for_timeout(_SETTLE)
    return page


def _hear(page: Page, conversation: Conversation, number: int) -> float:
    page.wait_for_timeout(_AFTERWARDS + number * _GOLDEN % 1 * INTERVAL * 1000)
    text = f"benchmark heard{number}"
    sent = time.time() * 1000
    conversation.say_as_agent(text)
    return _seen(page, text) - sent


def _say(page: Page, number: int) -> float:
    page.wait_for_timeout(_AFTERWARDS + number * _GOLDEN % 1 * INTERVAL * 1000)
    text = f"benchmark said{number}"
    field = page.get_by_test_id("stChatInput").locator("textarea")
    field.fill(text)
    field.press("Enter")
    seen = _seen(page, text)
    return seen - float(page.evaluate("window.entered"))


def _seen(page: Page, text: str) -> float:
    """When a text was first in the page, in milliseconds since the epoch."""
    try:
        page.wait_for_function(
            "text => window.seen.has(text)", arg=text, polling=_LOOK_EVERY, timeout=_SEEN_WITHIN
        )
    except TimedOut:
        return math.inf
    return float(page.evaluate("text => window.seen.get(text)", text))


if __name__ == "__main__":
    main()
