"""The scripted agent: answers customers as whichever agent has their chat."""

from __future__ import annotations

import asyncio
import itertools
import re

from ..world import chats, sentences
from ..world.clock import to_text
from ..world.events import Draft
from ..world.model import Agent, Chat, Event, Push, Thread
from ..world.state import State
from . import tricks

TYPING_AFTER = 0.3  # seconds
ANSWER_AFTER = 0.9

_NOT_TEXT = {"file": "received_file", "filled_form": "received_form"}


class Bot:
    """Listens to pushes and answers as the agent a chat is routed to."""

    def __init__(self, state: State, base_url: str) -> None:
        """Wait for customers of ``state``; ``base_url`` is that of the files it sends."""
        self._state = state
        self._base_url = base_url
        self._count = itertools.count()
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def reset(self) -> None:
        """Drop the answers that are on their way."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def catch_up(self) -> None:
        """Answer what was left unanswered when the sandbox was stopped."""
        for organization in self._state.organizations():
            for chat in organization.chats.values():
                self(Push(organization, chat.customer.id, "incoming_event", {"chat_id": chat.id}))

    def __call__(self, push: Push) -> None:
        """Listen: a chat, an event of the customer, or being given a chat asks for an answer."""
        chat_id = push.payload.get("chat_id") or push.payload.get("chat", {}).get("id")
        chat = push.organization.chats.get(chat_id) if chat_id is not None else None
        if chat is None or push.action not in (
            "incoming_chat",
            "incoming_event",
            "user_added_to_chat",
        ):
            return
        if chat.id not in self._timers and self._is_due(push, chat):
            loop = asyncio.get_running_loop()
            self._timers[chat.id] = loop.call_later(TYPING_AFTER, self._type, push, chat)

    def _is_due(self, push: Push, chat: Chat) -> tuple[Thread, Agent] | None:
        """Return where to answer and as whom, if there is something to answer."""
        thread = chat.active_thread
        if (
            thread is None
            or push.organization.chats.get(chat.id) is not chat
            or thread.taken_over
            or thread.assignee is None
        ):
            return None
        silent = ("system_message", "system")
        said = [e for e in thread.events if e.type not in silent and not e.deleted]
        if not said or said[-1].author_id != chat.customer.id:
            return None
        return thread, push.organization.agents[thread.assignee]

    def _type(self, push: Push, chat: Chat) -> None:
        del self._timers[chat.id]
        due = self._is_due(push, chat)
        if due is None:
            return
        thread, agent = due
        organization = push.organization
        chats.mark_seen(organization, chat, agent, to_text(organization.clock.now()))
        chats.show_typing(organization, chat, thread, agent, True)
        loop = asyncio.get_running_loop()
        self._timers[chat.id] = loop.call_later(
            ANSWER_AFTER - TYPING_AFTER, self._answer, push, chat
        )

    def _answer(self, push: Push, chat: Chat) -> None:
        del self._timers[chat.id]
        due = self._is_due(push, chat)
        if due is None:
            return
        thread, agent = due
        organization = push.organization
        chats.show_typing(organization, chat, thread, agent, False)
        own = (e for e in reversed(thread.events) if e.author_id == chat.customer.id)
        last = next(event for event in own if not event.deleted)
        wanted = tricks.requested(_text(last))
        if wanted is not None:
            tricks.show(organization, self._state.files, self._base_url, chat, wanted)
            return
        text = self._words(last, chat.customer.language).format(name=agent.first_name)
        chats.send(organization, agent, chat, Draft("message", agent.id, "all", {"text": text}))

    def _words(self, last: Event, language: str) -> str:
        # Nothing the customer wrote is repeated: it could be anything.
        said = sentences.of(language)
        if last.type != "message":
            return str(said[_NOT_TEXT.get(last.type, "received")])
        if "postback" in last.content:
            return str(said["chosen"])
        answers = said["answers"][_asked(_text(last), language)]
        return str(answers[next(self._count) % len(answers)])


def _asked(text: str, language: str) -> str:
    """Return what a message asks for: whoever is answered in their language may write English."""
    found = (
        what
        for known in (language, sentences.ENGLISH)
        for what, pattern in sentences.of(known)["asked"].items()
        if re.search(pattern, text, re.IGNORECASE)
    )
    return next(found, "else")


def _text(event: Event) -> str:
    return str(event.content.get("text", ""))[:1000]
