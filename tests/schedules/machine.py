"""The steps of a schedule, and what must hold at its end."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, seed, settings
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
from livechat.sandbox.world.views import CustomerView
from livechat.settings import VERSIONS, Version
from livechat.visit import company
from tests.driver import Clock
from tests.schedules.others import ACTS, Others
from tests.schedules.tab import EMAIL_ADDRESS, MARK, Tab
from tests.schedules.wire import FAULTS, WRONG, Mishap, Wire, between

STEPS = 30

TABS = st.integers(0, 2)
PLACES = st.integers(0, 9)
SENDS = ("start_chat", "resume_chat", "send_event", "upload_file", "deactivate_chat")
READS = ("list_chats", "list_threads", "get_chat")
ERRANDS = (
    *("send_rich_message_postback", "update_thread_properties", "delete_thread_properties"),
    *("accept_greeting", "cancel_greeting", "update_customer", "mark_events_as_seen"),
)
ACTIONS = st.sampled_from(("any", *SENDS, *READS, *READS, *ERRANDS, "token", "get_form"))
KINDS = st.sampled_from((*FAULTS, *WRONG))
OWN = ("says", "ends", "presses", "rates", "is told", "hides or shows")
OTHER = ("another tab says", "another tab polls", "another tab reloads", "another tab is told")
LINES = ("the line is back", "the line is gone")
MEANWHILE = st.lists(st.sampled_from((*ACTS, *OWN, *OTHER, *LINES)), min_size=1, max_size=3)

MOST_REQUESTS = 60  # of one step of one tab, whatever goes wrong in it
LONGEST_PAUSE = 70.0  # seconds: longer than any after a failure, but for those LiveChat asks for


class Schedules(RuleBasedStateMachine):
    """One visitor with their tabs, all that goes wrong, and everybody else."""

    sandbox: Sandbox
    version: Version
    wire: Wire
    errors: list[str]

    @initialize(
        tabs=st.integers(1, 3),
        forms=st.sets(st.sampled_from(["prechat", "postchat", "ticket"])),
        is_shared=st.booleans(),
    )
    def begin(self, tabs: int, forms: set[str], is_shared: bool) -> None:
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
        self.working: list[Tab] = []
        self.tabs: list[Tab] = []
        self.closed: list[Tab] = []
        self.identity: Identity | None = None
        for _ in range(tabs):
            self.open()

    def open(self) -> None:
        tab = Tab(self.sandbox, self.opened, self.clock, self.identity)
        self.opened += 1
        self.tabs.append(tab)
        if self.identity is None:
            self.identity = tab.page.visit.identity
            assert self.identity, self.errors
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

    @rule(tab=TABS, what=st.sampled_from(["text", "several", "files", "nothing", "too long"]))
    def say(self, tab: int, what: str) -> None:
        self.does(self.tab(tab), lambda: self.tab(tab).say(what))

    @rule(tab=TABS, after=st.sampled_from([3, 3, 30, 60, 300]))
    def poll(self, tab: int, after: float) -> None:
        self.does(self.tab(tab), lambda: self.tab(tab).poll(after))

    @rule(tab=TABS)
    def do_later(self, tab: int) -> None:
        self.does(self.tab(tab), self.tab(tab).do_later)

    @rule(tab=TABS)
    def retry(self, tab: int) -> None:
        self.does(self.tab(tab), self.tab(tab).retry)

    @rule(tab=TABS)
    def discard(self, tab: int) -> None:
        self.does(self.tab(tab), self.tab(tab).discard)

    @rule(tab=TABS)
    def end(self, tab: int) -> None:
        self.does(self.tab(tab), self.tab(tab).page.visit.end)

    @rule(tab=TABS, place=PLACES)
    def press(self, tab: int, place: int) -> None:
        self.does(self.tab(tab), lambda: self.tab(tab).press(place))

    @rule(tab=TABS, score=st.sampled_from([0, 1, None]), comment=st.sampled_from(["", "why"]))
    def rate(self, tab: int, score: int | None, comment: str) -> None:
        self.does(self.tab(tab), lambda: self.tab(tab).rate(score, comment))

    @rule(tab=TABS)
    def send_transcript(self, tab: int) -> None:
        visit = self.tab(tab).page.visit
        self.does(self.tab(tab), lambda: visit.send_transcript(EMAIL_ADDRESS))

    @rule(tab=TABS)
    def fill_in(self, tab: int) -> None:
        self.does(self.tab(tab), self.tab(tab).fill_in)

    @rule(tab=TABS, name=st.sampled_from(["Ada", "Bob"]))
    def introduce(self, tab: int, name: str) -> None:
        self.does(self.tab(tab), lambda: self.tab(tab).page.visit.introduce(name, None))

    @rule(tab=TABS)
    def look_up_customer(self, tab: int) -> None:
        self.does(self.tab(tab), self.tab(tab).page.visit.look_up_customer)

    @rule(tab=TABS)
    def show_earlier(self, tab: int) -> None:
        self.does(self.tab(tab), self.tab(tab).page.visit.show_earlier)

    @rule(tab=TABS)
    def cancel_greeting(self, tab: int) -> None:
        self.does(self.tab(tab), self.tab(tab).page.visit.cancel_greeting)

    @rule(tab=TABS, is_hidden=st.booleans())
    def hide(self, tab: int, is_hidden: bool) -> None:
        self.does(self.tab(tab), lambda: self.tab(tab).hide(is_hidden))

    @rule(tab=TABS)
    def reload(self, tab: int) -> None:
        assert self.identity
        identity = self.identity
        self.does(self.tab(tab), lambda: self.tab(tab).reload(identity))

    @precondition(lambda self: len(self.tabs) < 3)
    @rule()
    def open_another(self) -> None:
        self.open()

    @precondition(lambda self: len(self.tabs) > 1)
    @rule(tab=TABS)
    def close(self, tab: int) -> None:
        """What it still had to say goes with it, as the browser may have warned."""
        closed = self.tab(tab)
        closed.close()
        self.tabs.remove(closed)
        self.closed.append(closed)
        self._elect()

    @rule()
    def forget(self) -> None:
        """All tabs hear of it, and the next one is somebody else's."""
        for tab in self.tabs:
            tab.page.visit.forget(is_told=tab is not self.tabs[0])
            tab.close()
        self.wire.clear()
        self.tabs, self.closed, self.identity = [], [], None
        self.open()

    # The lines

    @rule(tab=TABS)
    def drop(self, tab: int) -> None:
        self.tab(tab).line.drop()

    @rule(tab=TABS)
    def connect(self, tab: int) -> None:
        if not self.tab(tab).follows:
            self.tab(tab).line.connect()

    @rule(tab=TABS)
    def load_the_script_anew(self, tab: int) -> None:
        self.tab(tab).line.load_anew()

    @rule(tab=TABS)
    def be_told(self, tab: int) -> None:
        """The page is told of all that the line has told until now, in one go."""
        self.does(self.tab(tab), lambda: self._tell(self.tab(tab)))

    def _tell(self, tab: Tab) -> None:
        tab.tell([t for t in self.tabs if t is not tab])

    @rule(tab=TABS, how=st.sampled_from(["late", "in time", "twice", "once", "not"]))
    def pushes_come(self, tab: int, how: str) -> None:
        line = self.tab(tab).line
        if how == "late":
            line.is_late = True
        elif how == "in time":
            line.arrive()
        elif how == "not":
            line.loses = 1
        else:
            line.stutters = how == "twice"

    # The other side

    @rule(act=st.sampled_from(ACTS))
    def act(self, act: str) -> None:
        self.others.act(act)

    @rule(what=st.sampled_from(["message", "buttons"]))
    def greet(self, what: str) -> None:
        self.others.greet(what)

    @rule(ahead=st.integers(0, 3))
    def be_busy(self, ahead: int) -> None:
        self.others.be_busy(ahead)

    @rule()
    def come_and_go(self) -> None:
        self.others.come_and_go()

    @rule(seconds=st.sampled_from([-3_000, 60, 1_801, 30_000]))
    def livechats_clock_jumps(self, seconds: float) -> None:
        self.others.let_time_pass(seconds)

    @rule(seconds=st.sampled_from([60, 700, 30_000]))
    def the_apps_clock_jumps(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule()
    def tokens_are_revoked(self) -> None:
        self.others.revoke_tokens()

    @rule(region=st.sampled_from(["fra", "us-south1", "dal"]))
    def move(self, region: str) -> None:
        self.sandbox.default.region = region

    @rule()
    def a_version_ends(self) -> None:
        self.sandbox.default.refused_versions = set(VERSIONS[:-1])

    # What goes wrong

    @rule(action=ACTIONS, kind=KINDS, place=PLACES)
    def a_request_fails(self, action: str, kind: str, place: int) -> None:
        self.wire.arm(action, Mishap(kind, place))

    @rule(kinds=st.lists(KINDS, min_size=2, max_size=4), place=PLACES)
    def some_requests_fail(self, kinds: list[str], place: int) -> None:
        for kind in kinds:
            self.wire.arm("any", Mishap(kind, place))

    @rule(
        action=ACTIONS, what=MEANWHILE, is_late=st.booleans(), kind=st.none() | KINDS, place=PLACES
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
            own.rate(place % 2, "")
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

    @rule(is_connected=st.booleans())
    def all_agree_when_all_is_well(self, is_connected: bool) -> None:
        self.wire.clear()
        for tab in self.tabs:
            tab.line.arrive()
            tab.line.loses = 0
            if not is_connected:
                tab.line.drop()
            elif not tab.follows:
                tab.line.connect()
        self._settle()
        self._agree()

    def _settle(self) -> None:
        for _ in range(6):
            self.clock.now += LONGEST_PAUSE
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
        assert self.errors == [], self.errors
        for tab in self.tabs:
            self._agrees(tab)
        self._is_once()

    def _agrees(self, tab: Tab) -> None:
        chat, conversation = self.others.chat, tab.page.visit.conversation
        assert all(m.delivery is Delivery.FAILED for m in conversation.outbox)
        assert not conversation.unconfirmed
        if chat is None:
            assert conversation.state is State.NONE
            return
        thread, transcript = chat.last_thread, conversation.transcript
        said = [
            (e.id, e.type, str(e.content.get("text", "")))
            for _, e in self.others.said()
            if e.is_for_customers
        ]
        shown = tab.shown()
        assert shown == said[len(said) - len(shown) :]
        assert len(transcript.places) >= min(len(said), 50)
        assert (conversation.state is State.ACTIVE) == thread.active
        assert conversation.thread_id == thread.id
        queue = CustomerView(self.sandbox.default).thread_head(chat, thread).get("queue")
        assert (conversation.queue and conversation.queue.position) == (queue and queue["position"])
        rating = thread.properties.get("rating", {})
        known = conversation.rating
        assert (known and known.score) == rating.get("score")
        assert (known.comment if known else "") == rating.get("comment", "")
        email = thread.properties.get("routing", {}).get("transcript_email")
        assert conversation.transcript_email == email
        pressed = [
            (event.id, button["postback_id"])
            for event in thread.events
            if event.is_for_customers
            for element in event.content.get("elements", [])
            for button in element.get("buttons", [])
            if chat.customer.id in button["user_ids"]
        ]
        assert tab.pressed() == pressed

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
        assert [mark for mark, times in Counter(there).items() if times > 1] == []
        for tab in [*self.tabs, *self.closed]:
            failed = {mark for m in tab.outbox for mark in MARK.findall(f"{m.file} {m.content}")}
            lost = set(tab.typed) - set(there) - deleted - failed - tab.given_up
            assert not lost or tab in self.closed
            own = [mark for mark in there if mark in tab.typed and mark not in tab.retried]
            assert own == [mark for mark in tab.typed if mark in own]

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


def run(sandbox: Sandbox, version: Version, schedules: int, number: int) -> None:
    """Runs so many schedules, the same ones for the same number."""
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
                print_blob=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
