"""One story: what a visitor and an agent do, what ends meanwhile, and what has to be true then."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import requests
from playwright.sync_api import Error, expect

from livechat.page import words
from livechat.settings import VERSIONS
from tests.browser.apps import Apps
from tests.conftest import until
from tests.field.line import Line
from tests.restarts.visitor import Visitor
from tests.sandbox.process import Process

JSON = dict[str, Any]

KINDS = (
    "app",
    "sandbox",
    "both",
    "killed browser",
    "closed browser",
    "reload",
    *(("deaf", "deaf to the app", "deaf to the browser", "refused", "held")),
)
"""What can happen to a story."""

_WORD = re.compile(r"(?:visitor|agent|file|form)-\d+-[0-9a-f]{6}")
FORM = {
    "type": "form",
    "form_id": "contact",
    "fields": [
        {"type": "name", "id": "1", "label": "Your name", "required": True},
        {"type": "textarea", "id": "2", "label": "More"},
    ],
}


@dataclass
class Said:
    """What the visitor has submitted."""

    word: str
    was_delivered: bool = False
    """Whether the page has said so."""
    may_be_lost: bool = False
    """Whether the browser has ended, which alone had it, before the page said so."""


@dataclass
class Site:
    """What runs, from the agent to the line by which visitors come."""

    sandbox: Process
    apps: Apps
    app: str
    """The address at which the app is, behind nginx."""
    line: Line

    def ask(self, action: str, payload: JSON) -> JSON:
        """Asks the Agent API."""
        answer = requests.post(
            f"{self.sandbox.url}/v{VERSIONS[-1]}/agent/action/{action}",
            json=payload,
            headers={"Authorization": f"Bearer {self.sandbox.settings['LIVECHAT_AGENT_TOKEN']}"},
        )
        assert answer.status_code == 200, answer.text
        told: JSON = answer.json()
        return told

    def chats(self) -> set[str]:
        """The chats that there are."""
        return {chat["id"] for chat in self.ask("list_chats", {"limit": 100})["chats_summary"]}


class Story:
    """A story, which its seed tells. What has happened in it is in `told`."""

    def __init__(self, site: Site, visitor: Visitor, seed: int) -> None:
        self.site = site
        self.visitor = visitor
        self.told: list[str] = []
        self._random = random.Random(seed)
        self._before = site.chats()
        self._chat = ""
        self._said: list[Said] = []
        self._draft: str | None = None
        self._half_filled: str | None = None
        self._is_rated = False
        self._count = 0

    def tell(self, kinds: list[str]) -> None:
        """Tells it, with one of `kinds` after the other in the middle of what is done."""
        self._begin()
        for kind in kinds:
            for _ in range(self._random.randint(0, 2)):
                self._do_at_leisure()
            self._let_happen(kind)
            if self._random.random() < 0.5:
                self._settle()
        self._settle()
        self._check()
        self.visitor.load()
        self._check()
        self._fill_in()
        self._check()

    # What is done

    def _begin(self) -> None:
        expect(self.visitor.page.get_by_text(words.say("ready"))).to_be_visible()
        self._say()
        until(self.visitor.page, lambda: self.site.chats() > self._before)
        (self._chat,) = self.site.chats() - self._before
        self._settle()
        # A browser writes a cookie down within half a minute, and when it is closed.
        self._let_happen("closed browser")
        self._settle()

    def _do_at_leisure(self) -> None:
        """Something that takes all to be there, and is waited for."""
        self._settle()
        acts = [self._answer, self._send_file, self._draft_something, self._end]
        acts += [] if self._half_filled else [self._half_fill]
        act = self._random.choice(acts)
        self.told.append(act.__name__)
        act()

    def _word(self, kind: str) -> str:
        self._count += 1
        return f"{kind}-{self._count}-{self._random.getrandbits(24):06x}"

    def _say(self) -> None:
        """Submits what is in the input, or something new. Nothing has to be there for that."""
        word = self._draft or self._word("visitor")
        said = Said(word)
        self._said.append(said)
        self.told.append(f"say {word}")
        self._draft = None
        if self.visitor.input.input_value() != word:
            self.visitor.input.fill(word)
        self.visitor.input.press("Enter")

    def _draft_something(self) -> None:
        if self._draft is None:
            self._draft = self._word("visitor")
            self.visitor.input.fill(self._draft)

    def _answer(self) -> None:
        event = {"type": "message", "text": self._word("agent")}
        if not self._threads()[-1]["active"]:
            self._resume()
        self.site.ask("send_event", {"chat_id": self._chat, "event": event})

    def _resume(self) -> None:
        self.site.ask("resume_chat", {"chat": {"id": self._chat}})

    def _send_file(self) -> None:
        if self._draft is not None:  # it would go along
            self._say()
            self._settle()
        word = self._word("file")
        content = {"name": f"{word}.txt", "mimeType": "text/plain", "buffer": b"content"}
        page = self.visitor.page
        page.locator("input[type=file]").set_input_files([content])  # type: ignore[list-item]
        expect(page.get_by_test_id("stFileChip")).to_have_count(1)
        expect(page.get_by_test_id("stFileChipIconSpinner")).to_have_count(0)
        self.visitor.input.press("Enter")
        self._said.append(Said(word))
        self._settle()

    def _end(self) -> None:
        """Ends the chat, and rates it; the next message resumes it."""
        if not self._threads()[-1]["active"]:
            self._resume()
        page = self.visitor.page
        expect(self.visitor.button("End chat")).to_be_enabled()
        self.visitor.button("End chat").click()
        expect(page.get_by_text(words.say("closed"))).to_be_visible()
        until(page, lambda: not self._threads()[-1]["active"])

    def _half_fill(self) -> None:
        if not self._threads()[-1]["active"]:
            self._resume()
        self.site.ask("send_event", {"chat_id": self._chat, "event": FORM})
        self._half_filled = self._word("form")
        expect(self.visitor.form).to_have_count(1)
        self.visitor.form.get_by_label("Your name").fill(self._half_filled)
        kept = f"() => JSON.stringify(sessionStorage).includes('{self._half_filled}')"
        self.visitor.page.wait_for_function(kept)

    # What happens meanwhile

    def _let_happen(self, kind: str) -> None:
        """Something ends while something is said, and is there again later."""
        self.told.append(kind)
        begin, finish = self._ways(kind)
        moment = self._random.choice(
            [0.0, self._random.uniform(0, 0.1), self._random.uniform(0, 1)]
        )
        beginning = threading.Timer(moment, begin)
        is_browser = kind in ("killed browser", "closed browser", "reload")
        count = self._random.randint(1, 3)
        if kind in ("closed browser", "reload"):  # by the visitor's own hand
            self._say()
            self.visitor.page.wait_for_timeout(1000 * moment)
            begin()
        else:
            beginning.start()
            for _ in range(count):
                with suppress(*[Error] if is_browser else []):
                    self.visitor.page.wait_for_timeout(self._random.choice([0, 100, 400]))
                    self._say()
            beginning.join()
        if not is_browser:
            self.visitor.page.wait_for_timeout(self._random.choice([0, 500, 3000]))
            if self._random.random() < 0.3:
                self._say()
        finish()
        if kind in ("killed browser", "closed browser"):
            for said in self._said:
                said.may_be_lost = not said.was_delivered
            self._draft = self._half_filled = None

    def _ways(self, kind: str) -> tuple[Callable[[], object], Callable[[], object]]:
        """How something begins, in a thread of its own, and how it ends."""
        site, line, visitor = self.site, self.site.line, self.visitor

        def nothing() -> None:
            pass

        def cut() -> None:
            line.refuse()
            line.close()

        def again() -> None:
            visitor.is_gone()
            visitor.open()

        def kill_app() -> None:
            site.apps.kill(site.app)

        def restart_app() -> None:
            site.apps.restart(site.app)

        def kill_both() -> None:
            kill_app()
            site.sandbox.kill()

        def start_both() -> None:
            restart_app()
            self.visitor.page.wait_for_timeout(1000)
            site.sandbox.start()

        return {
            "app": (kill_app, restart_app),
            "sandbox": (site.sandbox.kill, site.sandbox.start),
            "both": (kill_both, start_both),
            "killed browser": (visitor.kill, again),
            "closed browser": (visitor.close, visitor.open),
            "reload": (visitor.load, nothing),
            "deaf": (line.deafen, self._heal),
            "deaf to the app": (lambda: line.deafen(to_browser=False), self._heal),
            "deaf to the browser": (lambda: line.deafen(to_app=False), self._heal),
            "refused": (cut, line.open),
            "held": (line.hold, line.heal),
        }[kind]

    def _heal(self) -> None:
        """What was lost on a deaf line is not noticed by itself before the line is closed."""
        self.site.line.close()
        self.site.line.heal()

    # What has to be true

    def _threads(self) -> list[JSON]:
        fields = {"chat_id": self._chat, "limit": 100, "sort_order": "asc"}
        threads: list[JSON] = self.site.ask("list_threads", fields)["threads"]
        return threads

    def _kept(self) -> list[str]:
        """The words that LiveChat has, in its order."""
        events = [event for thread in self._threads() for event in thread["events"]]
        found: list[str] = []
        for event in events:
            if event["type"] in ("message", "file", "filled_form"):
                text = event.get("text") or event.get("name") or str(event["fields"])
                found += _WORD.findall(text)
        return found

    def _settle(self) -> None:
        """Waits until all that was said has arrived, or waits for the visitor; who tries again."""
        page = self.visitor.page
        expect(self.visitor.input).to_be_visible()
        until(page, self._is_calm)
        kept = self._kept()
        own = [said.word for said in self._said if said.word in kept]
        in_order = [word for word in kept if word in own]
        assert in_order == own or self._retried(), ("the order", own, in_order)
        self._retry()
        for said in self._said:
            if said.word in self._kept():
                said.was_delivered, said.may_be_lost = True, False

    def _retried(self) -> bool:
        return any("retry" in line for line in self.told)

    def _retry(self) -> None:
        retry = self.visitor.messages.get_by_role("button", name=words.say("retry"))
        while retry.count():
            self.told.append("retry")
            with suppress(Error):  # it has arrived just now
                retry.first.click(timeout=5_000)
            until(self.visitor.page, self._is_calm)

    def _is_calm(self) -> bool:
        """Whether each word is where it is to stay, as the page says, and nothing is in its way."""
        page = self.visitor.page
        kept, shown = self._kept(), self._shown()
        undelivered = self._undelivered()
        waits = [s.word for s in self._said if s.word not in kept and s.word not in undelivered]
        return (
            not [w for w in waits if not self._is_at_risk(w)]
            and not page.locator("#on-its-way p").count()
            and not page.locator("#connection:not(:empty)").count()
            and not page.get_by_test_id("stAlert").count()
            and not page.get_by_text(words.say("sending"), exact=True).count()
            and [word for word in shown if word in kept] == kept
        )

    def _is_at_risk(self, word: str) -> bool:
        return any(said.may_be_lost for said in self._said if said.word == word)

    def _shown(self) -> list[str]:
        self.visitor.show_all()
        return _WORD.findall("\n".join(self.visitor.messages.all_inner_texts()))

    def _undelivered(self) -> set[str]:
        retry = self.visitor.page.get_by_role("button", name=words.say("retry"))
        texts = self.visitor.messages.filter(has=retry).all_inner_texts()
        return set(_WORD.findall("\n".join(texts)))

    def _check(self) -> None:
        """All of what the page and the server have of each other, when all is there again."""
        until(self.visitor.page, self._is_calm)
        page, kept = self.visitor.page, self._kept()
        assert len(kept) == len(set(kept)), ("doubled", kept)
        lost = [s.word for s in self._said if s.word not in kept and not s.may_be_lost]
        assert not lost, ("lost", lost)
        assert self._shown() == kept
        assert self.site.chats() - self._before == {self._chat}, "somebody new"
        assert not page.get_by_test_id("stException").count()
        assert "somebody else" not in page.content()
        if self._draft is not None:
            expect(self.visitor.input).to_have_value(self._draft)
        if self._half_filled is not None:
            expect(self.visitor.form.get_by_label("Your name")).to_have_value(self._half_filled)

    def _fill_in(self) -> None:
        """Submits what was only half there."""
        if self._draft is not None:
            self._say()
            self._settle()
        if self._half_filled is not None:
            self.visitor.form.get_by_role("button", name="Submit").click()
            self._said.append(Said(self._half_filled))
            self._half_filled = None
            self._settle()
