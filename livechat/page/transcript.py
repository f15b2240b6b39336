"""The conversation: the newest events, then what is still to be delivered.

What is on the screen stays where it is. Streamlit keeps the nodes of an element as long as its
place in its container is the same. So the events are drawn in pages, each in a container of its
own. A place for what comes before the first one is always there, and in it are an earlier page and
such a place again. The newest entries are drawn first: they are waited for, however long the
conversation is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from livechat.api.structures.events import Event, File
from livechat.api.structures.forms import FilledForm, Form, parse_filled_form
from livechat.api.structures.parsing import Json
from livechat.api.structures.rich_messages import RichMessage
from livechat.api.structures.system_events import CartChange, Order
from livechat.chat import keys
from livechat.chat.attachment import MAX_BYTES
from livechat.chat.conversation import Conversation, State
from livechat.chat.outbox import Outbox
from livechat.chat.outgoing import Delivery, Outgoing, Problem
from livechat.page import (
    authors,
    chat_input,
    form_widgets,
    greeting,
    marks,
    queue_card,
    safe_text,
    words,
)
from livechat.page.browser import leading
from livechat.page.entries import commonmark, files, link_previews, products, rich_messages
from livechat.page.folding import Fold
from livechat.page.guard import cannot_be_shown, guarded
from livechat.page.plain_text import in_own_words, plain
from livechat.page.times import Here, here
from livechat.visit import Glance, Visit

# So deep containers may lie in one another. What is read beyond that joins the first page, and
# moves it.
_EARLIER_PAGES = 20

_PART = 10  # entries, which are drawn together


def draw(visit: Visit, glance: Glance) -> None:
    """Draws a window of the transcript, so that its price does not grow with the conversation."""
    conversation, transcript = glance.conversation, glance.conversation.transcript
    pages: dict[int, list[Event | Outgoing]] = {}
    outbox = conversation.outbox
    if glance.asks.is_awaited:
        outbox = Outbox(m for m in outbox if not m.on_its_way)  # `draw_waiting` draws the others
    for number, entries in transcript.pages(glance.shown, outbox, conversation.greeted).items():
        pages.setdefault(max(number, -_EARLIER_PAGES), []).extend(entries)
    # What stands between messages is the stylesheet's.
    with st.container(key="transcript", gap=None):
        with st.container(key="top"):
            shown = {id(entry) for entries in pages.values() for entry in entries}
            is_whole = all(id(first) in shown for first in transcript.places[:1])
            if not is_whole or transcript.older_page_id:
                st.button(
                    words.say("earlier"),
                    key="earlier",
                    type="tertiary",
                    on_click=visit.show_earlier,
                )
            elif conversation.state is not State.UNKNOWN:
                greeting.draw(visit, glance)
                if words.has("kept", glance.keeps):
                    st.html(safe_text.line(words.say("kept", of=glance.keeps)))
        drawing = _Drawing(visit, glance)
        for number, place in _places(min(pages, default=0), max(pages, default=0)):
            with place:
                drawing.lay_out(pages.get(number, ()))
        queue_card.draw(glance)
        drawing.draw()


def draw_waiting(visit: Visit, glance: Glance) -> None:
    """Draws what waits for a form, to stand below that: above it would be off the screen."""
    drawing = _Drawing(visit, glance)
    drawing.lay_out([m for m in glance.conversation.outbox if m.on_its_way])
    drawing.draw()


def _places(first: int, last: int) -> Iterator[tuple[int, DeltaGenerator]]:
    """The containers of the pages of these numbers."""
    before = st.container(gap=None)
    earlier = []
    for number in range(-1, first - 1, -1):
        with before:
            before, place = st.container(gap=None), st.container(gap=None)
            earlier.append((number, place))
    yield from reversed(earlier)
    for number in range(last + 1):
        yield number, st.container(gap=None)


@dataclass(frozen=True)
class _Part:
    """Some entries in a row, the container that is theirs, and where in their runs they stand.

    `day` is that of the entry before.
    """

    place: DeltaGenerator
    entries: Sequence[Event | Outgoing]
    marks: Sequence[set[str]]
    day: str
    begins_page: bool


class _Drawing:
    """One drawing of the transcript, laid out from the oldest entry to the newest."""

    def __init__(self, visit: Visit, glance: Glance) -> None:
        self._visit = visit
        self._conversation = glance.conversation
        self._here: Here = here()
        self._today = glance.today
        self._parts: list[_Part] = []
        self._day = words.say("today")  # of the last entry that is laid out
        self._receipts = _receipts(glance.conversation)

    def lay_out(self, page: Sequence[Event | Outgoing]) -> None:
        """Makes places for the entries of a page."""
        page = [entry for entry in page if _is_gone(entry) or _says_something(entry)]
        said = iter(marks.marked([self._said(entry) for entry in page if not _is_gone(entry)]))
        marked = [set() if _is_gone(entry) else next(said) for entry in page]
        for first in range(0, len(page), _PART):
            part = slice(first, first + _PART)
            place = st.container(gap=None)
            self._parts.append(_Part(place, page[part], marked[part], self._day, first == 0))
            there = [entry for entry in page[part] if not _is_gone(entry)]
            self._day = self._day_of(there[-1]) if there else self._day

    def draw(self) -> None:
        """Draws them, the newest ones first: it is they who are waited for, and they come last."""
        for part in reversed(self._parts):
            with part.place:
                self._part(part)

    def _part(self, part: _Part) -> None:
        day_before = part.day
        for place, (entry, about) in enumerate(zip(part.entries, part.marks, strict=True)):
            day = self._day_of(entry)
            # The first place of a page is kept free if there is no date: which day the page before
            # it ends with may be known later, and nothing may move then.
            above = st.container(gap=None) if part.begins_page and place == 0 else nullcontext()
            if day != day_before:
                later = (e for e in part.entries[place:] if not _is_gone(e))
                is_dated = any(self._day_of(e) == day for e in later)
                with above:
                    st.html(safe_text.line(day)) if is_dated else st.empty()
                day_before = day if is_dated else day_before
            if _is_gone(entry):
                st.empty()  # what was taken back, and nothing else moves
            elif isinstance(entry, Outgoing):
                with guarded("outgoing"):
                    self._outgoing(entry, about)
            else:
                with guarded(entry.type):
                    self._event(entry, about)

    def _said(self, entry: Event | Outgoing) -> marks.Said:
        day = self._day_of(entry)
        if isinstance(entry, Outgoing):
            return marks.Said(marks.OWN, self._moment(entry), day)
        if entry.is_by_nobody:
            return marks.Said(None, entry.created_at, day)
        is_own = entry.author_id == self._conversation.customer_id
        author = marks.OWN if is_own else f"agent {entry.author_id}"
        return marks.Said(author, entry.created_at, day)

    def _day_of(self, entry: Event | Outgoing) -> str:
        if isinstance(entry, Event):
            return self._here.day(entry.created_at, self._today)
        # What is on its way gets its time when it arrives, whenever it was typed.
        if entry.delivery is not Delivery.FAILED:
            return words.say("today")
        return self._here.day(self._visit.moment(entry.typed_at), self._today)

    def _moment(self, message: Outgoing) -> datetime:
        """When it was typed, or is tried again."""
        failed = message.delivery is Delivery.FAILED
        return self._visit.moment(message.typed_at if failed else message.tried_since)

    def _time(self, moment: datetime) -> str:
        return safe_text.time_tag(moment, self._here.clock(moment), self._here.in_full(moment))

    def _event(self, event: Event, about: set[str]) -> None:
        conversation = self._conversation
        if event.is_by_nobody:
            anchor = leading.anchor(event.id)
            said = in_own_words(event)
            st.html(
                safe_text.line(said, anchor) if said else safe_text.system_line(event.text, anchor)
            )
            return
        author = authors.author(conversation, event)
        wide = {marks.WIDE} if event.body and marks.OWN not in about else set()
        receipt = self._receipts.get(event.id, "")
        fold = Fold(keys.part(event.id))
        anchor = leading.anchor(conversation.known_as(event))
        said = fold.shown(event.text) if event.type == "message" else ""
        with st.chat_message(author.name, avatar=author.avatar):
            st.html(
                safe_text.message(
                    author.name,
                    "" if event.commonmark else said,
                    title=author.title if marks.NEW in about else "",
                    time=self._time(event.created_at),
                    status=receipt,
                    id=anchor,
                    marks=sorted(about | wide),
                )
            )
            with guarded(event.type):
                match event.body:
                    case None if event.is_broken:
                        cannot_be_shown()
                    case None:
                        if event.commonmark:
                            commonmark.draw(said)
                        self._picked(event.content)
                    case File():
                        files.draw(self._visit, event)
                    case RichMessage():
                        rich_messages.draw(self._visit, conversation, event, fold)
                    case FilledForm():
                        st.html(form_widgets.filled(event.body, fold))
                    case Form():
                        self._form(event, event.body)
                    case Order() | CartChange():
                        pass  # a line, as above
            fold.draw()
            if event.preview:
                link_previews.draw(event.preview)
            if conversation.is_greeting(event):
                greeting.draw_cross(self._visit, conversation)

    def _form(self, event: Event, form: Form) -> None:
        if not form.fields:
            cannot_be_shown()
            return
        key = f"form-{keys.part(event.id)}"
        goes_on = self._visit.is_half_filled(key) and not self._conversation.has_answered(form)
        if not goes_on and not self._conversation.wants_filling(event):
            st.html(form_widgets.asked(form))
            return

        form_widgets.draw(form, key, submit=words.say("submit"), on_submit=self._visit.fill_in)

    def _outgoing(self, message: Outgoing, about: set[str]) -> None:
        trouble = message.problem is not None
        time, status = self._time(self._moment(message)), ""
        if message.on_its_way and not trouble:
            uploads = message.file and not message.file.url
            time, status = "", words.say("uploading") if uploads else words.say("sending")
        elif message.delivery is Delivery.SENT:
            status = words.say("sent")
        fold = Fold(message.custom_id)
        with st.chat_message(words.say("you"), avatar=authors.VISITOR):
            st.html(
                safe_text.message(
                    words.say("you"),
                    fold.shown(message.text),
                    time=time,
                    status=status,
                    marks=sorted(about),
                )
            )
            if "form_id" in message.content:
                st.html(form_widgets.filled(parse_filled_form(message.content), fold))
            fold.draw()
            self._picked(message.content)
            if message.file:
                files.draw_outgoing(message.file)
            if trouble:
                self._trouble(message)

    def _picked(self, content: Json) -> None:
        """What a message that answers with a product's button is about."""
        if about := products.named(self._conversation, content):
            st.html(safe_text.status_line(about))

    def _trouble(self, message: Outgoing) -> None:
        failed = message.delivery is Delivery.FAILED
        if failed and message.problem:
            most = MAX_BYTES // 1024**2
            why = words.say("undelivered", of=message.problem, megabytes=most)
            st.markdown(f":small[:red[:material/error: {why}]]")
        else:
            st.markdown(f":small[:material/schedule: {words.say('still_trying')}]")
        with st.container(horizontal=True):
            if not message.is_hopeless:
                st.button(
                    words.say("retry"),
                    key=f"retry-{message.custom_id}",
                    icon=":material/refresh:",
                    on_click=self._visit.retry,
                    args=(message.custom_id,),
                )
            if message.problem is Problem.TOO_LONG:
                st.button(
                    words.say("edit"),
                    key=f"edit-{message.custom_id}",
                    icon=":material/edit:",
                    on_click=self._edit,
                    args=(message,),
                )
            if failed:
                st.button(
                    words.say("discard"),
                    key=f"discard-{message.custom_id}",
                    type="tertiary",
                    on_click=self._visit.discard,
                    args=(message.custom_id,),
                )

    def _edit(self, message: Outgoing) -> None:
        chat_input.write(message.text)
        self._visit.discard(message.custom_id)


def _is_gone(entry: Event | Outgoing) -> bool:
    return isinstance(entry, Event) and entry.is_taken_back


def _says_something(entry: Event | Outgoing) -> bool:
    """Whether there is anything of it to be drawn, if it is a line of LiveChat's."""
    return not isinstance(entry, Event) or not entry.is_by_nobody or bool(plain(entry))


def _receipts(conversation: Conversation) -> dict[str, str]:
    """What is said of the newest event that was seen by an agent, and of the newest one sent."""
    receipts: dict[str, str] = {}
    for event in reversed(conversation.transcript.timeline):
        if event.author_id == conversation.customer_id:
            if event.created_at <= conversation.agents.seen_up_to:
                receipts[event.id] = words.say("seen")
                break
            receipts = receipts or {event.id: words.say("sent")}
    return receipts
