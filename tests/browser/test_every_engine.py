"""The story of a chat in the browsers that are no Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from livechat.api.agent_client import AgentClient
from livechat.page import words
from livechat.sandbox import Sandbox
from livechat.settings import VERSIONS, Version
from tests.browser import engines
from tests.browser.apps import Apps
from tests.browser.chat import newest_chat, png
from tests.browser.engines import Tab
from tests.conftest import live

INPUT = "//*[@data-testid='stChatInput']//textarea"
FILES = "//*[@data-testid='stChatInput']//input[@type='file']"
SEND = "//*[@data-testid='stChatInputSubmitButton']"
END = f"//button[not(@disabled)][normalize-space()='{words.say('end')}']"

PICTURE = "//*[@data-testid='stChatMessage']//img[@alt='teal.png']"

# What is wider than where it stands, and would be scrolled or cut off.
TOO_WIDE = """() => [...document.querySelectorAll("[data-testid=stBottom] *")]
    .filter((node) => node.clientWidth && getComputedStyle(node).overflowX !== "visible")
    .filter((node) => node.scrollWidth > node.clientWidth)
    .map((node) => `${node.className}: ${node.scrollWidth} in ${node.clientWidth}`)"""

# Resolves when nothing has changed for a second.
IS_QUIET = """() => new Promise((done) => {
    let timer;
    const observer = new MutationObserver(() => wait());
    const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(() => done(observer.disconnect() ?? true), 1000);
    };
    const all = { childList: true, subtree: true, attributes: true, characterData: true };
    observer.observe(document, all);
    wait();
})"""


def message(text: str) -> str:
    return f"//*[@data-testid='stChatMessage'][contains(., '{text}')]"


# Each on another version of LiveChat's API.
VERSION_OF: dict[str, Version] = {"firefox": VERSIONS[0], "webkit": VERSIONS[-1]}


@pytest.fixture(params=VERSION_OF)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def tab(engine: str, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """A tab of each engine."""
    if engine == "firefox":
        opened = engines.firefox(request.getfixturevalue("playwright"))
    else:
        opened = engines.webkit()
    with opened as tab:
        yield tab


def test_the_story_of_a_chat(
    engine: str, tab: Tab, run_app: Apps, livechat: Sandbox, agent: AgentClient, tmp_path: Path
) -> None:
    """The page hears by pushes alone."""
    livechat.reset()
    version = VERSION_OF[engine]
    livechat.default.refused_versions = set(VERSIONS[: VERSIONS.index(version)])
    settings = {"LIVECHAT_POLL_SECONDS": "3600", "LIVECHAT_API_VERSION": version}
    tab.open(run_app(**live(livechat, **settings)))
    tab.see("//*[contains(text(), 'Ready when you are')]")
    tab.send(INPUT, "Hello")
    tab.see(message("Hello") + "[contains(., 'Delivered')]")
    assert tab.run(TOO_WIDE) == []

    agent.say("Good day", customer_id="", chat_id=newest_chat(livechat), active=True)
    tab.see(message("Good day"))
    assert tab.run(IS_QUIET)

    picture = tmp_path / "teal.png"
    picture.write_bytes(png(40, 30))
    tab.attach(FILES, picture)
    tab.see("//*[@data-testid='stFileChip']")
    tab.click(SEND)
    tab.see(PICTURE)

    tab.reload()
    for said in (message("Hello"), message("Good day"), PICTURE):
        tab.see(said)

    tab.click(END)
    tab.see("//*[normalize-space()='The chat has been closed.']")
    tab.send(INPUT, "One more thing")
    tab.see(message("One more thing") + "[contains(., 'Delivered')]")
    tab.see(END)
    assert len(livechat.default.customers) == 1
    assert [r for r in livechat.requests if r.api != "agent" and r.error] == []
