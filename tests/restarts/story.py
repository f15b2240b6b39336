"""One story: what a visitor and an agent do, what ends meanwhile, and what has to be true then."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Error, Locator, expect

from livechat.page import words
from tests.browser.apps import Apps
from tests.conftest import until
from tests.field.line import Line
from tests.restarts.visitor import Visitor
from tests.sandbox.process import Process

JSON = dict[str, Any]

KINDS = (
    *("app", "sandbox", "both", "killed browser", "closed browser", "reload"),
    *("deaf", "deaf to the app", "deaf to the browser", "refused", "held"),
    *("LiveChat deaf", "LiveChat refused"),
)
"""What can happen to a story."""

SOMEBODY_ELSES = "Of no concern to others"

_CALM_WITHIN = 120.0  # seconds; a message is tried for a minute, with pauses
_WORD = re.compile(r"(?:visitor|agent|file|form)-\d+-[0-9a-f]{6}")


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
    """From the visitor to nginx."""
    far: Line
    """From the app, and the visitor, to the sandbox."""

    def ask(self, action: str, payload: JSON) -> JSON:
        """Asks the Agent API."""
        answer = self.sandbox.ask_as_agent(action, payload)
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
        if self._is_closed():
            return
        word = self._draft or self._word("visitor")
        said = Said(word)
        self._said.append(said)
        self.told.append(f"say {word}")
        self._draft = None
        if self.visitor.input.input_value() != word:
            self.visitor.input.fill(word)
        self.visitor.input.press("Enter")

    def _is_closed(self) -> bool:
        """Whether nobody can write: the page was lost before its scripts had come."""
        page, input = self.visitor.page, self.visitor.input
        if page.evaluate("'livechatKeeper' in globalThis"):
            return False
        expect(input.or_(page.get_by_text("Connection error", exact=True)).first).to_be_visible()
        return input.count() == 0 or input.is_disabled()

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
        """Ends the chat; the next message resumes it."""
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
        word = self._half_filled = self._word("form")
        name = {"type": "name", "id": "1", "label": _asked(word), "required": True}
        form = {"type": "form", "form_id": "contact", "fields": [name]}
        self.site.ask("send_event", {"chat_id": self._chat, "event": form})
        self._field.fill(word[:-1])
        kept = f"() => JSON.stringify(sessionStorage).includes('{word[:-1]}')"
        self.visitor.page.wait_for_function(kept)

    @property
    def _field(self) -> Locator:
        """The field that is half filled in, of a form of its own."""
        return self.visitor.page.get_by_label(_asked(str(self._half_filled)))

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

        def kill_both() -> None:
            site.apps.kill(site.app)
            site.sandbox.kill()

        def start_both() -> None:
            site.apps.restart(site.app)
            visitor.page.wait_for_timeout(1000)
            site.sandbox.start()

        def again() -> None:
            visitor.is_gone()
            visitor.open()

        return {
            "app": (lambda: site.apps.kill(site.app), lambda: site.apps.restart(site.app)),
            "sandbox": (site.sandbox.kill, site.sandbox.start),
            "both": (kill_both, start_both),
            "killed browser": (visitor.kill, again),
            "closed browser": (visitor.close, visitor.open),
            "reload": (visitor.load, lambda: None),
            "deaf": (line.deafen, lambda: _heal(line)),
            "deaf to the app": (lambda: line.deafen(to_browser=False), lambda: _heal(line)),
            "deaf to the browser": (lambda: line.deafen(to_app=False), lambda: _heal(line)),
            "refused": (lambda: _cut(line), line.open),
            "held": (line.hold, line.heal),
            "LiveChat deaf": (site.far.deafen, lambda: _heal(site.far)),
            "LiveChat refused": (lambda: _cut(site.far), site.far.open),
        }[kind]

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
        expect(self.visitor.input).to_be_visible()
        self._wait_until_calm()
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
            self._wait_until_calm()

    def _wait_until_calm(self) -> None:
        deadline = time.monotonic() + _CALM_WITHIN
        while disturbed := self._disturbed():
            assert time.monotonic() < deadline, disturbed
            self.visitor.page.wait_for_timeout(200)

    def _disturbed(self) -> list[object]:
        """What is not where it is to stay as the page says, and what is in its way."""
        page, kept = self.visitor.page, self._kept()
        gone = {*kept, *self._undelivered()}
        waits = [s.word for s in self._said if s.word not in gone and not s.may_be_lost]
        shown = [word for word in self._shown() if word in kept]
        said = [
            *page.locator("#on-its-way p, #connection:not(:empty)").all_inner_texts(),
            *page.get_by_test_id("stAlert").all_inner_texts(),
            *page.get_by_text(words.say("sending"), exact=True).all_inner_texts(),
        ]
        return [*waits, *said, *([] if shown == kept else [shown, kept])]

    def _shown(self) -> list[str]:
        self.visitor.show_all()
        return _WORD.findall("\n".join(self.visitor.messages.all_text_contents()))

    def _undelivered(self) -> set[str]:
        retry = self.visitor.page.get_by_role("button", name=words.say("retry"))
        texts = self.visitor.messages.filter(has=retry).all_inner_texts()
        return set(_WORD.findall("\n".join(texts)))

    def _check(self) -> None:
        """All of what the page and the server have of each other, when all is there again."""
        self._wait_until_calm()
        page, kept = self.visitor.page, self._kept()
        assert len(kept) == len(set(kept)), ("doubled", kept)
        lost = [s.word for s in self._said if s.word not in kept and not s.may_be_lost]
        assert not lost, ("lost", lost)
        assert self.site.chats() - self._before == {self._chat}, "somebody new"
        assert not page.get_by_test_id("stException").count()
        assert SOMEBODY_ELSES not in page.content()
        if self._draft is not None:
            expect(self.visitor.input).to_have_value(self._draft)
        if self._half_filled is not None:
            expect(self._field).to_have_value(self._half_filled[:-1])

    def _fill_in(self) -> None:
        """Submits what was only half there."""
        if self._draft is not None:
            self._say()
            self._settle()
        if self._half_filled is not None:
            self._field.fill(self._half_filled)
            self._field.press("Enter")
            self._said.append(Said(self._half_filled))
            self._half_filled = None
            self._settle()


def _asked(word: str) -> str:
    """The label of the field in which a word is written; the word itself is only in the answer."""
    return f"Name {word.removeprefix('form-')}"


def _cut(line: Line) -> None:
    line.refuse()
    line.close()


def _heal(line: Line) -> None:
    """What was lost on a deaf line is only noticed once it is closed."""
    line.close()
    line.heal()
