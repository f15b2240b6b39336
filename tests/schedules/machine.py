"""The steps of a schedule, and what must hold at its end."""

from __future__ import annotations

import functools
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from livechat.api import route
from livechat.api.accounts import Identity
from livechat.chat.conversation import State
from livechat.chat.outgoing import Delivery
from livechat.sandbox import Sandbox
from livechat.sandbox.world.regions import KNOWN
from livechat.sandbox.world.views import CustomerView
from livechat.settings import VERSIONS, Version
from livechat.visit import company
from tests.driver import Clock
from tests.schedules.others import ACTS, LATE_ACTS, Others
from tests.schedules.tab import MARK, Tab
from tests.schedules.wire import FAULTS, WRONG, Mishap, Wire, between

T = TypeVar("T")

STEPS = 40

MOST_TABS = 3
TABS = st.integers(0, MOST_TABS - 1)
PLACES = st.integers(0, 9)
SENDS = ("start_chat", "resume_chat", "send_event", "upload_file", "deactivate_chat")
READS = ("list_chats", "list_threads", "get_chat")
ERRANDS = (
    *("send_rich_message_postback", "update_thread_properties", "delete_thread_properties"),
    *("accept_greeting", "cancel_greeting", "update_customer", "mark_events_as_seen"),
)
ACTIONS = st.sampled_from((*(["any"] * 6), *SENDS, *READS, *READS, *ERRANDS, "token", "get_form"))
KINDS = st.sampled_from((*FAULTS, *WRONG))
DOINGS = (
    *("retry", "retry", "discard", "end", "press", "press", "rate", "rate", "rate", "transcript"),
    *("fill in", "fill in", "fill in", "introduce", "look up", "earlier", "cancel greeting"),
    *("hide", "show", "later", "later"),
)
OWN = ("says", "ends", "presses", "rates", "is told", "hides or shows")
OTHER = ("another tab says", "another tab polls", "another tab reloads", "another tab is told")
LINES = ("the line is back", "the line is gone")
MEANWHILE = st.sampled_from((*ACTS, *OWN, *OTHER, *LINES))

PUSHES = ("late", "in time", "twice", "once", "mute")  # how they come from now on

MOST_SETTLED = 1  # before the end: that takes as long as all else
MOST_REQUESTS = 60  # of one step of one tab, whatever goes wrong in it
# Seconds: longer than any pause that LiveChat may ask for, that follows a failure, or between two
# looks of a page that nobody touches.
PAUSES = (310.0, 310.0, 310.0)


def _some(one: st.SearchStrategy[T]) -> st.SearchStrategy[list[T]]:
    return st.lists(one, min_size=1, max_size=4)


class Schedules(RuleBasedStateMachine):
    """One visitor with their tabs, all that goes wrong, and everybody else."""

    sandbox: Sandbox
    version: Version
    wire: Wire
    errors: list[str]

    @initialize(
        tabs=st.integers(1, MOST_TABS),
        forms=st.sets(st.sampled_from(["prechat", "postchat", "ticket"])),
        is_shared=st.booleans(),
        has_chat=st.booleans(),
    )
    def begin(self, tabs: int, forms: set[str], is_shared: bool, has_chat: bool) -> None:
        """With `is_shared` one tab reads for all, as it does where there are Web Locks."""
        self.wire.clear()
        self.sandbox.reset()
        self.errors.clear()
        company.shared.cache_clear()
        route.route.cache_clear()
        route.VERSION.current = self.version
        self.sandbox.default.enabled_forms = set(forms)
        self.clock = Clock()
        self.is_shared = is_shared
        self.opened = 0
        self.settled = 0
        self.working: list[Tab] = []
        self.tabs: list[Tab] = []
        self.closed: list[Tab] = []
        self.identity: Identity | None = None
        for _ in range(tabs):
            self.open()
        if has_chat:
            self.does(self.tabs[0], self.tabs[0].fill_in)
            self.does(self.tabs[0], lambda: self.tabs[0].say("text"))

    def open(self) -> None:
        tab = Tab(self.sandbox, self.opened, self.clock, self.identity)
        self.opened += 1
        self.tabs.append(tab)
        if self.identity is None:
            if tab.page.visit.identity is None:  # a connection of before had died
                tab.poll(PAUSES[0])
            self.identity = tab.page.visit.identity
            assert self.identity
            self.others = Others(self.sandbox, self.identity.customer_id)
        self._elect()

    def _elect(self) -> None:
        for tab in self.tabs:
            tab.follows = self.tabs[0] if self.is_shared and tab is not self.tabs[0] else None
            if tab.follows:
                tab.line.drop()

    def tab(self, number: int) -> Tab:
        return self.tabs[number % len(self.tabs)]

    def does(self, tab: Tab, step: Callable[[], object] = lambda: None) -> None:
        """A tab does something, and its page all that comes of it."""
        before = self.wire.sent
        self.working.append(tab)
        try:
            step()
            tab.run()
        finally:
            self.working.pop()
        assert self.working or self.wire.sent - before <= MOST_REQUESTS

    # The visitor, and what their page does

    @rule(tab=TABS, what=st.sampled_from(["text", "text", "several", "files", "nothing", "long"]))
    def say(self, tab: int, what: str) -> None:
        self.does(self.tab(tab), lambda: self.tab(tab).say(what))

    @rule(doings=_some(st.tuples(TABS, st.sampled_from(DOINGS), PLACES)))
    def do(self, doings: list[tuple[int, str, int]]) -> None:
        for number, what, place in doings:
            tab = self.tab(number)
            self.does(tab, functools.partial(tab.do, what, place))

    @rule(tab=TABS, after=st.sampled_from([3, 3, 30, 60, 300]))
    def poll(self, tab: int, after: float) -> None:
        self.does(self.tab(tab), lambda: self.tab(tab).poll(after))

    @rule(how=st.sampled_from(["reload", "reload", "open", "close", "forget"]), tab=TABS)
    def tabs_change(self, how: str, tab: int) -> None:
        """Who closes a tab was told of what it still had to say. All tabs hear of forgetting."""
        found, identity = self.tab(tab), self.identity
        if how == "reload" and identity:
            self.does(found, lambda: found.reload(identity))
        elif how == "open" and len(self.tabs) < MOST_TABS:
            self.open()
        elif how == "close" and len(self.tabs) > 1:
            self._close(found)
            self.closed.append(found)
            self._elect()
        elif how == "forget":
            for known in list(self.tabs):
                known.page.visit.forget(is_told=known is not found)
                self._close(known)
            self.wire.clear()
            self.closed, self.identity = [], None
            self.open()

    def _close(self, tab: Tab) -> None:
        tab.close()
        self.tabs.remove(tab)

    # The lines

    @rule(tab=TABS)
    def be_told(self, tab: int) -> None:
        """The page is told of all that the line has told until now, in one go."""
        self.does(self.tab(tab), lambda: self._tell(self.tab(tab)))

    def _tell(self, tab: Tab) -> None:
        tab.tell([t for t in self.tabs if t is not tab])

    @rule(tab=TABS, how=st.sampled_from(["up", "up", "gone", "anew", *PUSHES]))
    def line_is(self, tab: int, how: str) -> None:
        line = self.tab(tab).line
        if how == "up" and not self.tab(tab).follows:
            line.connect()
        elif how == "gone":
            line.drop()
        elif how == "anew":
            line.load_anew()
        elif how == "late":
            line.is_late = True
        elif how == "in time":
            line.arrive()
        elif how == "mute":
            line.loses = 1
        else:
            line.stutters = how == "twice"

    # The other side

    @rule(acts=_some(st.sampled_from(ACTS)))
    def act(self, acts: list[str]) -> None:
        for act in acts:
            self.others.act(act)

    @rule(what=st.sampled_from(["greeting", "buttons", "busy", "come and go", "revoke"]), n=PLACES)
    def livechat(self, what: str, n: int) -> None:
        """Greets, has agents busy, there or away, and tokens that it takes no longer."""
        if what in ("greeting", "buttons"):
            self.others.greet("message" if what == "greeting" else "buttons")
        elif what == "busy":
            self.others.be_busy(n % 4)
        elif what == "come and go":
            self.others.come_and_go()
        else:
            self.others.revoke_tokens()

    @rule(seconds=st.sampled_from([-3_000, 5, 61, 700, 1_801, 30_000]), is_livechats=st.booleans())
    def a_clock_jumps(self, seconds: float, is_livechats: bool) -> None:
        """The app's counts seconds, and never goes back."""
        if is_livechats:
            self.others.let_time_pass(seconds)
        else:
            self.clock.now += abs(seconds)

    @rule(to=st.sampled_from(["fra", "us-south1", "dal", "another version"]))
    def move(self, to: str) -> None:
        if to in KNOWN:
            self.sandbox.default.region = to
        else:
            self.sandbox.default.refused_versions = set(VERSIONS[:-1])

    # What goes wrong

    @rule(
        faults=_some(st.tuples(ACTIONS, KINDS, PLACES)),
        tab=TABS,
        what=st.sampled_from(["say", "say", "poll", *DOINGS]),
    )
    def requests_fail(self, faults: list[tuple[str, str, int]], tab: int, what: str) -> None:
        """Those of what a tab does at once, or else the next ones: few would be met by chance."""
        for action, kind, place in faults:
            self.wire.arm(action, Mishap(kind, place))
        found = self.tab(tab)
        if what == "say":
            self.does(found, lambda: found.say("text"))
        elif what == "poll":
            self.does(found, lambda: found.poll(30))
        else:
            self.does(found, lambda: found.do(what, 0))

    @rule(
        action=ACTIONS,
        what=_some(MEANWHILE),
        is_late=st.booleans(),
        kind=st.none() | KINDS,
        place=PLACES,
    )
    def something_happens_meanwhile(
        self, action: str, what: list[str], is_late: bool, kind: str | None, place: int
    ) -> None:
        """Before LiveChat gets the request, or, `is_late`, before the page gets its answer."""

        def happen() -> None:
            for one in what:
                self._happens(one, place)

        when = {"after" if is_late else "before": happen}
        self.wire.arm(action, Mishap(kind, place, **when))

    def _happens(self, what: str, place: int) -> None:
        if what in ACTS:
            self.others.act(what)
            return
        own = self.working[-1] if self.working else self.tabs[0]
        visit = own.page.visit
        other = next((tab for tab in self.tabs if tab not in self.working), None)
        if what == "says":
            own.say("text")
        elif what == "ends":
            visit.end()
        elif what == "presses":
            own.press(place)
        elif what == "rates":
            own.rate(place)
        elif what == "is told":
            self._tell(own)
        elif what == "hides or shows":
            own.hide(visit.on_screen)
        elif what == "the line is back" and not own.follows:
            own.line.drop()
            own.line.connect()
            self._tell(own)
        elif what == "the line is gone":
            own.line.drop()
            self._tell(own)
        elif other and self.identity:
            identity = self.identity
            steps = {
                "another tab says": lambda: other.say("text"),
                "another tab polls": lambda: other.poll(3),
                "another tab reloads": lambda: other.reload(identity),
                "another tab is told": lambda: self._tell(other),
            }
            if what in steps:
                self.does(other, steps[what])

    # What must hold

    @precondition(lambda self: self.settled < MOST_SETTLED)
    @rule(is_connected=st.booleans())
    def all_agree_when_all_is_well(self, is_connected: bool) -> None:
        self.wire.clear()
        self.settled += 1
        for tab in self.tabs:
            tab.line.arrive()
            tab.line.loses = 0
            if not is_connected:
                tab.line.drop()
            elif not tab.follows:
                tab.line.connect()
        self._settle()
        self._agree()

    @precondition(lambda self: self.settled < MOST_SETTLED)
    @rule(acts=_some(st.sampled_from(LATE_ACTS)), ahead=st.none() | st.integers(0, 3))
    def what_is_pushed_is_there_as_soon_as_it_is_told(
        self, acts: list[str], ahead: int | None
    ) -> None:
        self.all_agree_when_all_is_well(is_connected=True)
        for tab in self.tabs:
            tab.line.stutters = False
        for act in acts:
            self.others.act(act)
        if ahead is not None:
            self.others.be_busy(ahead)
        if all(tab.page.visit.trusts_pushes for tab in self.tabs):
            for tab in self.tabs:
                self.does(tab, functools.partial(self._tell, tab))
            self._agree()

    def _settle(self) -> None:
        for pause in PAUSES:
            self.clock.now += pause
            for tab in self.tabs:
                tab.hide(False)
                self._tell(tab)
                # Who is asked something first answers; after what no trying helps they try again.
                if tab.page.visit.glance().asks.is_awaited:
                    tab.fill_in()
                if tab.page.visit.glance().problem:
                    tab.page.visit.show_earlier()
                self.does(tab, lambda tab=tab: tab.poll(0))

    def _agree(self) -> None:
        _same("errors", self.errors, [])
        for tab in self.tabs:
            self._agrees(tab)
        self._is_once()

    def _agrees(self, tab: Tab) -> None:
        chat, conversation = self.others.chat, tab.page.visit.conversation
        on_their_way = [m for m in conversation.outbox if m.delivery is not Delivery.FAILED]
        _same("on their way", on_their_way, [])
        _same("not confirmed", conversation.unconfirmed, ())
        if chat is None:
            _same("state", conversation.state, State.NONE)
            return
        thread, transcript = chat.last_thread, conversation.transcript
        said = self._said()
        shown = [e for e in tab.shown() if e in said or e[1] != "system_message"]
        newest = said[max(0, len(said) - len(shown)) :]
        _same("shown", [e for e in shown if e not in newest], [])
        _same("not shown", [e for e in newest if e not in shown], [])
        _same("in order", shown, newest)
        assert len(transcript.places) >= min(len(said), 50)
        _same("active", conversation.state is State.ACTIVE, thread.active)
        _same("thread", conversation.thread_id, thread.id)
        queue = CustomerView(self.sandbox.default).thread_head(chat, thread).get("queue", {})
        place = conversation.queue.position if conversation.queue else None
        _same("queue", place, queue.get("position"))
        rating, known = thread.properties.get("rating", {}), conversation.rating
        _same("rating", known and known.score, rating.get("score"))
        _same("comment", known.comment if known else "", rating.get("comment", ""))
        email = thread.properties.get("routing", {}).get("transcript_email")
        _same("transcript's address", conversation.transcript_email, email)
        pressed = [
            (event.id, button["postback_id"])
            for event in thread.events
            if event.is_for_customers
            for element in event.content.get("elements", [])
            for button in element.get("buttons", [])
            if chat.customer.id in button["user_ids"]
        ]
        _same("pressed", tab.pressed(), pressed)

    def _said(self) -> list[tuple[str, str, str]]:
        """All that is said in the chat.

        Without what is added to a thread that is not the newest any more, as by its rating: that is
        read with a reload.
        """
        begins = [t.created_at for t in self.others.chat.threads[1:]] if self.others.chat else []
        said = [
            (e.created_at, (e.id, e.type, str(e.content.get("text", ""))))
            for thread, e in self.others.said()
            if e.is_for_customers
            and not any(thread.created_at < begin < e.created_at for begin in begins)
        ]
        return [event for _, event in sorted(said, key=lambda one: one[0])]

    def _is_once(self) -> None:
        """What was typed is there once, in order, or is said to be undelivered."""
        there: list[str] = []
        deleted: set[str] = set()
        for _, event in self.others.said():
            found = MARK.findall(str({**event.content, "elements": ""}))
            if event.deleted:
                deleted.update(found)
            else:
                there.extend(found)
        _same("twice", [mark for mark, times in Counter(there).items() if times > 1], [])
        for tab in [*self.tabs, *self.closed]:
            failed = {mark for m in tab.outbox for mark in MARK.findall(f"{m.file} {m.content}")}
            lost = set(tab.typed) - set(there) - deleted - failed - tab.given_up
            if tab not in self.closed:
                _same("lost", lost, set())
            own = [mark for mark in there if mark in tab.typed and mark not in tab.retried]
            _same("order", own, [mark for mark in tab.typed if mark in own])

    def teardown(self) -> None:
        if not hasattr(self, "tabs"):
            return
        try:
            self.all_agree_when_all_is_well(is_connected=self.opened % 2 == 0)
            for tab in self.tabs:
                tab.page.visit.read_everything()
            self._agree()
        finally:
            for tab in self.tabs:
                tab.close()


def _same(what: str, shown: object, there: object) -> None:
    assert shown == there, f"{what}: {shown}, and not {there}"


class _Errors(logging.Handler):
    """What is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("livechat"):  # uvicorn says so of each answer that is cut short
            self.said.append(self.format(record))


@contextmanager
def _errors() -> Iterator[list[str]]:
    handler = _Errors()
    logging.getLogger().addHandler(handler)
    try:
        yield handler.said
    finally:
        logging.getLogger().removeHandler(handler)


def run(
    sandbox: Sandbox, version: Version, schedules: int, number: int, *, shrinks: bool = True
) -> None:
    """Runs so many schedules, the same ones for the same number.

    Of one that fails, fewer steps are looked for that lead to the same, if it `shrinks`.
    """
    with between(sandbox) as wire, _errors() as errors:
        Schedules.sandbox, Schedules.version = sandbox, version
        Schedules.wire, Schedules.errors = wire, errors
        run_state_machine_as_test(
            seed(number)(Schedules),
            settings=settings(
                max_examples=schedules,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                print_blob=False,
                report_multiple_bugs=False,
                phases=[Phase.generate, *([Phase.shrink] if shrinks else [])],
                suppress_health_check=list(HealthCheck),
            ),
        )
