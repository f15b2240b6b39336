"""The conversation: the newest events, then what is still to be delivered.

What is on the screen stays where it is. Streamlit keeps the nodes of an element as long as its
place in its container is the same. So the events are drawn in pages, each in a container of its
own, and the places of earlier pages are there before them.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from functools import partial

import streamlit as st

from livechat.api.structures.events import Event, File
from livechat.api.structures.forms import FilledForm, Form, parse_filled_form
from livechat.api.structures.rich_messages import RichMessage
from livechat.chat import keys
from livechat.chat.conversation import Conversation, State
from livechat.chat.outgoing import Delivery, Outgoing, Problem
from livechat.page import authors, chat_input, form_widgets, safe_text, words
from livechat.page.browser import leading
from livechat.page.entries import commonmark, files, link_previews, rich_messages
from livechat.page.folding import Fold
from livechat.page.guard import cannot_be_shown, guarded
from livechat.page.plain_text import plain
from livechat.page.times import Here, here
from livechat.visit import Glance, Visit

# Places for so many earlier pages. What is read beyond them joins the first one, and moves it.
_EARLIER_PAGES = 20


def draw(visit: Visit, glance: Glance) -> None:
    """Draws a window of the transcript, so that its price does not grow with the conversation."""
    conversation, transcript = glance.conversation, glance.conversation.transcript
    pages: dict[int, list[Event | Outgoing]] = {}
    for number, entries in transcript.pages(glance.shown, conversation.outbox).items():
        pages.setdefault(max(number, -_EARLIER_PAGES), []).extend(entries)
    with st.container(key="transcript"):
        with st.container(key="top"):
            shown = sum(map(len, pages.values()))
            if shown < len(transcript.timeline) or transcript.older_page_id:
                st.button(
                    words.EARLIER, key="earlier", type="tertiary", on_click=visit.show_earlier
                )
            if not pages and conversation.state is not State.UNKNOWN:
                _greet(glance)
        drawing = _Drawing(visit, glance)
        for number in range(-_EARLIER_PAGES, max(pages, default=0) + 1):
            with st.container(key=f"page-{number}"):
                if number in pages:
                    drawing.page(pages[number])
    leading.draw()


def _greet(glance: Glance) -> None:
    company = glance.company
    online = company is None or company.online
    greeting = words.say(words.GREETING, company) if online else words.GREETING_AWAY
    st.html(safe_text.paragraph(greeting))


class _Drawing:
    """One drawing of the transcript, from the oldest entry to the newest."""

    def __init__(self, visit: Visit, glance: Glance) -> None:
        self._visit = visit
        self._say = partial(words.say, company=glance.company)
        self._conversation = glance.conversation
        self._here: Here = here()
        self._today = glance.today
        self._day = words.TODAY
        self._receipts = _receipts(glance.conversation)

    def page(self, entries: Iterable[Event | Outgoing]) -> None:
        """Draws some entries into a container of their own."""
        for place, entry in enumerate(entries):
            day = self._day_of(entry)
            # The first place is kept free if there is no date: which day the page before it ends
            # with may be known later, and nothing may move then.
            above = st.container() if place == 0 else nullcontext()
            if day != self._day:
                self._day = day
                with above:
                    st.html(safe_text.system_line(day))
            if isinstance(entry, Outgoing):
                with guarded("outgoing"):
                    self._outgoing(entry)
            else:
                with guarded(entry.type):
                    self._event(entry)

    def _day_of(self, entry: Event | Outgoing) -> str:
        if isinstance(entry, Event):
            return self._here.day(entry.created_at, self._today)
        # What is on its way gets its time when it arrives, whenever it was typed.
        if entry.delivery is not Delivery.FAILED:
            return words.TODAY
        return self._here.day(self._visit.moment(entry.typed_at), self._today)

    def _event(self, event: Event) -> None:
        conversation = self._conversation
        if event.type == "system_message":
            if said := plain(event):
                st.html(safe_text.system_line(self._say(said)))
            return
        author = authors.author(conversation, event)
        at = self._here.clock(event.created_at)
        receipt = self._say(self._receipts.get(event.id, ""))
        fold = Fold(keys.part(event.id))
        said = fold.shown(event.text) if event.type == "message" else ""
        with st.chat_message(author.name, avatar=author.avatar):
            st.html(
                safe_text.message(
                    author.name,
                    at,
                    "" if event.commonmark else said,
                    title=author.title,
                    receipt=receipt,
                    id=leading.anchor(event.id),
                )
            )
            with guarded(event.type):
                match event.body:
                    case None if event.type != "message":
                        cannot_be_shown()
                    case None:
                        if event.commonmark:
                            commonmark.draw(said)
                    case File():
                        files.draw(self._visit, event)
                    case RichMessage():
                        rich_messages.draw(self._visit, conversation, event, fold)
                    case FilledForm():
                        st.html(form_widgets.filled(event.body))
                    case Form():
                        self._form(event, event.body)
            fold.draw()
            if event.preview:
                link_previews.draw(event.preview)

    def _form(self, event: Event, form: Form) -> None:
        if not form.fields:
            cannot_be_shown()
        elif not self._conversation.wants_filling(event):
            st.html(safe_text.paragraph(plain(event)))
        else:
            form_widgets.draw(
                form,
                f"form-{keys.part(event.id)}",
                submit=self._say(words.SUBMIT),
                on_submit=self._visit.fill_in,
            )

    def _outgoing(self, message: Outgoing) -> None:
        trouble = message.problem is not None
        failed = message.delivery is Delivery.FAILED
        since = message.typed_at if failed else message.tried_since
        at = self._here.clock(self._visit.moment(since))
        if message.on_its_way and not trouble:
            uploads = message.file and not message.file.url
            at = words.UPLOADING if uploads else words.SENDING
        elif message.delivery is Delivery.SENT:
            at = f"{at} · {self._say(words.SENT)}"
        fold = Fold(message.custom_id)
        with st.chat_message(words.YOU, avatar=authors.VISITOR):
            st.html(safe_text.message(words.YOU, at, fold.shown(message.text)))
            fold.draw()
            if message.file:
                files.draw_outgoing(message.file)
            elif "form_id" in message.content:
                st.html(form_widgets.filled(parse_filled_form(message.content)))
            if trouble:
                self._trouble(message)

    def _trouble(self, message: Outgoing) -> None:
        failed = message.delivery is Delivery.FAILED
        if failed and message.problem:
            st.markdown(f":small[:red[:material/error: {words.UNDELIVERED[message.problem]}]]")
        else:
            st.caption(f":material/schedule: {words.STILL_TRYING}")
        with st.container(horizontal=True):
            if not message.is_hopeless:
                st.button(
                    words.RETRY,
                    key=f"retry-{message.custom_id}",
                    icon=":material/refresh:",
                    on_click=self._visit.retry,
                    args=(message.custom_id,),
                )
            if message.problem is Problem.TOO_LONG:
                st.button(
                    words.EDIT,
                    key=f"edit-{message.custom_id}",
                    icon=":material/edit:",
                    on_click=self._edit,
                    args=(message,),
                )
            if failed:
                st.button(
                    words.DISCARD,
                    key=f"discard-{message.custom_id}",
                    type="tertiary",
                    on_click=self._visit.discard,
                    args=(message.custom_id,),
                )

    def _edit(self, message: Outgoing) -> None:
        chat_input.write(message.text)
        self._visit.discard(message.custom_id)


def _receipts(conversation: Conversation) -> dict[str, str]:
    """What is said of the newest event that was seen by an agent, and of the newest one sent."""
    receipts: dict[str, str] = {}
    for event in reversed(conversation.transcript.timeline):
        if event.author_id == conversation.customer_id:
            if event.created_at <= conversation.agents.seen_up_to:
                receipts[event.id] = words.SEEN
                break
            receipts = receipts or {event.id: words.SENT}
    return receipts
