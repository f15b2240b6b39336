"""One tab of the visitor's browser: its page, its line, and what was typed in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from livechat.api.accounts import Identity
from livechat.api.structures.events import Event
from livechat.api.structures.forms import EMAIL, NAME, RATING, Answer, Form, Rating
from livechat.api.structures.rich_messages import RichMessage
from livechat.chat.attachment import Attachment
from livechat.chat.outgoing import Delivery, Outgoing, submitted_as
from livechat.chat.pushes import Told
from livechat.chat.submitted import Submitted
from livechat.page.browser import reader
from livechat.sandbox import Sandbox
from tests.driver import Clock, Page
from tests.schedules.line import Line

EMAIL_ADDRESS = "ada@example.com"
MARK = re.compile(r"<(\d+\.\d+)>")  # by which what was typed is known again, in texts and names


class Tab:
    """A tab. `typed` are the marks of all that was typed in it, in that order.

    `retried` are those that the visitor has sent again, which have another place; `given_up` those
    that they no longer want, or that a tab does not keep when it is loaded anew. One that `follows`
    another tab hears from that one.
    """

    def __init__(
        self, sandbox: Sandbox, number: int, clock: Clock, identity: Identity | None = None
    ) -> None:
        """It is opened."""
        self.number = number
        self.typed: list[str] = []
        self.retried: set[str] = set()
        self.given_up: set[str] = set()
        self.follows: Tab | None = None
        self._sandbox = sandbox
        self._clock = clock
        self._compared = ""
        self._untaken: list[Submitted] = []  # which the tab tells until it is known whose it is
        self.page = Page(sandbox, identity, clock=clock)
        self.line = Line(sandbox, self._customer_id if identity is None else identity.customer_id)
        sandbox._state.listeners.append(self.line)

    def close(self) -> None:
        """It is closed for good."""
        self._sandbox._state.listeners.remove(self.line)

    @property
    def _customer_id(self) -> str:
        return self.page.visit.conversation.customer_id or ""

    # What the visitor does; the page does its part when it `run`s

    def mark(self) -> str:
        """What is typed next is known by this."""
        self.typed.append(f"{self.number}.{len(self.typed)}")
        return f"<{self.typed[-1]}>"

    def say(self, what: str) -> None:
        """The visitor writes, attaches a file, or both; or what LiveChat would never take."""
        visit = self.page.visit
        if what in ("text", "several"):
            for _ in range(3 if what == "several" else 1):
                visit.say(f"{self.mark()} hello")
        elif what == "nothing":
            visit.say(" \n")
        elif what == "long":
            visit.say(f"{self.mark()} {'x' * 20_000}")
        elif what == "files":
            text = f"{self.mark()} see" if len(self.typed) % 2 else ""
            files = [Attachment(f"{self.mark()}.txt", "text/plain", b"x") for _ in range(2)]
            visit.say(text, files)

    def do(self, what: str, place: int) -> None:
        """The visitor does something besides writing; `place` tells which, or how."""
        visit = self.page.visit
        doings: dict[str, Callable[[], object]] = {
            "retry": self.retry,
            "discard": self.discard,
            "end": visit.end,
            "press": lambda: self.press(place),
            "rate": lambda: self.rate(place),
            "transcript": lambda: visit.send_transcript(EMAIL_ADDRESS),
            "fill in": self.fill_in,
            "introduce": lambda: visit.introduce("Ada" if place % 2 else "Bob", None),
            "look up": visit.look_up_customer,
            "earlier": visit.show_earlier,
            "cancel greeting": visit.cancel_greeting,
            "hide": lambda: self.hide(True),
            "show": lambda: self.hide(False),
            "later": self.do_later,
        }
        doings[what]()

    def retry(self) -> None:
        """Whatever was not delivered, once more."""
        for message in self.outbox:
            if message.delivery is Delivery.FAILED:
                self.retried |= marks(message)
                self.page.visit.retry(message.custom_id)

    def discard(self) -> None:
        """The first that was not delivered is no longer wanted."""
        for message in self.outbox:
            if message.delivery is Delivery.FAILED:
                self.given_up |= marks(message)
                self.page.visit.discard(message.custom_id)
                return

    def press(self, place: int) -> None:
        """A button of the newest message that has some, or of the greeting."""
        conversation = self.page.visit.conversation
        events = list(conversation.transcript.timeline)
        if conversation.greeted and conversation.greeted.event:
            events.append(conversation.greeted.event)
        for event in reversed(events):
            if isinstance(event.body, RichMessage):
                buttons = [b for element in event.body.elements for b in element.buttons]
                if buttons:
                    self.page.visit.press(event.id, buttons[place % len(buttons)].postback_id)
                return

    def rate(self, place: int) -> None:
        """The newest thread is good, bad, or not rated any more."""
        visit = self.page.visit
        ratings = (Rating(0), Rating(1), Rating(1, "why"), None)
        visit.rate(ratings[place % len(ratings)], visit.thread_id)

    def fill_in(self) -> None:
        """Whatever form there is, with a mark in its text if it has one."""
        visit = self.page.visit
        asks = visit.glance().asks
        if asks.type == "address":
            visit.answer_to(EMAIL_ADDRESS)
        elif asks.form and not asks.is_filled and asks.type == "ticket":
            visit.leave_ticket(asks.form, self._answers(asks.form))
        elif asks.form and not asks.is_filled and asks.type == "postchat":
            visit.fill_in_afterwards(asks.form, self._answers(asks.form), asks.thread_id)
        elif asks.form and not asks.is_filled:
            # It goes with a message, if there is one.
            visit.fill_in_first(asks.form, self._answers(asks.form, is_marked=False))
        elif form := self._form_in_chat():
            visit.fill_in(form, self._answers(form))

    def _form_in_chat(self) -> Form | None:
        conversation = self.page.visit.conversation
        forms = (e for e in conversation.transcript.timeline if conversation.wants_filling(e))
        return next((e.body for e in forms if isinstance(e.body, Form)), None)

    def _answers(self, form: Form, *, is_marked: bool = True) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        for field in form.fields:
            if field.type == NAME:
                answers[field.id] = "Ada"
            elif field.type == EMAIL:
                answers[field.id] = EMAIL_ADDRESS
            elif field.type == RATING:
                answers[field.id] = Rating(1)
            elif field.type == "textarea":
                answers[field.id] = f"{self.mark()} filled in" if is_marked else "filled in"
        return answers

    def hide(self, is_hidden: bool) -> None:
        """The tab is on the screen, or not."""
        visit = self.page.visit
        if visit.on_screen == is_hidden:
            visit.on_screen = not is_hidden
            if not is_hidden:
                visit.came_back()

    def reload(self, identity: Identity) -> None:
        """What the tab keeps comes back: texts, and the names of files."""
        visit, outbox = self.page.visit, self.outbox
        undelivered = [m for m in outbox if submitted_as(m) in visit.kept.undelivered]
        kept: dict[str, Submitted] = {}
        for message in undelivered:
            id, file = submitted_as(message), message.file
            known = kept.get(id, Submitted(id, "", visit.kept.id, identity.customer_id))
            text = known.text if file else message.text
            files = (*known.files, file.name) if file else known.files
            kept[id] = Submitted(id, text, known.visit, known.customer, files)
            if message.content.get("type") == "filled_form":
                self.given_up |= marks(message)
        told = [message for message in kept.values() if message.text or message.files]
        self.line.load_anew()
        # What happens while it asks for the first time happens to this one.
        self.page = Page(self._sandbox, identity, clock=self._clock, runs=False)
        self._untaken += told
        self.run()

    # What the page does

    @property
    def outbox(self) -> tuple[Outgoing, ...]:
        """What is not in the transcript yet."""
        return self.page.visit.conversation.outbox

    def run(self) -> None:
        """One run of the page, and those that it causes."""
        if self._untaken:
            kept = self.page.visit.kept
            kept.take(self._untaken)
            self._untaken = [m for m in self._untaken if m.id not in kept.taken]
        self.page.run()

    def poll(self, after: float) -> None:
        """A poll, so many seconds later."""
        self.page.poll(after)

    def do_later(self) -> None:
        """What the visit wanted done by itself is done."""
        later, self.page.later = self.page.later, []
        for do in later:
            do()

    def tell(self, others: list[Tab]) -> None:
        """The page is told all that its line has told until now, or the tab that it follows."""
        self.page.visit.told(self._heard(others))

    def _heard(self, others: list[Tab]) -> Told:
        line, leader = self.line, self.follows
        if leader and leader.line.told.open and leader.page.visit.trusts_pushes:
            # Seen from the start: it has missed nothing of that connection.
            line.told = leader.line.told
            return self._in_name_of(line.told, follows=True)
        known = {reader.known(tab.page.visit.conversation) for tab in others}
        own = reader.known(self.page.visit.conversation)
        if not line.told.open and (news := known - {own, self._compared}):
            self._compared = min(news)
            line.ring("looks")
        return self._in_name_of(line.told, follows=leader is not None)

    def _in_name_of(self, told: Told, *, follows: bool) -> Told:
        return replace(told, customer=self._customer_id, follows=follows)

    # What it shows

    def shown(self) -> list[tuple[str, str, str]]:
        """The transcript; where LiveChat has no closing message the page's own is left out."""
        timeline = self.page.visit.conversation.transcript.timeline
        return [(e.id, e.type, e.text) for e in timeline if not e.id.endswith("/closed")]

    def pressed(self) -> list[tuple[str, str]]:
        """The buttons that the visitor has pressed, in the newest thread."""
        conversation = self.page.visit.conversation
        where = conversation.transcript.thread_of
        newest = [
            e for e in conversation.transcript.timeline if where.get(e.id) == conversation.thread_id
        ]
        return [(e.id, b) for e in newest for b in _pressed(e, self._customer_id)]


def _pressed(event: Event, customer_id: str) -> Iterator[str]:
    if isinstance(event.body, RichMessage):
        for element in event.body.elements:
            yield from (b.postback_id for b in element.buttons if customer_id in b.user_ids)


def marks(message: Outgoing) -> set[str]:
    """What a message is known by."""
    name = message.file.name if message.file else ""
    return set(MARK.findall(f"{name} {message.content}"))
